"""A program evaluated at a ball: the analytic function that the program is around a witness.

A *witness* is an x at which every comparison of the program is decided; elsewhere the program is evaluated with the same outcomes. That
no comparison changes over a stretch is checked apart, on real balls. Only what the chosen branches use is evaluated.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from flint import acb, arb, ctx

from gantheory.base.jaxprs import UnknownOperationError
from gantheory.rigorous.balls import UndecidedError, as_ball, constants, single
from gantheory.rigorous.operations import ARITHMETIC, COMPARE, CORNERS, LOGIC, OF_BALLS, RESHAPING, SPECIAL, SUMS, compared, equal
from gantheory.rigorous.program import Program, Source, Step

DOMAIN = "Arb balls"
DEPTH = 70  # most halvings of a stretch in showing that a comparison does not change

Decisions = dict[int, np.ndarray]  # the outcomes of comparisons, by the number of the step


class BranchError(ArithmeticError):
    """A comparison that changes inside a stretch on which the program was taken for one expression."""


class Evaluation:
    """A program at one ball x, with the outcomes of comparisons in ``decisions``; at the witness they are found and added there.

    ``abs``, ``max`` and the like count as comparisons: they choose between two expressions. Where ``real``, they are those of real balls
    and need not be decided.
    """

    program: Program
    x: acb
    analytic: bool
    decisions: Decisions
    witness: bool
    real: bool

    def __init__(self, program: Program, x: acb, analytic: bool, decisions: Decisions, witness: bool = False, real: bool = False):
        self.program, self.x, self.analytic = program, x, analytic
        self.decisions, self.witness, self.real = decisions, witness, real
        self.found: dict[int, np.ndarray] = {}
        self.fixed: dict[Any, Any] = program.fixed.setdefault(ctx.prec, {})

    def value(self) -> acb | float | None:
        """The first output; None where it is -inf: a density that is 0."""
        value = self.values()[0]
        return None if isinstance(value, float) and value == -np.inf else value

    def number(self) -> arb:
        """The first output of a program whose value is a real number."""
        return self.values()[0].real

    def values(self) -> list[Any]:
        """All outputs, each as one number."""
        return [self.read(output).ravel()[0] for output in self.program.outputs]

    def read(self, source: Source) -> np.ndarray:
        """The elements of a step, or of a constant, at this ball."""
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
        """The outcome of a comparison, or of a combination of comparisons: an array of bools."""
        if not isinstance(source, int):
            return np.asarray(source, bool)
        if source not in self.decisions:
            if not self.witness:
                raise UndecidedError("a comparison that was not met at the witness")
            self.decisions[source] = self.decided(source)
        return self.decisions[source]

    def decided(self, source: Source) -> np.ndarray:
        """The outcome by the balls themselves. Raises ``UndecidedError`` where they are too wide."""
        if not isinstance(source, int):
            return np.asarray(source, bool)
        if not self.real:
            return Evaluation(self.program, self.x, False, self.decisions, self.witness, real=True).decided(source)
        step = self.program.steps[source]
        if step.name in COMPARE:
            return _shaped(np.frompyfunc(lambda a, b: compared(step.name, a, b), 2, 1)(*map(self.read, step.inputs)), step.shape)
        if step.name in ("eq", "ne"):
            same = _shaped(np.frompyfunc(equal, 2, 1)(*map(self.read, step.inputs)), step.shape)
            return same if step.name == "eq" else np.asarray(~same)
        if step.name in CORNERS:
            return self._side(step)
        if step.name in LOGIC:
            return np.asarray(LOGIC[step.name](*(self.decided(one) for one in step.inputs)))
        if step.name in RESHAPING:
            return np.asarray(RESHAPING[step.name]([self.decided(one) for one in step.inputs], step.shape, step.parameters), bool)
        raise UndecidedError(f"a decision by {step.name!r} is not known")

    def _side(self, step: Step) -> np.ndarray:
        """Which of its two expressions an ``abs``, ``max``, ``min`` or ``sign`` is."""
        first, *others = map(self.read, step.inputs)
        if step.name == "sign" and any(one == 0 for one in first.ravel()):
            raise UndecidedError("the sign of 0")
        against = others[0] if others else constants(np.zeros(step.shape))
        return _shaped(np.frompyfunc(lambda a, b: compared("ge", a, b), 2, 1)(first, against), step.shape)

    def _apply(self, at: int, step: Step) -> np.ndarray:
        if step.name == "input":
            return single(self.x)
        if step.name == "parameter":  # the doubles given, even those in MEANT
            return np.asarray(np.frompyfunc(as_ball, 1, 1)(step.parameters["value"]), object)
        if step.name == "select_n":
            which = self.outcome(step.inputs[0])
            if which.all() or not which.any():
                return np.broadcast_to(self.read(step.inputs[1 + int(which.all())]), step.shape)
            return np.where(which, self.read(step.inputs[2]), self.read(step.inputs[1]))
        inputs = [self.read(one) for one in step.inputs]
        if step.name in RESHAPING:
            return RESHAPING[step.name](inputs, step.shape, step.parameters)
        if step.name in SUMS:
            return SUMS[step.name](inputs, step.parameters)
        if step.name in SPECIAL:
            return SPECIAL[step.name](inputs, self.analytic)
        if step.name in OF_BALLS and self.real:
            return np.asarray(np.frompyfunc(OF_BALLS[step.name], len(inputs), 1)(*inputs), object)
        if step.name in CORNERS:
            return CORNERS[step.name](self.outcome(at), *inputs)
        if step.name not in ARITHMETIC:
            raise UnknownOperationError(step.name, DOMAIN)
        return np.asarray(_elementwise(step.name, self.analytic, step.parameters.get("y"), len(inputs))(*inputs), object)


@functools.cache
def _elementwise(name: str, analytic: bool, power: int | None, count: int) -> Callable:
    formula = ARITHMETIC[name].format("a", "b", power=power)
    return np.frompyfunc(eval(f"lambda {'a, b' if count == 2 else 'a'}: {formula}", {"an": analytic}), count, 1)


def _shaped(outcome: Any, shape: tuple[int, ...]) -> np.ndarray:
    return np.asarray(outcome, bool).reshape(shape)


def decisions_at(program: Program, witness: arb) -> Decisions:
    """The outcomes of all comparisons that the program makes at this x. Raises ``UndecidedError`` where one is too close."""
    decisions: Decisions = {}
    Evaluation(program, acb(witness), False, decisions, witness=True).value()
    return decisions


def check_decisions(program: Program, decisions: Decisions, low: arb, high: arb, depth: int = 0) -> None:
    """Check that every comparison has the same outcome on all of [low, high], halving it where balls are too wide.

    Raises ``BranchError`` where one changes, and ``UndecidedError`` where that cannot be told.
    """
    run = Evaluation(program, acb(low.union(high)), False, decisions)
    try:
        if all(np.array_equal(run.decided(at), outcome) for at, outcome in decisions.items()):
            return
        raise BranchError(f"the density's program takes another branch between {low.str(5, radius=False)} and {high.str(5, radius=False)}")
    except UndecidedError:
        if depth == DEPTH:
            raise
    middle = (low + high) / 2
    check_decisions(program, decisions, low, middle, depth + 1)
    check_decisions(program, decisions, middle, high, depth + 1)
