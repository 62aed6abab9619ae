"""The Gumbel distribution, of largest values."""

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.distributions.line.density import REAL_LINE, Facts, log_distance
from gantheory.distributions.line.known import DOUBLE_EXPONENTIAL, FAR, UNTOLD, Known, coded, doubted
from gantheory.distributions.line.location_scale import LocationScale

EPS = float(np.finfo(float).eps)


class Gumbel(LocationScale):
    """The Gumbel distribution of largest values: a heavy tail upward, and next to none downward.

    .. math:: p(x) = \\exp(-u - e^{-u}) / \\beta, \\quad u = (x - \\mu)/\\beta

    ``loc`` μ is the mode, ``scale`` is β; numbers or arrays of one batch shape. Raises ``ValueError`` unless ``scale`` is from 1e-290 to
    1e290, |loc| at most 1e290, and at least 8 doubles lie within a scale of ``loc``.
    """

    places: ClassVar[np.ndarray] = np.array([-4.5, -3, -1.5, 0, 3, 9, 25, 60])

    def __init__(self, loc: Any = 0.0, scale: Any = 1.0):
        super().__init__(loc, scale)

    def _log_prob(self, x, offset: Any = 0.0):
        u = self._standard(x, offset)
        above = jnp.maximum(u, -690.0)  # below, e^-u is no double, or its slope is none
        return jnp.where(u >= -690, -above - jnp.exp(-above) - jnp.log(self.scale), -jnp.inf)

    def _cdf(self, x):
        return jnp.exp(-jnp.exp(-self._standard(x)))

    def _sf(self, x):
        return -jnp.expm1(-jnp.exp(-self._standard(x)))

    def _sample(self, key, shape, dtype):
        return self._moved(jax.random.gumbel, key, shape, dtype)

    def _facts(self):
        return Facts(REAL_LINE)

    def _own_orders(self) -> tuple[float, float]:
        return DOUBLE_EXPONENTIAL, 1.0

    def _own_tail(self, upward):
        return jnp.inf, self.scale

    def _own_lost(self, anchor, offset):
        log_size = log_distance(anchor, self.loc, offset, self.scale)
        return coded(jnp.where((anchor - self.loc) + offset > 0, log_size, jnp.exp(jnp.minimum(log_size, 700.0))))

    def _own_doubt(self, anchor, offset):
        """That of e^-u, from the rounding of u."""
        below = -self._standard(anchor, offset)
        held = jnp.clip(below, -690.0, 690.0)
        return jnp.where(below > FAR, UNTOLD, EPS * jnp.abs(held) * jnp.exp(held))

    @property
    def mean(self) -> Any:
        return self.loc + np.euler_gamma * self.scale

    @property
    def variance(self) -> Any:
        return (np.pi * self.scale) ** 2 / 6 + 0 * self.loc

    known: ClassVar[Known] = Known(orders=_own_orders, tail=_own_tail, lost=_own_lost, log_prob_from=doubted(_own_doubt))
