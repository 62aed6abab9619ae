"""Mixtures of products of densities on the line: rings, grids, checkerboards, kernel estimates, and latents of two dimensions."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp

from gantheory.base.estimate import Scalar
from gantheory.base.precision import finite_parameter, in_float64
from gantheory.distributions.line import Density, Mixture
from gantheory.distributions.line.mixture import numbers_of_components
from gantheory.distributions.plane.density import Box, PlaneDensity, box_of, lines_of, support_of

FAINTEST = 1e-280  # sum of products of exponentials below which those that underflow, each below 1e-307, might count


class Product(PlaneDensity):
    """Independent coordinates, or a mixture of such.

    .. math:: p(x, y) = \\sum_i w_i\\, p_i(x)\\, q_i(y)

    ``x`` and ``y`` are densities on the line of batch shape (), or (n,) with ``weights`` (n,). Raises ``ValueError`` unless the weights
    are positive and sum to 1 (within 1e-12), and there are as many of each.
    """

    x: Density
    y: Density
    weights: np.ndarray

    def __init__(self, x: Any, y: Any, weights: Any = (1.0,)):
        for name, part in (("x", x), ("y", y)):
            if not isinstance(part, Density):
                raise ValueError(f"`{name}` of Product must be a density on the line. Got {part!r}.")
        self.weights = finite_parameter("Product", "weights", weights, positive=True)
        counts = {"x": x.batch_shape, "y": y.batch_shape}
        count = (self.weights.size,)
        if any(shape not in ((), count) for shape in counts.values()):
            raise ValueError(f"`x` and `y` of Product must be one density, or as many as `weights`. Got {counts} for {count[0]} weights.")
        if abs(self.weights.sum() - 1) > 1e-12:
            raise ValueError(f"`weights` of Product must sum to 1. Got a sum of {self.weights.sum():.17g}.")
        self.x, self.y = x.spread(count), y.spread(count)

    def _log_prob(self, x):
        return logsumexp(self.x._log_prob(x[0]) + self.y._log_prob(x[1]) + jnp.log(self.weights))

    def _on_grids(self, x, y):
        def terms(x, y):
            return self.x._log_prob(x[..., None]) + jnp.log(self.weights), self.y._log_prob(y[..., None])

        if len(self.weights) > 1:
            return jax.lax.map(lambda grid: _log_sums(*terms(*grid)), (x, y))  # the terms of all grids at once may be too many
        of_x, of_y = terms(x, y)
        return of_x + jnp.swapaxes(of_y, 1, 2)

    def _sample(self, key, shape, dtype):
        which_key, *keys = jax.random.split(key, 3)
        which = numbers_of_components(which_key, self.weights, shape, dtype)

        def drawn(part, key):
            if len(self.weights) == 1:
                return part._sample(key, shape, dtype)[..., 0]
            return jax.tree.map(lambda leaf: jnp.asarray(leaf, dtype)[which], part)._sample(key, (), dtype)

        return jnp.stack([drawn(part, own) for part, own in zip((self.x, self.y), keys, strict=True)], -1)

    @property
    def marginals(self) -> tuple[Density, Density]:
        return Mixture(self.weights, self.x), Mixture(self.weights, self.y)

    @property
    def support(self) -> Box:
        return support_of(self.marginals)

    def box(self, mass: Scalar | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return box_of(self.marginals, mass)

    @property
    def lines(self) -> tuple[np.ndarray, np.ndarray]:
        return lines_of(self.marginals)

    def cell_masses(self, x_edges: np.ndarray, y_edges: np.ndarray) -> np.ndarray:
        of_x, of_y = _between(self.x, np.asarray(x_edges)), _between(self.y, np.asarray(y_edges))
        return np.einsum("n,in,jn->ij", self.weights, of_x, of_y, optimize=True)


def _log_sums(a, b):
    """log Σ_k exp(a_ik + b_jk) for all i and j: one product of matrices, unless terms underflow in it that might count."""
    most_a, most_b = (jnp.max(part, -1, keepdims=True) for part in (a, b))
    most_a, most_b = (jnp.where(jnp.isfinite(most), most, 0.0) for most in (most_a, most_b))
    sums = jnp.exp(a - most_a) @ jnp.exp(b - most_b).T
    return jax.lax.cond(
        jnp.all((sums > FAINTEST) & (sums < jnp.inf)),
        lambda: jnp.log(sums) + most_a + most_b.T,
        lambda: logsumexp(a[:, None] + b, -1),
    )


@in_float64
def _between(part: Density, edges: np.ndarray) -> np.ndarray:
    """P(between two edges) of each component, (cells, n), computed from the side on which both tails are small."""
    cdf, sf = _cdf_and_sf(part, jnp.asarray(edges)[:, None])
    return np.maximum(np.where(cdf[:-1] > 0.5, sf[:-1] - sf[1:], cdf[1:] - cdf[:-1]), 0.0)


@eqx.filter_jit
def _cdf_and_sf(part: Density, at):
    return part._cdf(at), part._sf(at)
