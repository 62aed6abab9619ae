"""Numbers between proved bounds: equal ones must have intervals that overlap, a smaller one an interval that lies below the other's."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from gantheory.base.estimate import Enclosure, Undecided
from gantheory.evidence.claim import Judgement, Verdict
from gantheory.evidence.comparison import NOTHING_COMPARED, Comparison


@dataclass(frozen=True)
class Enclosed:
    """Proved intervals, compared with each other and with those of closed forms.

    Intervals that overlap do not prove an equality: ENCLOSED says that it holds to the width given.

    Attributes:
      comparisons: makes the comparisons that hold if the claim is true, with an Enclosure or an infinity on either side.
      layer: the layer that the judgement is for.
    """

    comparisons: Callable[[], Iterable[Comparison]]
    layer: str = "enclosure"

    def judge(self) -> Judgement:
        """ENCLOSED with the widest interval; else the verdict of the first comparison that is not, and UNDECIDED if there is none."""
        widest, count = Fraction(0), 0
        for one in self.comparisons():
            sides = (one.left, one.right)
            if unknown := [side for side in sides if isinstance(side, Undecided)]:
                return Judgement(self.layer, Verdict.UNDECIDED, float(widest), f"{one.what}: {unknown[0].why}")
            if (verdict := _compared(one)) != Verdict.ENCLOSED:
                return Judgement(self.layer, verdict, float(widest), str(one))
            widest = max([widest, *(side.width for side in sides if isinstance(side, Enclosure))])
            count += 1
        if not count:
            return Judgement(self.layer, Verdict.UNDECIDED, float(widest), NOTHING_COMPARED)
        why = f"{count} comparisons of proved intervals, at most {float(widest):.1g} wide"
        return Judgement(self.layer, Verdict.ENCLOSED, float(widest), why)


def _compared(one: Comparison) -> Verdict:
    left, right = one.left, one.right
    if one.with_infinity:
        return Verdict.ENCLOSED if one.holds_as_floats() else Verdict.REFUTED
    if left.lower > right.upper:
        return Verdict.REFUTED
    if one.relation == "=":
        return Verdict.REFUTED if right.lower > left.upper else Verdict.ENCLOSED
    return Verdict.ENCLOSED if left.upper <= right.lower else Verdict.UNDECIDED
