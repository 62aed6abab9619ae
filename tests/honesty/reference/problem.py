"""One pair of densities: the cuts, and the panels between them."""

import itertools
from collections.abc import Sequence

from gmpy2 import mpfr

from .atoms import INF, Atom
from .effort import Effort
from .finiteness import finite
from .interval import Interval
from .panels import Panel
from .paving import Paving
from .text import parse


class Problem:
    """All seven divergences of one pair, with one effort."""

    def __init__(self, p_text: str, q_text: str, effort: Effort):
        effort.set_precision()
        self.effort = effort
        p, q = parse(p_text), parse(q_text)
        places = sorted(atom.place() for atom in p + q)
        self.centre = mpfr(places[len(places) // 2])
        cuts = _cuts(p + q, places, effort.pivot)
        intervals = [Interval(a, b, p, q) for a, b in itertools.pairwise(cuts)]
        intervals = [interval for interval in intervals if interval.p or interval.q]
        self.finite = finite(p, q, intervals)
        self.pavings = [Paving(interval, effort) for interval in intervals]

    def panels(self) -> list[Panel]:
        """The panels of all intervals, from left to right."""
        return [panel for paving in self.pavings for panel in paving.panels]

    def evaluate(self, panel: Panel) -> Panel:
        """The panel, with its integrals."""
        return panel.evaluate(self.effort, self.centre, self.finite)

    def ends(self, panel: Panel) -> tuple[mpfr, mpfr]:
        """The panel's left and right end, relative to the centre."""
        left, right = (panel.chart.at(t)[0] - self.centre for t in panel.ends())
        return left, right


def _cuts(atoms: Sequence[Atom], places: Sequence[float], pivot: float) -> list[float]:
    """All ends of supports. If none is finite, one cut is added, because panels towards infinity need an anchor."""
    cuts = {end for atom in atoms for end in (atom.low, atom.high)}
    if cuts == {-INF, INF}:
        cuts.add(places[int(pivot * (len(places) - 1))] + 0.01 * pivot)
    return sorted(cuts)
