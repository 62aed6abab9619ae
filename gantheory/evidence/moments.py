"""Expectations of polynomials by the moments of a law, and the Gaussian's shipped log-density, whose expectations are such."""

from collections.abc import Callable
from typing import Any

import sympy as sp

from gantheory.distributions import Normal
from gantheory.evidence.lift import Witness, lifted


def mean_of(polynomial: Any, x: sp.Symbol, moment: Callable[[int], Any]) -> Any:
    """E of a polynomial in x: each power becomes its moment."""
    return sp.Add(*(c * moment(power) for (power,), c in sp.Poly(polynomial, x).terms()))


def of_gaussian(power: int) -> Any:
    """E x^n = (n - 1)!! for even n, x ~ N(0, 1)."""
    return sp.Integer(0) if power % 2 else sp.factorial2(power - 1)


def of_uniform(power: int) -> Any:
    """E x^n = 1/(n + 1) for even n, x ~ U[-1, 1]."""
    return sp.Integer(0) if power % 2 else sp.Rational(1, power + 1)


def log_normal(at: Any, loc: Any, scale: Any, witness: Witness) -> sp.Expr:
    """The shipped log-density of N(loc, scale²), of expressions."""
    return lifted(lambda at, loc, scale: Normal(loc, scale)._log_prob(at), [at, loc, scale], witness)
