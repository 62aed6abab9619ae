"""Every operator against exact interval arithmetic: points of the operands' intervals, in fractions, give points of the result's."""

import math
import operator
import sys
from fractions import Fraction

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gantheory import Divergent, Enclosure, Estimate, Estimates

LARGEST = Fraction(sys.float_info.max)
few = settings(max_examples=50, deadline=None)
BINARY = (operator.add, operator.sub, operator.mul, operator.truediv)
doubles = st.floats(allow_nan=False, allow_infinity=False)  # zeros and subnormal numbers among them
moderate = st.floats(-1e6, 1e6)
plain = st.integers(-(10**6), 10**6).map(lambda number: number / 997)
scales = st.one_of(st.just(0.0), st.floats(0.0, 0.5), st.integers(-60, 0).map(lambda power: 2.0**power))
numbers = st.one_of(doubles, moderate, st.integers(-(10**20), 10**20), st.fractions(), st.sampled_from([0, 1, -2, 0.5, 3, 1e308, 5e-324]))
shares = st.one_of(st.sampled_from([Fraction(-1), Fraction(1), Fraction(0)]), st.fractions(-1, 1, max_denominator=1000))


doubles_of_all_sizes = st.one_of(doubles, moderate)


@st.composite
def estimates(draw, values=doubles_of_all_sizes):
    """Errors of any size, most of them smaller than the value."""
    value = draw(values)
    relative = abs(value) * draw(scales)
    return Estimate(value, draw(st.one_of(st.just(relative), st.floats(0, 1), st.floats(0, sys.float_info.max))))


def point(one, share: Fraction) -> Fraction:
    """A number that the operand may stand for."""
    return Fraction(one.value) + share * Fraction(one.error) if isinstance(one, Estimate) else Fraction(one)


def interval(one) -> tuple[Fraction, Fraction]:
    return point(one, Fraction(-1)), point(one, Fraction(1))


def hold(result: Estimate, exact: Fraction) -> bool:
    assert type(result.value) is type(result.error) is float
    assert math.isfinite(result.value) and math.isfinite(result.error)
    return abs(exact - Fraction(result.value)) <= Fraction(result.error)


def check(measured, a, b, shares, operation=None) -> None:
    """The result holds the exact one; or it is refused, and for the right reason."""
    operation = operation or measured
    try:
        result = measured(a, b)
    except ZeroDivisionError as refused:
        low, high = interval(b)
        assert low <= 0 <= high and "must not be 0 anywhere in its interval" in str(refused)
        return
    except OverflowError:
        ends = [operation(x, y) for x in interval(a) for y in interval(b)]
        assert max(map(abs, (*ends, *interval(a), *interval(b), max(ends) - min(ends)))) >= LARGEST
        return
    for share in (Fraction(-1), Fraction(1), shares[0]):
        for other in (Fraction(-1), Fraction(1), shares[1]):
            if operation is operator.truediv:
                assert point(b, other) != 0
            assert hold(result, operation(point(a, share), point(b, other)))


@pytest.mark.parametrize("operation", BINARY)
@few
@given(a=estimates(), b=estimates(), at=st.tuples(shares, shares))
def test_a_result_of_two_estimates_holds_all_results_of_their_points(operation, a, b, at):
    check(operation, a, b, at)


@pytest.mark.parametrize("operation", BINARY)
@few
@given(a=estimates(), number=numbers, at=st.tuples(shares, shares))
def test_a_number_is_exactly_what_it_is_on_either_side(operation, a, number, at):
    check(operation, a, number, at)
    check(operation, number, a, at)


@few
@given(a=estimates(moderate), exponent=st.integers(-6, 6), share=shares)
def test_a_whole_power_holds_the_powers_of_all_points(a, exponent, share):
    try:
        result = a**exponent
    except ZeroDivisionError:
        assert exponent < 0 and (a.lower <= 0 <= a.upper or abs(a.value) < 1e-30 or a.error > 0.01 * abs(a.value))
    except OverflowError:
        assert exponent and (max(map(abs, interval(a))) > 1e50 or abs(a.value) < 1e-50)
    else:
        for at in (Fraction(-1), Fraction(1), share):
            assert hold(result, point(a, at) ** exponent)


@few
@given(estimates(), shares)
def test_signs_change_nothing_about_an_error(a, share):
    for operation in (operator.neg, operator.pos, operator.abs):
        assert operation(a) == Estimate(operation(a.value), a.error)
        assert hold(operation(a), operation(point(a, share)))


@few
@given(a=estimates(moderate), b=estimates(moderate))
def test_an_error_is_no_larger_than_it_must_be_but_for_units_in_the_last_place(a, b):
    (v, e), (w, d) = ((Fraction(one.value), Fraction(one.error)) for one in (a, b))
    least = {operator.add: e + d, operator.sub: e + d, operator.mul: abs(v) * d + abs(w) * e + e * d}
    if abs(w) > d:
        least[operator.truediv] = (e + abs(v / w) * d) / (abs(w) - d)
    for operation, radius in least.items():
        try:
            result = operation(a, b)
        except OverflowError:
            assume(False)
        assert Fraction(result.error) <= radius + Fraction(math.ulp(result.value)) + Fraction(math.ulp(result.error))


@few
@given(doubles_of_all_sizes, st.one_of(st.just(0.0), st.floats(0, 1e300)), st.integers(-50, 50))
def test_a_power_of_two_adds_no_rounding(value, error, power):
    factor = 2.0**power
    assume(abs(value) * factor < 1e300 and error * factor < 1e300)
    assume(all(a == 0 or a * factor > 1e-290 for a in (abs(value), error)))
    assert factor * Estimate(value, error) == Estimate(value, error) / (1 / factor) == Estimate(value * factor, error * factor)


@few
@given(estimates(moderate), moderate)
def test_a_sum_counts_an_ulp_of_its_value(a, number):
    """Enough for a constant such as log 4, which is half an ulp off itself."""
    assume(a.error < 1e300)
    result = a - number
    assert result.value == a.value - number
    assert result.error >= a.error + math.ulp(result.value)


def test_the_faults_that_were_seen():
    product = Estimate(2.0, 0.1) * Estimate(3.0, 0.5)
    assert product.value == 6 and 1.35 <= product.error <= 1.35 + 1e-14  # 2 · 0.5 + 3 · 0.1 + 0.1 · 0.5
    summed = Estimates(np.array([1.0, 2.0]), np.zeros(2)) + Estimate(1, 0.5)
    assert summed.value.tolist() == [2, 3] and (summed.error >= 0.5).all() and (summed.error < 0.51).all()
    assert float(Estimate(2, 1)) == 2.0 and type(Estimate(2, 1).value) is type(Estimate(2, 1).error) is float
    third = Estimate(1.0, 0.0) / 3
    assert 0 < abs(Fraction(third.value) - Fraction(1, 3)) <= Fraction(third.error) <= Fraction(math.ulp(1 / 3))


def test_half_and_double_a_measurement_and_its_distance_to_a_constant_keep_every_bit():
    """What is published passes through these."""
    jsd, log_4 = Estimate(0.035313459048226324, 6.943808478157343e-16), math.log(4)
    assert 2 * jsd == Estimate(0.07062691809645265, 1.3887616956314686e-15) and (2 * jsd) / 2 == 0.5 * (2 * jsd) == jsd
    criterion = 2 * jsd - log_4
    assert (criterion.value, criterion.error) == (2 * jsd.value - log_4, 2 * jsd.error + math.ulp(criterion.value))


def test_a_number_that_is_no_double_is_rounded_into_the_error():
    for number in (Fraction(1, 3), 2**53 + 1, Fraction(1, 10**400)):
        estimate = Estimate(number, 0)
        assert 0 < abs(Fraction(estimate.value) - number) <= Fraction(estimate.error)
    assert Estimate(np.float32(0.1), np.int8(1)) == Estimate(float(np.float32(0.1)), 1.0)
    assert hold(Estimate(1.0, 0.1) + Fraction(1, 3), Fraction(1.1) + Fraction(1, 3) - Fraction(1, 10**17))


@few
@given(estimates(moderate))
def test_the_ends_are_rounded_outward(a):
    low, high = interval(a)
    assume(math.isfinite(a.lower) and math.isfinite(a.upper))
    assert Fraction(a.lower) <= low < Fraction(math.nextafter(a.lower, math.inf))
    assert Fraction(math.nextafter(a.upper, -math.inf)) < high <= Fraction(a.upper)


# With arrays, and as arrays


def same_batch(batch, elements) -> None:
    """The values to the last bit, and errors that are little larger."""
    assert isinstance(batch, Estimates)
    for found, one in zip(batch.reshape((-1,)), elements, strict=True):
        assert found.value == one.value
        assert found.error <= (one.error + 2 * math.ulp(one.value)) * (1 + 1e-14)


@pytest.mark.parametrize("operation", BINARY)
@few
@given(array=st.lists(plain, min_size=1, max_size=4).map(np.array), one=estimates(plain))
def test_an_array_makes_a_batch_element_by_element(operation, array, one):
    for flipped in (False, True):
        try:
            batch = operation(one, array) if flipped else operation(array, one)
        except (ZeroDivisionError, OverflowError):
            continue
        same_batch(batch, [operation(one, x) if flipped else operation(x, one) for x in array.tolist()])


@pytest.mark.parametrize("operation", BINARY)
@few
@given(a=estimates(), b=estimates(), at=st.tuples(shares, shares))
def test_a_batch_holds_all_results_of_the_points_of_its_elements(operation, a, b, at):
    def on_batches(a, b):
        return operation(Estimates([a.value], [a.error]), Estimates([b.value], [b.error]))[0]

    check(on_batches, a, b, at, operation)


@pytest.mark.parametrize("operation", BINARY)
def test_batches_broadcast(operation):
    one, other = [Estimate(0.1, 1e-3), Estimate(-3.0, 0.0)], [Estimate(7.0, 0.5), Estimate(1e-3, 1e-5), Estimate(1.0, 0.1)]
    left, right = (Estimates([a.value for a in some], [a.error for a in some]) for some in (one, other))
    batch = operation(left.reshape((2, 1)), right)
    assert batch.shape == (2, 3)
    same_batch(batch, [operation(a, b) for a in one for b in other])


def test_numpy_on_the_left_loses_nothing():
    a = Estimate(0.1, 0.01)
    assert np.add(a, 1.0) == np.float64(1.0) + a == a + 1.0
    assert np.float64(3) * a == np.int64(3) * a == np.float32(3) * a == np.array(3.0) * a == 3 * a
    assert np.float64(3) - a == 3 - a and np.float64(3) / a == 3 / a == np.divide(3.0, a)
    assert np.negative(a) == -a and np.abs(a) == abs(a) and np.power(a, 2) == a**2 == a**2.0 == a * a
    assert np.array([1.0, 2.0]) * a == a * np.array([1.0, 2.0]) == Estimates([0.1, 0.2], [0.01, 0.02])
    assert sum([a, a, a]).error >= 0.03


def test_whole_numbers_beyond_2_to_the_53_are_rounded_into_the_errors_of_a_batch():
    batch = Estimate(0.0, 0.0) + np.array([2**53 + 1, 1])
    assert abs(2**53 + 1 - int(batch.value[0])) <= batch.error[0]


# Infinities


INFINITE = Divergent("q is 0 on [0, 1]")


@pytest.mark.parametrize(
    ("operation", "sign"),
    [
        (lambda x: x + 1, 1),
        (lambda x: 1 + x, 1),
        (lambda x: x - Estimate(1.0, 0.1), 1),
        (lambda x: Estimate(1.0, 0.1) + x, 1),
        (lambda x: Estimate(1.0, 0.1) - x, -1),
        (lambda x: 1 - x, -1),
        (lambda x: x + x, 1),
        (lambda x: 2 * x, 1),
        (lambda x: x * -2, -1),
        (lambda x: x / -4, -1),
        (lambda x: x / 1e-320, 1),
        (lambda x: Estimate(-1.0, 0.1) * x, -1),
        (lambda x: x * x, 1),
        (lambda x: x * -x, -1),
        (lambda x: np.float64(2) * x, 1),
        (lambda x: abs(-x), 1),
        (lambda x: (-x) ** 2, 1),
        (lambda x: (-x) ** 3, -1),
        (lambda x: Enclosure(1, 2) - x, -1),
    ],
)
def test_an_infinity_takes_in_what_is_finite_and_keeps_its_reason(operation, sign):
    result = operation(INFINITE)
    assert isinstance(result, Divergent)
    assert float(result) == result.lower == result.upper == sign * math.inf
    assert result.reason == INFINITE.reason


@pytest.mark.parametrize(
    "undefined",
    [
        lambda: INFINITE - INFINITE,
        lambda: 0 * INFINITE,
        lambda: INFINITE + -INFINITE,
        lambda: Estimate(1.0, 2.0) * INFINITE,
        lambda: INFINITE / INFINITE,
        lambda: INFINITE**0,
        lambda: np.array([1.0, 0.0]) * INFINITE,
    ],
)
def test_what_has_no_value_is_refused(undefined):
    with pytest.raises(ValueError, match=r"has no value"):
        undefined()


def test_a_finite_number_over_an_infinity_is_0():
    assert 1 / INFINITE == Estimate(3.0, 0.5) / -INFINITE == INFINITE**-1 == Estimate(0.0, 0.0)


def test_a_batch_keeps_its_infinities_where_they_are():
    batch = Estimates([1.0, math.inf, 2.0], [0.1, 0.0, 0.2], {1: INFINITE})
    for result in (2 * batch, batch + Estimate(1.0, 0.5), batch - np.ones(3), batch / 4, batch * batch, batch**2):
        assert result[1] == INFINITE and isinstance(result[0], Estimate)
    assert (-batch)[1] == (1 - batch)[1] == -INFINITE and (1 / batch)[1] == Estimate(0.0, 0.0)
    rows = batch * Estimates([[1.0], [-1.0]], [[0.0], [0.0]])
    assert rows[0, 1] == INFINITE and rows[1, 1] == -INFINITE and rows[1, 2] == Estimate(-2.0, 0.2)
    assert (INFINITE + np.zeros((2, 2)))[1, 0] == INFINITE
    assert batch.lower[1] == batch.upper[1] == math.inf
    with pytest.raises(ValueError, match="has no value"):
        batch - batch


# What is refused


@pytest.mark.parametrize(
    "operation",
    [
        lambda a: a + True,
        lambda a: a * "2",
        lambda a: a + None,
        lambda a: 1j * a,
        lambda a: a + np.array([True]),
        lambda a: a**0.5,
        lambda a: 2**a,
        lambda a: a**a,
        lambda a: a % 2,
        lambda a: a // 2,
        lambda a: np.exp(a),
        lambda a: np.maximum(a, 0.0),
        lambda a: np.add(a, 1.0, out=np.zeros(())),
        lambda a: np.add.reduce(a),
        lambda a: np.sum(Estimates([1.0], [0.1])),
        lambda a: np.exp(Estimates([1.0], [0.1])),
        lambda a: np.exp(Enclosure(0, 1)),
        lambda a: a + np.array([a, a]),
    ],
)
def test_an_operation_without_a_known_error_is_a_type_error(operation):
    for one in (Estimate(2.0, 0.1), INFINITE):
        with pytest.raises(TypeError, match=r"^\S.*\w"):
            operation(one)


@pytest.mark.parametrize("one", [Estimate(2.0, 0.1), INFINITE, Enclosure(0, 1), Estimates([1.0], [0.1])])
@pytest.mark.parametrize("order", [operator.lt, operator.le, operator.gt, operator.ge])
def test_there_is_no_order_but_of_the_ends(one, order):
    for other in (1.0, np.float64(1.0), one):
        for sides in ((one, other), (other, one)):
            with pytest.raises(TypeError, match="has no order: compare the ends of the interval, `lower` and `upper`"):
                order(*sides)


def test_equality_is_of_value_and_error_and_never_with_a_number():
    assert Estimate(2.0, 0.0) == Estimate(2, 0) != Estimate(2.0, 0.1)
    for number in (2.0, np.float64(2.0)):
        assert not Estimate(2.0, 0.0) == number and not number == Estimate(2.0, 0.0) and number != Estimate(2.0, 0.0)
    assert Estimates([1.0], [0.1]) == Estimates([1.0], [0.1]) != Estimates([1.0], [0.2])
    assert Estimates([math.inf], [0.0], {0: INFINITE}) != Estimates([math.inf], [0.0], {0: Divergent("elsewhere")})


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, np.float64("nan")])
def test_a_number_must_be_finite(number):
    for one in (Estimate(2.0, 0.1), INFINITE, Enclosure(0, 1)):
        for operation in BINARY:
            with pytest.raises(ValueError, match="A number must be finite"):
                operation(one, number)
    with pytest.raises(ValueError, match="must have a finite value"):
        Estimate(1.0, 0.0) + np.array([number])


def test_what_is_beyond_the_largest_double_is_an_overflow():
    for operation in (
        lambda: Estimate(1e308, 0.0) * 10,
        lambda: Estimate(1e308, 1e308) + Estimate(1e308, 0),
        lambda: Estimate(10, 0) ** 400,
    ):
        with pytest.raises(OverflowError, match=r"must be within the range of doubles|beyond"):
            operation()


# Under JAX's transformations


VALUES, ERRORS = [0.1, -3.7, 2.5e-3, 1e-9, -1e-9, 0.0], [1e-3, 0.0, 1e-5, 0.1, 0.3, 0.7]


@pytest.mark.parametrize("operation", BINARY)
@pytest.mark.parametrize("x64", [False, True])
def test_traced_arithmetic_holds_the_result_too(operation, x64):
    with jax.enable_x64(x64):
        values, errors = jnp.array(VALUES), jnp.array(ERRORS)
        elements = [Estimate(float(v), float(e)) for v, e in zip(values, errors, strict=True)]
        for other in (Estimate(0.7, 1e-4), np.array([0.1, 7.0, -3.0, 0.1, 0.3, 1e-9])):
            for flipped in (False, True):

                @jax.jit
                def traced(values, errors, other=other, flipped=flipped):
                    batch = Estimates(values, errors)
                    found = operation(other, batch) if flipped else operation(batch, other)
                    return found.value, found.error

                found = zip(*(np.asarray(a, np.float64).tolist() for a in traced(values, errors)), strict=True)
                others = other.tolist() if isinstance(other, np.ndarray) else [other] * len(elements)
                for (value, error), one, y in zip(found, elements, others, strict=True):
                    left, right = (y, one) if flipped else (one, y)
                    if operation is operator.truediv and min(interval(right)) <= 0 <= max(interval(right)):
                        assert error == math.inf  # nothing can be raised here
                        continue
                    assert all(hold(Estimate(value, error), operation(a, b)) for a in interval(left) for b in interval(right))


def test_what_measures_can_be_differentiated():
    def criterion(x):
        return (2 * Estimates(x**2, 1e-3 * abs(x)) - math.log(4)).value

    assert jax.grad(criterion)(3.0) == 12.0
    assert jax.grad(lambda x: ((1 - Estimates(x, 0 * x)) ** 2 / Estimate(2.0, 0.1)).value)(3.0) == 2.0
