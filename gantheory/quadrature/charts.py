"""A pair in which a pushforward takes part: each piece of the line gets a coordinate in which both densities are harmless.

Where no branch of a pushforward passes, it is x itself; else the latent z of one of its branches, in which p_g dx = p_z dz + (other
branches): the x^(-1/2) spike at a fold, and worse ones at flatter critical points, are gone. Integrands are homogeneous of degree 1 in
the densities, so the Jacobian simply goes into both log-densities.
"""

import itertools
from functools import cached_property

import numpy as np

from gantheory.distributions import Density, Pushforward
from gantheory.distributions.line.density import POWER_ABOVE, POWER_BELOW
from gantheory.distributions.pushforward.branches import BLOCK, Branch
from gantheory.distributions.pushforward.inverse import in_blocks, inverse
from gantheory.quadrature.rows import LINEAR, PLAIN, POWER, TAIL, Rows

NEAR = 2.0**-26  # distance from an anchor, relative to its size, within which G' and G - G(anchor) drown in the rounding of z
LEAST_POWER = -0.99  # least exponent of a density beside an anchor: it is integrable
FOLD_ROUNDING = 1e-7  # distance from a fold, as a share of z's range, within which the sign of G' may be noise


class Charts:
    """The branches of p and of q, numbered; chart PLAIN is x itself."""

    p: Density | Pushforward
    q: Density | Pushforward

    def __init__(self, p: Density | Pushforward, q: Density | Pushforward):
        self.p, self.q = p, q
        self.surprises: dict[int, list[np.ndarray]] = {}  # for each pushforward, points of z at which G' has not its branch's sign
        self.branches: list[tuple[Pushforward, int, Branch]] = [
            (density, index, branch)
            for density in (p, q)
            if isinstance(density, Pushforward)
            for index, branch in enumerate(density.branches)
        ]

    def surprising(self, density: Pushforward) -> np.ndarray:
        """Points of z at which G turned out to fold, but for those within rounding of a known turn."""
        z = np.concatenate([np.empty(0), *self.surprises.get(id(density), [])])
        turns = np.unique([end for branch in density.branches for end in (branch.z[0], branch.z[-1])]) if z.size else np.zeros(1)
        apart = np.abs(z[:, None] - turns).min(axis=1) if z.size else z
        return z[apart > FOLD_ROUNDING * np.ptp(turns)] if z.size else z

    @cached_property
    def rows(self) -> Rows:
        """Between two neighbouring cuts, two rows, each anchored at its own; beyond the last, a TAIL."""
        cuts = np.unique(np.concatenate([self.p.landmarks, self.q.landmarks]))
        powers = {POWER_ABOVE: self._powers(POWER_ABOVE), POWER_BELOW: self._powers(POWER_BELOW)}
        found = []
        for a, b in itertools.pairwise(cuts):
            middle = (a + b) / 2
            for anchor, end, side in ((a, 0, POWER_ABOVE), (b, 1, POWER_BELOW)):
                chart, critical = self._chart(a, b, end)
                found.append((anchor, middle, POWER if critical or anchor in powers[side] else LINEAR, chart))
        for end, (last, inner) in ((0, cuts[:2]), (1, cuts[:-3:-1])):
            chart = self._far_branch(end)
            if chart != PLAIN or any(isinstance(d, Density) and d.unbounded[end] for d in (self.p, self.q)):
                found.append((inner, last, TAIL, chart))
        anchor, toward, kind, chart = (np.array(part) for part in zip(*found, strict=True))
        for number in set(chart.tolist()) - {PLAIN}:
            density, _, branch = self.branches[number]
            here = chart == number
            anchor[here], toward[here] = (inverse(density.generator, branch, x[here]) for x in (anchor, toward))
        reach = toward - anchor
        rows = Rows(np.zeros(len(chart), int), anchor, reach, kind, chart)
        return rows.take(reach != 0)

    def _powers(self, side: int) -> set[float]:
        """Where a density, or the latent of a pushforward, goes like a power on that side (in x)."""
        found = set()
        for density in (self.p, self.q):
            plain = density.latent if isinstance(density, Pushforward) else density
            positions, flags = plain._cuts()
            places = np.asarray(positions)[(flags & (POWER_ABOVE | POWER_BELOW if density is not plain else side)) > 0]
            found |= set((density.values(places) if isinstance(density, Pushforward) else places).tolist())
        return found

    def _chart(self, a, b, end: int) -> tuple[int, bool]:
        """(chart, whether critical): the branch critical at this end of [a, b]; else the one with most mass over it; else x."""
        over = [i for i, (_, _, branch) in enumerate(self.branches) if branch.low <= a and b <= branch.high]
        near = 1e-3 * (b - a)  # distance from the critical value: another break may lie within rounding of it
        critical = [i for i in over if self.branches[i][2].critical[end] and abs(self.branches[i][2].ends[end] - (a, b)[end]) <= near]
        best = critical or over or [PLAIN]
        return best[0] if len(best) == 1 else max(best, key=lambda i: self._mass(i, a, b)), bool(critical)

    def _mass(self, chart: int, a, b) -> float:
        density, _, branch = self.branches[chart]
        known = slice(None) if branch.increasing else slice(None, None, -1)
        return float(abs(np.subtract(*density.latent.cdf(np.interp([a, b], branch.x[known], branch.z[known])))))

    def _far_branch(self, end: int) -> int:
        """A branch that goes on to this infinity."""
        far = [i for i, (density, _, branch) in enumerate(self.branches) if density.is_far(branch.ends[end])]
        return max(far, key=lambda i: self.branches[i][0].latent.tail_mass(self.branches[i][2].z_at(end))) if far else PLAIN

    def at(self, rows: Rows, offset: np.ndarray, log_jacobian: np.ndarray) -> tuple[np.ndarray, ...]:
        """(x, log p, log q, doubt of log p, doubt of log q) at offsets (n, m) from the anchors of n rows."""
        # Too near to an anchor to be resolved, both densities are continued as the powers of the distance that they are farther out.
        closest = np.where(rows.kind == POWER, NEAR * np.maximum(np.abs(rows.anchor), np.abs(rows.reach)), 0.0)
        closest = np.minimum(closest, np.abs(rows.reach) / 4)
        kept = np.sign(rows.reach)[:, None] * np.maximum(np.abs(offset), closest[:, None])
        told = rows.take(closest > 0)
        steps = (np.sign(told.reach) * closest[closest > 0])[:, None] * np.array([1.0, 2.0])
        x, *logs = self._on(np.concatenate([rows.anchor[:, None] + kept], axis=0), rows.chart)
        _, *near = self._on(told.anchor[:, None] + steps, told.chart)
        with np.errstate(divide="ignore", invalid="ignore"):
            below = np.minimum(np.log(np.abs(offset)) - np.log(np.maximum(closest, 1e-300))[:, None], 0.0)
            for both, told_both in zip(logs[:2], near[:2], strict=True):
                exponent = np.zeros(len(rows.anchor))
                exponent[closest > 0] = np.maximum((told_both[:, 1] - told_both[:, 0]) / np.log(2), LEAST_POWER)
                both += np.where(closest[:, None] > 0, np.where(np.isfinite(exponent), exponent, 0.0)[:, None] * below, 0.0)
        return x, logs[0] + log_jacobian, logs[1] + log_jacobian, *logs[2:]

    def _on(self, t: np.ndarray, chart: np.ndarray):
        """(x, log p + log dx/dt, log q + log dx/dt, doubts) at coordinates t (n, m), each row on its chart."""
        shape, t, chart = t.shape, t.ravel(), np.repeat(chart, t.shape[1])
        x, log_slope = t.copy(), np.zeros(t.shape)
        own = {id(density): (np.full(t.shape, -1), np.full(t.shape, -np.inf)) for density in (self.p, self.q)}
        moved = np.zeros(t.shape)  # how far x may be off
        doubt_own = np.zeros(t.shape)
        for density in {id(d): d for d in (self.p, self.q) if isinstance(d, Pushforward)}.values():
            number = np.array([index if d is density else -1 for d, index, _ in self.branches] + [-1])[chart]
            here = number >= 0
            x[here], log_slope[here], log_latent, sign = density.log_prob_on(t[here])
            upward = np.array([branch.increasing for branch in density.branches])[number[here]]
            self.surprises.setdefault(id(density), []).append(t[here][sign == np.where(upward, -1, 1)])
            branch_of, log_own = own[id(density)]
            branch_of[here], log_own[here] = number[here], log_latent
            moved[here], doubt_own[here] = density.doubt(x[here], log_slope[here], t[here])
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
                rest = in_blocks(BLOCK, density.log_prob, x)
                with np.errstate(invalid="ignore"):
                    doubt = np.where(moved > 0, np.abs(in_blocks(BLOCK, density.log_prob, x + moved) - rest), 0.0)
            with np.errstate(invalid="ignore"):
                both.append(np.logaddexp(log_own, np.where(rest == -np.inf, -np.inf, rest + log_slope)))
            doubts.append(np.where(np.isfinite(doubt), doubt, 0.0))
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
                height, blur = other.prob(density.breakpoints), np.broadcast_to(density.misplaced, density.breakpoints.shape)
                total += float(np.sum((height * blur)[np.isfinite(height)]))
                for at in np.flatnonzero(np.isinf(height)):  # the two laws break at the same point
                    place = density.breakpoints[at]
                    total += float(other.mass_between(place - blur[at], place + blur[at]))
        return total
