"""Any f-divergence from its generator f, and the table of f-GAN (Nowozin, Cseke, Tomioka 2016, Tables 1, 2 and 6).

    D_f(P‖Q) = ∫ q f(p/q) dx  >=  sup_T  E_P[T] - E_Q[f*(T)]

with f convex, f* its conjugate, and equality at T* = f'(p/q). A network's output v becomes a T in the domain of f* as T = g_f(v).
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Estimate, Outcome
from gantheory.base.precision import in_float64
from gantheory.base.words import got
from gantheory.distributions.law import same
from gantheory.distributions.line.external import as_law
from gantheory.distributions.line.known import LOWEST, decoded
from gantheory.measurement.integrands import log_ratio
from gantheory.quadrature.dimensions import integrals
from gantheory.quadrature.integrand import LEVEL, Integrand

ZERO = 1e-9  # |f(1)| that counts as 0
NEAR_ONE = 0.5  # |u - 1| below which f's excess over its tangent is taken from f''
GAUSS_NODES, GAUSS_WEIGHTS = (a / 2 + shift for a, shift in zip(np.polynomial.legendre.leggauss(16), (0.5, 0.0), strict=True))
REACHES = (300.0, 150.0, 75.0, 40.0, 20.0)  # logs of ratios u up to which f is called: the first at which it is a double
SETTLED, TINY = 1.1, 1e-12  # ratio, and size, of f/u at the two below which it counts as having a limit
EXPONENTIAL = 1 / 8  # power of u above which f/u counts as one, and not as a power of log u
STEADY = 1e-2  # relative rise of a power of u above which it is none
PLAIN, CLOSE = 64, 1e-9  # denominator of a power that counts as known, and how near it must be


@dataclass(frozen=True)
class FDivergence:
    """A row of the table. All are functions of one real number, in JAX."""

    name: str
    f: Callable
    conjugate: Callable  # f*(t) = sup_u t u - f(u)
    derivative: Callable  # f'(u); T* = f'(p/q)
    activation: Callable  # g_f: the whole line onto the domain of f*

    def optimal_critic(self, p: Any, q: Any) -> Callable:
        """T*(x) = f'(p(x)/q(x)), at which the bound is tight."""

        @in_float64
        def critic(x):
            ratio = jnp.exp(jnp.asarray(p.log_prob(x)) - jnp.asarray(q.log_prob(x)))
            return np.asarray(self.derivative(ratio))

        return critic


def _lambert_of_exp(s):
    """W(e^s), the w with w + log w = s, by Newton's method from an upper bound."""
    w = jnp.maximum(jnp.where(s > 1, s, jnp.exp(jnp.minimum(s, 1.0))), 1e-300)
    for _ in range(8):
        w = w * (1 + s - jnp.log(w)) / (1 + w)
    return w


def _jeffreys_conjugate(t):
    w = _lambert_of_exp(1 - t)
    return w + 1 / w + t - 2


def _x_log_x(u):
    return jax.scipy.special.xlogy(u, u)


F_GAN = {
    row.name: row
    for row in (
        FDivergence("kl", _x_log_x, lambda t: jnp.exp(t - 1), lambda u: 1 + jnp.log(u), lambda v: v),
        FDivergence("reverse_kl", lambda u: -jnp.log(u), lambda t: -1 - jnp.log(-t), lambda u: -1 / u, lambda v: -jnp.exp(-v)),
        FDivergence("pearson", lambda u: (u - 1) ** 2, lambda t: t * t / 4 + t, lambda u: 2 * (u - 1), lambda v: v),
        FDivergence(
            "neyman", lambda u: (1 - u) ** 2 / u, lambda t: 2 - 2 * jnp.sqrt(1 - t), lambda u: 1 - 1 / u**2, lambda v: 1 - jnp.exp(-v)
        ),
        FDivergence(
            "squared_hellinger",
            lambda u: (jnp.sqrt(u) - 1) ** 2,
            lambda t: t / (1 - t),
            lambda u: 1 - 1 / jnp.sqrt(u),
            lambda v: 1 - jnp.exp(-v),
        ),
        FDivergence("jeffreys", lambda u: (u - 1) * jnp.log(u), _jeffreys_conjugate, lambda u: 1 + jnp.log(u) - 1 / u, lambda v: v),
        FDivergence(
            "jensen_shannon",
            lambda u: _x_log_x(u) - (u + 1) * jnp.log((1 + u) / 2),
            lambda t: -jnp.log(2 - jnp.exp(t)),
            lambda u: jnp.log(2 * u / (1 + u)),
            lambda v: np.log(2) - jax.nn.softplus(-v),
        ),
        FDivergence(
            "gan",
            lambda u: _x_log_x(u) - (u + 1) * jnp.log(u + 1),
            lambda t: -jnp.log(-jnp.expm1(t)),
            lambda u: jnp.log(u / (1 + u)),
            lambda v: -jax.nn.softplus(-v),
        ),
    )
}


def f_divergence(f: Callable | FDivergence | str, p: Any, q: Any) -> Outcome:
    """The f-divergence, with q f(p/q) = p lim f(u)/u where q = 0 < p, and q f(0) where p = 0 < q.

    .. math:: D_f(P \\Vert Q) = \\int q\\, f(p/q)\\, dx

    Args:
      f: a convex function on (0, ∞) with f(1) = 0, written in JAX; or a row of ``F_GAN``, or its name. The rows' normalisations are the
        paper's: squared_hellinger is twice ``hellinger2``, jensen_shannon twice ``jsd``, and gan has f(1) = -log 4.
      p: a law, as in ``kl``.
      q: another of the same dimension.

    Returns:
      An ``Estimate``, in nats if f is a logarithm's; a ``Divergent`` where the limits above are infinite; ``Estimates`` for a batch.

    Raises:
      ValueError: a name that is not in the table, an f that is not convex or not 0 at 1, laws of different dimensions.

    Source:
      Csiszár 1967; Nowozin, Cseke, Tomioka 2016, Eq. 2.
    """
    if isinstance(f, str):
        if f not in F_GAN:
            raise ValueError(f"`f` must be a function or one of {', '.join(F_GAN)}. {got(f, F_GAN)}")
        f = F_GAN[f]
    function = f.f if isinstance(f, FDivergence) else f
    if not callable(function):
        raise ValueError(f"`f` of f_divergence must be a function or one of {', '.join(F_GAN)}. Got {function!r}.")
    p, q, at_one = as_law(p), as_law(q), _at_one(function)
    if not isinstance(f, FDivergence) and abs(at_one) > ZERO:
        raise ValueError(f"`f` of f_divergence must be 0 at 1, for a law to have no divergence from itself. Got f(1) = {at_one:.6g}.")
    if same(p, q) and not p.batch_shape:
        return Estimate(at_one, np.finfo(float).eps * abs(at_one))
    excess = integrals(p, q, {"value": _integrand(function)})["value"]
    return excess + at_one if at_one else excess


@in_float64
def _at_one(function: Callable) -> float:
    """f(1). Raises ``ValueError`` unless f is finite there and nowhere below its tangent, as a convex f is."""
    u = np.geomspace(1e-6, 1e6, 4001)
    at_one, slope, values = (np.asarray(a) for a in _near_one(function, u))
    if not np.isfinite(at_one):
        raise ValueError(f"`f` of f_divergence must be finite at 1. Got f(1) = {at_one}.")
    below = ~(values - at_one - slope * (u - 1) >= -1e-9 * (1 + np.abs(values)))
    if below.any():
        raise ValueError(f"`f` of f_divergence must be convex on (0, ∞). Got one below its tangent at 1 at u = {float(u[below][0]):.4g}.")
    return 0.0 if abs(at_one) < 1e-15 else float(at_one)


@eqx.filter_jit
def _near_one(function, u):
    """(f(1), f'(1), f(u))."""
    one = jnp.ones(())
    return function(one), _slope(function, one), function(u)


def _slope(function, u):
    return jax.jvp(function, (u,), (jnp.ones_like(u),))[1]


def _bent_excess(function, step):
    """f(1 + h) - f(1) - f'(1) h as h² ∫_0^1 (1 - t) f''(1 + t h) dt, in which nothing cancels, for an f that is smooth there."""
    bends = (w * (1 - t) * _slope(lambda u: _slope(function, u), 1 + t * step) for t, w in zip(GAUSS_NODES, GAUSS_WEIGHTS, strict=True))
    return step**2 * sum(bends)


_bent_excess_in_one_program = eqx.filter_jit(_bent_excess)


def _is_smooth_at_one(function: Callable) -> bool:
    """Whether f'' tells f near 1: not so at a kink, as that of |u - 1|."""
    step = np.array([-0.3, -0.05, 0.05, 0.45])
    at_one, slope, values = _near_one(function, 1 + step)
    return bool(np.allclose(values - at_one - slope * step, _bent_excess_in_one_program(function, step), rtol=1e-9, atol=1e-13))


@functools.lru_cache(maxsize=256)
@in_float64
def _integrand(function: Callable) -> Integrand:
    """q [f(u) - f(1) - f'(1)(u - 1)], u = p/q, which integrates to D_f - f(1) and is >= 0 pointwise."""
    near_one = NEAR_ONE if _is_smooth_at_one(function) else 0.0
    reach = next((r for r in REACHES if np.isfinite(_far_values(function, r)).all()), REACHES[0])
    values = _far_values(function, reach)

    def integrand(log_p, log_q):
        one = jnp.ones_like(log_p)
        at_one, slope_at_one = function(one), _slope(function, one)
        d = log_ratio(log_p, log_q)
        near = jnp.abs(d) < np.log1p(near_one)
        close = jnp.exp(log_q) * _bent_excess(function, jnp.expm1(jnp.where(near, d, 0.0)))
        u = jnp.exp(jnp.clip(jnp.where(near, 1.0, d), -reach, reach))
        # Where p is the larger, as p times f(u)/u - …, which stays in range. Beyond e^±reach, f(u)/u and f(u) go on as they do there; at
        # u = ∞ and 0 they are infinite, unless they have come to rest.
        (grow, rise), (drop, fall) = (_growth(own, reach) for own in values)
        alone_p, alone_q = (log_q == -jnp.inf) & (jnp.exp(log_p) > 0), (log_p == -jnp.inf) & (jnp.exp(log_q) > 0)
        log_larger = jnp.maximum(log_p, log_q)
        log_factor = jnp.where(alone_p | alone_q, 0.0, jnp.where(d > 0, grow(d), drop(-d)))
        amount = function(u) / jnp.where(d > 0, u, 1.0)
        size = jnp.where(amount == 0, 1.0, jnp.abs(amount))
        grown = jnp.where(amount == 0, 0.0, jnp.sign(amount) * jnp.exp(log_larger + jnp.log(size) + log_factor))
        tangent = jnp.where(d > 0, at_one / u + slope_at_one * (1 - 1 / u), at_one + slope_at_one * (u - 1))
        far = jnp.maximum(grown - jnp.exp(log_larger) * tangent, 0.0)
        far = jnp.where((alone_p & rise) | (alone_q & fall), jnp.inf, far)
        nothing = (log_p == -jnp.inf) & (log_q == -jnp.inf)
        return jnp.where(nothing, 0.0, jnp.maximum(jnp.where(near, close, far), 0.0))

    upward, downward = (_plain_growth(own, reach) for own in values)
    return Integrand(integrand, growth=None if upward is None or downward is None else (upward, downward))


def _far_values(function: Callable, reach: float) -> np.ndarray:
    """|f(u)/u| toward u = ∞, and |f(u)| toward 0, each where |log u| is a quarter of the reach, half of it, and all."""
    ends = np.exp(reach * np.array([1 / 4, 1 / 2, 1]))
    return np.abs(np.asarray([function(jnp.asarray(ends)) / ends, function(1 / jnp.asarray(ends))]))


def _is_steep(ends: np.ndarray, reach: float) -> bool:
    """Whether a function grows faster than any power: its power still rises from the first half of the reach to the second."""
    quarter, half, whole = ends
    if not np.isfinite(whole):
        return True
    if half == 0 or quarter == 0 or whole <= half * SETTLED + TINY:
        return False
    before, power = np.log(half / quarter) / (reach / 4), np.log(whole / half) / (reach / 2)
    return bool(power > before + STEADY * (1 + abs(before)))


def _plain_growth(ends: np.ndarray, reach: float) -> tuple[float, float] | None:
    """(β, n) of a function that grows like u^β or |log u|^n, from its far values; None unless these are plain."""
    _, half, whole = ends
    if np.isfinite(whole) and whole <= half * SETTLED + TINY:
        return LEVEL
    if half == 0 or _is_steep(ends, reach):
        return None
    beta, n = np.log(whole / half) / (reach / 2), np.log2(whole / half)
    exponential = beta > EXPONENTIAL
    number = beta if exponential else n
    plain = round(number * PLAIN) / PLAIN
    if abs(number - plain) > CLOSE:
        return None
    return (plain, 0.0) if exponential else (0.0, plain)


def _growth(ends, reach: float):
    """(log of a factor beyond the reach, whether there is no limit), from the far values: like |log u|^a or u^b, or faster than these."""
    _, half, whole = ends
    if np.isnan(whole):
        return lambda d: jnp.where(d > reach, jnp.nan, 0.0), True
    if _is_steep(ends, reach):
        return lambda d: jnp.where(d > reach, jnp.inf, 0.0), True
    settled = bool(whole <= half * SETTLED + TINY)
    log_rise = 0.0 if settled else float(np.log(whole / half)) if half > 0 else np.inf

    def factor(d):
        coded = d >= -LOWEST  # a log-density that is no double
        log_d = jnp.where(coded, decoded(d), jnp.log(jnp.clip(d, reach, -LOWEST)))
        d = jnp.clip(d, reach, 1e300)
        if settled:
            return jnp.zeros_like(d)
        exponential = log_rise > EXPONENTIAL * reach / 2
        return log_rise * (d / (reach / 2) - 2 if exponential else (log_d - np.log(reach)) / np.log(2))

    return factor, not settled
