import json
import math
import operator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gantheory import Divergent, Enclosure, Estimate, Estimates, Undecided

BINARY = (operator.add, operator.sub, operator.mul, operator.truediv)
THIRD = Enclosure(Fraction(1, 3), Fraction(1, 2))
fractions = st.one_of(st.fractions(), st.floats(allow_nan=False, allow_infinity=False).map(Fraction), st.integers(-3, 3).map(Fraction))
enclosures = st.tuples(fractions, fractions).map(lambda ends: Enclosure(*sorted(ends)))
shares = st.fractions(0, 1)
exact_numbers = st.one_of(st.integers(), st.fractions(), st.floats(allow_nan=False, allow_infinity=False))


def points(one, share):
    """Both ends and one point between them."""
    return (one.lower, one.upper, one.lower + share * one.width) if isinstance(one, Enclosure) else (Fraction(one),)


@pytest.mark.parametrize("operation", BINARY)
@settings(deadline=None)
@given(a=enclosures, b=st.one_of(enclosures, exact_numbers), at=st.tuples(shares, shares))
def test_a_result_is_the_least_enclosure_of_all_results(operation, a, b, at):
    for left, right in ((a, b), (b, a)):
        if operation is operator.truediv and min(points(right, 0)) <= 0 <= max(points(right, 0)):
            with pytest.raises(ZeroDivisionError, match="must not be 0 anywhere in its interval"):
                operation(left, right)
            continue
        result = operation(left, right)
        exact = [operation(x, y) for x in points(left, at[0]) for y in points(right, at[1])]
        assert type(result.lower) is type(result.upper) is Fraction
        assert (result.lower, result.upper) == (min(exact), max(exact))


@given(enclosures, shares, st.integers(-4, 4))
def test_powers_and_signs(a, share, exponent):
    for x in points(a, share):
        assert -x in -a and x in +a and abs(x) in abs(a)
    assume(exponent >= 0 or not a.lower <= 0 <= a.upper)
    assert all(x**exponent in a**exponent for x in points(a, share))


def test_an_even_power_is_not_negative():
    assert (
        Enclosure(-2, 1) ** 2 == Enclosure(0, 4) and abs(Enclosure(-2, 1)) == Enclosure(0, 2) and Enclosure(-2, 1) ** 3 == Enclosure(-8, 1)
    )


def test_a_double_is_the_number_that_it_is():
    assert THIRD * 0.1 == np.float64(0.1) * THIRD == THIRD * Fraction(0.1) != THIRD * Fraction(1, 10)
    assert 1 - THIRD == Enclosure(Fraction(1, 2), Fraction(2, 3)) and 1 / THIRD == Enclosure(2, 3)
    assert np.subtract(1, THIRD) == np.int8(1) - THIRD == 1 - THIRD


def test_beside_an_estimate_it_proves_nothing():
    """An Estimate holds with its error; an Enclosure mixed with it is one."""
    measured = Estimate(1.0, 0.1)
    for operation in BINARY:
        for left, right in ((THIRD, measured), (measured, THIRD), (np.float64(1), THIRD)):
            result = operation(left, right)
            assert isinstance(result, Enclosure if left == 1 else Estimate)
    total = THIRD + measured
    assert Fraction(total.lower) <= Fraction(1, 3) + Fraction(0.9) and Fraction(3, 2) + Fraction(0.1) <= Fraction(total.upper)
    assert isinstance(THIRD + Divergent("q is 0"), Divergent)
    for other in (Estimates([1.0], [0.1]), np.ones(1)):
        batch = THIRD * other
        assert isinstance(batch, Estimates) and batch.lower[0] <= Fraction(1, 3) and Fraction(1, 2) <= batch.upper[0]


@given(enclosures)
def test_as_an_estimate_it_reaches_both_ends(a):
    try:
        estimate = a.estimate()
    except OverflowError:
        assert max(abs(a.lower), abs(a.upper), a.width) > 1e308
        return
    assert all(abs(end - Fraction(estimate.value)) <= Fraction(estimate.error) for end in (a.lower, a.upper))


@pytest.mark.parametrize("other", [True, "1", None, 1j, np.array([True])])
def test_what_is_not_exact_is_refused(other):
    for operation in BINARY:
        for sides in ((THIRD, other), (other, THIRD)):
            with pytest.raises(TypeError):
                operation(*sides)
    for exponent in (0.5, THIRD, other):
        with pytest.raises(TypeError):
            THIRD**exponent


def test_the_ends_are_in_order():
    assert Enclosure(0.5, 1) == Enclosure(Fraction(1, 2), Fraction(1))
    with pytest.raises(ValueError, match=r"`lower` of an Enclosure must not be above `upper`\. Got 1 and 0"):
        Enclosure(1, 0)


def test_what_lies_inside():
    assert Fraction(2, 5) in THIRD and 0.5 in THIRD and Fraction(3, 5) not in THIRD
    assert Estimate(0.6, 0.2) in THIRD and Estimate(0.6, 0.05) not in THIRD


@given(enclosures, st.integers(0, 30))
def test_decimals_are_rounded_outward(a, decimals):
    lower, upper = (Fraction(end) for end in a.in_decimals(decimals))
    unit = Fraction(1, 10**decimals)
    assert lower <= a.lower < lower + unit and upper - unit < a.upper <= upper


def test_records_formats_and_formulas():
    assert THIRD.record(4) == {"lower": "0.3333", "upper": "0.5000"} and THIRD.record()["lower"] == "0.33333333333333333"
    assert f"{THIRD:.3f}" == "[0.333, 0.500]" and f"{THIRD}" == repr(THIRD) == "[0.3333333333333333, 0.5], 0.2 wide"
    assert (
        THIRD._repr_latex_() == r"$[0.33,\, 0.50]$"
        and Enclosure(0, 0)._repr_latex_() == r"$[0.000000000000000000,\, 0.000000000000000000]$"
    )
    with pytest.raises(ValueError, match=r"must be a number of decimals, such as \.6f\. Got '\.3g'"):
        f"{THIRD:.3g}"


def test_undecided_says_why_and_has_no_arithmetic():
    undecided = Undecided("G folds < 2 times", THIRD)
    assert repr(undecided) == f"{undecided:.3f}" == "undecided: G folds < 2 times"
    assert json.dumps(undecided.record(10)) == '{"undecided": "G folds < 2 times"}'
    assert undecided._repr_html_() == "undecided <small>(G folds &lt; 2 times)</small>"
    for other in (1, np.float64(1), THIRD, Estimate(1.0, 0.1), Divergent("q is 0"), undecided, np.ones(2)):
        for operation in BINARY:
            for sides in ((undecided, other), (other, undecided)):
                with pytest.raises(TypeError):
                    operation(*sides)


def test_an_infinite_number_is_no_end():
    with pytest.raises(ValueError, match=r"A number must be finite\. Got inf"):
        Enclosure(0.0, math.inf)
