"""The pieces of a generator that is piecewise linear as a program: exactly, from its jaxpr.

On an interval on which no comparison inside the program changes its outcome, every value inside the program is a + b·z. The comparisons
are taken in the order of the program: between two neighbouring cuts both of their sides are lines, which cross at most once, and the
crossing is a new cut. A step, such as floor, is cut where its operand is an integer, or half of one. After the last comparison G itself is
a line between neighbouring cuts. No search is involved: a kink cannot be missed for being too narrow or too near another. Slopes are
those of the program's values; derivatives given by custom_jvp, or stopped, are not looked at.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np

from gantheory.base.jaxprs import UnknownOperationError
from gantheory.base.precision import in_float64
from gantheory.base.programs import kind_of
from gantheory.distributions.pushforward.lines import HALF_INTEGER, NOTHING, Compared, evaluated

POLISH = 4  # repeated computations of a crossing, each from lines anchored at the previous one
SAME = 4  # distance in ulps up to which two cuts count as one
ROUNDING = 32 * np.finfo(float).eps  # largest change of slope or value, relative to the terms' sizes, that counts as rounding
MOST_CUTS = 100_000
MOST_STEPS = 2000  # most steps in the range of z that is kept
MOST_KINDS = 1_000  # kinds of modules that are known not to be piecewise linear

_not_linear: set[Hashable] = set()  # kinds of modules with another operation


class LinearPieces(NamedTuple):
    """G between neighbouring points of ``z``, (n + 1,): lines from ``start`` to ``end``, each (n,)."""

    z: np.ndarray
    start: np.ndarray
    end: np.ndarray
    slope: np.ndarray
    near_z: np.ndarray  # each piece's point nearest to 0: far out, x no longer determines z
    near_x: np.ndarray


def knots(generator: Any, low: float, high: float) -> np.ndarray | None:
    """The z in (low, high) at which G jumps or its slope changes, sorted; None if G is not piecewise linear as a program."""
    found = linear_pieces(generator, low, high)
    return None if found is None else found.z[1:-1]


@in_float64
def linear_pieces(
    generator: Any, low: float, high: float, cores: Callable[[], Sequence[tuple[float, float]]] | None = None
) -> LinearPieces | None:
    """The lines of which G consists on [low, high]; None if G is not piecewise linear as a program.

    max, min, abs, comparisons and selections by them, clamps, sorts, conditionals, steps and remainders are followed. The answer is None
    for any other operation that is not linear in values that depend on z, for loops, and for more than 100 000 cuts. Changes of slope
    within the rounding of the slope are left out.

    Args:
        generator: a function () -> () that JAX can trace.
        low: lower end of the interval of z, finite.
        high: upper end, finite.
        cores: gives ever smaller parts of it. A G with steps is followed on the first of them on which it has no more than 2000.

    Raises:
        ValueError: more than 2000 steps on the last of the cores.
    """
    kind_of_g = kind_of(generator)
    if kind_of_g in _not_linear:
        return None
    cuts, comparison = np.array([low, high], dtype=np.float64), 0
    while True:
        below, above = cuts[:-1], cuts[1:]
        mid = below + (above - below) / 2
        anchor = np.clip(0.0, below, above)
        try:
            *compared, _ = evaluated(generator, mid, anchor)
        except UnknownOperationError:
            if kind_of_g is not None and len(_not_linear) < MOST_KINDS:
                _not_linear.add(kind_of_g)
            return None
        if comparison == len(compared):
            break
        # All comparisons up to this one are between lines on these pieces; later ones may not be yet.
        one = compared[comparison]
        kind = int(one.kind.ravel()[0]) if one.kind.size else NOTHING
        if kind != NOTHING:
            cuts, moved = _within(cuts, one, anchor, kind, cores() if cores else [(low, high)])
            if moved:
                continue
        piece, side, level = _levels(cuts, one, anchor, kind)
        found = _crossing(one, anchor, piece, side, level)
        inside = (found > below[piece]) & (found < above[piece])
        piece, side, level, found = (part[inside] for part in (piece, side, level, found))
        for _ in range(POLISH):
            polished = evaluated(generator, mid[piece], found)[comparison]
            found = _crossing(polished, found, np.arange(len(found)), side, level)
        cuts = _merged(cuts, found)
        if len(cuts) > MOST_CUTS:
            return None
        comparison += 1

    inner = cuts[1:-1]
    left, right = evaluated(generator, mid[:-1], inner)[-1], evaluated(generator, mid[1:], inner)[-1]
    steepness = left.steepness + right.steepness
    same = np.abs(right.value - left.value) <= ROUNDING * (left.size + right.size + np.abs(inner) * steepness)
    same &= np.abs(right.slope - left.slope) <= ROUNDING * steepness
    same &= np.isfinite([left.value, left.slope, right.value, right.slope]).all(axis=0)  # an infinity's rounding allows anything
    z = np.concatenate([cuts[:1], inner[~same], cuts[-1:]])
    near = np.clip(0.0, z[:-1], z[1:])
    own = np.searchsorted(cuts, near, side="right") - 1
    own = np.clip(own, np.searchsorted(cuts, z[:-1]), np.searchsorted(cuts, z[1:]) - 1)  # a part of the piece that has this point
    start, end, lines = (evaluated(generator, mid[own], at)[-1] for at in (z[:-1], z[1:], near))
    return LinearPieces(z, start.value, end.value, lines.slope, near, lines.value)


def _crossing(one: Compared, anchor, piece, side, level) -> np.ndarray:
    """The z at which lines reach their levels."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return anchor[piece] + (level - one.value[piece, side]) / one.slope[piece, side]


def _spans(cuts: np.ndarray, one: Compared, anchor: np.ndarray, kind: int) -> tuple[np.ndarray, np.ndarray]:
    """The first of the levels that a line takes on each piece, and how many; both (pieces, lines)."""
    if kind == NOTHING:
        return np.zeros(one.value.shape), (one.slope != 0).astype(float)
    ends = np.stack([one.value + one.slope * (edge - anchor)[:, None] for edge in (cuts[:-1], cuts[1:])])
    shift = 0.5 * (kind == HALF_INTEGER)
    first, last = np.ceil(ends.min(axis=0) - shift) + shift, np.floor(ends.max(axis=0) - shift) + shift
    return first, np.nan_to_num(np.where(one.slope != 0, np.maximum(last - first + 1, 0.0), 0.0), nan=0.0)


def _levels(cuts, one: Compared, anchor, kind: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(piece, line, level) of every level that a line takes on its piece."""
    first, count = _spans(cuts, one, anchor, kind)
    piece, side = np.nonzero(count)
    repeats = count[piece, side].astype(int)
    number = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    piece, side = np.repeat(piece, repeats), np.repeat(side, repeats)
    return piece, side, first[piece, side] + number


def _within(cuts, one: Compared, anchor, kind: int, cores) -> tuple[np.ndarray, bool]:
    """(the cuts that lie in the first core that has few steps enough, and its ends; whether these are other cuts)."""
    for low, high in cores:
        low, high = max(low, cuts[0]), min(high, cuts[-1])
        some = np.clip(cuts, low, high)
        if _spans(some, one, anchor, kind)[1].sum() <= MOST_STEPS:
            kept = np.unique(some)
            return kept, not np.array_equal(kept, cuts)
    raise ValueError(f"`generator` must have no more than {MOST_STEPS} steps where z has mass. Got more.")


def _merged(cuts: np.ndarray, found: np.ndarray) -> np.ndarray:
    """The union of both, sorted, without what is within a few ulps of another cut. The ends stay."""
    low, high = cuts[0], cuts[-1]
    both = np.unique(np.concatenate([cuts[1:-1], found]))
    both = both[(both - low > SAME * np.spacing(abs(low))) & (high - both > SAME * np.spacing(abs(high)))]
    return np.concatenate([[low], both[np.diff(both, prepend=-np.inf) > SAME * np.spacing(np.abs(both))], [high]])
