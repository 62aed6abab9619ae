"""Numbers with errors: equal ones must meet within their errors, a smaller one must not be larger by more than the errors."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gantheory.evidence.claim import Judgement, Verdict
from gantheory.evidence.comparison import NOTHING_COMPARED, Comparison, estimate_of


@dataclass(frozen=True)
class Quadrature:
    """Numbers that are computed in different ways, and compared within their errors.

    Attributes:
      comparisons: makes the comparisons that hold if the claim is true.
      layer: the layer that the judgement is for.
    """

    comparisons: Callable[[], Iterable[Comparison]]
    layer: str = "quadrature"

    def judge(self) -> Judgement:
        """CONSISTENT with the largest difference; REFUTED by the first comparison that fails; UNDECIDED if there is none."""
        worst, count = 0.0, 0
        for one in self.comparisons():
            holds, excess = _compared(one)
            if not holds:
                return Judgement(self.layer, Verdict.REFUTED, excess, f"{one} fails")
            worst, count = max(worst, excess), count + 1
        if not count:
            return Judgement(self.layer, Verdict.UNDECIDED, worst, NOTHING_COMPARED)
        return Judgement(self.layer, Verdict.CONSISTENT, worst, f"{count} comparisons within their errors; furthest off {worst:.1g}")


def _compared(one: Comparison) -> tuple[bool, float]:
    """Whether it holds within the errors, and how far the values are apart, or in the wrong order."""
    if one.with_infinity:
        return one.holds_as_floats(), 0.0
    left, right = estimate_of(one.left), estimate_of(one.right)
    excess = left.value - right.value
    if one.relation == "=":
        excess = abs(excess)
    return excess <= left.error + right.error, excess
