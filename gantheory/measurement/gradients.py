"""Derivatives of divergences in the parameters of both densities."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Divergent, Estimates, Outcome
from gantheory.base.precision import in_float64
from gantheory.base.words import got
from gantheory.distributions import Histogram
from gantheory.distributions.line.external import as_law
from gantheory.measurement.divergences import DIVERGENCES
from gantheory.quadrature.dimensions import common_dimension
from gantheory.quadrature.pair import Pair


@in_float64
def gradient(divergence: Callable[..., Outcome] | str, p: Any, q: Any) -> tuple[Any, Any]:
    """The derivatives of ``divergence(p, q)`` in every parameter of p and of q, in nats per unit of the parameter.

    Masses and weights, which sum to 1, count as free parameters: only differences of their derivatives have a meaning. Where the
    divergence is finite only if a parameter moves one way, as an end of p that is also an end of q, it is the derivative that way.

    Args:
      divergence: a function of two densities, such as ``gt.jsd``, that is a sum of integrals of them; or a name in ``DIVERGENCES``.
      p: a density on the line with parameters, or a batch. Moving ends of supports are accounted for.
      q: another.

    Returns:
      Two densities that hold derivatives in place of parameters: ``gt.gradient(gt.jsd, p, q)[0].loc`` is ∂JSD/∂loc of p. A batch gives
      a derivative for each pair.

    Raises:
      ValueError: laws on the plane; a divergence that is infinite, or that has no derivative in some parameter: total variation at p = q,
        an end of p that is also an end of q, a mass of 0.
      TypeError: a pushforward, whose derivatives are its generator's; a divergence that is not made of integrals of densities.

    Source:
      Leibniz's rule for integrals whose ends move; Flanders 1973, Differentiation under the integral sign.
    """
    divergence = DIVERGENCES.get(divergence, divergence) if isinstance(divergence, str) else divergence
    if not callable(divergence):
        sentence = f"`divergence` of gradient must be a function such as gt.jsd, or one of {', '.join(DIVERGENCES)}."
        raise ValueError(f"{sentence} {got(divergence, DIVERGENCES)}")
    p, q = as_law(p), as_law(q)
    if common_dimension(p, q) == 2:
        raise ValueError(f"`p` and `q` of gradient must be densities on the line. Got {p!r} and {q!r}.")
    pair = Pair(p, q)
    if not pair.plain:
        raise TypeError("`p` and `q` of gradient must be densities with parameters. Got a pushforward.")
    both = pair.p, pair.q
    _require_finite(divergence(*both))
    for density in jax.tree.leaves(both, is_leaf=_is_histogram):
        if _is_histogram(density) and np.any(density.masses == 0):
            raise ValueError("`masses` of Histogram must be positive in a gradient, which is one-sided or infinite at 0. Got a mass of 0.")
    slopes = jax.tree.map(np.asarray, _slopes(divergence, both))
    if not all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(slopes)):
        raise ValueError(f"A derivative must be finite. Got {slopes!r}.")
    return slopes


def _require_finite(value: Outcome) -> None:
    """Raise ``ValueError``, with the reason, for a divergence that is infinite; for a batch if one of them is."""
    divergent = list(value.divergent.values()) if isinstance(value, Estimates) else [value] if isinstance(value, Divergent) else []
    if divergent:
        raise ValueError(f"`divergence` of gradient must be finite. Got {divergent[0]!r}.")


def _is_histogram(part: Any) -> bool:
    return isinstance(part, Histogram)


def _slopes(divergence: Callable, both):
    try:
        return jax.grad(lambda both: jnp.sum(divergence(*both).value))(both)
    except (jax.errors.JAXTypeError, jax.errors.JAXIndexError, AttributeError):
        name = getattr(divergence, "__name__", repr(divergence))
        raise TypeError(f"`divergence` of gradient must be a sum of integrals of densities, such as gt.jsd. Got {name}.") from None
