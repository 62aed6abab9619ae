"""Cuts inside an interval, where a density has structure: panels begin there."""

from .atoms import INF, Constant, Power
from .interval import Interval

LADDER_START = 50  # distance of a ladder's first cut from a power atom, in its scales
LADDER_RATIO = 4  # ratio of the distances of successive cuts of a ladder

Cut = tuple[float, float]  # its place, and the scale of the structure there


def soft_cuts(interval: Interval, spread: float) -> list[float]:
    """Points inside the interval, chosen from the atoms' locations and scales; a point too close to the one before is dropped."""
    wanted = []
    for atom in interval.atoms:
        if not isinstance(atom, Constant):
            loc, scale, steps = atom.scaling()
            wanted += [(loc + scale * spread * k, abs(scale)) for k in steps]
    wanted += _ladders(interval, wanted, spread)
    kept, last = [], interval.low
    for x, scale in sorted(wanted):
        if x > last + 0.5 * scale and x < interval.high - 0.25 * scale:
            kept.append(x)
            last = x
    return kept


def _ladders(interval: Interval, wanted: list[Cut], spread: float) -> list[Cut]:
    """Cuts in geometric progression on both sides of narrow power atoms, as far as the other cuts reach."""
    ends = [x for x, _ in wanted] + [x for x in (interval.low, interval.high) if abs(x) < INF]
    result = []
    for atom in interval.atoms:
        if isinstance(atom, Power):
            for side, reach in ((-1, atom.loc - min(ends)), (1, max(ends) - atom.loc)):
                step = LADDER_START * atom.scale * spread
                while step < reach / 2:
                    result.append((atom.loc + side * step, step))
                    step *= LADDER_RATIO
    return result
