"""Arithmetic where an operand is infinite: a result that is infinite too, or 0, or a ``ValueError`` where there is no value."""

from gantheory.base.measured import Divergent, Estimate, Measured

ZERO = Estimate(0.0, 0.0)


def positive(x: Measured) -> Measured:
    return x


def negative(x: Measured) -> Measured:
    return Divergent(x.reason, -x.sign) if isinstance(x, Divergent) else Estimate(-x.value, x.error)


def absolute(x: Divergent) -> Divergent:
    return Divergent(x.reason)


def add(x: Measured, y: Measured) -> Divergent:
    """The reason is that of the first infinity."""
    infinite = [one for one in (x, y) if isinstance(one, Divergent)]
    if len({one.sign for one in infinite}) == 2:
        raise ValueError(f"The sum of two infinities of opposite sign has no value: {x!r} and {y!r}.")
    return infinite[0]


def subtract(x: Measured, y: Measured) -> Divergent:
    return add(x, negative(y))


def multiply(x: Measured, y: Measured) -> Divergent:
    reason = next(one.reason for one in (x, y) if isinstance(one, Divergent))
    return Divergent(reason, _sign(x, y) * _sign(y, x))


def _sign(x: Measured, other: Measured) -> int:
    if isinstance(x, Divergent):
        return x.sign
    if x.lower <= 0 <= x.upper:
        raise ValueError(f"0 times an infinity has no value: {x!r} and {other!r}.")
    return 1 if x.value > 0 else -1


def divide(x: Measured, y: Measured) -> Measured:
    """A finite number over an infinity is 0."""
    if isinstance(x, Divergent) and isinstance(y, Divergent):
        raise ValueError(f"The ratio of two infinities has no value: {x!r} and {y!r}.")
    if isinstance(y, Divergent):
        return ZERO
    if y.lower <= 0 <= y.upper:
        raise ZeroDivisionError(f"A divisor must not be 0 anywhere in its interval. Got [{y.lower:.4g}, {y.upper:.4g}].")
    return multiply(x, y)


def power(x: Divergent, exponent: int) -> Measured:
    if exponent == 0:
        raise ValueError(f"An infinity to the power 0 has no value: {x!r}.")
    return ZERO if exponent < 0 else Divergent(x.reason, x.sign if exponent % 2 else 1)
