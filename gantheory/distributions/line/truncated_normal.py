"""The Gaussian, restricted to an interval."""

from collections.abc import Callable
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr, ndtri

from gantheory.base.precision import finite_parameter, in_float64, is_traced, namespace_of, one_batch, require_order, shown
from gantheory.base.primitives import half_log_tau, primitive
from gantheory.distributions.line.density import BREAK, DIGIT, LOWEST, SCALE, Facts, Family, log_distance
from gantheory.distributions.line.domain import require_scale, require_width
from gantheory.distributions.line.known import Known

FARTHEST = 38  # scales from loc at which the Gaussian itself is 1e-314
GAUSS_NODES, GAUSS_WEIGHTS = np.polynomial.legendre.leggauss(24)


def _log_normal_mass(low, high):
    """log(Φ(high) - Φ(low)), as φ(c) ∫ exp(-c s - s²/2) ds around the point c of [low, high] nearest to 0: nothing cancels."""
    nearest = jnp.clip(0.0, low, high)
    return -(nearest**2) / 2 - half_log_tau() + jnp.log(_decay(nearest, high - nearest) + _decay(-nearest, nearest - low))


log_normal_mass: Callable[..., jax.Array]
LOG_NORMAL_MASS_P, log_normal_mass = primitive("log_normal_mass", _log_normal_mass)


class TruncatedNormal(Family):
    """N(loc, scale²) given that it falls in [low, high].

    .. math:: p(x) = \\varphi(u) / (\\sigma Z), \\quad u = (x - \\mu)/\\sigma, \\quad Z = \\Phi(\\beta) - \\Phi(\\alpha)
        \\quad \\text{for } \\alpha \\le u \\le \\beta

    Raises ``ValueError`` unless ``low`` < ``high``, 1e-300 apart or more and perhaps infinite, [low, high] comes within 38 scales of
    ``loc``, and ``loc`` and ``scale`` are as in ``Normal``.
    """

    loc: np.ndarray
    scale: np.ndarray
    low: np.ndarray
    high: np.ndarray
    # Which ends are infinite; of traced ends, neither.
    unbounded: tuple[bool, bool] = eqx.field(static=True, init=False, repr=False)  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, loc: Any, scale: Any, low: Any, high: Any):
        self.loc = finite_parameter("TruncatedNormal", "loc", loc)
        self.scale = finite_parameter("TruncatedNormal", "scale", scale, positive=True)
        self.low = finite_parameter("TruncatedNormal", "low", low, infinite=True)
        self.high = finite_parameter("TruncatedNormal", "high", high, infinite=True)
        one_batch("TruncatedNormal", loc=self.loc, scale=self.scale, low=self.low, high=self.high)
        require_order("TruncatedNormal", low, high)
        require_width("TruncatedNormal", low, high)
        require_scale("TruncatedNormal", self.loc, self.scale)
        self.unbounded = _are_infinite(self.low), _are_infinite(self.high)  # pyright: ignore[reportIncompatibleVariableOverride]
        if is_traced(self.loc, self.scale, self.low, self.high):
            return
        if np.any(np.abs(np.clip(self.loc, self.low, self.high) - self.loc) > FARTHEST * self.scale):
            raise ValueError(
                f"`low` to `high` of TruncatedNormal must come within {FARTHEST} scales of `loc`. Got {shown(low)} to {shown(high)}."
            )

    def _ends(self):
        return (self.low - self.loc) / self.scale, (self.high - self.loc) / self.scale

    def _log_prob(self, x, offset: Any = 0.0):
        u = ((x - self.loc) + offset) / self.scale
        inside = ((x - self.low) + offset >= 0) & ((x - self.high) + offset <= 0)
        log_prob = -u * u / 2 - half_log_tau() - jnp.log(self.scale) - log_normal_mass(*self._ends())
        return jnp.where(inside, log_prob, -jnp.inf)

    def _cdf(self, x):
        low, high = self._ends()
        u = jnp.clip((x - self.loc) / self.scale, low, high)
        return jnp.where(u > low, jnp.exp(log_normal_mass(low, jnp.maximum(u, low)) - log_normal_mass(low, high)), 0.0)

    def _sf(self, x):
        low, high = self._ends()
        u = jnp.clip((x - self.loc) / self.scale, low, high)
        return jnp.where(u < high, jnp.exp(log_normal_mass(jnp.minimum(u, high), high) - log_normal_mass(low, high)), 0.0)

    def _sample(self, key, shape, dtype):
        low, high = self._ends()
        uniform = jax.random.uniform(key, (*shape, *self.batch_shape), jnp.float32 if dtype == jnp.float32 else dtype)
        # From the side of the nearer tail, where the quantile keeps its digits.
        flip = low + high > 0
        a, b = jnp.where(flip, -high, low), jnp.where(flip, -low, high)
        u = jnp.clip(ndtri(ndtr(a) + (ndtr(b) - ndtr(a)) * uniform), a, b)
        return jnp.asarray(jnp.clip(self.loc + self.scale * jnp.where(flip, -u, u), self.low, self.high), dtype)

    def _cuts(self):
        xp = namespace_of(self.low, self.high, self.loc, self.scale)
        low, high, loc, scale = (a[..., None] for a in xp.broadcast_arrays(self.low, self.high, self.loc, self.scale))
        inmost, outmost = xp.maximum(low, loc - 39 * scale), xp.minimum(high, loc + 39 * scale)
        nearest = xp.clip(loc, inmost, outmost)
        steepness = scale / xp.maximum(1.0, xp.abs(nearest - loc) / scale)  # in a tail the density falls off on a shorter scale
        inner = xp.clip(nearest + steepness * np.array([-9.0, -3, 0, 3, 9]), inmost, outmost)
        low, high = (xp.where(xp.isinf(end), cut, end) for end, cut in ((low, inmost), (high, outmost)))
        return xp.concatenate([low, inmost, inner, outmost, high], -1), np.array([BREAK, *[SCALE] * 7, BREAK])

    def _facts(self):
        ends = np.concatenate([np.ravel(self.low), np.ravel(self.high)])
        support = float(np.min(self.low)), float(np.max(self.high))
        return Facts(support, breakpoints=np.unique(ends[np.isfinite(ends)]), ends_at_cuts=True)

    def _own_orders(self) -> tuple[float, float]:
        low, high = (2.0 if endless else np.inf for endless in self.unbounded)
        return low, high

    def _own_tail(self, upward):
        return jnp.inf, self.scale

    def _own_positive(self, anchor, offset):
        return ((anchor - self.low) + offset >= 0) & ((anchor - self.high) + offset <= 0)

    def _own_log_doubt(self):
        low, high = (jnp.clip(end, -39.0, 39.0) for end in self._ends())
        nearest = jnp.clip(0.0, low, high)
        return 8 * np.finfo(float).eps * (nearest**2 + (jnp.abs(low) + jnp.abs(high)) / jnp.maximum(high - low, 1e-300))

    def _own_lost(self, anchor, offset):
        return LOWEST - DIGIT * (2 * log_distance(anchor, self.loc, offset, self.scale) - np.log(2))

    @property
    @in_float64
    def mean(self) -> Any:
        low, high = self._ends()
        ratio = _hazard(low, log_normal_mass(low, high)) - _hazard(high, log_normal_mass(low, high))
        return np.asarray(self.loc + self.scale * ratio)

    @property
    @in_float64
    def variance(self) -> Any:
        low, high = self._ends()
        at_low, at_high = (_hazard(end, log_normal_mass(low, high)) for end in (low, high))
        at_ends = _times(low, at_low) - _times(high, at_high)
        return np.asarray(self.scale**2 * (1 + at_ends - (at_low - at_high) ** 2))

    known: ClassVar[Known] = Known(orders=_own_orders, tail=_own_tail, positive=_own_positive, lost=_own_lost, log_doubt=_own_log_doubt)


def _are_infinite(ends: Any) -> bool:
    return not is_traced(ends) and bool(np.isinf(ends).any())


def _hazard(u, log_mass):
    """φ(u)/Z."""
    return jnp.exp(-u * u / 2 - half_log_tau() - log_mass)


def _times(end, hazard):
    """end · hazard, 0 at an infinite end."""
    return jnp.where(jnp.isinf(end), 0.0, jnp.where(jnp.isinf(end), 0.0, end) * hazard)


def _decay(slope, length):
    """∫_0^length exp(-slope s - s²/2) ds for slope >= 0: by Gauss-Legendre on a few panels of its own scale; every term is positive.

    The integral is cut where nothing is left: at s = 9, or at 40/slope if that is nearer.
    """
    end = jnp.minimum(length, 9.0 / jnp.maximum(1.0, slope / 4.5))
    total = 0.0
    for low, high in ((0.0, 0.25), (0.25, 0.5), (0.5, 1.0)):
        s = end[..., None] * (low + (high - low) * (1 + GAUSS_NODES) / 2)
        total = total + (high - low) / 2 * end * (jnp.exp(-slope[..., None] * s - s * s / 2) @ GAUSS_WEIGHTS)
    return jnp.where(length > 0, total, 0.0)
