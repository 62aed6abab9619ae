"""A claim of a paper as data: what it says, where, and the evidence for it; and the verdicts of that evidence."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol, runtime_checkable


class Verdict(StrEnum):
    """The verdict of a layer, or of a claim."""

    PROVED = "PROVED"  # by algebra on the shipped code, or by a formal proof
    ENCLOSED = "ENCLOSED"  # by intervals that are proved to hold the numbers compared
    CONSISTENT = "CONSISTENT"  # agrees within the stated errors
    REFUTED = "REFUTED"
    UNDECIDED = "UNDECIDED"
    SKIPPED = "SKIPPED"  # not judged in this way; the reason says why


# Verdicts from the strongest down. A claim takes the first that one of its layers has, unless a layer refutes it.
STRENGTH = (Verdict.PROVED, Verdict.ENCLOSED, Verdict.CONSISTENT, Verdict.UNDECIDED, Verdict.SKIPPED)
FAILURES = frozenset({Verdict.REFUTED, Verdict.UNDECIDED})
# From the proof that needs no numbers to the training that is nothing but numbers.
LAYERS = ("symbolic", "formal", "enclosure", "quadrature", "trained")


class Margin(NamedTuple):
    """How near one comparison came to failing: it holds unless ``difference`` is above ``allowed``.

    Attributes:
      what: what is compared, in words.
      difference: how far the sides are apart, or in the wrong order; not above 0 where an inequality holds with room.
      allowed: how far their errors allow.
    """

    what: str
    difference: float
    allowed: float


@dataclass(frozen=True)
class Judgement:
    """What one layer found.

    Attributes:
      layer: one of ``LAYERS``.
      verdict: its verdict.
      number: the number that the verdict rests on; None where the layer was skipped.
      why: the reason, in words.
      details: the comparisons behind it, where there are some.
    """

    layer: str
    verdict: Verdict
    number: float | None
    why: str
    details: tuple[Margin, ...] = ()


@runtime_checkable  # for runtime checks of annotations
class Evidence(Protocol):
    """One way to judge a claim."""

    @property
    def layer(self) -> str:
        """The layer that it belongs to, one of ``LAYERS``."""
        ...

    def judge(self) -> Judgement:
        """The judgement, computed now."""
        ...


@dataclass(frozen=True)
class Absent:
    """The reason why a claim cannot be judged in one of the ways.

    Attributes:
      layer: the layer that is missing.
      why: the reason, in words.
    """

    layer: str
    why: str

    def judge(self) -> Judgement:
        """SKIPPED, with the reason."""
        return Judgement(self.layer, Verdict.SKIPPED, None, self.why)


@dataclass(frozen=True)
class Claim:
    """What a paper says. An erratum says "the printed statement is false", so that a counterexample proves it.

    Raises ``ValueError`` for a name that is no text, or evidence that is none.

    Attributes:
      name: how it is called on the command line and in the tables.
      statement: what it says, in LaTeX.
      citation: the paper, and the place in it.
      evidence: the ways in which it is judged, each of another layer.
      hypotheses: the assumptions under which it is judged, in words.
    """

    name: str
    statement: str
    citation: str
    evidence: tuple[Evidence, ...]
    hypotheses: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name:
            raise ValueError(f"`name` of a Claim must be text. Got {self.name!r}.")
        if not isinstance(self.evidence, tuple | list):
            raise ValueError(f"`evidence` of a Claim must be a tuple, such as (Quadrature(…),). Got {type(self.evidence).__name__}.")
        for one in self.evidence:
            if not callable(getattr(one, "judge", None)) or getattr(one, "layer", None) not in LAYERS:
                layers = ", ".join(LAYERS)
                raise ValueError(f"`evidence` of a Claim must have a `judge`, and a `layer` of {layers}. Got {type(one).__name__}.")


@dataclass(frozen=True)
class Judged:
    """A claim with what its layers found.

    Attributes:
      claim: the claim.
      judgements: one for each layer that judged it.
    """

    claim: Claim
    judgements: tuple[Judgement, ...]

    @property
    def verdict(self) -> Verdict:
        """REFUTED if any layer refutes it, else the strongest layer's verdict; UNDECIDED if there is none."""
        found = {judgement.verdict for judgement in self.judgements}
        if Verdict.REFUTED in found:
            return Verdict.REFUTED
        return next((verdict for verdict in STRENGTH if verdict in found), Verdict.UNDECIDED)

    @property
    def fails(self) -> bool:
        """Whether it is refuted, or no layer decides it."""
        return self.verdict in FAILURES


def judge(claim: Claim, layers: tuple[str, ...] = ()) -> Judged:
    """The claim with the judgements of the named layers, or of all that it has evidence for."""
    return Judged(claim, tuple(one.judge() for one in claim.evidence if not layers or one.layer in layers))
