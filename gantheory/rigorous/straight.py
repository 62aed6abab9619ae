"""A program on one stretch, with every comparison decided, as straight-line Python on Arb's balls: the code that integration calls.

Reshaping and selecting are done while the code is written, and cost nothing when it runs; whatever does not vary with x becomes a
constant. A product with a matrix of constants is left to Arb.
"""

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from flint import acb, acb_mat, arb

from gantheory.base.jaxprs import UnknownOperationError
from gantheory.rigorous.balls import UndecidedError, log_sum_exp
from gantheory.rigorous.evaluation import DOMAIN, Decisions, Evaluation
from gantheory.rigorous.operations import ARITHMETIC, CORNERS, LOGIC, RESHAPING, SPECIAL
from gantheory.rigorous.program import Program, Source, Step

# The differences that must be positive, strictly or not, for a comparison of {0} and {1} to be false, and for it to be true.
POSITIVE = {
    "gt": (("{1} - {0}", False), ("{0} - {1}", True)),
    "ge": (("{1} - {0}", True), ("{0} - {1}", False)),
    "lt": (("{0} - {1}", False), ("{1} - {0}", True)),
    "le": (("{0} - {1}", True), ("{1} - {0}", False)),
}


class Straight:
    """``function(x, analytic)`` of an acb: the program with the given outcomes of its comparisons; None if it is -inf on the stretch.

    Its constants are balls of Arb's current precision. A program with several outputs gives a tuple.
    """

    def __init__(self, program: Program, decisions: Decisions):
        self.run: Evaluation = Evaluation(program, acb(0), False, decisions)
        self.steps: list[Step] = program.steps
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"acb": acb, "acb_mat": acb_mat, "log_sum_exp": log_sum_exp}
        self.known: dict[int, np.ndarray] = {}  # by step: its elements
        self.constants: dict[int, str] = {}  # by id: the constant's name

    @functools.cached_property
    def function(self) -> Callable[..., Any] | None:
        results = [self.array(output).ravel()[0] for output in self.run.program.outputs]
        return None if any(isinstance(result, float) for result in results) else self.compiled(", ".join(map(self.word, results)))

    @functools.cached_property
    def compares_lines(self) -> bool:
        """Whether all comparisons are of numbers a + b x, so that one with the same outcome at both ends of a stretch has it between."""
        return all(self.steps[leaf].is_line for at in self.run.decisions for leaf in self.leaves(at))

    def holds(self, witness: arb) -> Callable[..., Any]:
        """A function of a ball: whether every comparison has, on all of it, the outcome decided at the witness."""
        here = Evaluation(self.run.program, acb(witness), False, self.run.decisions)
        words = []
        for leaf in sorted({leaf for at in self.run.decisions for leaf in self.leaves(at)}):
            step, outcome = self.steps[leaf], here.decided(leaf)
            first, *others = map(self.array, step.inputs)
            second = others[0] if others else np.asarray(acb(0), object)
            name = "ge" if step.name in CORNERS else step.name
            if name not in POSITIVE:
                raise UndecidedError(f"a decision by {name!r} is not known")
            for a, b, yes in zip(*(each.ravel() for each in np.broadcast_arrays(first, second, outcome)), strict=True):
                if not isinstance(a, float) and not isinstance(b, float):  # a comparison with an infinite value never changes
                    formula, strict = POSITIVE[name][bool(yes)]
                    words.append(f"({formula.format(self.word(a), self.word(b))}).real {'>' if strict else '>='} 0")
        return self.compiled(" and ".join(words) or "True")

    def leaves(self, at: Source) -> list[int]:
        """The comparisons of numbers that a decision depends on, where they vary with x."""
        if not isinstance(at, int) or not self.steps[at].varies:
            return []
        step = self.steps[at]
        if step.name in LOGIC or step.name in RESHAPING:
            return [leaf for one in step.inputs for leaf in self.leaves(one)]
        return [at]

    def compiled(self, result: str) -> Callable[..., Any]:
        """The code so far as a function that returns ``result``."""
        body = "\n    ".join([*self.lines, f"return {result}"])
        exec(f"def function(x, an=False):\n    {body}", self.names)
        return self.names.pop("function")

    def array(self, at: Source) -> np.ndarray:
        """The elements of a step or constant: names of variables, balls, and -inf."""
        if not isinstance(at, int) or not self.steps[at].varies:
            return self.run.read(at)
        if at not in self.known:
            self.known[at] = self.written(at)
        return self.known[at]

    def word(self, one: Any) -> str:
        """The name of a variable, or a name given to a constant."""
        if isinstance(one, str):
            return one
        if id(one) not in self.constants:
            self.constants[id(one)] = f"c{len(self.constants)}"
            self.names[self.constants[id(one)]] = one
        return self.constants[id(one)]

    def variable(self, formula: str) -> str:
        """The name of a new variable that the code sets to a formula."""
        name = f"v{len(self.lines)}"
        self.lines.append(f"{name} = {formula}")
        return name

    def written(self, at: int) -> np.ndarray:
        """The elements of a step that varies with x, whose formulas are added to the code."""
        step = self.steps[at]
        if step.name == "input":
            return _filled((), ["x"])
        if step.name == "select_n":
            return self.selected(step)
        inputs = [self.array(one) for one in step.inputs]
        if step.name in RESHAPING:
            return RESHAPING[step.name](inputs, step.shape, step.parameters)
        if step.name in ("max", "min"):
            return np.asarray(CORNERS[step.name](self.run.outcome(at), *inputs), object)
        if step.name == "abs":
            return self.each(lambda positive, a: a if positive else self.variable(f"-{self.word(a)}"), self.run.outcome(at), *inputs)
        if step.name == "sign":
            return self.each(lambda positive: acb(1 if positive else -1), self.run.outcome(at))
        if step.name == "log_sum_exp":
            terms = [self.word(term) for term in inputs[0] if not isinstance(term, float)]
            if not terms:
                return _filled((), [-np.inf])
            return _filled((), [self.variable(f"log_sum_exp([{', '.join(terms)}], an)")])
        if step.name == "dot_general":
            return self.product(inputs, step)
        if step.name == "reduce_sum":
            return self.summed(inputs[0], step)
        if step.name in SPECIAL:
            raise NotImplementedError(f"{step.name!r} must depend on parameters alone, not on x.")
        formula = ARITHMETIC.get(step.name)
        if formula is None:
            raise UnknownOperationError(step.name, DOMAIN)
        power = step.parameters.get("y")
        return self.each(lambda *words: self.arithmetic(step.name, formula, power, words), *inputs)

    def selected(self, step: Step) -> np.ndarray:
        """The elements that ``select_n`` selects."""
        which = self.run.outcome(step.inputs[0])
        no, yes = (
            np.broadcast_to(self.array(one), step.shape) if wanted else np.empty(step.shape, object)
            for one, wanted in ((step.inputs[1], not which.all()), (step.inputs[2], which.any()))
        )
        return np.where(which, yes, no)

    def summed(self, array: np.ndarray, step: Step) -> np.ndarray:
        """The sums over the axes of ``reduce_sum``, each a new variable."""
        axes = step.parameters["axes"]
        kept = [axis for axis in range(array.ndim) if axis not in axes]
        rows = np.transpose(array, [*kept, *axes]).reshape(math.prod(step.shape), -1)
        return _filled(step.shape, [self.variable(" + ".join(map(self.word, row))) for row in rows])

    def arithmetic(self, name: str, formula: str, power: int | None, given: tuple[Any, ...]) -> Any:
        """One element of an arithmetic step: a new variable, or what is left of it where an operand is 0 or -inf."""
        if name in ("add", "add_any") and any(isinstance(one, float) and one == -np.inf for one in given):
            return -np.inf
        if name in ("add", "add_any", "sub") and _is_zero(given[1]):
            return given[0]
        if name in ("add", "add_any") and _is_zero(given[0]):
            return given[1]
        if all(isinstance(one, acb) for one in given):  # a constant element of an array that varies
            return eval(formula.format(*map(self.word, given), power=power), {**self.names, "an": False})
        return self.variable(formula.format(*map(self.word, given), power=power))

    def product(self, inputs: list[np.ndarray], step: Step) -> np.ndarray:
        """The elements of a matrix product, each a new variable."""
        (left, right), batch = step.parameters["dimension_numbers"]
        if any(batch) or len(left) > 1:
            raise NotImplementedError("A matrix product must be one over one axis, without a batch.")
        first, second = (_rows(array, axes) for array, axes in zip(inputs, (left, right), strict=True))
        for matrix, other in ((first, second), (second, first)):
            if len(other) == 1 and _is_constant(matrix):
                column = ", ".join(map(self.word, other[0]))
                found = self.variable(f"{self.word(acb_mat(matrix.tolist()))} * acb_mat({matrix.shape[1]}, 1, [{column}])")
                return _filled(step.shape, [self.variable(f"{found}[{row}, 0]") for row in range(len(matrix))])
        words = [[" + ".join(f"{self.word(a)} * {self.word(b)}" for a, b in zip(u, v, strict=True)) for v in second] for u in first]
        return _filled(step.shape, [self.variable(word) for row in words for word in row])

    def each(self, function: Callable[..., Any], *arrays: np.ndarray) -> np.ndarray:
        """A function applied to every element of some arrays."""
        return np.asarray(np.frompyfunc(function, len(arrays), 1)(*arrays), object)


def _filled(shape: tuple[int, ...], values: list[Any]) -> np.ndarray:
    array = np.empty(len(values), object)
    array[:] = values
    return array.reshape(shape)


def _rows(array: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    """The array as a matrix, the axis that is summed over as its second."""
    moved = np.moveaxis(array, axes[0], -1) if axes else array[..., None]
    return moved.reshape(-1, moved.shape[-1])


def _is_zero(one: Any) -> bool:
    return isinstance(one, acb) and one == 0


def _is_constant(array: np.ndarray) -> bool:
    return all(isinstance(one, acb) for one in array.ravel())
