"""Exponential tails: the Laplace distribution, and half of it."""

import math
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import finite_parameter
from gantheory.distributions.line.density import BREAK, DIGIT, LOWEST, REAL_LINE, SCALE, Facts, Family, log_distance
from gantheory.distributions.line.domain import LARGEST, SMALLEST, require_range
from gantheory.distributions.line.known import Known
from gantheory.distributions.line.location_scale import LocationScale

CUTS = np.array([3.0, 9, 25, 60])  # scales from the peak


class Laplace(LocationScale):
    """The Laplace distribution.

    .. math:: p(x) = \\exp(-|x - \\mu|/b) / (2b)

    ``loc`` and ``scale`` are numbers or arrays of one batch shape. Raises ``ValueError`` unless ``scale`` is from 1e-290 to
    1e290, |loc| at most 1e290, and at least 8 doubles lie within a scale of ``loc``.
    """

    places: ClassVar[np.ndarray] = np.array([*-CUTS[::-1], 0, *CUTS])
    peak: ClassVar[int] = BREAK

    def __init__(self, loc: Any = 0.0, scale: Any = 1.0):
        super().__init__(loc, scale)

    def _log_prob(self, x, offset: Any = 0.0):
        return -jnp.abs((x - self.loc) + offset) / self.scale - jnp.log(2 * self.scale)

    def _cdf(self, x):
        return self._sf(2 * self.loc - x)

    def _sf(self, x):
        u = (x - self.loc) / self.scale
        return jnp.where(u < 0, 1 - jnp.exp(-jnp.abs(u)) / 2, jnp.exp(-jnp.abs(u)) / 2)

    def _sample(self, key, shape, dtype):
        return self._moved(jax.random.laplace, key, shape, dtype)

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
