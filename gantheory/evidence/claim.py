"""A claim of a paper as data: what it says, where, and the evidence for it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Verdict(StrEnum):
    """From a layer, or of a claim."""

    PROVED = "PROVED"  # an identity decided by algebra on the shipped code
    CONSISTENT = "CONSISTENT"  # agrees within the stated errors
    REFUTED = "REFUTED"
    UNDECIDED = "UNDECIDED"


# A claim has its strongest layer's verdict, unless one refutes it.
STRENGTH = (Verdict.PROVED, Verdict.CONSISTENT, Verdict.UNDECIDED)


@dataclass(frozen=True)
class Judgement:
    """A layer's verdict, the number that it rests on, and the reason in words."""

    layer: str
    verdict: Verdict
    number: float
    why: str


@runtime_checkable
class Evidence(Protocol):
    @property
    def layer(self) -> str: ...

    def judge(self) -> Judgement: ...


@dataclass(frozen=True)
class Claim:
    name: str
    statement: str  # LaTeX
    citation: str
    evidence: tuple[Evidence, ...]


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
