"""Frozen distributions of ``scipy.stats``, evaluated by scipy in their standard form: location and scale are added here, unrounded."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from gantheory.base.precision import shown
from gantheory.distributions.line.edges import COARSE, LIMIT, Edge, edge_at

# Quantiles at which a distribution is cut.
LEVELS = np.array([1e-12, 1e-6, 1e-3, 0.03, 0.15, 0.35, 0.65, 0.85, 0.97, 1 - 1e-3, 1 - 1e-6])
FARTHEST = 1e125  # largest |x| at which to cut a power tail: beyond, it is taken in log |x|
UNDERFLOW = -690.0  # log-density below which a logarithm of a density has lost digits
OVERFLOW = -1e300  # the same of a log-density
# Families whose densities are numerical integrals or derivatives: (log-density below which they are noise, error of log p above it).
NUMERICAL = {"levy_stable": (-30.0, 1e-7), "studentized_range": (-25.0, 1e-7)}
ON_CIRCLE = ("vonmises",)
# Where a density of the standard form or its slope jumps, or is infinite, inside its support.
BREAKS: dict[str, Callable[..., Any]] = {
    "crystalball": lambda beta, m: [-beta],
    "dgamma": lambda a: [0.0],
    "dweibull": lambda c: [0.0],
    "gennorm": lambda beta: [0.0],
    "irwinhall": lambda n: np.arange(1.0, n),
    "laplace": lambda: [0.0],
    "laplace_asymmetric": lambda kappa: [0.0],
    "loglaplace": lambda c: [1.0],
    "skewcauchy": lambda a: [0.0],
    "trapezoid": lambda c, d: [c, d],
    "triang": lambda c: [c],
}


class Frozen:
    """A frozen distribution as log p(x + offset), with what quadrature must know of it.

    Raises ``ValueError`` for what is no frozen continuous distribution of scipy, for one on the circle, or for several at once.
    """

    dist: Any
    standard: Any
    name: str
    shapes: list[float]
    loc: float
    scale: float
    low: float
    high: float
    floor: float
    log_prob_error: float
    trusted: bool
    breaks: np.ndarray
    ends: tuple[float, float]

    def __init__(self, frozen: Any):
        if not all(hasattr(frozen, name) for name in ("logpdf", "cdf", "ppf", "support", "rvs", "dist", "args", "kwds")):
            raise ValueError(f"`frozen` must be a frozen continuous distribution of scipy.stats. Got {frozen!r}.")
        self.dist, self.name = frozen.dist, getattr(frozen.dist, "name", type(frozen.dist).__name__)
        if self.name in ON_CIRCLE:
            raise ValueError(f"`frozen` of from_scipy must be a density on the line. Got {self.name}, a density on the circle.")
        self.shapes, self.loc, self.scale = self._parameters(frozen)
        self.standard = frozen.dist(*self.shapes)
        self.low, self.high = self._ends(self.shapes)
        if not (math.isfinite(self.loc) and 0 < self.scale < math.inf and self.low < self.high):
            raise ValueError(
                f"The parameters of a frozen distribution must be allowed by it. Got {self.name} of {frozen.args} {frozen.kwds}."
            )
        self.floor, self.log_prob_error = NUMERICAL.get(self.name, (OVERFLOW if self._has_log_density() else UNDERFLOW, 0.0))
        self.trusted = type(frozen.dist).__module__.startswith("scipy.stats")
        breaks = BREAKS.get(self.name, lambda *_: getattr(self.dist, "_hbins", [])[1:-1])(*self.shapes)
        self.breaks = np.array([self.in_x(b) for b in breaks])
        self.ends = (self.in_x(self.low), self.in_x(self.high))

    def __repr__(self) -> str:
        given = [f"{value:.10g}" for value in (*self.shapes, self.loc, self.scale)]
        return f"{self.name}({', '.join(given)})"

    def _parameters(self, frozen: Any) -> tuple[list[float], float, float]:
        names = [*(name.strip() for name in (self.dist.shapes or "").split(",") if name.strip()), "loc", "scale"]
        given = {"loc": 0.0, "scale": 1.0, **dict(zip(names, frozen.args, strict=False)), **frozen.kwds}
        for name, value in given.items():
            if np.size(value) != 1:
                raise ValueError(f"`frozen` of from_scipy must be one distribution. Got `{name}` = {shown(value)}.")
        values = {name: float(np.ravel(value)[0]) for name, value in given.items()}
        return [values[name] for name in names[:-2]], values["loc"], values["scale"]

    def _ends(self, shapes: list[float]) -> tuple[float, float]:
        """Those of the standard form; of Pearson's third distribution scipy gives none."""
        low, high = (float(end) for end in self.standard.support())
        if self.name == "pearson3" and shapes[0] != 0:
            return (-2 / shapes[0], math.inf) if shapes[0] > 0 else (-math.inf, -2 / shapes[0])
        return low, high

    def _has_log_density(self) -> bool:
        """Whether scipy has a formula for log p, and does not take the logarithm of p."""
        from scipy import stats

        return getattr(type(self.dist), "_logpdf", None) is not stats.rv_continuous._logpdf

    def in_x(self, place: float) -> float:
        return self.loc + self.scale * place

    def __call__(self, x: Any, offset: Any) -> Any:
        """log p(x + offset), with distances from a finite end that are not rounded; nan where scipy fails."""
        u = ((x - self.loc) + offset) / self.scale
        if math.isfinite(self.low):
            above = ((x - self.ends[0]) + offset) / self.scale
            u = self.low + above
        if math.isfinite(self.high):
            below = ((self.ends[1] - x) - offset) / self.scale
            u = np.where(below < u - self.low, self.high - below, u) if math.isfinite(self.low) else self.high - below
        return self._asked(u)

    def _asked(self, u: Any) -> Any:
        try:
            with np.errstate(all="ignore"):
                return np.asarray(self.standard.logpdf(u), np.float64) - math.log(self.scale)
        except (ArithmeticError, ValueError, TypeError, IndexError):
            return np.full(np.shape(u), np.nan)

    def cuts(self) -> np.ndarray:
        """Quantiles, in x; places by the standard deviation, if scipy has none."""
        inner = [self._quantile("ppf", level) for level in LEVELS] + [self._quantile("isf", LEVELS[0])]
        if sum(math.isfinite(u) for u in inner) < 3:
            mean, variance = (float(a) for a in self.standard.stats("mv"))
            inner = [mean + math.sqrt(variance) * deviations for deviations in (-9.0, -3.0, 0.0, 3.0, 9.0)]
        cuts = np.array([self.in_x(u) for u in inner if math.isfinite(u)])
        near = cuts[np.abs(cuts) < FARTHEST]
        return near if near.size > 2 else cuts

    def _quantile(self, name: str, level: float) -> float:
        try:
            with np.errstate(all="ignore"):
                return float(getattr(self.standard, name)(level))
        except (ArithmeticError, ValueError, RuntimeError):
            return math.nan

    def edges(self, cuts: np.ndarray) -> tuple[Edge, ...]:
        """At the ends, on both sides of breaks, and toward ±∞."""
        inside = cuts[(cuts > self.ends[0]) & (cuts < self.ends[1])]
        middle = float(np.median(inside)) if inside.size else next((end for end in self.ends if math.isfinite(end)), self.loc)
        width = float(np.ptp(inside)) / 4 if inside.size > 1 and np.ptp(inside) > 0 else self.scale
        found = []
        for place, standard, side in ((self.ends[0], self.low, 1), (self.ends[1], self.high, -1)):
            if math.isfinite(place):
                found.append(self._point(place, standard, side, width if width else self.scale))
            else:
                found.append(self._far(side * -1, middle, width))
        for place in self.breaks:
            found += [self._point(float(place), float(place - self.loc) / self.scale, side, width) for side in (1, -1)]
        return tuple(edge for edge in found if edge is not None)

    def _point(self, place: float, standard: float, side: int, width: float) -> Edge | None:
        def ask(distance):
            u = standard + side * distance / self.scale
            return np.abs(u - standard) * self.scale, self._asked(u)

        widest = min(width, abs(standard) * self.scale) if standard else width
        return edge_at(
            ask, place, side, place, widest, self.floor, LIMIT - max(0.0, math.log(self.scale)), rounds=standard != 0, positive=self.trusted
        )

    def _far(self, side: int, middle: float, width: float) -> Edge | None:
        """Toward ±∞: a power, if it is one, may be of the distance from the middle, or from the location."""
        nearest = width * math.exp(-COARSE)
        found = [self._far_from(self.loc, side, abs(middle - self.loc) + nearest), self._far_from(middle, side, nearest)]
        return min((edge for edge in found if edge is not None), key=lambda edge: edge.doubt, default=None)

    def _far_from(self, origin: float, side: int, nearest: float) -> Edge | None:
        def ask(distance):
            return distance, self._asked(((origin - self.loc) + side * distance) / self.scale)

        limit = LIMIT + min(0.0, math.log(self.scale))
        return edge_at(ask, side * math.inf, side, origin, nearest, self.floor, limit, rounds=False, positive=self.trusted)
