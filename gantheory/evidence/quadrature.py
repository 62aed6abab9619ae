"""Numbers with errors: equal ones must meet within their errors, a smaller one must not be larger by more than the errors."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gantheory.evidence.claim import Judgement, Margin, Verdict
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
        """CONSISTENT with the largest difference; REFUTED by the first comparison that fails; UNDECIDED if there is none.

        UNDECIDED too by one of nan, or of a number whose error is so large that nothing is known of it.
        """
        worst, details = 0.0, []
        for one in self.comparisons():
            if one.with_nan:
                return self._found(Verdict.UNDECIDED, worst, f"{one} compares what is no number", details)
            if one.untold:
                return self._found(Verdict.UNDECIDED, worst, f"{one} compares what is not told", details)
            excess, allowed = one.excess()
            details.append(Margin(one.what, excess, allowed))
            if excess > allowed:
                return self._found(Verdict.REFUTED, 0.0 if one.with_infinity else excess, f"{one} fails", details)
            worst = max(worst, excess)
        if not details:
            return self._found(Verdict.UNDECIDED, worst, NOTHING_COMPARED, details)
        return self._found(Verdict.CONSISTENT, worst, f"{len(details)} comparisons within their errors; furthest off {worst:.1g}", details)

    def _found(self, verdict: Verdict, number: float, why: str, details: list[Margin]) -> Judgement:
        return Judgement(self.layer, verdict, number, why, tuple(details))
