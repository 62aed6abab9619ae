"""Interval arithmetic on arrays of values with errors that broadcast; the operators are those of ``rational``.

With |x - a| <= e and |y - b| <= d, and each operation's own rounding added:

    |(x + y) - (a + b)| <= e + d
    |x y - a b|         <= |a| d + |b| e + e d
    |x/y - a/b|         <= (e + |a/b| d)/(|b| - d)
"""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import is_traced
from gantheory.base.rounding import add_up, div_up, lost_in_product, lost_in_quotient, lost_in_sum, mul_up


class Known(NamedTuple):
    """Numbers, each within ``error`` of ``value``."""

    value: Any
    error: Any


ONE = Known(1.0, 0.0)


def positive(x: Known) -> Known:
    return x


def negative(x: Known) -> Known:
    return Known(-x.value, x.error)


def absolute(x: Known) -> Known:
    return Known(abs(x.value), x.error)


def add(x: Known, y: Known) -> Known:
    value = x.value + y.value
    return Known(value, add_up(add_up(x.error, y.error), lost_in_sum(x.value, y.value, value)))


def subtract(x: Known, y: Known) -> Known:
    return add(x, negative(y))


def multiply(x: Known, y: Known) -> Known:
    value = x.value * y.value
    cross = add_up(mul_up(abs(x.value), y.error), mul_up(abs(y.value), x.error))
    return Known(value, add_up(lost_in_product(x.value, y.value, value), add_up(cross, mul_up(x.error, y.error))))


def divide(x: Known, y: Known) -> Known:
    """x/y. Raises ``ZeroDivisionError`` if y may be 0; traced, the error is then infinite."""
    if not is_traced(y.value, y.error) and (near := np.abs(y.value) <= y.error).any():
        value, error = (np.broadcast_to(a, near.shape)[near][0] for a in y)
        ends = f"[{value - error:.4g}, {value + error:.4g}]"
        raise ZeroDivisionError(f"A divisor must not be 0 anywhere in its interval. Got {ends}.")
    value = x.value / y.value
    lost = lost_in_quotient(x.value, y.value, value)
    moved = add_up(x.error, mul_up(add_up(abs(value), lost), y.error))
    least = -add_up(-abs(y.value), y.error)
    return Known(value, add_up(lost, div_up(moved, jnp.maximum(least, 0.0) if is_traced(least) else least)))


def power(x: Known, exponent: int) -> Known:
    """x to a whole power, by squaring; x⁰ = 1."""
    if exponent < 0:
        return divide(ONE, power(x, -exponent))
    result = ONE
    for bit in f"{exponent:b}":
        result = multiply(result, result)
        if bit == "1":
            result = multiply(result, x)
    return result
