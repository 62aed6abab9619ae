"""Panels are split where p - q changes its sign."""

import itertools

from gmpy2 import mpfr

from .effort import Effort
from .panels import Panel
from .problem import Problem
from .zeros import find_zero, other_sign

TINY = "1e-42"  # |p - q| / (p + q) below which p - q is rounding


def split_at_crossings(problem: Problem) -> None:
    """Split the panels where p - q changes its sign."""
    for paving in problem.pavings:
        if paving.interval.p and paving.interval.q:
            paving.panels = [piece for panel in paving.panels for piece in _pieces(problem, panel)]


def _pieces(problem: Problem, panel: Panel) -> list[Panel]:
    """The panel, or the panels into which its crossings cut it, from left to right."""
    roots = crossings(panel, problem.effort)
    if not roots:
        return [panel]
    pieces = [panel]
    for root in roots if panel.chart.sign > 0 else roots[::-1]:
        pieces[-1:] = pieces[-1].split(root)
    return [problem.evaluate(piece) for piece in pieces]


def crossings(panel: Panel, effort: Effort) -> list[mpfr]:
    """The coordinates t, increasing, at which p - q changes its sign inside the panel."""
    known = _certain_signs(panel, effort)

    def difference(t):
        return panel.difference(t)[0]

    extra = []
    for (ta, da), (_, db), (tc, dc) in zip(known, known[1:], known[2:], strict=False):
        if (da > 0) == (db > 0) == (dc > 0) and abs(db) < min(abs(da), abs(dc)) and 2 * abs(db) < max(abs(da), abs(dc)):
            extra += other_sign(difference, ta, tc, db > 0)  # |p - q| dips between nodes, so it may cross zero twice there
    known = sorted(known + extra)
    return [find_zero(difference, a, b, fa, fb) for (a, fa), (b, fb) in itertools.pairwise(known) if (fa > 0) != (fb > 0)]


def _certain_signs(panel: Panel, effort: Effort) -> list[tuple[mpfr, mpfr]]:
    """(t, p - q) at the nodes and both ends, except where p - q is zero or rounding."""
    middle, half = (panel.low + panel.high) / 2, (panel.high - panel.low) / 2
    points = [panel.low, *(middle + half * node for node in effort.nodes), panel.high]
    samples = [panel.difference(panel.low), *panel.samples, panel.difference(panel.high)]
    tiny = mpfr(TINY)
    return [(t, d) for t, (d, total) in zip(points, samples, strict=True) if abs(d) > tiny * total]
