"""A pair in which a pushforward takes part: each piece of the line gets a coordinate in which both densities are harmless.

Where no branch of a pushforward passes, it is x itself; else the latent z of one of its branches, in which p_g dx = p_z dz + (other
branches): the x^(-1/2) spike at a fold, and worse ones at flatter critical points, are gone. Integrands are homogeneous of degree 1 in
the densities, so the Jacobian simply goes into both log-densities.
"""

from functools import cached_property

import numpy as np

from gantheory.distributions import Density, Pushforward
from gantheory.distributions.line.density import BREAK, POWER_ABOVE, POWER_BELOW, SCALE
from gantheory.distributions.pushforward.branch import BLOCK, Branch, in_blocks, log_density
from gantheory.distributions.pushforward.tails import TOLD
from gantheory.quadrature.chart_choice import charts_over
from gantheory.quadrature.rows import LINEAR, PLAIN, POWER, TAIL, Rows, thinned

NEAR = 2.0**-26  # distance from an anchor, relative to its size, within which G' and G - G(anchor) drown in the rounding of z
UNKNOWN = 1e3  # how far log-densities may be off where x is not told
AT_END, WITH_Z = 1e6, 1e3  # the same where rounding took x to an end of a support: at z = 0, and how it grows with z²
POWERS_BEYOND = (-0.9, 10.0)  # least and largest exponent of a density where x is not told
LEAST_POWER = -0.99  # least exponent of a density beside an anchor: it is integrable
FOLD_ROUNDING = 1e-7  # distance from a fold, as a share of z's range, within which the sign of G' may be noise


class Charts:
    """The branches of p and of q, numbered; chart PLAIN is x itself."""

    p: Density | Pushforward
    q: Density | Pushforward

    def __init__(self, p: Density | Pushforward, q: Density | Pushforward):
        self.p, self.q = p, q
        self.surprises: dict[int, list[np.ndarray]] = {}  # for each pushforward, points of z at which G' has not its branch's sign
        self._beyond: dict[tuple[int, int], tuple[float, tuple[float, ...]]] = {}
        self.branches: list[tuple[Pushforward, int, Branch]] = [
            (density, index, branch)
            for density in (p, q)
            if isinstance(density, Pushforward)
            for index, branch in enumerate(density.branches)
        ]

    def surprising(self, density: Pushforward) -> np.ndarray:
        """Points of z at which G turned out to fold, but for those within rounding of a known turn."""
        z = np.concatenate([np.empty(0), *self.surprises.get(id(density), [])])
        turns = np.unique(density.table.z_ends)
        if not z.size or not turns.size:
            return z
        above = np.clip(np.searchsorted(turns, z), 1, len(turns) - 1)
        apart = np.minimum(np.abs(z - turns[above - 1]), np.abs(z - turns[above]))
        return z[apart > FOLD_ROUNDING * np.ptp(turns)]

    @cached_property
    def rows(self) -> Rows:
        """Between two neighbouring cuts, two rows, each anchored at its own; beyond the last, a TAIL."""
        cuts = self._parted(np.unique(np.concatenate([_cuts_of(self.p), _cuts_of(self.q)])))
        far = [self._far_branch(end, cuts) for end in (0, 1)]
        low, high = (self._told(chart, end) for end, chart in enumerate(far))
        cuts = cuts[(cuts > low) & (cuts < high)]
        a, b = cuts[:-1], cuts[1:]
        middle = a + (b - a) / 2
        charts, special = (np.stack(part, axis=1) for part in zip(*(charts_over(self.branches, cuts, end) for end in (0, 1)), strict=True))
        opened = special & np.stack([self._open[charts[:, end], end] for end in (0, 1)], axis=1)
        places = np.stack([a, b], axis=1)
        powers = np.stack([np.isin(places[:, end], self._powers(side)) for end, side in ((0, POWER_ABOVE), (1, POWER_BELOW))], axis=1)
        anchor = np.where(opened, places[:, ::-1], places).ravel()
        toward = np.repeat(middle, 2)
        kind = np.where(opened, TAIL, np.where(special | powers, POWER, LINEAR)).ravel()
        beyond = []  # (the row's two ends in x, its kind, its chart)
        for end, (last, inner) in ((0, cuts[:2]), (1, cuts[:-3:-1])):
            chart = far[end]
            if chart != PLAIN and not self.branches[chart][2].open[end]:
                beyond.append((np.inf * (2 * end - 1), last, POWER, chart))
            elif chart != PLAIN or any(isinstance(d, Density) and d.unbounded[end] for d in (self.p, self.q)):
                beyond.append((inner, last, TAIL, chart))
        parts = zip((anchor, toward, kind, charts.ravel()), zip(*beyond, strict=True) if beyond else [[]] * 4, strict=True)
        anchor, toward, kind, chart = (np.concatenate([part, np.array(more, part.dtype)]) for part, more in parts)
        anchor, toward = (self._latent_of(chart, x) for x in (anchor, toward))
        reach = toward - anchor
        rows = Rows(np.zeros(len(chart), int), anchor, reach, kind, chart)
        return rows.take(reach != 0)

    def _parted(self, cuts: np.ndarray) -> np.ndarray:
        """The cuts, and one inside of each branch whose ends are both infinite in z: the rows toward them begin there.

        There is none where G has taken the latent's landmarks to its limits in x, by their last bits.
        """
        inner = []
        for density, _, branch in self.branches:
            low, high = branch.ends
            if all(branch.open) and np.isfinite([low, high]).all() and not ((cuts > low) & (cuts < high)).any():
                (median,) = density.values(np.atleast_1d(density.latent.quantile(0.5))).tolist()
                inner.append(median if low < median < high else low + (high - low) / 2)
        return np.union1d(cuts, inner)

    @cached_property
    def _open(self) -> np.ndarray:
        """Whether z is infinite at the lower and the upper end in x of each branch; of PLAIN, the last, it is not."""
        return np.array([*(branch.open for _, _, branch in self.branches), (False, False)])

    @cached_property
    def numbers(self) -> dict[int, np.ndarray]:
        """For each pushforward, by its id, the number of each chart among its branches; -1 of others and, the last, of PLAIN."""
        return {
            id(one): np.array([index if density is one else -1 for density, index, _ in self.branches] + [-1])
            for one in (self.p, self.q)
            if isinstance(one, Pushforward)
        }

    def _latent_of(self, chart: np.ndarray, x: np.ndarray) -> np.ndarray:
        """z at x (n,), each on the branch of its own chart; the branch's end where x is infinite, and x itself on PLAIN."""
        z = x.copy()
        for density in self.pushforwards:
            number = self.numbers[id(density)][chart]
            here = np.flatnonzero(number >= 0)
            own, places = number[here], x[here]
            z[here] = density.preimages(own, np.where(np.isfinite(places), places, density.table.near_x[own]))
            for end, infinite in enumerate((places == -np.inf, places == np.inf)):
                z[here[infinite]] = [density.end_of(density.branches[index], end) for index in own[infinite].tolist()]
        return z

    @property
    def pushforwards(self) -> list[Pushforward]:
        return list({id(d): d for d in (self.p, self.q) if isinstance(d, Pushforward)}.values())

    def _powers(self, side: int) -> np.ndarray:
        """Where a density, or the latent of a pushforward, goes like a power on that side (in x)."""
        found = [np.empty(0)]
        for density in (self.p, self.q):
            plain = density.latent if isinstance(density, Pushforward) else density
            positions, flags = plain._cuts()
            places = np.asarray(positions)[(flags & (POWER_ABOVE | POWER_BELOW if density is not plain else side)) > 0]
            found.append(density.values(places) if isinstance(density, Pushforward) else places)
        return np.concatenate(found)

    def _far_branch(self, end: int, cuts: np.ndarray) -> int:
        """The branch that goes on to this infinity with most mass."""
        far = [i for i, (_, _, branch) in enumerate(self.branches) if branch.endless[end]]

        def beyond(chart: int) -> float:
            density, _, branch = self.branches[chart]
            z = float(self._latent_of(np.array([chart]), cuts[-end:][:1])[0])
            return float(density.latent.mass_between(*sorted((z, density.end_of(branch, end)))))

        return far[0] if len(far) == 1 else max(far, key=beyond, default=PLAIN)

    def _told(self, chart: int, end: int) -> float:
        """How far out toward this infinity x is told of all branches, where one reaches it at a finite z; infinite where none does."""
        if chart == PLAIN or self.branches[chart][2].open[end]:
            return np.inf * (2 * end - 1)
        told = [density.told_range[end] for density in (self.p, self.q) if isinstance(density, Pushforward)]
        return min(told) if end else max(told)

    def _not_told(self, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
        """Of rows from ends of z at which G is steep or endless: how near to them G is told, and the masses (n, 2) of p and q beyond.

        0 for other rows; the masses are nan where G is not endless.
        """
        near, masses = np.zeros(len(rows.anchor)), np.full((len(rows.anchor), 2), np.nan)
        for number in np.intersect1d(rows.chart[rows.kind == POWER], self._not_resolved).tolist():
            density, _, branch = self.branches[number]
            for end in (0, 1):
                if branch.resolution[end] > 0:
                    at = density.end_of(branch, end)
                    here = (rows.chart == number) & (rows.anchor == at) & (rows.kind == POWER)
                    near[here] = TOLD * branch.resolution[end]
                    if branch.endless[end] and here.any():
                        told, masses[here] = self._beyond_told(number, end)
                        near[here] = np.maximum(near[here], abs(told - at))
        return near, masses

    @cached_property
    def _not_resolved(self) -> list[int]:
        """The charts with an end within some distance of which G is not told."""
        return [number for number, (_, _, branch) in enumerate(self.branches) if max(branch.resolution) > 0]

    def _beyond_told(self, chart: int, end: int) -> tuple[float, tuple[float, ...]]:
        """(z of the last x that is told, what p and q have beyond)."""
        if (chart, end) not in self._beyond:
            x = self._told(chart, end)
            masses = tuple(float(d.sf(x) if end else d.cdf(x)) for d in (self.p, self.q))
            self._beyond[chart, end] = float(self._latent_of(np.array([chart]), np.array([x]))[0]), masses
        return self._beyond[chart, end]

    def at(self, rows: Rows, offset: np.ndarray, log_jacobian: np.ndarray) -> tuple[np.ndarray, ...]:
        """(x, log p, log q, doubt of log p, doubt of log q) at offsets (n, m) from the anchors of n rows."""
        # Too near to an anchor to be resolved, both densities are continued as the powers of the distance that they are farther out, or,
        # where x goes to infinity, as powers that have the right masses.
        near_end, masses = self._not_told(rows)
        closest = np.where(near_end > 0, near_end, NEAR * np.maximum(np.abs(rows.anchor), np.abs(rows.reach)))
        closest = np.where(rows.kind == POWER, np.minimum(closest, np.abs(rows.reach) / 4), 0.0)
        kept = np.sign(rows.reach)[:, None] * np.maximum(np.abs(offset), closest[:, None])
        told = closest > 0
        steps = (np.sign(rows.reach[told]) * closest[told])[:, None] * np.array([1.0, 2.0])
        x, *logs = self._on(rows.anchor[:, None] + kept, rows.chart)
        _, *near = self._on(rows.anchor[told][:, None] + steps, rows.chart[told])
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            below = np.minimum(np.log(np.abs(offset[told])) - np.log(closest[told])[:, None], 0.0)
            for log, log_near, mass in zip(logs[:2], near[:2], masses[told].T, strict=True):
                exponent = np.maximum((log_near[:, 1] - log_near[:, 0]) / np.log(2), LEAST_POWER)
                exponent = np.where(np.isfinite(exponent), exponent, 0.0)
                right = np.clip(np.exp(log_near[:, 0]) * closest[told] / mass - 1, *POWERS_BEYOND)
                right_log = np.log(mass * (right + 1) / closest[told])[:, None] + right[:, None] * below
                log[told] = np.where((below < 0) & ~np.isnan(mass)[:, None], right_log, log[told] + exponent[:, None] * below)
            for doubt in logs[2:]:
                doubt[told] += np.where((near_end[told][:, None] > 0) & (below < 0), UNKNOWN, 0.0)
        return x, logs[0] + log_jacobian, logs[1] + log_jacobian, *logs[2:]

    def _on(self, t: np.ndarray, chart: np.ndarray):
        """(x, log p + log dx/dt, log q + log dx/dt, doubts) at coordinates t (n, m), each row on its chart."""
        shape, t, chart = t.shape, t.ravel(), np.repeat(chart, t.shape[1])
        x, log_slope = t.copy(), np.zeros(t.shape)
        own = {id(density): (np.full(t.shape, -1), np.full(t.shape, -np.inf)) for density in (self.p, self.q)}
        moved = np.zeros(t.shape)  # how far x may be off
        doubt_own = np.zeros(t.shape)
        for density in self.pushforwards:
            number = self.numbers[id(density)][chart]
            here = number >= 0
            x[here], log_slope[here], log_latent, sign = density.log_prob_on(t[here], number[here])
            turned = sign == np.where(density.table.increasing[number[here]], -1, 1)
            if density.proxy is not None:  # whose slope is known only so far
                turned &= np.exp(log_slope[here]) > density.proxy.slope_error_at(t[here])
            self.surprises.setdefault(id(density), []).append(t[here][turned])
            branch_of, log_own = own[id(density)]
            branch_of[here], log_own[here] = number[here], log_latent
            moved[here], doubt_own[here] = density.doubt(x[here], log_slope[here], t[here], number[here])
        both, doubts = [], []
        for density in (self.p, self.q):
            branch_of, log_own = own[id(density)]
            if isinstance(density, Pushforward):
                rest, doubt = density.log_prob_but(x, branch_of, t)
                own_branch = branch_of >= 0
                with np.errstate(invalid="ignore", over="ignore"):
                    share = np.where(own_branch, 1 / (1 + np.exp(log_own - rest - log_slope)), 1.0)  # of the other branches
                doubt = np.where(own_branch, doubt_own, 0.0) + doubt * np.nan_to_num(share)
            else:
                held = _off_ends(density, x)
                rest = log_density(density, held)
                with np.errstate(invalid="ignore", over="ignore"):
                    doubt = np.where(moved > 0, np.abs(log_density(density, held + moved) - rest), 0.0)
                    doubt = np.where(held != x, AT_END + WITH_Z * t * t, doubt)
            with np.errstate(invalid="ignore"):
                both.append(np.logaddexp(log_own, np.where(rest == -np.inf, -np.inf, rest + log_slope)))
            doubts.append(np.where(both[-1] == -np.inf, 0.0, np.nan_to_num(doubt, nan=UNKNOWN, posinf=UNKNOWN)))
        return tuple(a.reshape(shape) for a in (x, *both, *doubts))

    def in_x(self, row: int) -> tuple[float, float]:
        """The two ends of a row, in x."""
        rows = self.rows
        ends = np.array([[rows.anchor[row], rows.anchor[row] + rows.reach[row]]])
        return tuple(self._on(ends, rows.chart[row : row + 1])[0][0].tolist())

    @cached_property
    def misplaced(self) -> float:
        """The mass that the other density has where the rounding of G leaves the place of p_g's breaks open."""
        total = 0.0
        for density, other in ((self.p, self.q), (self.q, self.p)):
            if isinstance(density, Pushforward) and isinstance(other, Density):
                height = in_blocks(BLOCK, other.prob, density.breakpoints)
                blur = np.broadcast_to(density.misplaced, density.breakpoints.shape)
                total += float(np.sum((height * blur)[np.isfinite(height)]))
                for at in np.flatnonzero(np.isinf(height)):  # the two laws break at the same point
                    place = density.breakpoints[at]
                    total += float(other.mass_between(place - blur[at], place + blur[at]))
        return total


def _off_ends(density: Density, x: np.ndarray) -> np.ndarray:
    """The points x, those which rounding took to an end of a support at which the density is 0 or infinite put beside it."""
    for end, inward in zip(density.support, (1, -1), strict=True):
        if np.isfinite(end) and (x == end).any() and not np.isfinite(log_density(density, np.array([end]))[0]):
            x = np.where(x == end, end + inward * max(np.spacing(abs(end)), 2 * np.finfo(float).tiny), x)
    return x


def _cuts_of(density: Density | Pushforward) -> np.ndarray:
    """Where a density is cut: of very many places, as a KDE has, no more than it needs."""
    cuts = density.landmarks
    if isinstance(density, Pushforward):
        return cuts
    return thinned(cuts[None], np.where(np.isin(cuts, density.breakpoints), BREAK, SCALE), density.resolution)[0][0]
