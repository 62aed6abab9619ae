"""Intervals: the line between two neighbouring ends of supports, where both densities are analytic."""

from collections.abc import Sequence

from gmpy2 import mpfr

from .atoms import Atom, Beta
from .densities import density


class Interval:
    """An interval, the atoms whose supports contain it, and their sums p and q (None where there are no atoms)."""

    def __init__(self, low: float, high: float, p: Sequence[Atom], q: Sequence[Atom]):
        self.low, self.high = low, high
        self.p_atoms, self.q_atoms = ([atom for atom in atoms if atom.low <= low and high <= atom.high] for atoms in (p, q))
        self.p, self.q = density(self.p_atoms), density(self.q_atoms)

    @property
    def atoms(self) -> list[Atom]:
        return self.p_atoms + self.q_atoms

    @property
    def has_beta(self) -> bool:
        return any(isinstance(atom, Beta) for atom in self.atoms)

    def values(self, x: mpfr, y: mpfr) -> tuple[mpfr, mpfr]:
        """p and q at x, with y = 1 - x."""
        return self.p(x, y) if self.p else mpfr(0), self.q(x, y) if self.q else mpfr(0)
