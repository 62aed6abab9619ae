"""Where a smooth function of one variable turns: its monotone branches and its flat pieces.

The line of z is cut into cells; a cell is halved, again and again, while G' changes sign across it or might touch zero inside it.
What remains are critical points known to the last bits, between which G is monotone. A fold inside one cell that shows neither in G' nor
in G'' at its ends is found if any node of a later quadrature falls on it: see ``Pushforward.look_at``.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from gantheory.distributions.line import Density
from gantheory.distributions.pushforward.analytic import is_analytic
from gantheory.distributions.pushforward.branch import Branch, Flat, jet, masses_above, masses_below, masses_between
from gantheory.distributions.pushforward.ends import ENDLESS, OPEN, STEEP, End, end_of, far_end_of

CELLS = 2048  # cells of the first grid over the landmarks
SPLIT = 8  # parts of an unsafe cell
ROUNDS = 20  # most rounds of splitting: 2048 cells in 8**20 parts are far beyond the last bit
TOUCH = 1e-7  # width of a cell, as a share of the grid, below which no turn without a change of sign is looked for
MOST_CELLS = 4000  # most cells split in one round, those of most mass
MOST_POINTS = 400_000  # points at which the search stops
MOST_BRANCHES = 256  # most branches kept, those of most mass
LOOKED_AT = 8  # times as many of the heaviest are looked at for those to keep
MOST = 1e300  # largest |z| of the first grid
NOTHING_BESIDE = 1e-18  # mass of a branch, as a share of another's, that does not show beside it
FAINT = 1e-60  # mass of a cell below which it is not split
NO_MASS = 1e-20  # mass of z beyond which G must be a number
STRANGE = 0.05  # unexpected rise of G in a cell, as a share of the most that G' makes of it, at which it is looked into
FLAT = 1e-4  # slope, relative to a branch's median, below which G counts as flat where it turns
SATURATED = 1e-12  # slope beside a flat piece, as a share of the steepest, below which it may be one by rounding alone
BESIDE = 1e-3  # distance from a flat piece at which G' is looked at, in latent quartile ranges
MERGED = 1e-11  # length, as a share of the grid, below which a run of one sign of G' counts as rounding


class Pieces(NamedTuple):
    """What G's line of z consists of, in the order of z, the mass of z on what is left out, and between what values G was seen."""

    branches: list[Branch]
    flats: list[Flat]
    left_out: float
    seen: tuple[float, float]


def first_grid(landmarks: np.ndarray, support: tuple[float, float], tail_index: float) -> np.ndarray:
    """The edges of cells over the latent's landmarks.

    Where the latent is unbounded they go on, in ever longer steps, to where 1e-17 of its mass is left, or to 1e9 of its widths if that is
    further; no further than 1e300.
    """
    per_cell = -(-CELLS // (len(landmarks) - 1))
    pieces = [np.linspace(a, b, per_cell, endpoint=False) for a, b in itertools.pairwise(landmarks)]
    decades = np.clip(17 / tail_index, 9, 290)
    far = (landmarks[-1] - landmarks[0]) * np.geomspace(0.1, 10**decades, int(6 * decades))
    below = landmarks[0] - far[::-1] if np.isinf(support[0]) else []
    above = landmarks[-1] + far if np.isinf(support[1]) else []
    grid = np.concatenate([below, *pieces, [landmarks[-1]], above])
    return grid[(np.abs(grid) <= MOST) | np.isin(grid, landmarks)]


def known_points(generator: Any, latent: Density, also: np.ndarray) -> tuple[np.ndarray, tuple[End, End]]:
    """(z, G, G' and G'' on the first grid and at further points, (4, n), where they are finite; the ends of z).

    Raises ``ValueError`` where G is not finite.
    """
    landmarks = latent.landmarks
    grid = np.union1d(first_grid(landmarks, latent.support, latent.tail_index), also)
    ends = end_of(generator, latent, 0), end_of(generator, latent, 1)
    for side, end in enumerate(ends):
        if end.special:
            grid = grid[grid > end.known[0].max()] if side == 0 else grid[grid < end.known[0].min()]
    known = np.concatenate([ends[0].known, _where_finite(latent, _known(generator, grid)), ends[1].known[:, ::-1]], axis=1)
    return known, ends


def monotone_branches(
    generator: Any, latent: Density, known: np.ndarray, ends: tuple[End, End], slope_error: Callable[[np.ndarray], np.ndarray] | None
) -> Pieces:
    """The branches and flat pieces of G on the latent's line.

    Left out are turns that are too many to be told apart: all but the ``MOST_CELLS`` cells and the ``MOST_BRANCHES`` branches that hold
    the most mass; and pieces where |G'| is below ``slope_error``, a function of z, if given.

    Args:
      generator: a function () -> () whose derivative is that of its values.
      latent: the density of z.
      known: points to begin with, and the ``ends`` of z, as ``known_points`` gives them.
      ends: see ``known``.
      slope_error: how far G' may be off, of a proxy.
    """
    width = float(np.ptp(latent.landmarks))

    def without_noise(points):
        if slope_error is None:
            return points
        return np.concatenate([points[:2], np.where(np.abs(points[2]) <= slope_error(points[0]), 0.0, points[2])[None], points[3:]])

    known = without_noise(known)
    for _ in range(ROUNDS):
        unsafe = np.flatnonzero(_unsafe(known, finest=TOUCH * width))
        mass = masses_between(latent, known[0, unsafe], known[0, unsafe + 1])
        unsafe = unsafe[np.argsort(-mass, kind="stable")[: min(MOST_CELLS, int((mass > FAINT).sum()))]]
        if not unsafe.size:
            break
        low, high = known[0, :-1][unsafe], known[0, 1:][unsafe]
        inner = low[:, None] + (high - low)[:, None] * np.arange(1, SPLIT) / SPLIT
        known = np.concatenate([known, without_noise(_known(generator, inner.ravel()))], axis=1)
        known = known[:, np.argsort(known[0], kind="stable")]
        if known.shape[1] > MOST_POINTS:
            break
    whole = known[0, [0, -1]]
    seen = known[1, np.isfinite(known[1])]
    known = np.concatenate([known[:2], _unsaturated(latent, known)[None], known[3:]])
    known = _resolved(latent, known, TOUCH * width)
    left_out = float(np.abs(latent.cdf(known[0, 0]) - latent.cdf(whole[0])) + np.abs(latent.sf(known[0, -1]) - latent.sf(whole[1])))
    left_out += float(masses_between(latent, *_turning(known, _unsafe(known, finest=TOUCH * width))).sum())
    runs = _cut(*known[:3], merged=MERGED * width)
    flats = _told_apart(generator, latent, known, runs.flats())
    turning = np.flatnonzero(runs.sign)
    outermost = {0, len(turning) - 1} if len(turning) else set()
    masses = masses_between(latent, runs.z[runs.start[turning]], runs.z[runs.stop[turning]])
    # There may be a hundred thousand: only the heaviest are looked at, and the outermost, for what is special about the ends of z.
    heaviest = np.argsort(-masses, kind="stable")[: LOOKED_AT * MOST_BRANCHES]
    branches = {number: runs.branch(int(turning[number])) for number in {*heaviest.tolist(), *outermost}}
    if branches:
        _mark_ends(generator, latent, branches, ends, whole)
    kept = np.sort(heaviest[~_is_lost([branches[at] for at in heaviest.tolist()], masses[heaviest])][:MOST_BRANCHES])
    left_out += float(np.delete(masses, kept).sum())
    if slope_error is not None:
        left_out += sum(masses_between(latent, *(np.array([getattr(flat, end) for flat in flats]) for end in ("z_low", "z_high"))).tolist())
        flats = []
    return Pieces([branches[number] for number in kept.tolist()], flats, left_out, (float(seen.min()), float(seen.max())))


def _mark_ends(generator, latent: Density, branches: dict[int, Branch], ends: tuple[End, End], whole: np.ndarray) -> None:
    """Note on the outermost branches what is special about the ends of z."""
    for side, number in ((0, 0), (1, max(branches))):
        branch, end = branches[number], ends[side]
        special, resolution, x = end.special, end.resolution, branch.x.copy()
        z_end = -side
        if branch.z[z_end] != whole[side]:
            continue
        if np.isinf(latent.support[side]):
            special, x[z_end] = far_end_of(generator, branch.z, branch.x, side)
        upper = int(branch.increasing == (side == 1))

        def marked(pair, value, upper=upper):
            return (value, pair[1]) if upper == 0 else (pair[0], value)

        branches[number] = replace(
            branch,
            x=x,
            steep=marked(branch.steep, STEEP in special),
            open=marked(branch.open, OPEN in special),
            endless=marked(branch.endless, ENDLESS in special),
            resolution=marked(branch.resolution, resolution),
        )


def _resolved(latent: Density, known: np.ndarray, finest: float) -> np.ndarray:
    """The points up to the first turns beyond the landmarks that were not told apart."""
    landmarks, z = latent.landmarks, known[0]
    turns = (np.abs(np.diff(np.sign(known[2]))) == 2) & (np.diff(z) > finest)
    below, above = turns & (z[1:] <= landmarks[0]), turns & (z[:-1] >= landmarks[-1])
    first = int(np.flatnonzero(below)[-1]) + 1 if below.any() else 0
    last = int(np.flatnonzero(above)[0]) + 1 if above.any() else len(z)
    return known[:, first:last]


def _unsaturated(latent: Density, known: np.ndarray) -> np.ndarray:
    """G', but tiny instead of 0 where it goes on to an infinite z, on hardly any mass, having fallen to nothing."""
    slope = known[2].copy()
    moving = np.flatnonzero(slope)
    if not moving.size:
        return slope
    for side, at in ((0, moving[0]), (1, moving[-1])):
        rest = slice(None, at) if side == 0 else slice(at + 1, None)
        faint = (masses_below if side == 0 else masses_above)(latent, known[0, at : at + 1])[0] < NO_MASS
        if faint and np.isinf(latent.support[side]) and abs(slope[at]) < SATURATED * _steepest(latent, known):
            slope[rest] = np.copysign(np.finfo(float).tiny, slope[at])
    return slope


def _told_apart(generator: Any, latent: Density, known: np.ndarray, flats: list[Flat]) -> list[Flat]:
    """Flat pieces, marked as rounded where G is analytic, or where G' is next to nothing beside them too, as that of tanh is.

    tanh falls exponentially. Where G is made constant, by a clip or a ReLU, of a power too, G' is not so small beside it.
    """
    if not flats:
        return flats
    z, beside = known[0], BESIDE * float(np.ptp(latent.quantile(np.array([0.25, 0.75]))))
    at = np.clip([[flat.z_low - beside, flat.z_high + beside] for flat in flats], z[0], z[-1])
    slopes = np.abs(jet(generator, at.ravel())[1]).reshape(at.shape)
    ends = (at > z[0]) & (at < z[-1])
    faded = (np.where(ends, slopes, 0.0) < SATURATED * _steepest(latent, known)).all(axis=1)
    rounded = ends.any(axis=1) & (faded | is_analytic(generator))
    return [replace(flat, rounded=bool(one)) for flat, one in zip(flats, rounded, strict=True)]


def _steepest(latent: Density, known: np.ndarray) -> float:
    """The largest |G'| on all but the outermost hundredths of the latent's mass."""
    low, high = latent.quantile(np.array([0.01, 0.99]))
    return float(np.max(np.abs(known[2]), initial=0.0, where=(known[0] >= low) & (known[0] <= high)))


def _is_lost(branches: list[Branch], masses: np.ndarray) -> np.ndarray:
    """Which branches do not show beside a heavier one that takes all of their values."""
    low, high = (np.array([branch.ends[end] for branch in branches]) for end in (0, 1))
    lost = masses < NOTHING_BESIDE * np.max(masses, initial=0.0)
    for faint in np.flatnonzero(lost):
        lost[faint] = ((low <= low[faint]) & (high >= high[faint]) & (NOTHING_BESIDE * masses > masses[faint])).any()
    return lost


def _turning(known: np.ndarray, unsafe: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The ends of the cells in which G was still seen to turn when the search stopped, wider than the last bits."""
    z, _, slope, _ = known
    turns = unsafe & (np.diff(np.sign(slope)) != 0)
    return z[:-1][turns], z[1:][turns]


def _known(generator, z: np.ndarray) -> np.ndarray:
    """z, G, G' and G'' at points of z: shape (4, n)."""
    return np.concatenate([z[None], jet(generator, z)])


def _unsafe(known: np.ndarray, finest: float) -> np.ndarray:
    """The cells across which G' changes sign, down to the last bits, or inside which it might touch zero, down to ``finest``.

    It might where G'' could take G' there, and where G does not rise by what G' and G'' at the cell's ends make of it.
    """
    z, x, slope, bend = known
    width, steepest = np.diff(z), np.maximum(np.abs(slope[1:]), np.abs(slope[:-1]))
    turns = np.diff(np.sign(slope)) != 0
    last_bits = 4 * np.spacing(np.maximum(np.abs(z[1:]), np.abs(z[:-1])))
    with np.errstate(over="ignore", invalid="ignore"):
        touches = np.minimum(np.abs(slope[1:]), np.abs(slope[:-1])) < width * np.maximum(np.abs(bend[1:]), np.abs(bend[:-1]))
        off = np.abs(np.diff(x) - width / 2 * (slope[1:] + slope[:-1]) + width**2 / 12 * np.diff(bend))
        suspect = (touches | (off > STRANGE * width * steepest)) & (width > finest)
    return (turns & (width > last_bits)) | suspect


def _where_finite(latent: Density, known: np.ndarray) -> np.ndarray:
    """The points up to where G overflows. It may do so only far out, where nothing of p_g is left."""
    z, landmarks = known[0], latent.landmarks
    finite = np.isfinite(known).all(axis=0)
    inside = (z >= landmarks[0]) & (z <= landmarks[-1])
    low = max(z[~finite & (z < landmarks[0])], default=-np.inf)
    high = min(z[~finite & (z > landmarks[-1])], default=np.inf)
    beyond = np.isnan(known[1]) & (((z <= low) & (masses_below(latent, z) > NO_MASS)) | ((z >= high) & (masses_above(latent, z) > NO_MASS)))
    holes = z[(~finite & inside) | beyond]
    if holes.size:
        worst = holes[np.argmin(np.abs(holes - np.median(landmarks)))]
        raise ValueError(
            f"`generator` must be finite, with finite derivatives, wherever z has mass. Got a G that is not at z = {float(worst)!r}."
        )
    return known[:, (z > low) & (z < high)]


class Runs(NamedTuple):
    """Runs of one sign of G': +1 and -1 are branches, 0 are flat pieces. Neighbours share the critical point between them."""

    z: np.ndarray
    x: np.ndarray
    slope: np.ndarray
    start: np.ndarray  # index of the first point of each run
    stop: np.ndarray  # of its last
    first: np.ndarray  # of the first that has the run's sign
    sign: np.ndarray

    def flats(self) -> list[Flat]:
        numbers = np.flatnonzero(self.sign == 0)
        return [Flat(float(self.z[self.start[n]]), float(self.z[self.stop[n]]), float(self.x[self.first[n]])) for n in numbers.tolist()]

    def branch(self, number: int) -> Branch:
        start, stop, rises = self.start[number], self.stop[number], self.sign[number] > 0
        z, x, slope = (known[start : stop + 1] for known in (self.z, self.x, self.slope))
        # Rounding near a critical point must not make a branch turn.
        x = np.clip(x, min(x[0], x[-1]), max(x[0], x[-1]))
        x = np.maximum.accumulate(x) if rises else np.minimum.accumulate(x)
        # At a kink G turns without becoming flat, and p_g has no spike there.
        flat = FLAT * np.median(np.abs(slope))
        before, after = bool(number > 0 and abs(slope[0]) < flat), bool(number < len(self.sign) - 1 and abs(slope[-1]) < flat)
        return Branch(z, x, (before, after) if rises else (after, before))


def _cut(z: np.ndarray, x: np.ndarray, slope: np.ndarray, merged: float) -> Runs:
    """The runs of one sign of G'."""
    sign = np.sign(slope)
    last = np.append(np.flatnonzero(sign[1:] != sign[:-1]), len(z) - 1)  # the last index of each run
    first = np.append(0, last[:-1] + 1)
    # Within its rounding the sign of G' is noise: such short runs are no branches; they belong to the critical point.
    real = (z[last] - z[first] > merged) | ((first == 0) & (last == len(z) - 1))
    first, last = first[real], last[real]
    cuts = np.concatenate([[0], (last[:-1] + first[1:]) // 2, [len(z) - 1]])
    return Runs(z, _snapped(x, cuts, first[sign[first] == 0].tolist()), slope, cuts[:-1], cuts[1:], first, sign[first])


def _snapped(x: np.ndarray, ends: np.ndarray, flats: Sequence[int] = ()) -> np.ndarray:
    """Values of G at different ends that agree to rounding are made equal, so that no sliver of the line lies between them.

    Beside a flat piece they are made that of it, which is no matter of where a cell ends.
    """
    own, x = x, x.copy()
    ends = np.union1d(ends, np.asarray(flats, int))
    inner = np.abs(x[ends][np.abs(x[ends]) < 1e6])  # far-out ends of an unbounded z set no scale
    tolerance = 64 * np.finfo(float).eps * max(inner, default=0.0)
    order = ends[np.argsort(x[ends])]
    x[order] = _chained(x[order].tolist(), tolerance)
    for flat in flats:
        x[ends[x[ends] == x[flat]]] = own[flat]
    return x


def _chained(rising: list[float], tolerance: float) -> list[float]:
    """Each number, or the one that stands before it if that is not farther."""
    for place in range(1, len(rising)):
        if rising[place] - rising[place - 1] <= tolerance:
            rising[place] = rising[place - 1]
    return rising
