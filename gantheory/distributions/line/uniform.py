"""The uniform distribution on an interval."""

import math
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import finite_parameter, namespace_of, one_batch, require_order
from gantheory.distributions.line.density import BREAK, Facts, Family
from gantheory.distributions.line.domain import require_width


class Uniform(Family):
    """U[low, high].

    .. math:: p(x) = 1 / (b - a) \\text{ for } a \\le x \\le b, \\text{ else } 0

    ``low`` and ``high`` are numbers or arrays of one batch shape. Raises ``ValueError`` unless ``low`` < ``high``, both are
    finite, and they are at least 1e-300 apart.
    """

    low: np.ndarray
    high: np.ndarray
    unbounded: ClassVar[tuple[bool, bool]] = (False, False)

    def __init__(self, low: Any = 0.0, high: Any = 1.0):
        self.low = finite_parameter("Uniform", "low", low)
        self.high = finite_parameter("Uniform", "high", high)
        one_batch("Uniform", low=self.low, high=self.high)
        require_order("Uniform", low, high)
        require_width("Uniform", low, high)

    def _log_prob(self, x, offset: Any = 0.0):
        inside = ((x - self.low) + offset >= 0) & ((x - self.high) + offset <= 0)
        half = self.high / 2 - self.low / 2  # high - low may be no double
        # The second logarithm is log 2; a constant would be a rounded one.
        return jnp.where(inside, -jnp.log(half) - jnp.log1p(half / half), -jnp.inf)

    def _cdf(self, x):
        return jnp.clip((x / 2 - self.low / 2) / (self.high / 2 - self.low / 2), 0, 1)

    def _sf(self, x):
        return jnp.clip((self.high / 2 - x / 2) / (self.high / 2 - self.low / 2), 0, 1)

    def _sample(self, key, shape, dtype):
        low, high = jnp.asarray(self.low, dtype), jnp.asarray(self.high, dtype)
        return low + (high - low) * jax.random.uniform(key, (*shape, *self.batch_shape), dtype)

    def _cuts(self):
        xp = namespace_of(self.low, self.high)
        return xp.stack(xp.broadcast_arrays(self.low, self.high), -1), np.full(2, BREAK)

    def _facts(self):
        return Facts((float(np.min(self.low)), float(np.max(self.high))), resolution=math.inf)

    @property
    def mean(self) -> Any:
        return self.low / 2 + self.high / 2

    @property
    def variance(self) -> Any:
        return (self.high - self.low) ** 2 / 12
