"""Truths without the library: quadrature on panels from quantiles, and bounds of a generator's law from binned masses."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from scipy import special

from attacks.judge import Truth, exactly, undefined, within
from attacks.lines import Line
from attacks.trees import Tree

LOG_2 = math.log(2)
# Quantile levels that cut the line into panels: three a decade in the tails, finer in the middle.
TAILS = 10.0 ** np.arange(-25, -2.9, 1 / 3)
LEVELS = np.concatenate([TAILS, np.linspace(0.0025, 0.5, 60)])
RULES = [special.roots_legendre(n) for n in (20, 14)]
CELLS, BINS = 2**17, 256  # of a latent, and of the line


def excess(log_p: np.ndarray, log_q: np.ndarray) -> np.ndarray:
    """log(2p/(p + q)), where p > 0."""
    with np.errstate(all="ignore"):
        return LOG_2 - np.logaddexp(0, log_q - log_p)


def jsd_density(log_p: np.ndarray, log_q: np.ndarray) -> np.ndarray:
    """½ p log(2p/(p + q)) + ½ q log(2q/(p + q))."""
    with np.errstate(all="ignore"):
        p_part = np.where(np.isneginf(log_p), 0.0, np.exp(log_p) * excess(log_p, log_q))
        q_part = np.where(np.isneginf(log_q), 0.0, np.exp(log_q) * excess(log_q, log_p))
    return (p_part + q_part) / 2


def quantiles(line: Line) -> np.ndarray:
    """Points between which the density is smooth on the scale of its panels."""
    points = np.concatenate([line.ppf(LEVELS), line.isf(LEVELS[::-1]), [*line.breaks]])
    return np.unique(points[np.isfinite(points)])


def integral(function: Callable[[np.ndarray], np.ndarray], cuts: np.ndarray) -> tuple[float, float]:
    """∫ of a function between the outermost cuts, by Gauss and Legendre on each panel, and the difference of two rules."""
    low, width = cuts[:-1, None], np.diff(cuts)[:, None]
    both = [float(np.sum(function(low + width * (nodes + 1) / 2) * weights * width / 2)) for nodes, weights in RULES]
    return both[0], abs(both[0] - both[1])


def jsd_of_lines(p: Line, q: Line) -> Truth:
    cuts = np.union1d(quantiles(p), quantiles(q))
    value, doubt = integral(lambda x: jsd_density(p.log_prob(x), q.log_prob(x)), cuts)
    return within(value, 10 * doubt + 1e-13)


def law_of_cells(tree: Tree, latent: Line, cells: int, shift: float = 0.5) -> np.ndarray:
    """G at one point of each of so many cells of equal mass, sorted, nan last."""
    u = (np.arange(cells) + shift) / cells
    half = cells // 2
    return np.sort(tree(np.concatenate([latent.ppf(u[:half]), latent.isf(1 - u[half:])])))


def jsd_by_cells(p: Line, tree: Tree, latent: Line, cells: int = CELLS, bins: int = BINS, shift: float = 0.5) -> Truth:
    """JSD(p, G#latent) from masses in bins of the line, and in bins merged by twos: a lower bound that rises to it.

    Each cell of the latent is counted where its middle goes. A G that is nan or infinite on many of them has no law.
    """
    x = law_of_cells(tree, latent, cells, shift)
    if np.mean(~np.isfinite(x)) > 20 / cells:
        return undefined(f"G is not finite on {np.mean(~np.isfinite(x)):.3g} of the latent's mass")
    x = x[np.isfinite(x)]
    levels = (np.arange(bins // 2) + 0.37) / (bins // 2)
    repeated = np.unique(x[8:][x[8:] == x[:-8]])[:bins]  # atoms
    gaps = np.argsort(np.diff(x))[-16:]  # where G jumps, or p_g ends
    kept = np.concatenate([p.breaks, repeated, np.nextafter(repeated, np.inf), x[[0, -1]], x[gaps], x[gaps + 1]])
    levels = np.concatenate([np.quantile(x, levels), p.ppf(levels)])
    levels = np.unique(levels[np.isfinite(levels)])

    def rising(step: int) -> float:
        edges = np.union1d(levels[::step], kept)
        own = np.diff([0, *np.searchsorted(x, edges), len(x)]) / len(x)
        low, high = np.diff([0.0, *p.cdf(edges), 1.0]), np.diff([1.0, *p.sf(edges), 0.0])
        with np.errstate(divide="ignore"):
            return float(np.sum(jsd_density(np.log(np.maximum(np.where(low < 0.5, low, -high), 0)), np.log(own))))

    finest, halved, quartered = rising(1), rising(2), rising(4)
    slack = (len(levels) + len(kept)) / cells / 4
    rest = max(abs(finest - halved), abs(halved - quartered) / 2)
    return Truth(max(0.0, finest - slack), min(LOG_2 + 1e-15, finest + 10 * rest + slack))


def jsd_of_monotone(p: Line, tree: Tree, latent: Line) -> Truth | None:
    """JSD(p, G#latent) as an integral over z, where G, of analytic operations, is seen to be monotone; else None."""
    if tree.kinds - {"smooth"}:
        return None
    z = quantiles(latent)
    x = tree(z)
    if not np.isfinite(x).all():
        return None
    steps = np.diff(x)[np.diff(z) > 1e-9 * (z[-1] - z[0])]  # nearer points may be one after rounding
    if not (np.all(steps > 0) or np.all(steps < 0)):
        return None
    if steps[0] < 0:
        return None if math.inf in p.support else jsd_of_monotone(mirrored(p), _negated(tree), latent)
    inner = np.interp(np.concatenate([quantiles(p)]), x, z)
    cuts = np.unique(np.concatenate([z, inner]))
    scale = float(latent.ppf(0.75) - latent.ppf(0.25))

    def function(z):
        reach = np.minimum(np.minimum(z - latent.support[0], latent.support[1] - z), scale)
        h = 2e-3 * reach
        with np.errstate(all="ignore"):
            slope = (8 * (tree(z + h) - tree(z - h)) - (tree(z + 2 * h) - tree(z - 2 * h))) / (12 * h)
            log_slope = np.log(slope)
        log_p = p.log_prob(tree(z)) + log_slope
        return np.where(reach > 0, jsd_density(log_p, latent.log_prob(z)), 0.0)

    value, doubt = integral(function, cuts)
    outside = float(p.cdf(x[0]) + p.sf(x[-1]))
    near = float(p.cdf(np.interp(latent.ppf(1e-12), z, x)) + p.sf(np.interp(latent.isf(1e-12), z, x))) - outside
    found, slack = value + outside * LOG_2 / 2, 10 * doubt + near + 1e-9
    return within(found, slack) if math.isfinite(found + slack) else None


def mirrored(p: Line) -> Line:
    """The law of -x."""
    return Line(
        p.name,
        p.parameters,
        lambda x: p.log_prob(-x),
        lambda x: p.sf(-x),
        lambda x: p.cdf(-x),
        lambda u: -p.isf(u),
        lambda u: -p.ppf(u),
        tuple(-b for b in p.breaks),
        (-p.support[1], -p.support[0]),
    )


def _negated(tree: Tree) -> Tree:
    return Tree("neg", (tree,))


def expectation(line: Line, function: Callable[[np.ndarray], np.ndarray], also: Sequence[float] = ()) -> Truth:
    """E[function(X)], cut at quantiles and at ``also``; undefined where it is not seen to converge."""
    dense = line.ppf(np.linspace(0, 1, 801)[1:-1])
    cuts = np.unique(np.concatenate([quantiles(line), dense, [c for c in also if line.support[0] <= c <= line.support[1]]]))

    def weighed(x):
        with np.errstate(all="ignore"):
            return np.exp(line.log_prob(x)) * function(x)

    value, doubt = integral(weighed, cuts)
    if not math.isfinite(value):
        return undefined("an expectation that is not finite")
    tails = sum(abs(integral(weighed, part)[0]) for part in (cuts[:4], cuts[-4:]))
    return within(value, 10 * doubt + 10 * tails + 1e-11)


def total(*parts: Truth) -> Truth:
    """The sum of truths; undefined where one is."""
    for part in parts:
        if part.undefined:
            return part
    return Truth(sum(part.low for part in parts), sum(part.high for part in parts))


NOTHING = exactly(0.0)
