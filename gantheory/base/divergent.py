"""A measured number that is infinite, and arithmetic with it."""

import html
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gantheory.base.measured import Estimate
from gantheory.base.operators import Operators


@dataclass(frozen=True)
class Divergent(Operators):
    """An infinite value, with the reason and the region that makes it so. ``float()`` of it is ±inf, by its ``sign``, 1 or -1.

    A finite number divided by it is 0, exactly.
    """

    rank = 2

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

    def _combined(self, function: np.ufunc, operands: list[Any], exponent: tuple[int, ...]) -> "Measured":
        taken = [operand if isinstance(operand, Divergent) else operand.estimate() for operand in operands]
        return RULES[function](*taken, *exponent)

    def __float__(self) -> float:
        return math.copysign(math.inf, self.sign)

    def __repr__(self) -> str:
        return f"{'-' if self.sign < 0 else ''}inf ({self.reason})"

    def __format__(self, spec: str) -> str:
        return repr(self)

    def _repr_html_(self) -> str:
        return f"{'−' if self.sign < 0 else ''}∞ <small>({html.escape(self.reason)})</small>"


Measured = Estimate | Divergent

ZERO = Estimate(0.0, 0.0)


def _positive(x: Measured) -> Measured:
    return x


def _negative(x: Measured) -> Measured:
    return Divergent(x.reason, -x.sign) if isinstance(x, Divergent) else Estimate(-x.value, x.error)


def _absolute(x: Divergent) -> Divergent:
    return Divergent(x.reason)


def _add(x: Measured, y: Measured) -> Divergent:
    """The reason is that of the first infinity."""
    infinite = [one for one in (x, y) if isinstance(one, Divergent)]
    if len({one.sign for one in infinite}) == 2:
        raise ValueError(f"The sum of two infinities of opposite sign has no value: {x!r} and {y!r}.")
    return infinite[0]


def _subtract(x: Measured, y: Measured) -> Divergent:
    return _add(x, _negative(y))


def _multiply(x: Measured, y: Measured) -> Divergent:
    reason = next(one.reason for one in (x, y) if isinstance(one, Divergent))
    return Divergent(reason, _sign(x, y) * _sign(y, x))


def _sign(x: Measured, other: Measured) -> int:
    if isinstance(x, Divergent):
        return x.sign
    if x.lower <= 0 <= x.upper:
        raise ValueError(f"0 times an infinity has no value: {x!r} and {other!r}.")
    return 1 if x.value > 0 else -1


def _divide(x: Measured, y: Measured) -> Measured:
    """A finite number over an infinity is 0."""
    if isinstance(x, Divergent) and isinstance(y, Divergent):
        raise ValueError(f"The ratio of two infinities has no value: {x!r} and {y!r}.")
    if isinstance(y, Divergent):
        return ZERO
    if y.lower <= 0 <= y.upper:
        raise ZeroDivisionError(f"A divisor must not be 0 anywhere in its interval. Got [{y.lower:.4g}, {y.upper:.4g}].")
    return _multiply(x, y)


def _power(x: Divergent, exponent: int) -> Measured:
    if exponent == 0:
        raise ValueError(f"An infinity to the power 0 has no value: {x!r}.")
    return ZERO if exponent < 0 else Divergent(x.reason, x.sign if exponent % 2 else 1)


RULES: dict[np.ufunc, Callable[..., Measured]] = {
    np.positive: _positive,
    np.negative: _negative,
    np.absolute: _absolute,
    np.add: _add,
    np.subtract: _subtract,
    np.multiply: _multiply,
    np.divide: _divide,
    np.power: _power,
}
