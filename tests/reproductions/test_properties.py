import numpy as np
import pytest

from gantheory import Divergent, Estimate
from gantheory.reproductions.properties import Property, two_digits

INSIDE, ABOVE = Estimate(1.0, 0.2), Estimate(2.0, 0.2)


@pytest.mark.parametrize(
    ("measured", "relation", "bound", "holds"),
    [
        (Estimate(1.0, 0.2), "<=", 1.25, True),
        (Estimate(1.0, 0.2), "<=", 1.1, False),  # some of the interval is beyond
        (Estimate(1.0, 0.2), ">=", 0.9, False),
        (Estimate(1.0, 0.2), ">=", 0.75, True),
        (Estimate(1.0, 0.25), ">", 0.75, False),
        (Estimate(1.0, 0.25), ">=", 0.75, True),
        (Estimate(1.0, 0.25), "<", 1.25, False),
        (Estimate(1.0, 0.25), "<=", 1.25, True),
        (Estimate(1.0, 0.25), "==", 1.25, True),
        (Estimate(1.0, 0.25), "==", 1.3, False),
        (Estimate(0.0, 0.0), "==", 0.0, True),
        (0.5, "<", 0.5, False),
        (0.5, "<=", 0.5, True),
        (3, ">=", 1, True),
        (np.float64(0.5), "<=", 1.0, True),  # a bool, which JSON has, and not NumPy's
        (float("nan"), "<=", 1.0, False),
        (float("nan"), ">", 0.0, False),
        (Divergent("no mass"), ">=", 0.0, False),
        (Divergent("no mass"), "<=", 0.0, False),
    ],
)
def test_a_property_holds_only_if_the_whole_interval_satisfies_it(measured, relation, bound, holds):
    assert Property("a", "JSD", measured, relation, bound).holds is holds


def test_an_unknown_relation_is_not_let_pass():
    with pytest.raises(KeyError):
        assert Property("a", "JSD", 1.0, "~", 1.0).holds


def test_the_sentence_states_value_error_claim_and_verdict():
    assert Property("a", "JSD", Estimate(0.5, 1e-3), ">=", 0.02).sentence() == "(a) JSD = 0.5 ± 0.001, claimed >= 0.02: holds"
    assert Property("b", "sup |D - D*|", 0.25, "<=", 0.03).sentence() == "(b) sup |D - D*| = 0.25, claimed <= 0.03: FAILS"


@pytest.mark.parametrize(
    ("measured", "number"),
    [
        (Estimate(0.5, 1e-3), {"value": 0.5, "error": 1e-3}),
        (0.5, {"value": 0.5, "error": None}),
        (Divergent("no mass"), {"infinite": "no mass"}),
    ],
)
def test_the_record_is_what_json_can_hold(measured, number):
    one = Property("a", "JSD", measured, "<=", 0.75)
    expected = {"panel": "a", "quantity": "JSD", **number, "claim": "<= 0.75", "holds": not isinstance(measured, Divergent)}
    assert one.record() == expected


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0.25, "0.25"),
        (12.34, "12"),
        (0.001234, "0.0012"),
        (1.234e-5, r"$1.2 \times 10^{-5}$"),
        (-45678.0, r"$-4.6 \times 10^{4}$"),
        (0.0, "0"),
    ],
)
def test_two_digits_of_a_number_are_shown(number, shown):
    assert two_digits(number) == shown


def test_a_figure_shows_the_symbol_and_two_digits():
    assert Property("a", "JSD", Estimate(0.0316, 1e-9), "<=", 0.1, r"$\mathrm{JSD}$").drawn() == r"$\mathrm{JSD}$ = 0.032"
