"""Numbers with errors: what a claim says are equal must meet, what it says is smaller must not be larger."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from gantheory.base.estimate import Divergent, Estimate
from gantheory.evidence.claim import Judgement, Verdict


@dataclass(frozen=True)
class Comparison:
    """``left`` relation ``right``, "=" or "<=": numbers, Estimates, or infinities."""

    what: str
    left: Any
    relation: str
    right: Any


@dataclass(frozen=True)
class Quadrature:
    """``comparisons()`` are what the claim says of numbers that are computed in different ways."""

    comparisons: Callable[[], Iterable[Comparison]]
    layer: str = "quadrature"

    def judge(self) -> Judgement:
        worst, count = 0.0, 0
        for one in self.comparisons():
            if isinstance(one.left, Divergent) or isinstance(one.right, Divergent):
                ok, excess = float(one.left) <= float(one.right) if one.relation == "<=" else float(one.left) == float(one.right), 0.0
            else:
                left, right = _estimate(one.left), _estimate(one.right)
                excess = left.value - right.value if one.relation == "<=" else abs(left.value - right.value)
                ok = excess <= left.error + right.error
            if not ok:
                return Judgement(self.layer, Verdict.REFUTED, excess, f"{one.what}: {one.left} {one.relation} {one.right} fails")
            worst, count = max(worst, excess), count + 1
        return Judgement(self.layer, Verdict.CONSISTENT, worst, f"{count} comparisons within their errors; furthest off {worst:.1g}")


def _estimate(number) -> Estimate:
    """A plain number is known to its rounding."""
    return number if isinstance(number, Estimate) else Estimate(float(number), 1e-15 * max(1.0, abs(float(number))))
