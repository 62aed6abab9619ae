"""The values on which two computations with different efforts agree."""

from functools import cache
from typing import NamedTuple

from gmpy2 import mpfr

from .effort import SETTINGS, Effort, Undecided
from .solution import NAMES, Solution, solve

AGREED = 1e-26  # relative distance, and error of a mass, at which no more effort is spent


@cache
def effort(level: int) -> Effort:
    """The effort of a level, from 0 to 3."""
    return Effort(**SETTINGS[level])


class Agreed(NamedTuple):
    """The last computation of a pair, and how far the one before it was off."""

    values: list[mpfr | None]
    distances: list[float]
    mass_error: float
    panels: int


def agreed(p_text: str, q_text: str) -> Agreed:
    """The seven divergences of a pair, computed with two efforts, and with up to four if the first two disagree."""
    results = [result for level in (0, 1) if (result := _attempt(p_text, q_text, level))]
    for level in (2, 3):
        if len(results) > 1 and max(_distances(*results[-2:])) < AGREED and results[-1].mass_error < AGREED:
            break
        results += [result for result in [_attempt(p_text, q_text, level)] if result]
    if len(results) < 2:
        return Agreed([None] * len(NAMES), [1.0] * len(NAMES), 1.0, 0)
    last = results[-1]
    return Agreed(last.values, _distances(*results[-2:]), float(last.mass_error), last.panels)


def _attempt(p_text: str, q_text: str, level: int) -> Solution | None:
    try:
        return solve(p_text, q_text, effort(level))
    except Undecided:
        return None


def _distances(one: Solution, two: Solution) -> list[float]:
    return [distance(a, b) for a, b in zip(one.values, two.values, strict=True)]


def distance(a: mpfr | None, b: mpfr | None) -> float:
    """Relative distance of two values; 0 if both are infinite."""
    if a is None or b is None:
        return 0.0 if a is b else 1.0
    return float(abs(a - b) / max(abs(a), abs(b))) if a or b else 0.0
