"""Numbers as Arb balls: doubles as themselves, and the functions that Arb's own methods lack, or give without regard to a branch cut.

A function of (z, ..., an) continues one of a real number to complex balls. Where ``an``, it is nan unless it is analytic on the ball.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from flint import acb, arb, fmpq


class UndecidedError(ArithmeticError):
    """Nothing was proved: the balls are too wide, or what was asked is not among what is known."""


BallFunction = Callable[[acb, bool], acb]  # of a ball, and of whether the result must be analytic on it
NAN = acb(arb("nan"), arb("nan"))


def exact(number: Any) -> arb:
    """A double or a whole number, or an array that holds one, as a ball of radius 0.

    Raises ``UndecidedError`` for one that is infinite, or nan.
    """
    if isinstance(number, int | np.integer):
        return arb(int(number))
    if not np.isfinite(number):
        raise UndecidedError("a number that is infinite, or nan")
    return arb(fmpq(*float(number).as_integer_ratio()))


def log_beta(a: acb, b: acb) -> acb:
    """log B(a, b) for a, b > 0. Raises ``UndecidedError`` for others."""
    if not (a.real > 0 and b.real > 0):
        raise UndecidedError("log B(a, b) of numbers that may not be positive")
    return a.lgamma() + b.lgamma() - (a + b).lgamma()


def log_normal_mass(low: acb, high: acb) -> acb:
    """log(Φ(high) - Φ(low)), from the side on which both tails are small. An end may be infinite.

    Raises ``UndecidedError`` unless low < high.
    """
    if not low.real < high.real:
        raise UndecidedError("log(Φ(b) - Φ(a)) of an a that may not be below b")
    if low.real + high.real > 0:
        low, high = -high, -low
    root = arb(2).sqrt()
    upper = (-high / root).erfc() if high.is_finite() else acb(2)
    lower = (-low / root).erfc() if low.is_finite() else acb(0)
    return ((upper - lower) / 2).log()


def log_sum_exp(terms: Iterable[acb | float], an: bool) -> acb | float:
    """log Σ e^t, with the largest term taken out; -inf where every term is."""
    finite = [term for term in terms if isinstance(term, acb) and not term.real == arb("-inf")]
    if not finite:
        return -np.inf
    largest = max(range(len(finite)), key=lambda i: float(finite[i].real.mid()))
    total = acb(1)
    for i, term in enumerate(finite):
        if i != largest:
            total += (term - finite[largest]).exp()
    return finite[largest] + total.log(analytic=an)


def exp2(z: acb, an: bool) -> acb:
    return (z * arb(2).log()).exp()


def root_3(z: acb, an: bool) -> acb:
    """z^(1/3) for z > 0."""
    return z.pow(acb(1) / 3, analytic=an)


def power(z: acb, exponent: acb, an: bool) -> acb:
    """z^exponent: for z > 0, or for an exponent that is a whole number."""
    if exponent.imag == 0 and (whole := exponent.real.unique_fmpz()) is not None and exponent.real == arb(whole):
        return z ** int(whole)
    return z.pow(exponent, analytic=an)


def _beside_its_cut(function: Callable[[acb], acb], distance: Callable[[acb], acb]) -> Callable[[acb, bool], acb]:
    """A function whose branch cut is where ``distance`` is real and not positive."""

    def continued(z: acb, an: bool) -> acb:
        if an and not (w := distance(z)).real > 0 and w.imag.contains(0):
            return NAN
        return function(z)

    return continued


atan: BallFunction = _beside_its_cut(acb.atan, lambda z: 1 + z * z)
asinh: BallFunction = _beside_its_cut(acb.asinh, lambda z: 1 + z * z)
asin: BallFunction = _beside_its_cut(acb.asin, lambda z: 1 - z * z)
acos: BallFunction = _beside_its_cut(acb.acos, lambda z: 1 - z * z)
atanh: BallFunction = _beside_its_cut(acb.atanh, lambda z: 1 - z * z)
acosh: BallFunction = _beside_its_cut(acb.acosh, lambda z: z - 1)
lgamma: BallFunction = _beside_its_cut(acb.lgamma, lambda z: z)
digamma: BallFunction = _beside_its_cut(acb.digamma, lambda z: z)

# What formulas and written code may call by name.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp2": exp2,
    "root_3": root_3,
    "power": power,
    "atan": atan,
    "asinh": asinh,
    "asin": asin,
    "acos": acos,
    "atanh": atanh,
    "acosh": acosh,
    "lgamma": lgamma,
    "digamma": digamma,
}


def single(value: Any) -> np.ndarray:
    """An array of shape () that holds a ball."""
    array = np.empty((), object)
    array[()] = value
    return array


def constants(array: Any) -> np.ndarray:
    """A program's constants as balls; arrays of bools as they are."""
    array = np.asarray(array)
    return np.asarray(np.frompyfunc(as_ball, 1, 1)(array), object) if array.dtype.kind in "fiu" else array


def as_ball(number: Any) -> acb | float:
    """A double or a whole number as a ball of radius 0; an infinite one, or nan, as itself."""
    if isinstance(number, int | np.integer):
        return acb(arb(int(number)))
    return acb(exact(number)) if np.isfinite(number) else float(number)
