"""Theorems proved in Coq, in ``evidence/proofs``: each statement is checked against its proof, and every axiom behind it is named."""

import functools
import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from gantheory.evidence import coq
from gantheory.evidence.claim import Judgement, Verdict

# The classical axioms that a proof may rest on: those of mathcomp's sets, as Coq names them.
AXIOMS = {
    "boolp.functional_extensionality_dep": "functions with equal values are equal",
    "boolp.propositional_extensionality": "propositions that imply each other are equal",
    "boolp.constructive_indefinite_description": "what exists can be chosen",
}

_AT_A_POINT = "forall (R : realType)"
ON_A_SPACE = r"forall d (T : measurableType d) (R : realType) (mu : {measure set T -> \bar R})"
# The meaning of the names in the statements. Coq checks it together with each statement, so that no definition can be weakened unseen.
MEANINGS: dict[str, tuple[str, ...]] = {
    "Log": (
        f"{_AT_A_POINT} (x : R), log x = if (0 < x)%R then (ln x)%:E else -oo",
        f"{_AT_A_POINT} (a y : R), cost a y = a%:E * - log y",
        f"{_AT_A_POINT} (s y : R), bernoulli_kl s y = s%:E * - log (y / s) + (1 - s)%:E * - log ((1 - y) / (1 - s))",
        f"{_AT_A_POINT} (a b : R), optimal a b = if (a + b == 0)%R then 2^-1%R else (a / (a + b))%R",
    ),
    "Game": (
        f"{ON_A_SPACE} (p : T -> R), density mu p = [/\\ measurable_fun setT p, (forall x, 0 <= p x)%R & \\int[mu]_x (p x)%:E = 1]",
        "forall d (T : measurableType d) (R : realType) (D : T -> R), discriminator D ="
        " (measurable_fun setT D /\\ (forall x, 0 <= D x <= 1)%R)",
        f"{ON_A_SPACE} (p q D : T -> R), V mu p q D = \\int[mu]_x ((p x)%:E * log (D x)) + \\int[mu]_x ((q x)%:E * log (1 - D x))",
        f"{ON_A_SPACE} (p q : T -> R), C mu p q ="
        " \\int[mu]_x ((p x)%:E * log (p x / (p x + q x))) + \\int[mu]_x ((q x)%:E * log (q x / (p x + q x)))",
        "forall d (T : measurableType d) (R : realType) (p q : T -> R) x, D_star p q x = optimal (p x) (q x)",
        "forall d (T : measurableType d) (R : realType) x, @one_half d T R x = 2^-1%R",
        f"{ON_A_SPACE} (p q : T -> R), KL mu p q = \\int[mu]_x ((p x)%:E * - log (q x / p x))",
        "forall d (T : measurableType d) (R : realType) (p q : T -> R) x, middle p q x = ((p x + q x) / 2)%R",
        f"{ON_A_SPACE} (p q : T -> R), JSD mu p q = (2^-1)%:E * (KL mu p (middle p q) + KL mu q (middle p q))",
    ),
    "Equilibria": (
        f"{ON_A_SPACE} (p q D : T -> R), equilibrium mu p q D = [/\\ density mu q, discriminator D,"
        " (forall D', discriminator D' -> V mu p q D' <= V mu p q D) & (forall q', density mu q' -> V mu p q D <= V mu p q' D)]",
    ),
    "Rate": (
        "forall d (T : measurableType d) (R : realType) (t : R) (q1 q2 : T -> R) x, mixture t q1 q2 x = (t * q1 x + (1 - t) * q2 x)%R",
        "forall d (T : measurableType d) (R : realType) (p q : T -> R), descent p q 0 = q",
        "forall d (T : measurableType d) (R : realType) (p q : T -> R) n, descent p q n.+1 = mixture 2^-1%R p (descent p q n)",
    ),
    "Pushforward": (
        r"forall d d' (Z : measurableType d) (X : measurableType d') (R : realType) (P : set Z -> \bar R) (G : Z -> X) A,"
        " law_of P G A = P (G @^-1` A)",
        f"{ON_A_SPACE} (P : set T -> \\bar R) (p : T -> R), has_density mu P p ="
        " (forall A, measurable A -> P A = \\int[mu]_(x in A) (p x)%:E)",
    ),
    "TotalVariation": (
        f"{ON_A_SPACE} (p q : T -> R), TV mu p q = (2^-1)%:E * \\int[mu]_x (`|p x - q x|)%:E",
        f"{ON_A_SPACE} (p q D : T -> R), error mu p q D = (2^-1)%:E * (\\int[mu]_x (p x * (1 - D x))%:E + \\int[mu]_x (q x * D x)%:E)",
        "forall d (T : measurableType d) (R : realType) (p q : T -> R) x, best p q x = if (q x < p x)%R then 1%R else 0%R",
        f"{_AT_A_POINT} (e : R), entropy e = e%:E * - log e + (1 - e)%:E * - log (1 - e)",
    ),
    "BretagnolleHuber": (r"forall (R : realType) (x : \bar R), exp_minus x = if x is r%:E then expR (- r)%R else 0%R",),
    "Comparisons": (
        f"{ON_A_SPACE} (p q : T -> R), H2 mu p q = (2^-1)%:E * \\int[mu]_x ((Num.sqrt (p x) - Num.sqrt (q x)) ^+ 2)%:E",
        f"{ON_A_SPACE} (p q : T -> R), Delta mu p q = (2^-1)%:E * \\int[mu]_x ((p x - q x) ^+ 2 / (p x + q x))%:E",
        f"{ON_A_SPACE} (p q : T -> R), Jeffreys mu p q = KL mu p q + KL mu q p",
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


_known: dict[Theorem, set[str]] = {}  # the axioms behind all theorems that were accepted together with one


def check_together(theorems: Iterable[Theorem]) -> None:
    """Check theorems in one session of Coq: if all are accepted, on listed axioms, they are known to ``axioms_behind``.

    If not, those of each file are tried together. Others are left, to be checked one by one, so that it is known which of them fails.
    """
    together = tuple(dict.fromkeys(theorems))
    if together and not _accept(together):
        by_file = {one.file: tuple(other for other in together if other.file == one.file) for one in together}
        with ThreadPoolExecutor(coq.AT_ONCE) as pool:
            list(pool.map(_accept, by_file.values()))


def _accept(theorems: tuple[Theorem, ...]) -> bool:
    """Whether Coq accepts them together, on listed axioms; then they are known."""
    try:
        axioms = axioms_behind_all(theorems)
    except (coq.NotInstalled, coq.CannotCompile, subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return False
    if axioms <= AXIOMS.keys():
        _known.update(dict.fromkeys(theorems, axioms))
        return True
    return False


def axioms_behind(theorem: Theorem) -> set[str]:
    """The axioms that a theorem rests on, or that those rest on which were checked together with it.

    Raises ``CalledProcessError`` if it proves something else, and ``CannotCompile`` if Coq does not get that far.
    """
    return _known.get(theorem) or axioms_behind_all((theorem,))


@functools.cache
def axioms_behind_all(theorems: tuple[Theorem, ...]) -> set[str]:
    """The axioms that theorems rest on together. Raises ``CalledProcessError`` if one of them proves another thing.

    Coq takes seconds to load the libraries and to list the axioms behind a theorem, and next to nothing to check one that is compiled.
    """
    files = tuple(dict.fromkeys(one.file for one in theorems))
    defined = [file for file in coq.needs(files) if file in MEANINGS]
    meanings = [f"Goal {meaning}. Proof. reflexivity. Qed.\n" for file in defined for meaning in MEANINGS[file]]
    proofs = [f"Goal {one.statement}.\nProof. exact @{one.file}.{one.name}. Qed.\n" for one in theorems]
    all_of_them = "".join(f"(conj (@{one.file}.{one.name}) " for one in theorems) + "I" + ")" * len(theorems)
    together = f"Definition together := {all_of_them}.\nPrint Assumptions together.\n"
    return coq.axioms_in(coq.check(tuple(dict.fromkeys([*defined, *files])), "".join(meanings + proofs) + together))


@dataclass(frozen=True)
class Formal:
    """Theorems that say what the claim says.

    Attributes:
      theorems: the theorems, all of which must be proved.
      layer: the layer that the judgement is for.
    """

    theorems: tuple[Theorem, ...]
    layer: str = "formal"

    def judge(self) -> Judgement:
        """PROVED with the number of axioms; REFUTED by another theorem than stated, or an axiom that is not listed; SKIPPED without Coq.

        UNDECIDED if Coq is there and does not compile the proofs: it may be another version than those that do.
        """
        if not self.theorems:
            return self._found(Verdict.UNDECIDED, 0, "no theorem was given")
        axioms: set[str] = set()
        for theorem in self.theorems:
            try:
                axioms |= axioms_behind(theorem)
            except coq.NotInstalled as absent:
                return Judgement(self.layer, Verdict.SKIPPED, None, f"{absent}: {coq.INSTALL}")
            except coq.CannotCompile as why:
                return self._found(Verdict.UNDECIDED, 0, str(why))
            except subprocess.CalledProcessError as refused:
                return self._found(Verdict.REFUTED, 0, f"{theorem.name} does not prove it: {coq.first_error(refused.stderr)}")
            except subprocess.TimeoutExpired:
                return self._found(Verdict.UNDECIDED, coq.SECONDS, f"{theorem.name}: Coq took more than {coq.SECONDS} s")
        names = ", ".join(f"{theorem.file}.{theorem.name}" for theorem in self.theorems)
        if unknown := sorted(axioms - AXIOMS.keys()):
            return self._found(Verdict.REFUTED, len(axioms), f"{names}: rests on {', '.join(unknown)}")
        return self._found(Verdict.PROVED, len(axioms), f"{names}, on no axioms but {len(axioms)} of classical analysis")

    def _found(self, verdict: Verdict, number: int, why: str) -> Judgement:
        return Judgement(self.layer, verdict, float(number), why)
