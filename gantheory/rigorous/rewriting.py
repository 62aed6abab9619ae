"""JAX operations that are written in others: powers, remainders, roots, slices and reductions."""

from collections.abc import Callable, Sequence
from typing import Any, cast

import jax.core
import numpy as np
from jax.extend.core import JaxprEqn

from gantheory.rigorous.program import Program, Source

LARGEST = 2**53  # whole number up to which every one is a double


def aval(atom: Any) -> jax.core.ShapedArray:
    """The shape and type of an input or output."""
    return cast(jax.core.ShapedArray, atom.aval)


def _negative_power(program: Program, eqn: JaxprEqn, inputs: list[Source]) -> list[Source]:
    power = eqn.params["y"]
    if power == 0:
        return [np.ones(program.shape_of(inputs[0]))]  # of nan too
    if abs(power) > LARGEST:
        return [program.add("integer_pow beyond 2^53", inputs, program.shape_of(inputs[0]))]
    return [program.add("integer_pow" if power >= 0 else "negative_integer_pow", inputs, program.shape_of(inputs[0]), {"y": power})]


def _power(program: Program, eqn: JaxprEqn, inputs: list[Source]) -> list[Source]:
    """x^y; with a constant whole y that of every x."""
    base, exponent = inputs
    shape = aval(eqn.outvars[0]).shape
    if (y := _whole(exponent)) is not None:
        if y == 0:
            return [np.ones(shape)]  # of nan too
        if program.shape_of(base) != shape:
            base = program.add("broadcast_in_dim", [base], shape, {"broadcast_dimensions": ()})
        return [program.add("integer_pow" if y >= 0 else "negative_integer_pow", [base], shape, {"y": y})]
    return [program.add("pow", inputs, shape)]


def _whole(exponent: Source) -> int | None:
    """The whole number that all elements of a constant are; None if they are not."""
    if not isinstance(exponent, np.ndarray) or exponent.size == 0:
        return None
    y = float(exponent.flat[0])
    return int(y) if np.isfinite(y) and y == round(y) and (exponent == y).all() else None


def _remainder(program: Program, eqn: JaxprEqn, inputs: list[Source]) -> list[Source]:
    """a - b trunc(a/b): the sign of a, as C has it."""
    shape = aval(eqn.outvars[0]).shape
    if aval(eqn.outvars[0]).dtype.kind != "f":
        return [program.add("rem of whole numbers that depend on x", inputs, shape)]
    whole = program.add("trunc", [program.add("div", inputs, shape)], shape)
    return [program.add("sub", [inputs[0], program.add("mul", [inputs[1], whole], shape)], shape)]


def _cube_root(program: Program, eqn: JaxprEqn, inputs: list[Source]) -> list[Source]:
    shape = program.shape_of(inputs[0])
    root = program.add("root_3", [program.add("abs", inputs, shape)], shape)
    return [program.add("mul", [program.add("sign", inputs, shape), root], shape)]


def _clamp(program: Program, eqn: JaxprEqn, inputs: list[Source]) -> list[Source]:
    low, x, high = inputs
    shape = aval(eqn.outvars[0]).shape
    if aval(eqn.outvars[0]).dtype.kind != "f":
        return [program.add("clamp of whole numbers that depend on x", inputs, shape)]
    return [program.add("min", [program.add("max", [x, low], shape), high], shape)]


def _split(program: Program, eqn: JaxprEqn, inputs: list[Source]) -> list[Source]:
    axis, shape, found, at = eqn.params["axis"], program.shape_of(inputs[0]), [], 0
    kind, most = program.kind_of(inputs[0])
    for out in map(aval, eqn.outvars):
        start, limit = [0] * len(shape), list(shape)
        start[axis], limit[axis] = at, at + out.shape[axis]
        at = limit[axis]
        found.append(program.add("slice", inputs, out.shape, _between(start, limit), kind, most))
    return found


def _dynamic_slice(program: Program, eqn: JaxprEqn, inputs: list[Source]) -> list[Source]:
    """A slice from constant indices, which JAX moves into the array."""
    source, *starts = inputs
    shape, sizes = program.shape_of(source), eqn.params["slice_sizes"]
    if any(isinstance(one, int) for one in starts):
        return [program.add("dynamic_slice at an index that depends on x", inputs, tuple(sizes))]
    starts = [min(max(int(start), 0), whole - size) for start, whole, size in zip(starts, shape, sizes, strict=True)]
    limits = [start + size for start, size in zip(starts, sizes, strict=True)]
    kind, most = program.kind_of(source)
    return [program.add("slice", [source], tuple(sizes), _between(starts, limits), kind, most)]


def _between(start: Sequence[int], limit: Sequence[int]) -> dict[str, Any]:
    return {"start_indices": tuple(start), "limit_indices": tuple(limit), "strides": None}


def _reduced(name: str, of_none: float) -> Callable[[Program, JaxprEqn, list[Source]], list[Source]]:
    """A reduction of one array as a chain of operations of two; ``of_none`` is what it is of no elements."""

    def along(program: Program, eqn: JaxprEqn, inputs: list[Source]) -> list[Source]:
        out = aval(eqn.outvars[0])
        if out.dtype.kind != "f":
            return [program.add(f"{eqn.primitive.name} of {out.dtype}", inputs, out.shape)]
        (source,) = inputs
        for axis in sorted(map(int, eqn.params["axes"]), reverse=True):
            shape = program.shape_of(source)
            rest = (*shape[:axis], *shape[axis + 1 :])
            if shape[axis] == 0:
                return [np.full(out.shape, of_none)]
            rows = [row(program, source, axis, i, rest) for i in range(shape[axis])]
            source = rows[0]
            for other in rows[1:]:
                source = program.add(name, [source, other], rest)
        return [source]

    return along


def row(program: Program, source: Source, axis: int, at: int, rest: tuple[int, ...]) -> int:
    """One element along an axis, as an array of the shape ``rest``."""
    shape = program.shape_of(source)
    start, limit = [0] * len(shape), list(shape)
    start[axis], limit[axis] = at, at + 1
    one = (*shape[:axis], 1, *shape[axis + 1 :])
    kind, most = program.kind_of(source)
    part = program.add("slice", [source], one, _between(start, limit), kind, most)
    return program.add("reshape", [part], rest, {}, kind, most)


REWRITTEN: dict[str, Callable[[Program, JaxprEqn, list[Source]], list[Source]]] = {
    "integer_pow": _negative_power,
    "pow": _power,
    "rem": _remainder,
    "cbrt": _cube_root,
    "clamp": _clamp,
    "split": _split,
    "dynamic_slice": _dynamic_slice,
    "reduce_max": _reduced("max", -np.inf),
    "reduce_min": _reduced("min", np.inf),
    "reduce_prod": _reduced("mul", 1.0),
}
