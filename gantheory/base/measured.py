"""One measured number: a value with its error, or the word that it is infinite. Never a bare float, never a nan."""

import html
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from jaxtyping import Float

from gantheory.base.display import formatted, in_latex
from gantheory.base.operators import Number, Operators
from gantheory.base.rounding import exact, sum_up, up

Scalar = int | float | np.number
Points = Float[np.ndarray, "..."]


class Combinable(Operators):
    """What mixes with numbers, with arrays, and with its own kind."""

    def _applied(self, function: np.ufunc, *operands) -> Any:
        from gantheory.base.combination import applied  # which needs this module

        return applied(function, *operands)


@dataclass(frozen=True, init=False)
class Estimate(Combinable):
    """A number and a bound on how far it may be from the truth, in the number's own units (nats for every divergence).

    Both are doubles. For a number that is no double, such as 1/3 or 2**53 + 1, the value is the nearest one and the error counts the
    rest. ``f"{e:.3f}"`` writes the value so, with an error that covers the digits left out: 0.111 ± 0.00043.

    Raises ``ValueError`` for a value or an error that is not finite, and for an error below 0.
    """

    value: float
    error: float

    def __init__(self, value: Number, error: Number):
        try:
            middle, radius = exact(value), exact(error)
        except ValueError:
            middle = radius = Fraction(-1)
        if radius < 0:
            raise ValueError(f"An Estimate must have a finite value and a finite error of at least 0. Got {value} and {error}.")
        nearest = float(value)
        object.__setattr__(self, "value", nearest)
        object.__setattr__(self, "error", up(radius + abs(middle - Fraction(nearest))))

    @property
    def lower(self) -> float:
        """value - error, rounded down."""
        return -sum_up(-self.value, self.error)

    @property
    def upper(self) -> float:
        """value + error, rounded up."""
        return sum_up(self.value, self.error)

    def record(self) -> dict[str, float]:
        """As JSON has it."""
        return {"value": self.value, "error": self.error}

    def __float__(self) -> float:
        return self.value

    def __repr__(self) -> str:
        return f"{self.value:.4g} ± {self.error:.1g}"

    def __format__(self, spec: str) -> str:
        return formatted(self.value, self.error, spec) if spec else repr(self)

    def _repr_latex_(self) -> str:
        return rf"${in_latex(f'{self.value:.4g}')} \pm {in_latex(f'{self.error:.1g}')}$"


@dataclass(frozen=True)
class Divergent(Combinable):
    """An infinite value, with the reason and the region that makes it so. ``float()`` of it is ±inf.

    A finite number divided by it is 0, exactly.
    """

    reason: str
    sign: int = 1

    @property
    def lower(self) -> float:
        return float(self)

    @property
    def upper(self) -> float:
        return float(self)

    def record(self, decimals: int | None = None) -> dict[str, str]:
        """As JSON has it, which has no infinity; ``decimals`` are for an Enclosure."""
        return {"infinite": self.reason}

    def __float__(self) -> float:
        return math.copysign(math.inf, self.sign)

    def __repr__(self) -> str:
        return f"{'-' if self.sign < 0 else ''}inf ({self.reason})"

    def __format__(self, spec: str) -> str:
        return repr(self)

    def _repr_html_(self) -> str:
        return f"{'−' if self.sign < 0 else ''}∞ <small>({html.escape(self.reason)})</small>"


Measured = Estimate | Divergent
