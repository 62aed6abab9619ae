"""When a run stops by itself."""

import pytest

from gantheory.explorer.stops import Stop, reached, stop_of


def head(two_jsd, rule="learning"):
    return {"iteration": 7, "numbers": {"two_jsd": [two_jsd, 0.0]}, "verdict": {"rule": rule, "words": "What is seen."}}


def test_a_condition_holds_where_its_number_is_passed_or_its_rule_speaks():
    below, above = stop_of({"what": "2 JSD below", "than": 0.1}), stop_of({"what": "2 JSD above", "than": 0.1})
    assert reached(below, head(0.05)) == "Stopped at iteration 7: 2 JSD = 0.05 is below 0.1."
    assert reached(above, head(0.25)) == "Stopped at iteration 7: 2 JSD = 0.25 is above 0.1."
    assert not reached(below, head(0.25)) and not reached(above, head(0.05)) and not reached(below, head(float("nan")))
    flat = stop_of({"what": "D flat"})
    assert flat == Stop("D flat", 0.0)
    assert reached(flat, head(0.2, "flat")) == "Stopped at iteration 7: What is seen."
    assert not reached(flat, head(0.2)) and not reached(None, head(0.2, "flat"))


@pytest.mark.parametrize(
    "spec",
    ["x", 3, {}, {"what": "x"}, {"what": "2 JSD below"}, {"what": "2 JSD below", "than": float("nan")}, {"what": "2 JSD above", "than": 9}],
)
def test_another_condition_is_refused_in_a_sentence(spec):
    with pytest.raises(ValueError, match=r"must be .* Got "):
        stop_of(spec)
