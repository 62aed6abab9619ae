"""The beta distribution."""

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import betainc

from gantheory.base.precision import finite_parameter, namespace_of, one_batch
from gantheory.distributions.line.density import BREAK, POWER_ABOVE, POWER_BELOW, SCALE, Facts, Family
from gantheory.distributions.line.domain import require_range
from gantheory.distributions.line.known import Known
from gantheory.distributions.line.log_beta import log_beta

SHAPES = 1e-6, 1e9  # least and largest parameter
CUTS = np.array([-39.0, -9, -3, 0, 3, 9, 39])  # standard deviations from the mean


class Beta(Family):
    """The beta distribution on [0, 1].

    .. math:: p(x) = x^{a-1} (1-x)^{b-1} / B(a, b)

    ``a`` and ``b`` are numbers or arrays of one batch shape. Raises ``ValueError`` unless both are from 1e-6 to 1e9.
    """

    a: np.ndarray
    b: np.ndarray
    unbounded: ClassVar[tuple[bool, bool]] = (False, False)

    def __init__(self, a: Any, b: Any):
        self.a = finite_parameter("Beta", "a", a, positive=True)
        self.b = finite_parameter("Beta", "b", b, positive=True)
        one_batch("Beta", a=self.a, b=self.b)
        require_range("Beta", "a", self.a, *SHAPES)
        require_range("Beta", "b", self.b, *SHAPES)

    def _log_prob(self, x, offset: Any = 0.0):
        from_0, from_1 = x + offset, (1 - x) - offset
        inside = (from_0 >= 0) & (from_1 >= 0)
        log_prob = _power(self.a - 1, from_0, inside) + _power(self.b - 1, from_1, inside) - log_beta(self.a, self.b)
        return jnp.where(inside, log_prob, -jnp.inf)

    def _cdf(self, x):
        return betainc(self.a, self.b, jnp.clip(x, 0, 1))

    def _sf(self, x):
        return betainc(self.b, self.a, jnp.clip(1 - x, 0, 1))

    def _sample(self, key, shape, dtype):
        shape = (*shape, *self.batch_shape)
        return jax.random.beta(key, jnp.asarray(self.a, dtype), jnp.asarray(self.b, dtype), shape, dtype)

    def _cuts(self):
        xp = namespace_of(self.a, self.b)
        mean, deviation = self.mean[..., None], xp.sqrt(self.variance)[..., None]
        inner = xp.clip(mean + deviation * CUTS, 0.0, 1.0)
        ends = xp.zeros_like(mean), xp.ones_like(mean)
        flags = np.array([BREAK + POWER_ABOVE, *[SCALE] * len(CUTS), BREAK + POWER_BELOW])
        return xp.concatenate([ends[0], inner, ends[1]], -1), flags

    def _facts(self):
        return Facts((0.0, 1.0), cdf_rounding=2e-13)  # jax.scipy.special.betainc, measured against mpmath

    def _own_near(self, anchor, upward):
        inside = jnp.where(upward, (anchor >= 0) & (anchor < 1), (anchor > 0) & (anchor <= 1))
        return jnp.where(inside, jnp.where(anchor == 0, self.a, jnp.where(anchor == 1, self.b, 1.0)), jnp.inf), 0.0

    def _own_log_doubt(self):
        return 4 * np.finfo(float).eps * (self.a + self.b)  # (a - 1) log x, (b - 1) log(1 - x) and log B cancel where a and b are large

    @property
    def mean(self) -> Any:
        return self.a / (self.a + self.b)

    @property
    def variance(self) -> Any:
        return self.a * self.b / ((self.a + self.b) ** 2 * (self.a + self.b + 1))

    known: ClassVar[Known] = Known(near=_own_near, log_doubt=_own_log_doubt)


def _power(exponent, base, inside):
    """exponent · log base, with 0 · log 0 = 0. Its derivative in the exponent is log base, also where the exponent is 0."""
    positive = base > 0
    log = exponent * jnp.log(jnp.where(inside & positive, base, 1.0))
    at_end = jnp.where(exponent > 0, -jnp.inf, jnp.where(exponent < 0, jnp.inf, 0.0))
    return jnp.where(positive | ~inside, log, at_end)
