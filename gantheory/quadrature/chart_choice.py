"""The chart of each end of each piece of the line: the branch that is critical there, else the one with most mass over the piece."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from gantheory.distributions import Pushforward
from gantheory.distributions.pushforward.branch import Branch, masses_below
from gantheory.distributions.pushforward.inverse import ranges
from gantheory.quadrature.rows import PLAIN

NEAR = 1e-3  # distance from a critical value, as a share of the piece, at which another break may lie within rounding of it


def charts_over(branches: Sequence[tuple[Pushforward, int, Branch]], cuts: np.ndarray, end: int) -> tuple[np.ndarray, np.ndarray]:
    """(chart, whether it is special there) for the lower (0) or the upper (1) end of every piece between neighbouring cuts.

    Special is a branch that is critical, steep or open at that end of the piece. All pieces are judged at once.
    """
    count = len(cuts) - 1
    chart, special = np.full(count, PLAIN), np.zeros(count, bool)
    if not branches:
        return chart, special
    ends = np.array([branch.ends for _, _, branch in branches])
    critical, steep, open_ = (np.array([getattr(one, name)[end] for _, _, one in branches]) for name in ("critical", "steep", "open"))
    first, stop = np.searchsorted(cuts, ends[:, 0]), np.searchsorted(cuts, ends[:, 1], "right") - 1
    branch, piece = ranges(first, stop)
    apart = np.abs(ends[branch, end] - cuts[piece + end])
    own = (critical[branch] & (apart <= NEAR * np.diff(cuts)[piece])) | ((steep | open_)[branch] & (apart == 0))
    special[piece[own]] = True
    best = own | ~special[piece]
    branch, piece = branch[best], piece[best]
    several = np.bincount(piece, minlength=count) > 1
    mass = np.zeros(len(piece))
    mass[several[piece]] = _masses(branches, cuts, branch[several[piece]], piece[several[piece]])
    order = np.lexsort((branch, -mass, piece))
    pieces, at = np.unique(piece[order], return_index=True)
    chart[pieces] = branch[order][at]
    return chart, special


def _masses(branches: Sequence[tuple[Pushforward, int, Branch]], cuts: np.ndarray, branch: np.ndarray, piece: np.ndarray) -> np.ndarray:
    """The mass that branches number ``branch``, sorted, have over pieces, by linear interpolation of what is known of them."""
    z = np.empty((2, len(branch)))
    for number in np.unique(branch).tolist():
        here = slice(*np.searchsorted(branch, [number, number + 1]))
        known = branches[number][2]
        order = slice(None) if known.increasing else slice(None, None, -1)
        z[:, here] = np.interp([cuts[piece[here]], cuts[piece[here] + 1]], known.x[order], known.z[order])
    mass = np.empty(len(branch))
    for _, numbers in groupby(range(len(branches)), lambda number: id(branches[number][0])):
        numbers = list(numbers)
        here = slice(*np.searchsorted(branch, [numbers[0], numbers[-1] + 1]))
        below = masses_below(branches[numbers[0]][0].latent, z[:, here].ravel()).reshape(2, -1)
        mass[here] = np.abs(below[0] - below[1])
    return mass
