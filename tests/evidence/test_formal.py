"""The Coq proofs: every theorem proves what the claims cite, on the listed axioms; a weaker, wrong or merely admitted one is refused."""

import functools
import os
import shutil
import subprocess

import pytest
from problems import few

from gantheory.evidence import coq, formal
from gantheory.evidence.claim import Verdict
from gantheory.evidence.formal import AXIOMS, Formal, Theorem, axioms_behind
from gantheory.theorems import in_coq

# Where GANTHEORY_TEST_ALL is set, as in continuous integration, a missing Coq is a failure, not a reason to skip.
needs_coq = pytest.mark.skipif(shutil.which("coqc") is None and not os.environ.get("GANTHEORY_TEST_ALL"), reason=coq.INSTALL)
BY_FILE = {file: tuple(theorem for theorem in in_coq.ALL if theorem.file == file) for file in coq.NEEDS}


@needs_coq
@pytest.mark.slow
@pytest.mark.parametrize("file", ["Simplex", "Pointwise", "Integral", "Lebesgue"])
def test_theorems_prove_their_statements_on_the_listed_axioms(file):
    found = Formal(BY_FILE[file]).judge()
    assert BY_FILE[file] and found.verdict == Verdict.PROVED, found.why


@needs_coq
@pytest.mark.slow
def test_every_listed_axiom_is_used():
    assert set().union(*(axioms_behind(theorem) for theorem in in_coq.ALL)) == set(AXIOMS)


@needs_coq
@pytest.mark.parametrize(
    ("theorem", "statement"),
    few(
        [
            (
                "finite_minimum",
                "forall (n : nat) (p q : nat -> R), probabilities n p -> probabilities n q -> - ln 2 <= sum n (fun i => best (p i) (q i))",
            ),
            ("finite_criterion", in_coq.FINITE_CRITERION.statement.replace("2 * (/ 2 *", "(/ 2 *")),
            ("finite_convex", in_coq.FINITE_CONVEX.statement.replace("<= t *", ">= t *")),
        ],
        1,
    ),
)
def test_a_wrong_statement_is_refused(theorem, statement):
    found = Formal((Theorem("Simplex", theorem, statement),)).judge()
    assert found.verdict == Verdict.REFUTED and theorem in found.why


@needs_coq
@pytest.mark.parametrize(
    ("script", "named"),
    [
        ("Lemma wrong : 0 = 1 :> R. Admitted.\nPrint Assumptions wrong.", "wrong"),
        ("Axiom wished : 0 = 1 :> R.\nLemma wrong : 0 = 1 :> R. Proof. exact wished. Qed.\nPrint Assumptions wrong.", "wished"),
    ],
)
def test_what_is_admitted_shows_among_the_axioms(script, named):
    script = script.replace(" :> R", "")
    assert coq.axioms_in(coq.check("Pointwise", script)) - set(AXIOMS) == {named}


@needs_coq
def test_a_theorem_on_an_unlisted_axiom_is_refuted(monkeypatch):
    monkeypatch.setattr(formal, "AXIOMS", {})
    found = Formal((in_coq.MAXIMISES,)).judge()
    assert found.verdict == Verdict.REFUTED and "rests on" in found.why


@pytest.mark.slow
@needs_coq
def test_a_changed_definition_is_noticed(tmp_path, monkeypatch):
    """If no p were a list of probabilities, every statement about all lists of probabilities would still have a proof."""
    for path in coq.PROOFS.glob("*.v"):
        (tmp_path / path.name).write_text(path.read_text())
    simplex = (tmp_path / "Simplex.v").read_text()
    changed = simplex.replace("sum n p = 1.", "sum n p = 1 /\\ 0 < 0.").replace("intros [A B]. repeat", "intros (A & B & _). repeat")
    assert changed != simplex
    (tmp_path / "Simplex.v").write_text(changed)
    start_afresh(tmp_path, monkeypatch)
    theorem = in_coq.FINITE_CRITERION
    assert "Axioms:" in coq.check(
        "Simplex", f"Goal {theorem.statement}. Proof. exact {theorem.name}. Qed. Print Assumptions {theorem.name}."
    )
    with pytest.raises(subprocess.CalledProcessError):
        formal.axioms_behind_all.__wrapped__((theorem,))


def start_afresh(proofs, monkeypatch):
    """`coq` as in a new process, on other proofs."""
    monkeypatch.setattr(coq, "PROOFS", proofs)
    (proofs / "compiled").mkdir()
    monkeypatch.setattr(coq, "_folder", lambda: proofs / "compiled")
    monkeypatch.setattr(coq, "_compiled", functools.cache(coq._compiled.__wrapped__))


@pytest.mark.slow
@needs_coq
def test_theorems_checked_together_are_each_known_unless_one_is_wrong(monkeypatch):
    monkeypatch.setattr(formal, "_known", {})
    formal.check_together((in_coq.FINITE_MINIMUM, in_coq.MAXIMISES, in_coq.ATTAINS))
    assert set(formal._known) == {in_coq.FINITE_MINIMUM, in_coq.MAXIMISES, in_coq.ATTAINS}
    assert all(axioms_behind(theorem) <= set(AXIOMS) for theorem in formal._known)
    wrong = Theorem("Simplex", "finite_minimum", in_coq.FINITE_CRITERION.statement)
    formal._known.clear()
    formal.check_together((in_coq.FINITE_CRITERION, wrong, in_coq.UNIQUE))
    assert set(formal._known) == {in_coq.UNIQUE}
    assert Formal((in_coq.FINITE_CRITERION,)).judge().verdict == Verdict.PROVED
    assert Formal((wrong,)).judge().verdict == Verdict.REFUTED


@needs_coq
def test_what_coq_accepted_is_kept_until_anything_changes_or_is_to_be_forgotten(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    script, runs = "Goal True. Proof. exact I. Qed. Print Assumptions optimal_attains.\n", []
    run = coq._coqc
    monkeypatch.setattr(coq, "_coqc", lambda *what: runs.append(what) or run(*what))
    first = coq.check("Pointwise", script)
    asked = len(runs)
    assert coq.check("Pointwise", script) == first and "Axioms:" in first and len(runs) == asked
    coq.check("Pointwise", script + "\n")
    assert len(runs) == asked + 1
    monkeypatch.setattr(coq, "_version", lambda: "another")
    coq.check("Pointwise", script)
    assert len(runs) == asked + 2
    coq.forget()
    coq.check("Pointwise", script)
    assert len(runs) == asked + 3
    with pytest.raises(subprocess.CalledProcessError):
        coq.check("Pointwise", "Goal False. Proof. exact I. Qed.\n")
    assert len(list(tmp_path.rglob("*.txt"))) == 1


def test_the_documentation_names_every_axiom():
    text = (coq.PROOFS.parents[2] / "docs/claims.md").read_text()
    assert all(f"`{axiom}`" in text for axiom in AXIOMS)


def test_no_proof_is_left_open():
    text = "".join(path.read_text() for path in sorted(coq.PROOFS.glob("*.v")))
    assert {path.stem for path in coq.PROOFS.glob("*.v")} == set(coq.NEEDS)
    assert not [word for word in ("Admitted", "admit", "Axiom", "Parameter", "Abort") if word in text]


@pytest.mark.parametrize("file", coq.NEEDS)
def test_without_coq_a_layer_is_skipped_with_the_way_to_install_it(file, monkeypatch):
    monkeypatch.setattr(coq, "_compiled", coq._compiled.__wrapped__)
    monkeypatch.setenv("PATH", "")
    found = Formal((Theorem(file, f"not_yet_seen_{file}", "True"),)).judge()
    assert found.verdict == Verdict.SKIPPED and found.number is None
    assert "coqc is not installed" in found.why and "apt-get install coq" in found.why


def test_without_mathcomp_a_layer_is_skipped(monkeypatch):
    def refuse(command, **how):
        raise subprocess.CalledProcessError(1, command, stderr="Error: Cannot find a physical path bound to logical path mathcomp.")

    monkeypatch.setattr(coq, "_compiled", coq._compiled.__wrapped__)
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/coqc")
    monkeypatch.setattr(subprocess, "run", refuse)
    found = Formal((Theorem("Lebesgue", "not_yet_seen", "True"),)).judge()
    assert found.verdict == Verdict.SKIPPED and "mathcomp" in found.why
