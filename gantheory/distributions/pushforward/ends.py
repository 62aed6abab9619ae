"""How G behaves toward the ends of z: where it, or its derivative, is infinite, and how near to an end its values can be told."""

from typing import Any, NamedTuple

import numpy as np

from gantheory.distributions.line import Density
from gantheory.distributions.pushforward.branch import jet, values

PER_DECADE = 4  # points a decade of the distance from an end
NEAREST = 1e-300  # least distance from an end at 0, as a share of the latent's width
WITHIN = 1e-9  # distance, as a share of the width, down to which G must be finite beside an end
UNTOLD = 1e-3  # share of |G| that the rounding of z makes at an end which is a pole, though its values are doubles
GROWS = 0.6  # ratio of G's rises over two neighbouring factors of 1000 above which they do not add up to a finite one
FARTHEST = 1e300  # z at which a G that has a limit has reached it
GAUSS, WEIGHTS = np.polynomial.legendre.leggauss(8)
EPS = np.finfo(float).eps
OPEN, STEEP, ENDLESS = "open", "steep", "endless"


class End(NamedTuple):
    """An end of z: what is special about it, the points known beside it (4, n), inward, and how near to it G is told."""

    special: frozenset[str]
    known: np.ndarray
    resolution: float = 0.0


def end_of(generator: Any, latent: Density, side: int) -> End:
    """The lower (0) or upper (1) end of z, where it is finite and G or G' is not; or where G is so steep that z cannot tell it."""
    at, width = latent.support[side], float(np.ptp(latent.landmarks))
    nothing = np.empty((4, 0))
    if np.isinf(at):
        return End(frozenset(), nothing)
    here = jet(generator, np.array([at]))[:, 0]
    size = max(abs(at), float(np.diff(latent.landmarks)[-side]))
    if np.isfinite(here).all() and not _is_pole(generator, latent, here, size):
        return End(frozenset(), nothing)
    nearest = max(width * NEAREST if at == 0 else np.spacing(abs(at)), np.finfo(float).tiny)
    offset = np.geomspace(nearest, width / 100, int(PER_DECADE * np.log10(width / 100 / nearest)))
    z = np.unique(at + (1 - 2 * side) * offset)
    known = np.concatenate([z[None], jet(generator, z)])
    known[3] = np.nan_to_num(known[3], nan=0.0)
    if side:
        known = known[:, ::-1]
    finite = np.asarray(np.isfinite(known).all(axis=0))
    first = int(np.flatnonzero(~finite)[-1]) + 1 if not finite.all() else 0
    if first == len(finite) or abs(known[0, first] - at) > WITHIN * width:
        return End(frozenset(), nothing)  # the search names the point
    known = known[:, first:]
    resolution = max(_untold(generator, known, at), np.spacing(abs(at)) if at else 0.0, abs(known[0, 0] - at))
    if np.isinf(here[0]) or (np.isfinite(here).all()) or (np.isnan(here[0]) and _grows(known)):
        return End(frozenset({ENDLESS}), known, resolution)
    limit = here[0] if np.isfinite(here[0]) else known[1, 0]
    end = np.array([at, limit, known[2, 0], 0.0])
    return End(frozenset({STEEP}), np.concatenate([end[:, None], known], axis=1), resolution)


def _is_pole(generator, latent: Density, here: np.ndarray, size: float) -> bool:
    """Whether G changes by about as much as it is within the rounding of z."""
    landmarks = latent.landmarks
    inside = values(generator, landmarks[0] + np.ptp(landmarks) * np.arange(1, 16) / 16)
    return bool(abs(here[1]) * EPS * size > UNTOLD * np.abs(np.append(inside, here[0])).max())


def _grows(known: np.ndarray) -> bool:
    """Whether |G| still grows where it is known nearest to the end."""
    half = known.shape[1] // 2
    return bool(abs(known[1, 0] - known[1, half]) > GROWS * abs(known[1, half] - known[1, -1]))


def _untold(generator, known: np.ndarray, at: float) -> float:
    """How far z is off that would explain G's rises, where these are not ∫ G' beside an end."""
    z, x, slope, _ = known
    distance = np.abs(z - at)
    half = np.diff(np.log(distance)) / 2
    nodes = distance[:-1, None] * np.exp(half[:, None] * (1 + GAUSS))
    exact = at + np.sign(z[0] - at) * nodes
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        rise = half * ((jet(generator, exact.ravel())[1].reshape(nodes.shape) * nodes) @ WEIGHTS) * np.sign(z[0] - at)
        off = np.abs(np.diff(x) - rise) - 16 * EPS * np.abs(x[1:])
        off = off / np.minimum(np.abs(slope[1:]), np.abs(slope[:-1])) - 1e-9 * distance[1:]
    return float(np.max(off, initial=0.0, where=np.isfinite(off)))


def far_end_of(generator: Any, z: np.ndarray, x: np.ndarray, side: int) -> tuple[frozenset[str], float]:
    """(what is special about an infinite end of z, the limit of G there if it has one), from points known up to it, in order."""
    far = z[-1] if side else z[0]
    reach = np.abs(far) * np.array([1.0, 1e-3, 1e-6])
    there = values(generator, np.sign(far) * reach)
    rises = np.abs(np.diff(there))
    last = float(x[-1] if side else x[0])
    limit = float(values(generator, np.array([np.sign(far) * FARTHEST]))[0])
    if not np.isfinite(limit) or (rises[0] > GROWS * rises[1] and rises[0] > 64 * np.spacing(np.abs(there).max())):
        return frozenset({OPEN, ENDLESS}), last
    return frozenset({OPEN}), limit if (limit - last) * (last - there[1]) >= 0 else last
