"""Numbers between proved bounds: what a claim says are equal must overlap, what it says is smaller must be proved to be."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gantheory.base.estimate import Divergent, Enclosure, Undecided
from gantheory.evidence.claim import Judgement, Verdict
from gantheory.evidence.quadrature import Comparison


@dataclass(frozen=True)
class Enclosed:
    """``comparisons()`` are what the claim says of enclosures, of sums and multiples of them, and of closed forms.

    Overlapping intervals do not prove an equality: ENCLOSED says that it holds to the width given.
    """

    comparisons: Callable[[], Iterable[Comparison]]
    layer: str = "enclosure"

    def judge(self) -> Judgement:
        widest, count = Fraction(0), 0
        for one in self.comparisons():
            unknown = [side for side in (one.left, one.right) if isinstance(side, Undecided)]
            if unknown:
                return Judgement(self.layer, Verdict.UNDECIDED, float(widest), f"{one.what}: {unknown[0].why}")
            verdict = _compared(one.left, one.relation, one.right)
            if verdict != Verdict.ENCLOSED:
                return Judgement(self.layer, verdict, float(widest), f"{one.what}: {one.left} {one.relation} {one.right}")
            widest = max([widest, *(side.width for side in (one.left, one.right) if isinstance(side, Enclosure))])
            count += 1
        return Judgement(
            self.layer, Verdict.ENCLOSED, float(widest), f"{count} comparisons of proved intervals, at most {float(widest):.1g} wide"
        )


def _compared(left: Any, relation: str, right: Any) -> Verdict:
    if isinstance(left, Divergent) or isinstance(right, Divergent):
        holds = float(left) <= float(right) if relation == "<=" else float(left) == float(right)
        return Verdict.ENCLOSED if holds else Verdict.REFUTED
    apart = left.lower > right.upper
    if relation == "<=":
        return Verdict.ENCLOSED if left.upper <= right.lower else Verdict.REFUTED if apart else Verdict.UNDECIDED
    return Verdict.REFUTED if apart or right.lower > left.upper else Verdict.ENCLOSED
