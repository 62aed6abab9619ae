"""The branches and flat pieces of a piecewise linear G: each piece is a line."""

from typing import Any

import numpy as np

from gantheory.distributions.line import Density
from gantheory.distributions.pushforward.branch import NEITHER, Branch, Flat, masses_between, values
from gantheory.distributions.pushforward.branches import Pieces, _snapped, first_grid
from gantheory.distributions.pushforward.piecewise_linear import LinearPieces, linear_pieces

TAILS = (1e-300, 1e-100, 1e-30, 1e-17, 1e-13, 1e-9, 1e-6, 1e-4, 1e-3, 1e-2)  # mass left out on each side, tried in turn, of a G with steps


def linear_branches(generator: Any, latent: Density) -> Pieces | None:
    """The pieces of a G that is piecewise linear as a program, on the latent's line; None of any other G.

    Of a G with steps the mass of z beyond 2000 of them is left out. Raises ``ValueError`` where G is not finite.
    """
    grid = first_grid(latent.landmarks, latent.support, latent.tail_index)
    low, high = float(grid[0]), float(grid[-1])
    found = linear_pieces(generator, low, high, lambda: _cores(latent, low, high))
    if found is None:
        return None
    masses = masses_between(latent, found.z[:-1], found.z[1:])
    bad = ~np.isfinite([found.start, found.end, found.slope]).all(axis=0)
    if (bad & (masses > 0)).any():
        at = (found.z[:-1] + found.z[1:])[bad & (masses > 0)][0] / 2
        raise ValueError(
            f"`generator` must be finite, with finite derivatives, wherever z has mass. Got a G that is not at z = {float(at)!r}."
        )
    x = _snapped(np.concatenate([found.start, found.end]), np.flatnonzero(~np.tile(bad, 2))).reshape(2, -1)
    infinite = [bool(np.isinf(latent.support[0]) and found.z[0] == low), bool(np.isinf(latent.support[1]) and found.z[-1] == high)]
    branches, flats = [], []
    for number in np.flatnonzero(~bad).tolist():
        if found.slope[number] == 0 or x[0, number] == x[1, number]:
            flats.append(Flat(float(found.z[number]), float(found.z[number + 1]), float(x[0, number])))
        else:
            open_z = number == 0 and infinite[0], number == len(masses) - 1 and infinite[1]
            branches.append(_branch(found, x, number, open_z))
    left_out = (0.0 if infinite[0] else float(latent.cdf(found.z[0]))) + (0.0 if infinite[1] else float(latent.sf(found.z[-1])))
    seen = values(generator, grid)
    seen = seen[np.isfinite(seen)]
    return Pieces(branches, flats, left_out, (float(seen.min()), float(seen.max())))


def _branch(found: LinearPieces, x: np.ndarray, number: int, open_z: tuple[bool, bool]) -> Branch:
    z = np.array([found.z[number], found.near_z[number], found.z[number + 1]])
    known, first = np.unique(z, return_index=True)
    known_x = np.array([x[0, number], found.near_x[number], x[1, number]])[first]
    known_x[0], known_x[-1] = x[0, number], x[1, number]
    open_x = open_z if found.slope[number] > 0 else (open_z[1], open_z[0])
    return Branch(known, known_x, NEITHER, float(found.slope[number]), open=open_x, endless=open_x)


def _cores(latent: Density, low: float, high: float) -> list[tuple[float, float]]:
    """Ever smaller parts of the line of z that hold nearly all of its mass."""
    ends = zip(latent.quantile(np.array(TAILS)), latent.upper_quantile(np.array(TAILS)), strict=True)
    return [(low, high), *((max(low, float(a)), min(high, float(b))) for a, b in ends)]
