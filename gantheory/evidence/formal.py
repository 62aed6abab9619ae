"""Theorems proved in Coq, in ``evidence/proofs``: each statement is checked against its proof, and every axiom behind it is named."""

import atexit
import functools
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gantheory.evidence.claim import Judgement, Verdict

PROOFS = Path(__file__).parent / "proofs"
NEEDS = {"Pointwise": (), "Integral": ("Pointwise",), "Simplex": ("Pointwise", "Integral"), "Lebesgue": ("Pointwise", "Integral")}
INSTALL = "apt-get install coq libcoq-mathcomp-analysis"
SECONDS = 300.0  # after which a proof counts as not checked

# The classical axioms that a proof may rest on: those of Coq's reals and those of mathcomp's classical sets.
AXIOMS = {
    "ClassicalDedekindReals.sig_forall_dec": "the reals: a decidable property of the numbers 0, 1, … holds for all, or fails for one",
    "ClassicalDedekindReals.sig_not_dec": "the reals: not not P is decided",
    "FunctionalExtensionality.functional_extensionality_dep": "functions with equal values are equal",
    "Classical_Prop.classic": "P or not P",
    "Epsilon.epsilon_statement": "what exists may be chosen",
    "boolp.functional_extensionality_dep": "functions with equal values are equal, as mathcomp states it",
    "boolp.propositional_extensionality": "propositions that imply each other are equal",
    "boolp.constructive_indefinite_description": "what exists may be chosen, as mathcomp states it",
}

PRELUDE = {
    "Pointwise": "From Coq Require Import Reals.\nFrom GanTheory Require Import Pointwise.\nOpen Scope R_scope.\n",
    "Integral": "From Coq Require Import Reals.\nFrom GanTheory Require Import Pointwise Integral.\nOpen Scope R_scope.\n",
    "Simplex": "From Coq Require Import Reals.\nFrom GanTheory Require Import Pointwise Integral Simplex.\nOpen Scope R_scope.\n",
    "Lebesgue": "From Coq Require Import Reals.\nFrom GanTheory Require Import Pointwise Integral Lebesgue.\n"
    "From mathcomp Require Import all_ssreflect ssralg.\nFrom mathcomp.classical Require Import classical_sets.\n"
    "From mathcomp.analysis Require Import reals ereal measure lebesgue_integral Rstruct.\n"
    "Local Open Scope classical_set_scope.\nLocal Open Scope ring_scope.\nLocal Open Scope R_scope.\n",
}


# What the names in the statements mean: checked together with each, so that no definition can be weakened unseen.
MEANINGS = {
    "Pointwise": (
        "value = (fun a b y : R => a * ln y + b * ln (1 - y))",
        "optimal = (fun a b : R => a / (a + b))",
        "best = (fun a b : R => a * ln (a / (a + b)) + b * ln (b / (a + b)))",
        "twice_js = (fun a b : R => a * ln (2 * a / (a + b)) + b * ln (2 * b / (a + b)))",
    ),
    "Integral": (
        "forall (X : Type) (J : functional X) (p : X -> R),"
        " Integral.density X J p = (Integral.integrable J p /\\ (forall x, 0 <= p x) /\\ Integral.integral J p = 1)",
        "forall (X : Type) (J : functional X) (p q D : X -> R),"
        " Integral.V X J p q D = Integral.integral J (fun x => p x * ln (D x) + q x * ln (1 - D x))",
        "forall (X : Type) (J : functional X) (p q : X -> R), Integral.C X J p q ="
        " Integral.integral J (fun x => p x * ln (p x / (p x + q x)) + q x * ln (q x / (p x + q x)))",
    ),
    "Simplex": (
        "forall (f : nat -> R), sum 0 f = 0",
        "forall (n : nat) (f : nat -> R), sum (S n) f = sum n f + f n",
        "forall (n : nat) (p : nat -> R), probabilities n p = ((forall i, 0 <= p i) /\\ sum n p = 1)",
    ),
    "Lebesgue": (
        r"forall d (T : measurableType d) (mu : {measure set T -> \bar real_realType}%E) (f : T -> R),"
        " summable mu f = lebesgue_integral.integrable mu setT (fun x => EFin (f x : real_realType))",
        r"forall d (T : measurableType d) (mu : {measure set T -> \bar real_realType}%E) (f : T -> R),"
        " lebesgue mu f = fine (lebesgue_integral.integral mu setT (fun x => EFin (f x : real_realType)))",
        r"forall d (T : measurableType d) (mu : {measure set T -> \bar real_realType}%E) (p : T -> R),"
        " is_density mu p = (summable mu p /\\ (forall x, 0 <= p x) /\\ lebesgue mu p = 1)",
    ),
}


class NotInstalled(Exception):
    """Coq, or a library of it, is missing."""


@dataclass(frozen=True)
class Theorem:
    """``name`` of ``file`` proves ``statement``, which is written out here in full, in Coq: a weaker theorem would not."""

    file: str
    name: str
    statement: str

    @functools.cache  # noqa: B019 - theorems are few, and live as long as the process
    def axioms(self) -> set[str]:
        """The axioms that it rests on. Raises ``CalledProcessError`` if its proof is refused, or proves something else."""
        meanings = "".join(
            f"Goal {meaning}. Proof. reflexivity. Qed.\n" for file in (*NEEDS[self.file], self.file) for meaning in MEANINGS[file]
        )
        script = f"Goal {self.statement}.\nProof. exact {self.name}. Qed.\nPrint Assumptions {self.name}.\n"
        return axioms_in(check(self.file, meanings + script))


@dataclass(frozen=True)
class Formal:
    theorems: tuple[Theorem, ...]
    layer: str = "formal"

    def judge(self) -> Judgement:
        axioms: set[str] = set()
        checked, missing = [], ""
        for theorem in self.theorems:
            try:
                axioms |= theorem.axioms()
                checked.append(f"{theorem.file}.{theorem.name}")
            except NotInstalled as absent:
                missing = f"{absent}: {INSTALL}"
            except subprocess.CalledProcessError as refused:
                return Judgement(self.layer, Verdict.REFUTED, 0.0, f"{theorem.name} does not prove it: {_first_error(refused.stderr)}")
            except subprocess.TimeoutExpired:
                return Judgement(self.layer, Verdict.UNDECIDED, SECONDS, f"{theorem.name}: Coq took more than {SECONDS:.0f} s")
        if not checked:
            return Judgement(self.layer, Verdict.SKIPPED, None, missing)
        names = ", ".join(checked)
        if unknown := sorted(axioms - AXIOMS.keys()):
            return Judgement(self.layer, Verdict.REFUTED, float(len(axioms)), f"{names}: rests on {', '.join(unknown)}")
        why = f"{names}, on {len(axioms)} axioms of classical analysis" + (f"; the others not: {missing}" if missing else "")
        return Judgement(self.layer, Verdict.PROVED, float(len(axioms)), why)


def axioms_in(said: str) -> set[str]:
    """The names that Coq's ``Print Assumptions`` lists, one to a line, each followed by its type."""
    _, _, listed = said.partition("Axioms:")
    return set(re.findall(r"^([^\s:]+)(?=\s*:|\s*$)", listed, re.MULTILINE))


def check(file: str, script: str) -> str:
    """What Coq prints of a script that may use ``file``.

    Raises ``CalledProcessError`` if it is refused, ``NotInstalled`` if it can't be run.
    """
    folder = _compiled(file)
    with tempfile.NamedTemporaryFile("w", suffix=".v", prefix="Check", dir=folder) as scratch:
        scratch.write(PRELUDE[file] + script)
        scratch.flush()
        return _coqc(folder, Path(scratch.name))


@functools.cache
def _folder() -> Path:
    """Where the proofs are compiled, once a process; it goes when the process does."""
    folder = tempfile.TemporaryDirectory(prefix="gantheory-proofs-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


@functools.cache
def _compiled(file: str) -> Path:
    """A folder that holds a compiled ``file``, and all that it needs."""
    folder = _folder()
    for needed in NEEDS[file]:
        _compiled(needed)
    shutil.copy(PROOFS / f"{file}.v", folder)
    _coqc(folder, folder / f"{file}.v")
    return folder


def _coqc(folder: Path, script: Path) -> str:
    if (coqc := shutil.which("coqc")) is None:
        raise NotInstalled("coqc is not installed")
    command = [coqc, "-q", "-w", "none", "-Q", str(folder), "GanTheory", str(script)]
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=SECONDS).stdout
    except subprocess.CalledProcessError as refused:
        if "Cannot find a physical path" in refused.stderr or "Unable to locate library" in refused.stderr:
            raise NotInstalled("mathcomp-analysis for Coq is not installed") from refused
        raise


def _first_error(said: str) -> str:
    return " ".join(said.partition("Error:")[2].split())[:200] or "Coq refused it"
