"""The distribution function of p_g: the masses of the parts of its branches on one side of x."""

from typing import Any

import numpy as np

from gantheory.base.precision import in_float64
from gantheory.distributions.pushforward.branch import masses_between
from gantheory.distributions.pushforward.inverse import within


def masses_of(p_g: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(the ends of every branch in z, of which the outermost are those of z; its mass)."""
    ends = np.array([(p_g.end_of(branch, 0), p_g.end_of(branch, 1)) for branch in p_g.branches]).reshape(-1, 2)
    low, high = np.sort(ends, axis=1).T
    return low, high, masses_between(p_g.latent, low, high)


@in_float64
def mass_beside(p_g: Any, x: Any, upper: bool) -> np.ndarray:
    """P(X > x) if ``upper``, else P(X <= x), each from the masses on its own side."""
    x = np.asarray(x, dtype=np.float64)
    flat, table = x.ravel(), p_g.table
    low, high, masses = p_g.masses
    total = sum((np.where((flat < at) if upper else (flat >= at), mass, 0.0) for at, mass in p_g.atoms), np.zeros(flat.shape))
    # Branches all of whose values are on the side that is asked for; then those that pass x.
    outer = np.where(table.endless, np.array([-np.inf, np.inf]), table.ends)[:, 0 if upper else 1]
    order = np.argsort(outer)
    sums = np.append(0.0, np.cumsum(masses[order[::-1]] if upper else masses[order]))
    total += sums[len(order) - np.searchsorted(outer[order], flat)] if upper else sums[np.searchsorted(outer[order], flat, "right")]
    inner = np.where(table.endless, np.array([-np.inf, np.inf]), table.ends)[:, 1 if upper else 0]
    least, most = (outer, inner) if upper else (inner, outer)
    at, branch = within(np.nextafter(least, np.inf), np.nextafter(most, -np.inf), flat)
    z = table.inverse(p_g.function, branch, flat[at])
    from_low = table.increasing[branch] != upper
    partial = masses_between(p_g.latent, np.where(from_low, low[branch], z), np.where(from_low, z, high[branch]))
    return (total + np.bincount(at, partial, len(flat))).reshape(x.shape)


@in_float64
def cdf_doubt(p_g: Any, x: np.ndarray) -> np.ndarray:
    """How far the rounding of z may move the distribution function at x."""
    flat, table = np.asarray(x, dtype=np.float64).ravel(), p_g.table
    at, branch = table.taken(flat)
    z = table.inverse(p_g.function, branch, flat[at])
    ends = table.z_ends[branch]
    near = np.take_along_axis(table.resolution[branch], np.argmin(np.abs(z[:, None] - ends), axis=1)[:, None], 1)[:, 0]
    with np.errstate(invalid="ignore"):  # where z is infinite
        moved = np.exp(p_g.log_latent(z)) * (8 * np.finfo(float).eps * np.abs(z) + near)
    return np.bincount(at, np.where(np.isfinite(moved), moved, 0.0), len(flat)).reshape(np.shape(x))
