"""How two densities, and an integrand of them, go on toward a power-like end and toward infinity: from the families' facts.

At a distance t = e^u of an anchor, p t is e^(±a u) where p has a power, or falls like exp(-(t/s)^k), or like exp(-e^(t/s)). An integrand F
of growth (β, n) goes like max(p, q) |r|^n e^(β|r|), r = log(p/q): so F t is e^(-κ s), s = |u|, with a κ that the facts tell, and F is
integrable where κ > 0.
"""

import math
from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.programs import few_sizes
from gantheory.distributions.line.density import Density
from gantheory.distributions.line.known import DOUBLE_EXPONENTIAL, STEEP
from gantheory.quadrature.integrand import Growth, Integrand
from gantheory.quadrature.rows import LAST, LINEAR, POWER, STRIDE, TAIL, Rows, edges
from gantheory.quadrature.rules import BLOCK, WIDE

FAINT = 45.0  # a power's fall, in u, beyond which it is closed and not integrated: e^-45 of the mass is left
DEEPEST = 1e12  # most of u beyond the doubles
DEEPEST_TRACED = 1e5  # the same, on a partition that is fixed before the parameters are known
ROUNDING = 1e-11  # relative rounding of what lies beyond a far end: u ~ 700 is itself rounded
UNSURE = 1e-9  # error of a power that is fitted
NEGLIGIBLE = 1e-250  # F beyond which a far end is not felt, whatever its power
CLOSE = 1e-9  # relative difference of two rates of fall below which they are compared exactly
MOST_EXACT = 64  # largest k at which powers of two lengths are compared as fractions
STRIDES = 4  # points at a far end


class End(NamedTuple):
    """What one density does at the far ends of rows; arrays over the rows."""

    near: Any  # a, if p t ~ t^a toward the anchor; inf where it is 0
    doubt: Any  # how far a may be off
    low: tuple[Any, Any]  # (α, s) toward -∞
    high: tuple[Any, Any]  # the same toward +∞


@jax.jit
def end_of(density: Density, rows: Rows) -> End:
    """The facts of the pair that owns each row. ``density`` has one first axis, over the pairs."""
    own = jax.tree.map(lambda leaf: leaf[rows.owner], density)

    def one(density, anchor, reach):
        power, doubt = density._near(anchor, reach > 0)
        return End(power, doubt, density._tail(False), density._tail(True))

    found = jax.vmap(one)(own, jnp.asarray(rows.anchor), jnp.asarray(rows.reach))
    return jax.tree.map(lambda a: jnp.broadcast_to(jnp.asarray(a, jnp.float64), (len(rows.owner),)), found)


class Far(NamedTuple):
    """The far ends of a pair's rows."""

    at: np.ndarray  # which rows have one
    rows: Rows  # these, and some of them again, so that their number is one of few
    ends: tuple[End, End] | None  # of p and of q, at ``rows``; None if they are not known
    stop: Any  # u at which each of all rows ends
    own_stop: Any  # the same of ``rows``
    deep: bool  # whether points beyond the doubles are called for
    depth: float  # how far in u the longest row goes


def far_of(p: Any, q: Any, stacked: tuple[Any, ...], rows: Rows, traced: bool) -> Far:
    """The far ends of the rows of two laws. ``stacked`` are both with one first axis over the pairs, none if one is no plain density."""
    at = np.flatnonzero(rows.kind != LINEAR)
    some = rows.take(np.resize(at, few_sizes(max(at.size, BLOCK)))) if at.size and not traced else rows.take(at)
    edge, own = edges(rows.reach, rows.kind), edges(some.reach, some.kind)
    if not at.size or not stacked:
        return Far(at, some, None, edge, own, False, 0.0)
    end_p, end_q = (end_of(density, some) for density in stacked)
    if traced:
        own = stops(p, q, end_p, end_q, some, DEEPEST_TRACED)
        deep = any(a == b == 0 for a, b in zip(p.tail_orders, q.tail_orders, strict=True)) or bool((rows.kind == POWER).any())
        return Far(at, some, (end_p, end_q), edge.at[at].set(own), own, deep, DEEPEST_TRACED + LAST if deep else 0.0)
    end_p, end_q = (End(*jax.tree.map(np.asarray, tuple(end))) for end in (end_p, end_q))
    own = stops(p, q, end_p, end_q, some, DEEPEST)
    stop = edge.copy()
    stop[at] = own[: at.size]
    reached = np.abs(stop[at] - np.log(np.abs(rows.reach[at]))).max()
    return Far(at, some, (end_p, end_q), stop, own, bool((stop != edge).any()), float(reached))


def stops(p: Density, q: Density, end_p: End, end_q: End, rows: Rows, deepest: float) -> Any:
    """u at which rows end: beyond the doubles where a density has mass there."""
    xp = end_p.near.__array_namespace__()
    edge = edges(rows.reach, rows.kind)

    def slowest(a, b):
        return xp.minimum(xp.where(a > 0, a, xp.inf), xp.where(b > 0, b, xp.inf))

    def beyond(power):
        depth = xp.clip(FAINT / power, 0.0, deepest)
        return xp.where(power * xp.minimum(xp.abs(edge), 345.0) < FAINT, depth, 0.0)

    tails = [
        beyond(slowest(side_p[0], side_q[0])) if p.tail_orders[i] == q.tail_orders[i] == 0 else 0.0 * edge
        for i, (side_p, side_q) in enumerate(((end_p.low, end_q.low), (end_p.high, end_q.high)))
    ]
    tail = xp.where(rows.reach < 0, *tails)
    return xp.where(rows.kind == TAIL, edge + tail, edge - beyond(slowest(end_p.near, end_q.near)))


def exponent_of(growth: Growth, p: Any, q: Any, end_p: End, end_q: End, rows: Rows) -> tuple[Any, Any]:
    """(κ, how far it may be off) of an integrand at the far end of every row: inf where F dies out faster, nan if unknown."""
    xp = end_p.near.__array_namespace__()
    near = _of_powers(growth, end_p.near, end_q.near)
    (up, _), (down, _) = growth
    doubt = (1 + abs(max(up, down))) * (end_p.doubt + end_q.doubt)
    tails = [
        _of_tails(growth, p.tail_orders[i], q.tail_orders[i], side_p, side_q)
        for i, (side_p, side_q) in enumerate(((end_p.low, end_q.low), (end_p.high, end_q.high)))
    ]
    tail = rows.kind == TAIL
    of_tails = (1 + abs(max(up, down))) * sum(law.tail_doubt for law in (p, q) if isinstance(law, Density))
    return xp.where(tail, xp.where(rows.reach < 0, *tails), near), xp.where(tail, of_tails, doubt)


def _of_powers(growth: Growth, a, b):
    """κ of p t ~ e^(-a s) and q t ~ e^(-b s); inf is a density that is 0."""
    xp = a.__array_namespace__()
    (up, _), (down, _) = growth
    beta = xp.where(a < b, up, down)
    slow, fast = xp.minimum(a, b), xp.maximum(a, b)
    alone = xp.where(beta < 0, xp.inf, slow)
    both = (1 + beta) * slow - beta * xp.where(xp.isinf(fast), slow, fast)
    # Of two falls that are faster than any power and nearly tie, F itself tells.
    both = xp.where((slow > math.sqrt(STEEP)) & (xp.abs(both) < CLOSE * slow), xp.nan, both)
    return xp.where(xp.isinf(slow), xp.inf, xp.where(xp.isinf(fast), alone, both))


def _of_tails(growth: Growth, k_p: float, k_q: float, tail_p, tail_q):
    """κ of two tails of orders ``k_p`` and ``k_q``."""
    xp = tail_p[0].__array_namespace__()
    if k_p == k_q == 0:
        return _of_powers(growth, tail_p[0], tail_q[0])
    if math.isnan(k_p) or math.isnan(k_q):
        return xp.full_like(tail_p[0], xp.nan)
    slow, fast, (beta, n) = (tail_p, tail_q, growth[0]) if k_p <= k_q else (tail_q, tail_p, growth[1])
    never, ever = xp.full_like(slow[0], -xp.inf), xp.full_like(slow[0], xp.inf)
    if k_p == k_q:
        return ever if math.isinf(k_p) else _of_falls(growth, k_p, tail_p[1], tail_q[1])
    if beta < 0:
        return ever
    if math.isinf(max(k_p, k_q)):  # the faster one is 0, and F infinite at nodes, or like the slower
        return slow[0] if min(k_p, k_q) == 0 else ever
    if beta > 0:
        return never
    if min(k_p, k_q) == 0:
        return slow[0] - n * max(k_p, k_q)
    if n == 0 or max(k_p, k_q) < DOUBLE_EXPONENTIAL or min(k_p, k_q) > 1:
        return ever
    return xp.where((min(k_p, k_q) == 1) & (n * slow[1] < fast[1]), ever, never)  # |r|^n grows like e^(n x/s)


def _of_falls(growth: Growth, order: float, s_p, s_q):
    """κ of two tails exp(-(x/s)^k): infinite, of the sign of (1 + β) s_fast^k - β s_slow^k."""
    xp = s_p.__array_namespace__()
    beta = xp.where(s_p > s_q, growth[0][0], growth[1][0])
    slow, fast = xp.maximum(s_p, s_q), xp.minimum(s_p, s_q)
    ratio = (fast / slow) ** order
    level = (1 + beta) * ratio - beta
    falls = level > 0
    if xp is np:
        for i in np.flatnonzero((beta > 0) & (np.abs(level) < CLOSE)):
            falls[i] = _falls(float(beta[i]), float(fast[i]), float(slow[i]), order)
    return xp.where((beta <= 0) | (slow == fast) | falls, xp.inf, -xp.inf)


def _falls(beta: float, fast: float, slow: float, order: float) -> bool:
    """Whether (1 + β) fast^k > β slow^k: exactly for a small whole k, else to 60 digits."""
    if order.is_integer() and order <= MOST_EXACT:
        share = Fraction(beta)
        return (1 + share) * Fraction(fast) ** int(order) > share * Fraction(slow) ** int(order)
    with localcontext(prec=60):
        return (1 + Decimal(beta)) * (Decimal(fast) / Decimal(slow)) ** Decimal(order) > Decimal(beta)


def strides(rows: Rows, stop: Any) -> Any:
    """The distance in u of the points that tell how F goes on beyond a far end: so far apart that rounding is little of it."""
    xp = stop.__array_namespace__()
    size = xp.log(xp.abs(xp.where(rows.reach == 0, 1.0, rows.reach)))
    return xp.maximum(xp.abs(stop - size) / (2 * STRIDES), STRIDE / STRIDES)


def far_points(rows: Rows, stop: Any) -> tuple[Any, Any, Any]:
    """(offsets (rows, 4), excess, log Jacobian): at the far end, and one stride and more before. In JAX."""
    xp = stop.__array_namespace__()
    tail = (rows.kind == TAIL)[:, None]
    u = stop[:, None] + xp.where(tail, -1.0, 1.0) * strides(rows, stop)[:, None] * np.arange(STRIDES)
    edge = edges(rows.reach, rows.kind)[:, None]
    held = xp.where(tail, xp.minimum(u, edge), xp.maximum(u, edge))
    return xp.sign(rows.reach)[:, None] * xp.exp(held), u - held, held


def close(values: Any, stride: Any, kappa: Any, off: Any) -> tuple[Any, Any, Any]:
    """(∫ beyond the far end, its error, κ), from F's values (..., 4) at ``far_points``. In JAX.

    With a κ that is known and above 0 the integral is F_0/κ, as far as F has come to fall so; inf for κ <= 0. If κ is not known, it is
    fitted, and F counts as infinite only where three strides agree that it grows. The error is WIDE where neither is certain.
    """
    xp = values.__array_namespace__()
    some = (values != 0).all(axis=-1) & xp.isfinite(values).all(axis=-1)
    logs = xp.log(xp.abs(xp.where(some[..., None], values, 1.0)))
    local = xp.diff(logs, axis=-1) / stride[:, None]  # positive where F falls along the row
    last, first, change = values[..., 0], local[..., 0], xp.max(local, axis=-1) - xp.min(local, axis=-1)
    fitted = xp.isnan(kappa)
    off = xp.where(fitted, 4 * change + UNSURE * (1 + xp.abs(first)), off)
    used = xp.where(fitted, first, kappa)
    size = xp.abs(xp.where(xp.isfinite(last), last, 0.0))
    finite, infinite = used > off, (used < -off) | (~fitted & (used <= 0) & (off == 0))
    infinite = (infinite & (~fitted | (some & (local < -off[..., None]).all(axis=-1)))) | ~xp.isfinite(last)
    fall = xp.where(finite & xp.isfinite(used), used, 1.0)
    slower = xp.maximum(xp.where(fitted, first - off, xp.minimum(first, used - off)), 0.0)
    spread = xp.abs(1 / fall - 1 / xp.where(slower > 0, slower, xp.nan))
    spread = xp.where(xp.isnan(spread), WIDE, spread) + xp.where(fitted, 0.0, xp.abs(1 / fall - 1 / xp.where(first > 0, first, 1.0)))
    error = xp.minimum(size * xp.minimum(ROUNDING / fall + 2 * spread, WIDE / xp.maximum(size, 1.0)), WIDE)
    faint = size < NEGLIGIBLE
    rest = xp.where(finite & ~faint & xp.isfinite(used), last / fall, 0.0)
    rest = xp.where(infinite, xp.copysign(xp.inf, last), rest)
    error = xp.where(infinite | faint | xp.isinf(used), xp.where(faint & ~infinite, size, 0.0), xp.where(finite, error, WIDE))
    return rest, error, used


def exponents(functions: Sequence[Integrand], p: Any, q: Any, far: Far) -> tuple[Any, Any]:
    """κ of every F at every row of ``far``, and how far it may be off: arrays (functions, rows)."""
    xp, count = far.own_stop.__array_namespace__(), len(far.rows.kind)
    unknown = xp.full(count, xp.nan), xp.zeros(count)
    each = [unknown if F.growth is None or far.ends is None else exponent_of(F.growth, p, q, *far.ends, far.rows) for F in functions]
    kappa, off = zip(*each, strict=True)
    return xp.stack(kappa), xp.stack(off)
