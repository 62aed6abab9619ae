"""A property that a figure is drawn to show: measured, compared with what is claimed of it, and printed beside it."""

import operator
from dataclasses import dataclass

from gantheory.base.estimate import Divergent, Estimate, Measured, Scalar

COMPARISONS = {"<=": operator.le, "<": operator.lt, ">=": operator.ge, ">": operator.gt}


@dataclass(frozen=True)
class Claim:
    """``quantity`` of a panel, ``relation`` one of <= < >= > == and the ``bound``. An Estimate must satisfy it with its whole interval;
    ``==`` asks that the bound lie inside it."""

    panel: str
    quantity: str
    measured: Measured | Scalar
    relation: str
    bound: Scalar
    symbol: str | None = None  # how a figure writes the quantity, if it does

    @property
    def holds(self) -> bool:
        m = self.measured
        if isinstance(m, Divergent):
            return False
        low, high = (m.lower, m.upper) if isinstance(m, Estimate) else (m, m)
        if self.relation == "==":
            return bool(low <= self.bound <= high)
        compare = COMPARISONS[self.relation]
        return bool(compare(low, self.bound) and compare(high, self.bound))

    def record(self) -> dict:
        m = self.measured
        number = (
            {"infinite": m.reason}
            if isinstance(m, Divergent)
            else {"value": float(m), "error": m.error if isinstance(m, Estimate) else None}
        )
        return {"panel": self.panel, "quantity": self.quantity, **number, "claim": f"{self.relation} {self.bound:g}", "holds": self.holds}

    def sentence(self) -> str:
        m = self.measured if isinstance(self.measured, Estimate | Divergent) else f"{self.measured:.4g}"
        return f"({self.panel}) {self.quantity} = {m}, claimed {self.relation} {self.bound:g}: {'holds' if self.holds else 'FAILS'}"

    def drawn(self) -> str:
        """For a figure: the symbol and the number, two digits of it."""
        return f"{self.symbol} = {number_drawn(float(self.measured))}"


def number_drawn(number: float) -> str:
    mantissa, _, exponent = f"{number:.1e}".partition("e")
    return f"{number:.2g}" if -4 < int(exponent) < 4 else rf"${mantissa} \times 10^{{{int(exponent)}}}$"
