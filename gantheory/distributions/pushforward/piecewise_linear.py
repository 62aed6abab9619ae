"""The kinks of a generator that is piecewise linear as a program: exactly, from its jaxpr.

On an interval on which no comparison inside the program changes its outcome, every value inside the program is a + b·z. The comparisons
are taken in the order of the program: between two neighbouring cuts both of their sides are lines, which cross at most once, and the
crossing is a new cut. After the last comparison G itself is a line between neighbouring cuts. No search is involved: a kink cannot be
missed for being too narrow or too near another.
"""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import JaxprEqn

from gantheory.base.jaxprs import UnknownOperationError, walk
from gantheory.base.precision import in_float64

BLOCK = 512  # pieces in one compiled evaluation
POLISH = 4  # repeated computations of a crossing, each from lines anchored at the previous one
SAME = 4  # distance in ulps up to which two cuts count as one
ROUNDING = 32 * np.finfo(float).eps  # largest change of slope or value, relative to the terms' sizes, that counts as rounding
MOST_CUTS = 100_000
MOST_COMPARED = 64  # largest number of values in one sort or maximum, all pairs of which are compared

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


class _Line(NamedTuple):
    """A value that is value + slope · (z - anchor) on the piece, and the sums of its terms' absolute values, which scale the rounding."""

    value: Any
    slope: Any
    size: Any
    steepness: Any


def _as_line(x) -> _Line:
    return x if isinstance(x, _Line) else _Line(jnp.asarray(x), jnp.zeros_like(x), jnp.abs(x), jnp.zeros_like(x))


class _Piece:
    """An evaluation of the program on the piece around ``mid``. What is constant there is a plain array, all else a ``_Line``."""

    def __init__(self, mid, anchor):
        self.step, self.anchor = mid - anchor, anchor
        self.crossings = []  # for each comparison, the z at which its two sides are equal

    def run(self, program, *args) -> list:
        return walk(program, args, self.apply)

    def at_mid(self, x):
        return x.value + x.slope * self.step if isinstance(x, _Line) else x

    def difference(self, x, y):
        """x - y at the middle, whose sign is the outcome on the whole piece; its zero is recorded as a crossing."""
        x, y = _as_line(x), _as_line(y)
        value, slope = x.value - y.value, x.slope - y.slope
        self.crossings.append(jnp.where(slope == 0, jnp.inf, self.anchor - value / jnp.where(slope == 0, 1, slope)).ravel())
        return value + slope * self.step

    def larger(self, x, y, sign=1):
        first = sign * self.difference(x, y) >= 0
        return _Line(*(jnp.where(first, one, other) for one, other in zip(_as_line(x), _as_line(y), strict=True)))

    def order(self, x, axis):
        """argsort along an axis, the same on the whole piece."""
        if isinstance(x, _Line):
            first, second = np.triu_indices(x.value.shape[axis], 1)
            self.difference(*(_Line(*(jnp.take(part, index, axis) for part in x)) for index in (first, second)))
        return jnp.argsort(self.at_mid(x), axis)

    def apply(self, eqn: JaxprEqn, args: list) -> list:
        name, params = eqn.primitive.name, eqn.params
        sloped = [index for index, arg in enumerate(args) if isinstance(arg, _Line)]
        if not sloped:
            out = eqn.primitive.bind(*args, **eqn.primitive.get_bind_params(params))
            return list(out) if eqn.primitive.multiple_results else [out]
        if name in ("max", "min"):
            return [self.larger(*args, sign=1 if name == "max" else -1)]
        if name == "clamp":
            return [self.larger(self.larger(args[1], args[0]), args[2], sign=-1)]
        if name == "abs":
            return [self.larger(args[0], _Line(*(-part for part in args[0][:2]), *args[0][2:]))]
        if name in COMPARISONS:
            return [eqn.primitive.bind(self.difference(*args), jnp.zeros(()), **params)]
        if name == "sign":
            return [jnp.sign(self.difference(args[0], 0.0))]
        if name == "sort" and params["num_keys"] == 1 and _is_short(args[0], params["dimension"]):
            order = self.order(args[0], params["dimension"])
            return [jax.tree.map(lambda part: jnp.take_along_axis(part, order, params["dimension"]), arg) for arg in args]
        if name in ("reduce_max", "reduce_min") and len(params["axes"]) == 1 and _is_short(args[0], *params["axes"]):
            (axis,) = params["axes"]
            place = jnp.take(self.order(args[0], axis), jnp.array([-1 if name == "reduce_max" else 0]), axis)
            return [_Line(*(jnp.take_along_axis(part, place, axis).squeeze(axis) for part in args[0]))]
        if name == "cond" and 0 not in sloped:
            runs = [self.run(branch, *args[1:]) for branch in params["branches"]]
            cases = [[_as_line(case) for case in out] for out in zip(*runs, strict=True)]
            return [_Line(*(jax.lax.select_n(args[0], *parts) for parts in zip(*out, strict=True))) for out in cases]
        if _is_linear(eqn, sloped):
            return _linear(eqn, args, sloped)
        raise UnknownOperationError(name, "lines")


def _is_short(x, axis: int) -> bool:
    """Whether all pairs of values along an axis may be compared."""
    return not isinstance(x, _Line) or x.value.shape[axis] <= MOST_COMPARED


def _is_linear(eqn: JaxprEqn, sloped: list[int]) -> bool:
    """Whether an operation is linear in the operands that are lines."""
    name = eqn.primitive.name
    return (
        (name in JOINTLY and eqn.params.get("new_dtype", jnp.float64) == jnp.float64)
        or (name == "select_n" and 0 not in sloped)
        or (len(sloped) == 1 and sloped[0] in SINGLY.get(name, ()))
        or set(sloped) <= set(PARTLY.get(name, ()))
    )


def _linear(eqn: JaxprEqn, args: list, sloped: list[int]) -> list[_Line]:
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
    return [_Line(*line) for line in lines]


@eqx.filter_jit
def _block(generator, mid, anchor):
    program = jax.make_jaxpr(generator)(jnp.zeros(()))

    def evaluate(mid, anchor):
        piece = _Piece(mid, anchor)
        (out,) = piece.run(program, _Line(anchor, jnp.ones(()), jnp.abs(anchor), jnp.ones(())))
        return *piece.crossings, _as_line(out)

    return jax.vmap(evaluate)(mid, anchor)


def _evaluated(generator, mid: np.ndarray, anchor: np.ndarray):
    """The crossings of each comparison, then G: in blocks of one size, so that it compiles once; only padding if there are no pieces."""
    padding = (0, BLOCK - len(mid) % BLOCK)
    blocks = zip(*(np.pad(x, padding).reshape(-1, BLOCK) for x in (mid, anchor)), strict=True)
    return jax.tree.map(lambda *parts: np.concatenate(parts)[: len(mid)], *(_block(generator, *block) for block in blocks))


@in_float64
def knots(generator: Any, low: float, high: float) -> np.ndarray | None:
    """The z in (low, high) at which the slope of a piecewise linear G changes, sorted; None if G is not piecewise linear as a program.

    max, min, abs, comparisons and selections by them, clamps, sorts and conditionals are followed. The answer is None for any other
    operation that is not linear in values that depend on z, for loops, and for more than 100 000 cuts. Changes of slope within the
    rounding of the slope are left out.

    Args:
        generator: a function () -> () that JAX can trace.
        low: lower end of the interval of z, finite.
        high: upper end, finite.

    Raises:
        ValueError: G jumps.
    """
    cuts, comparison = np.array([low, high], dtype=np.float64), 0
    while True:
        below, above = cuts[:-1], cuts[1:]
        mid = below + (above - below) / 2
        try:
            *crossings, _ = _evaluated(generator, mid, np.clip(0.0, below, above))
        except UnknownOperationError:
            return None
        if comparison == len(crossings):
            break
        # All comparisons up to this one are between lines on these pieces; later ones may not be yet.
        crossing = crossings[comparison]
        piece, side = np.nonzero((crossing > below[:, None]) & (crossing < above[:, None]))
        found = crossing[piece, side]
        for _ in range(POLISH):
            found = _evaluated(generator, mid[piece], found)[comparison][np.arange(len(found)), side]
        cuts = _merged(cuts, found)
        if len(cuts) > MOST_CUTS:
            return None
        comparison += 1

    inner = cuts[1:-1]
    left, right = _evaluated(generator, mid[:-1], inner)[-1], _evaluated(generator, mid[1:], inner)[-1]
    steepness = left.steepness + right.steepness
    jumps = np.abs(right.value - left.value) > ROUNDING * (left.size + right.size + np.abs(inner) * steepness)
    if jumps.any():
        raise ValueError(
            f"`generator` must be continuous for a law to follow from its slopes. Got a jump at z = {float(inner[jumps][0])!r}."
        )
    return inner[np.abs(right.slope - left.slope) > ROUNDING * steepness]


def _merged(cuts: np.ndarray, found: np.ndarray) -> np.ndarray:
    """The union of both, sorted, without what is within a few ulps of another cut. The ends stay."""
    low, high = cuts[0], cuts[-1]
    both = np.unique(np.concatenate([cuts[1:-1], found]))
    both = both[(both - low > SAME * np.spacing(abs(low))) & (high - both > SAME * np.spacing(abs(high)))]
    return np.concatenate([[low], both[np.diff(both, prepend=-np.inf) > SAME * np.spacing(np.abs(both))], [high]])
