"""What a proof returns: two fractions that a number is proved to lie between, or why there are none."""

import html
import numbers
import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np

from gantheory.base import rational
from gantheory.base.measured import Estimate
from gantheory.base.operators import Number, Operators, operand_of
from gantheory.base.rational import Interval
from gantheory.base.rounding import exact, up

DECIMALS = 17  # default number of decimals of an end


@dataclass(frozen=True, init=False)
class Enclosure(Operators):
    """Two fractions, ``lower`` and ``upper``, between which a number is proved to lie, in the number's own units.

    Arithmetic with other enclosures, and with exact numbers, is exact: an int, a fraction, or a double, which is the number that it is.
    Beside an Estimate, which proves nothing, it counts as an Estimate. ``f"{found:.6f}"`` writes both ends with so many decimals, rounded
    outward.
    """

    rank = 0

    lower: Fraction
    upper: Fraction

    def __init__(self, lower: Number, upper: Number):
        if exact(lower) > exact(upper):
            raise ValueError(f"`lower` of an Enclosure must not be above `upper`. Got {lower} and {upper}.")
        object.__setattr__(self, "lower", exact(lower))
        object.__setattr__(self, "upper", exact(upper))

    @property
    def width(self) -> Fraction:
        return self.upper - self.lower

    def estimate(self) -> Estimate:
        """The double next to the middle, with an error that reaches both ends."""
        value = float(self)
        return Estimate(value, up(max(self.upper - Fraction(value), Fraction(value) - self.lower)))

    def __contains__(self, number: Any) -> bool:
        """Whether an exact number, or some number within an Estimate's error, lies inside."""
        middle, error = (number.value, number.error) if isinstance(number, Estimate) else (number, 0)
        return exact(middle) - exact(error) <= self.upper and self.lower <= exact(middle) + exact(error)

    def __float__(self) -> float:
        return _nearest((self.lower + self.upper) / 2)

    def in_decimals(self, decimals: int) -> tuple[str, str]:
        """Both ends with so many decimals, rounded outward."""
        ends = []
        for end, outward in ((self.lower, ROUND_FLOOR), (self.upper, ROUND_CEILING)):
            whole_digits = len(str(abs(end.numerator) // end.denominator))
            with localcontext(prec=whole_digits + decimals + 2, rounding=outward):
                end = Decimal(end.numerator) / Decimal(end.denominator)
                ends.append(f"{end.quantize(Decimal(1).scaleb(-decimals)):f}")
        return ends[0], ends[1]

    def record(self, decimals: int = DECIMALS) -> dict[str, str]:
        """As JSON has it: the ends with so many decimals, rounded outward."""
        lower, upper = self.in_decimals(decimals)
        return {"lower": lower, "upper": upper}

    def _combined(self, function: np.ufunc, operands: list[Any], exponent: tuple[int, ...]) -> "Enclosure":
        return Enclosure(*getattr(rational, function.__name__)(*(Interval(one.lower, one.upper) for one in operands), *exponent))

    def __repr__(self) -> str:
        return f"[{_nearest(self.lower)!r}, {_nearest(self.upper)!r}], {_nearest(self.width):.1g} wide"

    def __format__(self, spec: str) -> str:
        if not spec:
            return repr(self)
        if not (form := re.fullmatch(r"\.(\d+)f", spec)):
            raise ValueError(f"The format of an Enclosure must be a number of decimals, such as .6f. Got {spec!r}.")
        return "[{}, {}]".format(*self.in_decimals(int(form[1])))

    def _repr_latex_(self) -> str:
        """The ends to two digits of the width."""
        size = (Decimal(self.width.numerator) / Decimal(self.width.denominator)).adjusted() if self.width else -DECIMALS
        return "$[{},\\, {}]$".format(*self.in_decimals(max(0, 1 - size)))


def _nearest(number: Fraction) -> float:
    """The double next to a fraction; infinite beyond the largest."""
    try:
        return float(number)
    except OverflowError:
        return np.inf if number > 0 else -np.inf


@dataclass(frozen=True)
class Undecided:
    """What could not be proved, why, and the narrowest interval that was. It has no arithmetic."""

    why: str
    narrowest: Enclosure | None = None

    def record(self, decimals: int | None = None) -> dict[str, str]:
        """As JSON has it; ``decimals`` are for an Enclosure."""
        return {"undecided": self.why}

    def __repr__(self) -> str:
        return f"undecided: {self.why}"

    def __format__(self, spec: str) -> str:
        return repr(self)

    def _repr_html_(self) -> str:
        return f"undecided <small>({html.escape(self.why)})</small>"


@operand_of.register(numbers.Real)
def _(number) -> Enclosure | None:
    """A number is exactly what it is."""
    return Enclosure(number, number)


@operand_of.register(bool)
def _(truth) -> Enclosure | None:
    return None
