"""Every operation on the list is what mpmath says it is: on points, on balls, as a derivative, as a range; and no other is on the list."""

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
from flint import acb, arb, ctx
from jax import lax
from operations_known import ALL, CORNERED, ONE_NUMBER, SMOOTH, TWO_NUMBERS

from gantheory.base.jaxprs import UnknownOperationError
from gantheory.rigorous.balls import UndecidedError, exact
from gantheory.rigorous.bounds import Range
from gantheory.rigorous.evaluation import Evaluation, decisions_at
from gantheory.rigorous.jets import SLOPES, with_slope
from gantheory.rigorous.operations import ELEMENTWISE
from gantheory.rigorous.ranges import range_of
from gantheory.rigorous.recording import recorded
from gantheory.rigorous.straight import Straight
from gantheory.rigorous.stretches import stretches_of

POINTS = 12
DIGITS = 25


@pytest.fixture(autouse=True)
def many_digits():
    before, ctx.prec = ctx.prec, 120
    with mpmath.workdps(40):
        yield
    ctx.prec = before


def places(name, low, high):
    """Random doubles in an interval, and none at which anything jumps."""
    return np.random.default_rng(len(name)).uniform(low, high, POINTS)


def by_mpmath(function, x) -> mpmath.mpf:
    return mpmath.mpf(function(mpmath.mpf(float(x))))


def bound_of(values: Range, x: float) -> float:
    """The bound of |f(x)| by its growth."""
    constant, linear, square, logarithm = map(float, values.growth)
    return constant + linear * abs(x) + square * x * x + logarithm * np.log1p(abs(x))


def holds(ball: arb, known: mpmath.mpf) -> bool:
    """Whether a ball holds a number, to the digits to which that is known."""
    slack = mpmath.mpf(10) ** -DIGITS * (1 + abs(known))
    low, high = (mpmath.mpf(end.str(45, radius=False)) for end in (ball.lower(), ball.upper()))
    return bool(low - slack <= known <= high + slack)


@pytest.mark.parametrize("name", ALL)
def test_the_value_at_a_point_is_mpmaths(name):
    function, known, ends = ALL[name]
    program = recorded(function)
    for x in places(name, *ends):
        decisions = decisions_at(program, exact(x))
        for ball in (
            Evaluation(program, acb(exact(x)), decisions).values()[0],
            Straight(program, decisions).function(acb(exact(x)), False),
        ):
            assert holds(ball.real, by_mpmath(known, x)) and float(ball.real.rad()) < 1e-20 and abs(ball.imag) < 1e-20


@pytest.mark.parametrize("name", ALL)
def test_the_value_on_a_stretch_holds_mpmaths(name):
    function, known, (low, high) = ALL[name]
    program = recorded(function)
    along, slivers = stretches_of(program, exact(low), exact(high), exact(1e-6))
    assert along and sum(float(b - a) for a, b in slivers) < 1e-4
    for stretch in along[:: max(1, len(along) // 8)]:
        straight = Straight(program, stretch.decisions).function
        for share in (0.1, 0.5, 0.9):
            x = (stretch.low + (stretch.high - stretch.low) * exact(share)).mid()
            assert holds(straight(acb(x), False).real, mpmath.mpf(known(mpmath.mpf(x.str(45, radius=False)))))


@pytest.mark.parametrize("name", [*SMOOTH, *(name for name in CORNERED if name != "fmax")])
def test_the_slope_is_mpmaths(name):
    function, known, ends = ALL[name]
    if name == "digamma":
        with pytest.raises(UnknownOperationError):
            with_slope(recorded(function))
        return
    program = with_slope(recorded(function))
    for x in places(name, *ends):
        straight = Straight(program, decisions_at(program, exact(x))).function
        assert holds(straight(acb(exact(x)), False)[1].real, mpmath.diff(known, mpmath.mpf(float(x))))


@pytest.mark.parametrize("name", ALL)
def test_the_range_holds_mpmaths_values(name):
    function, known, (low, high) = ALL[name]
    program = recorded(function)
    rng = np.random.default_rng(1)
    found = 0
    for width in (1e-3, 0.1, 1.0):
        for start in rng.uniform(low, high - width, 6):
            try:
                (values,) = range_of(program, exact(start), exact(start + width))
            except (UndecidedError, UnknownOperationError):
                continue
            found += 1
            for x in rng.uniform(start, start + width, 5):
                true = by_mpmath(known, x)
                assert not (values.low.is_finite() and values.high.is_finite()) or holds(values.low.union(values.high), true)
                assert float(abs(true)) <= bound_of(values, x) * (1 + 1e-12)
    assert found or name in ("lgamma", "digamma", "fmax", "sqrt or not")


GROWING = {
    "tanh": lambda x: 3 * jnp.tanh(x) - x,
    "softplus": jax.nn.softplus,
    "elu": jax.nn.elu,
    "gelu": jax.nn.gelu,
    "silu": jax.nn.silu,
    "leaky_relu": jax.nn.leaky_relu,
    "root": lambda x: jnp.sqrt(1 + jnp.abs(x)),
    "log": lambda x: jnp.log(2 + jnp.abs(x)) * jnp.sin(x),
    "cbrt": jnp.cbrt,
    "clamped": lambda x: jnp.exp(jnp.clip(x, -3, 3)),
    "square": lambda x: jnp.minimum(x, 3 - x) * (2 - x) / 8 - jnp.square(x) / 9,
    "softplus of a square": lambda x: jax.nn.softplus(x * x / 10 - x),
    "waves": lambda x: x * jnp.cos(3 * x) + jnp.arctan(x),
}


@pytest.mark.parametrize("name", GROWING)
@pytest.mark.parametrize("ends", [(-np.inf, np.inf), (2.0, np.inf), (-np.inf, -2.0)])
def test_growth_beyond_a_cut_is_bounded(name, ends):
    low, high = (arb(end) if np.isinf(end) else exact(end) for end in ends)
    (values,) = range_of(recorded(GROWING[name]), low, high)
    assert bound_of(values, 1.0) < 25
    with jax.enable_x64(True):
        for x in (-1e9, -1e3, -40.0, -2.5, 0.5, 2.5, 40.0, 1e3, 1e9):
            if ends[0] <= x <= ends[1]:
                assert abs(float(GROWING[name](jnp.asarray(x)))) <= bound_of(values, x) * (1 + 1e-9)


CLOSED = [jnp.abs, lambda x: jnp.maximum(x, 0.0), jnp.floor, jnp.cos, lambda x: jnp.where(x >= 0, x, 0.0), lambda x: 0 * x + 1, jnp.square]


@pytest.mark.parametrize("function", CLOSED)
def test_bounds_that_are_reached_are_not_called_open(function):
    (values,) = range_of(recorded(function), exact(-1.0), exact(1.0))
    assert values.opens == (False, False)
    (rising,) = range_of(recorded(lambda x: 2 - jnp.exp(jnp.sqrt(x))), exact(0.0), exact(1.0))
    assert rising.opens == (True, True) and rising.high == 1


@pytest.mark.parametrize("function", [jnp.exp, lambda x: x**3, jnp.sinh, lambda x: x * x * jnp.sqrt(x)])
def test_what_grows_faster_than_a_square_has_no_growth(function):
    (values,) = range_of(recorded(function), exact(2.0), arb("inf"))
    assert not values.growth.constant.is_finite()


@pytest.mark.parametrize(
    "function", [jnp.log, jnp.sqrt, lax.rsqrt, lambda x: 1 / x, lambda x: x**-2, lambda x: x**1.5, jnp.arcsin, lax.acosh]
)
def test_what_leaves_its_domain_has_no_range(function):
    with pytest.raises(UndecidedError):
        range_of(recorded(function), exact(-2.0), exact(2.0))


OUTSIDE = {"log": -1.0, "log1p": -1.5, "sqrt": -1.0, "rsqrt": -1.0, "asin": 1.5, "acos": -1.5, "acosh": 0.5, "atanh": 1.5}


@pytest.mark.parametrize("name", OUTSIDE)
def test_outside_its_domain_an_operation_is_nan_as_jax_has_it(name):
    function = ONE_NUMBER[name][0]
    with jax.enable_x64(True):
        assert np.isnan(float(function(jnp.asarray(OUTSIDE[name]))))
    program = recorded(function)
    (value,) = Evaluation(program, acb(exact(OUTSIDE[name])), decisions_at(program, exact(OUTSIDE[name]))).values()
    assert isinstance(value, float) and np.isnan(value)


@pytest.mark.parametrize(
    ("name", "x"), [("div", 0.0), ("negative_integer_pow", 0.0), ("rsqrt", 0.0), ("pow", -1.0), ("lgamma", -0.5), ("log1p", -1.0)]
)
def test_where_jax_gives_no_number_nothing_is_known(name, x):
    function = (lambda z: 1 / z) if name == "div" else ONE_NUMBER[name][0]
    with pytest.raises(UndecidedError):
        decisions_at(recorded(function), exact(x))


@pytest.mark.parametrize(
    "name", ["log", "log1p", "sqrt", "rsqrt", "root_3", "asin", "acos", "atan", "asinh", "acosh", "atanh", "pow", "lgamma", "digamma"]
)
def test_a_ball_that_meets_the_branch_cut_is_not_analytic(name):
    """Each is analytic next to the interval in which it is defined, and on no ball around a branch point."""
    at = {"log1p": -1, "asin": 1, "acos": 1, "atan": 1j, "asinh": 1j, "acosh": 1, "atanh": 1}.get(name, 0)
    kind = ELEMENTWISE[name]
    given = (acb(complex(at).real, complex(at).imag) + acb(arb(0, 0.25), arb(0, 0.25)),)
    given = (*given, acb(1.75)) if name == "pow" else given
    from gantheory.rigorous.balls import FUNCTIONS

    names = {**FUNCTIONS, "acb": acb, "an": True, "a": given[0], "b": given[-1]}
    assert not eval(kind.formula.format("a", "b", power=3), names).is_finite()


UNLISTED = {
    "cumsum": lambda x: jnp.cumsum(jnp.stack([x, x]))[1],
    "atan2": lambda x: jnp.arctan2(x, 2.0),
    "erf_inv": lambda x: lax.erf_inv(x / 10),
    "sort": lambda x: jnp.sort(jnp.stack([x, -x]))[0],
    "argmax": lambda x: jnp.stack([x, -x])[jnp.argmax(jnp.stack([x, -x]))],
    "to whole numbers": lambda x: x.astype(jnp.int32) + 0.5,
    "to bits": lambda x: lax.bitcast_convert_type(lax.bitcast_convert_type(x, jnp.int64) + 1, jnp.float64),
    "reduce_precision": lambda x: lax.reduce_precision(x, 8, 7),
    "nextafter": lambda x: jnp.nextafter(x, 9.0),
    "complex": lambda x: jnp.real(jnp.exp(1j * x)),
    "a loop of unknown length": lambda x: lax.while_loop(lambda c: c < 5, lambda c: c + x * x, x),
    "a callback": lambda x: jax.pure_callback(np.cos, jax.ShapeDtypeStruct((), np.float64), x),
}


@pytest.mark.parametrize("name", UNLISTED)
def test_what_is_not_on_the_list_is_refused_by_name(name):
    with pytest.raises((UnknownOperationError, UndecidedError)) as refused:
        program = recorded(UNLISTED[name])
        decisions_at(program, exact(0.7))
    assert str(refused.value)


def test_a_function_that_bears_the_name_of_ours_is_its_own_program():
    @jax.jit
    def log_sum_exp(terms):
        return jnp.log(jnp.sum(jnp.exp(2 * terms))) / 2

    program = recorded(lambda x: log_sum_exp(jnp.stack([x, 0 * x])))
    (value,) = Evaluation(program, acb(1), decisions_at(program, arb(1))).values()
    assert holds(value.real, mpmath.log(mpmath.exp(2) + 1) / 2)


def test_every_operation_on_the_list_is_tried():
    tried = ONE_NUMBER.keys() | TWO_NUMBERS.keys()
    assert ELEMENTWISE.keys() - {"add_any"} == tried
    assert ELEMENTWISE.keys() - {"digamma"} == SLOPES.keys()
