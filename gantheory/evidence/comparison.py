"""Two numbers, computed in different ways, and how they must compare if a claim is true."""

import math
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from gantheory.base.estimate import Estimate
from gantheory.quadrature.rules import WIDE

HOLDS: dict[str, Callable[[float, float], bool]] = {"=": operator.eq, "<=": operator.le}
NOTHING_COMPARED = "no numbers were compared"


@dataclass(frozen=True)
class Comparison:
    """What a claim says of two numbers. Raises ``ValueError`` for another relation than the two.

    Attributes:
      what: what is compared, in words.
      left: an Estimate, an Enclosure, a number or an infinity.
      relation: "=" or "<=".
      right: like ``left``.
    """

    what: str
    left: Any
    relation: str
    right: Any

    def __post_init__(self) -> None:
        if self.relation not in HOLDS:
            raise ValueError(f"`relation` of a Comparison must be one of {', '.join(HOLDS)}. Got {self.relation!r}.")

    @property
    def with_infinity(self) -> bool:
        """Whether a side is infinite; no error is then left to take into account."""
        return math.isinf(float(self.left)) or math.isinf(float(self.right))

    @property
    def with_nan(self) -> bool:
        """Whether a side is no number, so that nothing can be said of it."""
        return math.isnan(float(self.left)) or math.isnan(float(self.right))

    @property
    def untold(self) -> bool:
        """Whether a side's error says that nothing is known of it, so that every comparison holds."""
        return self.excess()[1] >= WIDE

    def holds_as_floats(self) -> bool:
        """Whether it holds of the two values, without their errors."""
        return HOLDS[self.relation](float(self.left), float(self.right))

    def excess(self) -> tuple[float, float]:
        """How far the sides are apart, or in the wrong order, and how far their errors allow: it holds unless the first is larger."""
        if self.with_infinity:
            return (0.0 if self.holds_as_floats() else math.inf), 0.0
        left, right = estimate_of(self.left), estimate_of(self.right)
        difference = left.value - right.value
        return (abs(difference) if self.relation == "=" else difference), left.error + right.error

    def __str__(self) -> str:
        return f"{self.what}: {self.left} {self.relation} {self.right}"


Comparisons = Iterator[Comparison]


def estimate_of(number: Any) -> Estimate:
    """The Estimate itself, or a plain number that is known to its rounding. Raises ``ValueError`` for an infinity."""
    return number if isinstance(number, Estimate) else Estimate(float(number), 1e-15 * max(1.0, abs(float(number))))
