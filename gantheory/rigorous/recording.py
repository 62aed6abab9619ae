"""A shipped JAX function recorded as a program of steps.

It is traced once. Its values are recorded, never its derivative rules. Doubles stand for themselves, whole numbers that do not depend on x
are computed by JAX itself, and loops of known length are written out. An operation that is not known is recorded under its name, and only
a step that needs its value fails.
"""

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import JaxprEqn, primitives

from gantheory.base.jaxprs import UnknownOperationError, walk
from gantheory.base.precision import in_float64, promoted
from gantheory.distributions.line.mixture import LOG_SUM_EXP_P
from gantheory.rigorous.balls import UndecidedError
from gantheory.rigorous.loops import LOOPS
from gantheory.rigorous.operations import COMPARE, CORNERS, DOMAIN, EQUAL, LOGIC, PRIMITIVES, RESHAPING
from gantheory.rigorous.program import Program, Source, Step, largest
from gantheory.rigorous.rewriting import LARGEST, REWRITTEN, aval

MOVES = {"split", "dynamic_slice"}  # rewritten for whole numbers too
SAME = {"stop_gradient", "copy", "copy_p", "optimization_barrier"}
MOST_RECORDED = 50_000  # operations recorded, those of loops' counters too
# Operations of whole numbers in which NumPy's rules are JAX's: it wraps around, and is a hundred times faster.
EXACT: dict[str, Callable[..., Any]] = {"add": np.add, "sub": np.subtract, "mul": np.multiply, **COMPARE}
# Operations of real constants that round nothing.
REALS: dict[str, Callable[..., Any]] = {**COMPARE, "eq": np.equal, "ne": np.not_equal, "is_finite": np.isfinite}
# Operations of whole numbers that depend on x.
WHOLE_NUMBERS = {"add", "mul", "reduce_sum", "select_n", *RESHAPING, "eq", "ne", "lt", "le", "gt", "ge"}


@in_float64
def recorded(function: Callable[..., Any], parameters: Sequence[Any] = ()) -> Program:
    """``function(x, *parameters)`` of a number x and arrays as a program; it gives one number, or a tuple of them."""
    parameters = [np.asarray(parameter, np.float64) for parameter in parameters]
    traced = jax.make_jaxpr(function)(np.float64(0.5), *parameters)
    recorder = _Recorder(Program([]))
    inputs: list[Source] = [recorder.program.new(Step("input", {}, [], (), varies=True))]
    for parameter in parameters:
        inputs.append(recorder.program.new(Step("parameter", {"value": parameter}, [], parameter.shape, varies=False)))
    if any(out.shape != () or _kind(out.dtype) not in "fiu" for out in traced.out_avals):
        raise UndecidedError(f"a function must give numbers of shape (). Got {', '.join(map(str, traced.out_avals))}")
    recorder.program.outputs = recorder.walk(traced, inputs)
    return recorder.program


@in_float64
def program_of(module: Any, call: Callable[..., Any]) -> Program:
    """``call(module, x)`` as a program, the module's weights as the doubles that they are."""
    if any(np.iscomplexobj(leaf) for leaf in jax.tree.leaves(module)):
        raise UndecidedError("complex weights are not among what is known")
    arrays, rest = eqx.partition(promoted(module), eqx.is_inexact_array_like)
    leaves, tree = jax.tree.flatten(arrays)
    return recorded(lambda x, *leaves: call(eqx.combine(jax.tree.unflatten(tree, leaves), rest), x), leaves)


class _Recorder:
    """A program that grows by the operations that are recorded."""

    def __init__(self, program: Program):
        self.program, self.count = program, 0

    def walk(self, inner: Any, inputs: list[Source]) -> list[Source]:
        """Record a JAX program at given inputs."""
        self._counted()
        return walk(inner, inputs, self.record, constant=self._constant)

    def _counted(self) -> None:
        """One operation more, or one turn of a loop, which may record none."""
        self.count += 1
        if self.count > MOST_RECORDED:
            raise UndecidedError(f"the program has more than {MOST_RECORDED} operations")

    def _constant(self, value: Any) -> Source:
        dtype = getattr(value, "dtype", None) or np.asarray(value).dtype
        if _kind(dtype) == "?":
            return self.program.add(f"a constant of {dtype}", [], value.shape)
        return np.asarray(value)

    def record(self, eqn: JaxprEqn, inputs: list[Source]) -> list[Source]:
        """The outputs of one operation. One that is not known is recorded under a name that is not known either."""
        program = self.program
        self._counted()
        name, parameters = eqn.primitive.name, eqn.params
        outs = [aval(one) for one in eqn.outvars]
        if eqn.primitive not in jax_primitives() and eqn.primitive not in PRIMITIVES:
            return [program.add(f"{name}, which is not JAX's own", inputs, out.shape) for out in outs]
        if name in LOOPS:
            return LOOPS[name](program, eqn, inputs, self.walk)
        if name in SAME:
            return inputs
        kinds = {_kind(aval(one).dtype) for one in eqn.invars}
        if any(_kind(out.dtype) == "?" for out in outs) or "?" in kinds:
            return [program.add(f"{name} of {out.dtype}", inputs, out.shape) for out in outs]
        if all(out.dtype.kind != "f" or name == "iota" for out in outs) and not any(isinstance(one, int) for one in inputs):
            return _computed(eqn, inputs)
        if name == "convert_element_type":
            return [self._converted(inputs[0], aval(eqn.invars[0]).dtype, outs[0])]
        if name == "reshape" and parameters["dimensions"] is not None:
            return [program.add("reshape in another order", inputs, outs[0].shape)]
        if name == "select_n" and len(inputs) == 2:  # of one case
            return inputs[1:]
        if eqn.primitive is LOG_SUM_EXP_P and len(aval(eqn.invars[0]).shape) != 1:
            return [program.add("log Σ e^t of several rows", inputs, outs[0].shape)]
        if eqn.primitive in PRIMITIVES:
            name = PRIMITIVES[eqn.primitive]
        elif name in REWRITTEN and (outs[0].dtype.kind == "f" or name in MOVES):
            return REWRITTEN[name](program, eqn, inputs)
        if kinds == {"b"} and name in EQUAL:
            same = program.add("xor", inputs, outs[0].shape, kind="b")
            return [same if name == "ne" else program.add("not", [same], outs[0].shape, kind="b")]
        whole = outs[0].dtype.kind in "iu" or (kinds & {"i", "u"} and name not in ("select_n", "dynamic_slice"))
        if whole and (name in LOGIC or name in CORNERS or name not in WHOLE_NUMBERS):
            return [program.add(f"{name} of whole numbers that depend on x", inputs, out.shape) for out in outs]
        if name in LOGIC and kinds != {"b"}:
            return [program.add(f"{name} of whole numbers", inputs, out.shape) for out in outs]
        if len(outs) != 1 or (name == "select_n" and aval(eqn.invars[0]).dtype.kind != "b"):
            return [program.add(f"{name} with {len(outs)} outputs", inputs, out.shape) for out in outs]
        (out,) = outs
        most = self._most(name, inputs, out) if out.dtype.kind in "iu" else 0
        return [program.add(name, inputs, out.shape, parameters, "f" if out.dtype.kind in "iu" else out.dtype.kind, most)]

    def _converted(self, source: Source, before: Any, out: Any) -> Source:
        """A conversion. One of a whole number that depends on x is one of a small number; one to fewer digits rounds nothing."""
        kinds = before.kind, out.dtype.kind
        if not isinstance(source, int):  # to a real number; the others are computed
            if before.kind in "iu" and largest(source) > LARGEST:
                raise UndecidedError("a whole number above 2^53 becomes a real one")
            return source if before.kind == "f" else source.astype(np.float64)
        if kinds[0] == kinds[1] == "f" or (kinds[0] in "iu" and kinds[1] == "f"):
            return source
        if kinds[0] == kinds[1] and self.program.steps[source].most <= jnp.iinfo(out.dtype).max:  # does not wrap around
            return source
        if kinds[0] == "b":
            zero, one = np.zeros(out.shape), np.ones(out.shape)
            return self.program.add("select_n", [source, zero, one], out.shape, most=1)
        return self.program.add(f"conversion of {before} to {out.dtype}", [source], out.shape)

    def _most(self, name: str, inputs: list[Source], out: Any) -> int:
        """A bound of whole numbers that depend on x. Raises ``UndecidedError`` where they may wrap around."""
        sizes = [self.program.steps[one].most if isinstance(one, int) else largest(one) for one in inputs]
        if name == "reduce_sum":
            most = sizes[0] * (math.prod(self.program.shape_of(inputs[0])) // max(1, math.prod(out.shape)))
        elif name == "mul":
            most = sizes[0] * sizes[1]
        elif name == "select_n":
            most = max(sizes[1:])
        else:
            most = sum(sizes)
        if most > min(LARGEST, jnp.iinfo(out.dtype).max):
            raise UndecidedError("whole numbers that depend on x may wrap around")
        return most


@functools.cache
def jax_primitives() -> frozenset[Any]:
    """JAX's own primitives, as the objects that they are: any other may have the same name."""
    exported = [getattr(primitives, name) for name in dir(primitives) if name.endswith("_p")]
    traced = jax.make_jaxpr(lambda x: (jnp.split(jnp.stack([x, x]), 2), jax.lax.optimization_barrier(x)))(0.0)
    inner = [one for eqn in traced.eqns if "jaxpr" in eqn.params for one in eqn.params["jaxpr"].eqns]
    return frozenset([*exported, *(eqn.primitive for eqn in (*traced.eqns, *inner))])


def _kind(dtype: Any) -> str:
    """f, i, u or b: real and whole numbers, and bools; ? for whatever else JAX has."""
    kind = getattr(dtype, "kind", "?")
    return kind if kind in "fiub" else "?"


def _of_reals(name: str, inputs: list[np.ndarray], dtype: Any) -> np.ndarray:
    """Bools and whole numbers of real constants, which are the doubles that they are: a conversion to fewer digits rounded nothing."""
    if name in REALS:
        return np.asarray(REALS[name](*inputs))
    if name == "convert_element_type" and dtype.kind in "iu":
        whole, limits = np.trunc(inputs[0]), np.iinfo(dtype)
        if np.isfinite(whole).all() and (whole >= max(limits.min, -LARGEST)).all() and (whole <= min(limits.max, LARGEST)).all():
            return whole.astype(dtype)
    if name == "convert_element_type" and dtype.kind == "b":
        return inputs[0] != 0
    raise UnknownOperationError(f"{name} of real constants", DOMAIN)


def _computed(eqn: JaxprEqn, inputs: list[Any]) -> list[Source]:
    """Bools and whole numbers that do not depend on x, by JAX itself: their arithmetic is exact."""
    name, out = eqn.primitive.name, aval(eqn.outvars[0])
    if any(one.dtype.kind == "f" for one in inputs):
        return [_of_reals(name, inputs, out.dtype)]
    exactly = EXACT.get(name)
    if exactly is not None and all(one.dtype == aval(atom).dtype for one, atom in zip(inputs, eqn.invars, strict=True)):
        return [np.asarray(exactly(*inputs), out.dtype)]
    given = [jnp.asarray(one, aval(atom).dtype) for one, atom in zip(inputs, eqn.invars, strict=True)]
    found = eqn.primitive.bind(*given, **eqn.params)
    return [np.asarray(one) for one in (found if eqn.primitive.multiple_results else [found])]
