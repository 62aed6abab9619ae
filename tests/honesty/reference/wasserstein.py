"""W₁ = ∫ |F - G| dx from the panels' integrals of p - q and x (p - q), by parts."""

import itertools
from typing import NamedTuple

from gmpy2 import mpfr

from .integrands import XD, D, P, Q
from .panels import Panel
from .problem import Problem
from .zeros import find_zero

FLOOR = "1e-42"  # |F - G|, relative to its maximum, below which it is rounding


class Shares(NamedTuple):
    """F - G and its integrals."""

    values: list[mpfr]  # ∫ (F - G) dx over each panel
    bounds: list[mpfr]  # F - G at the panels' ends, one more than there are panels
    gaps: mpfr  # ∫ |F - G| dx where there is no panel: between supports, and next to an end of a beta density

    def total(self) -> mpfr:
        """∫ |F - G| dx, if F - G changes its sign inside no panel."""
        return sum((abs(value) for value in self.values), mpfr(0)) + self.gaps


def shares(problem: Problem) -> Shares:
    """∫ (F - G) dx over each panel [a, b], which is b D(b) - a D(a) - ∫ x (p - q) dx with D = F - G."""
    panels = problem.panels()
    bounds = _bounds(panels)
    gaps = mpfr(0)
    for (panel, following), bound in zip(itertools.pairwise(panels), bounds[1:-1], strict=True):
        if panel.interval is not following.interval:
            gaps += abs(bound) * (problem.ends(following)[0] - problem.ends(panel)[1])
    values = []
    for panel, (at_a, at_b) in zip(panels, itertools.pairwise(bounds), strict=True):
        a, b = problem.ends(panel)
        values.append(b * at_b - a * at_a - panel.sums[XD])
    return Shares(values, bounds, gaps)


def _bounds(panels: list[Panel]) -> list[mpfr]:
    """F - G at the panels' ends: sums from the left in the left half, from the right in the right, so accurate in both tails."""
    left = [mpfr(0)]
    for panel in panels:
        left.append(left[-1] + panel.sums[D])
    right = [mpfr(0)]
    for panel in reversed(panels):
        right.append(right[-1] - panel.sums[D])
    right.reverse()
    mass, half = mpfr(0), len(panels)
    for index, panel in enumerate(panels):
        mass += panel.sums[P] + panel.sums[Q]
        if mass > 1:
            half = index + 1
            break
    return left[:half] + right[half:]


def wasserstein1(problem: Problem) -> mpfr:
    """∫ |F - G| dx. No panel contains a sign change of p - q, so F - G is monotone on each and has at most one zero inside."""
    values, bounds, total = shares(problem)
    floor = max(map(abs, bounds)) * mpfr(FLOOR)
    for panel, share, (at_a, at_b) in zip(problem.panels(), values, itertools.pairwise(bounds), strict=True):
        crosses = at_a * at_b < 0 and min(abs(at_a), abs(at_b)) >= floor
        total += _share_around_zero(problem, panel, at_a, at_b) if crosses else abs(share)
    return total


def _share_around_zero(problem: Problem, panel: Panel, at_a: mpfr, at_b: mpfr) -> mpfr:
    """∫ |F - G| dx over a panel [a, b] inside which F - G is zero."""
    first, second = map(problem.evaluate, panel.split(_zero(problem, panel, at_a, at_b)))
    (a, _), (zero, b) = problem.ends(first), problem.ends(second)
    at_zero = at_a + first.sums[D]
    return abs(zero * at_zero - a * at_a - first.sums[XD]) + abs(b * at_b - zero * at_zero - second.sums[XD])


def _zero(problem: Problem, panel: Panel, at_a: mpfr, at_b: mpfr) -> mpfr:
    """The coordinate t at which F - G, which goes from at_a to at_b on the panel, is zero."""
    start, stop = panel.ends()
    effort = problem.effort

    def value(t):
        half = (t - start) / 2
        total = mpfr(0)
        for node, weight in zip(effort.nodes, effort.weights, strict=True):
            s = start + half * (1 + node)
            total += weight * panel.difference(s)[0] * abs(panel.chart.at(s)[2])
        return at_a + abs(half) * total

    return find_zero(value, start, stop, at_a, at_b)
