"""A shipped JAX function as a program on Arb's balls: what it computes in exact arithmetic, enclosed to any number of digits.

A function of one x with parameters is traced once and recorded as a list of steps. Doubles stand for themselves, but for the few in
``balls.MEANT``, which stand for the numbers that they round.
"""

from collections.abc import Callable, Sequence
from typing import Any, cast

import equinox as eqx
import jax
import jax.core
import numpy as np
from jax.extend.core import JaxprEqn, Literal, Var

from gantheory.base.jaxprs import name_of, walk
from gantheory.base.precision import in_float64, promoted
from gantheory.rigorous.balls import MEANT
from gantheory.rigorous.operations import LINEAR, PRODUCTS, RESHAPING, SPECIAL

SAME = {"convert_element_type", "stop_gradient", "copy", "optimization_barrier"}

Source = int | np.ndarray  # the number of a step, or a constant


class Step:
    """One operation: its name, its parameters, and where its inputs come from."""

    name: str
    parameters: dict[str, Any]
    inputs: list[Source]
    shape: tuple[int, ...]
    varies: bool  # whether it depends on x; what does not is computed once for each precision
    is_line: bool  # whether it is a + b x wherever no comparison changes, or a comparison of such

    def __init__(
        self, name: str, parameters: dict[str, Any], inputs: list[Source], shape: tuple[int, ...], varies: bool, is_line: bool = True
    ):
        self.name, self.parameters, self.inputs, self.shape = name, parameters, inputs, shape
        self.varies, self.is_line = varies, is_line


class Program:
    """``function(x, *parameters)`` of a number x and arrays, traced: one number, or a tuple of them."""

    @in_float64
    def __init__(self, function: Callable[..., Any], parameters: Sequence[Any]):
        parameters = [np.asarray(parameter, np.float64) for parameter in parameters]
        traced = jax.make_jaxpr(function)(np.float64(0.5), *parameters)
        self.steps: list[Step] = []
        self.fixed: dict[int, dict[Any, Any]] = {}  # by Arb's precision: constants as balls, and what does not vary with x
        inputs = [self._new(Step("input", {}, [], (), varies=True))]
        inputs += [self._new(Step("parameter", {"value": parameter}, [], parameter.shape, varies=False)) for parameter in parameters]
        self.outputs: list[Source] = walk(traced, inputs, self._recorded, constant=np.asarray, named=SPECIAL)

    @property
    def is_piecewise_linear(self) -> bool:
        return isinstance(self.outputs[0], int) and self.steps[self.outputs[0]].is_line

    def _new(self, step: Step) -> int:
        self.steps.append(step)
        return len(self.steps) - 1

    def _recorded(self, eqn: JaxprEqn, inputs: list[Source]) -> list[Source]:
        name = name_of(eqn)
        if name in SAME:
            if _aval(eqn.invars[0]).dtype.kind == "f" and _aval(eqn.outvars[0]).dtype.kind != "f":
                raise NotImplementedError("A program must not convert real numbers to whole numbers.")
            return inputs[:1]
        if name == "log_sum_exp" and _aval(eqn.invars[0]).ndim != 1:
            raise NotImplementedError("A mixture's parts must be single densities, not mixtures in arrays.")
        (out,) = eqn.outvars
        varying = [one for one in inputs if isinstance(one, int) and self.steps[one].varies]
        product = name in PRODUCTS and len(varying) == 1 and (name != "div" or inputs[0] is varying[0])
        linear = name in LINEAR or name in RESHAPING or product
        is_line = not varying or (linear and all(self.steps[one].is_line for one in varying))
        return [self._new(Step(name, eqn.params, inputs, _aval(out).shape, bool(varying), is_line))]


def _aval(atom: Var | Literal) -> jax.core.ShapedArray:
    """The shape and type of an input or output."""
    return cast(jax.core.ShapedArray, atom.aval)


@in_float64
def program_of(module: Any, call: Callable[..., Any]) -> Program:
    """``call(module, x)`` as a program, the module's weights as the doubles that they are.

    Raises ``NotImplementedError`` for a network whose unit or reach is a double in ``balls.MEANT``: it would be a constant of the
    program, and be read as another number.
    """
    for part in module if isinstance(module, tuple) else (module,):
        for setting in (*np.ravel(getattr(part, "unit", ())), getattr(part, "reach", None)):
            if setting in MEANT:
                raise NotImplementedError(f"A network's unit and reach must not be the double next to log 2, log 4 or π. Got {setting!r}.")
    arrays, rest = eqx.partition(promoted(module), eqx.is_inexact_array_like)
    leaves, tree = jax.tree.flatten(arrays)
    return Program(lambda x, *leaves: call(eqx.combine(jax.tree.unflatten(tree, leaves), rest), x), leaves)
