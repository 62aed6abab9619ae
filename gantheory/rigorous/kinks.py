"""The lines of a piecewise linear program, such as a ReLU network, as fractions: nothing is rounded, and no kink is missed.

A program of doubles by +, ×, comparisons and selections takes a z to fractions of whole numbers. On an interval on which no comparison
changes, each of its numbers is a line a z + b. Where two that are compared cross inside the interval, it is cut there.
"""

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from flint import fmpq

from gantheory.rigorous.balls import UndecidedError, single
from gantheory.rigorous.operations import COMPARE, LOGIC, RESHAPING, contracted
from gantheory.rigorous.program import Program, Source, Step

MOST = 5_000  # intervals looked at
ZERO = fmpq(0)


class Line(NamedTuple):
    """slope z + offset, for z from ``low`` to ``high``; None is an infinite end."""

    low: fmpq | None
    high: fmpq | None
    slope: fmpq
    offset: fmpq


def lines_of(program: Program) -> list[Line]:
    """A program's lines from left to right, on all of the real line.

    Raises ``UndecidedError`` for a program with an operation that is not linear, or with more than 5000 pieces.
    """
    found: list[Line] = []
    waiting: list[tuple[fmpq | None, fmpq | None]] = [(None, None)]
    for _ in range(MOST):
        if not waiting:
            return found
        low, high = waiting.pop()
        try:
            slope, offset = (array.ravel()[0] for array in _OnInterval(program, low, high).read(program.outputs[0]))
        except _CrossingError as inside:
            waiting += reversed(list(itertools.pairwise([low, *inside.at, high])))
            continue
        if found and found[-1][2:] == (slope, offset):
            low = found.pop().low
        found.append(Line(low, high, slope, offset))
    raise UndecidedError(f"the program has more than {MOST} pieces")


def fraction(number: Any) -> fmpq:
    """A double, or a whole number, as itself. Raises ``UndecidedError`` for one that is infinite, or nan."""
    if not np.isfinite(number):
        raise UndecidedError("a number that is infinite, or nan")
    if isinstance(number, int | np.integer):
        return fmpq(int(number))
    return fmpq(*float(number).as_integer_ratio())


class _CrossingError(Exception):
    """Two numbers that are compared cross inside the interval."""

    def __init__(self, at: list[fmpq]):
        super().__init__()
        self.at = at


class _Lines(NamedTuple):
    """An array of lines; its slopes are None for constants."""

    slope: np.ndarray | None
    offset: np.ndarray


_fractions = np.frompyfunc(fraction, 1, 1)


class _OnInterval:
    """A program on an interval, its steps as lines. Raises ``_CrossingError`` where a comparison changes inside."""

    def __init__(self, program: Program, low: fmpq | None, high: fmpq | None):
        self.program, self.low, self.high = program, low, high
        self.found: dict[int, _Lines] = {}

    def read(self, source: Source) -> tuple[np.ndarray, np.ndarray]:
        """(slopes, offsets) of a step or a constant."""
        lines = self._lines(source)
        return np.full(lines.offset.shape, ZERO, object) if lines.slope is None else lines.slope, lines.offset

    def _lines(self, source: Source) -> _Lines:
        if not isinstance(source, int):
            return _Lines(None, np.asarray(_fractions(source), object))
        if source not in self.found:
            step = self.program.steps[source]
            slope, offset = self._of(step)
            if slope is not None:
                slope = None if all(one == 0 for one in slope.ravel()) else np.broadcast_to(slope, step.shape)
            self.found[source] = _Lines(slope, np.broadcast_to(offset, step.shape))
        return self.found[source]

    def _of(self, step: Step) -> _Lines:
        match step.name:
            case "input":
                return _Lines(single(fmpq(1)), single(ZERO))
            case "parameter":
                return self._lines(step.parameters["value"])
            case "select_n":
                return self._chosen(self.outcome(step.inputs[0]), *step.inputs[1:])
            case "max" | "min":
                first, second = step.inputs if step.name == "min" else step.inputs[::-1]
                return self._chosen(np.asarray(self._sign(*step.inputs) >= 0), first, second)
            case "abs":
                (only,) = step.inputs
                sign = self._sign(only, np.zeros(self.program.shape_of(only)))
                return self._each(lambda part: part * sign, self._lines(only))
        inputs = [self._lines(one) for one in step.inputs]
        if step.name in RESHAPING and len(inputs) == 1:
            return self._each(lambda part: RESHAPING[step.name]([part], step.shape, step.parameters), inputs[0])
        if step.name in RESHAPING:
            parts = zip(*map(self.read, step.inputs), strict=True)
            return _Lines(*(RESHAPING[step.name](list(part), step.shape, step.parameters) for part in parts))
        if step.name == "reduce_sum":
            return self._each(lambda part: np.add.reduce(part, axis=step.parameters["axes"]), inputs[0])
        if step.name == "neg":
            return self._each(np.negative, inputs[0])
        if step.name in ("add", "add_any", "sub"):
            combined = np.subtract if step.name == "sub" else np.add
            if all(one.slope is None for one in inputs):
                return _Lines(None, np.asarray(combined(*(one.offset for one in inputs)), object))
            (a, c), (b, d) = map(self.read, step.inputs)
            return _Lines(np.asarray(combined(a, b), object), np.asarray(combined(c, d), object))
        if step.name in ("mul", "div", "dot_general") and any(one.slope is None for one in inputs):
            return self._product(step, *inputs)
        raise UndecidedError(f"{step.name}, which is not piecewise linear, or not known to be")

    def _product(self, step: Step, one: _Lines, other: _Lines) -> _Lines:
        """A product of which one factor is constant, or a quotient by a constant."""
        if step.name == "div":
            if other.slope is not None or any(value == 0 for value in other.offset.ravel()):
                raise UndecidedError("a quotient by 0, or by a number that is not constant")
            other = _Lines(None, np.asarray(np.frompyfunc(lambda value: 1 / value, 1, 1)(other.offset), object))

        def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
            return contracted([a, b], step.parameters) if step.name == "dot_general" else np.asarray(a * b, object)

        offset = product(one.offset, other.offset)
        if one.slope is not None:
            return _Lines(product(one.slope, other.offset), offset)
        return _Lines(None if other.slope is None else product(one.offset, other.slope), offset)

    @staticmethod
    def _each(function: Callable[[np.ndarray], Any], lines: _Lines) -> _Lines:
        slope = None if lines.slope is None else np.asarray(function(lines.slope), object)
        return _Lines(slope, np.asarray(function(lines.offset), object))

    def _chosen(self, which: np.ndarray, no: Source, yes: Source) -> _Lines:
        return _Lines(*(np.where(which, b, a) for a, b in zip(self.read(no), self.read(yes), strict=True)))

    def outcome(self, source: Source) -> np.ndarray:
        """The outcome of a comparison, which is one all over the interval but for its ends."""
        if not isinstance(source, int):
            return np.asarray(source, bool)
        step = self.program.steps[source]
        if step.name in COMPARE:
            return np.asarray(COMPARE[step.name](self._sign(*step.inputs), 0), bool)
        if step.name in LOGIC:
            return np.asarray(LOGIC[step.name](*map(self.outcome, step.inputs)), bool)
        if step.name in RESHAPING:
            return np.asarray(RESHAPING[step.name]([self.outcome(one) for one in step.inputs], step.shape, step.parameters), bool)
        raise UndecidedError(f"a decision by {step.name}")

    def _sign(self, one: Source, other: Source) -> np.ndarray:
        """-1, 0 or 1 where the one is below the other, equal, or above, inside the interval."""
        (a, b), (c, d) = self.read(one), self.read(other)
        slopes, offsets = np.broadcast_arrays(np.asarray(a - c, object), np.asarray(b - d, object))
        signs = [self._side(slope, offset) for slope, offset in zip(slopes.ravel(), offsets.ravel(), strict=True)]
        crossings = [sign for sign in signs if isinstance(sign, fmpq)]
        if crossings:
            raise _CrossingError(sorted(set(crossings)))
        return np.asarray(signs, int).reshape(slopes.shape)

    def _side(self, slope: fmpq, offset: fmpq) -> int | fmpq:
        """The sign of a line inside the interval; or where it is 0 there."""
        if slope == 0:
            return (offset > 0) - (offset < 0)
        root, rising = -offset / slope, 1 if slope > 0 else -1
        if self.low is not None and root <= self.low:
            return rising
        if self.high is not None and root >= self.high:
            return -rising
        return root
