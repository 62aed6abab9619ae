"""Where a program is one expression: an interval cut into stretches on which every comparison goes one way, and slivers between them."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from flint import acb, arb

from gantheory.rigorous.balls import UndecidedError
from gantheory.rigorous.program import Program, decisions_at
from gantheory.rigorous.straight import Straight

MOST = 50_000  # stretches looked at


class Stretch(NamedTuple):
    low: arb
    high: arb
    decisions: dict[int, np.ndarray]


def stretches(program: Program, low: arb, high: arb, sliver: arb) -> tuple[list[Stretch], list[tuple[arb, arb]]]:
    """Stretches from left to right, and what is left between them, each part no longer than ``sliver``. The ends are exact numbers.

    Whether a stretch is one is shown on balls; where a comparison changes is searched for at points, which is only to be quick. Raises
    ``UndecidedError`` if there are too many changes.
    """
    found: list[Stretch] = []
    left_out: list[tuple[arb, arb]] = []
    waiting, looked, known = [(low, high)], 0, _Known(program)
    while waiting:
        a, b = waiting.pop()
        looked += 1
        if looked > MOST:
            raise UndecidedError("the program changes its branch too often")
        middle = ((a + b) / 2).mid()
        here = known.at(middle)
        if here is not None and here.holds_between(a, b):
            if found and found[-1].high == a and found[-1].decisions is here.decisions:
                a = found.pop().low
            found.append(Stretch(a, b, here.decisions))
        elif b - a < sliver:
            left_out.append((a, b))
        else:
            change = _change(known, a, b, sliver)
            waiting += [(middle, b), (a, middle)] if change is None else [(change[1], b), change, (a, change[0])]
    return found, left_out


class _Case(NamedTuple):
    decisions: dict[int, np.ndarray]
    holds: Callable
    compares_lines: bool

    def holds_between(self, low: arb, high: arb) -> bool:
        return self.holds(acb(low)) and self.holds(acb(high)) if self.compares_lines else self.holds(acb(low.union(high)))


class _Known:
    """The cases met so far, of which a point's is mostly one of the last."""

    def __init__(self, program: Program):
        self.program, self.cases = program, []

    def at(self, point: arb) -> _Case | None:
        """None where a comparison is too close."""
        ball = acb(point)
        for case in self.cases[-3:]:
            if case.holds(ball):
                return case
        try:
            decisions = decisions_at(self.program, point)
        except UndecidedError:
            return None
        for case in self.cases:
            if case.decisions.keys() == decisions.keys() and all(np.array_equal(case.decisions[at], decisions[at]) for at in decisions):
                return case
        straight = Straight(self.program, decisions)
        self.cases.append(_Case(decisions, straight.holds(point), straight.compares_lines))
        return self.cases[-1]


def _change(known: _Known, low: arb, high: arb, sliver: arb) -> tuple[arb, arb] | None:
    """A sliver at whose ends the comparisons differ, if they differ between the interval's own and it is longer than a few of them."""
    at_low = known.at(low)
    if at_low is None or high - low < 4 * sliver or at_low.holds(acb(high)):
        return None
    while not high - low < sliver:
        middle = ((low + high) / 2).mid()
        if at_low.holds(acb(middle)):
            low = middle
        else:
            high = middle
    return low, high
