"""Pavings: the panels that cover an interval."""

import itertools
from dataclasses import dataclass

from gmpy2 import log, mpfr

from .atoms import INF
from .effort import Effort
from .interval import Interval
from .panels import Chart, Panel
from .soft_cuts import soft_cuts


@dataclass
class Front:
    """An end of an interval, at infinity or at an end of a beta density, towards which panels can be added."""

    left: bool
    chart: Chart
    direction: int  # +1 towards infinity, -1 towards the chart's anchor
    t: mpfr  # outer end of the outermost panel
    length: mpfr  # length of the next panel, in t


class Paving:
    """The panels of an interval, from left to right."""

    def __init__(self, interval: Interval, effort: Effort):
        self.interval = interval
        self.fronts: list[Front] = []
        inner = [mpfr(x) for x in soft_cuts(interval, effort.spread)]
        open_low = interval.low == -INF or (interval.has_beta and interval.low == 0.0)
        open_high = interval.high == INF or (interval.has_beta and interval.high == 1.0)
        low, high = mpfr(interval.low), mpfr(interval.high)
        if not inner and open_low and open_high:
            inner = [(low + high) / 2]
        if open_low:
            low = self._open_left(inner, low, high)
        if open_high:
            high = self._open_right(inner, low, high)
        self.panels = [Panel(interval, Chart(), a, b) for a, b in itertools.pairwise([low, *inner, high]) if a < b]

    def _open_left(self, inner: list[mpfr], low: mpfr, high: mpfr) -> mpfr:
        """Add a front on the left; returns where the linear panels begin, and removes that point from ``inner``."""
        if self.interval.low == -INF:
            first = inner.pop(0) if inner else high - 1
            self.fronts.append(Front(True, Chart(high, -1), 1, log(high - first), mpfr(1)))
        else:
            first = inner.pop(0) if inner else high
            self.fronts.append(Front(True, Chart(low, 1), -1, log(first - low), mpfr(1)))
        return first

    def _open_right(self, inner: list[mpfr], low: mpfr, high: mpfr) -> mpfr:
        """Add a front on the right; returns where the linear panels stop, and removes that point from ``inner``."""
        if self.interval.high == INF:
            last = inner.pop() if inner else low + 1
            anchor = mpfr(self.interval.low)
            self.fronts.append(Front(False, Chart(anchor, 1), 1, log(last - anchor), mpfr(1)))
        else:
            last = inner.pop() if inner else low
            self.fronts.append(Front(False, Chart(high, -1), -1, log(high - last), mpfr(1)))
        return last

    def extend(self, front: Front, growth: float) -> Panel:
        """Add one panel at a front, further out; the next one will be longer."""
        new = front.t + front.direction * front.length
        panel = Panel(self.interval, front.chart, min(front.t, new), max(front.t, new))
        self.panels.insert(0 if front.left else len(self.panels), panel)
        front.t, front.length = new, front.length * growth
        return panel
