"""Densities on the line by formulas of their own: what the truth knows of each law that the library is given."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

import gantheory as gt

HALF_LOG_TAU = math.log(2 * math.pi) / 2


@dataclass(frozen=True)
class Line:
    """One density: its formula, its distribution function, and the library's law of the same parameters.

    Attributes:
      name: the family.
      parameters: of the library's constructor.
      log_prob: log p, in NumPy.
      cdf, sf: P(X <= x) and P(X > x).
      ppf, isf: their inverses.
      breaks: where the density or its slope jumps, the finite ends of its support included.
      support: (low, high).
    """

    name: str
    parameters: tuple[Any, ...]
    log_prob: Callable[[np.ndarray], np.ndarray]
    cdf: Callable[[np.ndarray], np.ndarray]
    sf: Callable[[np.ndarray], np.ndarray]
    ppf: Callable[[np.ndarray], np.ndarray]
    isf: Callable[[np.ndarray], np.ndarray]
    breaks: tuple[float, ...] = ()
    support: tuple[float, float] = (-math.inf, math.inf)

    def law(self) -> gt.Normal | Any:
        """The library's."""
        return getattr(gt, self.name)(*self.parameters)

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(map(repr, self.parameters))})"


def quietly(function: Callable) -> Callable:
    """The function of an array, without NumPy's warnings."""

    def quiet(x):
        with np.errstate(all="ignore"):
            return function(np.asarray(x, float))

    return quiet


def _symmetric(name: str, parameters: tuple, loc: float, scale: float, log_prob, cdf, ppf, breaks=()) -> Line:
    """A location-scale family that is symmetric: formulas of u = (x - loc)/scale."""
    return Line(
        name,
        parameters,
        quietly(lambda x: log_prob((x - loc) / scale) - math.log(scale)),
        quietly(lambda x: cdf((x - loc) / scale)),
        quietly(lambda x: cdf((loc - x) / scale)),
        quietly(lambda u: loc + scale * ppf(u)),
        quietly(lambda u: loc - scale * ppf(u)),
        breaks,
    )


def normal(loc: float, scale: float) -> Line:
    return _symmetric("Normal", (loc, scale), loc, scale, lambda u: -u * u / 2 - HALF_LOG_TAU, special.ndtr, special.ndtri)


def laplace(loc: float, scale: float) -> Line:
    def ppf(u):
        return np.where(u < 0.5, np.log(2 * u), -np.log(2 - 2 * u))

    def cdf(u):
        return np.where(u < 0, np.exp(np.minimum(u, 0)) / 2, 1 - np.exp(-np.maximum(u, 0)) / 2)

    return _symmetric("Laplace", (loc, scale), loc, scale, lambda u: -np.abs(u) - math.log(2), cdf, ppf, (loc,))


def cauchy(loc: float, scale: float) -> Line:
    return _symmetric(
        "Cauchy",
        (loc, scale),
        loc,
        scale,
        lambda u: -np.log1p(u * u) - math.log(math.pi),
        lambda u: np.arctan2(1.0, -u) / math.pi,
        lambda u: -1 / np.tan(math.pi * u),
    )


def student(df: float, loc: float, scale: float) -> Line:
    constant = special.gammaln((df + 1) / 2) - special.gammaln(df / 2) - math.log(df * math.pi) / 2
    return _symmetric(
        "StudentT",
        (df, loc, scale),
        loc,
        scale,
        lambda u: constant - (df + 1) / 2 * np.log1p(u * u / df),
        lambda u: special.stdtr(df, u),
        lambda u: special.stdtrit(df, u),
    )


def uniform(low: float, high: float) -> Line:
    width = high - low
    return Line(
        "Uniform",
        (low, high),
        quietly(lambda x: np.where((x >= low) & (x <= high), -math.log(width), -math.inf)),
        quietly(lambda x: np.clip((x - low) / width, 0, 1)),
        quietly(lambda x: np.clip((high - x) / width, 0, 1)),
        quietly(lambda u: low + width * u),
        quietly(lambda u: high - width * u),
        (low, high),
        (low, high),
    )


def exponential(rate: float) -> Line:
    return Line(
        "Exponential",
        (rate,),
        quietly(lambda x: np.where(x >= 0, math.log(rate) - rate * x, -math.inf)),
        quietly(lambda x: -np.expm1(-rate * np.maximum(x, 0))),
        quietly(lambda x: np.exp(-rate * np.maximum(x, 0))),
        quietly(lambda u: -np.log1p(-u) / rate),
        quietly(lambda u: -np.log(u) / rate),
        (0.0,),
        (0.0, math.inf),
    )


def beta(a: float, b: float) -> Line:
    constant = -special.betaln(a, b)
    return Line(
        "Beta",
        (a, b),
        quietly(
            lambda x: np.where((x > 0) & (x < 1), constant + special.xlogy(a - 1, x) + special.xlog1py(b - 1, -x), -math.inf),
        ),
        quietly(lambda x: special.betainc(a, b, np.clip(x, 0, 1))),
        quietly(lambda x: special.betainc(b, a, 1 - np.clip(x, 0, 1))),
        quietly(lambda u: special.betaincinv(a, b, u)),
        quietly(lambda u: 1 - special.betaincinv(b, a, u)),
        (0.0, 1.0),
        (0.0, 1.0),
    )


def truncated(loc: float, scale: float, low: float, high: float) -> Line:
    alpha, beta_ = (low - loc) / scale, (high - loc) / scale
    below, above = special.ndtr(alpha), special.ndtr(-beta_)
    # Taken from the side on which less is lost by the difference.
    kept = special.ndtr(beta_) - below if alpha < 0 else special.ndtr(-alpha) - above
    if not kept > 1e-300:
        raise ValueError("too far out")

    def log_prob(x):
        u = (x - loc) / scale
        return np.where((x >= low) & (x <= high), -u * u / 2 - HALF_LOG_TAU - math.log(scale) - math.log(kept), -math.inf)

    def cdf(x):
        u = np.clip((x - loc) / scale, alpha, beta_)
        return (special.ndtr(u) - below if alpha < 0 else special.ndtr(-alpha) - special.ndtr(-u)) / kept

    def sf(x):
        u = np.clip((x - loc) / scale, alpha, beta_)
        return (special.ndtr(-u) - above if alpha > 0 else special.ndtr(beta_) - special.ndtr(u)) / kept

    def ppf(u):
        inner = special.ndtri(below + kept * u) if alpha < 0 else -special.ndtri(special.ndtr(-alpha) - kept * u)
        return np.clip(loc + scale * inner, low, high)

    ends = tuple(end for end in (low, high) if math.isfinite(end))
    return Line(
        "TruncatedNormal",
        (loc, scale, low, high),
        quietly(log_prob),
        quietly(cdf),
        quietly(sf),
        quietly(ppf),
        quietly(lambda u: ppf(1 - u)),
        ends,
        (low, high),
    )


def histogram(edges: list[float], masses: list[float]) -> Line:
    cuts, weights = np.array(edges), np.array(masses)
    sums = np.concatenate([[0.0], np.cumsum(weights)])
    with np.errstate(divide="ignore"):
        heights = np.concatenate([[-math.inf], np.log(weights) - np.log(np.diff(cuts)), [-math.inf]])
    return Line(
        "Histogram",
        (edges, masses),
        quietly(lambda x: heights[np.searchsorted(cuts, x, side="right")]),
        quietly(lambda x: np.interp(x, cuts, sums)),
        quietly(lambda x: 1 - np.interp(x, cuts, sums)),
        quietly(lambda u: np.interp(u, sums, cuts)),
        quietly(lambda u: np.interp(1 - u, sums, cuts)),
        tuple(edges),
        (edges[0], edges[-1]),
    )


def random_masses(rng: np.random.Generator, count: int, empty: float = 0.1) -> list[float]:
    """Multiples of 2^-40 whose sum is exactly 1, some of them 0, some tiny."""
    raw = rng.exponential(size=count) * np.where(rng.random(count) < 0.2, 1e-6, 1.0) * (rng.random(count) >= empty)
    whole = np.round((raw + (raw.sum() == 0)) / (raw + (raw.sum() == 0)).sum() * 2**40)
    whole[np.argmax(whole)] += 2**40 - whole.sum()
    return [float(one) for one in whole / 2**40]


def random_line(rng: np.random.Generator, names: tuple[str, ...]) -> Line:
    """A density of one of these families, of ordinary size."""
    name = str(rng.choice(names))
    loc, scale = round(float(rng.normal(0, 1)), 2), round(float(np.exp(rng.normal(0, 0.6))), 3)
    match name:
        case "Normal" | "Laplace" | "Cauchy":
            return {"Normal": normal, "Laplace": laplace, "Cauchy": cauchy}[name](loc, scale)
        case "Uniform":
            return uniform(loc, loc + scale)
        case "Exponential":
            return exponential(scale)
        case "StudentT":
            return student(round(float(np.exp(rng.uniform(-0.5, 3))), 2), loc, scale)
        case "Beta":
            return beta(*(round(float(np.exp(rng.uniform(-0.7, 1.5))), 2) for _ in range(2)))
        case "TruncatedNormal":
            return truncated(loc, scale, loc - scale * round(rng.uniform(0.1, 3), 2), loc + scale * round(rng.uniform(0.1, 3), 2))
        case "Histogram":
            edges = np.cumsum([loc, *rng.integers(1, 9, size=int(rng.integers(1, 6))) / 8])
            return histogram([float(edge) for edge in edges], random_masses(rng, len(edges) - 1))
    raise ValueError(name)
