"""Power tails: Student's t distribution, and the one of them with closed forms, Cauchy's."""

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import betainc

from gantheory.base.estimate import Divergent
from gantheory.base.precision import finite_parameter, namespace_of, one_batch
from gantheory.base.primitives import pi
from gantheory.distributions.line.density import REAL_LINE, SCALE, Facts, Family, log_distance
from gantheory.distributions.line.domain import require_range, require_scale
from gantheory.distributions.line.known import Known
from gantheory.distributions.line.location_scale import LocationScale
from gantheory.distributions.line.log_beta import log_beta

DEGREES = 1e-4, 1e15  # least and most degrees of freedom
CUTS = np.array([-16.0, -4, -1, 1, 4, 16])  # scales from the peak; the tails beyond are taken in log-coordinates


def _log_one_plus_square(u):
    """log(1 + u²), also where u² overflows."""
    size = jnp.abs(u)
    large = u * u > 1e200  # a comparison without a kink at 0
    return jnp.where(large, 2 * jnp.log(jnp.where(large, size, 1.0)), jnp.log1p(jnp.where(large, 0.0, u) ** 2))


class Cauchy(LocationScale):
    """The Cauchy distribution.

    .. math:: p(x) = 1 / (\\pi \\gamma (1 + u^2)), \\quad u = (x - x_0)/\\gamma

    ``loc`` and ``scale`` are numbers or arrays of one batch shape. Raises ``ValueError`` unless ``scale`` is from 1e-290 to
    1e290, |loc| at most 1e290, and at least 8 doubles lie within a scale of ``loc``.
    """

    places: ClassVar[np.ndarray] = CUTS

    def __init__(self, loc: Any = 0.0, scale: Any = 1.0):
        super().__init__(loc, scale)

    def _log_prob(self, x, offset: Any = 0.0):
        u = ((x - self.loc) + offset) / self.scale
        return -_log_one_plus_square(u) - jnp.log(pi() * self.scale)

    def _cdf(self, x):
        return jnp.arctan2(self.scale, self.loc - x) / np.pi

    def _sf(self, x):
        return jnp.arctan2(self.scale, x - self.loc) / np.pi

    def _sample(self, key, shape, dtype):
        return self._moved(jax.random.cauchy, key, shape, dtype)

    def _facts(self):
        return Facts(REAL_LINE, tail_index=1.0)

    def _own_orders(self) -> tuple[float, float]:
        return 0.0, 0.0

    def _own_tail(self, upward):
        return 1.0, self.scale

    def _own_lost(self, anchor, offset):
        return -2 * log_distance(anchor, self.loc, offset, self.scale) - jnp.log(pi() * self.scale)

    @property
    def mean(self) -> Any:
        return Divergent("E|X| is infinite for a Cauchy distribution, which has no mean")

    @property
    def variance(self) -> Any:
        return Divergent("E[X²] is infinite for a Cauchy distribution")

    known: ClassVar[Known] = Known(orders=_own_orders, tail=_own_tail, lost=_own_lost)


class StudentT(Family):
    """Student's t distribution with ``df`` degrees of freedom.

    .. math:: p(x) = (1 + u^2/\\nu)^{-(\\nu+1)/2} / (\\sigma \\sqrt\\nu\\, B(1/2, \\nu/2)), \\quad u = (x - \\mu)/\\sigma

    The parameters are numbers or arrays of one batch shape. Raises ``ValueError`` unless ``df`` is from 1e-4 to 1e15,
    ``scale`` from 1e-290 to 1e290, |loc| at most 1e290, and at least 8 doubles lie within a scale of ``loc``.
    """

    df: np.ndarray
    loc: np.ndarray
    scale: np.ndarray
    unbounded: ClassVar[tuple[bool, bool]] = (True, True)

    def __init__(self, df: Any, loc: Any = 0.0, scale: Any = 1.0):
        self.df = finite_parameter("StudentT", "df", df, positive=True)
        self.loc = finite_parameter("StudentT", "loc", loc)
        self.scale = finite_parameter("StudentT", "scale", scale, positive=True)
        one_batch("StudentT", df=self.df, loc=self.loc, scale=self.scale)
        require_scale("StudentT", self.loc, self.scale)
        require_range("StudentT", "df", self.df, *DEGREES)

    def _log_prob(self, x, offset: Any = 0.0):
        u = ((x - self.loc) + offset) / self.scale
        return -(self.df + 1) / 2 * _log_one_plus_square(u / jnp.sqrt(self.df)) - self._log_norm()

    def _cdf(self, x):
        return self._sf(2 * self.loc - x)

    def _sf(self, x):
        u = (x - self.loc) / self.scale
        far = self.df / (self.df + u * u)
        near = u * u / (self.df + u * u)  # 1 - far: accurate in the middle, as far is in the tail
        tail = jnp.where(u * u > 1, betainc(self.df / 2, 0.5, far), 1 - betainc(0.5, self.df / 2, near)) / 2
        return jnp.where(u < 0, 1 - tail, tail)

    def _sample(self, key, shape, dtype):
        df = jnp.broadcast_to(jnp.asarray(self.df, dtype), (*shape, *self.batch_shape))
        return jnp.asarray(self.loc, dtype) + jnp.asarray(self.scale, dtype) * jax.random.t(key, df, df.shape, dtype)

    def _cuts(self):
        xp = namespace_of(self.df, self.loc, self.scale)
        # Below one degree of freedom the peak is as narrow as √ν, and all else is tail.
        loc, scale = xp.broadcast_arrays(self.loc, self.scale * xp.sqrt(xp.minimum(self.df, 1.0)))
        return loc[..., None] + scale[..., None] * CUTS, np.full(len(CUTS), SCALE)

    def _facts(self):
        # The rounding is that of jax.scipy.special.betainc, measured against mpmath: log-gammas as large as df log df cancel in it.
        return Facts(REAL_LINE, tail_index=float(np.min(self.df)), cdf_rounding=3e-11 + 1e-14 * float(np.max(self.df)))

    def _own_orders(self) -> tuple[float, float]:
        return 0.0, 0.0

    def _own_tail(self, upward):
        return self.df, self.scale

    def _own_lost(self, anchor, offset):
        log_u = log_distance(anchor, self.loc, offset, self.scale) - jnp.log(self.df) / 2
        return -(self.df + 1) * log_u - self._log_norm()

    def _log_norm(self):
        return jnp.log(self.scale) + jnp.log(self.df) / 2 + log_beta(0.5, self.df / 2)

    @property
    def mean(self) -> Any:
        if self.tail_index <= 1:
            return Divergent(f"E|X| is infinite for a Student t distribution of {self.tail_index:g} <= 1 degrees of freedom")
        return self.loc + 0 * self.scale + 0 * self.df

    @property
    def variance(self) -> Any:
        if self.tail_index <= 2:
            return Divergent(f"E[X²] is infinite for a Student t distribution of {self.tail_index:g} <= 2 degrees of freedom")
        return self.scale**2 * self.df / (self.df - 2) + 0 * self.loc

    known: ClassVar[Known] = Known(orders=_own_orders, tail=_own_tail, lost=_own_lost)
