"""How far out p_g is told, and how it falls there: from the facts of the latent, where G is a line toward an infinite z."""

import math
from typing import Any

import jax
import numpy as np

TOLD = 256.0  # distance from an end at which G is steep or endless, over the distance within which it is not told
FAR = np.array([1e8, 1e16, 1e24])  # distances from 0, in units of z, at which a G that ends keeps its value
ROOM = 0.1  # share of the range of the values seen within which G may go beyond them, at turns between the points looked at
SATURATION = 1e-12  # noise of the values of a G that has saturated, as a share of them or of their range


def tail_orders_of(p_g: Any) -> tuple[float, float]:
    """How log p_g falls toward -∞ and +∞, as of a ``Density``."""
    if p_g.unresolved or any(any(branch.open) and branch.slope is None for branch in p_g.branches):
        return math.nan, math.nan
    low, high = ([order for order, *_ in _tails(p_g, upward)] for upward in (False, True))
    return _slowest(low), _slowest(high)


def _slowest(orders: list[float]) -> float:
    return math.nan if any(map(math.isnan, orders)) else min(orders, default=math.inf)


def tail_of(p_g: Any, upward: bool) -> tuple[float, float]:
    """(α, if P(|X| > x) ~ x^(-α) on that side; the length by which x^k is measured in a tail of order k); nan if unknown."""
    order = tail_orders_of(p_g)[upward]
    some = [(index, length) for own, index, length in _tails(p_g, upward) if own == order]
    return (min(index for index, _ in some), max(length for _, length in some)) if some else (math.inf, math.nan)


def _tails(p_g: Any, upward: bool) -> list[tuple[float, float, float]]:
    """(order, α, length) of every branch that goes on to that infinity."""
    found = []
    for branch in p_g.branches:
        if branch.endless[upward]:
            side = int(upward) if branch.increasing else 1 - int(upward)
            with jax.enable_x64(True):
                index, length = (float(fact) for fact in p_g.latent._tail(bool(side)))
            known = branch.open[upward] and branch.slope is not None
            found.append((p_g.latent.tail_orders[side], index, length * abs(branch.slope or 0.0)) if known else (math.nan,) * 3)
    return found


def told_range_of(p_g: Any) -> tuple[float, float]:
    """How far out x is told: not where a branch goes to infinity at a finite z, nor beyond steps that are too many."""
    low, high = -math.inf, math.inf
    for branch in p_g.branches:
        for end in (0, 1):
            if branch.endless[end] and not branch.open[end]:
                inward = 1 if (end == 0) == branch.increasing else -1
                z = p_g.end_of(branch, end) + inward * TOLD * branch.resolution[end]
                x = float(p_g.values(np.array([z]))[0])
                low, high = (max(low, x), high) if end == 0 else (low, min(high, x))
    if p_g.is_linear and p_g.unresolved:
        low, high = max(low, p_g.support[0]), min(high, p_g.support[1])
    return low, high


def was_seen_beyond(p_g: Any, seen: float, upward: bool) -> bool:
    """Whether a value of G is beyond the end of p_g's branches by more than noise: a G that has saturated ends where it does."""
    end, width = p_g.support[upward], float(np.diff(p_g.support)[0])
    noise = SATURATION * max(abs(seen), abs(end), width if np.isfinite(width) else 0.0) + (4 * p_g.proxy.error if p_g.proxy else 0.0)
    return bool(seen > end + noise if upward else seen < end - noise)


def reach_of(p_g: Any, upward: bool) -> float:
    """A value that G stays below (above), for all that was seen of it: ±∞ unless it keeps its value toward the infinite ends of z."""
    low, high = p_g.latent.quantile([0.16, 0.84])
    for sign, end in zip((-1, 1), p_g.latent.support, strict=True):
        if math.isinf(end):
            far = p_g.values(sign * (high - low) * FAR)
            if not np.ptp(far) <= SATURATION * np.max(np.abs(far)):  # nan too
                return math.inf if upward else -math.inf
    low, high = p_g._pieces.seen
    return high + ROOM * (high - low) if upward else low - ROOM * (high - low)
