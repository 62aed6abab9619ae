"""p_g at points x: the change of variables, summed over the branches that take x; just beside a fold, the other preimage is found from z.

Work grows with the number of pairs of a point and a branch that takes it: no pair that does not meet is looked at.
"""

from typing import Any, NamedTuple

import numpy as np

from gantheory.distributions.pushforward.branch import jet
from gantheory.distributions.pushforward.inverse import BranchTable, across, ranges, summed


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
    preimage, beside = np.empty(at.shape), folded.any(axis=1)
    preimage[~beside] = table.inverse(p_g.function, branch[~beside], x[at[~beside]])
    if beside.any():
        end = np.argmax(folded[beside], axis=1)
        ends = table.z_ends[branch[beside]]
        fold, far = np.take_along_axis(ends, end[:, None], 1)[:, 0], np.take_along_axis(ends, 1 - end[:, None], 1)[:, 0]
        own = table.z_ends[branch_of[at[beside]], end]
        preimage[beside] = across(p_g.function, fold, far, z[at[beside]], own)
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
    beyond = np.flatnonzero(_places(keys, beside) < 0)
    slack = 16 * np.spacing(np.abs(np.where(np.isfinite(x), x, 0.0)))  # just beside a fold, rounding may take G beyond it
    beyond = beyond[table.takes(other[beyond], x[point[beyond]], slack[point[beyond]])]
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
    reach = np.minimum(_reach(p_g, own_ends), np.abs(np.diff(own_ends, axis=1)) / 16)
    close, side = np.nonzero(table.critical[branch_of[given]] & (np.abs(z[given, None] - own_ends) < reach))
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


def _reach(p_g: Any, z: np.ndarray) -> np.ndarray:
    """How far from a fold at z the step across it is taken: a few cells of the first grid."""
    cuts = p_g.latent.landmarks
    cell = np.clip(np.searchsorted(cuts, z) - 1, 0, len(cuts) - 2)
    return (cuts[cell + 1] - cuts[cell]) * (len(cuts) - 1) / 256
