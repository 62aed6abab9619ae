"""∫ |F_p - F_q|^e over the line, with its error: W₁ for e = 1, half of the energy distance for e = 2."""

import math
from typing import Any

import numpy as np

from gantheory.base.estimate import Divergent, Estimate, Measured
from gantheory.distributions import Density, Pushforward
from gantheory.distributions.line.density import BREAK, SCALE
from gantheory.quadrature.dimensions import common_dimension
from gantheory.quadrature.ends import close, far_points, strides
from gantheory.quadrature.pair import Pair
from gantheory.quadrature.rows import LINEAR, edges, first_panels, graded, nodes, rows_between, thinned
from gantheory.quadrature.rules import COARSEST, WIDE, Panels, apply_rules, in_blocks, integrate

BLOCK = 64  # panels evaluated in one call
UNTOLD = 1e3  # how many times as far out as x is told the rest of a law's mass is taken to lie
SAME_TAIL = 1e-9  # relative difference of two tails of one power below which they may be the same
FAR = np.exp([200.0, 250.0, 300.0])  # distances at which two tails are compared


def one_pair(owner: str, p: Any, q: Any) -> Pair:
    """Two single laws on the line. Raises ``ValueError`` for a batch, and for laws on the plane."""
    if common_dimension(p, q) == 2:
        raise ValueError(f"`p` and `q` of {owner} must be laws on the line. Got {p!r} and {q!r}.")
    pair = Pair(p, q)
    if pair.batch_shape:
        raise ValueError(f"`p` and `q` of {owner} must be one density each. Got a batch of shape {pair.batch_shape}.")
    return pair


def difference_integral(pair: Pair, exponent: int) -> Measured:
    """∫ |F_p - F_q|^exponent dx, for an exponent of 1 or 2; ``Divergent`` where the tails' difference is known not to be integrable."""
    laws = pair.p, pair.q
    for side in (0, 1):
        if why := _endless(laws, side, exponent):
            return why
    told = [law.told_range if isinstance(law, Pushforward) else (-math.inf, math.inf) for law in laws]
    low, high = max(ends[0] for ends in told), min(ends[1] for ends in told)
    cuts = np.unique(np.concatenate([pair.p.landmarks, pair.q.landmarks, [x for x in (low, high) if math.isfinite(x)]]))
    open_ends = [any(np.isinf(law.support[end]) for law in laws) for end in (0, 1)]
    breaks = np.concatenate([*(law.breakpoints for law in laws), [low, high]])
    resolution = min(law.resolution if isinstance(law, Density) else 0.0 for law in laws)
    cuts, flags = graded(*thinned(cuts[None], np.where(np.isin(cuts, breaks), BREAK, SCALE), resolution))
    rows = rows_between(cuts, np.zeros_like(flags), *open_ends)

    def difference(x):
        """(|F_p - F_q|^exponent, how far it may be off): from the side on which both are small."""
        below, above = ([np.asarray(getattr(law, side)(x)) for law in laws] for side in ("cdf", "sf"))
        from_below = below[0] + below[1] < above[0] + above[1]
        sides = [np.where(from_below, *both) for both in zip(below, above, strict=True)]
        noise = sum(law.cdf_rounding * side for law, side in zip(laws, sides, strict=True))
        noise = noise + sum(law.cdf_doubt(x) for law in laws if isinstance(law, Pushforward))
        apart = np.abs(sides[0] - sides[1])
        untold = (x < low) | (x > high)
        known = sum(side for side, (start, end) in zip(sides, told, strict=True) if not (start > -np.inf or end < np.inf))
        apart, noise = np.where(untold | (apart <= noise), 0.0, apart), np.where(untold, known, noise)
        return apart**exponent, noise if exponent == 1 else noise * (2 * apart + 4 * noise)  # where apart is 0, |F_p - F_q| <= 2 noise

    def rules(panels: Panels):
        return in_blocks(block_rules, panels, BLOCK)

    def block_rules(panels: Panels):
        own = rows.take(panels.row)
        offset, log_jacobian, half = nodes(own.reach, own.kind, panels.low, panels.high)
        values = [np.where(a > 0, a * np.exp(log_jacobian), 0.0) for a in difference(own.anchor[:, None] + offset)]
        doubt = values[1] * (1 + np.abs(log_jacobian) / 8)  # a place e^s is rounded by |s| ε, beside the 32 ε of a distribution function
        return apply_rules(values[0][None], doubt[None, :, COARSEST], half)

    result = integrate(rules, first_panels(rows.kind), rows.owner)
    value, error = float(result.value[0, 0]), float(result.error[0, 0])
    ends = rows.take(rows.kind != LINEAR)
    if len(ends.reach):
        stop = np.asarray(edges(ends.reach, ends.kind))
        offset, _, log_jacobian = (np.asarray(a) for a in far_points(ends, stop))
        both = np.stack(difference(ends.anchor[:, None] + offset)) * np.exp(log_jacobian)
        kappa = np.array([_power(laws, int(reach > 0), exponent) for reach in ends.reach])
        with np.errstate(all="ignore"):
            rest, doubt, _ = close(both, strides(ends, stop), np.stack([kappa, kappa]), np.zeros((2, len(kappa))))
        rest = np.where(np.isfinite(rest), rest, np.array([[0.0], [WIDE]]))
        wide = (~np.isfinite(both)).any() or max(rest[1].max(), doubt.max()) >= WIDE
        value, error = value + float(rest[0].sum()), WIDE if wide else error + float(rest[1].sum() + doubt.sum())
    for law in laws:
        moved = _misplaced(law) if isinstance(law, Pushforward) else 0.0
        error += moved if exponent == 1 else 3 * moved  # a change δ <= 1 of F_p - F_q changes its square by at most 3 |δ|
    return Estimate(value, min(error, WIDE))


def _misplaced(law: Pushforward) -> float:
    """How far a pushforward's own errors move ∫ |F_p - F_q|: a proxy's, and where the mass lies that is in no branch."""
    size = float(np.abs(law.landmarks).max(initial=0.0))
    beyond = sum(mass * abs(x) for x, mass in zip(law.told_range, law.untold, strict=True) if math.isfinite(x))
    span = float(np.ptp(law.landmarks)) if np.isfinite(law.support).all() else UNTOLD * size
    return (law.proxy.error if law.proxy else 0.0) + law.unresolved * span + UNTOLD * beyond


def _tails(laws, side: int) -> list[tuple[float, float]]:
    """(order, α) of each law's tail on a side."""
    found = []
    for law in laws:
        index = law.tail(bool(side))[0] if isinstance(law, Pushforward) else float(law._tail(bool(side))[0])
        found.append((law.tail_orders[side], index))
    return found


def _power(laws, side: int, exponent: int) -> float:
    """κ, if |F_p - F_q|^exponent x falls like x^(-κ) on a side, or faster: inf where it dies out, nan if unknown."""
    tails = _tails(laws, side)
    if any(math.isnan(order) for order, _ in tails):
        return math.nan
    heavy = [index for order, index in tails if order == 0]
    return exponent * min(heavy) - 1 if heavy else math.inf


def _endless(laws, side: int, exponent: int) -> Divergent | None:
    """Why that power of the difference of the tails on a side is not integrable, if it is known not to be."""
    tails = _tails(laws, side)
    heavy = [index for order, index in tails if order == 0]
    if any(math.isnan(order) for order, _ in tails) or not heavy or exponent * min(heavy) > 1:
        return None
    if len(heavy) == 2 and heavy[0] == heavy[1]:
        at = FAR if side else -FAR
        sizes = [np.asarray(law.sf(at) if side else law.cdf(at)) for law in laws]
        if not (np.abs(sizes[0] - sizes[1]) > SAME_TAIL * np.maximum(*sizes)).all():
            return None
    return Divergent(f"the distribution functions differ by what falls off only like |x|^-{min(heavy):.3g} as x -> {'+' if side else '-'}∞")
