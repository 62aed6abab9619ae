"""A flow on the line: an increasing map T from the data to a Gaussian z, whose density is its own formula, by maximum likelihood.

The generator is G = T⁻¹. That T and not G is the network makes log p(x) explicit, with no equation to solve.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr

from gantheory.base.precision import finite_parameter, in_float64, one_batch, require_key, shown
from gantheory.base.primitives import half_log_tau
from gantheory.distributions import Density, Law
from gantheory.distributions.line.density import DIGIT, LOWEST, REAL_LINE, SCALE, Facts, Family, log_distance
from gantheory.distributions.line.domain import require_scale
from gantheory.distributions.line.known import Known
from gantheory.models.method import Method
from gantheory.models.split import Split, mean_of, split_of_likelihood

HALVINGS = 64  # of an interval that holds x, to its last bits
SCORES = np.array([-39.0, -9, -3, 0, 3, 9, 39])  # values of T at which the density is cut; exp(-39²/2) underflows
BESIDE = np.array([-3.0, 0, 3])  # places beside a unit's centre, in its widths, at which the density is cut
ROUNDING = 8 * float(np.finfo(float).eps)  # of T, as a share of the sum of its terms' sizes
SPREAD = 2.5  # centres of the units at the start, in the data's unit, lie this far from 0 at most
HEIGHT, STEEPNESS = 0.05, 1.5  # of each unit at the start


class Flow(Family):
    """The law of x = T⁻¹(z), z ~ N(0, 1), for a T that is a sum of increasing terms: N(loc, scale²), bent.

    .. math:: p(x) = \\varphi(T(x))\\, T'(x), \\qquad T(x) = (x - \\mu)/\\sigma + \\sum_i h_i \\tanh(k_i (x - c_i))

    ``loc`` and ``scale`` are numbers; ``heights`` h > 0, ``steepness`` k > 0 and ``centres`` c have shape (n,). T' is at least 1/σ, and the
    tails are Gaussian. Raises ``ValueError`` for parameters that are not finite, or not positive where they must be.
    """

    loc: np.ndarray
    scale: np.ndarray
    heights: np.ndarray
    steepness: np.ndarray
    centres: np.ndarray
    trailing: ClassVar[int] = 1  # loc and scale are held as arrays of one number
    unbounded: ClassVar[tuple[bool, bool]] = (True, True)

    def __init__(self, loc: Any, scale: Any, heights: Any, steepness: Any, centres: Any):
        self.loc = finite_parameter("Flow", "loc", loc)[..., None]
        self.scale = finite_parameter("Flow", "scale", scale, positive=True)[..., None]
        self.heights = finite_parameter("Flow", "heights", heights, positive=True)
        self.steepness = finite_parameter("Flow", "steepness", steepness, positive=True)
        self.centres = finite_parameter("Flow", "centres", centres)
        one_batch("Flow", loc=self.loc, heights=self.heights, steepness=self.steepness, centres=self.centres)
        require_scale("Flow", self.loc, self.scale)

    def map(self, x: Any, offset: Any = 0.0) -> tuple[Any, Any]:
        """(T, T') at x + offset, the sum not rounded first. In JAX."""
        x, offset = jnp.asarray(x)[..., None], jnp.asarray(offset)[..., None]
        turned = self.steepness * ((x - self.centres) + offset)
        bent = jnp.sum(self.heights * jnp.tanh(turned), axis=-1)
        slopes = 4 * jax.nn.sigmoid(2 * turned) * jax.nn.sigmoid(-2 * turned)  # 1 - tanh², where that is small too
        straight = (((x - self.loc) + offset) / self.scale)[..., 0]
        return straight + bent, 1 / self.scale[..., 0] + jnp.sum(self.heights * self.steepness * slopes, axis=-1)

    def inverse(self, z: Any) -> Any:
        """x = T⁻¹(z), by halving the interval μ + σ (z ± Σ h), which holds it. In JAX."""
        most = jnp.sum(self.heights, axis=-1)
        loc, scale = self.loc[..., 0], self.scale[..., 0]

        def halve(_, ends):
            low, high = ends
            middle = low + (high - low) / 2
            below = self.map(middle)[0] < z
            return jnp.where(below, middle, low), jnp.where(below, high, middle)

        low, high = jax.lax.fori_loop(0, HALVINGS, halve, (loc + scale * (z - most), loc + scale * (z + most)))
        return low + (high - low) / 2

    def _log_prob(self, x, offset: Any = 0.0):
        z, slope = self.map(x, offset)
        return -z * z / 2 - half_log_tau() + jnp.log(slope)

    def _cdf(self, x):
        return ndtr(self.map(x)[0])

    def _sf(self, x):
        return ndtr(-self.map(x)[0])

    def _sample(self, key, shape, dtype):
        own = jax.tree.map(lambda leaf: jnp.asarray(leaf, dtype), self)
        return own.inverse(jax.random.normal(key, (*shape, *self.batch_shape), dtype))

    def _cuts(self):
        own = jax.tree.map(jnp.asarray, self)
        scores = jnp.broadcast_to(SCORES.reshape(-1, *[1] * len(self.batch_shape)), (len(SCORES), *self.batch_shape))
        beside = own.centres[..., None] + BESIDE / own.steepness[..., None]
        cuts = jnp.moveaxis(own.inverse(scores), 0, -1), beside.reshape(*self.batch_shape, -1)
        positions = jnp.concatenate(cuts, axis=-1)
        return positions, np.full(positions.shape[-1], SCALE)

    def _facts(self):
        steepest = 1 / self.scale[..., 0] + np.sum(self.heights * self.steepness, axis=-1)
        finest = min(float(np.min(1 / self.steepness)), float(np.min(1 / steepest)))
        rounding = ROUNDING * (4 + 40 * float(np.max(np.sum(self.heights, axis=-1))))  # T's own, times the steepest fall of log Φ
        return Facts(REAL_LINE, resolution=finest, ends_at_cuts=True, cdf_rounding=rounding)

    def _own_orders(self) -> tuple[float, float]:
        return 2.0, 2.0

    def _own_tail(self, upward):
        return jnp.inf, self.scale[..., 0]

    def _own_lost(self, anchor, offset):
        return LOWEST - DIGIT * (2 * log_distance(anchor, self.loc[..., 0], offset, self.scale[..., 0]) - np.log(2))

    def _own_log_doubt(self):
        """|T| times T's rounding, where that is more than the rounding of T²/2 itself: where |T| <= Σ h."""
        return ROUNDING * (1 + jnp.sum(self.heights, axis=-1)) ** 2

    @property
    def mean(self) -> Any:
        return np.float64(mean_of(self, lambda x: x))

    @property
    def variance(self) -> Any:
        mean = self.mean
        return np.float64(mean_of(self, lambda x: (x - mean) ** 2))

    known: ClassVar[Known] = Known(orders=_own_orders, tail=_own_tail, lost=_own_lost, log_doubt=_own_log_doubt)


class FlowWeights(NamedTuple):
    """A flow's weights, in the data's unit: x = loc + scale · u. Positive numbers are held as their logarithms.

    Attributes:
      unit: (loc, scale) of the data, which no gradient changes.
      line: (μ, log σ) of u.
      log_heights: log h, shape (n,).
      log_steepness: log k, shape (n,).
      centres: c, shape (n,).
    """

    unit: Any
    line: Any
    log_heights: Any
    log_steepness: Any
    centres: Any

    def flow(self) -> Flow:
        """The law of u, in the weights' precision."""
        mean, log_scale = self.line
        return Flow(mean, jnp.exp(log_scale), jnp.exp(self.log_heights), jnp.exp(self.log_steepness), self.centres)


@dataclass(frozen=True)
class FlowLikelihood(Method):
    """A ``Flow`` of so many tanh units, by maximum likelihood: -log p(x) on each minibatch.

    Raises ``ValueError`` unless ``units`` is a whole number from 1 to 1024.

    Source:
      Rezende & Mohamed 2015, Eq. 5, on the line and inverted, as in Papamakarios et al. 2021, section 2.
    """

    units: int = 16
    name: ClassVar[str] = "flow"

    def __post_init__(self) -> None:
        if isinstance(self.units, bool) or not isinstance(self.units, int) or not 1 <= self.units <= 1024:
            raise ValueError(f"`units` of FlowLikelihood must be a whole number from 1 to 1024. Got {shown(self.units)}.")

    def init(self, key: Any, p_data: Law) -> FlowWeights:
        require_key("FlowLikelihood", key)
        if not isinstance(p_data, Density):
            raise ValueError(f"`p_data` of FlowLikelihood must be a density on the line. Got {p_data!r}.")
        low, middle, high = p_data.quantile([0.16, 0.5, 0.84])
        unit = jnp.asarray([middle, (high - low) / 2], jnp.float32)
        places = jnp.linspace(-SPREAD, SPREAD, 2 * self.units + 1, dtype=jnp.float32)[1::2]
        moved = jax.random.uniform(key, (self.units,), jnp.float32, -1, 1) * SPREAD / self.units
        heights, steepness = (jnp.full(self.units, np.log(number), jnp.float32) for number in (HEIGHT, STEEPNESS))
        return FlowWeights(unit, jnp.zeros(2, jnp.float32), heights, steepness, places + moved)

    def parameters(self, weights: FlowWeights) -> int:
        return super().parameters(weights) - np.size(weights.unit)

    def loss(self, weights: FlowWeights, x: Any, key: Any, memory: Any) -> tuple[Any, Any]:
        return -jnp.mean(self.log_prob(weights, x)), memory

    def log_prob(self, weights: FlowWeights, x: Any) -> Any:
        loc, scale = jax.lax.stop_gradient(weights.unit)
        return weights.flow()._log_prob((x - loc) / scale) - jnp.log(scale)

    @in_float64
    def law(self, weights: FlowWeights) -> Flow:
        exact = FlowWeights._make(np.asarray(part, np.float64) for part in weights)
        (loc, scale), (mean, log_scale) = exact.unit, exact.line
        heights, steepness = np.exp(exact.log_heights), np.exp(exact.log_steepness)
        return Flow(loc + scale * mean, scale * np.exp(log_scale), heights, steepness / scale, loc + scale * exact.centres)

    def split(self, p_data: Law, weights: FlowWeights) -> Split:
        return split_of_likelihood(p_data, self.law(weights))
