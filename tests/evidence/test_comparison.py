"""Numbers are compared with their errors, intervals by their ends; other relations than the two are refused."""

import pytest

from gantheory.base.estimate import Divergent, Enclosure, Estimate, Undecided
from gantheory.evidence.claim import Verdict
from gantheory.evidence.comparison import Comparison
from gantheory.evidence.enclosure import Enclosed
from gantheory.evidence.quadrature import Quadrature
from gantheory.measurement import divergences


@pytest.mark.parametrize(
    ("comparison", "verdict"),
    [
        (Comparison("", Estimate(1.0, 0.1), "=", Estimate(1.15, 0.1)), Verdict.CONSISTENT),
        (Comparison("", Estimate(1.0, 0.1), "=", Estimate(1.25, 0.1)), Verdict.REFUTED),
        (Comparison("", 1.0, "<=", 1.0), Verdict.CONSISTENT),
        (Comparison("", 1.0, "<=", 0.999), Verdict.REFUTED),
        (Comparison("", 1.0, "<=", float("inf")), Verdict.CONSISTENT),
        (Comparison("", float("inf"), "<=", 1.0), Verdict.REFUTED),
        (Comparison("", float("inf"), "=", Divergent("")), Verdict.CONSISTENT),
        (Comparison("", 1.0, "<=", float("nan")), Verdict.UNDECIDED),
        (Comparison("", float("nan"), "=", Divergent("")), Verdict.UNDECIDED),
        (Comparison("", Estimate(-110.6, 1e308), "<=", -1.0), Verdict.UNDECIDED),
    ],
)
def test_numbers_are_compared_with_their_errors(comparison, verdict):
    assert Quadrature(lambda: [comparison]).judge().verdict == verdict


def test_what_is_no_number_is_refused():
    with pytest.raises(TypeError):
        Quadrature(lambda: [Comparison("", divergences.kl, "=", 1.0)]).judge()


@pytest.mark.parametrize("relation", ["<", ">=", "is"])
def test_an_unknown_relation_is_refused(relation):
    with pytest.raises(ValueError, match="must be one of =, <="):
        Comparison("", 1.0, relation, 1.0)


@pytest.mark.parametrize(
    ("comparison", "verdict"),
    [
        (Comparison("", Enclosure(0, 1), "<=", Enclosure(1, 2)), Verdict.ENCLOSED),
        (Comparison("", Enclosure(0, 2), "<=", Enclosure(1, 3)), Verdict.UNDECIDED),
        (Comparison("", Enclosure(2, 3), "<=", Enclosure(0, 1)), Verdict.REFUTED),
        (Comparison("", Enclosure(0, 2), "=", Enclosure(1, 3)), Verdict.ENCLOSED),
        (Comparison("", Enclosure(0, 1), "=", Enclosure(2, 3)), Verdict.REFUTED),
        (Comparison("", Enclosure(2, 3), "=", Enclosure(0, 1)), Verdict.REFUTED),
        (Comparison("", float("inf"), "=", Divergent("")), Verdict.ENCLOSED),
        (Comparison("", Divergent(""), "<=", Enclosure(0, 1)), Verdict.REFUTED),
        (Comparison("", Undecided(""), "=", Enclosure(0, 1)), Verdict.UNDECIDED),
    ],
)
def test_intervals_are_compared_by_their_ends(comparison, verdict):
    assert Enclosed(lambda: [comparison]).judge().verdict == verdict
