"""Whether the derivative that JAX gives of G is the slope of G's values, and whether G jumps.

A derivative may be the user's own (custom_jvp, custom_vjp) or stopped, and need not be true: p_g is a law of values. On every cell G's
rise is compared with ∫ G'. Where they differ the cell is split, and the worst part of it again and again: at a kink one part alone goes on
to differ, at a jump too, with a rise that stays; where the derivative is not that of the values, most parts do.
"""

from typing import Any

import numpy as np

from gantheory.distributions.line import Density
from gantheory.distributions.pushforward.branch import jet, masses_between

NODES, WEIGHTS = np.polynomial.legendre.leggauss(8)
PARTS = 8  # parts of a cell that is looked into
DEPTH = 8  # times that a cell is split before most of its parts are called untrue
ALIKE = 1.2  # ratio of the differences of a cell's parts below which they are those of one untrue factor
DEEPEST = 24  # times that a cell is split while one part alone differs: 8^-24 of a cell is below the last bits
MOST = 0.4  # share of a cell's parts that differ where the derivative is not that of the values
LEAST_MASS = 1e-11  # mass of a cell below which it is not looked into
LOOKED_INTO = 128  # most cells that are looked into, those of most mass
RELATIVE = 1e-10  # difference that is noticed, as a share of ∫ |G'|
ROUNDING = 1e-13  # and of G's size: rounding inside G
SMALL = 0.02  # most that the rounding of z may be, as a share of a cell
STAYS = 0.5  # share of a jump's rise that is left when its cell has shrunk to the last bits
EPS = np.finfo(float).eps


class JumpError(ValueError):
    """G jumps where z has mass."""


def is_faithful(generator: Any, known: np.ndarray, latent: Density) -> bool:
    """Whether G' is the slope of G's values, as far as cells of z tell.

    Args:
        generator: a function () -> () that JAX can trace.
        known: z, G, G' and G'' at the ends of the cells, (4, n), finite.
        latent: the density of z.

    Raises:
        JumpError: G jumps inside a cell.
    """
    landmarks = latent.landmarks
    inside = (known[0] >= landmarks[0]) & (known[0] <= landmarks[-1])
    size = float(np.median(np.abs(known[1, inside]))) if inside.any() else 0.0
    shift = 4 * EPS * max(np.abs(landmarks).max(), np.ptp(landmarks))  # how far rounding inside G may move z
    z, x, slope, bend = known
    width, rise = np.diff(z), np.diff(x)
    with np.errstate(over="ignore", invalid="ignore"):
        integral = width / 2 * (slope[1:] + slope[:-1]) - width**2 / 12 * np.diff(bend)  # of the cubic through G' and G''
        differs = ~(np.abs(rise - integral) <= _tolerance(np.abs(integral), x, slope, size, np.minimum(shift, SMALL * width)))
    cells = np.flatnonzero(differs)
    mass = masses_between(latent, z[cells], z[cells + 1])
    cells = cells[np.argsort(-mass, kind="stable")[:LOOKED_INTO]][np.sort(-mass)[:LOOKED_INTO] < -LEAST_MASS]
    low, high = z[cells], z[cells + 1]
    first = np.abs(rise[cells])
    for depth in range(DEEPEST):
        low, high, first, untrue, alike = _looked_into(generator, low, high, first, size, shift)
        if (untrue & (alike | (depth >= DEPTH))).any():
            return False
        at_end = high - low <= 4 * np.spacing(np.maximum(np.abs(low), np.abs(high)))
        if at_end.any():
            ends = jet(generator, np.concatenate([low[at_end], high[at_end]]))[0].reshape(2, -1)
            jumps = np.abs(ends[1] - ends[0]) > STAYS * first[at_end]
            inner = ~np.isin(low[at_end], latent.support) & ~np.isin(high[at_end], latent.support)
            if (jumps & inner).any():
                raise JumpError(
                    "`generator` must be continuous, or piecewise linear, wherever z has mass. "
                    f"Got a jump at z = {float(low[at_end][jumps & inner][0])!r}."
                )
        low, high, first = low[~at_end], high[~at_end], first[~at_end]
        if not low.size:
            break
    return True


def _tolerance(integral, x, slope, size: float, shift: Any) -> np.ndarray:
    """What rounding may do to the difference of a cell's rise and ∫ G', or what is not noticed, from values at ends (…, n + 1)."""
    largest = np.maximum(np.abs(x[..., 1:]), np.abs(x[..., :-1]))
    least = np.minimum(np.abs(slope[..., 1:]), np.abs(slope[..., :-1]))  # at a pole the other is of any size
    return RELATIVE * integral + ROUNDING * (largest + size) + 4 * shift * least


def _looked_into(generator, low, high, first, size: float, shift: float):
    """(low, high, first rise) of the worst part of each cell that still differs; whether most of its parts do; whether by like shares."""
    edges = low[:, None] + (high - low)[:, None] * np.arange(PARTS + 1) / PARTS
    edges[:, -1] = high
    half = np.diff(edges, axis=1) / 2
    nodes = edges[:, :-1, None] + half[..., None] * (1 + NODES)
    both = jet(generator, np.concatenate([edges.ravel(), nodes.ravel()]))
    x, ends = (row[: edges.size].reshape(edges.shape) for row in both[:2])
    slopes = both[1, edges.size :].reshape(nodes.shape)
    with np.errstate(over="ignore", invalid="ignore"):
        integral, path = (half * (a @ WEIGHTS) for a in (slopes, np.abs(slopes)))
        excess = np.abs(np.diff(x, axis=1) - integral)
        excess = np.where(
            excess <= _tolerance(path, x, ends, size, np.minimum(shift, 2 * SMALL * half)), 0.0, np.nan_to_num(excess, nan=0.0)
        )
    count, cell = (excess > 0).sum(axis=1), np.arange(len(low))
    worst = np.argmax(excess, axis=1)
    goes_on = count > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(excess > 0, excess / path, np.nan)
        alike = np.nanmax(np.where(goes_on[:, None], share, 1.0), axis=1) < ALIKE * np.nanmin(
            np.where(goes_on[:, None], share, 1.0), axis=1
        )
    parts = edges[cell, worst][goes_on], edges[cell, worst + 1][goes_on], first[goes_on]
    return *parts, (count > MOST * PARTS)[goes_on], alike[goes_on]
