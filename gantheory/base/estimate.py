"""What a measurement returns: a value with its error, or a typed word that the value is infinite. Never a bare float, never a nan."""

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np
from jaxtyping import Float

Scalar = int | float | np.number
Points = Float[np.ndarray, "..."]


@dataclass(frozen=True)
class Estimate:
    """A number and a bound on how far it may be from the truth, in the number's own units (nats for every divergence).

    Sums, differences and multiples by a scalar carry the error along, sums their own rounding too: errors add, they never cancel.
    """

    value: float
    error: float

    def __post_init__(self):
        if not math.isfinite(self.value) or not self.error >= 0:
            raise ValueError(f"An Estimate must have a finite value and an error of at least 0. Got {self.value} and {self.error}.")

    @property
    def lower(self) -> float:
        return self.value - self.error

    @property
    def upper(self) -> float:
        return self.value + self.error

    def __float__(self) -> float:
        return self.value

    def __repr__(self) -> str:
        return f"{self.value:.4g} ± {self.error:.1g}"

    def __neg__(self) -> "Estimate":
        return Estimate(-self.value, self.error)

    def __add__(self, other):
        if isinstance(other, Divergent):
            return other
        if isinstance(other, Estimate):
            return _rounded(self.value + other.value, self.error + other.error)
        return _rounded(self.value + float(other), self.error)

    __radd__ = __add__

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return (-self) + other

    def __mul__(self, factor: Scalar) -> "Estimate":
        return Estimate(self.value * float(factor), self.error * abs(float(factor)))

    __rmul__ = __mul__

    def __truediv__(self, divisor: Scalar) -> "Estimate":
        return self * (1 / float(divisor))


def _rounded(value: float, error: float) -> Estimate:
    """A sum, with the last bit that it and a constant such as log 4 were rounded to."""
    return Estimate(value, error + math.ulp(value))


@dataclass(frozen=True)
class Enclosure:
    """Two fractions between which a number is proved to lie, in the number's own units."""

    lower: Fraction
    upper: Fraction

    @property
    def width(self) -> Fraction:
        return self.upper - self.lower

    def __contains__(self, number) -> bool:
        """Whether an exact number, or some number within an Estimate's error, lies inside."""
        if isinstance(number, Estimate):
            return Fraction(number.value) - Fraction(number.error) <= self.upper and self.lower <= Fraction(number.value) + Fraction(
                number.error
            )
        return self.lower <= Fraction(number) <= self.upper

    def __float__(self) -> float:
        return float((self.lower + self.upper) / 2)

    def in_decimals(self, decimals: int) -> tuple[str, str]:
        """Both ends with so many decimals, rounded outward."""
        ends = []
        for end, outward in ((self.lower, ROUND_FLOOR), (self.upper, ROUND_CEILING)):
            with localcontext(prec=decimals + 40, rounding=outward):
                ends.append(str((Decimal(end.numerator) / Decimal(end.denominator)).quantize(Decimal(1).scaleb(-decimals))))
        return ends[0], ends[1]

    def __add__(self, other: "Enclosure | int | float | Fraction") -> "Enclosure":
        """With another enclosure, or with an exact number: a double is the number that it is."""
        low, high = (other.lower, other.upper) if isinstance(other, Enclosure) else (Fraction(other), Fraction(other))
        return Enclosure(self.lower + low, self.upper + high)

    __radd__ = __add__

    def __mul__(self, factor: int | float | Fraction) -> "Enclosure":
        ends = sorted((self.lower * Fraction(factor), self.upper * Fraction(factor)))
        return Enclosure(*ends)

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return f"[{float(self.lower)!r}, {float(self.upper)!r}], {float(self.width):.1g} wide"


@dataclass(frozen=True)
class Undecided:
    """What could not be proved, why, and the narrowest interval that was."""

    why: str
    narrowest: Enclosure | None = None

    def __repr__(self) -> str:
        return f"undecided: {self.why}"


@dataclass(frozen=True)
class Divergent:
    """An infinite value, with the reason and the region that makes it so. ``float()`` of it is ±inf."""

    reason: str
    sign: int = 1

    def __float__(self) -> float:
        return math.copysign(math.inf, self.sign)

    def __repr__(self) -> str:
        return f"{'-' if self.sign < 0 else ''}inf ({self.reason})"

    def __neg__(self) -> "Divergent":
        return Divergent(self.reason, -self.sign)

    def __add__(self, other):
        if isinstance(other, Divergent) and other.sign != self.sign:
            raise ValueError(f"The sum of two infinities of opposite sign has no value: {self!r} and {other!r}.")
        return self

    __radd__ = __add__

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return (-self) + other

    def __mul__(self, factor: Scalar) -> "Divergent":
        if not float(factor):
            raise ValueError(f"0 times an infinity has no value: {self!r}.")
        return Divergent(self.reason, self.sign if factor > 0 else -self.sign)

    __rmul__ = __mul__

    def __truediv__(self, divisor: Scalar) -> "Divergent":
        return self * (1 / float(divisor))


@dataclass(frozen=True)
class Estimates:
    """Estimates of a batch: arrays of one shape. Where one is infinite its value is ±inf, and indexing gives the ``Divergent``.

    Under jit or grad the arrays are traced.
    """

    value: Any
    error: Any
    divergent: dict[int, Divergent]  # by the number of the element, in row-major order

    @property
    def shape(self) -> tuple[int, ...]:
        return np.shape(self.value)

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, index) -> "Estimate | Divergent | Estimates":
        numbers = np.arange(self.value.size).reshape(self.shape)[index]
        if np.ndim(numbers):
            own = {new: self.divergent[old] for new, old in enumerate(numbers.ravel().tolist()) if old in self.divergent}
            return Estimates(self.value[index], self.error[index], own)
        return self.divergent.get(int(numbers)) or Estimate(float(self.value[index]), float(self.error[index]))

    def reshape(self, shape: tuple[int, ...]) -> "Estimates":
        return Estimates(self.value.reshape(shape), self.error.reshape(shape), self.divergent)

    def __add__(self, number: Scalar) -> "Estimates":
        value = self.value + float(number)
        return Estimates(value, self.error + np.finfo(float).eps * abs(value), self.divergent)

    def __sub__(self, number: Scalar) -> "Estimates":
        return self + (-number)

    def __mul__(self, factor: Scalar) -> "Estimates":
        own = {at: why * factor for at, why in self.divergent.items()}
        return Estimates(self.value * float(factor), self.error * abs(float(factor)), own)

    __radd__, __rmul__ = __add__, __mul__


Measured = Estimate | Divergent
Outcome = Any  # an Estimate or, where the quantity can be infinite, a Divergent; Estimates for a batch


def finite(measured):
    """The Estimate (or the batch's Estimates), for a quantity that its definition bounds."""
    if isinstance(measured, Divergent):
        raise TypeError(f"A bounded quantity must be an Estimate. Got {measured!r}.")
    return measured


def bounded(measured, largest: float):
    """What its definition bounds, clamped there: the rounding that took it beyond is in its error already."""
    if isinstance(measured, Estimate):
        return Estimate(min(measured.value, largest), measured.error)
    return Estimates(measured.value.clip(max=largest), measured.error, measured.divergent)
