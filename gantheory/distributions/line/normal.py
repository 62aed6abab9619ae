"""The Gaussian."""

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr

from gantheory.base.primitives import half_log_tau
from gantheory.distributions.line.density import DIGIT, LOWEST, REAL_LINE, Facts, log_distance
from gantheory.distributions.line.known import Known
from gantheory.distributions.line.location_scale import LocationScale

# Standard deviations at which to cut; exp(-39**2/2) underflows.
CUTS = np.array([-39.0, -9, -3, 3, 9, 39])


class Normal(LocationScale):
    """N(loc, scale²).

    .. math:: p(x) = \\exp(-(x - \\mu)^2 / 2\\sigma^2) / (\\sigma\\sqrt{2\\pi})

    ``loc`` and ``scale`` are numbers or arrays of one batch shape. Raises ``ValueError`` unless ``scale`` is from 1e-290 to
    1e290, |loc| at most 1e290, and at least 8 doubles lie within a scale of ``loc``.
    """

    places: ClassVar[np.ndarray] = CUTS

    def __init__(self, loc: Any = 0.0, scale: Any = 1.0):
        super().__init__(loc, scale)

    def _log_prob(self, x, offset: Any = 0.0):
        u = ((x - self.loc) + offset) / self.scale
        return -u * u / 2 - jnp.log(self.scale) - half_log_tau()

    def _cdf(self, x):
        return ndtr((x - self.loc) / self.scale)

    def _sf(self, x):
        return ndtr((self.loc - x) / self.scale)

    def _sample(self, key, shape, dtype):
        return self._moved(jax.random.normal, key, shape, dtype)

    def _facts(self):
        return Facts(REAL_LINE, resolution=float(np.min(self.scale)), ends_at_cuts=True)  # exp(-39²/2)

    def _own_orders(self) -> tuple[float, float]:
        return 2.0, 2.0

    def _own_tail(self, upward):
        return jnp.inf, self.scale

    def _own_lost(self, anchor, offset):
        return LOWEST - DIGIT * (2 * log_distance(anchor, self.loc, offset, self.scale) - np.log(2))

    @property
    def mean(self) -> Any:
        return self.loc + 0 * self.scale

    @property
    def variance(self) -> Any:
        return self.scale**2 + 0 * self.loc

    known: ClassVar[Known] = Known(orders=_own_orders, tail=_own_tail, lost=_own_lost)
