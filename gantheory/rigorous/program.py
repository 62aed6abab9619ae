"""A program as a list of steps: what is run on balls, what is differentiated, what is bounded."""

from typing import Any

import numpy as np

from gantheory.rigorous.balls import UndecidedError
from gantheory.rigorous.operations import LINEAR, PRODUCTS, RESHAPING

MOST = 200_000  # steps in one program

Source = int | np.ndarray  # the number of a step, or a constant


def is_same(one: Source, other: Source) -> bool:
    """Whether two sources are one step."""
    return isinstance(one, int) and isinstance(other, int) and one == other


def largest(whole: np.ndarray) -> int:
    """The largest size of some whole numbers or bools."""
    return max((abs(int(one)) for one in whole.ravel().tolist()), default=0)


class Step:
    """One operation: its name, its parameters, and where its inputs come from."""

    name: str
    parameters: dict[str, Any]
    inputs: list[Source]
    shape: tuple[int, ...]
    varies: bool  # whether it depends on x; what does not is computed once for each precision
    is_line: bool  # whether it is a + b x wherever no comparison changes, or a comparison of such
    kind: str  # of its numbers: f for real ones, i for whole ones, b for bools
    most: int  # bound of whole numbers

    def __init__(
        self,
        name: str,
        parameters: dict[str, Any],
        inputs: list[Source],
        shape: tuple[int, ...],
        varies: bool,
        is_line: bool = True,
        kind: str = "f",
        most: int = 0,
    ):
        self.name, self.parameters, self.inputs, self.shape = name, parameters, inputs, shape
        self.varies, self.is_line, self.kind, self.most = varies, is_line, kind, most


class Program:
    """A function of one number x as steps, each after its inputs; its outputs are steps or constants.

    ``fixed`` holds, by Arb's precision, constants as balls and the values of what does not vary with x.
    """

    steps: list[Step]
    fixed: dict[int, dict[Any, Any]]
    outputs: list[Source]

    def __init__(self, steps: list[Step]):
        self.steps, self.fixed, self.outputs = steps, {}, []

    @property
    def is_piecewise_linear(self) -> bool:
        return isinstance(self.outputs[0], int) and self.steps[self.outputs[0]].is_line

    def add(
        self,
        name: str,
        inputs: list[Source],
        shape: tuple[int, ...],
        parameters: dict[str, Any] | None = None,
        kind: str = "f",
        most: int = 0,
    ) -> int:
        """The number of a new step."""
        varying = [one for one in inputs if isinstance(one, int) and self.steps[one].varies]
        product = name in PRODUCTS and len(varying) == 1 and (name != "div" or inputs[0] is varying[0])
        linear = name in LINEAR or name in RESHAPING or product
        is_line = not varying or (linear and all(self.steps[one].is_line for one in varying))
        return self.new(Step(name, parameters or {}, inputs, shape, bool(varying), is_line, kind, most))

    def kind_of(self, source: Source) -> tuple[str, int]:
        """The kind of a source's numbers, and their bound if they are whole."""
        if isinstance(source, int):
            return self.steps[source].kind, self.steps[source].most
        whole = source.dtype.kind in "iub"
        return ("b" if source.dtype.kind == "b" else "f"), (largest(source) if whole else 0)

    def shape_of(self, source: Source) -> tuple[int, ...]:
        return self.steps[source].shape if isinstance(source, int) else source.shape

    def new(self, step: Step) -> int:
        if len(self.steps) == MOST:
            raise UndecidedError(f"the program has more than {MOST} operations")
        self.steps.append(step)
        return len(self.steps) - 1
