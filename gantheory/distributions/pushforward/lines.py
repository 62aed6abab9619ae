"""A program on a piece of the line on which every value inside it is a line, value + slope · (z - anchor).

Between two neighbouring cuts no comparison changes its outcome, and no step is passed: what is constant there is a plain array, all else a
line. Slopes are those of the program's values; derivatives given by custom_jvp, or stopped, are not looked at.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import JaxprEqn

from gantheory.base.jaxprs import UnknownOperationError, walk
from gantheory.base.programs import compiled

BLOCK = 512  # pieces in one compiled evaluation
MOST_COMPARED = 64  # largest number of values in one sort or maximum, all pairs of which are compared

NOTHING, INTEGER, HALF_INTEGER = 0, 1, 2  # the values of a line at which an outcome changes: 0; integers; integers and a half
STEPS = {"floor": INTEGER, "ceil": INTEGER, "round": HALF_INTEGER}
COMPARISONS = {"gt", "ge", "lt", "le", "eq", "ne"}
# Operations linear in all operands together.
JOINTLY = set(
    "add sub neg add_any reduce_sum cumsum reshape broadcast_in_dim squeeze expand_dims transpose rev slice concatenate stack split pad "
    "copy convert_element_type".split()
)
# Operations linear in any one of the listed operands while the others are constant, and in all of the listed operands together.
SINGLY: dict[str, tuple[int, ...]] = {"mul": (0, 1), "dot_general": (0, 1), "conv_general_dilated": (0, 1), "div": (0,)}
PARTLY: dict[str, tuple[int, ...]] = {
    "gather": (0,),
    "dynamic_slice": (0,),
    "dynamic_update_slice": (0, 1),
    "scatter": (0, 2),
    "scatter-add": (0, 2),
}


class Line(NamedTuple):
    """A value that is value + slope · (z - anchor) on the piece, and the sums of its terms' absolute values, which scale the rounding."""

    value: Any
    slope: Any
    size: Any
    steepness: Any


def as_line(x: Any) -> Line:
    return x if isinstance(x, Line) else Line(jnp.asarray(x), jnp.zeros_like(x), jnp.abs(x), jnp.zeros_like(x))


class Compared(NamedTuple):
    """A line, value + slope · (z - anchor), some of whose values are cuts."""

    value: Any
    slope: Any
    kind: Any  # NOTHING, INTEGER or HALF_INTEGER


class Piece:
    """An evaluation of the program on the piece around ``mid``. What is constant there is a plain array, all else a ``Line``."""

    def __init__(self, mid: Any, anchor: Any):
        self.step: Any = mid - anchor
        self.anchor: Any = anchor
        self.compared: list[Compared] = []  # in the order of the program

    def run(self, program: Any, *args: Any) -> list[Any]:
        return walk(program, args, self.apply)

    def at_mid(self, x: Any) -> Any:
        return x.value + x.slope * self.step if isinstance(x, Line) else x

    def difference(self, x: Any, y: Any) -> Any:
        """x - y at the middle, whose sign is the outcome on the whole piece; its zero is recorded as a cut."""
        x, y = as_line(x), as_line(y)
        return self.cut_at(Line(x.value - y.value, x.slope - y.slope, x.size, x.steepness), NOTHING)

    def cut_at(self, x: Line, kind: int) -> Any:
        """x at the middle, having recorded where its values are of a kind."""
        value, slope = x.value.ravel(), x.slope.ravel()
        self.compared.append(Compared(value, slope, jnp.full(value.shape, kind)))
        return x.value + x.slope * self.step

    def larger(self, x: Any, y: Any, sign: int = 1) -> Line:
        difference = sign * self.difference(x, y)
        first = jnp.where(jnp.isnan(difference), jnp.isnan(as_line(x).value), difference >= 0)
        return Line(*(jnp.where(first, one, other) for one, other in zip(as_line(x), as_line(y), strict=True)))

    def remainder(self, x: Line, divisor: Any) -> Line:
        """x - divisor · (x/divisor towards 0)."""
        whole = jnp.trunc(self.cut_at(Line(*(part / divisor for part in x)), INTEGER))
        return x._replace(value=x.value - whole * divisor)

    def order(self, x: Any, axis: int) -> Any:
        """argsort along an axis, the same on the whole piece."""
        if isinstance(x, Line):
            first, second = np.triu_indices(x.value.shape[axis], 1)
            self.difference(*(Line(*(jnp.take(part, index, axis) for part in x)) for index in (first, second)))
        return jnp.argsort(self.at_mid(x), axis)

    def apply(self, eqn: JaxprEqn, args: list[Any]) -> list[Any]:
        name, params = eqn.primitive.name, eqn.params
        sloped = [index for index, arg in enumerate(args) if isinstance(arg, Line)]
        if not sloped:
            out = eqn.primitive.bind(*args, **eqn.primitive.get_bind_params(params))
            return list(out) if eqn.primitive.multiple_results else [out]
        if name in ("max", "min"):
            return [self.larger(*args, sign=1 if name == "max" else -1)]
        if name == "clamp":
            return [self.larger(self.larger(args[1], args[0]), args[2], sign=-1)]
        if name == "abs":
            return [self.larger(args[0], Line(*(-part for part in args[0][:2]), *args[0][2:]))]
        if name in COMPARISONS:
            return [eqn.primitive.bind(self.difference(*args), jnp.zeros(()), **params)]
        if name == "sign":
            return [jnp.sign(self.difference(args[0], 0.0))]
        if name in STEPS:
            return [eqn.primitive.bind(self.cut_at(args[0], STEPS[name]), **params)]
        if name == "convert_element_type" and jnp.issubdtype(params["new_dtype"], jnp.integer):
            return [eqn.primitive.bind(self.cut_at(args[0], INTEGER), **params)]
        if name == "rem" and sloped == [0]:
            return [self.remainder(*args)]
        if name == "is_finite":
            return [jnp.isfinite(args[0].value)]
        if name == "stop_gradient":  # of the program's values nothing is stopped
            return [args[0]]
        if name == "sort" and params["num_keys"] == 1 and _is_short(args[0], params["dimension"]):
            order = self.order(args[0], params["dimension"])
            return [jax.tree.map(lambda part: jnp.take_along_axis(part, order, params["dimension"]), arg) for arg in args]
        if name in ("reduce_max", "reduce_min") and len(params["axes"]) == 1 and _is_short(args[0], *params["axes"]):
            (axis,) = params["axes"]
            place = jnp.take(self.order(args[0], axis), jnp.array([-1 if name == "reduce_max" else 0]), axis)
            return [Line(*(jnp.take_along_axis(part, place, axis).squeeze(axis) for part in args[0]))]
        if name == "cond" and 0 not in sloped:
            runs = [self.run(branch, *args[1:]) for branch in params["branches"]]
            cases = [[as_line(case) for case in out] for out in zip(*runs, strict=True)]
            return [Line(*(jax.lax.select_n(args[0], *parts) for parts in zip(*out, strict=True))) for out in cases]
        if _is_linear(eqn, sloped):
            return _linear(eqn, args, sloped)
        raise UnknownOperationError(name, "lines")


def _is_short(x, axis: int) -> bool:
    """Whether all pairs of values along an axis may be compared."""
    return not isinstance(x, Line) or x.value.shape[axis] <= MOST_COMPARED


def _is_linear(eqn: JaxprEqn, sloped: list[int]) -> bool:
    """Whether an operation is linear in the operands that are lines."""
    name = eqn.primitive.name
    return (
        (name in JOINTLY and eqn.params.get("new_dtype", jnp.float64) == jnp.float64)
        or (name == "select_n" and 0 not in sloped)
        or (len(sloped) == 1 and sloped[0] in SINGLY.get(name, ()))
        or set(sloped) <= set(PARTLY.get(name, ()))
    )


def _linear(eqn: JaxprEqn, args: list, sloped: list[int]) -> list[Line]:
    primitive = eqn.primitive

    def both(primitive, args, primals, tangents):
        def function(*lines):
            out = primitive.bind(*(lines[sloped.index(i)] if i in sloped else arg for i, arg in enumerate(args)), **eqn.params)
            return list(out) if primitive.multiple_results else [out]

        return jax.jvp(function, primals, tangents)

    value, slope, size, steepness = zip(*(args[i] for i in sloped), strict=True)
    positive = [jnp.abs(x) if i not in sloped and jnp.issubdtype(jnp.result_type(x), jnp.floating) else x for i, x in enumerate(args)]
    bounds = both(jax.lax.add_p if primitive.name == "sub" else primitive, positive, size, steepness)
    lines = zip(*both(primitive, args, value, slope), *(map(jnp.abs, bound) for bound in bounds), strict=True)
    return [Line(*line) for line in lines]


@compiled
def _block(generator, mid, anchor):
    program = jax.make_jaxpr(generator)(jnp.zeros(()))

    def evaluate(mid, anchor):
        piece = Piece(mid, anchor)
        (out,) = piece.run(program, Line(anchor, jnp.ones(()), jnp.abs(anchor), jnp.ones(())))
        return *piece.compared, as_line(out)

    return jax.vmap(evaluate)(mid, anchor)


def evaluated(generator: Any, mid: np.ndarray, anchor: np.ndarray) -> Any:
    """Each comparison, then G: in blocks of one size, so that it compiles once; only padding if there are no pieces."""
    padding = (0, BLOCK - len(mid) % BLOCK)
    blocks = zip(*(np.pad(x, padding).reshape(-1, BLOCK) for x in (mid, anchor)), strict=True)
    return jax.tree.map(lambda *parts: np.concatenate(parts)[: len(mid)], *(_block(generator, *block) for block in blocks))
