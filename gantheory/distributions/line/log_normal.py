"""The log-normal distribution."""

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr

from gantheory.base.precision import finite_parameter, namespace_of, one_batch
from gantheory.base.primitives import half_log_tau
from gantheory.distributions.line.density import BREAK, POWER_ABOVE, SCALE, Facts, Family
from gantheory.distributions.line.domain import require_range
from gantheory.distributions.line.known import STEEP, Known, near_0

LOCS, SCALES = (-250.0, 250.0), (1e-6, 10.0)  # so that all mass, and the variance, lie among the doubles
CUTS = np.array([-39.0, -25, -15, -9, -6, -3, 0, 3, 6, 9, 15, 25, 39])  # standard deviations of log x
EPS = float(np.finfo(float).eps)


class LogNormal(Family):
    """The law of e^Z, Z ~ N(loc, scale²).

    .. math:: p(x) = \\exp(-u^2/2) / (x \\sigma \\sqrt{2\\pi}), \\quad u = (\\log x - \\mu)/\\sigma, \\quad x > 0

    ``loc`` μ and ``scale`` σ are those of log x, as in PyTorch and numpyro; scipy has s = σ and scale = e^μ. The tail is heavier than any
    exponential, e^(tX) has no mean for t > 0, and every power of X has one. Numbers or arrays of one batch shape. Raises ``ValueError``
    unless ``loc`` is from -250 to 250 and ``scale`` from 1e-6 to 10.
    """

    loc: np.ndarray
    scale: np.ndarray
    unbounded: ClassVar[tuple[bool, bool]] = (False, True)

    def __init__(self, loc: Any = 0.0, scale: Any = 1.0):
        self.loc = finite_parameter("LogNormal", "loc", loc)
        self.scale = finite_parameter("LogNormal", "scale", scale, positive=True)
        one_batch("LogNormal", loc=self.loc, scale=self.scale)
        require_range("LogNormal", "loc", self.loc, *LOCS)
        require_range("LogNormal", "scale", self.scale, *SCALES)

    def _log_prob(self, x, offset: Any = 0.0):
        inside = x + offset > 0
        return jnp.where(inside, self._at(jnp.log(jnp.where(inside, x + offset, 1.0))), -jnp.inf)

    def _at(self, log_x):
        u = (log_x - self.loc) / self.scale
        return -u * u / 2 - log_x - jnp.log(self.scale) - half_log_tau()

    def _standard(self, x):
        return (jnp.log(jnp.maximum(x, 0.0)) - self.loc) / self.scale

    def _cdf(self, x):
        return ndtr(self._standard(x))

    def _sf(self, x):
        return ndtr(-self._standard(x))

    def _sample(self, key, shape, dtype):
        normal = jax.random.normal(key, (*shape, *self.batch_shape), dtype)
        return jnp.exp(jnp.asarray(self.loc, dtype) + jnp.asarray(self.scale, dtype) * normal)

    @np.errstate(over="ignore")
    def _cuts(self):
        xp = namespace_of(self.loc, self.scale)
        inner = xp.exp(self.loc[..., None] + self.scale[..., None] * CUTS)
        return xp.concatenate([xp.zeros_like(inner[..., :1]), inner], -1), np.array([BREAK + POWER_ABOVE, *[SCALE] * len(CUTS)])

    def _facts(self):
        rounding = float(np.max((np.abs(self.loc) + 39 * self.scale) / self.scale))  # of log x, in scales
        return Facts((0.0, np.inf), ends_at_cuts=True, cdf_rounding=32 * EPS * (1 + rounding))

    def _own_orders(self) -> tuple[float, float]:
        return np.inf, 0.0

    def _own_tail(self, upward):
        return (STEEP / self.scale**2 if upward else jnp.inf), jnp.nan

    def _own_near(self, anchor, upward):
        return near_0(anchor, upward, STEEP / self.scale**2)

    def _own_log_prob_from(self, anchor, offset, excess: Any = None):
        """Beyond the doubles by the formula itself, in log x. The doubt is that of log x - loc."""
        inside = anchor + offset > 0
        log_x = jnp.log(jnp.where(inside, anchor + offset, 1.0))
        at_0 = jnp.where((anchor == 0) | (excess > 0), excess, 0.0) if excess is not None else 0.0
        log_prob = jnp.where(inside, self._at(log_x + at_0) + at_0, -jnp.inf)
        off = EPS * (jnp.abs(log_x + at_0) + jnp.abs(self.loc)) / self.scale
        return log_prob, off * (2 * jnp.abs(log_x + at_0 - self.loc) / self.scale + off)

    @property
    def mean(self) -> Any:
        return np.exp(self.loc + self.scale**2 / 2)

    @property
    def variance(self) -> Any:
        return np.expm1(self.scale**2) * np.exp(2 * self.loc + self.scale**2)

    known: ClassVar[Known] = Known(orders=_own_orders, tail=_own_tail, near=_own_near, log_prob_from=_own_log_prob_from)
