"""D* of Goodfellow et al. 2014, Proposition 1; and the logit of any D, log D - log(1 - D), in which 1 - D cannot round to 0."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import in_float64, promoted
from gantheory.distributions import Law
from gantheory.quadrature.integrand import Logit


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

    Source:
      Goodfellow et al. 2014, Proposition 1, Eq. 2.
    """
    return OptimalDiscriminator(p_data, p_g)


def sigmoid(logit: Any) -> Any:
    """The probability of a logit, on the host: a float or an array, as the logit is; 0 or 1 where a double cannot tell it from that."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-np.asarray(logit)))


def logit_of(discriminator: Any) -> Any:
    """The logit of a discriminator as a function of points (...) on the line, values (...).

    ``discriminator`` takes one point and gives a probability, or has a method ``logit`` of one point. Raises ``ValueError`` where it is
    nan.
    """
    return discriminator.logit if isinstance(discriminator, OptimalDiscriminator) else lambda x: logits_at(discriminator, x, ())


def probability_of(discriminator: Any) -> Callable[[Any], Any]:
    """D as a function of points (...) on the line, values (...) in [0, 1]; ``discriminator`` is as in :func:`logit_of`."""
    logit = logit_of(discriminator)
    return lambda x: sigmoid(logit(x))


@in_float64
def logits_at(discriminator: Any, points: Any, event: tuple[int, ...]) -> np.ndarray:
    """D's logits (...) at points (..., *event), its weights in float64."""
    points = np.asarray(points, np.float64)
    shape = points.shape[: points.ndim - len(event)]
    logits = np.asarray(_logits(promoted(discriminator), jnp.asarray(points.reshape(-1, *event)))).reshape(shape)
    if np.isnan(logits).any():
        raise ValueError(
            f"`D` must give a probability in [0, 1] at every point. Got one that does not at x = {points[np.isnan(logits)][0]!r}."
        )
    return logits


@eqx.filter_jit
def _logits(discriminator, points):
    def one(point):
        if hasattr(discriminator, "logit"):
            return discriminator.logit(point)
        probability = discriminator(point)
        return jnp.log(probability) - jnp.log1p(-probability)

    return jax.vmap(one)(points)


def logit_at_nodes(discriminator: Any, p_data: Law, p_g: Law) -> Logit:
    """The logit of D at the nodes of an integral over p_data and p_g: for their own D* from the two densities there."""
    if isinstance(discriminator, OptimalDiscriminator):
        if discriminator.p_data is p_data and discriminator.p_g is p_g:
            return lambda x, log_p, log_q: _log_ratio(log_p, log_q)
        return lambda x, log_p, log_q: discriminator.logit(x)
    event = () if p_data.dimension == 1 else (p_data.dimension,)
    return lambda x, log_p, log_q: logits_at(discriminator, x, event)


def _log_ratio(log_p, log_q):
    """log p - log q on the host, 0 where both are -inf."""
    with np.errstate(invalid="ignore"):
        return np.where((log_p == -np.inf) & (log_q == -np.inf), 0.0, log_p - log_q)
