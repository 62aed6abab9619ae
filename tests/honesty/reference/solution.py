"""The seven divergences of one pair, computed once."""

from typing import NamedTuple

from gmpy2 import mpfr

from .effort import Effort
from .integrands import CHI2, HEL, JSD, KL, TRI, D, P, Q
from .problem import Problem
from .refinement import integrate
from .signs import split_at_crossings
from .wasserstein import wasserstein1

NAMES = ("jsd", "kl", "total_variation", "hellinger2", "chi2", "triangular", "wasserstein1")


class Solution(NamedTuple):
    """One computation of a pair."""

    values: list[mpfr | None]  # in the order of NAMES; None where infinite
    mass_error: mpfr  # larger error of the two masses, which are 1
    panels: int


def solve(p_text: str, q_text: str, effort: Effort) -> Solution:
    """The seven divergences of a pair; raises Undecided if the effort is not enough."""
    problem = Problem(p_text, q_text, effort)
    integrate(problem)
    split_at_crossings(problem)
    panels, finite = problem.panels(), problem.finite
    sums = [sum((panel.sums[k] for panel in panels), mpfr(0)) for k in range(len(panels[0].sums))]
    values = [
        sums[JSD],
        sums[KL] if finite.kl else None,
        sum((abs(panel.sums[D]) for panel in panels), mpfr(0)) / 2,
        sums[HEL],
        sums[CHI2] if finite.chi2 else None,
        sums[TRI],
        wasserstein1(problem) if finite.wasserstein1 else None,
    ]
    return Solution(values, max(abs(sums[P] - 1), abs(sums[Q] - 1)), len(panels))
