"""p_g at points x: the change of variables, summed over the branches that take x; just beside a fold, the other preimage is found from z.

Work grows with the number of pairs of a point and a branch that takes it: no pair that does not meet is looked at.
"""

from typing import Any, NamedTuple

import numpy as np

from gantheory.distributions.pushforward.branch import jet
from gantheory.distributions.pushforward.inverse import GAUSS_NODES, GAUSS_WEIGHTS, BranchTable, across, ranges, summed

HALVINGS = 20  # most halvings of the distance from a fold within which the step across it is taken
RISE_ROUNDING = 1e-13  # relative error of ∫ G' by Gauss's rule beside a fold that does not show
NOISY = 1e-8  # the largest that does not, where the values of G are noisier


class Met(NamedTuple):
    """Points x and branches that take them, by point, then by branch."""

    at: np.ndarray
    branch: np.ndarray
    folded: np.ndarray  # (n, 2): whether the branch becomes flat, at its lower or upper end in x, where x's own does, just beside z


def log_prob_over_branches(p_g: Any, x: np.ndarray, branch_of: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``Pushforward.log_prob_but``."""
    table = p_g.table
    if not p_g.branches:
        return np.full(x.shape, -np.inf), np.zeros(x.shape)
    at, branch, folded = _met(p_g, x, branch_of, z)
    preimage = np.empty(at.shape)
    beside = np.asarray(folded.any(axis=1))
    if beside.any():
        end = np.argmax(folded[beside], axis=1)
        ends = table.z_ends[branch[beside]]
        fold, far = np.take_along_axis(ends, end[:, None], 1)[:, 0], np.take_along_axis(ends, 1 - end[:, None], 1)[:, 0]
        own = table.z_ends[branch_of[at[beside]], end]
        preimage[beside] = across(p_g.function, fold, far, z[at[beside]], own)
        beside[beside] = np.abs(preimage[beside] - fold) <= p_g.reach[branch[beside], end]
    preimage[~beside] = table.inverse(p_g.function, branch[~beside], x[at[~beside]])
    slope, bend = (table.slope[branch], 0.0) if p_g.is_linear else jet(p_g.function, preimage)[1:]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # far out, where no mass is left
        # Where rounding made the slope 0 there is no density; any mass there shows up as missing.
        log_prob = np.where(slope == 0, -np.inf, p_g.log_latent(preimage) - np.log(np.abs(slope)))
        rounded = np.where(beside, 0.0, 4 * np.spacing(np.abs(x[at])) / np.abs(slope)) + 2 * np.finfo(float).eps * np.abs(preimage)
        apart = np.where(np.isfinite(rounded), rounded * np.abs(bend / slope), 1.0)
    return summed(at, log_prob, np.minimum(apart, 1.0), len(x))


def _met(p_g: Any, x: np.ndarray, branch_of: np.ndarray, z: np.ndarray) -> Met:
    """The branches that take each x, but for the one that is its own."""
    table: BranchTable = p_g.table
    at, branch = table.taken(x)
    point, other, end = _beside_folds(p_g, branch_of, z)
    count = len(table.ends)
    keys, beside = at * count + branch, point * count + other
    # Just beside a fold, rounding may take G beyond it: only at its other end can a branch end before x.
    beyond = np.flatnonzero((_places(keys, beside) < 0) & np.isfinite(x[point]))
    last = table.ends[other[beyond], 1 - end[beyond]]
    beyond = beyond[np.where(end[beyond] == 1, x[point[beyond]] >= last, x[point[beyond]] <= last)]
    if len(beyond):
        keys = np.sort(np.concatenate([keys, beside[beyond]]), kind="stable")
        keys = keys[np.diff(keys, prepend=-1) > 0]
        at, branch = np.divmod(keys, count)
    is_other = branch_of[at] != branch
    at, branch, place = at[is_other], branch[is_other], _places(keys[is_other], beside)
    folded = np.zeros((len(at), 2), bool)
    folded[place[place >= 0], end[place >= 0]] = True
    return Met(at, branch, folded)


def _places(keys: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The place of each number among the keys, which are sorted; -1 of one that is none of them."""
    place = np.searchsorted(keys, wanted)
    found = np.append(keys, -1)[place] == wanted
    return np.where(found, place, -1)


def _beside_folds(p_g: Any, branch_of: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(point, branch, end) for all z just beside an end of their own branch, and all others that become flat there at the same x."""
    table: BranchTable = p_g.table
    given = np.flatnonzero(branch_of >= 0)
    own_ends = table.z_ends[branch_of[given]]
    close, side = np.nonzero(np.abs(z[given, None] - own_ends) < p_g.reach[branch_of[given]])
    found = []
    for end in (0, 1):
        points = given[close[side == end]]
        flat = np.flatnonzero(table.critical[:, end])
        flat = flat[np.argsort(table.ends[flat, end], kind="stable")]
        values, wanted = table.ends[flat, end], table.ends[branch_of[points], end]
        of, place = ranges(np.searchsorted(values, wanted), np.searchsorted(values, wanted, "right"))
        found.append((points[of], flat[place], np.full(len(of), end)))
    point, other, end = (np.concatenate(parts) for parts in zip(*found, strict=True))
    is_other = branch_of[point] != other
    return point[is_other], other[is_other], end[is_other]


def reach_of(p_g: Any) -> np.ndarray:
    """How far from the folds at the ends of each branch (n, 2) the step across them is taken; 0 at an end that is no fold.

    It is a few cells of the first grid at most, and only as far as Gauss's rule has ∫ G' to the last bits, of it or of x.
    """
    table, cuts = p_g.table, p_g.latent.landmarks
    branch, end = np.nonzero(table.critical)
    reach = np.zeros(table.critical.shape)
    if not len(branch):
        return reach
    fold, far = table.z_ends[branch, end], table.z_ends[branch, 1 - end]
    cell = np.clip(np.searchsorted(cuts, fold) - 1, 0, len(cuts) - 2)
    length = np.minimum((cuts[cell + 1] - cuts[cell]) * (len(cuts) - 1) / 256, np.abs(far - fold) / 16)
    for _ in range(HALVINGS):
        inward = np.copysign(length, far - fold)
        whole, first, second = (_rise(p_g, fold + at * inward, share * inward) for at, share in ((0, 1), (0, 0.5), (0.5, 0.5)))
        parts = first + second
        noise = np.abs(np.diff(p_g.values(np.stack([fold, fold + inward]).ravel()).reshape(2, -1), axis=0)[0] - parts)
        bad = np.abs(whole - parts) > np.clip(noise / 8, RISE_ROUNDING * np.abs(parts), NOISY * np.abs(parts))
        if not bad.any():
            break
        length[bad] /= 2
    reach[branch, end] = length
    return reach


def _rise(p_g: Any, start: np.ndarray, length: np.ndarray) -> np.ndarray:
    """∫ G' from points (n,) over lengths (n,), by Gauss's rule."""
    nodes = start[:, None] + length[:, None] / 2 * (1 + GAUSS_NODES)
    return length / 2 * (p_g.slopes(nodes.ravel()).reshape(nodes.shape) @ GAUSS_WEIGHTS)
