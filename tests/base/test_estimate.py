import math
import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gantheory import Divergent, Estimate

numbers = st.floats(-1e6, 1e6)
errors = st.floats(0, 1e3)
estimates = st.builds(Estimate, numbers, errors)
INFINITE = Divergent("q is 0 on [0, 1]")


@given(estimates, estimates)
def test_errors_add_and_never_cancel(a, b):
    for operation in (operator.add, operator.sub):
        result = operation(a, b)
        assert result.value == operation(a.value, b.value)
        assert a.error + b.error <= result.error <= a.error + b.error + math.ulp(result.value)


@given(estimates, numbers)
def test_exact_scalars_shift_and_scale(a, scalar):
    assert a + scalar == scalar + a == Estimate(a.value + scalar, a.error + math.ulp(a.value + scalar))
    assert a - scalar == Estimate(a.value - scalar, a.error + math.ulp(a.value - scalar))
    assert scalar - a == Estimate(scalar - a.value, a.error + math.ulp(scalar - a.value))
    assert a * scalar == scalar * a == Estimate(a.value * scalar, a.error * abs(scalar))
    assert -a == Estimate(-a.value, a.error)


def test_division_is_by_an_exact_scalar():
    assert Estimate(3.0, 0.5) / -2 == Estimate(-1.5, 0.25)


def test_bounds_float_and_repr():
    estimate = Estimate(0.11142148, 4e-13)
    assert (estimate.lower, estimate.upper) == (0.11142148 - 4e-13, 0.11142148 + 4e-13)
    assert float(estimate) == 0.11142148
    assert repr(estimate) == "0.1114 ± 4e-13"


@pytest.mark.parametrize(("value", "error"), [(math.nan, 0.0), (math.inf, 0.0), (-math.inf, 1.0), (0.0, -1.0), (0.0, math.nan)])
def test_an_estimate_is_never_nan_nor_infinite(value, error):
    with pytest.raises(ValueError, match="An Estimate must have a finite value and an error of at least 0"):
        Estimate(value, error)


def test_an_estimate_cannot_be_changed():
    with pytest.raises(AttributeError):
        Estimate(0.0, 0.0).value = 1.0  # pyright: ignore


def test_divergent_is_infinite_and_says_why():
    assert float(INFINITE) == math.inf
    assert float(-INFINITE) == -math.inf
    assert repr(INFINITE) == "inf (q is 0 on [0, 1])"
    assert repr(-INFINITE) == "-inf (q is 0 on [0, 1])"


@pytest.mark.parametrize(
    ("result", "sign"),
    [
        (INFINITE + 1, 1),
        (1 + INFINITE, 1),
        (INFINITE - Estimate(1.0, 0.1), 1),
        (Estimate(1.0, 0.1) + INFINITE, 1),
        (Estimate(1.0, 0.1) - INFINITE, -1),
        (1 - INFINITE, -1),
        (INFINITE + INFINITE, 1),
        (2 * INFINITE, 1),
        (INFINITE * -2, -1),
        (INFINITE / -4, -1),
    ],
)
def test_divergent_absorbs_what_is_finite_and_keeps_its_reason(result, sign):
    assert isinstance(result, Divergent)
    assert float(result) == sign * math.inf
    assert "q is 0 on [0, 1]" in repr(result)


@pytest.mark.parametrize("undefined", [lambda: INFINITE - INFINITE, lambda: 0 * INFINITE, lambda: INFINITE + -INFINITE])
def test_what_has_no_value_is_refused(undefined):
    with pytest.raises(ValueError, match="no value"):
        undefined()
