"""The verdict of a claim from those of its layers, and evidence that decides nothing or the opposite."""

import pytest
import sympy as sp

from gantheory.evidence.claim import Claim, Judged, Judgement, Verdict
from gantheory.evidence.enclosure import Enclosed
from gantheory.evidence.formal import Formal
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import Counterexample, Symbolic
from gantheory.evidence.trained import Trained
from gantheory.theorems.verdicts import failed


@pytest.mark.parametrize(
    ("found", "verdict", "fails"),
    [
        ((Verdict.CONSISTENT, Verdict.PROVED), Verdict.PROVED, False),
        ((Verdict.PROVED, Verdict.REFUTED), Verdict.REFUTED, True),
        ((Verdict.UNDECIDED, Verdict.CONSISTENT), Verdict.CONSISTENT, False),
        ((Verdict.UNDECIDED,), Verdict.UNDECIDED, True),
        ((Verdict.ENCLOSED, Verdict.CONSISTENT, Verdict.SKIPPED), Verdict.ENCLOSED, False),
        ((Verdict.SKIPPED,), Verdict.SKIPPED, False),
        ((), Verdict.UNDECIDED, True),
    ],
)
def test_a_claim_has_its_strongest_layers_verdict_unless_one_refutes_it(found, verdict, fails):
    judged = Judged(Claim("x", "", "", ()), tuple(Judgement("quadrature", one, 0.0, "") for one in found))
    assert (judged.verdict, judged.fails) == (verdict, fails)
    assert failed([judged]) == (["x"] if fails else [])


@pytest.mark.parametrize(
    "nothing",
    [
        Quadrature(lambda: []),
        Trained(lambda: []),
        Enclosed(lambda: []),
        Symbolic(lambda witness: {}),
        Counterexample(lambda: {}),
        Formal(()),
    ],
    ids=lambda evidence: type(evidence).__name__,
)
def test_evidence_without_content_decides_nothing(nothing):
    found = nothing.judge()
    assert found.verdict == Verdict.UNDECIDED and found.why


def test_an_erratum_that_is_printed_right_is_refuted():
    found = Counterexample(lambda: {"one and one": (sp.Integer(2), sp.Integer(1) + 1)}).judge()
    assert found.verdict == Verdict.REFUTED


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("name", "evidence", "said"),
    [
        ("", (), "`name` of a Claim must be text"),
        (3, (), "Got 3"),
        ("x", Quadrature(lambda: []), "must be a tuple"),
        ("x", (lambda: True,), "must have a `judge`"),
        ("x", (Quadrature(lambda: [], layer="magic"),), "a `layer` of symbolic, formal"),
    ],
)
def test_a_claim_of_other_parts_is_refused(name, evidence, said):
    with pytest.raises(ValueError, match=said):
        Claim(name, "", "", evidence)
