"""Numbers as Arb's balls: a double as what it is, or as what it stands for; and the functions that shipped programs call by name."""

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import acb, arb, fmpq


class UndecidedError(ArithmeticError):
    """A ball that is too wide to say which way a comparison goes."""


def exact(number) -> arb:
    """A double, or an array that holds one, as the number that it is."""
    return arb(fmpq(*float(number).as_integer_ratio()))


MEANT: dict[float, Callable[[], arb]] = {
    float(np.log(2)): lambda: arb(2).log(),
    float(np.log(4)): lambda: arb(4).log(),
    float(np.pi): arb.pi,
    float(np.log(2 * np.pi) / 2): lambda: (2 * arb.pi()).log() / 2,
}


def log_beta(a: acb, b: acb) -> acb:
    return a.lgamma() + b.lgamma() - (a + b).lgamma()


def log_normal_mass(low: acb, high: acb) -> acb:
    """log(Φ(high) - Φ(low)), from the side on which both tails are small. An end may be infinite."""
    if low.real + high.real > 0:
        low, high = -high, -low
    root = arb(2).sqrt()
    upper = (-high / root).erfc() if high.is_finite() else acb(2)
    lower = (-low / root).erfc() if low.is_finite() else acb(0)
    return ((upper - lower) / 2).log()


def log_sum_exp(terms, analytic: bool) -> Any:
    """log Σ e^t, the largest term taken out."""
    terms = [term for term in terms if not isinstance(term, float) and not term.real == arb("-inf")]  # of a part that is 0 here
    if not terms:
        return -np.inf
    largest = max(range(len(terms)), key=lambda i: float(terms[i].real.mid()))
    total = acb(1)
    for i, term in enumerate(terms):
        if i != largest:
            total += (term - terms[largest]).exp()
    return terms[largest] + total.log(analytic=analytic)


def single(value) -> np.ndarray:
    array = np.empty((), object)
    array[()] = value
    return array


def constants(array) -> np.ndarray:
    array = np.asarray(array)
    return np.asarray(np.frompyfunc(_constant, 1, 1)(array), object) if array.dtype.kind in "fiu" else array


def _constant(number):
    return acb(MEANT[float(number)]()) if float(number) in MEANT else exactly(number)


def exactly(number):
    """A double as a ball of radius 0; an infinite one as itself."""
    return acb(exact(number)) if np.isfinite(number) else float(number)
