"""Exact numbers, and arrays rounded upward: a bound that is computed in doubles must not be rounded down."""

import math
import numbers
from fractions import Fraction
from typing import Any

import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import is_traced

BELOW_LARGEST = np.nextafter(np.finfo(np.float64).max, 0.0)  # the last double whose ulp NumPy knows


def exact(number: Any) -> Fraction:
    """The rational number that a number of Python or NumPy is.

    Raises:
      TypeError: what is no real number, as a bool or an array.
      ValueError: nan or infinite.
    """
    if isinstance(number, bool) or not isinstance(number, numbers.Real):
        raise TypeError(f"A number must be an int, a float, a Fraction or a NumPy scalar. Got {number!r}.")
    if isinstance(number, numbers.Integral):
        return Fraction(int(number))
    if isinstance(number, numbers.Rational):
        return Fraction(number)
    if not math.isfinite(number):
        raise ValueError(f"A number must be finite. Got {number!r}.")
    return Fraction(*number.as_integer_ratio())  # pyright: ignore[reportAttributeAccessIssue]


def whole(exponent: Any) -> int:
    """An exponent as an int. Raises ``TypeError`` for any other than a whole number."""
    try:
        number = exact(exponent)
    except (TypeError, ValueError):
        number = None
    if number is None or number.denominator != 1:
        raise TypeError(f"An exponent must be a whole number. Got {exponent!r}.")
    return int(number)


def up(number: Fraction) -> float:
    """The least double that is not below ``number``. Raises ``OverflowError`` beyond the largest double."""
    nearest = float(number)
    bound = nearest if nearest >= number else math.nextafter(nearest, math.inf)
    if math.isinf(bound):
        raise OverflowError("A bound must not be above the largest double.")
    return bound


def sum_up(a: float, b: float) -> float:
    """The least double that is not below a + b; infinite beyond the largest."""
    total = a + b
    return total if math.isinf(total) or Fraction(total) >= Fraction(a) + Fraction(b) else math.nextafter(total, math.inf)


def ulp(x: Any) -> Any:
    """The distance from |x| to the next double; for traced arrays, a bound of it."""
    if is_traced(x):
        return jnp.finfo(x.dtype).eps * abs(x) + jnp.finfo(x.dtype).tiny
    return np.spacing(np.minimum(np.abs(x), BELOW_LARGEST))


def lost_in_sum(a: Any, b: Any, total: Any) -> Any:
    """A bound of |a + b - total|, for a ``total`` rounded to nearest; 0 where a or b is 0."""
    if is_traced(total):
        return ulp(abs(a) + abs(b) + abs(total))  # a and b may have been rounded to its type
    return np.where(np.equal(a, 0) | np.equal(b, 0), 0.0, ulp(total))


def lost_in_product(a: Any, b: Any, product: Any) -> Any:
    """A bound of |a b - product|, likewise; 0 where a or b is 0 or a power of two, unless the product is subnormal."""
    if is_traced(product):
        return 4 * ulp(product)
    doubled = (_is_power_of_two(a) | _is_power_of_two(b)) & _is_normal(product)
    return np.where(np.equal(a, 0) | np.equal(b, 0) | doubled, 0.0, ulp(product))


def lost_in_quotient(a: Any, b: Any, quotient: Any) -> Any:
    """A bound of |a/b - quotient|, likewise; 0 where a is 0 or b a power of two, unless the quotient is subnormal."""
    if is_traced(quotient):
        return 4 * ulp(quotient)
    return np.where(np.equal(a, 0) | (_is_power_of_two(b) & _is_normal(quotient)), 0.0, ulp(quotient))


def _is_power_of_two(x):
    return np.abs(np.frexp(x)[0]) == 0.5


def _is_normal(x):
    return np.abs(x) >= np.finfo(np.float64).tiny


def add_up(a: Any, b: Any) -> Any:
    """a + b, rounded up."""
    return _upward(a + b, lost_in_sum(a, b, a + b))


def mul_up(a: Any, b: Any) -> Any:
    """a b, rounded up, of a, b >= 0, with 0 · inf = 0."""
    product = jnp.where((a == 0) | (b == 0), 0.0, a * b) if is_traced(a, b) else np.multiply(a, b)
    return _upward(product, lost_in_product(a, b, product))


def div_up(a: Any, b: Any) -> Any:
    """a/b, rounded up, of a >= 0 and b > 0."""
    return _upward(a / b, lost_in_quotient(a, b, a / b))


def _upward(x, lost):
    return x + 2 * lost if is_traced(x) else np.where(lost > 0, np.nextafter(x, np.inf), x)
