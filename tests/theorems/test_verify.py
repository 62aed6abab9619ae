"""Every claim of the article holds, each layer with a number; and a wrong theory, or wrong code, turns a named claim red."""

import json
import subprocess
import sys
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp

from gantheory import theorems
from gantheory.base.estimate import Estimate
from gantheory.distributions.pushforward import pushforward as folded
from gantheory.evidence.claim import LAYERS, Absent, Claim, Judged, Judgement, Verdict, judge
from gantheory.evidence.quadrature import Comparison, Quadrature
from gantheory.evidence.symbolic import Counterexample, Symbolic
from gantheory.measurement import divergences, minimax
from gantheory.theorems import CLAIMS, errata, goodfellow2014, goodfellow2014_descent, verdicts

LAYER_VERDICT = {"symbolic": Verdict.PROVED, "formal": Verdict.PROVED, "enclosure": Verdict.ENCLOSED, "quadrature": Verdict.CONSISTENT}
NINE = [claim.name for module in (goodfellow2014, goodfellow2014_descent) for claim in module.CLAIMS]


@pytest.mark.slow
@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_holds_by_every_layer(name):
    judged = judge(CLAIMS[name], ("symbolic", "enclosure", "quadrature", "trained"))
    for found in judged.judgements:
        assert found.why
        if found.verdict != Verdict.SKIPPED:
            assert found.verdict == LAYER_VERDICT.get(found.layer, Verdict.CONSISTENT), found.why
            assert found.number is not None and np.isfinite(found.number)
    assert judged.verdict in (Verdict.PROVED, Verdict.ENCLOSED, Verdict.CONSISTENT)


@pytest.mark.parametrize("name", [name for name, claim in CLAIMS.items() if any(isinstance(one, Symbolic) for one in claim.evidence)])
def test_a_claim_is_proved_by_algebra(name):
    (found,) = judge(CLAIMS[name], ("symbolic",)).judgements
    assert found.verdict == Verdict.PROVED and found.number is not None and found.number >= 4


@pytest.mark.parametrize("claim", errata.CLAIMS, ids=lambda claim: claim.name)
def test_an_erratum_is_proved_by_a_counterexample(claim):
    judged = judge(claim)
    assert judged.verdict == Verdict.PROVED and "printed" in judged.judgements[0].why


def test_what_is_printed_right_is_no_erratum():
    found = Counterexample(lambda: {"one and one": (sp.Integer(2), sp.Integer(1) + 1)}).judge()
    assert found.verdict == Verdict.REFUTED


def test_there_are_many_claims_and_the_articles_nine_say_of_every_layer_what_or_why_not():
    assert len(CLAIMS) >= 45 and sum(len(module.CLAIMS) for module in theorems.MODULES) == len(CLAIMS)
    assert len(NINE) == 9
    for name in NINE:
        layers = [one.layer for one in CLAIMS[name].evidence]
        assert set(layers) == set(LAYERS) and len(layers) == len(LAYERS)
        assert all(one.why for one in CLAIMS[name].evidence if isinstance(one, Absent))


@pytest.mark.parametrize("page", ["README.md", "docs/claims.md"])
def test_the_tables_of_claims_are_up_to_date(page):
    text = (Path(__file__).parents[2] / page).read_text()
    assert verdicts.with_tables(text) == text and "`criterion`" in text


def test_every_claim_is_in_the_documentation():
    text = (Path(__file__).parents[2] / "docs/claims.md").read_text()
    assert all(f"`{name}`" in text for name in CLAIMS)


def verdict_of(name, layer):
    (found,) = judge(CLAIMS[name], (layer,)).judgements
    return found.verdict


SHIPPED = {
    name: getattr(module, name)
    for module, name in (
        (minimax, "criterion"),
        (minimax, "value_integrand"),
        (divergences, "jsd_integrand"),
        (divergences, "log_ratio"),
        (divergences, "kl"),
    )
}


def no_jacobian(generator, z):
    x, slope, bend = folded_jet(generator, z)
    return np.stack([x, np.sign(slope), bend])


folded_jet = folded.jet

SABOTAGE = {
    "JSD for 2 JSD": ("criterion", "quadrature", minimax, "criterion", lambda p, q: divergences.jsd(p, q) - minimax.LOG4),
    "p and q swapped in D*": (
        "optimal-discriminator",
        "quadrature",
        minimax.OptimalDiscriminator,
        "logit",
        lambda self, x: self.p_g.log_prob(x) - self.p_data.log_prob(x),
    ),
    "p and q swapped in log p - log q": (
        "optimal-discriminator",
        "symbolic",
        divergences,
        "log_ratio",
        lambda p, q: SHIPPED["log_ratio"](q, p),
    ),
    "no Jacobian in p_g": ("change-of-variables", "quadrature", folded, "jet", no_jacobian),
    "base-2 logarithms": (
        "criterion",
        "symbolic",
        divergences,
        "jsd_integrand",
        lambda p, q, d=None: SHIPPED["jsd_integrand"](p, q) / jnp.log(2.0),
    ),
    "V in place of C": (
        "criterion",
        "quadrature",
        minimax,
        "criterion",
        lambda p, q: minimax.value(p, q, type("D", (), {"logit": staticmethod(lambda x: 0.1 + 0 * x)})()),
    ),
    "KL's arguments swapped in C": (
        "criterion",
        "quadrature",
        divergences,
        "kl",
        lambda p, q: SHIPPED["kl"](q, p),
    ),
    "a sign in V": ("binary-cross-entropy", "symbolic", minimax, "value_integrand", lambda p, q, d: SHIPPED["value_integrand"](p, q, -d)),
}


@pytest.mark.parametrize("wrong", SABOTAGE)
def test_sabotage_turns_a_named_claim_red(wrong, monkeypatch):
    name, layer, module, attribute, replacement = SABOTAGE[wrong]
    monkeypatch.setattr(module, attribute, replacement)
    assert verdict_of(name, layer) == Verdict.REFUTED


def layer_of(verdict):
    return Judgement("quadrature", verdict, 0.0, "")


def test_a_claim_has_its_strongest_layers_verdict_unless_one_refutes_it():
    claim = Claim("x", "", "", ())
    for found, verdict in (
        ((Verdict.CONSISTENT, Verdict.PROVED), Verdict.PROVED),
        ((Verdict.PROVED, Verdict.REFUTED), Verdict.REFUTED),
        ((Verdict.UNDECIDED, Verdict.CONSISTENT), Verdict.CONSISTENT),
        ((Verdict.UNDECIDED,), Verdict.UNDECIDED),
        ((Verdict.ENCLOSED, Verdict.CONSISTENT, Verdict.SKIPPED), Verdict.ENCLOSED),
        ((Verdict.SKIPPED,), Verdict.SKIPPED),
    ):
        assert Judged(claim, tuple(map(layer_of, found))).verdict == verdict


@pytest.mark.parametrize(
    ("comparison", "verdict"),
    [
        (Comparison("", Estimate(1.0, 0.1), "=", Estimate(1.15, 0.1)), Verdict.CONSISTENT),
        (Comparison("", Estimate(1.0, 0.1), "=", Estimate(1.25, 0.1)), Verdict.REFUTED),
        (Comparison("", 1.0, "<=", 1.0), Verdict.CONSISTENT),
        (Comparison("", 1.0, "<=", 0.999), Verdict.REFUTED),
        (Comparison("", divergences.kl, "=", 1.0), None),
    ],
)
def test_numbers_are_compared_with_their_errors(comparison, verdict):
    if verdict is None:
        with pytest.raises(TypeError):
            Quadrature(lambda: [comparison]).judge()
    else:
        assert Quadrature(lambda: [comparison]).judge().verdict == verdict


def test_the_command_prints_one_object_or_a_table(command):
    said = command("verify", "--layer", "symbolic", "--json")
    claims = json.loads(said.out)["claims"]
    assert said.code == 0 and len(claims) == sum(any(one.layer == "symbolic" for one in claim.evidence) for claim in CLAIMS.values())
    assert {"name", "statement", "hypotheses", "citation", "verdict", "layers"} == set(claims[0])
    claims = [claim for claim in claims if claim["verdict"] != "SKIPPED"]
    assert all(layer["verdict"] == "PROVED" and layer["number"] for claim in claims for layer in claim["layers"])
    table = command("verify", "--layer", "symbolic", "--claim", "criterion").out
    assert "criterion" in table and "PROVED" in table and "nash" not in table


def test_the_command_fails_when_a_claim_does(command, monkeypatch):
    monkeypatch.setattr(divergences, "jsd_integrand", lambda p, q, d=None: SHIPPED["jsd_integrand"](p, q) / 2)
    said = command("verify", "--layer", "symbolic", "--claim", "criterion")
    assert said.code == 1 and "1 of 1 claims fail: criterion." in said.err


@pytest.mark.parametrize("words", [("--claim", "gan"), ("--layer", "magic")])
def test_an_unknown_claim_or_layer_is_refused_with_the_known_ones(command, words):
    said = command("verify", *words)
    assert said.code == 2 and "must be one of" in said.err


def test_the_list_names_every_claim(command):
    assert all(name in command("list").out for name in CLAIMS)
    assert verdicts.failed([]) == []


@pytest.mark.slow
def test_the_command_as_a_whole():
    """In processes of its own, every layer but the formal one, which has tests of its own."""
    layers = [word for layer in ("symbolic", "enclosure", "quadrature", "trained") for word in ("--layer", layer)]
    done = subprocess.run([sys.executable, "-m", "gantheory", "verify", "--json", *layers], capture_output=True, text=True, timeout=400)
    claims = json.loads(done.stdout)["claims"]
    assert done.returncode == 0, done.stderr
    assert [claim["name"] for claim in claims] == list(CLAIMS)
    assert all(claim["verdict"] in ("PROVED", "ENCLOSED", "CONSISTENT") for claim in claims)
