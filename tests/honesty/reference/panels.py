"""Panels: the pieces on which integrals are taken by one Gauss-Legendre rule."""

from functools import partial
from operator import mul
from typing import NamedTuple, Self

from gmpy2 import exp, mpfr

from .densities import log_density
from .effort import Effort
from .finiteness import Finite
from .integrands import TESTED, integrands
from .interval import Interval


class Chart(NamedTuple):
    """The coordinate t of a panel: x = t if there is no anchor, otherwise x = anchor + sign · exp(t)."""

    anchor: mpfr | None = None
    sign: int = 1

    def at(self, t: mpfr) -> tuple[mpfr, mpfr, mpfr | int]:
        """x, 1 - x and |dx/dt| at t; 1 - x keeps its digits near x = 1."""
        if self.anchor is None:
            return t, 1 - t, 1
        step = exp(t)
        if self.sign < 0:
            return self.anchor - step, (1 - self.anchor) + step, step
        return self.anchor + step, (1 - self.anchor) - step, step


class Panel:
    """A piece of an interval, from t = low to t = high; ``evaluate`` fills in its integrals."""

    def __init__(self, interval: Interval, chart: Chart, low: mpfr, high: mpfr):
        self.interval, self.chart, self.low, self.high = interval, chart, low, high
        self.sums = self.errors = self.samples = None

    def ends(self) -> tuple[mpfr, mpfr]:
        """The values of t at the panel's left and right end in x."""
        return (self.low, self.high) if self.chart.sign > 0 else (self.high, self.low)

    def split(self, t: mpfr) -> list["Panel"]:
        """Two panels that meet at t, in the order of x."""
        two = [Panel(self.interval, self.chart, self.low, t), Panel(self.interval, self.chart, t, self.high)]
        return two if self.chart.sign > 0 else two[::-1]

    def difference(self, t: mpfr) -> tuple[mpfr, mpfr]:
        """p - q and p + q at t."""
        x, y, _ = self.chart.at(t)
        p, q = self.interval.values(x, y)
        return p - q, p + q

    def evaluate(self, effort: Effort, centre: mpfr, finite: Finite) -> Self:
        """Compute ``sums`` (the integrals), ``errors`` (their estimated errors) and ``samples`` (p - q and p + q at the nodes)."""
        middle, half = (self.low + self.high) / 2, (self.high - self.low) / 2
        columns, self.samples = [], []
        for node in effort.nodes:
            x, y, jacobian = self.chart.at(middle + half * node)
            p, q = self.interval.values(x, y)
            log_q = partial(log_density, self.interval.q_atoms, x)
            self.samples.append((p - q, p + q))
            columns.append([value * jacobian for value in integrands(p, q, log_q, x - centre, finite)])
        rows = list(zip(*columns, strict=True))
        self.sums = [half * _dot(effort.weights, row) for row in rows]
        self.errors = [_error(rows[k], half, effort) for k in TESTED]
        return self


def _dot(a: list[mpfr], b: tuple[mpfr, ...]) -> mpfr:
    return sum(map(mul, a, b))


def _error(row: tuple[mpfr, ...], half: mpfr, effort: Effort) -> mpfr:
    """Estimated error of a panel's integral, from the decay of the Legendre coefficients."""
    last = max(abs(_dot(w, row)) for w in effort.last)
    if not last:
        return last
    middle = max(abs(_dot(w, row)) for w in effort.middle)
    ratio = last / middle if middle > last else mpfr(1)
    return 2 * half * last * ratio * ratio
