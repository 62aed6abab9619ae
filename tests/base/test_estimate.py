import json
import math

import numpy as np
import pytest

from gantheory import Divergent, Estimate, Estimates
from gantheory.base.estimate import bounded, finite, single

INFINITE = Divergent("q is 0 on [0, 1]")
BATCH = Estimates(np.array([[1.0, math.inf], [0.5, 2.0]]), np.array([[0.1, 0.0], [0.0, 0.2]]), {1: INFINITE})


def test_bounds_float_and_repr():
    estimate = Estimate(0.11142148, 4e-13)
    assert 0.11142147999959 < estimate.lower < 0.1114214799996001 and 0.1114214800003999 < estimate.upper < 0.11142148000041
    assert float(estimate) == 0.11142148
    assert repr(estimate) == str(estimate) == f"{estimate}" == "0.1114 ± 4e-13"


@pytest.mark.parametrize(
    ("value", "error"),
    [(math.nan, 0.0), (math.inf, 0.0), (-math.inf, 1.0), (0.0, -1.0), (0.0, math.nan), (0.0, math.inf), (1, -1)],
)
def test_an_estimate_is_never_nan_nor_infinite(value, error):
    with pytest.raises(ValueError, match="An Estimate must have a finite value and a finite error of at least 0"):
        Estimate(value, error)
    with pytest.raises(ValueError, match="An Estimate must have a finite value and a finite error of at least 0"):
        Estimates([1.0, value], [0.0, error])


@pytest.mark.parametrize("number", [True, "1", None, 1j, np.ones(2)])
def test_an_estimate_is_of_real_numbers(number):
    for arguments in ((number, 0.0), (0.0, number)):
        with pytest.raises(TypeError):
            Estimate(*arguments)


def test_an_estimate_cannot_be_changed():
    with pytest.raises(AttributeError):
        Estimate(0.0, 0.0).value = 1.0  # pyright: ignore


def test_divergent_is_infinite_and_says_why():
    assert float(INFINITE) == math.inf
    assert float(-INFINITE) == -math.inf
    assert repr(INFINITE) == f"{INFINITE:.3f}" == "inf (q is 0 on [0, 1])"
    assert repr(-INFINITE) == "-inf (q is 0 on [0, 1])"


@pytest.mark.parametrize(
    ("estimate", "spec", "written"),
    [
        (Estimate(0.11142148, 4e-13), ".3f", "0.111 ± 0.00043"),  # 0.00042148, rounded up
        (Estimate(0.11142148, 4e-13), ".10f", "0.1114214800 ± 4.1e-13"),
        (Estimate(1234.5, 0.25), ",.1f", "1,234.5 ± 0.25"),
        (Estimate(-1.5, 0.0), ".2e", "-1.50e+00 ± 0"),
        (Estimate(0.5, 0.013), "g", "0.5 ± 0.013"),  # this double is a little less than 0.013
        (Estimate(0.5, 0.01), "g", "0.5 ± 0.011"),  # and this one more than 0.01
        (Estimate(-1e-5, 0.0), "7.1f", "   -0.0 ± 0.000011"),
    ],
)
def test_what_a_format_writes_holds_what_the_estimate_holds(estimate, spec, written):
    assert format(estimate, spec) == written
    value, _, error = written.replace(",", "").partition("±")
    assert float(value) - float(error) <= estimate.lower and estimate.upper <= float(value) + float(error)


@pytest.mark.parametrize("spec", [".2%", "*>9.2f", "d"])
def test_a_format_must_write_a_number(spec):
    with pytest.raises(ValueError):
        format(Estimate(0.5, 0.1), spec)


def test_a_notebook_shows_them_as_formulas_and_tables():
    assert Estimate(0.11142148, 4e-13)._repr_latex_() == r"$0.1114 \pm 4 \times 10^{-13}$"
    assert Estimate(-2.0, 0.0)._repr_latex_() == r"$-2 \pm 0$"
    assert Estimate(-0.11142148, 4e-13)._repr_html_() == "−0.1114 ± 4 × 10<sup>−13</sup>"
    assert Estimate(2.5e20, 1e5)._repr_html_() == "2.5 × 10<sup>20</sup> ± 1 × 10<sup>5</sup>"
    assert Divergent("p > q", -1)._repr_html_() == "−∞ <small>(p &gt; q)</small>"
    table = BATCH._repr_html_()
    assert table.count("<tr>") == 4 and "<td>0</td><td>1 ± 0.1</td>" in table and "<td>1</td><td>inf (q is 0 on [0, 1])</td>" in table
    assert Estimates(np.zeros(1000), np.zeros(1000))._repr_html_().count("<tr>") == 31


def test_a_record_is_what_json_has():
    records = [Estimate(0.1, 4e-13).record(), INFINITE.record(), BATCH.record(), Estimates(1.0, 0.5).record()]
    assert json.loads(json.dumps(records, allow_nan=False)) == [
        {"value": 0.1, "error": 4e-13},
        {"infinite": "q is 0 on [0, 1]"},
        [[{"value": 1.0, "error": 0.1}, {"infinite": "q is 0 on [0, 1]"}], [{"value": 0.5, "error": 0.0}, {"value": 2.0, "error": 0.2}]],
        {"value": 1.0, "error": 0.5},
    ]


# Batches


def test_an_element_of_a_batch_is_an_estimate_or_divergent():
    assert BATCH.shape == (2, 2) and len(BATCH) == 2
    assert BATCH[0, 0] == Estimate(1.0, 0.1) and BATCH[0, 1] == INFINITE
    assert BATCH[:, 1][0] == BATCH.reshape((4,))[1] == INFINITE and BATCH[1] == Estimates([0.5, 2.0], [0.0, 0.2])
    assert [type(one) for one in BATCH[0]] == [Estimate, Divergent]
    assert BATCH.lower[0, 1] == BATCH.upper[0, 1] == math.inf
    for at in ((0, 0), (1, 0), (1, 1)):
        assert (
            BATCH[at].lower - 1e-15 <= BATCH.lower[at] <= BATCH[at].lower and BATCH[at].upper <= BATCH.upper[at] <= BATCH[at].upper + 1e-15
        )
    assert f"{BATCH[1]:.1f}" == "[0.5 ± 0, 2.0 ± 0.21]"


def test_the_arrays_of_a_batch_have_one_shape():
    with pytest.raises(ValueError, match=r"must have the same shape. Got \(2,\) and \(1,\)"):
        Estimates([1.0, 2.0], [0.1])


def test_a_batch_is_no_number():
    assert float(Estimates(1.0, 0.5)) == 1.0
    with pytest.raises(TypeError):
        float(BATCH)


# What a quantity is known to be


def test_a_single_quantity_is_no_batch_and_a_finite_one_no_infinity():
    one = Estimate(1.0, 0.1)
    assert single(one) is finite(one) is one and single(INFINITE) is INFINITE and finite(BATCH) is BATCH
    with pytest.raises(TypeError, match=r"Got a batch of shape \(2, 2\)"):
        single(BATCH)
    with pytest.raises(TypeError, match=r"A bounded quantity must be an Estimate. Got inf \(q is 0"):
        finite(INFINITE)


def test_a_bounded_quantity_is_clamped_with_its_error():
    assert bounded(Estimate(1.25, 0.5), 1.0) == Estimate(1.0, 0.5)
    assert bounded(Estimates([1.25, 0.5], [0.5, 0.25]), 1.0) == Estimates([1.0, 0.5], [0.5, 0.25])


def test_the_error_of_a_bounded_quantity_reaches_the_farther_end_and_no_farther():
    for value, farthest in ((0.25, 0.75), (0.875, 0.875), (1e9, 1.0), (-1e-17, 1.0)):
        found = bounded(Estimate(value, 1e9), 1.0)
        assert farthest <= found.error <= farthest * (1 + 1e-14)
        assert bounded(Estimates([value], [1e9]), 1.0)[0] == found
