"""Files of claims of one's own: whatever a file or one of its claims does is one sentence, and the other claims are judged."""

import json
import sys
from pathlib import Path

import pytest

import gantheory as gt
from gantheory.evidence.claim import Judged, Judgement, Verdict
from gantheory.theorems import CLAIMS, claim_file, own_claims

EXAMPLE = Path(__file__).parents[2] / "examples/my_claims.py"
BEGIN = """
import os, sys, time
from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison
from gantheory.evidence.quadrature import Quadrature
from gantheory.theorems import CLAIMS
def claim(name, makes): return Claim(name, "1 < 2", "me", (Quadrature(makes),))
def fine(): return [Comparison("1 <= 2", 1.0, "<=", 2.0)]
print("noise")
"""
HOSTILE = (
    BEGIN
    + """
mine = [
    claim("raises", lambda: 1 / 0),
    claim("nan", lambda: [Comparison("x", float("nan"), "<=", 1.0)]),
    claim("dies", lambda: os._exit(3)),
    claim("true", fine),
    claim("true", fine),
    claim("criterion", fine),
    claim("[/red]", lambda: [Comparison("2 <= 1", 2.0, "<=", 1.0)]),
    Claim("empty", "", "", ()),
    claim("hangs", lambda: time.sleep(1000)),
]
"""
)


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A function that writes a file of claims."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, claim_file.MODULE, raising=False)

    def write(text, name="mine.py"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def test_every_hostile_claim_is_named_in_one_sentence_and_the_others_are_judged(command, file):
    path = file(HOSTILE)
    said = command("verify", path, path.with_name("none.py"), "--timeout", "5", "--json")
    assert said.code == 2 and "noise" not in said.out
    found = {claim["name"]: claim["verdict"] for claim in reversed(json.loads(said.out)["claims"])}
    assert found == {
        **dict.fromkeys(("raises", "nan", "hangs", "dies", "criterion", "empty"), Verdict.UNDECIDED),
        "true": Verdict.CONSISTENT,
        "[/red]": Verdict.REFUTED,
    }
    for sentence in (
        f"{path.with_name('none.py')} cannot be read: No such file or directory.",
        "raises by quadrature: line 12 raised ZeroDivisionError: division by zero.",
        "nan by quadrature: x: nan <= 1.0 compares what is no number.",
        "dies by quadrature: its process ended with exit code 3.",
        "true by quadrature: not judged: its name is that of a claim above it.",
        "criterion by quadrature: not judged: its name is that of a claim of the theory.",
        "empty has no evidence.",
        "hangs by quadrature: not done after 5 seconds.",
        "8 of 9 claims fail: raises, nan, dies, true, criterion, [/red], empty, hangs.",
    ):
        assert f"gantheory: {sentence}\n" in said.err, said.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = (", "line 1 raised SyntaxError: '(' was never closed"),
        ("\n1 / 0", "line 2 raised ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit(4)", "line 2 raised SystemExit: 4"),
        ("raise KeyboardInterrupt", "line 1 raised KeyboardInterrupt"),
        ("import gantheory_of_another_name", "line 1 raised ModuleNotFoundError: No module named 'gantheory_of_another_name'"),
        ("from gantheory.evidence.claim import Claim\nClaim('x', '', '', None)", "line 2 raised"),
    ],
)
def test_a_file_that_cannot_be_read_says_in_which_line(file, text, said):
    path = file(text)
    with pytest.raises(BaseException) as raised:
        claim_file.claims_in(path)
    assert claim_file.sentence(raised.value, path).startswith(said)


def test_claims_stand_alone_or_in_lists_and_shipped_ones_are_not_ones_own(file):
    path = file(
        BEGIN + 'one = claim("one", fine)\nmore = [one, claim("two", fine), CLAIMS["criterion"]]\ncriterion = CLAIMS["criterion"]\n'
    )
    assert [one.name for one in claim_file.claims_in(path)] == ["one", "two"]


class Says:
    """Evidence that returns what a function does."""

    layer = "quadrature"

    def __init__(self, judge):
        self.judge = judge


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (lambda: None, "must return a Judgement. Got None"),
        (lambda: Judgement("quadrature", Verdict.CONSISTENT, float("nan"), "as told"), "must be finite. Got nan: as told"),
        (lambda: Judgement("quadrature", "SURE", 1.0, ""), "'SURE' is not a valid Verdict"),  # type: ignore[arg-type]
        (lambda: Judgement("quadrature", Verdict.CONSISTENT, "much", ""), "raised ValueError"),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_judgement_is_undecided(returned, said, tmp_path):
    found = claim_file.guarded(Says(returned), tmp_path / "mine.py")
    assert found.verdict == Verdict.UNDECIDED and said in found.why


def test_the_false_claim_of_the_example_is_refuted(monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    true, false = claim_file.claims_in(EXAMPLE)
    assert (true.name, false.name) == ("my-bound", "my-sharper-bound")
    (judged,) = gt.verify(false)
    assert judged.fails and "q = Normal(0.1, 1.0)" in judged.judgements[0].why


@pytest.mark.slow
def test_the_example_as_the_command_runs_it(command):
    said = command("verify", EXAMPLE)
    assert said.code == 1 and "1 of 2 claims fail: my-sharper-bound." in said.err
    assert "CONSISTENT" in said.out and "REFUTED" in said.out and "Normal(0.1, 1.0)" in said.out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = (", "line 1 raised SyntaxError: '(' was never closed."),
        ("import time\ntime.sleep(1000)", "not done after 5 seconds."),
        ("import os\nos._exit(3)", "its process ended with exit code 3."),
        ("import os\nos.kill(os.getpid(), 9)", "its process was ended by SIGKILL."),
        ("x = 1", "it has no claim."),
    ],
)
def test_a_file_that_cannot_be_read_does_not_keep_others_from_being_judged(command, file, text, said):
    bad, good = file(text, "bad.py"), file(BEGIN + 'one = claim("one", fine)\n')
    done = command("verify", bad, good, "--timeout", "5")
    assert done.code == 2 and f"{bad} cannot be read: {said}" in done.err and "CONSISTENT" in done.out


@pytest.mark.slow
def test_a_claim_of_a_file_can_be_chosen_and_an_unknown_one_is_refused(command, file):
    path = file(BEGIN + 'one = claim("one", fine)\ntwo = claim("two", lambda: [])\n')
    assert command("verify", path, "--claim", "one").code == 0
    done = command("verify", path, "--claim", "tow")
    assert done.code == 2 and "must be one that is there" in done.err


@pytest.mark.parametrize("timeout", ["0", "-1", "nan", "inf"])
def test_a_timeout_must_be_positive(command, file, timeout):
    done = command("verify", file(BEGIN), "--timeout", timeout)
    assert done.code == 2 and "`timeout` must be positive and finite" in done.err


def test_complaints_are_of_what_did_not_decide():
    judged = [
        Judged(
            CLAIMS["criterion"], (Judgement("quadrature", Verdict.REFUTED, 1.0, "no"), Judgement("trained", Verdict.UNDECIDED, None, "x"))
        )
    ]
    assert own_claims.Found(judged, []).complaints() == ["criterion by trained: x."]
