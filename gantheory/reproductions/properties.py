"""A property that a figure is drawn to show: measured, compared with its bound, and printed beside the figure."""

import operator
from dataclasses import dataclass
from typing import Any

from gantheory.base.display import in_latex
from gantheory.base.estimate import Divergent, Estimate, Measured, Scalar

COMPARISONS = {"<=": operator.le, "<": operator.lt, ">=": operator.ge, ">": operator.gt}


@dataclass(frozen=True)
class Property:
    """A measured quantity of one panel, and the relation to a bound that is claimed of it.

    Attributes:
      panel: the panel, or the part of the figure, that shows it.
      quantity: what was measured, in words.
      measured: its value.
      relation: one of <= < >= > ==.
      bound: the other side of the relation.
      symbol: the quantity in LaTeX, if the figure shows the number too.
    """

    panel: str
    quantity: str
    measured: Measured | Scalar
    relation: str
    bound: Scalar
    symbol: str | None = None

    @property
    def holds(self) -> bool:
        """Whether the whole interval of an ``Estimate`` satisfies the relation; for ``==``, whether the bound lies in the interval.

        A ``Divergent`` satisfies none.
        """
        m = self.measured
        if isinstance(m, Divergent):
            return False
        low, high = (m.lower, m.upper) if isinstance(m, Estimate) else (m, m)
        if self.relation == "==":
            return bool(low <= self.bound <= high)
        compare = COMPARISONS[self.relation]
        return bool(compare(low, self.bound) and compare(high, self.bound))

    def record(self) -> dict[str, Any]:
        """The property for the figure's JSON."""
        m = self.measured
        number = m.record() if isinstance(m, Estimate | Divergent) else {"value": float(m), "error": None}
        return {"panel": self.panel, "quantity": self.quantity, **number, "claim": f"{self.relation} {self.bound:g}", "holds": self.holds}

    def sentence(self) -> str:
        """The property for the terminal: value, error, what is claimed, and whether it holds."""
        m = self.measured if isinstance(self.measured, Estimate | Divergent) else f"{self.measured:.4g}"
        return f"({self.panel}) {self.quantity} = {m}, claimed {self.relation} {self.bound:g}: {'holds' if self.holds else 'FAILS'}"

    def drawn(self) -> str:
        """The property for the figure: the symbol and the number to two digits."""
        return f"{self.symbol} = {two_digits(float(self.measured))}"


def two_digits(number: float) -> str:
    """A number to two significant digits, as LaTeX with a power of ten where it is small or large."""
    rounded = f"{number:.1e}"
    return f"{number:.2g}" if -4 < int(rounded.partition("e")[2]) < 4 else f"${in_latex(rounded)}$"
