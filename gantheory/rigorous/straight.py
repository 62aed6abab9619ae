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
from gantheory.rigorous.balls import FUNCTIONS, UndecidedError, log_sum_exp
from gantheory.rigorous.evaluation import Decisions, Evaluation, cornered, written
from gantheory.rigorous.operations import (
    CORNERS,
    DOMAIN,
    ELEMENTWISE,
    EQUAL,
    LOGIC,
    RESHAPING,
    Elementwise,
    Margin,
    margins,
    no_sum,
    of_floats,
)
from gantheory.rigorous.program import Program, Source, Step, is_same

# By ``within``: which input it is a line of.
LINES_OF = {"{0}": 0, "{1}": 1, "1 + {0}": 0, "{0} - 1": 0}


class Straight:
    """``function(x, an)`` of an acb: the program with the given outcomes of its decisions.

    It is -inf or inf, a float, where the program is that on the whole stretch. Its constants are balls of Arb's current precision.
    A program with several outputs gives a tuple. Raises ``UndecidedError`` where the program's value is nan.
    """

    def __init__(self, program: Program, decisions: Decisions):
        self.run: Evaluation = Evaluation(program, acb(0), decisions)
        self.steps: list[Step] = program.steps
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"acb": acb, "acb_mat": acb_mat, "log_sum_exp": log_sum_exp, **FUNCTIONS}
        self.known: dict[int, np.ndarray] = {}  # by step: its elements
        self.constants: dict[int, str] = {}  # by id: the constant's name

    @functools.cached_property
    def function(self) -> Callable[..., Any] | float:
        results = [self.array(output).ravel()[0] for output in self.run.program.outputs]
        if any(isinstance(result, float) and np.isnan(result) for result in results):
            raise UndecidedError("the program's value is nan")
        infinite = [result for result in results if isinstance(result, float)]
        return infinite[0] if infinite else self.compiled(", ".join(map(self.word, results)))

    def holds(self, witness: arb) -> Callable[[arb, arb], bool]:
        """A function of two ends: whether every outcome, found at a witness between them, is the same on all of the open interval.

        A line that is positive at the witness, and not negative at either end, is positive between them. All else is shown on the ball
        that holds the interval. At the ends themselves the program must be finite.
        """
        here = Evaluation(self.run.program, acb(witness), self.run.decisions)
        of_lines, of_others, of_domains = [], [], []
        for at in sorted(self.run.decisions):
            step = self.steps[at]
            for margin in self.margins(at, step, here):
                if self.within_is_line(step) and margin.at_ends:
                    of_domains.append(margin)
                elif step.is_line or self.within_is_line(step):
                    of_lines.append(margin)
                else:
                    of_others.append(margin)
        weak = [margin._replace(strict=False) for margin in of_lines]
        at_ends = self.compiled(self.are_positive([*weak, *of_domains]))
        inside = self.compiled(self.are_positive([margin for margin in of_lines if margin.strict]))
        between = self.compiled(self.are_positive(of_others))

        def on(low: arb, high: arb) -> bool:
            middle = ((low + high) / 2).mid()
            ends = at_ends(acb(low)) and at_ends(acb(high)) and inside(acb(middle))
            return bool(ends and (not of_others or between(acb(low.union(high)))))

        return on

    def are_positive(self, them: list[Margin]) -> str:
        """Code that says whether some margins are as they must be."""
        return _all_of([f"({self.word(m.upper)} - {self.word(m.lower)}).real {'>' if m.strict else '>='} 0" for m in them])

    def within_is_line(self, step: Step) -> bool:
        """Whether what must lie in an operation's domain is itself a line."""
        within = ELEMENTWISE[step.name].within if step.name in ELEMENTWISE else None
        return within in LINES_OF and self._is_line(step.inputs[LINES_OF[within]])

    def _is_line(self, source: Source) -> bool:
        return not isinstance(source, int) or self.steps[source].is_line

    def margins(self, at: int, step: Step, here: Evaluation) -> list[Margin]:
        """What must be positive for the outcomes of a step to hold, where that is not certain already."""
        if step.name in LOGIC or step.name in RESHAPING or step.name == "is_finite":
            return []  # follows from others
        inputs = [self.array(one) for one in step.inputs]
        outcome = self.run.decisions[at]
        if step.name in EQUAL:
            return self.apart(step, inputs, here)
        name, found = step.name, []
        if kind := ELEMENTWISE.get(step.name):
            name, inputs = str(kind.must), [self.each(functools.partial(self.within, kind), *inputs)]
        first, second = inputs if len(inputs) == 2 else (inputs[0], np.asarray(None, object))
        for a, b, one in zip(*(each.ravel() for each in np.broadcast_arrays(first, second, outcome)), strict=True):
            if isinstance(a, float) or isinstance(b, float):
                continue  # a comparison with an infinite number never changes
            if not isinstance(a, str) and not isinstance(b, str):
                continue  # of two constants, and decided
            if kind and one == 0:
                raise UndecidedError(f"{step.name} of 0")
            found += margins(name, one, a, b)
        return found

    def apart(self, step: Step, inputs: list[np.ndarray], here: Evaluation) -> list[Margin]:
        """What must be positive for two numbers to differ as they do at the witness."""
        if is_same(*step.inputs):
            return []
        found = []
        values = [here.read(one) for one in step.inputs]
        for a, b, u, v in zip(*(each.ravel() for each in np.broadcast_arrays(*inputs, *values)), strict=True):
            if isinstance(u, float) or isinstance(v, float) or not (isinstance(a, str) or isinstance(b, str)):
                continue
            if not (above := (u - v).real > 0) and not (u - v).real < 0:
                raise UndecidedError("two numbers that are equal at the witness")
            found.append(Margin(a, b, True) if above else Margin(b, a, True))
        return found

    def within(self, kind: Elementwise, *given: Any) -> Any:
        """What must lie in an operation's domain, as an element."""
        if any(isinstance(one, float) for one in given):
            return 0.0
        assert kind.within is not None
        if not any(isinstance(one, str) for one in given):
            return written(kind.within, None, len(given))(*given)
        words = list(map(self.word, given))
        return words[0] if kind.within == "{0}" else words[1] if kind.within == "{1}" else self.variable(kind.within.format(*words))

    def compiled(self, result: str) -> Callable[..., Any]:
        """The code so far as a function that returns ``result``."""
        body = "\n    ".join([*self.lines, f"return {result}"])
        exec(f"def function(x, an=False):\n    {body}", self.names)
        return self.names.pop("function")

    def array(self, at: Source) -> np.ndarray:
        """The elements of a step: names of variables, or constants."""
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
        if step.name in ("select_n", "chosen"):
            return self.selected(step)
        inputs = [self.array(one) for one in step.inputs]
        if step.name in RESHAPING:
            return RESHAPING[step.name](inputs, step.shape, step.parameters)
        if step.name == "abs":
            return self.each(self.size, self.run.outcome(at), *inputs)
        if step.name in CORNERS:
            return cornered(step.name, self.run.outcome(at), *inputs)
        if step.name == "own log_sum_exp":
            return _filled((), [self.log_of_sum(inputs[0])])
        if step.name == "dot_general":
            return self.product(inputs, step)
        if step.name == "reduce_sum":
            return self.summed(inputs[0], step)
        if step.name not in ELEMENTWISE:
            raise UnknownOperationError(f"{step.name} of x", DOMAIN)
        kind = ELEMENTWISE[step.name]
        outcome = self.run.outcome(at) if kind.within else np.asarray(1)
        return self.each(functools.partial(self.arithmetic, step, kind), outcome, *inputs)

    def size(self, positive: bool, a: Any) -> Any:
        """|a| of an element."""
        if isinstance(a, float):
            return abs(a)
        return a if positive else self.variable(f"-{self.word(a)}")

    def log_of_sum(self, terms: np.ndarray) -> Any:
        if (without := no_sum(terms)) is not None:
            return without
        words = [self.word(term) for term in terms if not isinstance(term, float)]
        return self.variable(f"log_sum_exp([{', '.join(words)}], an)") if words else -np.inf

    def selected(self, step: Step) -> np.ndarray:
        """The elements that ``select_n`` selects."""
        which = np.asarray(self.run.outcome(step.inputs[0]), bool)
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
        return _filled(step.shape, list(map(self.total, rows)))

    def total(self, row: np.ndarray) -> Any:
        """The sum of some elements: constants are summed at once."""
        words = [one for one in row if isinstance(one, str)]
        constant: Any = acb(0)
        for one in row:
            if not isinstance(one, str):
                constant = of_floats("add", (constant, one)) if isinstance(constant, float) or isinstance(one, float) else constant + one
        if isinstance(constant, float) or not words:
            return constant
        return self.variable(" + ".join(words if constant == 0 else [*words, self.word(constant)]))

    def arithmetic(self, step: Step, kind: Elementwise, inside: int, *given: Any) -> Any:
        """One element of an arithmetic step: a new variable, or a constant."""
        if any(isinstance(one, float) for one in given):
            return of_floats(step.name, tuple(acb(0) if isinstance(one, str) else one for one in given))
        if inside == 0:
            return -np.inf  # log 0
        if inside < 0 and kind.is_nan_outside:
            return float("nan")
        if step.name in ("add", "add_any", "sub") and _is_zero(given[1]):
            return given[0]
        if step.name in ("add", "add_any") and _is_zero(given[0]):
            return given[1]
        power = step.parameters.get("y")
        if not any(isinstance(one, str) for one in given):  # a constant element of an array that varies
            return written(kind.formula, power, len(given))(*given)
        return self.variable(kind.formula.format(*map(self.word, given), power=power))

    def product(self, inputs: list[np.ndarray], step: Step) -> np.ndarray:
        """The elements of a matrix product, each a new variable."""
        (left, right), batch = step.parameters["dimension_numbers"]
        if any(batch) or len(left) > 1:
            raise UnknownOperationError("dot_general over several axes, or with a batch", DOMAIN)
        if 0 in inputs[0].shape:
            return _filled(step.shape, [acb(0)] * math.prod(step.shape))
        first, second = (_rows(array, axes) for array, axes in zip(inputs, (left, right), strict=True))
        if any(isinstance(one, float) for array in inputs for one in array.ravel()):
            raise UndecidedError("a matrix product of infinite numbers, or of nan")
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


def _all_of(conditions: list[str]) -> str:
    return " and ".join(conditions) or "True"


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
