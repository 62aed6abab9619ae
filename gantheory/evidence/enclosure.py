"""Numbers between proved bounds: equal ones must have intervals that overlap, a smaller one an interval that lies below the other's."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from gantheory.base.estimate import Enclosure, Undecided
from gantheory.evidence.claim import Judgement, Margin, Verdict
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
        widest, details = Fraction(0), []
        for one in self.comparisons():
            sides = (one.left, one.right)
            if unknown := [side for side in sides if isinstance(side, Undecided)]:
                return self._found(Verdict.UNDECIDED, widest, f"{one.what}: {unknown[0].why}", details)
            details.append(_margin(one))
            if (verdict := _compared(one)) != Verdict.ENCLOSED:
                return self._found(verdict, widest, str(one), details)
            widest = max([widest, *(side.width for side in sides if isinstance(side, Enclosure))])
        if not details:
            return self._found(Verdict.UNDECIDED, widest, NOTHING_COMPARED, details)
        why = f"{len(details)} comparisons of proved intervals, at most {float(widest):.1g} wide"
        return self._found(Verdict.ENCLOSED, widest, why, details)

    def _found(self, verdict: Verdict, widest: Fraction, why: str, details: list[Margin]) -> Judgement:
        return Judgement(self.layer, verdict, float(widest), why, tuple(details))


def _compared(one: Comparison) -> Verdict:
    left, right = one.left, one.right
    if one.with_infinity:
        return Verdict.ENCLOSED if one.holds_as_floats() else Verdict.REFUTED
    if left.lower > right.upper:
        return Verdict.REFUTED
    if one.relation == "=":
        return Verdict.REFUTED if right.lower > left.upper else Verdict.ENCLOSED
    return Verdict.ENCLOSED if left.upper <= right.lower else Verdict.UNDECIDED


def _margin(one: Comparison) -> Margin:
    """The distance of the intervals' middles and the sum of their half-widths; of an inequality, what one reaches into the other, and 0."""
    left, right = one.left, one.right
    if one.with_infinity:
        return Margin(one.what, *one.excess())
    if one.relation == "<=":
        return Margin(one.what, float(left.upper - right.lower), 0.0)
    return Margin(one.what, float(abs(left.lower + left.upper - right.lower - right.upper) / 2), float((left.width + right.width) / 2))
