"""Numbers with errors: equal ones must meet within their errors, a smaller one must not be larger by more than the errors."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gantheory.evidence.claim import Judgement, Verdict
from gantheory.evidence.comparison import NOTHING_COMPARED, Comparison


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
        """CONSISTENT with the largest difference; REFUTED by the first comparison that fails; UNDECIDED if there is none, or one of nan."""
        worst, count = 0.0, 0
        for one in self.comparisons():
            if one.with_nan:
                return Judgement(self.layer, Verdict.UNDECIDED, worst, f"{one} compares what is no number")
            excess, allowed = one.excess()
            if excess > allowed:
                return Judgement(self.layer, Verdict.REFUTED, 0.0 if one.with_infinity else excess, f"{one} fails")
            worst, count = max(worst, excess), count + 1
        if not count:
            return Judgement(self.layer, Verdict.UNDECIDED, worst, NOTHING_COMPARED)
        return Judgement(self.layer, Verdict.CONSISTENT, worst, f"{count} comparisons within their errors; furthest off {worst:.1g}")
