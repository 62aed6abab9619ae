"""What a density knows of itself where doubles do not reach: toward a point, toward infinity, and where its logarithm is no double."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

# The kinds of a cut, to be added: a place on the density's scale; a break of its formula (a jump, a kink); a point at which it behaves like
# a power of the distance, seen from above or from below.
SCALE, BREAK, POWER_ABOVE, POWER_BELOW = 0, 1, 2, 4

TINY = math.exp(-700.0)  # distance from a point at which a density goes like a power, if it does at all
# A log-density below the lowest double, where p is not 0, is held as LOWEST - DIGIT · d, d = log(-log p), of which that above PLAIN is held
# as its logarithm.
LOWEST, DIGIT = -1e308, 1e304
PLAIN, SQUEEZED = 7000.0, 0.0125
MOST = 12.0  # largest log(d/PLAIN) that is held
FAR, UNTOLD = 1e8, 1e308  # d above which the doubt of a log-density is as large as it can be
DOUBLE_EXPONENTIAL = 1e300  # order of a tail like exp(-e^(|x|/s)): above that of any exp(-|x|^k), and no zero
STEEP = 1e30  # what stands, over σ², for the power of a fall like exp(-(log x)²/2σ²), which is faster than any


def orders(density: Any) -> tuple[float, float]:
    """How log p falls toward -∞ and +∞: 0 like a multiple of log|x|, k like |x|^k, inf where p is 0, nan if unknown."""
    low, high = (math.nan if endless else math.inf for endless in density.unbounded)
    return low, high


def tail(density: Any, upward: bool) -> tuple[Any, Any]:
    """(α, if P(|X| > x) ~ x^(-α) on that side, else inf; the length by which x^k is measured in a tail of order k)."""
    return (jnp.nan if math.isnan(density.tail_orders[upward]) else jnp.inf), jnp.nan


def near(density: Any, anchor: Any, upward: Any) -> tuple[Any, Any]:
    """(a, how far it may be off), if p goes like t^(a-1) at a distance t above (below) the anchor; inf where p is 0."""
    sign = jnp.where(upward, 1.0, -1.0)
    if not (density._cuts()[1] & (POWER_ABOVE | POWER_BELOW)).any():
        return jnp.where(density._log_prob(anchor, sign * TINY) > -jnp.inf, 1.0, jnp.inf), 0.0
    logs = density._log_prob(anchor, sign * TINY * np.array([1.0, 2.0, 4.0]))
    slope, farther = jnp.diff(logs) / np.log(2)
    doubt = 4 * jnp.abs(slope - farther) + 1e-11 * (1 + jnp.abs(slope))
    return jnp.where(logs[0] == -jnp.inf, jnp.inf, 1 + slope), jnp.where(jnp.isfinite(doubt), doubt, 0.0)


def positive(density: Any, anchor: Any, offset: Any) -> Any:
    """Where p is not 0 for certain, so that a log-density of -inf has overflowed."""
    return all(density.unbounded)


def zero(density: Any, anchor: Any, offset: Any) -> Any:
    """Where a log-density that came out as -inf is that of a 0 for certain, once ``positive`` has been asked."""
    return True


def lost(density: Any, anchor: Any, offset: Any) -> Any:
    """What stands for a log-density that came out as -inf where p is not 0, as ``LOWEST`` says."""
    return LOWEST - DIGIT * 710.0


def log_doubt(density: Any) -> Any:
    """How far log p may be off beyond a few units in its last place."""
    return 0.0


def tail_doubt(density: Any) -> float:
    """How far the α of a tail may be off."""
    return 0.0


def log_prob_from(density: Any, anchor: Any, offset: Any, excess: Any = None) -> tuple[Any, Any]:
    """(log p(anchor + offset), never -inf where p is not 0; how far it may be off beyond its last bits).

    An ``excess`` that is not 0 means a point farther from the anchor by a factor of e^excess, beyond the doubles, toward the anchor or away
    from it: p is continued as its power there, and the growth of the distance is counted in.
    """
    log_prob = density._log_prob(anchor, offset)
    overflowed = (log_prob == -jnp.inf) & density.known.positive(density, anchor, offset)
    log_prob = jnp.where(overflowed, density.known.lost(density, anchor, offset), log_prob)
    if excess is None:
        return log_prob, density._log_doubt()
    upward = offset[0] > 0
    far = jnp.where(upward, density._tail(True)[0], density._tail(False)[0])
    power, doubt = density._near(anchor, upward)
    power = jnp.where(excess < 0, power, -far)
    growth = jnp.where(jnp.isfinite(power) & (excess != 0), power, 0.0) * excess
    return log_prob + growth, density._log_doubt() + jnp.where(excess < 0, doubt, 0.0) * jnp.abs(excess)


def coded(log_size: Any) -> Any:
    """What stands for a log-density that is no double, from log(-log p), as ``LOWEST`` says."""
    beyond = jnp.clip(jnp.log(jnp.maximum(log_size, PLAIN) / PLAIN), 0.0, MOST)
    return LOWEST - DIGIT * (jnp.clip(log_size, 0.0, PLAIN) + beyond / SQUEEZED)


def decoded(size: Any) -> Any:
    """log(-log p), from what stands for -log p."""
    digit = (size + LOWEST) / DIGIT
    return jnp.where(digit > PLAIN, PLAIN * jnp.exp(jnp.minimum(SQUEEZED * (digit - PLAIN), MOST)), digit)


def doubted(doubt: Callable[..., Any]) -> Callable[..., tuple[Any, Any]]:
    """``log_prob_from`` of a density whose log p is off by ``doubt(density, anchor, offset)`` more, at each point."""

    def from_anchor(density: Any, anchor: Any, offset: Any, excess: Any = None) -> tuple[Any, Any]:
        log_prob, known = log_prob_from(density, anchor, offset, excess)
        return log_prob, known + doubt(density, anchor, offset)

    return from_anchor


class Known(NamedTuple):
    """Functions of a density, in JAX, each of which a family may replace. The defaults are true of any density, or claim nothing."""

    orders: Callable[..., tuple[float, float]] = orders
    tail: Callable[..., tuple[Any, Any]] = tail
    near: Callable[..., tuple[Any, Any]] = near
    positive: Callable[..., Any] = positive
    zero: Callable[..., Any] = zero
    lost: Callable[..., Any] = lost
    log_doubt: Callable[..., Any] = log_doubt
    tail_doubt: Callable[..., float] = tail_doubt
    log_prob_from: Callable[..., tuple[Any, Any]] = log_prob_from


def log_distance(x: Any, loc: Any, offset: Any, scale: Any) -> Any:
    """log|(x - loc + offset)/scale|, also where the quotient is no double."""
    return jnp.log(jnp.maximum(jnp.abs((x - loc) + offset), TINY)) - jnp.log(scale)


def log_ratio(x: Any, scale: Any) -> Any:
    """log(x/scale) of positive numbers, also where the quotient is no double."""
    ratio = x / scale
    held = (ratio > 1e-290) & (ratio < 1e290)
    return jnp.where(held, jnp.log(jnp.where(held, ratio, 1.0)), jnp.log(jnp.where(held, 1.0, x)) - jnp.log(jnp.where(held, 1.0, scale)))


def near_0(anchor: Any, upward: Any, power: Any) -> tuple[Any, Any]:
    """``near`` of a density on (0, ∞) that goes like t^(power-1) above 0."""
    regular = jnp.where((anchor > 0) | (upward & (anchor == 0)), 1.0, jnp.inf)
    return jnp.where(upward & (anchor == 0), power, regular), 0.0
