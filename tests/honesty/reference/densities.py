"""Sums of atoms as functions."""

from collections.abc import Sequence

from gmpy2 import exp, log, mpfr, mpq

from .atoms import INF, Atom, Constant, Function


def density(atoms: Sequence[Atom]) -> Function | None:
    """The sum of the atoms as a function of x and y = 1 - x; None if there are none."""
    if not atoms:
        return None
    constant = mpfr(sum((atom.height for atom in atoms if isinstance(atom, Constant)), mpq(0)))
    functions = [atom.function() for atom in atoms if not isinstance(atom, Constant)]
    if not functions:
        return lambda x, y: constant
    if len(functions) == 1 and not constant:
        return functions[0]

    def total(x, y):
        value = constant
        for function in functions:
            value += function(x, y)
        return value

    return total


def log_density(atoms: Sequence[Atom], x: mpfr) -> mpfr:
    """The logarithm of a sum of exponential and Gaussian atoms, far out where the sum underflows."""
    values = [atom.log(x) for atom in atoms if abs(atom.low) == INF or abs(atom.high) == INF]
    largest = max(values)
    return largest + log(sum(exp(value - largest) for value in values))
