"""A program evaluated at a point, its comparisons decided there.

A *witness* is an x at which every comparison of the program is decided, and every operation is inside its domain or outside of it; a
stretch around it is where none of this changes. Only what the chosen branches use is evaluated.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from flint import acb, arb, ctx

from gantheory.base.jaxprs import UnknownOperationError
from gantheory.rigorous.balls import FUNCTIONS, UndecidedError, as_ball, constants, single
from gantheory.rigorous.operations import (
    COMPARE,
    CORNERS,
    DOMAIN,
    ELEMENTWISE,
    EQUAL,
    KNOWN,
    LOGIC,
    RESHAPING,
    SPECIAL,
    WHOLE,
    Elementwise,
    compared,
    contracted,
    equal,
    log_of_sum,
    of_floats,
    rounded,
    side,
)
from gantheory.rigorous.program import Program, Source, Step, is_same

Decisions = dict[int, np.ndarray]  # outcomes of comparisons, corners and domains, by the number of the step


class Evaluation:
    """A program at an x, with the outcomes in ``decisions``; at the witness they are found and added there."""

    program: Program
    x: acb
    decisions: Decisions
    witness: bool

    def __init__(self, program: Program, x: acb, decisions: Decisions, witness: bool = False):
        self.program, self.x, self.decisions, self.witness = program, x, decisions, witness
        self.found: dict[int, np.ndarray] = {}
        self.fixed: dict[Any, Any] = program.fixed.setdefault(ctx.prec, {})

    def values(self) -> list[Any]:
        """All outputs, each as one number: an ``acb``, or a float where it is infinite or nan."""
        return [self.read(output).ravel()[0] for output in self.program.outputs]

    def read(self, source: Source) -> np.ndarray:
        """The elements of a step, or of a constant, at this x."""
        if not isinstance(source, int):
            if id(source) not in self.fixed:
                self.fixed[id(source)] = source, constants(source)  # the array is kept alive, so that its id is not reused
            return self.fixed[id(source)][1]
        step = self.program.steps[source]
        known = self.found if step.varies else self.fixed.setdefault("steps", {})
        if source not in known:
            known[source] = self._apply(source, step)
        return known[source]

    def outcome(self, source: Source) -> np.ndarray:
        """The outcome of a comparison, a corner, a domain, or a combination of comparisons, as an array."""
        if not isinstance(source, int):
            return np.asarray(source, bool)
        known = self.decisions if self.program.steps[source].varies else self.fixed.setdefault("outcomes", {})
        if source not in known:
            if known is self.decisions and not self.witness:
                raise UndecidedError("a comparison that was not met at the witness")
            known[source] = self._decided(source)
        return known[source]

    def _decided(self, source: int) -> np.ndarray:
        step = self.program.steps[source]
        if step.name in LOGIC:
            return np.asarray(LOGIC[step.name](*map(self.outcome, step.inputs)))
        if step.name in RESHAPING:
            return np.asarray(RESHAPING[step.name]([self.outcome(one) for one in step.inputs], step.shape, step.parameters), bool)
        inputs = [self.read(one) for one in step.inputs]
        if step.name in COMPARE:
            return _each(step, lambda a, b: compared(step.name, a, b), inputs, bool)
        if step.name in EQUAL:
            same = self._same(step, inputs)
            return same if step.name == "eq" else np.asarray(~same)
        if step.name == "is_finite":
            return _each(step, lambda a: isinstance(a, acb), inputs, bool)
        if step.name in WHOLE:
            return _each(step, lambda a: rounded(step.name, a), inputs, object)
        if step.name in CORNERS:
            return self._side(step, inputs)
        if step.name in ELEMENTWISE:
            kind = ELEMENTWISE[step.name]
            within = inner(kind, len(inputs))
            return _each(step, lambda *given: self._domain(step.name, kind, within, given), inputs, object)
        raise UnknownOperationError(f"a decision by {step.name}", DOMAIN)

    @staticmethod
    def _same(step: Step, inputs: list[np.ndarray]) -> np.ndarray:
        if is_same(*step.inputs):  # a number equals itself unless it is nan
            return _each(step, lambda a, b: not _is_nan(a), inputs, bool)
        return _each(step, equal, inputs, bool)

    @staticmethod
    def _side(step: Step, inputs: list[np.ndarray]) -> np.ndarray:
        """Which of its two expressions an ``abs``, ``max``, ``min`` or ``sign`` is."""
        if step.name == "sign":
            return _each(step, lambda a: 0 if _is_nan(a) else 1 if compared("gt", a, acb(0)) else -_negative(a), inputs, object)
        first, second = inputs if len(inputs) == 2 else (inputs[0], single(acb(0)))
        return _each(step, lambda a, b: compared("ge", a, b), [first, second], bool)

    @staticmethod
    def _domain(name: str, kind: Elementwise, within: Callable[..., Any], given: tuple[Any, ...]) -> int:
        if any(isinstance(one, float) for one in given):
            return 0
        return side(name, kind.must, within(*given), kind.is_nan_outside)

    def _apply(self, at: int, step: Step) -> np.ndarray:
        if step.name not in KNOWN and step.name not in ("input", "parameter"):
            raise UnknownOperationError(step.name, DOMAIN)
        if step.name == "input":
            return single(self.x)
        if step.name == "parameter":
            return np.asarray(np.frompyfunc(as_ball, 1, 1)(step.parameters["value"]), object)
        if step.name in ("select_n", "chosen"):
            which = self.outcome(step.inputs[0])
            no, yes = (
                self.read(one) if wanted else single(None)
                for one, wanted in ((step.inputs[1], not which.all()), (step.inputs[2], which.any()))
            )
            return np.broadcast_to(np.where(np.asarray(which, bool), yes, no), step.shape)
        inputs = [self.read(one) for one in step.inputs]
        if step.name in RESHAPING:
            return RESHAPING[step.name](inputs, step.shape, step.parameters)
        if step.name in SPECIAL:
            return SPECIAL[step.name](*inputs)
        if step.name == "own log_sum_exp":
            return single(log_of_sum(inputs[0], False))
        if step.name == "dot_general":
            return contracted(inputs, step.parameters)
        if step.name == "reduce_sum":
            return _summed(inputs[0], step)
        if step.name in CORNERS:
            return cornered(step.name, self.outcome(at), *inputs)
        if step.name not in ELEMENTWISE:
            raise UnknownOperationError(f"{step.name} as a number", DOMAIN)
        kind = ELEMENTWISE[step.name]
        outcome = self.outcome(at) if kind.within else np.asarray(1)
        formula = written(kind.formula, step.parameters.get("y"), len(inputs))

        def element(inside, *given):
            if any(isinstance(one, float) for one in given):
                return of_floats(step.name, given)
            if inside == 0:
                return -np.inf  # log 0
            return float("nan") if inside < 0 and kind.is_nan_outside else formula(*given)

        return _each(step, element, [outcome, *inputs], object)


def _negative(a: acb | float) -> int:
    """1 for a negative number. Raises ``UndecidedError`` for 0."""
    if not compared("lt", a, acb(0)):
        raise UndecidedError("the sign of 0")
    return 1


def _is_nan(*given: Any) -> bool:
    return any(isinstance(one, float) and np.isnan(one) for one in given)


def cornered(name: str, outcome: np.ndarray, *inputs: np.ndarray) -> np.ndarray:
    """What a corner is, given its outcome, at elements that are balls."""

    def element(which, *given):
        if _is_nan(*given):
            return float("nan")
        if name in WHOLE and isinstance(given[0], float):
            return given[0]
        if name == "sign" or name in WHOLE:
            return acb(int(which))
        if name == "abs":
            return given[0] if which else -given[0]
        return given[0] if which == (name == "max") else given[1]

    return np.asarray(np.frompyfunc(element, 1 + len(inputs), 1)(outcome, *inputs), object)


def inner(kind: Elementwise, count: int) -> Callable[..., Any]:
    """``within`` of an elementwise operation as a function of its inputs."""
    assert kind.within is not None
    return written(kind.within, None, count)


@functools.cache
def written(formula: str, power: int | None, count: int) -> Callable[..., Any]:
    """A formula of real balls as a function."""
    names = "a, b" if count == 2 else "a"
    return eval(f"lambda {names}: {formula.format('a', 'b', power=power)}", {**FUNCTIONS, "acb": acb, "an": False})


def _each(step: Step, function: Callable[..., Any], inputs: list[np.ndarray], kind: Any) -> np.ndarray:
    return np.broadcast_to(np.asarray(np.frompyfunc(function, len(inputs), 1)(*inputs), kind), step.shape)


def _summed(array: np.ndarray, step: Step) -> np.ndarray:
    axes = step.parameters["axes"]
    kept = [axis for axis in range(array.ndim) if axis not in axes]
    rows = np.transpose(array, [*kept, *axes]).reshape((*step.shape, -1))
    found = np.empty(step.shape, object)
    for place in np.ndindex(*step.shape):
        total: Any = acb(0)
        for one in rows[place]:
            total = of_floats("add", (total, one)) if isinstance(total, float) or isinstance(one, float) else total + one
        found[place] = total
    return found


def decisions_at(program: Program, witness: arb) -> Decisions:
    """The outcomes of all that is decided at this x. Raises ``UndecidedError`` where something is too close."""
    decisions: Decisions = {}
    Evaluation(program, acb(witness), decisions, witness=True).values()
    return decisions
