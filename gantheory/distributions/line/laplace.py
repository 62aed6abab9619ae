"""Exponential tails: the Laplace distribution, and half of it."""

import math
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import finite_parameter, one_batch
from gantheory.distributions.line.density import BREAK, DIGIT, LOWEST, REAL_LINE, SCALE, Facts, Family, log_distance
from gantheory.distributions.line.domain import LARGEST, SMALLEST, require_range, require_scale
from gantheory.distributions.line.known import Known

CUTS = np.array([3.0, 9, 25, 60])  # scales from the peak


class Laplace(Family):
    """The Laplace distribution.

    .. math:: p(x) = \\exp(-|x - \\mu|/b) / (2b)

    ``loc`` and ``scale`` are numbers or arrays of one batch shape. Raises ``ValueError`` unless ``scale`` is from 1e-290 to
    1e290, |loc| at most 1e290, and at least 8 doubles lie within a scale of ``loc``.
    """

    loc: np.ndarray
    scale: np.ndarray
    unbounded: ClassVar[tuple[bool, bool]] = (True, True)

    def __init__(self, loc: Any = 0.0, scale: Any = 1.0):
        self.loc = finite_parameter("Laplace", "loc", loc)
        self.scale = finite_parameter("Laplace", "scale", scale, positive=True)
        one_batch("Laplace", loc=self.loc, scale=self.scale)
        require_scale("Laplace", self.loc, self.scale)

    def _log_prob(self, x, offset: Any = 0.0):
        return -jnp.abs((x - self.loc) + offset) / self.scale - jnp.log(2 * self.scale)

    def _cdf(self, x):
        return self._sf(2 * self.loc - x)

    def _sf(self, x):
        u = (x - self.loc) / self.scale
        return jnp.where(u < 0, 1 - jnp.exp(-jnp.abs(u)) / 2, jnp.exp(-jnp.abs(u)) / 2)

    def _sample(self, key, shape, dtype):
        shape = (*shape, *self.batch_shape)
        return jnp.asarray(self.loc, dtype) + jnp.asarray(self.scale, dtype) * jax.random.laplace(key, shape, dtype)

    def _cuts(self):
        cuts = np.array([*-CUTS[::-1], 0, *CUTS])
        return self.loc[..., None] + self.scale[..., None] * cuts, np.where(cuts == 0, BREAK, SCALE)

    def _facts(self):
        return Facts(REAL_LINE)

    def _own_orders(self) -> tuple[float, float]:
        return 1.0, 1.0

    def _own_tail(self, upward):
        return jnp.inf, self.scale

    def _own_lost(self, anchor, offset):
        return LOWEST - DIGIT * (log_distance(anchor, self.loc, offset, self.scale))

    @property
    def mean(self) -> Any:
        return self.loc + 0 * self.scale

    @property
    def variance(self) -> Any:
        return 2 * self.scale**2 + 0 * self.loc

    known: ClassVar[Known] = Known(orders=_own_orders, tail=_own_tail, lost=_own_lost)


class Exponential(Family):
    """The exponential distribution.

    .. math:: p(x) = \\lambda e^{-\\lambda x} \\text{ for } x \\ge 0, \\text{ else } 0

    ``rate`` is a number or an array. Raises ``ValueError`` unless it is from 1e-290 to 1e290.
    """

    rate: np.ndarray
    unbounded: ClassVar[tuple[bool, bool]] = (False, True)

    def __init__(self, rate: Any = 1.0):
        self.rate = finite_parameter("Exponential", "rate", rate, positive=True)
        require_range("Exponential", "rate", self.rate, SMALLEST, LARGEST)

    def _log_prob(self, x, offset: Any = 0.0):
        return jnp.where(x + offset >= 0, jnp.log(self.rate) - self.rate * (x + offset), -jnp.inf)

    def _cdf(self, x):
        return -jnp.expm1(-self.rate * jnp.maximum(x, 0.0))

    def _sf(self, x):
        return jnp.exp(-self.rate * jnp.maximum(x, 0.0))

    def _sample(self, key, shape, dtype):
        return jax.random.exponential(key, (*shape, *self.batch_shape), dtype) / jnp.asarray(self.rate, dtype)

    def _cuts(self):
        return np.array([0.0, *CUTS]) / self.rate[..., None], np.array([BREAK, *[SCALE] * len(CUTS)])

    def _facts(self):
        return Facts((0.0, math.inf))

    def _own_orders(self) -> tuple[float, float]:
        return math.inf, 1.0

    def _own_tail(self, upward):
        return jnp.inf, 1 / self.rate

    def _own_positive(self, anchor, offset):
        return anchor + offset >= 0

    def _own_lost(self, anchor, offset):
        return LOWEST - DIGIT * (log_distance(anchor, 0.0, offset, 1.0) + jnp.log(self.rate))

    @property
    def mean(self) -> Any:
        return 1 / self.rate

    @property
    def variance(self) -> Any:
        return 1 / self.rate**2

    known: ClassVar[Known] = Known(orders=_own_orders, tail=_own_tail, positive=_own_positive, lost=_own_lost)
