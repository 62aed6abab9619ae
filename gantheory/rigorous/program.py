"""A shipped JAX function as a program on Arb's balls: what it computes, in exact arithmetic, enclosed to any number of digits.

A function of one x with parameters is traced once. Evaluated at a complex ball it is the analytic function that the program is around a
*witness* x, with every comparison decided as there; that no comparison changes over a stretch is checked apart, on real balls. Only what
the chosen branches use is evaluated. Doubles stand for themselves, but for the few in ``MEANT``, which stand for the numbers they round.
"""

import functools
from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.extend.core
import numpy as np
from flint import acb, arb, ctx

from gantheory.base.precision import in_float64, promoted
from gantheory.rigorous.balls import MEANT, UndecidedError, constants, exactly, single
from gantheory.rigorous.operations import ARITHMETIC, COMPARE, CORNERS, LINEAR, LOGIC, NAMED, OF_BALLS, PRODUCTS, RESHAPING, compared, equal

DEPTH = 70  # of halvings, in showing that a comparison goes one way
SAME = {"convert_element_type", "stop_gradient", "copy", "optimization_barrier"}
CALLS = {"jit", "pjit", "closed_call", "custom_jvp_call", "custom_vjp_call", "remat"}


class BranchError(ArithmeticError):
    """A program that takes another branch inside a stretch on which it was taken for one expression."""


class Step:
    """One operation: its name, its parameters, and where its inputs come from: other steps' numbers, or constants."""

    def __init__(self, name: str, parameters: dict, inputs: list, shape: tuple, varies: bool, line: bool = True):
        self.name, self.parameters, self.inputs, self.shape = name, parameters, inputs, shape
        self.varies = varies  # with x; what does not is computed once for each precision
        self.line = line  # it is a + b x wherever no comparison changes, or compares such


class Program:
    """``function(x, *parameters)`` of a number x and arrays, traced: one number, or a tuple of them."""

    @in_float64
    def __init__(self, function: Callable, parameters: list):
        parameters = [np.asarray(parameter, np.float64) for parameter in parameters]
        traced = jax.make_jaxpr(function)(np.float64(0.5), *parameters)
        self.steps: list[Step] = []
        self.fixed: dict[int, dict] = {}  # by Arb's precision: what does not vary with x, and constants as balls
        inputs = [self._new(Step("input", {}, [], (), varies=True))]
        inputs += [self._new(Step("parameter", {"value": parameter}, [], parameter.shape, varies=False)) for parameter in parameters]
        self.outputs = self._flatten(traced.jaxpr, traced.consts, inputs)

    @property
    def is_piecewise_linear(self) -> bool:
        return isinstance(self.outputs[0], int) and self.steps[self.outputs[0]].line

    def _new(self, step: Step) -> int:
        self.steps.append(step)
        return len(self.steps) - 1

    def _flatten(self, jaxpr, constants, inputs) -> list:
        known = dict(zip(jaxpr.constvars, map(np.asarray, constants), strict=True)) | dict(zip(jaxpr.invars, inputs, strict=True))

        def read(variable):
            return np.asarray(variable.val) if isinstance(variable, jax.extend.core.Literal) else known[variable]

        for eqn in jaxpr.eqns:
            given = [read(variable) for variable in eqn.invars]
            name, parameters = eqn.primitive.name, eqn.params
            if name in CALLS and parameters.get("name") not in NAMED:
                inner = parameters.get("jaxpr") or parameters["call_jaxpr"]
                found = self._flatten(getattr(inner, "jaxpr", inner), getattr(inner, "consts", []), given)
            elif name in SAME:
                if eqn.invars[0].aval.dtype.kind == "f" and eqn.outvars[0].aval.dtype.kind != "f":
                    raise NotImplementedError("A program must not make whole numbers of others.")
                found = given[:1]
            else:
                kind = parameters["name"] if name in CALLS else name
                if kind == "log_sum_exp" and eqn.invars[0].aval.ndim != 1:
                    raise NotImplementedError("A mixture's parts must be single densities, not mixtures in arrays.")
                (out,) = eqn.outvars
                varying = [one for one in given if isinstance(one, int) and self.steps[one].varies]
                product = kind in PRODUCTS and len(varying) == 1 and (kind != "div" or given[0] is varying[0])
                linear = kind in LINEAR or kind in RESHAPING or product
                line = not varying or (linear and all(self.steps[one].line for one in varying))
                found = [self._new(Step(kind, parameters, given, out.aval.shape, bool(varying), line))]
            known |= dict(zip(eqn.outvars, found, strict=True))
        return [read(variable) for variable in jaxpr.outvars]


@in_float64
def program_of(module, call: Callable) -> Program:
    """``call(module, x)`` as a program, the module's weights as the doubles that they are."""
    for part in module if isinstance(module, tuple) else (module,):
        for setting in (*np.ravel(getattr(part, "unit", ())), getattr(part, "reach", None)):
            if setting in MEANT:  # it would be a constant of the program, and taken for another number
                raise NotImplementedError(f"A network's unit and reach must not be the double next to log 2, log 4 or π. Got {setting!r}.")
    arrays, rest = eqx.partition(promoted(module), eqx.is_inexact_array_like)
    leaves, tree = jax.tree.flatten(arrays)
    return Program(lambda x, *leaves: call(eqx.combine(jax.tree.unflatten(tree, leaves), rest), x), leaves)


class Evaluation:
    """A program at one ball x, with the comparisons' outcomes taken from ``decisions``; at the witness they are found, and kept there.

    ``abs``, ``max`` and the like are comparisons too: which of two expressions they are.
    """

    def __init__(
        self, program: Program, x: acb, analytic: bool, decisions: dict[int, np.ndarray], witness: bool = False, real: bool = False
    ):
        self.program, self.x, self.analytic = program, x, analytic
        self.decisions, self.witness = decisions, witness
        self.real = real  # whether abs, max and min are to be those of a real ball: in what is compared they need not be one expression
        self.found: dict[int, np.ndarray] = {}
        self.fixed = program.fixed.setdefault(ctx.prec, {})

    def value(self) -> Any:
        """The first output; None where it is -inf: a density that is 0."""
        value = self.values()[0]
        return None if isinstance(value, float) and value == -np.inf else value

    def values(self) -> list:
        return [self.read(output).ravel()[0] for output in self.program.outputs]

    def read(self, at) -> np.ndarray:
        if not isinstance(at, int):
            if id(at) not in self.fixed:
                self.fixed[id(at)] = at, constants(at)  # the array is kept, and so is its id
            return self.fixed[id(at)][1]
        step = self.program.steps[at]
        known = self.found if step.varies else self.fixed.setdefault("steps", {})
        if at not in known:
            known[at] = self._apply(at, step)
        return known[at]

    def outcome(self, at: int) -> np.ndarray:
        """Of a comparison, or of a combination of comparisons: an array of bools."""
        if at not in self.decisions:
            if not self.witness:
                raise UndecidedError("a comparison that was not met at the witness")
            self.decisions[at] = self.decided(at)
        return self.decisions[at]

    def decided(self, at) -> np.ndarray:
        """The outcome by the balls themselves. Raises ``UndecidedError`` where they are too wide."""
        if not isinstance(at, int):
            return np.asarray(at, bool)
        if not self.real:
            return Evaluation(self.program, self.x, False, self.decisions, self.witness, real=True).decided(at)
        step = self.program.steps[at]
        if step.name in COMPARE:
            return _shaped(np.frompyfunc(lambda a, b: compared(step.name, a, b), 2, 1)(*map(self.read, step.inputs)), step.shape)
        if step.name in ("eq", "ne"):
            same = _shaped(np.frompyfunc(equal, 2, 1)(*map(self.read, step.inputs)), step.shape)
            return same if step.name == "eq" else np.asarray(~same)
        if step.name in CORNERS:
            first, *others = map(self.read, step.inputs)
            if step.name == "sign" and any(one == 0 for one in first.ravel()):
                raise UndecidedError("the sign of 0")
            against = others[0] if others else constants(np.zeros(step.shape))
            return _shaped(np.frompyfunc(lambda a, b: compared("ge", a, b), 2, 1)(first, against), step.shape)
        if step.name in LOGIC:
            return np.asarray(LOGIC[step.name](*(self.decided(one) for one in step.inputs)))
        if step.name in RESHAPING:
            return np.asarray(RESHAPING[step.name]([self.decided(one) for one in step.inputs], step), bool)
        raise UndecidedError(f"a decision by {step.name!r} is not known")

    def _apply(self, at: int, step: Step) -> np.ndarray:
        if step.name == "input":
            return single(self.x)
        if step.name == "parameter":  # the very doubles that were given, whatever they are near
            return np.asarray(np.frompyfunc(exactly, 1, 1)(step.parameters["value"]), object)
        if step.name == "select_n":
            which = self.outcome(step.inputs[0]) if isinstance(step.inputs[0], int) else np.asarray(step.inputs[0], bool)
            if which.all() or not which.any():
                return np.broadcast_to(self.read(step.inputs[1 + int(which.all())]), step.shape)
            return np.where(which, self.read(step.inputs[2]), self.read(step.inputs[1]))
        if step.name in RESHAPING:
            return RESHAPING[step.name]([self.read(one) for one in step.inputs], step)
        inputs = [self.read(one) for one in step.inputs]
        if step.name in NAMED:
            return NAMED[step.name](self, inputs, step)
        if step.name in CORNERS and self.real and step.name in OF_BALLS:
            return np.asarray(np.frompyfunc(OF_BALLS[step.name], len(inputs), 1)(*inputs), object)
        if step.name in CORNERS:
            return CORNERS[step.name](self.outcome(at), *inputs)
        if step.name not in ARITHMETIC:
            raise NotImplementedError(f"A JAX operation must be one that Arb is told of. Got {step.name!r}.")
        return np.asarray(_elementwise(step.name, self.analytic, step.parameters.get("y"), len(inputs))(*inputs), object)


@functools.cache
def _elementwise(name: str, analytic: bool, power, count: int):
    formula = ARITHMETIC[name].format("a", "b", power=power)
    return np.frompyfunc(eval(f"lambda {'a, b' if count == 2 else 'a'}: {formula}", {"an": analytic}), count, 1)


def _shaped(outcome, shape) -> np.ndarray:
    return np.asarray(outcome, bool).reshape(shape)


def decisions_at(program: Program, witness: arb) -> dict[int, np.ndarray]:
    """Which way every comparison goes that the program makes at this x. Raises ``UndecidedError`` if one is too close."""
    decisions: dict[int, np.ndarray] = {}
    Evaluation(program, acb(witness), False, decisions, witness=True).value()
    return decisions


def check_decisions(program: Program, decisions: dict[int, np.ndarray], low: arb, high: arb, depth: int = 0) -> None:
    """That every comparison goes the same way all over [low, high]. Raises ``UndecidedError`` if that can't be shown."""
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
