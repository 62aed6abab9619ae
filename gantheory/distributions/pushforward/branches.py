"""Where a smooth function of one variable turns: its monotone branches and its flat pieces.

The line of z is cut into cells; a cell is halved, again and again, while G' changes sign across it or might touch zero inside it.
What remains are critical points known to the last bits, between which G is monotone. A fold inside one cell that shows neither in G' nor
in G'' at its ends is found if any node of a later quadrature falls on it: see ``Pushforward.look_at``.
"""

import itertools
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.distributions.line import Density
from gantheory.distributions.pushforward.piecewise_linear import knots

CELLS = 2048  # cells of the first grid over the landmarks
SPLIT = 8  # parts of an unsafe cell
ROUNDS = 20  # most rounds of splitting: 2048 cells in 8**20 parts are far beyond the last bit
TOUCH = 1e-6  # width of a cell, as a share of the grid, below which no turn without a change of sign is looked for
MOST_CELLS = 20_000  # most cells split in one round, those of most mass
MOST_POINTS = 400_000  # points at which the search stops
MOST_BRANCHES = 64  # most branches kept, those of most mass
FLAT = 1e-4  # slope, relative to a branch's median, below which G counts as flat where it turns
MERGED = 1e-11  # length, as a share of the grid, below which a run of one sign of G' counts as rounding
BLOCK = 64 * 33  # points in one compiled evaluation: 64 panels


@dataclass(frozen=True)
class Branch:
    """A piece [z[0], z[-1]] of the latent line on which G is strictly monotone, with the points known on it."""

    z: np.ndarray
    x: np.ndarray
    critical: tuple[bool, bool]  # whether G' = 0 at the lower and at the upper end in x
    slope: float | None = None  # G' where it is one number, on a piece of a piecewise linear G

    @property
    def increasing(self) -> bool:
        return bool(self.x[-1] > self.x[0])

    def z_at(self, end: int) -> float:
        """The latent point of the lower (0) or upper (1) end in x."""
        return float(self.z[0] if (end == 0) == self.increasing else self.z[-1])

    @property
    def ends(self) -> tuple[float, float]:
        return self.low, self.high

    @property
    def low(self) -> float:
        return float(min(self.x[0], self.x[-1]))

    @property
    def high(self) -> float:
        return float(max(self.x[0], self.x[-1]))


@dataclass(frozen=True)
class Flat:
    """A piece [z_low, z_high] of the latent line on which G is constant: an atom of p_g at x."""

    z_low: float
    z_high: float
    x: float


@eqx.filter_jit
def _jet(generator, z):
    def derivative(f):
        return lambda t: jax.jvp(f, (t,), (jnp.ones_like(t),))[1]

    first = derivative(generator)
    return jax.vmap(lambda t: jnp.stack([generator(t), first(t), derivative(first)(t)]), out_axes=1)(z)


def jet(generator: Any, z: np.ndarray) -> np.ndarray:
    """G, G' and G'' at the points z, stacked: shape (3, n). Evaluated in blocks of one size, so that it compiles once."""
    padded = np.concatenate([z, np.full(-len(z) % BLOCK, z[-1] if len(z) else 0.0)])
    return np.concatenate([np.asarray(_jet(generator, block)) for block in padded.reshape(-1, BLOCK)] or [np.zeros((3, 0))], axis=1)[
        :, : len(z)
    ]


def first_grid(landmarks: np.ndarray, support: tuple[float, float], tail_index: float) -> np.ndarray:
    """The edges of cells over the latent's landmarks.

    Where the latent is unbounded they go on, in ever longer steps, to where 1e-17 of its mass is left, or to 1e9 of its widths if that is
    further.
    """
    per_cell = -(-CELLS // (len(landmarks) - 1))
    pieces = [np.linspace(a, b, per_cell, endpoint=False) for a, b in itertools.pairwise(landmarks)]
    decades = np.clip(17 / tail_index, 9, 140)
    far = (landmarks[-1] - landmarks[0]) * np.geomspace(0.1, 10**decades, int(6 * decades))
    below = landmarks[0] - far[::-1] if np.isinf(support[0]) else []
    above = landmarks[-1] + far if np.isinf(support[1]) else []
    return np.concatenate([below, *pieces, [landmarks[-1]], above])


def monotone_branches(generator: Any, latent: Density, also: np.ndarray, slope_error: Any = None) -> tuple[list[Branch], list[Flat], float]:
    """The branches and flat pieces of G on the latent's line, in the order of z, and the mass of z on what is left out.

    ``also`` are further points to look at. Left out are turns that are too many to be told apart: all but the ``MOST_CELLS`` cells and
    the ``MOST_BRANCHES`` branches that hold the most mass; and pieces where |G'| is below ``slope_error``, a function of z, if given.
    Raises ``ValueError`` where G is not finite.
    """
    landmarks = latent.landmarks
    grid = np.union1d(first_grid(landmarks, latent.support, latent.tail_index), also)
    corners = knots(generator, grid[0], grid[-1])
    if corners is not None:
        return *_linear_pieces(generator, np.concatenate([grid[:1], corners, grid[-1:]])), 0.0
    width = landmarks[-1] - landmarks[0]
    for end, inward in zip(latent.support, (width, -width), strict=True):  # an end at which G is not finite is approached, not reached
        if np.isfinite(end) and not np.isfinite(jet(generator, np.array([end]))).all():
            grid = np.union1d(np.setdiff1d(grid, end), end + inward * np.geomspace(1e-15, 1 / CELLS, 50))

    def known_at(z):
        known = _known(generator, z)
        if slope_error is not None:
            known[2, np.abs(known[2]) <= slope_error(z)] = 0.0
        return known

    known = _where_finite(landmarks, known_at(grid))
    for _ in range(ROUNDS):
        unsafe = np.flatnonzero(_unsafe(known, finest=TOUCH * width))
        if not unsafe.size:
            break
        if unsafe.size > MOST_CELLS:
            unsafe = unsafe[np.argsort(-latent.mass_between(known[0, unsafe], known[0, unsafe + 1]), kind="stable")[:MOST_CELLS]]
        low, high = known[0, :-1][unsafe], known[0, 1:][unsafe]
        inner = low[:, None] + (high - low)[:, None] * np.arange(1, SPLIT) / SPLIT
        known = np.concatenate([known, known_at(inner.ravel())], axis=1)
        known = known[:, np.argsort(known[0], kind="stable")]
        if known.shape[1] > MOST_POINTS:
            break
    unsafe = _unsafe(known, finest=TOUCH * width)
    doubtful = _turning(known, unsafe)
    branches, flats = _cut(*known[:3], merged=MERGED * width)
    low, high = (np.array([branch.z[end] for branch in branches]) for end in (0, -1))
    masses = latent.mass_between(low, high) if branches else np.empty(0)
    kept = np.sort(np.argsort(-masses, kind="stable")[:MOST_BRANCHES])
    left_out = float(masses.sum() - masses[kept].sum()) + float(latent.mass_between(*doubtful).sum())
    if slope_error is not None:
        left_out += sum(float(latent.mass_between(flat.z_low, flat.z_high)) for flat in flats)
        flats = []
    return [branches[index] for index in kept], flats, left_out


def _linear_pieces(generator, z: np.ndarray) -> tuple[list[Branch], list[Flat]]:
    """The pieces of a G that is linear between the given points."""
    x = _snapped(jet(generator, z)[0], list(range(len(z))))
    slopes = jet(generator, (z[:-1] + z[1:]) / 2)[1]
    if not (np.isfinite(x).all() and np.isfinite(slopes).all()):
        raise ValueError(f"`generator` must be finite, with finite derivatives, wherever z has mass. Got slopes of {slopes.tolist()[:8]}.")
    branches, flats = [], []
    for start, slope in enumerate(slopes):
        if slope == 0 or x[start] == x[start + 1]:
            flats.append(Flat(float(z[start]), float(z[start + 1]), float(x[start])))
        else:
            # Far out, x no longer determines z: the point nearest to 0 is known too.
            known_z = np.unique(np.clip([z[start], 0.0, z[start + 1]], z[start], z[start + 1]))
            known_x = np.where(known_z == z[start], x[start], np.where(known_z == z[start + 1], x[start + 1], jet(generator, known_z)[0]))
            branches.append(Branch(known_z, known_x, (False, False), float(slope)))
    return branches, flats


def _turning(known: np.ndarray, unsafe: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The ends of the cells in which G was still seen to turn when the search stopped, wider than the last bits."""
    z, _, slope, _ = known
    turns = unsafe & (np.diff(np.sign(slope)) != 0)
    return z[:-1][turns], z[1:][turns]


def _known(generator, z: np.ndarray) -> np.ndarray:
    """z, G, G' and G'' at points of z: shape (4, n)."""
    return np.concatenate([z[None], jet(generator, z)])


def _unsafe(known: np.ndarray, finest: float) -> np.ndarray:
    """The cells across which G' changes sign, down to the last bits, or inside which it might touch zero, down to ``finest``."""
    z, _, slope, bend = known
    width = np.diff(z)
    turns = np.diff(np.sign(slope)) != 0
    last_bits = 4 * np.spacing(np.maximum(np.abs(z[1:]), np.abs(z[:-1])))
    touches = np.minimum(np.abs(slope[1:]), np.abs(slope[:-1])) < width * np.maximum(np.abs(bend[1:]), np.abs(bend[:-1]))
    suspect = touches & (width > finest)
    return (turns & (width > last_bits)) | suspect


def _where_finite(landmarks: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The points up to where G overflows. It may do so only far out, where nothing of p_g is left."""
    z = known[0]
    holes = z[~np.isfinite(known).all(axis=0)]
    inside = holes[(holes >= landmarks[0]) & (holes <= landmarks[-1])]
    if inside.size:
        raise ValueError(
            f"`generator` must be finite, with finite derivatives, wherever z has mass. Got a G that is not at z = {inside[0]!r}."
        )
    low, high = max(holes[holes < landmarks[0]], default=-np.inf), min(holes[holes > landmarks[-1]], default=np.inf)
    return known[:, (z > low) & (z < high)]


def _cut(z: np.ndarray, x: np.ndarray, slope: np.ndarray, merged: float) -> tuple[list[Branch], list[Flat]]:
    """Runs of one sign of G': +1 and -1 are branches, 0 are flat pieces. Neighbours share the critical point between them."""
    sign = np.sign(slope)
    last = np.append(np.flatnonzero(sign[1:] != sign[:-1]), len(z) - 1)  # the last index of each run
    first = np.append(0, last[:-1] + 1)
    # Within its rounding the sign of G' is noise: such short runs are no branches; they belong to the critical point.
    real = (z[last] - z[first] > merged) | ((first == 0) & (last == len(z) - 1))
    first, last = first[real], last[real]
    between = [(lo + hi) // 2 for lo, hi in zip(last[:-1], first[1:], strict=True)]
    cuts = [0, *(int(index) for index in between), len(z) - 1]
    starts, stops = cuts[:-1], cuts[1:]
    x = _snapped(x, cuts)
    branches, flats = [], []
    for number, (start, stop, at) in enumerate(zip(starts, stops, first, strict=True)):
        run_z, run_x = z[start : stop + 1], x[start : stop + 1]
        if sign[at] == 0:
            flats.append(Flat(float(run_z[0]), float(run_z[-1]), float(x[at])))
            continue
        # Rounding near a critical point must not make a branch turn.
        run_x = np.clip(run_x, min(run_x[0], run_x[-1]), max(run_x[0], run_x[-1]))
        run_x = np.maximum.accumulate(run_x) if sign[at] > 0 else np.minimum.accumulate(run_x)
        # At a kink G turns without becoming flat, and p_g has no spike there.
        flat = FLAT * np.median(np.abs(slope[start : stop + 1]))
        before, after = number > 0 and abs(slope[start]) < flat, number < len(first) - 1 and abs(slope[stop]) < flat
        low, high = (before, after) if sign[at] > 0 else (after, before)
        branches.append(Branch(run_z, run_x, (bool(low), bool(high))))
    return branches, flats


def _snapped(x: np.ndarray, ends: list[int]) -> np.ndarray:
    """Values of G at different ends that agree to rounding are made equal, so that no sliver of the line lies between them."""
    x = x.copy()
    inner = np.abs(x[ends][np.abs(x[ends]) < 1e6])  # far-out ends of an unbounded z set no scale
    tolerance = 64 * np.finfo(float).eps * max(inner, default=0.0)
    order = np.asarray(ends)[np.argsort(x[ends])]
    for lower, upper in itertools.pairwise(order):
        if x[upper] - x[lower] <= tolerance:
            x[upper] = x[lower]
    return x
