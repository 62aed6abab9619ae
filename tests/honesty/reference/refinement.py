"""Panels are added and halved until all integrals are accurate."""

from gmpy2 import mpfr

from .effort import Undecided
from .integrands import TESTED
from .panels import Panel
from .paving import Front, Paving
from .problem import Problem
from .wasserstein import shares

MOST_ROUNDS = 400  # largest number of rounds of adding and halving
MOST_EXTENSIONS = 200  # largest number of panels added at one front in one round
MOST_PANELS = 6000  # largest number of panels of one problem
NEGLIGIBLE = "1e-4"  # share of the tolerance below which a panel is negligible


def integrate(problem: Problem) -> None:
    """Add and halve panels until all estimated errors are below the tolerance; raises Undecided if that takes too many."""
    for panel in problem.panels():
        problem.evaluate(panel)
    for paving in problem.pavings:
        for front in paving.fronts:
            problem.evaluate(paving.extend(front, problem.effort.growth))
    for _ in range(MOST_ROUNDS):
        extended = _extend_all(problem)
        halved = _halve_all(problem)
        if not (extended or halved):
            return
    raise Undecided("panels")


def _totals(problem: Problem) -> list[mpfr]:
    """The tested integrals over the whole line; in the place of XD, whose scale it sets, W₁."""
    panels = problem.panels()
    totals = [sum((panel.sums[k] for panel in panels), mpfr(0)) for k in TESTED[:-1]]
    return [*totals, shares(problem).total() if problem.finite.wasserstein1 else mpfr(0)]


def _extend_all(problem: Problem) -> bool:
    """Add panels at all fronts; returns whether any was added."""
    return sum(_extend(problem, paving, front) for paving in problem.pavings for front in paving.fronts) > 0


def _extend(problem: Problem, paving: Paving, front: Front) -> int:
    """Add panels at a front until its last two are negligible; returns how many were added."""
    for added in range(MOST_EXTENSIONS):
        outer = paving.panels[:2] if front.left else paving.panels[:-3:-1]
        totals = _totals(problem)
        if len(outer) == 2 and all(_negligible(panel, totals, problem.effort.tolerance) for panel in outer):
            return added
        problem.evaluate(paving.extend(front, problem.effort.growth))
    raise Undecided("tail")


def _negligible(panel: Panel, totals: list[mpfr], tolerance: mpfr) -> bool:
    limit = tolerance * mpfr(NEGLIGIBLE)
    return all(abs(panel.sums[k]) <= limit * total for k, total in zip(TESTED, totals, strict=True))


def _halve_all(problem: Problem) -> bool:
    """Divide the panels whose estimated errors are too large; returns whether there were any."""
    limits = [total * problem.effort.tolerance for total in _totals(problem)]
    before = len(problem.panels())
    for paving in problem.pavings:
        paving.panels = [part for panel in paving.panels for part in _halved(problem, panel, limits)]
    after = len(problem.panels())
    if after > MOST_PANELS:
        raise Undecided("too many panels")
    return after > before


def _halved(problem: Problem, panel: Panel, limits: list[mpfr]) -> list[Panel]:
    """The panel, or its two parts if an estimated error is too large."""
    if all(error <= limit for error, limit in zip(panel.errors, limits, strict=True)):
        return [panel]
    cut = panel.low + (panel.high - panel.low) * mpfr(problem.effort.cut)
    return [problem.evaluate(part) for part in panel.split(cut)]
