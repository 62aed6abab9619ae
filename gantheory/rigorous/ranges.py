"""What values a program takes on an interval, also one without end.

That is what stands for a program where no integral is taken: on slivers and beyond the cuts of the line. Comparisons that are not decided
on the interval give the bounds of both branches. What may leave its domain raises ``UndecidedError``, so that a range is also a proof that
the program is defined on all of the interval.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from flint import acb, arb

from gantheory.base.jaxprs import UnknownOperationError
from gantheory.rigorous.balls import UndecidedError, log_beta, log_normal_mass
from gantheory.rigorous.bounds import (
    RANGES,
    Range,
    added,
    by_ball,
    exactly,
    integer_power,
    log_of_sum,
    made,
    multiplied,
    union,
)
from gantheory.rigorous.operations import COMPARE, DOMAIN, ELEMENTWISE, EQUAL, LOGIC, RESHAPING
from gantheory.rigorous.program import Program, Source, Step, is_same
from gantheory.rigorous.tails import Envelope


def range_of(program: Program, low: arb, high: arb) -> list[Range]:
    """The range of every output on the interval from low to high, either of which may be infinite."""
    on = _Ranges(program, low, high)
    found = [on.read(output).ravel()[0] for output in program.outputs]
    if any(one.is_nan for one in found):
        raise UndecidedError("the program's value is nan")
    return found


def finite_range_of(program: Program, low: arb, high: arb) -> Range:
    """The range of the one output, which is shown to be a finite number for every x inside the interval."""
    (found,) = range_of(program, low, high)
    if found.is_infinite:
        raise UndecidedError("the program's value may be infinite")
    return found


class _Ranges:
    """The ranges of a program's steps on one interval."""

    def __init__(self, program: Program, low: arb, high: arb):
        self.program, self.low, self.high = program, low, high
        self.found: dict[int, np.ndarray] = {}

    def read(self, source: Source) -> np.ndarray:
        """The ranges of the elements of a step."""
        if not isinstance(source, int):
            return _each(exactly, source)
        if source not in self.found:
            self.found[source] = np.broadcast_to(self._of(self.program.steps[source]), self.program.steps[source].shape)
        return self.found[source]

    def outcome(self, source: Source) -> np.ndarray:
        """True, False or None, where that is not decided, for each element of a comparison."""
        if not isinstance(source, int):
            return np.asarray(source, object)
        step = self.program.steps[source]
        if step.name in LOGIC:
            return _each(_LOGIC[step.name], *map(self.outcome, step.inputs))
        if step.name in RESHAPING:
            return RESHAPING[step.name]([self.outcome(one) for one in step.inputs], step.shape, step.parameters)
        if step.name in COMPARE or step.name in EQUAL:
            same = is_same(*step.inputs)
            return _each(lambda a, b: _compared(step.name, same, a, b), *map(self.read, step.inputs))
        if step.name == "is_finite":
            return _each(lambda a: False if a.is_nan else None if a.is_infinite else True, self.read(step.inputs[0]))
        raise UnknownOperationError(f"a decision by {step.name}", DOMAIN)

    def _of(self, step: Step) -> np.ndarray:
        match step.name:
            case "input":
                return _single(made(self.low, self.high, Envelope(linear=arb(1)), (True, True)))
            case "parameter":
                return _each(exactly, step.parameters["value"])
            case "select_n":
                return self._selected(step)
            case "own pi" | "own half_log_tau":
                value = arb.pi() if step.name == "own pi" else (2 * arb.pi()).log() / 2
                return _single(made(value, value))
        inputs = [self.read(one) for one in step.inputs]
        if step.name in RESHAPING:
            return RESHAPING[step.name](inputs, step.shape, step.parameters)
        if step.name == "own log_beta":
            return _each(lambda a, b: _of_constants(log_beta, a, b), *inputs)
        if step.name == "own log_normal_mass":
            return _each(lambda a, b: _of_constants(log_normal_mass, a, b), *inputs)
        if step.name == "own log_sum_exp":
            return _single(log_of_sum(list(inputs[0])))
        if step.name == "reduce_sum":
            return _reduced(inputs[0], step)
        if step.name == "dot_general":
            return _contracted(inputs, step)
        if step.name in RANGES:
            return _each(RANGES[step.name], *inputs)
        if step.name in ("integer_pow", "negative_integer_pow"):
            return _each(lambda a: integer_power(a, step.parameters["y"]), *inputs)
        if step.name in ELEMENTWISE and len(inputs) == 1:
            return _each(lambda a: by_ball(step.name, a), *inputs)
        raise UnknownOperationError(f"bounds of {step.name}", DOMAIN)

    def _selected(self, step: Step) -> np.ndarray:
        which = np.broadcast_to(self.outcome(step.inputs[0]), step.shape)
        flat = which.ravel()
        sides = []
        for yes, source in ((False, step.inputs[1]), (True, step.inputs[2])):
            wanted = any(one is None or bool(one) is yes for one in flat)
            side = np.broadcast_to(self.read(source), step.shape) if wanted else np.empty(step.shape, object)
            sides.append(self._narrowed(step.inputs[0], source, yes, side) if wanted else side)
        return _each(lambda one, no, yes: union(no, yes) if one is None else yes if one else no, which, *sides)

    def _narrowed(self, condition: Source, source: Source, yes: bool, side: np.ndarray) -> np.ndarray:
        """The range of x in where(x > c, x, ...): above c in the one case, below it in the other."""
        step = self.program.steps[condition] if isinstance(condition, int) else None
        while step is not None and step.name == "broadcast_in_dim":
            step = self.program.steps[step.inputs[0]] if isinstance(step.inputs[0], int) else None
        if step is None or step.name not in COMPARE or not isinstance(source, int) or not is_same(step.inputs[0], source):
            return side
        bounds = self.read(step.inputs[1])
        above = (step.name in ("gt", "ge")) is yes
        strictly = (step.name in ("gt", "lt")) is yes  # elsewhere the bound itself may be taken

        def narrowed(a: Range, c: Range) -> Range:
            if above:
                is_open = a.opens[0] if c.low < a.low else strictly
                return replace(a, low=a.low.max(c.low), opens=(is_open, a.opens[1]))
            is_open = a.opens[1] if c.high > a.high else strictly
            return replace(a, high=a.high.min(c.high), opens=(a.opens[0], is_open))

        return _each(narrowed, side, bounds)


def _single(one: Any) -> np.ndarray:
    array = np.empty((), object)
    array[()] = one
    return array


def _each(function: Callable[..., Any], *arrays: Any) -> np.ndarray:
    """A function of elements at every element of some arrays."""
    arrays = tuple(np.broadcast_arrays(*(np.asarray(a) if not isinstance(a, np.ndarray) else a for a in arrays)))
    found = np.empty(arrays[0].shape, object)
    for place in np.ndindex(*found.shape):
        found[place] = function(*(array[place] for array in arrays))
    return found


def _reduced(array: np.ndarray, step: Step) -> np.ndarray:
    axes = step.parameters["axes"]
    kept = [axis for axis in range(array.ndim) if axis not in axes]
    rows = np.transpose(array, [*kept, *axes]).reshape((*step.shape, -1))
    found = np.empty(step.shape, object)
    for place in np.ndindex(*step.shape):
        total = made(arb(0), arb(0))
        for one in rows[place]:
            total = added(total, one)
        found[place] = total
    return found


def _contracted(inputs: list[np.ndarray], step: Step) -> np.ndarray:
    (left, right), batch = step.parameters["dimension_numbers"]
    if any(batch) or len(left) > 1:
        raise UnknownOperationError("dot_general over several axes, or with a batch", DOMAIN)
    a, b = (np.moveaxis(array, axes[0], -1) if axes else array[..., None] for array, axes in zip(inputs, (left, right), strict=True))
    found = np.empty(step.shape, object)
    for i in np.ndindex(*a.shape[:-1]):
        for j in np.ndindex(*b.shape[:-1]):
            total = made(arb(0), arb(0))
            for one, other in zip(a[i], b[j], strict=True):
                total = added(total, multiplied(one, other))
            found[(*i, *j)] = total
    return found


def _of_constants(function: Callable[[acb, acb], acb], a: Range, b: Range) -> Range:
    if not (a.low == a.high and b.low == b.high):
        raise UndecidedError("a special function of x")
    value = function(acb(a.low), acb(b.low)).real
    return made(value, value)


def _compared(name: str, same: bool, a: Range, b: Range) -> bool | None:
    if a.is_nan or b.is_nan:
        return name == "ne"
    if name in EQUAL and (a.is_infinite or b.is_infinite):
        return None
    if name in EQUAL:
        if same:
            return name == "eq"
        if a.low > b.high or a.high < b.low:
            return name == "ne"
        return None
    if name in ("lt", "le"):
        a, b, name = b, a, {"lt": "gt", "le": "ge"}[name]
    if a.low > b.high or (name == "ge" and a.low >= b.high):
        return True
    if a.high < b.low or (name == "gt" and a.high <= b.low):
        return False
    return None


def _not(a: bool | None) -> bool | None:
    return None if a is None else not a


def _and(a: bool | None, b: bool | None) -> bool | None:
    return False if (a is not None and not a) or (b is not None and not b) else None if a is None or b is None else True


_LOGIC: dict[str, Callable[..., bool | None]] = {
    "not": _not,
    "and": _and,
    "or": lambda a, b: _not(_and(_not(a), _not(b))),
    "xor": lambda a, b: None if a is None or b is None else bool(a) is not bool(b),
}
