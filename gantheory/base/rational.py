"""Interval arithmetic on pairs of fractions, exact: the least interval that holds every result."""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple


class Interval(NamedTuple):
    """All numbers from ``lower`` to ``upper``."""

    lower: Fraction
    upper: Fraction


def positive(x: Interval) -> Interval:
    return x


def negative(x: Interval) -> Interval:
    return Interval(-x.upper, -x.lower)


def absolute(x: Interval) -> Interval:
    ends = abs(x.lower), abs(x.upper)
    return Interval(Fraction(0) if x.lower <= 0 <= x.upper else min(ends), max(ends))


def add(x: Interval, y: Interval) -> Interval:
    return Interval(x.lower + y.lower, x.upper + y.upper)


def subtract(x: Interval, y: Interval) -> Interval:
    return add(x, negative(y))


def multiply(x: Interval, y: Interval) -> Interval:
    products = [one * other for one in x for other in y]
    return Interval(min(products), max(products))


def divide(x: Interval, y: Interval) -> Interval:
    """x/y. Raises ``ZeroDivisionError`` if y may be 0."""
    if y.lower <= 0 <= y.upper:
        ends = ", ".join(f"{Decimal(end.numerator) / Decimal(end.denominator):.4g}" for end in y)
        raise ZeroDivisionError(f"A divisor must not be 0 anywhere in its interval. Got [{ends}].")
    return multiply(x, Interval(1 / y.upper, 1 / y.lower))


def power(x: Interval, exponent: int) -> Interval:
    """x to a whole power; x⁰ = 1."""
    if exponent < 0:
        return divide(Interval(Fraction(1), Fraction(1)), power(x, -exponent))
    base = x if exponent % 2 else absolute(x)
    return Interval(base.lower**exponent, base.upper**exponent)
