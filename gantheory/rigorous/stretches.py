"""Where a program is one expression: stretches of an interval on which nothing that is decided changes, and slivers between them."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from flint import arb

from gantheory.rigorous.balls import UndecidedError
from gantheory.rigorous.evaluation import Decisions, decisions_at
from gantheory.rigorous.program import Program
from gantheory.rigorous.straight import Straight

MOST = 50_000  # intervals examined
FOR_ONE = 2000  # the same, where one stretch is looked for
HOPELESS = 1000  # intervals examined without a stretch


class Stretch(NamedTuple):
    """An interval on which nothing that is decided changes, and the decisions on it."""

    low: arb
    high: arb
    decisions: Decisions


def stretches_of(
    program: Program, low: arb, high: arb, sliver: arb, until: float | None = None, most: int = MOST
) -> tuple[list[Stretch], list[tuple[arb, arb]]]:
    """The stretches of [low, high] from left to right, and the slivers between them, each no longer than ``sliver``. Ends are exact.

    That a stretch is one is proved; where a decision changes is first sought at points, for speed alone. Raises ``UndecidedError`` if there
    are more than ``most`` intervals to look at, and ``TimeoutError`` past ``until``, a time of ``time.monotonic``.
    """
    found: list[Stretch] = []
    left_out: list[tuple[arb, arb]] = []
    waiting, looked, known = [(low, high)], 0, _Known(program)
    while waiting:
        a, b = waiting.pop()
        if a == b:
            continue
        looked += 1
        if looked > most:
            raise UndecidedError("the program changes its branch too often")
        if looked > HOPELESS and not found:
            raise known.reason or UndecidedError("no stretch was found on which the program is one expression")
        if until is not None and time.monotonic() > until:
            raise TimeoutError("the time allowed was not enough")
        middle = ((a + b) / 2).mid()
        here = known.at(middle)
        if here is not None and here.holds(a, b):
            if found and found[-1].high == a and found[-1].decisions is here.decisions:
                a = found.pop().low
            found.append(Stretch(a, b, here.decisions))
        elif b - a < sliver or not a < middle < b:
            left_out.append((a, b))
        else:
            change = _change(known, a, b, sliver)
            waiting += [(middle, b), (a, middle)] if change is None else [(change[1], b), change, (a, change[0])]
    return found, left_out


class _Case(NamedTuple):
    """Decisions, and whether they hold on an interval, whose middle is where they were taken or one like it."""

    decisions: Decisions
    holds: Callable[[arb, arb], bool]


class _Known:
    """The cases met so far. A point's case is mostly one of the latest."""

    def __init__(self, program: Program):
        self.program = program
        self.cases: list[_Case] = []
        self.by_outcomes: dict[tuple[Any, ...], list[_Case]] = {}
        self.reason: UndecidedError | None = None  # why the last point had no case

    def at(self, point: arb) -> _Case | None:
        """The case of a point; None where a decision is too close."""
        for case in self.cases[-3:]:
            if case.holds(point, point):
                return case
        try:
            decisions = decisions_at(self.program, point)
            alike = self.by_outcomes.setdefault(_outcomes(decisions), [])
            for case in alike:
                if case.holds(point, point):  # x ≠ c holds on either side of c
                    return case
            self.cases.append(_Case(decisions, Straight(self.program, decisions).holds(point)))
            alike.append(self.cases[-1])
        except UndecidedError as why:
            self.reason = why
            return None
        return self.cases[-1]


def _outcomes(decisions: Decisions) -> tuple[Any, ...]:
    """Decisions as something that can be looked up."""
    return tuple((at, *decisions[at].ravel().tolist()) for at in sorted(decisions))


def _change(known: _Known, low: arb, high: arb, sliver: arb) -> tuple[arb, arb] | None:
    """A sliver across which a decision changes, by bisection; None if both ends agree, or the interval is only a few slivers long."""
    at_low = known.at(low)
    if at_low is None or high - low < 4 * sliver or at_low.holds(high, high):
        return None
    while not high - low < sliver:
        middle = ((low + high) / 2).mid()
        if not low < middle < high:
            break
        if at_low.holds(middle, middle):
            low = middle
        else:
            high = middle
    return low, high
