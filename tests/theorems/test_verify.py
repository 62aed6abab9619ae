"""Every claim holds, each layer with a number; and the command and the documentation tell which."""

import json
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from gantheory import theorems
from gantheory.base.estimate import Enclosure, Undecided
from gantheory.evidence.claim import LAYERS, Absent, Claim, Judgement, Verdict, judge
from gantheory.evidence.symbolic import Symbolic
from gantheory.game import ensembles
from gantheory.theorems import (
    CLAIMS,
    errata,
    goodfellow2014,
    goodfellow2014_criterion,
    goodfellow2014_descent,
    proved_intervals,
    tables,
    verdicts,
)

LAYER_VERDICT = {"symbolic": Verdict.PROVED, "formal": Verdict.PROVED, "enclosure": Verdict.ENCLOSED, "quadrature": Verdict.CONSISTENT}
NINE = [claim.name for module in (goodfellow2014, goodfellow2014_criterion, goodfellow2014_descent) for claim in module.CLAIMS]


@pytest.mark.parametrize("name", [name for name, claim in CLAIMS.items() if any(isinstance(one, Symbolic) for one in claim.evidence)])
def test_a_claim_is_proved_by_algebra(name):
    (found,) = judge(CLAIMS[name], ("symbolic",)).judgements
    assert found.verdict == Verdict.PROVED and found.number is not None and found.number >= 2


@pytest.mark.parametrize("claim", errata.CLAIMS, ids=lambda claim: claim.name)
def test_an_erratum_is_proved_by_a_counterexample(claim):
    judged = judge(claim)
    assert judged.verdict == Verdict.PROVED and "printed" in judged.judgements[0].why


def test_there_are_many_claims_and_each_of_the_articles_nine_has_every_layer_or_the_reason_why_not():
    assert len(CLAIMS) >= 45 and sum(len(module.CLAIMS) for module in theorems.MODULES) == len(CLAIMS)
    assert len(NINE) == 9
    for name in NINE:
        layers = [one.layer for one in CLAIMS[name].evidence]
        assert set(layers) == set(LAYERS) and len(layers) == len(LAYERS)
        assert all(one.why for one in CLAIMS[name].evidence if isinstance(one, Absent))


@pytest.mark.parametrize("page", ["README.md", "docs/claims.md"])
def test_the_tables_of_claims_are_up_to_date(page):
    text = (Path(__file__).parents[2] / page).read_text()
    assert tables.with_tables(text) == text and "`criterion`" in text


def test_every_claim_is_in_the_documentation():
    text = (Path(__file__).parents[2] / "docs/claims.md").read_text()
    assert all(f"`{name}`" in text for name in CLAIMS)


def test_the_command_prints_one_object_or_a_table(command, monkeypatch):
    """Claims are sent to another process, but to one only: each takes longer to start than the algebra of all."""
    monkeypatch.setattr(verdicts, "ProcessPoolExecutor", lambda _, context: ProcessPoolExecutor(1, context))
    monkeypatch.setattr(ensembles, "CORES", 2)
    said = command("verify", "--layer", "symbolic", "--json")
    claims = json.loads(said.out)["claims"]
    assert said.code == 0 and len(claims) == sum(any(one.layer == "symbolic" for one in claim.evidence) for claim in CLAIMS.values())
    assert {"name", "statement", "hypotheses", "citation", "verdict", "layers"} == set(claims[0])
    claims = [claim for claim in claims if claim["verdict"] != Verdict.SKIPPED]
    assert all(layer["verdict"] == Verdict.PROVED and layer["number"] for claim in claims for layer in claim["layers"])
    table = command("verify", "--layer", "symbolic", "--claim", "criterion").out
    assert "criterion" in table and "PROVED" in table and "nash" not in table


@pytest.mark.parametrize("words", [("--claim", "gan"), ("--layer", "magic")])
def test_an_unknown_claim_or_layer_is_refused_with_the_known_ones(command, words):
    said = command("verify", *words)
    assert said.code == 2 and "must be one of" in said.err


class Found:
    """Evidence that finds what it is told to."""

    def __init__(self, verdict):
        self.layer, self.verdict = "quadrature", verdict

    def judge(self):
        return Judgement(self.layer, self.verdict, 1.0, "as told")


def test_a_claim_of_ones_own_is_judged_beside_the_others():
    own = Claim("own", "1 < 0", "me", (Found(Verdict.REFUTED),))
    shipped, judged = verdicts.verify(["criterion", own], "symbolic", processes=2) + verdicts.verify(own)
    assert shipped.claim is CLAIMS["criterion"] and shipped.verdict == Verdict.PROVED
    assert judged.claim is own and verdicts.failed([judged]) == ["own"]
    assert verdicts.verify(CLAIMS["criterion"], "symbolic") == verdicts.verify("criterion", ["symbolic"]) == [shipped]


def test_verdicts_show_themselves_as_lines_and_in_a_notebook_as_a_table_without_markup_of_others():
    own = Claim("<b>mine</b>", "1 < 0", "a & b", (Found(Verdict.REFUTED),))
    found = verdicts.Verdicts([*verdicts.verify("criterion", "symbolic"), *verdicts.verify(own)])
    assert isinstance(found, list) and [line.split()[0] for line in repr(found).splitlines()] == ["PROVED", "REFUTED"]
    table = found._repr_html_()
    assert table.count("<tr>") == 3 and table.count("<strong>PROVED</strong>") == table.count("<strong>REFUTED</strong>") == 1
    assert "<b>" not in table and "&lt;b&gt;mine&lt;/b&gt;" in table and "a &amp; b" in table and "<math" in table
    assert "color" not in table and "<script" not in table


def test_two_claims_of_one_name_are_refused():
    for claims in (Claim("criterion", "", "", ()), [Claim("own", "", "", ()), Claim("own", "x", "", ())]):
        with pytest.raises(ValueError, match="name of a claim must be its own"):
            verdicts.verify(claims)


def test_the_list_names_every_claim(command):
    assert all(name in command("list").out for name in CLAIMS)


def test_a_sum_with_an_undecided_part_is_undecided():
    unknown = Undecided("too wide")
    assert proved_intervals.combined(lambda x, y: x + y, Enclosure(0, 1), unknown) is unknown
    assert proved_intervals.combined(lambda x, y: x + y, Enclosure(0, 1), Enclosure(2, 3)) == Enclosure(2, 4)


@pytest.mark.parametrize("before", ["--own", None])
def test_the_environment_of_other_processes_is_restored(before, monkeypatch):
    monkeypatch.delenv("XLA_FLAGS", raising=False)
    if before is not None:
        monkeypatch.setenv("XLA_FLAGS", before)
    with pytest.raises(KeyboardInterrupt), verdicts._environment("XLA_FLAGS", "--other"):
        assert os.environ["XLA_FLAGS"] == "--other"
        raise KeyboardInterrupt
    assert os.environ.get("XLA_FLAGS") == before


@pytest.mark.slow
def test_every_claim_holds_by_every_layer_in_the_command_as_a_whole():
    """In several processes. The formal layer has tests of its own."""
    layers = [word for layer in LAYERS if layer != "formal" for word in ("--layer", layer)]
    done = subprocess.run([sys.executable, "-m", "gantheory", "verify", "--json", *layers], capture_output=True, text=True, timeout=400)
    claims = json.loads(done.stdout)["claims"]
    assert done.returncode == 0, done.stderr
    assert [claim["name"] for claim in claims] == list(CLAIMS)
    for claim in claims:
        assert claim["verdict"] in (Verdict.PROVED, Verdict.ENCLOSED, Verdict.CONSISTENT), claim
        for found in claim["layers"]:
            assert found["why"], claim
            if found["verdict"] != Verdict.SKIPPED:
                assert found["verdict"] == LAYER_VERDICT.get(found["layer"], Verdict.CONSISTENT), claim
                assert np.isfinite(found["number"]), claim
