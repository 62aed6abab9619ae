"""Where a program is one expression: stretches of an interval on which no comparison changes, and slivers between them."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from flint import acb, arb

from gantheory.rigorous.balls import UndecidedError
from gantheory.rigorous.evaluation import Decisions, decisions_at
from gantheory.rigorous.program import Program
from gantheory.rigorous.straight import Straight

MOST = 50_000  # most intervals examined


class Stretch(NamedTuple):
    """An interval on which no comparison changes, and the comparisons' outcomes on it."""

    low: arb
    high: arb
    decisions: Decisions


def stretches_of(program: Program, low: arb, high: arb, sliver: arb) -> tuple[list[Stretch], list[tuple[arb, arb]]]:
    """The stretches of [low, high] from left to right, and the slivers between them, each no longer than ``sliver``. Ends are exact.

    That a stretch is one is proved on balls; where a comparison changes is first sought at points, for speed alone. Raises
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
    """Outcomes of all comparisons, and how to tell where they hold."""

    decisions: Decisions
    holds: Callable[[acb], bool]
    compares_lines: bool

    def holds_between(self, low: arb, high: arb) -> bool:
        return self.holds(acb(low)) and self.holds(acb(high)) if self.compares_lines else self.holds(acb(low.union(high)))


class _Known:
    """The cases met so far. A point's case is mostly one of the latest."""

    def __init__(self, program: Program):
        self.program = program
        self.cases: list[_Case] = []

    def at(self, point: arb) -> _Case | None:
        """The case of a point; None where a comparison is too close."""
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
    """A sliver across which a comparison changes, by bisection; None if both ends agree, or the interval is only a few slivers long."""
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
