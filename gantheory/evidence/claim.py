"""A claim of a paper as data: what it says, where, and the evidence for it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Verdict(StrEnum):
    """From a layer, or of a claim."""

    PROVED = "PROVED"  # by algebra on the shipped code, or by a formal proof
    ENCLOSED = "ENCLOSED"  # by intervals that are proved to hold the numbers compared
    CONSISTENT = "CONSISTENT"  # agrees within the stated errors
    REFUTED = "REFUTED"
    UNDECIDED = "UNDECIDED"
    SKIPPED = "SKIPPED"  # not judged this way, and the reason says why not


# A claim has its strongest layer's verdict, unless one refutes it. What was skipped says nothing, if any layer was not.
STRENGTH = (Verdict.PROVED, Verdict.ENCLOSED, Verdict.CONSISTENT, Verdict.UNDECIDED, Verdict.SKIPPED)
# From the proof that needs no number to the run that is nothing but numbers.
LAYERS = ("symbolic", "formal", "enclosure", "quadrature", "trained")


@dataclass(frozen=True)
class Judgement:
    """A layer's verdict, the number that it rests on (None where it was skipped), and the reason in words."""

    layer: str
    verdict: Verdict
    number: float | None
    why: str


@runtime_checkable
class Evidence(Protocol):
    @property
    def layer(self) -> str: ...

    def judge(self) -> Judgement: ...


@dataclass(frozen=True)
class Absent:
    """A way in which a claim cannot be judged, and why."""

    layer: str
    why: str

    def judge(self) -> Judgement:
        return Judgement(self.layer, Verdict.SKIPPED, None, self.why)


@dataclass(frozen=True)
class Claim:
    """What a paper says. An erratum's statement is "the printed one is false", so that it is proved by a counterexample."""

    name: str
    statement: str  # LaTeX
    citation: str
    evidence: tuple[Evidence, ...]
    hypotheses: str = ""  # under which it is judged, in words


@dataclass(frozen=True)
class Judged:
    claim: Claim
    judgements: tuple[Judgement, ...]

    @property
    def verdict(self) -> Verdict:
        found = {judgement.verdict for judgement in self.judgements}
        if Verdict.REFUTED in found:
            return Verdict.REFUTED
        return next((verdict for verdict in STRENGTH if verdict in found), Verdict.UNDECIDED)


def judge(claim: Claim, layers: tuple[str, ...] = ()) -> Judged:
    """The claim by its evidence, or by that of the named layers only."""
    return Judged(claim, tuple(one.judge() for one in claim.evidence if not layers or one.layer in layers))
