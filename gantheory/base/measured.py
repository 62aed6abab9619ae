"""One measured number: a value and a bound on its error."""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from jaxtyping import Float

from gantheory.base import rational
from gantheory.base.display import formatted, in_html, in_latex
from gantheory.base.operators import Number, Operators
from gantheory.base.rational import Interval
from gantheory.base.rounding import exact, sum_up, up

Scalar = int | float | np.number
Points = Float[np.ndarray, "..."]


@dataclass(frozen=True, init=False)
class Estimate(Operators):
    """A number and a bound on how far it may be from the truth, in the number's own units (nats for every divergence).

    Both are doubles. For a number that is no double, such as 1/3 or 2**53 + 1, the value is the nearest one and the error counts the
    rest. ``f"{e:.3f}"`` writes the value so, with an error that covers the digits left out: 0.111 ± 0.00043.

    Raises ``ValueError`` for a value or an error that is not finite, and for an error below 0.
    """

    rank = 1

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

    def estimate(self) -> "Estimate":
        """Itself: what any finite operand counts as."""
        return self

    def record(self) -> dict[str, float]:
        """As JSON has it."""
        return {"value": self.value, "error": self.error}

    def _combined(self, function: np.ufunc, operands: list[Any], exponent: tuple[int, ...]) -> "Estimate":
        """The value that doubles give, and as the error the distance to the further end of the exact interval."""
        finite = [operand.estimate() for operand in operands]
        lower, upper = getattr(rational, function.__name__)(*(_interval(operand) for operand in finite), *exponent)
        with np.errstate(all="ignore"):
            value = float(function(*(operand.value for operand in finite), *exponent))
        if math.isinf(value):
            raise beyond_doubles(function)
        error = up(max(upper - Fraction(value), Fraction(value) - lower))
        return Estimate(value, max(error, _slack(finite, value)) if function in (np.add, np.subtract) else error)

    def __float__(self) -> float:
        return self.value

    def __repr__(self) -> str:
        return f"{self.value:.4g} ± {self.error:.1g}"

    def __format__(self, spec: str) -> str:
        return formatted(self.value, self.error, spec) if spec else repr(self)

    def _repr_html_(self) -> str:
        return f"{in_html(f'{self.value:.4g}')} ± {in_html(f'{self.error:.1g}')}"

    def _repr_latex_(self) -> str:
        return rf"${in_latex(f'{self.value:.4g}')} \pm {in_latex(f'{self.error:.1g}')}$"


def _interval(one: Estimate) -> Interval:
    value, error = Fraction(one.value), Fraction(one.error)
    return Interval(value - error, value + error)


def _slack(terms: list[Estimate], value: float) -> float:
    """A sum's error and one ulp of its value, enough for a constant such as log 4 that was itself rounded to nearest."""
    slack = sum(term.error for term in terms) + math.ulp(value)
    return slack if math.isfinite(slack) else 0.0


def beyond_doubles(function: np.ufunc) -> OverflowError:
    return OverflowError(f"The result of {function.__name__} must be within the range of doubles.")
