"""The gamma distribution."""

import math
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import gammainc, gammaincc

from gantheory.base.precision import finite_parameter, namespace_of, one_batch
from gantheory.distributions.line.density import BREAK, POWER_ABOVE, SCALE, Facts, Family, log_distance
from gantheory.distributions.line.domain import require_range
from gantheory.distributions.line.known import Known, coded, doubted, log_ratio, near_0
from gantheory.distributions.line.log_beta import binet

SHAPES, RATES = (1e-6, 1e5), (1e-150, 1e150)  # beyond, the distribution function of jax.scipy.special is lost
CUTS = np.array([-39.0, -9, -3, 0, 3, 9, 25, 60])  # standard deviations from the mean, of shape + 1 in place of shape
EPS = float(np.finfo(float).eps)


class Gamma(Family):
    """The gamma distribution.

    .. math:: p(x) = \\beta^a x^{a-1} e^{-\\beta x} / \\Gamma(a) \\text{ for } x \\ge 0, \\text{ else } 0

    ``shape`` is a and ``rate`` is β, as in PyTorch and numpyro; scipy has scale = 1/β. Numbers or arrays of one batch shape. Raises
    ``ValueError`` unless ``shape`` is from 1e-6 to 1e5 and ``rate`` from 1e-150 to 1e150.
    """

    shape: np.ndarray
    rate: np.ndarray
    unbounded: ClassVar[tuple[bool, bool]] = (False, True)

    def __init__(self, shape: Any, rate: Any = 1.0):
        self.shape = finite_parameter("Gamma", "shape", shape, positive=True)
        self.rate = finite_parameter("Gamma", "rate", rate, positive=True)
        one_batch("Gamma", shape=self.shape, rate=self.rate)
        require_range("Gamma", "shape", self.shape, *SHAPES)
        require_range("Gamma", "rate", self.rate, *RATES)

    def _log_prob(self, x, offset: Any = 0.0):
        """log p = -log x - a (t - 1 - log t) - log(Γ(a) e^a a^-a), t = β x/a, in which Stirling's large parts are cancelled."""
        x = x + offset
        inside = (x > 0) & (x * self.rate < 1e300)
        x_held = jnp.where(inside, x, 1 / self.rate)
        log_norm = binet(self.shape) - jnp.log(self.shape) / 2 + math.log(2 * math.pi) / 2
        log_prob = -jnp.log(x_held) - self.shape * self._excess(x_held) - log_norm
        at_0 = jnp.where(self.shape > 1, -jnp.inf, jnp.where(self.shape < 1, jnp.inf, jnp.log(self.rate)))
        return jnp.where(inside, log_prob, jnp.where(x == 0, at_0, -jnp.inf))

    def _excess(self, x):
        """t - 1 - log t >= 0 for t = β x/a: with s = (t - 1)/(t + 1), log t = 2 (s + s³/3 + …)."""
        amount = x * self.rate
        step = (amount - self.shape) / self.shape
        near = jnp.abs(step) < 0.3
        small = jnp.where(near, step, 0.0)
        s = small / (2 + small)
        series = jnp.zeros_like(s)
        for n in range(25, 1, -2):
            series = (series + 1 / n) * s * s
        far = step - log_ratio(jnp.where(near, 1.0, x), jnp.where(near, 1.0, self.shape / self.rate))
        return jnp.where(near, s * (small - 2 * series), far)

    def _cdf(self, x):
        return gammainc(self.shape, self.rate * jnp.maximum(x, 0.0))

    def _sf(self, x):
        return gammaincc(self.shape, self.rate * jnp.maximum(x, 0.0))

    def _sample(self, key, shape, dtype):
        return jax.random.gamma(key, jnp.asarray(self.shape, dtype), (*shape, *self.batch_shape), dtype) / jnp.asarray(self.rate, dtype)

    @np.errstate(over="ignore")
    def _cuts(self):
        xp = namespace_of(self.shape, self.rate)
        shape, rate = (a[..., None] for a in xp.broadcast_arrays(self.shape, self.rate))
        inner = xp.maximum(shape + xp.sqrt(shape + 1) * CUTS, 0.0) / rate
        return xp.concatenate([xp.zeros_like(shape), inner], -1), np.array([BREAK + POWER_ABOVE, *[SCALE] * len(CUTS)])

    def _facts(self):
        # The rounding is that of jax.scipy.special.gammainc, measured against mpmath and scipy.
        shapes = float(np.max(self.shape)) + 2 / float(np.min(self.shape))
        return Facts((0.0, math.inf), cdf_rounding=1e-13 + 1e-14 * shapes)

    def _own_orders(self) -> tuple[float, float]:
        return math.inf, 1.0

    def _own_tail(self, upward):
        return jnp.inf, 1 / self.rate

    def _own_near(self, anchor, upward):
        return near_0(anchor, upward, self.shape)

    def _own_positive(self, anchor, offset):
        return anchor + offset > 0

    def _own_lost(self, anchor, offset):
        return coded(log_distance(anchor, 0.0, offset, 1.0) + jnp.log(self.rate))

    def _own_doubt(self, anchor, offset):
        """That of t, in a (t - 1 - log t)."""
        return 4 * EPS * jnp.abs(self.shape - jnp.minimum((anchor + offset) * self.rate, 1e300))

    @property
    def mean(self) -> Any:
        return self.shape / self.rate

    @property
    def variance(self) -> Any:
        return self.shape / self.rate**2

    known: ClassVar[Known] = Known(
        orders=_own_orders, tail=_own_tail, near=_own_near, positive=_own_positive, lost=_own_lost, log_prob_from=doubted(_own_doubt)
    )
