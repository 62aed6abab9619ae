"""Numbers as Arb balls: a double as itself, or as the number that it rounds; and the special functions that shipped programs call."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from flint import acb, arb, fmpq


class UndecidedError(ArithmeticError):
    """Balls too wide to prove what was asked."""


def exact(number: Any) -> arb:
    """A double, or an array that holds one, as a ball of radius 0."""
    return arb(fmpq(*float(number).as_integer_ratio()))


# Doubles that stand for the irrational numbers that they round, wherever a program has one as a constant.
MEANT: dict[float, Callable[[], arb]] = {
    float(np.log(2)): lambda: arb(2).log(),
    float(np.log(4)): lambda: arb(4).log(),
    float(np.pi): arb.pi,
    float(np.log(2 * np.pi) / 2): lambda: (2 * arb.pi()).log() / 2,
}


def log_beta(a: acb, b: acb) -> acb:
    """log B(a, b)."""
    return a.lgamma() + b.lgamma() - (a + b).lgamma()


def log_normal_mass(low: acb, high: acb) -> acb:
    """log(Φ(high) - Φ(low)), from the side on which both tails are small. An end may be infinite."""
    if low.real + high.real > 0:
        low, high = -high, -low
    root = arb(2).sqrt()
    upper = (-high / root).erfc() if high.is_finite() else acb(2)
    lower = (-low / root).erfc() if low.is_finite() else acb(0)
    return ((upper - lower) / 2).log()


def log_sum_exp(terms: Iterable[acb | float], analytic: bool) -> acb | float:
    """log Σ e^t, with the largest term taken out; -inf where every term is."""
    finite = [term for term in terms if isinstance(term, acb) and not term.real == arb("-inf")]
    if not finite:
        return -np.inf
    largest = max(range(len(finite)), key=lambda i: float(finite[i].real.mid()))
    total = acb(1)
    for i, term in enumerate(finite):
        if i != largest:
            total += (term - finite[largest]).exp()
    return finite[largest] + total.log(analytic=analytic)


def single(value: Any) -> np.ndarray:
    """An array of shape () that holds a ball."""
    array = np.empty((), object)
    array[()] = value
    return array


def constants(array: Any) -> np.ndarray:
    """A program's constants as balls, those in ``MEANT`` as the numbers that they stand for; arrays of bools as they are."""
    array = np.asarray(array)
    return np.asarray(np.frompyfunc(_constant, 1, 1)(array), object) if array.dtype.kind in "fiu" else array


def _constant(number: Any) -> acb | float:
    return acb(MEANT[float(number)]()) if float(number) in MEANT else as_ball(number)


def as_ball(number: Any) -> acb | float:
    """A double as a ball of radius 0; an infinite one as itself."""
    return acb(exact(number)) if np.isfinite(number) else float(number)
