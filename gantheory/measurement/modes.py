"""What became of the modes of a mixture on the plane: how many p_g found, how much of it is near them, and its shares over them."""

from typing import Any, NamedTuple

import numpy as np

from gantheory.base.estimate import Estimate
from gantheory.distributions import Law, Normal, Product
from gantheory.distributions.pushforward.mesh import Mesh, vertex_masses

APART = 6.0  # least distance of two modes, in standard deviations, for shares of them to mean anything
WITHIN = 3.0  # radius of a mode, in standard deviations
PERFECT = float(1 - np.exp(-(WITHIN**2) / 2))  # share of a perfect sampler's mass there, 98.889 %; a larger one is of modes too narrow
FOUND = 1 / 2500  # mass around a mode at which it counts as found: one of the 2,500 samples of VEEGAN and PacGAN


class Modes(NamedTuple):
    """Round Gaussians of one width, far apart."""

    centres: np.ndarray  # (n, 2)
    weights: np.ndarray  # (n,)
    scale: float


def modes_of(p_data: Law) -> Modes | None:
    """The modes of a mixture of round Gaussians far apart; None for any other law."""
    if not (isinstance(p_data, Product) and isinstance(p_data.x, Normal) and isinstance(p_data.y, Normal)):
        return None
    scales = np.concatenate([np.ravel(p_data.x.scale), np.ravel(p_data.y.scale)])
    centres = np.stack([p_data.x.loc, p_data.y.loc], -1)
    if len(centres) < 2 or np.ptp(scales) > 0:
        return None
    if _tree(centres).query(centres, 2)[0][:, 1].min() < APART * scales[0]:  # the nearest of each is itself
        return None
    return Modes(centres, p_data.weights, float(scales[0]))


def _tree(centres: np.ndarray) -> Any:
    """A search for the nearest of points, without a matrix of distances."""
    from scipy.spatial import KDTree  # heavy, and needed for modes only

    return KDTree(centres)


def coverage_of(modes: Modes, mesh: Mesh) -> dict[str, Estimate]:
    """The number of modes found, the share of p_g around modes, and its reverse KL over modes, every point counted to the nearest.

    Each error is the largest deviation of a quarter of the mesh's vertices, every other one in each direction, from all of them.
    """
    whole = _coverage(modes, mesh.x, vertex_masses(mesh))
    parts = [_coverage(modes, mesh.x[i::2, j::2], vertex_masses(mesh)[i::2, j::2]) for i in (0, 1) for j in (0, 1)]
    errors = np.max(np.abs(np.array(parts) - whole), axis=0)
    names = ("modes", "share", "reverse_kl")
    return {name: Estimate(float(value), float(error)) for name, value, error in zip(names, whole, errors, strict=True)}


def _coverage(modes: Modes, points: np.ndarray, masses: np.ndarray) -> tuple[float, float, float]:
    centres, weights, scale = modes
    points, masses = points.reshape(-1, 2), masses.ravel() / masses.sum()
    distance, nearest = _tree(centres).query(points)
    close = distance <= WITHIN * scale
    around = np.bincount(nearest[close], masses[close], len(centres))
    of_mode = np.bincount(nearest, masses, len(centres))
    held = of_mode > 0
    return float(np.sum(around >= FOUND)), float(around.sum()), float(np.sum(of_mode[held] * np.log(of_mode[held] / weights[held])))
