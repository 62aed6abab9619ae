"""Theorems proved in Coq, in ``evidence/proofs``: each statement is checked against its proof, and every axiom behind it is named."""

import functools
import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from gantheory.evidence import coq
from gantheory.evidence.claim import Judgement, Verdict

# The classical axioms that a proof may rest on: those of Coq's reals and those of mathcomp's classical sets.
AXIOMS = {
    "ClassicalDedekindReals.sig_forall_dec": "the reals: a decidable property of 0, 1, 2, … holds for all, or fails for a named one",
    "ClassicalDedekindReals.sig_not_dec": "the reals: not not P is decided",
    "FunctionalExtensionality.functional_extensionality_dep": "functions with equal values are equal",
    "Classical_Prop.classic": "P or not P",
    "Epsilon.epsilon_statement": "what exists can be chosen",
    "boolp.functional_extensionality_dep": "functions with equal values are equal, as mathcomp states it",
    "boolp.propositional_extensionality": "propositions that imply each other are equal",
    "boolp.constructive_indefinite_description": "what exists can be chosen, as mathcomp states it",
}

# The meaning of the names in the statements. Coq checks it together with each statement, so that no definition can be weakened unseen.
MEANINGS: dict[str, tuple[str, ...]] = {
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


@dataclass(frozen=True)
class Theorem:
    """A theorem of the proofs, with its statement in full: a weaker theorem would not prove it.

    Attributes:
      file: the file of ``proofs`` that proves it.
      name: its name there.
      statement: what it must prove, in Coq.
    """

    file: str
    name: str
    statement: str


AT_ONCE = 2  # files that are checked at the same time
_known: dict[Theorem, set[str]] = {}  # the axioms behind all theorems that were accepted together with one


def check_together(theorems: Iterable[Theorem]) -> None:
    """Check theorems a file at a time, and two files at once: those that are accepted, on listed axioms, are known to ``axioms_behind``.

    Others are left, to be checked one by one, so that it is known which of them fails.
    """
    by_file: dict[str, list[Theorem]] = {}
    for theorem in dict.fromkeys(theorems):
        by_file.setdefault(theorem.file, []).append(theorem)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for group, axioms in zip(by_file.values(), pool.map(_accepted, by_file.values()), strict=True):
            _known.update(dict.fromkeys(group, axioms) if axioms is not None else {})


def _accepted(group: Iterable[Theorem]) -> set[str] | None:
    try:
        axioms = axioms_behind_all(tuple(group))
    except (coq.NotInstalled, subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    return axioms if axioms <= AXIOMS.keys() else None


def axioms_behind(theorem: Theorem) -> set[str]:
    """The axioms that a theorem rests on, or that those rest on which were checked together with it.

    Raises ``CalledProcessError`` if its proof is refused, or proves something else.
    """
    return _known.get(theorem) or axioms_behind_all((theorem,))


@functools.cache
def axioms_behind_all(theorems: tuple[Theorem, ...]) -> set[str]:
    """The axioms that theorems of one file rest on together. Raises ``CalledProcessError`` if a proof is refused, or proves another thing.

    Coq takes seconds to load the libraries and to list the axioms behind a theorem, and next to nothing to check one that is compiled.
    """
    file = theorems[0].file
    files = (*coq.NEEDS[file], file)
    meanings = [f"Goal {meaning}. Proof. reflexivity. Qed.\n" for needed in files for meaning in MEANINGS[needed]]
    proofs = [f"Goal {one.statement}.\nProof. exact {one.name}. Qed.\n" for one in theorems]
    all_of_them = "".join(f"(conj {one.name} " for one in theorems) + "I" + ")" * len(theorems)
    together = f"Definition together := {all_of_them}.\nPrint Assumptions together.\n"
    return coq.axioms_in(coq.check(file, "".join(meanings + proofs) + together))


@dataclass(frozen=True)
class Formal:
    """Theorems that say what the claim says.

    Attributes:
      theorems: the theorems, all of which must be proved; those whose library is missing are left out, and named.
      layer: the layer that the judgement is for.
    """

    theorems: tuple[Theorem, ...]
    layer: str = "formal"

    def judge(self) -> Judgement:
        """PROVED with the number of axioms; REFUTED by a proof that Coq refuses or an axiom that is not listed; SKIPPED without Coq."""
        axioms: set[str] = set()
        checked, missing = [], ""
        for theorem in self.theorems:
            try:
                axioms |= axioms_behind(theorem)
                checked.append(f"{theorem.file}.{theorem.name}")
            except coq.NotInstalled as absent:
                missing = f"{absent}: {coq.INSTALL}"
            except subprocess.CalledProcessError as refused:
                return Judgement(self.layer, Verdict.REFUTED, 0.0, f"{theorem.name} does not prove it: {coq.first_error(refused.stderr)}")
            except subprocess.TimeoutExpired:
                why = f"{theorem.name}: Coq took more than {coq.SECONDS} s"
                return Judgement(self.layer, Verdict.UNDECIDED, float(coq.SECONDS), why)
        return self._on(axioms, checked, missing)

    def _on(self, axioms: set[str], checked: list[str], missing: str) -> Judgement:
        """The judgement, once Coq has accepted all that it could."""
        if not self.theorems:
            return Judgement(self.layer, Verdict.UNDECIDED, 0.0, "no theorem was given")
        if not checked:
            return Judgement(self.layer, Verdict.SKIPPED, None, missing)
        names, count = ", ".join(checked), float(len(axioms))
        if unknown := sorted(axioms - AXIOMS.keys()):
            return Judgement(self.layer, Verdict.REFUTED, count, f"{names}: rests on {', '.join(unknown)}")
        why = f"{names}, on no axioms but {len(axioms)} of classical analysis" + (f"; the others not: {missing}" if missing else "")
        return Judgement(self.layer, Verdict.PROVED, count, why)
