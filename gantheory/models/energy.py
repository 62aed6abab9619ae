"""A generator without a discriminator: trained by a distance of samples, whose exact value its law on the line has too."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Divergent, Estimate, Measured, single
from gantheory.base.precision import in_float64
from gantheory.distributions import Density, Law, Normal, Pushforward
from gantheory.game.networks import Generator
from gantheory.game.units import rounded_unit
from gantheory.measurement.energy import energy_distance
from gantheory.models.method import Method
from gantheory.models.split import Split
from gantheory.quadrature.dimensions import integrals
from gantheory.quadrature.integrand import of_logit

LATENT = Normal(0.0, 1.0)
FARTHEST = 1e150  # |x| beyond which no law here that has a mean has a mass that is a double


def require_pairs(owner: str, batch: int) -> None:
    """Raise ``ValueError`` for a minibatch without two points, whose distance it is that is compared."""
    if batch < 2:
        raise ValueError(f"`batch` must be at least 2 for {owner}, which compares points of a minibatch. Got {batch}.")


def initial_generator(owner: str, width: int, depth: int, activation: str, key: Any, p_data: Law) -> Generator:
    """A ``Generator`` of z ~ N(0, 1) in the unit of the data. Raises ``ValueError`` for a law that is no density on the line."""
    if not isinstance(p_data, Density):
        raise ValueError(f"`p_data` of {owner} must be a density on the line. Got {p_data!r}.")
    low, middle, high = p_data.quantile([0.16, 0.5, 0.84])
    return Generator(width, depth, activation, rounded_unit(middle, (high - low) / 2), key=key)


def sum_of_distances(x: Any) -> Any:
    """Σ_{i<j} |x_i - x_j| of points (n,), from their order alone: Σ_i (2i - n + 1) x_(i), i from 0. In JAX."""
    return jnp.sum((2 * jnp.arange(len(x), dtype=x.dtype) - (len(x) - 1)) * jnp.sort(x))


def energy_of_samples(x: Any, y: Any) -> Any:
    """The energy distance of two samples (n,), without bias.

    .. math:: \\frac{2}{n^2} \\sum_{ij} |x_i - y_j| - \\frac{1}{n (n-1)} \\sum_{i \\ne j} (|x_i - x_j| + |y_i - y_j|)

    Source:
      Székely & Rizzo 2013, section 2, as a U-statistic.
    """
    n = len(x)
    within = sum_of_distances(x) + sum_of_distances(y)
    across = sum_of_distances(jnp.concatenate([x, y])) - within
    return 2 * across / n**2 - 2 * within / (n * (n - 1))


def difference_of_means(p: Law, q: Law, function: Callable[[Any], Any]) -> Measured:
    """E_p[g] - E_q[g] = ∫ (p - q) g dx, as one integral, of a function g of points (n,) on the host."""
    return single(integrals(p, q, {"value": _against}, lambda x, log_p, log_q: function(np.ravel(x)).reshape(np.shape(x)))["value"])


@of_logit
def _against(log_p, log_q, logit):
    """(p - q) g, where ``logit`` is g."""
    return (jnp.exp(log_p) - jnp.exp(log_q)) * logit


@dataclass(frozen=True)
class EnergyDistance(Method):
    """The library's ``Generator``, by the energy distance between a minibatch and as many generated points.

    Raises ``ValueError`` for a shape that ``Generator`` refuses, or a minibatch of one point.

    Source:
      Székely & Rizzo 2013; as a loss of generators Bellemare et al. 2017.
    """

    width: int = 32
    depth: int = 2
    activation: str = "gelu"
    name: ClassVar[str] = "energy"

    def init(self, key: Any, p_data: Law) -> Generator:
        return initial_generator("EnergyDistance", self.width, self.depth, self.activation, key, p_data)

    def memory(self, key: Any, p_data: Law, batch: int) -> Any:
        require_pairs("EnergyDistance", batch)
        return ()

    def loss(self, weights: Generator, x: Any, key: Any, memory: Any) -> tuple[Any, Any]:
        y = jax.vmap(weights)(jax.random.normal(key, x.shape, x.dtype))
        return energy_of_samples(x, y), memory

    def law(self, weights: Generator) -> Pushforward:
        return Pushforward(weights, LATENT)

    @in_float64
    def split(self, p_data: Law, weights: Generator) -> Split:
        """In the units of x, with no gap: 2E|X - Y| - E|X - X'| - E|Y - Y'| = 2 ∫ (F - G)² dx.

        The left side is taken by Gini's formula, E|X - Y| = E[X (2G(X) - 1)] + E[Y (2F(Y) - 1)], as 4 E[(X - c)(G - F)(X)], X from the
        data, less the same of Y. Any c will do; the data's median keeps terms small.
        """
        law = self.law(weights)
        divergence = energy_distance(p_data, law)
        if isinstance(divergence, Divergent):
            return Split(divergence, divergence, Estimate(0.0, 0.0), 1)
        assert isinstance(p_data, Density)
        centre, doubts = float(p_data.quantile(0.5)), [0.0]

        def apart(x):
            """(x - c)(G - F)(x), from the side on which both are small."""
            x = np.clip(x, -FARTHEST, FARTHEST)
            lower, upper = (np.stack([getattr(one, side)(x) for one in (p_data, law)]) for side in ("cdf", "sf"))
            from_below = lower.sum(0) < upper.sum(0)
            rounding = (p_data.cdf_rounding + law.cdf_rounding) * np.where(from_below, lower, upper).max(0) + law.cdf_doubt(x)
            doubts.append(float(np.max(np.abs(x - centre) * rounding)))
            return (x - centre) * np.where(from_below, lower[1] - lower[0], upper[0] - upper[1])

        found = difference_of_means(p_data, law, apart)
        return Split(4 * found + Estimate(0.0, 8 * max(doubts)), divergence, Estimate(0.0, 0.0), 1)
