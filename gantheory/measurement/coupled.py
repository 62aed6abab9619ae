"""W₁ of laws whose optimal coupling is known: F_p⁻¹(U) with F_q⁻¹(U), in closed form or exactly.

Of two laws a + b Z with one Z, W₁ = E|Δa + Δb Z|; two distribution functions that are piecewise linear differ by a piecewise linear one.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtr

from gantheory.base.estimate import Divergent, Estimate, Measured
from gantheory.distributions import Cauchy, Density, Histogram, Laplace, Mixture, Normal, Pushforward, StudentT, Uniform
from gantheory.distributions.law import same

EPS = float(np.finfo(float).eps)
ROUNDING = 64 * EPS  # relative rounding of a closed form
SCALED = 2.0**-8  # factor that keeps sums of doubles among the doubles


class Line(NamedTuple):
    """The law of loc + scale · Z; ``rounding`` is how far loc may be off, and scale relative to its size."""

    standard: tuple[Any, ...]  # Z: a family and its shape
    loc: float
    scale: float
    rounding: float = 0.0


def coupled(p: Any, q: Any) -> Measured | None:
    """W₁ of p and q where a coupling of them is known; else None."""
    one, other = _line(p), _line(q)
    if one and other and one.standard == other.standard:
        return _of_lines(one, other)
    if _is_piecewise(p) and _is_piecewise(q):
        return _of_piecewise_linear(p, q)
    return _without_common_parts(p, q)


def _parts(law: Any) -> list[tuple[float, Any]]:
    """(weight, law) of every part of a mixture; of another law, itself."""
    return list(zip(map(float, law.weights), law._parts(), strict=True)) if isinstance(law, Mixture) and not law._is_one else [(1.0, law)]


def _without_common_parts(p: Any, q: Any) -> Measured | None:
    """Of two mixtures of one part each but for common parts of equal weights: F_p - F_q is that of these parts, times their weight."""
    one, other = _parts(p), _parts(q)
    for part in list(one):
        match = next((at for at in other if at[0] == part[0] and same(at[1], part[1])), None)
        if match is not None:
            one.remove(part)
            other.remove(match)
    if len(one) != 1 or len(other) != 1 or len(one) == len(_parts(p)) or one[0][0] != other[0][0]:
        return None
    known = coupled(one[0][1], other[0][1])
    return known if known is None or isinstance(known, Divergent) else known * one[0][0]


def _line(law: Any) -> Line | None:
    if isinstance(law, Pushforward):
        inner, pieces = _line(law.latent), law.branches
        if inner is None or len(pieces) != 1 or law.atoms or law.unresolved or pieces[0].slope is None or not all(pieces[0].endless):
            return None
        slope = pieces[0].slope
        near = int(np.argmin(np.abs(pieces[0].z)))
        shift = float(pieces[0].x[near] - slope * pieces[0].z[near])
        loc, scale = shift + slope * inner.loc, slope * inner.scale
        rounding = 4 * EPS * (abs(shift) + abs(slope * inner.loc)) + inner.rounding
        return Line(inner.standard, loc, abs(scale), rounding) if math.isfinite(loc) and math.isfinite(scale) else None
    match law:
        case StudentT():
            return Line((StudentT, float(law.df)), float(law.loc), float(law.scale))
        case Cauchy():
            return Line((StudentT, 1.0), float(law.loc), float(law.scale))
        case Normal() | Laplace():
            return Line((type(law),), float(law.loc), float(law.scale))
    return None


def _of_lines(one: Line, other: Line) -> Measured:
    """E|Δa + Δb Z|."""
    shift, widening = abs(one.loc - other.loc), abs(one.scale - other.scale)
    family, *shape = one.standard
    if family is StudentT and shape[0] <= 1 and widening > 0:
        exact = one.rounding == other.rounding == 0 or widening > ROUNDING * max(one.scale, other.scale)
        if exact:
            reason = f"the distribution functions differ by what falls off only like |x|^-{shape[0]:.3g} as x -> +∞"
            return Divergent(reason)
        return Estimate(shift, math.inf)
    value = shift if widening == 0 else widening * _mean_distance(family, shape, shift / widening)
    if not math.isfinite(value):
        return Divergent("its value exceeds the largest double")
    error = ROUNDING * value + one.rounding + other.rounding
    if one.rounding or other.rounding:  # of a pushforward, the slopes are rounded, too
        error += (
            8 * EPS * (one.scale + other.scale) * (_mean_distance(family, shape, 0.0) if family is not StudentT or shape[0] > 1 else 0.0)
        )
    return Estimate(value, error)


def _mean_distance(family: Any, shape: list[float], t: float) -> float:
    """E|Z + t| for t >= 0, where it is finite."""
    if math.isinf(t):
        return t
    if family is Normal:
        return 2 * float(np.exp(-t * t / 2)) / math.sqrt(2 * math.pi) + t * (1 - 2 * float(ndtr(-t)))
    if family is Laplace:
        return t + math.exp(-t)
    df = shape[0]
    density = StudentT(df)
    tail = (df + t * t) / (df - 1) * float(density.prob(t)) if t < 1e100 else 0.0
    return 2 * tail + t * (1 - 2 * float(density.sf(t)))


def _is_piecewise(law: Any) -> bool:
    match law:
        case Uniform() | Histogram():
            return True
        case Mixture():
            return all(_is_piecewise(part) for part in law._parts())
    return False


def _of_piecewise_linear(p: Density, q: Density) -> Measured:
    """∫|F_p - F_q| between all points at which one of them bends: of a line whose values at its ends are known."""
    x = np.unique(np.concatenate([p.landmarks, q.landmarks]))
    above, below = (_steps(p, x, upward) - _steps(q, x, upward) for upward in (True, False))
    apart = np.where(np.abs(above) < np.abs(below), -above, below)
    width = np.diff(x * SCALED)
    start, end = apart[:-1], apart[1:]
    sizes = np.abs(start) + np.abs(end)
    crossing = start * end < 0
    mean = np.where(crossing, (start**2 + end**2) / (2 * np.where(sizes > 0, sizes, 1.0)), sizes / 2)
    with np.errstate(over="ignore"):
        value = float(np.sum(mean * width)) / SCALED
        error = float(np.sum(width)) * len(x) * EPS / SCALED if len(x) > 64 else float(np.sum(width)) * 64 * EPS / SCALED
    return Estimate(value, min(error, 1e308)) if math.isfinite(value) else Divergent("its value exceeds the largest double")


def _steps(law: Any, x: np.ndarray, upward: bool) -> np.ndarray:
    """The distribution function at x, from above if ``upward``."""
    match law:
        case Uniform():
            low, high = float(law.low), float(law.high)
            share = np.clip((x / 2 - low / 2) / (high / 2 - low / 2), 0, 1)
            return 1 - share if upward else share
        case Histogram():
            sums = np.append(0.0, np.cumsum(law.masses[::-1] if upward else law.masses))
            return np.interp(x, law.edges, sums[::-1] if upward else sums)
        case Mixture() if law._is_one:
            parts = [type(law.components)(*(leaf[i] for leaf in _leaves(law.components))) for i in range(len(law.weights))]
            return np.sum([weight * _steps(part, x, upward) for weight, part in zip(law.weights, parts, strict=True)], axis=0)
        case Mixture():
            return np.sum([weight * _steps(part, x, upward) for weight, part in zip(law.weights, law._parts(), strict=True)], axis=0)
    raise TypeError(law)


def _leaves(density: Any) -> list[np.ndarray]:
    batch = density.batch_shape
    match density:
        case Uniform():
            return [np.broadcast_to(density.low, batch), np.broadcast_to(density.high, batch)]
        case Histogram():
            return [np.broadcast_to(leaf, (*batch, leaf.shape[-1])) for leaf in (density.edges, density.masses)]
    raise TypeError(density)
