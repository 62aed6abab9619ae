"""D* of Goodfellow et al. 2014, Proposition 1; and the logit of any D, log D - log(1 - D), in which 1 - D cannot round to 0."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.arrays import OnArrays
from gantheory.base.precision import afresh, in_float64, promoted
from gantheory.base.programs import compiled
from gantheory.base.tracing import traced_shape
from gantheory.distributions import Law
from gantheory.distributions.line.external import as_law
from gantheory.quadrature.dimensions import common_dimension
from gantheory.quadrature.integrand import Logit

NOTHING = -750.0  # log-density that is 0 as a double


class OptimalDiscriminator:
    """D*(x) = p_data(x) / (p_data(x) + p_g(x)) (Proposition 1, Eq. 2); its logit is log p_data - log p_g.

    Where both densities are 0, D* is not determined; it is then taken as ½, logit 0.
    """

    def __init__(self, p_data: Law, p_g: Law):
        self.p_data: Law = p_data
        self.p_g: Law = p_g

    def logit(self, x: Any) -> Any:
        """log p_data(x) - log p_g(x): ±inf where one of them is 0."""
        return _log_ratio(self.p_data.log_prob(x), self.p_g.log_prob(x))

    def __call__(self, x: Any) -> Any:
        return sigmoid(self.logit(x))


def optimal_discriminator(p_data: Law, p_g: Law) -> OptimalDiscriminator:
    """D*, the discriminator that maximises V(G, D) for this p_g, unique (p_data + p_g)-almost everywhere.

    .. math:: D^*(x) = \\frac{p_{data}(x)}{p_{data}(x) + p_g(x)}

    Args:
      p_data: the law of the data.
      p_g: the law of the generator's output, of the same dimension.

    Returns:
      A function of points x, of shape (...) on the line and (..., 2) on the plane, with values (...) in [0, 1]; its method ``logit``
      gives log p_data - log p_g.

    Raises:
      ValueError: laws of different dimensions.

    Source:
      Goodfellow et al. 2014, Proposition 1, Eq. 2.
    """
    p_data, p_g = as_law(p_data), as_law(p_g)
    common_dimension(p_data, p_g)
    return OptimalDiscriminator(p_data, p_g)


def sigmoid(logit: Any) -> Any:
    """The probability of a logit, on the host: a float or an array, as the logit is; 0 or 1 where a double cannot tell it from that."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-np.asarray(logit)))


def logit_of(discriminator: Any) -> Any:
    """The logit of a discriminator as a function of points (...) on the line, values (...).

    ``discriminator`` is as in :class:`Logits`. Raises ``ValueError`` where it is nan.
    """
    return discriminator.logit if isinstance(discriminator, OptimalDiscriminator) else Logits(discriminator, ())


def probability_of(discriminator: Any) -> Callable[[Any], Any]:
    """D as a function of points (...) on the line, values (...) in [0, 1]; ``discriminator`` is as in :func:`logit_of`."""
    logit = logit_of(discriminator)
    return lambda x: sigmoid(logit(x))


def logits_at(discriminator: Any, points: Any, event: tuple[int, ...]) -> np.ndarray:
    """D's logits (...) at points (..., *event)."""
    return Logits(discriminator, event)(points)


class Logits:
    """The logit of a discriminator as a function of points (..., *event) on the host, values (...), weights and arithmetic in float64.

    D takes one point and gives a probability, or has a method ``logit`` of one point. One that JAX cannot trace, such as a PyTorch network,
    is called with arrays: :class:`OnArrays` says which.

    Raises ``ValueError`` for what is no function, or gives no number at a point.
    """

    @in_float64
    def __init__(self, discriminator: Any, event: tuple[int, ...]):
        self.event = event
        self.gives_logit: bool = hasattr(discriminator, "logit")
        if not self.gives_logit and not callable(discriminator):
            raise ValueError(f"`D` must be a function of points, or have a method `logit`. Got {discriminator!r}.")
        # A plain function's program is compiled afresh; a module's weights are arguments of one program.
        logit = _LogitOfOne(promoted(discriminator))
        self._logit = afresh(logit.__call__) if jax.tree_util.all_leaves([discriminator]) else logit
        self._lead = next((lead for lead in ((), (1,)) if traced_shape(self._logit, (*lead, *event)) in ((), (1,), (1, 1))), None)
        self._on_arrays = OnArrays(getattr(discriminator, "logit", discriminator), "D", event) if self.opaque else None

    @property
    def opaque(self) -> bool:
        """Whether JAX cannot trace D."""
        return self._lead is None

    @in_float64
    def __call__(self, x: Any) -> np.ndarray:
        """The logits; ``ValueError`` where one is nan."""
        x = np.asarray(x, np.float64)
        shape = x.shape[: x.ndim - len(self.event)]
        points = x.reshape(-1, *self.event)
        logits = (self.of_values(self.values(points)) if self.opaque else self._traced(points)).reshape(shape)
        if np.isnan(logits).any():
            at = x[np.isnan(logits)][0]
            if self.gives_logit:
                raise ValueError(f"`logit` of D must be a number at every point. Got nan at x = {at}.")
            raise ValueError(
                f"`D` must give a probability in [0, 1] at every point. Got one that does not at x = {at}: if it gives logits, they"
                " must come from a method `logit`."
            )
        return logits

    def _traced(self, points: np.ndarray) -> np.ndarray:
        assert self._lead is not None
        return np.asarray(_at_all(self._logit, jnp.asarray(points.reshape(len(points), *self._lead, *self.event)))).reshape(-1)

    def values(self, points: np.ndarray) -> np.ndarray:
        """What D itself gives at points (n, *event), if JAX cannot trace it: logits, or probabilities."""
        assert self._on_arrays is not None
        return self._on_arrays(points)

    def of_values(self, values: np.ndarray) -> np.ndarray:
        """The logits of what D itself gives."""
        if self.gives_logit:
            return values
        with np.errstate(all="ignore"):
            return np.log(values) - np.log1p(-values)


class _LogitOfOne(eqx.Module):
    """The logit of D at one point."""

    discriminator: Any

    def __call__(self, point: Any) -> Any:
        if hasattr(self.discriminator, "logit"):
            return self.discriminator.logit(point)
        probability = self.discriminator(point)
        return jnp.log(probability) - jnp.log1p(-probability)


@compiled
def _at_all(logit, points):
    return jax.vmap(logit)(points)


def logit_at_nodes(discriminator: Any, p_data: Law, p_g: Law) -> Logit:
    """The logit of D at the nodes of an integral over p_data and p_g: for their own D* from the two densities there."""
    if isinstance(discriminator, OptimalDiscriminator):
        if discriminator.p_data is p_data and discriminator.p_g is p_g:
            return lambda x, log_p, log_q: _log_ratio(log_p, log_q)
        return lambda x, log_p, log_q: discriminator.logit(x)
    logits = logits_on(discriminator, p_data)

    def where_there_is_mass(x, log_p, log_q):
        # At 1e40, where no density is left, a float32 network gives nan.
        met = np.maximum(log_p, log_q) > NOTHING
        found = np.zeros(met.shape)
        found[met] = logits(x[met])
        return found

    return where_there_is_mass if logits.opaque else lambda x, log_p, log_q: logits(x)


def logits_on(discriminator: Any, law: Law) -> Logits:
    """The logit of D at points of a law's dimension."""
    return Logits(discriminator, () if law.dimension == 1 else (law.dimension,))


def _log_ratio(log_p, log_q):
    """log p - log q on the host, 0 where both are -inf."""
    with np.errstate(invalid="ignore"):
        return np.where((log_p == -np.inf) & (log_q == -np.inf), 0.0, log_p - log_q)
