"""The logistic distribution."""

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.distributions.line.density import REAL_LINE, Facts, log_distance
from gantheory.distributions.line.known import Known, coded
from gantheory.distributions.line.location_scale import LocationScale


class Logistic(LocationScale):
    """The logistic distribution.

    .. math:: p(x) = e^{-u} / (s (1 + e^{-u})^2), \\quad u = (x - \\mu)/s

    ``loc`` and ``scale`` are numbers or arrays of one batch shape. Raises ``ValueError`` unless ``scale`` is from 1e-290 to
    1e290, |loc| at most 1e290, and at least 8 doubles lie within a scale of ``loc``.
    """

    places: ClassVar[np.ndarray] = np.array([-60.0, -25, -9, -3, 3, 9, 25, 60])

    def __init__(self, loc: Any = 0.0, scale: Any = 1.0):
        super().__init__(loc, scale)

    def _log_prob(self, x, offset: Any = 0.0):
        size = jnp.abs(self._standard(x, offset))
        return -size - 2 * jnp.log1p(jnp.exp(-size)) - jnp.log(self.scale)

    def _cdf(self, x):
        return jax.nn.sigmoid(self._standard(x))

    def _sf(self, x):
        return jax.nn.sigmoid(-self._standard(x))

    def _sample(self, key, shape, dtype):
        return self._moved(jax.random.logistic, key, shape, dtype)

    def _facts(self):
        return Facts(REAL_LINE)

    def _own_orders(self) -> tuple[float, float]:
        return 1.0, 1.0

    def _own_tail(self, upward):
        return jnp.inf, self.scale

    def _own_lost(self, anchor, offset):
        return coded(log_distance(anchor, self.loc, offset, self.scale))

    @property
    def mean(self) -> Any:
        return self.loc + 0 * self.scale

    @property
    def variance(self) -> Any:
        return (np.pi * self.scale) ** 2 / 3 + 0 * self.loc

    known: ClassVar[Known] = Known(orders=_own_orders, tail=_own_tail, lost=_own_lost)
