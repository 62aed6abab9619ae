"""Interval arithmetic: bounds of a real function on an interval, and how fast it may grow, through every operation on the list.

What may leave its domain raises ``UndecidedError``. An operation without a rule here is not known.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from flint import acb, arb

from gantheory.rigorous.balls import UndecidedError, exact
from gantheory.rigorous.evaluation import written
from gantheory.rigorous.operations import ELEMENTWISE, NOT_ZERO
from gantheory.rigorous.tails import Envelope

INFINITY = arb("inf")


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of f over an interval: low <= f(x) <= high, and |f(x)| is at most its ``growth``.

    The bounds may be infinite. Where ``is_infinite``, f may itself be infinite, as the logarithm of a density that is 0 is; where
    ``is_nan``, the program's value is nan all over the interval. ``opens`` says of either bound that it is not reached inside.
    """

    low: arb
    high: arb
    growth: Envelope
    opens: tuple[bool, bool] = (False, False)
    is_infinite: bool = False
    is_nan: bool = False

    @property
    def swapped(self) -> tuple[bool, bool]:
        """``opens`` of -f."""
        return self.opens[1], self.opens[0]

    @property
    def largest(self) -> arb:
        """A bound of |f|."""
        return abs(self.low).upper().max(abs(self.high).upper())


UNKNOWN = Envelope(constant=INFINITY)
NOT_A_NUMBER = Range(arb("-inf"), INFINITY, UNKNOWN, is_nan=True)


def made(low: arb, high: arb, growth: Envelope = UNKNOWN, opens: tuple[bool, bool] = (False, False), is_infinite: bool = False) -> Range:
    """A range, whose growth is that of its bounds where they are finite."""
    low = arb("-inf") if low.is_nan() else low.lower()
    high = INFINITY if high.is_nan() else high.upper()
    most = abs(low).upper().max(abs(high).upper())
    growth = Envelope(constant=most) if most.is_finite() else Envelope(*(part.upper() for part in growth))
    return Range(low, high, growth, opens, is_infinite)


def exactly(number: Any) -> Range:
    """The range of a constant."""
    number = number if isinstance(number, acb | int | np.integer) else float(number)
    if isinstance(number, float) and np.isnan(number):
        return NOT_A_NUMBER
    if isinstance(number, float) and np.isinf(number):
        return Range(arb(number), arb(number), UNKNOWN, is_infinite=True)
    value = number.real if isinstance(number, acb) else exact(number)
    return made(value, value)


def finite(*ranges: Range) -> None:
    """Raise ``UndecidedError`` unless all are ranges of real numbers."""
    if any(one.is_infinite or one.is_nan for one in ranges):
        raise UndecidedError("a number that may be infinite, or nan")


def _larger_growth(a: Range, b: Range) -> Envelope:
    return Envelope(*(one.max(other) for one, other in zip(a.growth, b.growth, strict=True)))


def _more(growth: Envelope, constant: arb | int) -> Envelope:
    return growth._replace(constant=growth.constant + constant)


def _times_growth(a: Range, b: Range) -> Envelope:
    """(c + l|x| + s x²) times another, where no power above x² comes out."""
    for one, other in ((a, b), (b, a)):
        if one.largest.is_finite():
            return Envelope(*(_times(one.largest, part) for part in other.growth))
    one, other = a.growth, b.growth
    if not (one.square == 0 and other.square == 0 and one.logarithm == 0 and other.logarithm == 0):
        return UNKNOWN
    middle = one.constant * other.linear + one.linear * other.constant
    return Envelope(constant=one.constant * other.constant, linear=middle, square=one.linear * other.linear)


def union(a: Range, b: Range) -> Range:
    if a.is_nan or b.is_nan:
        raise UndecidedError("a number that may be nan")
    return Range(a.low.min(b.low), a.high.max(b.high), _larger_growth(a, b), is_infinite=a.is_infinite or b.is_infinite)


def added(a: Range, b: Range) -> Range:
    if a.is_nan or b.is_nan:
        return NOT_A_NUMBER
    if a.is_infinite and b.is_infinite and not (a.high < INFINITY and b.high < INFINITY):
        raise UndecidedError("a sum of infinite numbers")
    opens = a.opens[0] or b.opens[0], a.opens[1] or b.opens[1]
    return made(a.low + b.low, a.high + b.high, a.growth.plus(b.growth), opens, a.is_infinite or b.is_infinite)


def _negated(a: Range) -> Range:
    return a if a.is_nan else Range(-a.high, -a.low, a.growth, a.swapped, a.is_infinite)


def _times(x: arb, y: arb) -> arb:
    return arb(0) if x == 0 or y == 0 else x * y


def multiplied(a: Range, b: Range) -> Range:
    finite(a, b)
    ends = [_times(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    opens = (False, False)
    for one, constant in ((a, b), (b, a)):
        if constant.low == constant.high and (constant.low > 0 or constant.low < 0):
            opens = one.opens if constant.low > 0 else one.swapped
    return made(_least(ends), _most(ends), _times_growth(a, b), opens)


def _least(ends: list[arb]) -> arb:
    low = ends[0].lower()
    for end in ends[1:]:
        low = low.min(end.lower())
    return low


def _most(ends: list[arb]) -> arb:
    high = ends[0].upper()
    for end in ends[1:]:
        high = high.max(end.upper())
    return high


def _divided(a: Range, b: Range) -> Range:
    finite(a, b)
    if not (_is_above(b, arb(0)) or _is_above(_negated(b), arb(0))):
        raise UndecidedError("a divisor that may be 0")
    if b.high <= 0:
        return _divided(_negated(a), _negated(b))
    low, high = (1 / b.high if b.high.is_finite() else arb(0)), (1 / b.low if b.low > 0 else INFINITY)
    return multiplied(a, made(low, high, opens=b.swapped))


def _is_above(a: Range, bound: arb) -> bool:
    """Whether all values inside the interval exceed a bound."""
    return bool(a.low > bound or (a.opens[0] and a.low >= bound))


def _larger(a: Range, b: Range) -> Range:
    if a.is_nan or b.is_nan:
        return NOT_A_NUMBER
    may_be = [one.is_infinite and one.high == INFINITY for one in (a, b)]
    is_infinite = any(may_be) or (a.is_infinite and b.is_infinite)
    return Range(a.low.max(b.low), a.high.max(b.high), _larger_growth(a, b), is_infinite=is_infinite)


def _size(a: Range) -> Range:
    finite(a)
    if a.high <= 0:
        return _negated(a)
    return a if a.low >= 0 else Range(arb(0), a.largest, a.growth)


def _rising(name: str, at_low: arb, at_high: arb, growth: Callable[[Range], Envelope] = lambda a: UNKNOWN) -> Callable[..., Range]:
    """The range of a rising function, with its limits at the lower end of its domain and at ∞."""
    formula = written(ELEMENTWISE[name].formula, None, 1)

    def at(end: arb) -> arb:
        return formula(acb(end)).real if end.is_finite() else at_high if end > 0 else at_low

    def found(a: Range) -> Range:
        if a.is_nan or _is_outside(name, a):
            return NOT_A_NUMBER
        _inside(name, a)
        if name in ("exp", "exp2") and a.is_infinite and a.high < INFINITY:
            return made(arb(0), at(a.high))
        finite(a)
        low = at_low if a.low == EDGES.get(name) else at(a.low)
        return made(low, at(a.high), growth(a), a.opens)

    return found


def _is_outside(name: str, a: Range) -> bool:
    """Whether all of a range lies where JAX gives nan."""
    kind = ELEMENTWISE[name]
    if not kind.is_nan_outside or kind.within is None or kind.within.count("*") or not a.high.is_finite():
        return False
    within = written(kind.within, None, 1)(acb(a.high)).real
    return bool(within < 0 or (a.opens[1] and within <= 0))


def _inside(name: str, a: Range) -> None:
    """Raise ``UndecidedError`` unless the range lies inside the domain of an operation whose domain is bounded by one number."""
    kind = ELEMENTWISE[name]
    if kind.within is None:
        return
    if a.low.is_finite() and not kind.within.count("*"):
        within = written(kind.within, None, 1)(acb(a.low)).real
        if within > 0 or (within >= 0 and (a.opens[0] or kind.must == "not negative")):
            return
    raise UndecidedError(f"{name} may leave its domain")


def by_ball(name: str, a: Range) -> Range:
    """The range of a function on a bounded interval, on one ball."""
    finite(a)
    if not (a.low.is_finite() and a.high.is_finite()):
        raise UndecidedError(f"the bounds of {name} on an interval without end are not among those that are known")
    whole = acb(a.low.union(a.high))
    kind = ELEMENTWISE[name]
    if kind.within is not None:
        within = written(kind.within, None, 1)(whole).real
        if not (within > 0 or (kind.must == NOT_ZERO and within < 0)):
            raise UndecidedError(f"{name} may leave its domain")
    value = written(kind.formula, None, 1)(whole).real
    return made(value, value)


def _wave(name: str) -> Callable[[Range], Range]:
    def found(a: Range) -> Range:
        finite(a)
        if a.low.is_finite() and a.high.is_finite():
            value = getattr(a.low.union(a.high), name)()
            return made(value.max(arb(-1)), value.min(arb(1)))
        return made(arb(-1), arb(1))

    return found


def integer_power(a: Range, power: int) -> Range:
    finite(a)
    if power < 0:
        return _divided(made(arb(1), arb(1)), integer_power(a, -power))
    if power == 0:
        return made(arb(1), arb(1))
    growth = a.growth if power == 1 else _times_growth(a, a) if power == 2 else UNKNOWN
    a = a if power % 2 else _size(a)
    low, high = (end**power if end.is_finite() else end for end in (a.low, a.high))
    return made(low, high, growth, a.opens)


def _power(a: Range, b: Range) -> Range:
    """a^b for a >= 0; it grows no faster than 1 + a where 0 <= b <= 1."""
    finite(a, b)
    if not _is_above(a, arb(0)) and not (a.low >= 0 and b.low > 0):
        raise UndecidedError("pow may leave its domain")
    if a.low > 0 or not b.low > 0:
        found = RANGES["exp"](multiplied(b, RANGES["log"](a)))
    else:
        found = made(arb(0), arb(1).max(a.high) ** b.high if a.high.is_finite() and b.high.is_finite() else INFINITY)
    return made(found.low, found.high, _more(a.growth, 1)) if b.low >= 0 and b.high <= 1 else found


def _root_3(a: Range) -> Range:
    finite(a)
    if not a.low >= 0:
        raise UndecidedError("root_3 may leave its domain")
    ends = [end.root(3) if end.is_finite() else end for end in (a.low, a.high)]
    return made(ends[0], ends[1], _more(a.growth, 1), a.opens)


def _rounded(a: Range) -> Range:
    finite(a)
    return made(a.low - 1, a.high + 1, _more(a.growth, 1))


def _sign(a: Range) -> Range:
    finite(a)
    return made(arb(1 if a.low > 0 else -1), arb(-1 if a.high < 0 else 1))


def _erfc(a: Range) -> Range:
    erf = RANGES["erf"](a)
    if erf.is_nan:
        return erf
    return made(1 - erf.high, 1 - erf.low)


def _rsqrt(a: Range) -> Range:
    return _divided(made(arb(1), arb(1)), RANGES["sqrt"](a))


def _cosh(a: Range) -> Range:
    size = _size(a)
    low, high = (end.cosh() if end.is_finite() else INFINITY for end in (size.low, size.high))
    return made(low, high)


def log_of_sum(terms: list[Range]) -> Range:
    """log Σ e^t lies between the largest t and that + log n."""
    found = terms[0]
    for term in terms[1:]:
        found = _larger(found, term)
    more = arb(len(terms)).log()
    return replace(found, high=(found.high + more).upper(), growth=_more(found.growth, more))


PLUS, MINUS = INFINITY, arb("-inf")
EDGES = {"log": 0, "log1p": -1}  # where a rising function comes from -∞
RANGES: dict[str, Callable[..., Range]] = {
    "add": added,
    "add_any": added,
    "sub": lambda a, b: added(a, _negated(b)),
    "neg": _negated,
    "mul": multiplied,
    "div": _divided,
    "max": _larger,
    "min": lambda a, b: _negated(_larger(_negated(a), _negated(b))),
    "abs": _size,
    "sign": _sign,
    "floor": _rounded,
    "ceil": _rounded,
    "round": _rounded,
    "trunc": _rounded,
    "square": lambda a: integer_power(a, 2),
    "pow": _power,
    "root_3": _root_3,
    "exp": _rising("exp", arb(0), PLUS),
    "exp2": _rising("exp2", arb(0), PLUS),
    "expm1": _rising("expm1", arb(-1), PLUS),
    "log": _rising("log", MINUS, PLUS, lambda a: _more(a.growth, abs(a.low.log())) if a.low > 0 else UNKNOWN),
    "log1p": _rising("log1p", MINUS, PLUS, lambda a: _more(a.growth, abs((1 + a.low).log()) + 1) if a.low > -1 else UNKNOWN),
    "tanh": _rising("tanh", arb(-1), arb(1)),
    "logistic": _rising("logistic", arb(0), arb(1)),
    "atan": _rising("atan", -arb.pi() / 2, arb.pi() / 2),
    "erf": _rising("erf", arb(-1), arb(1)),
    "erfc": _erfc,
    "sinh": _rising("sinh", MINUS, PLUS),
    "asinh": _rising("asinh", MINUS, PLUS, lambda a: a.growth),
    "acosh": _rising("acosh", arb(0), PLUS, lambda a: _more(a.growth, 1)),
    "cosh": _cosh,
    "sqrt": _rising("sqrt", arb(0), PLUS, lambda a: _more(a.growth, 1)),
    "rsqrt": _rsqrt,
    "sin": _wave("sin"),
    "cos": _wave("cos"),
}
