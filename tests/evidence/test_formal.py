"""Formal proofs: a statement is what its theorem proves, on listed axioms; a wrong or merely admitted one is seen; Coq may be missing.

The rules are tried on a proof of one line. That the proofs of the package keep to them takes a minute, and is slow.
"""

import functools
import os
import shutil
import subprocess

import pytest

from gantheory.evidence import coq, formal
from gantheory.evidence.claim import Verdict
from gantheory.evidence.formal import AXIOMS, Formal, Theorem
from gantheory.theorems import CLAIMS, in_coq

# Where GANTHEORY_TEST_ALL is set, as in continuous integration, a missing Coq is a failure, not a reason to skip.
needs_coq = pytest.mark.skipif(shutil.which("coqc") is None and not os.environ.get("GANTHEORY_TEST_ALL"), reason=coq.INSTALL)

TINY = """Definition small (n : nat) := n <= 1.
Axiom wished : forall n, small n.
Theorem small_below_2 (n : nat) : small n -> n < 2. Proof. apply le_n_S. Qed.
Theorem by_a_wish : small 2. Proof. exact (wished 2). Qed.
Theorem admitted : small 3. Admitted.
"""
BELOW_2 = Theorem("Tiny", "small_below_2", "forall n : nat, small n -> n < 2")


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A folder of proofs with one file, as in a new process; its definition has its meaning stated."""
    proofs, compiled = tmp_path / "proofs", tmp_path / "compiled"
    proofs.mkdir()
    compiled.mkdir()
    (proofs / "Tiny.v").write_text(TINY)
    monkeypatch.setattr(coq, "PROOFS", proofs)
    monkeypatch.setattr(coq, "_folder", lambda: compiled)
    monkeypatch.setattr(coq, "_version", functools.cache(coq._version.__wrapped__))
    monkeypatch.setattr(formal, "MEANINGS", {"Tiny": ("forall n, small n = (n <= 1)",)})
    monkeypatch.setattr(formal, "axioms_behind_all", functools.cache(formal.axioms_behind_all.__wrapped__))
    monkeypatch.setattr(formal, "_known", {})
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return proofs / "Tiny.v"


# The rules


@needs_coq
def test_a_theorem_is_proved_and_a_wrong_statement_refused(tiny):
    found = Formal((BELOW_2,)).judge()
    assert found.verdict == Verdict.PROVED and found.number == 0 and "Tiny.small_below_2" in found.why
    found = Formal((BELOW_2, Theorem("Tiny", "small_below_2", "forall n : nat, small n -> n < 1"))).judge()
    assert found.verdict == Verdict.REFUTED and "small_below_2 does not prove it" in found.why


@needs_coq
@pytest.mark.parametrize(("name", "statement", "rests_on"), [("by_a_wish", "small 2", "wished"), ("admitted", "small 3", "admitted")])
def test_a_foreign_axiom_and_what_is_merely_admitted_are_named(tiny, name, statement, rests_on):
    found = Formal((Theorem("Tiny", name, statement),)).judge()
    assert found.verdict == Verdict.REFUTED and found.why.endswith(f"rests on {rests_on}")


@needs_coq
def test_a_changed_definition_is_noticed(tiny):
    """If no n were small, every statement about all small n would still have a proof."""
    tiny.write_text(TINY.replace("n <= 1.", "n <= 1 /\\ False.").replace("apply le_n_S.", "now intros [_ never]."))
    assert "Closed under the global context" in coq.check(
        ("Tiny",), f"Goal {BELOW_2.statement}. Proof. exact small_below_2. Qed. Print Assumptions small_below_2."
    )
    with pytest.raises(subprocess.CalledProcessError):
        formal.axioms_behind(BELOW_2)


@needs_coq
def test_theorems_checked_together_are_known_unless_one_of_their_file_is_wrong(tiny):
    (tiny.parent / "Other.v").write_text("From GanTheory Require Import Tiny.\nTheorem none : small 0. Proof. apply le_S, le_n. Qed.\n")
    none, wrong = Theorem("Other", "none", "small 0"), Theorem("Tiny", "small_below_2", "small 0")
    assert coq.needs(("Other",)) == ["Tiny", "Other"]
    formal.check_together((BELOW_2, none))
    assert formal._known.keys() == {BELOW_2, none}
    formal._known.clear()
    formal.check_together((BELOW_2, none, wrong))
    assert formal._known.keys() == {none}
    assert [Formal((one,)).judge().verdict for one in (BELOW_2, none, wrong)] == [Verdict.PROVED, Verdict.PROVED, Verdict.REFUTED]


@needs_coq
def test_what_coq_accepted_is_kept_until_anything_changes_or_is_to_be_forgotten(tiny, monkeypatch, tmp_path):
    script, runs, run = "Goal small 1. Proof. apply le_n. Qed. Print Assumptions small_below_2.\n", [], coq._coqc
    monkeypatch.setattr(coq, "_coqc", lambda *what: runs.append(what) or run(*what))
    first = coq.check(("Tiny",), script)
    assert coq.check(("Tiny",), script) == first and len(runs) == 2  # the file, and the script
    coq.check(("Tiny",), script + "\n")
    assert len(runs) == 3
    monkeypatch.setattr(coq, "_version", lambda: "another")
    coq.check(("Tiny",), script)
    assert len(runs) == 4
    coq.forget()
    coq.check(("Tiny",), script)
    assert len(runs) == 5
    with pytest.raises(subprocess.CalledProcessError):
        coq.check(("Tiny",), "Goal False. Proof. exact I. Qed.\n")
    assert len(list(tmp_path.rglob("*.txt"))) == 1


# Coq is missing, or there and of no use


def test_without_coq_the_layer_is_skipped_with_the_way_to_install_it(tiny, monkeypatch):
    monkeypatch.setenv("PATH", "")
    found = Formal((BELOW_2,)).judge()
    assert found.verdict == Verdict.SKIPPED and found.number is None
    assert found.why == f"coqc is not installed: {coq.INSTALL}"


SAYS_ITS_VERSION = 'case "$1" in --version) echo "The Coq Proof Assistant, version 7.4"; exit;; -where) echo /nowhere; exit;; esac'
OF_NO_USE = {
    "Error: Cannot find a physical path bound to logical path all_ssreflect with prefix mathcomp.": (
        Verdict.SKIPPED,
        f"mathcomp-analysis for Coq is not installed: {coq.INSTALL}",
    ),
    "Error: The reference ltac2 was not found.": (
        Verdict.UNDECIDED,
        "The Coq Proof Assistant, version 7.4, is there, but does not compile Tiny.v: The reference ltac2 was not found.",
    ),
}


@pytest.mark.parametrize("error", OF_NO_USE)
def test_a_coq_that_cannot_compile_is_told_apart_from_a_missing_one(tiny, monkeypatch, tmp_path, error):
    pretend(f"{SAYS_ITS_VERSION}; echo '{error}' >&2; exit 1", tmp_path, monkeypatch)
    formal.check_together((BELOW_2,))
    found = Formal((BELOW_2,)).judge()
    assert (found.verdict, found.why) == OF_NO_USE[error]


def test_a_coq_that_does_not_say_its_version_is_of_no_use(tiny, monkeypatch, tmp_path):
    pretend("exit 3", tmp_path, monkeypatch)
    found = Formal((BELOW_2,)).judge()
    assert found.verdict == Verdict.UNDECIDED and "is there, but does not say its version" in found.why


def test_coq_seldom_collects_garbage_unless_the_user_says_how_often(tiny, monkeypatch, tmp_path):
    pretend('echo "$OCAMLRUNPARAM"', tmp_path, monkeypatch)
    monkeypatch.delenv("OCAMLRUNPARAM", raising=False)
    assert coq._coqc(tmp_path, tiny) == f"{coq.FEW_COLLECTIONS}\n"
    monkeypatch.setenv("OCAMLRUNPARAM", "s=32k")
    assert coq._coqc(tmp_path, tiny) == "s=32k\n"


def pretend(script, folder, monkeypatch):
    """A coqc that runs this script, the only program there is."""
    (folder / "coqc").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "coqc").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


# The proofs of the package


def test_the_documentation_names_every_axiom():
    for page in ("docs/claims.md", "docs/proved.md"):
        text = (coq.PROOFS.parents[2] / page).read_text()
        assert all(f"`{axiom}`" in text for axiom in AXIOMS)


def test_no_proof_is_left_open_and_every_file_is_needed():
    files = {path.stem: path.read_text() for path in coq.PROOFS.glob("*.v")}
    assert not [word for word in ("Admitted", "admit", "Axiom", "Parameter", "Abort") if word in "".join(files.values())]
    assert set(coq.needs(tuple(dict.fromkeys(one.file for one in in_coq.ALL)))) == files.keys()


def test_every_theorem_is_evidence_of_a_claim():
    cited = {one for claim in CLAIMS.values() for layer in claim.evidence if isinstance(layer, Formal) for one in layer.theorems}
    assert cited == set(in_coq.ALL)


@needs_coq
@pytest.mark.slow
def test_theorems_prove_their_statements_on_the_listed_axioms():
    assert formal.axioms_behind_all(in_coq.ALL) == AXIOMS.keys()


# A part of each theorem's statement, and what makes it wrong.
WRONG = {
    "regret": ("cost b (b / (a + b))", "cost b (a / (a + b))"),
    "V_at_most_C": ("V mu p q D <= C mu p q", "C mu p q <= V mu p q D"),
    "D_star_attains": ("V mu p q (D_star p q)", "V mu p q (D_star q p)"),
    "only_D_star": ("(p x + q x != 0)%R", "(p x != 0)%R"),
    "discriminator_gap": ("C mu p q - V mu p q D", "C mu p q + V mu p q D"),
    "V_at_one_half": ("ln 4", "ln 2"),
    "at_equality": ("ln 4", "ln 2"),
    "C_integrable": ("(q x / (p x + q x))", "(q x / p x)"),
    "C_bounds": ("(- ln 4)%:E <=", "(- ln 4)%:E <"),
    "minimum_only_at_equality": ("p x = q x", "p x = 0%R"),
    "same_law": ("(q x)%:E", "(p x)%:E"),
    "JSD_integrable": ("(middle p q x / q x)", "(p x / q x)"),
    "C_is_JSD": ("2%:E * ", ""),
    "JSD_bounds": ("ln 2", "ln 2 / 2"),
    "JSD_zero": ("JSD mu p q = 0", "JSD mu p q = (ln 2)%:E"),
    "JSD_largest": ("\\/", "/\\"),
    "perfect_discriminator": ("D_star p q x = 0", "D_star p q x = 1"),
    "equilibria": ("(D x <= 2^-1)%R", "(D x < 2^-1)%R"),
    "p_data_and_one_half": ("ln 4", "ln 2"),
    "nowhere_above_half": ("sigma_finite setT mu -> ", ""),
    "minimax": ("ln 4", "ln 2"),
    "V_affine": ("(1 - t)%:E * V", "t%:E * V"),
    "C_convex": ("C mu p (mixture t q1 q2) <=", "C mu p (mixture t q1 q2) <"),
    "descent_halves": ("(2^-1 ^+ n)", "(4^-1 ^+ n)"),
    "descent_rate": ("(n%:R^-1)", "(n.+1%:R^-1)"),
    "change_of_variables": ("(q x)%:E", "(q x * q x)%:E"),
    "V_of_generator": ("log (1 - D (G z))", "log (D (G z))"),
    "data_processing": ("<= JSD mu p q", "= JSD mu p q"),
    "JSD_kept": ("(forall x, psi (phi x) = x) ->", ""),
    "least_error": ("<= error mu p q D", "< error mu p q D"),
    "JSD_and_least_error": ("(1 - fine", "(2 - fine"),
    "TV_unit": ("<= 1", "<= 2^-1%:E"),
    "JSD_below_TV": ("JSD mu p q <= (ln 2)%:E", "JSD mu p q <= (2^-1)%:E"),
    "JSD_and_triangular": ("(2^-1)%:E * Delta", "(ln 2)%:E * Delta"),
    "JSD_and_Hellinger": ("JSD mu p q <= H2", "JSD mu p q <= (ln 2)%:E * H2"),
    "JSD_and_KL": ("(2^-1 * ln 2)", "(4%:R^-1)"),
    "JSD_and_Jeffreys": ("8%:R", "9%:R"),
    "H2_at_most_TV": ("H2 mu p q <= TV mu p q", "TV mu p q <= H2 mu p q"),
    "pinsker": ("2%:E * (TV", "3%:R%:E * (TV"),
    "bretagnolle_huber": ("1 - exp_minus (KL mu p q)", "1 - exp_minus (2%:E * KL mu p q)"),
    "TV_below_root": ("(2 - fine", "(1 - fine"),
}


@needs_coq
@pytest.mark.slow
def test_a_wrong_statement_of_any_theorem_is_refused():
    """Coq refuses a script in which the command after ``Fail`` does not fail."""
    assert WRONG.keys() == {one.name for one in in_coq.ALL}
    script = ""
    for one in in_coq.ALL:
        part, wrong = WRONG[one.name]
        assert part in one.statement
        script += f"Goal {one.statement.replace(part, wrong)}.\nFail exact @{one.file}.{one.name}. Abort.\n"
    coq.check(tuple(dict.fromkeys([*formal.MEANINGS, *(one.file for one in in_coq.ALL)])), script)
    with pytest.raises(subprocess.CalledProcessError, match="exit status"):
        coq.check(("Optimum", "Game"), f"Goal {in_coq.C_BOUNDS.statement}.\nFail exact @C_bounds. Abort.\n")


@needs_coq
@pytest.mark.slow
@pytest.mark.parametrize("file", ["Log", "Space", "Game", "Optimum", "Divergence", "Equilibria", "Rate", "Pushforward", "Comparisons"])
def test_a_wrong_statement_refutes_a_claim(file):
    name = {"Space": "measurable_log", "Game": "D_star_discriminates"}.get(file) or next(one.name for one in in_coq.ALL if one.file == file)
    found = Formal((Theorem(file, name, "forall (R : realType) (x : R), log x <= 0"),)).judge()
    assert found.verdict == Verdict.REFUTED and f"{name} does not prove it" in found.why
