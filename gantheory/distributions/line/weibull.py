"""The Weibull distribution."""

import math
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import gammaln

from gantheory.base.precision import finite_parameter, in_float64, is_traced, namespace_of, one_batch, shown
from gantheory.distributions.line.density import BREAK, POWER_ABOVE, SCALE, Facts, Family, log_distance
from gantheory.distributions.line.domain import require_range
from gantheory.distributions.line.known import FAR, UNTOLD, Known, coded, doubted, log_ratio, near_0

SHAPES, SMALLEST = (0.1, 1e6), 1e-150
LARGEST, HEAVY = 150.0, 13.0  # log10 of the largest scale is LARGEST - HEAVY/shape: there -log p is 1e13 and more among the doubles
CUTS = np.array([1e-3, 0.1, 0.5, 1, 3, 9, 25, 60])  # (x/λ)^k
EPS = float(np.finfo(float).eps)


class Weibull(Family):
    """The Weibull distribution.

    .. math:: p(x) = (k/\\lambda) (x/\\lambda)^{k-1} \\exp(-(x/\\lambda)^k) \\text{ for } x \\ge 0, \\text{ else } 0

    ``shape`` is k, ``scale`` is λ, as in scipy's ``weibull_min``: k = 1 is the exponential law, k = 2 Rayleigh's; below 1 it is infinite at
    0 and its tail is heavier than any exponential. Numbers or arrays of one batch shape. Raises ``ValueError`` unless ``shape`` is from
    0.1 to 1e6 and ``scale`` from 1e-150 to 10^(150 - 13/shape).
    """

    shape: np.ndarray
    scale: np.ndarray
    unbounded: ClassVar[tuple[bool, bool]] = (False, True)

    def __init__(self, shape: Any, scale: Any = 1.0):
        self.shape = finite_parameter("Weibull", "shape", shape, positive=True)
        self.scale = finite_parameter("Weibull", "scale", scale, positive=True)
        one_batch("Weibull", shape=self.shape, scale=self.scale)
        require_range("Weibull", "shape", self.shape, *SHAPES)
        if is_traced(self.shape, self.scale):
            return
        if np.any((self.scale < SMALLEST) | (np.log10(self.scale) > LARGEST - HEAVY / self.shape)):
            raise ValueError(
                f"`scale` of Weibull must be from {SMALLEST:g} to 10^({LARGEST:g} - {HEAVY:g}/shape). "
                f"Got scale={shown(scale)} at shape={shown(shape)}."
            )

    def _log_ratio(self, x, offset: Any = 0.0):
        """log(x/λ), for x > 0."""
        return log_ratio(jnp.where(x + offset > 0, x + offset, self.scale), self.scale)

    def _log_prob(self, x, offset: Any = 0.0):
        log_x = self._log_ratio(x, offset)
        log_amount = self.shape * log_x
        held = (log_amount < 690) & (x < jnp.inf)
        amount = jnp.exp(jnp.where(held, log_amount, 0.0))
        log_prob = jnp.log(self.shape) - jnp.log(self.scale) + (self.shape - 1) * jnp.where(held, log_x, 0.0) - amount
        at_0 = jnp.where(self.shape > 1, -jnp.inf, jnp.where(self.shape < 1, jnp.inf, -jnp.log(self.scale)))
        return jnp.where(held & (x + offset > 0), log_prob, jnp.where(x + offset == 0, at_0, -jnp.inf))

    def _amount(self, x):
        return jnp.where(x > 0, jnp.exp(self.shape * self._log_ratio(x)), 0.0)

    def _cdf(self, x):
        return -jnp.expm1(-self._amount(x))

    def _sf(self, x):
        return jnp.exp(-self._amount(x))

    def _sample(self, key, shape, dtype):
        drawn = jax.random.exponential(key, (*shape, *self.batch_shape), dtype)
        return jnp.asarray(self.scale, dtype) * drawn ** (1 / jnp.asarray(self.shape, dtype))

    @np.errstate(over="ignore")
    def _cuts(self):
        xp = namespace_of(self.scale, self.shape)
        inner = self.scale[..., None] * CUTS ** (1 / self.shape[..., None])
        return xp.concatenate([xp.zeros_like(inner[..., :1]), inner], -1), np.array([BREAK + POWER_ABOVE, *[SCALE] * len(CUTS)])

    def _facts(self):
        return Facts((0.0, math.inf), cdf_rounding=32 * EPS * (1 + 10 * float(np.max(self.shape))))

    def _own_orders(self) -> tuple[float, float]:
        known = not is_traced(self.shape) and np.min(self.shape) == np.max(self.shape)
        return math.inf, float(np.min(self.shape)) if known else math.nan

    def _own_tail(self, upward):
        return jnp.inf, jnp.where(self.shape == 2, np.sqrt(0.5), 1.0) * self.scale  # as a Gaussian's, exp(-x²/2s²)

    def _own_near(self, anchor, upward):
        return near_0(anchor, upward, self.shape)

    def _own_positive(self, anchor, offset):
        return anchor + offset > 0

    def _own_lost(self, anchor, offset):
        return coded(self.shape * log_distance(anchor, 0.0, offset, self.scale))

    def _own_doubt(self, anchor, offset):
        """That of log(x/λ), times k, in (x/λ)^k too."""
        log_amount = self.shape * self._log_ratio(anchor, offset)
        off = 4 * EPS * (self.shape + jnp.abs(log_amount))
        return jnp.where(log_amount > FAR, UNTOLD, off * (1 + jnp.exp(jnp.minimum(log_amount, 690.0))))

    @property
    @in_float64
    def mean(self) -> Any:
        return np.asarray(self.scale * jnp.exp(gammaln(1 + 1 / self.shape)))

    @property
    @in_float64
    def variance(self) -> Any:
        return self.mean**2 * np.asarray(jnp.expm1(gammaln(1 + 2 / self.shape) - 2 * gammaln(1 + 1 / self.shape)))

    known: ClassVar[Known] = Known(
        orders=_own_orders, tail=_own_tail, near=_own_near, positive=_own_positive, lost=_own_lost, log_prob_from=doubted(_own_doubt)
    )
