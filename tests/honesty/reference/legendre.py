"""Legendre polynomials and Gauss-Legendre rules at the present precision."""

from collections.abc import Sequence

import gmpy2
from gmpy2 import mpfr

NEWTON_STEPS = 10  # more than enough for 360 bits: the number of correct digits doubles in each


def legendre(degree: int, x: mpfr) -> list[mpfr]:
    """P_0(x) … P_degree(x)."""
    values = [mpfr(1), x]
    for k in range(1, degree):
        values.append(((2 * k + 1) * x * values[k] - k * values[k - 1]) / (k + 1))
    return values


def gauss_legendre(n: int) -> tuple[list[mpfr], list[mpfr]]:
    """Nodes and weights on (-1, 1), by Newton's method."""
    nodes, weights = [], []
    for i in range(n):
        x = -gmpy2.cos(gmpy2.const_pi() * (i + mpfr("0.75")) / (n + mpfr("0.5")))
        for _ in range(NEWTON_STEPS):
            value, slope = _value_and_slope(n, x)
            x -= value / slope
        _, slope = _value_and_slope(n, x)
        nodes.append(x)
        weights.append(2 / ((1 - x * x) * slope * slope))
    return nodes, weights


def _value_and_slope(n: int, x: mpfr) -> tuple[mpfr, mpfr]:
    row = legendre(n, x)
    return row[n], n * (x * row[n] - row[n - 1]) / (x * x - 1)


def projections(nodes: Sequence[mpfr], weights: Sequence[mpfr], degrees: Sequence[int]) -> list[list[mpfr]]:
    """One row per degree: its product with a function's values at the nodes is the function's Legendre coefficient."""
    table = [legendre(max(degrees), x) for x in nodes]
    return [[w * row[k] * (2 * k + 1) / 2 for w, row in zip(weights, table, strict=True)] for k in degrees]
