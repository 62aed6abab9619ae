"""The uniform distribution on an interval."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.distributions.density import Density
from gantheory.precision import finite_parameter, one_batch


class Uniform(Density):
    """U[low, high].

    .. math:: p(x) = 1 / (b - a) \\text{ for } a \\le x \\le b, \\text{ else } 0

    ``low`` and ``high`` are numbers or arrays of one batch shape. Raises ``ValueError`` unless ``low`` < ``high`` and both are finite.
    """

    low: np.ndarray
    high: np.ndarray

    def __init__(self, low: Any = 0.0, high: Any = 1.0):
        self.low = finite_parameter("Uniform", "low", low)
        self.high = finite_parameter("Uniform", "high", high)
        one_batch("Uniform", low=self.low, high=self.high)
        if not np.all(self.low < self.high):
            raise ValueError(f"`high` of Uniform must be above `low`. Got low={low!r} and high={high!r}.")

    def _log_prob(self, x):
        inside = (x >= self.low) & (x <= self.high)
        return jnp.where(inside, -jnp.log(self.high - self.low), -jnp.inf)

    def _cdf(self, x):
        return jnp.clip((x - self.low) / (self.high - self.low), 0, 1)

    def _sample(self, key, shape, dtype):
        shape = (*shape, *np.broadcast_shapes(np.shape(self.low), np.shape(self.high)))
        low, high = jnp.asarray(self.low, dtype), jnp.asarray(self.high, dtype)
        return low + (high - low) * jax.random.uniform(key, shape, dtype)

    @property
    def support(self):
        return float(np.min(self.low)), float(np.max(self.high))

    @property
    def landmarks(self):
        return np.unique(np.concatenate([np.ravel(self.low), np.ravel(self.high)]))
