"""JSD between a density and the law of any generator, folded or not: x cut into cells, on each of which JSD lies between two bounds.

With t = p_g/(p_data + p_g) and h(t) = ½[(1-t) log 2(1-t) + t log 2t], which is convex, JSD's integral over a cell is that of
(p_data + p_g) h(t). The masses P and Q of the cell give the mean of t; by Jensen's inequality, and by the chord of h over t's range,

    (P + Q) h(t̄)  <=  ∫ (p_data + p_g) h(t) dx  <=  (P + Q) [h(t₋) + (h(t₊) - h(t₋)) (t̄ - t₋)/(t₊ - t₋)],    t̄ = Q/(P + Q)

p_g is the sum over the branches that are shown to be monotone; where a cell begins and ends on each is found by Newton's method, and
proved by two values of G. Around a fold, where G' may be 0, a sliver of z is left out: how far its mass could move JSD is known. The
cells with the widest bounds are halved until all of them together are narrow enough, or time is up.
"""

import functools
import heapq
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from flint import acb, arb, ctx

from gantheory.distributions import Beta, Density, Mixture, Normal, Pushforward, Uniform
from gantheory.rigorous.balls import UndecidedError, exact
from gantheory.rigorous.integral import cut, integral, log_density
from gantheory.rigorous.monotone import curve as curve_of
from gantheory.rigorous.straight import Straight
from gantheory.rigorous.stretches import stretches
from gantheory.rigorous.tails import moments, parts_of, whole_mass

SLIVERS = 2**14  # by how much the slivers of z are narrower than the tolerance
FIRST = 65  # places in each branch at which cells begin
INSIDE = 1e-9  # of a branch's length: further places, next to its ends
CHORD = 1e-12  # a range of t below which the larger end bounds h as well as the chord
NEWTON = 40
PRECISION = 120
BESIDE = 28  # bits above the last of 1 + |z|: how far on either side of a solution G is asked on which side of x it is


@dataclass(frozen=True)
class Branch:
    """A stretch of z on which G is shown to be monotone."""

    low: arb
    high: arb
    rising: bool
    curve: Any  # z to G(z), G'(z)
    log_latent: Any

    def value(self, z: arb) -> arb:
        return self.curve(acb(z), False)[0].real

    @functools.cached_property
    def ends(self) -> list[tuple[arb, arb]]:
        """Each end, and G there."""
        return [(z, self.value(z)) for z in (self.low, self.high)]

    @functools.cached_property
    def insides(self) -> list[tuple[arb, arb]]:
        """A place next to each end, and G there."""
        return [(z, self.value(z)) for z in ((self.low + _beside(self.low)).mid(), (self.high - _beside(self.high)).mid())]


def _above(branch: Branch, value: arb, x: arb) -> bool | None:
    """Whether G(z) = x at less than the z with this value; None if they are too near."""
    apart = value - x if branch.rising else x - value
    return True if apart > 0 else False if apart < 0 else None


class Preimage(NamedTuple):
    """Where G(z) = x on a branch: z lies between two numbers; at an end of the branch if x is beyond it."""

    low: arb
    high: arb


@dataclass(frozen=True)
class Cell:
    low: arb
    high: arb
    at_low: list[Preimage]
    at_high: list[Preimage]
    lower: arb
    upper: arb

    @property
    def gap(self) -> float:
        return float(self.upper - self.lower)

    def __lt__(self, other: "Cell") -> bool:  # the widest bounds come first
        return self.gap > other.gap


def jsd_within(p_data: Density, p_g: Pushforward, tolerance: arb, until: float) -> arb:
    """To a few times the tolerance, or as narrow as was to be had in the time."""
    ctx.prec = max(ctx.prec, PRECISION)  # until the caller sets it back
    branches, atoms, lost = branches_of(p_g, tolerance, until)
    law = _Law(p_data, p_g.latent, branches, tolerance, until)
    ends = [(edge, law.preimages(edge, law.near(edge))) for edge in law.edges]
    waiting = [law.cell(*one, *other) for one, other in itertools.pairwise(ends)]
    heapq.heapify(waiting)
    gap = sum(cell.gap for cell in waiting)
    while gap > 2 * float(tolerance) and time.monotonic() < until:
        cell = waiting[0]
        middle = ((cell.low + cell.high) / 2).mid()
        halfway = law.preimages(middle, [((a.low + b.high) / 2).mid() for a, b in zip(cell.at_low, cell.at_high, strict=True)])
        try:
            halves = law.cell(cell.low, cell.at_low, middle, halfway), law.cell(middle, halfway, cell.high, cell.at_high)
        except TimeoutError:
            break
        heapq.heapreplace(waiting, halves[0])
        heapq.heappush(waiting, halves[1])
        gap += halves[0].gap + halves[1].gap - cell.gap
    log_2 = arb(2).log()
    alone = log_2 * (whole_mass(p_data) - law.mass_of_data() + atoms) / 2  # where there is no p_g, and where there are points of it
    known = sum((cell.lower.union(cell.upper) for cell in waiting), arb(0))
    return alone + known + moved_by(lost)


def moved_by(lost: arb) -> arb:
    """Between how far down and how far up JSD(p, q) may be moved by mass that was left out of p or of q, wherever that mass is.

    ∂/∂q of JSD's integrand is ½ log(2q/(p + q)) <= ½ log 2. From below, that of a mass δ added to q is at least that of δ alone beside
    p, -½δ[1 + log((p + δ)/2δ)], and by Jensen's inequality ∫ δ log((p + δ)/2δ) <= m log((1 + m)/2m) for a mass of m in all.
    """
    if lost == 0:
        return arb(0)
    if not lost > 0:
        return arb("nan")
    return (-lost * (1 + ((1 + lost) / (2 * lost)).log()) / 2).union(lost * arb(2).log() / 2)


def branches_of(p_g: Pushforward, tolerance: arb, until: float) -> tuple[list[Branch], arb, arb]:
    """The monotone branches; the mass of the flat ones, which are atoms; and an upper bound of what is in neither."""
    latent, sliver = p_g.latent, tolerance / SLIVERS
    T, beyond = cut(lambda T: moments(latent, T).mass, sliver)
    program = curve_of(p_g.generator)
    of_z = log_density(latent)
    inner = [exact(float(b)) for b in latent.breakpoints if abs(exact(float(b))) < T]
    branches, atoms, lost = [], arb(0), beyond.upper()
    for low, high in itertools.pairwise([-T, *inner, T]):
        log_latent = of_z.on(low, high)
        if log_latent is None:
            continue
        along, left_out = stretches(program, low, high, sliver)
        for stretch in along:
            curve = Straight(program, stretch.decisions).function
            assert curve is not None  # G is a number
            monotone, flat, rough = _monotone(curve, stretch.low, stretch.high, sliver, until)
            branches += [Branch(a, b, rising, curve, log_latent) for a, b, rising in monotone]
            atoms += sum((_mass_between(latent, log_latent, a, b, tolerance, until) for a, b in flat), arb(0))
            left_out = left_out + rough
        lost += sum((_mass_between(latent, log_latent, a, b, sliver, until) for a, b in left_out), arb(0)).upper()
    return branches, atoms, lost.upper()


def _monotone(curve, low: arb, high: arb, sliver: arb, until: float):
    """Stretches on which G' has one sign, with it; those on which it is 0; and slivers on which it is not known."""
    monotone, flat, rough, waiting = [], [], [], [(low, high)]
    while waiting:
        a, b = waiting.pop()
        if time.monotonic() > until:
            raise TimeoutError("the time allowed was not enough to find the folds")
        slope = curve(acb(a.union(b)), False)[1].real
        if slope > 0 or slope < 0:
            if monotone and monotone[-1][1] == a and monotone[-1][2] == (slope > 0):
                a = monotone.pop()[0]
            monotone.append((a, b, slope > 0))
        elif slope == 0:
            flat.append((a, b))
        elif b - a < sliver:
            rough.append((a, b))
        else:
            middle = ((a + b) / 2).mid()
            waiting += [(middle, b), (a, middle)]
    return monotone, flat, rough


class _Law:
    """p_data and p_g on cells of x."""

    def __init__(self, p_data: Density, latent: Density, branches: list[Branch], tolerance: arb, until: float):
        self.p_data, self.latent, self.branches, self.tolerance, self.until = p_data, latent, branches, tolerance / 2**10, until
        self.tables: list[tuple[list[float], list[float]]] = []  # of each branch: places z, and G there
        self.edges, breaks = self._first_edges()
        self.cuts = [self.edges[0], *breaks, self.edges[-1]]
        of_data = log_density(p_data)
        self.pieces = [of_data.on(*ends) for ends in itertools.pairwise(self.cuts)]

    def _first_edges(self) -> tuple[list[arb], list[arb]]:
        """From below all of p_g to above it: images of places in each branch, the ends of branches, and the breaks of p_data."""
        found, tables = [], self.tables
        for branch in self.branches:
            low, high = float(branch.low), float(branch.high)
            inner = np.linspace(low, high, FIRST)
            places = [*inner, low + INSIDE * (high - low), high - INSIDE * (high - low)]
            places = sorted(z for z in places if branch.low <= exact(z) <= branch.high)
            tables.append((places, [float(branch.value(exact(z))) for z in places]))
            found += tables[-1][1]
        if not found:
            raise UndecidedError("no stretch was found on which the generator is monotone")
        images = [*found, *(float(image.mid()) for branch in self.branches for _, image in branch.ends)]
        blur = max(float(image.rad()) for branch in self.branches for _, image in branch.ends)
        beside = 1e-12 * (1 + max(map(abs, images))) + 2 * blur
        low, high = min(images) - beside, max(images) + beside
        breaks = [float(b) for b in self.p_data.breakpoints if low < b < high]
        kept = [x for x in found if all(abs(x - b) > beside for b in breaks)]
        return [exact(x) for x in np.unique([low, *kept, *breaks, high])], [exact(b) for b in breaks]

    def near(self, x: arb) -> list[arb]:
        """On every branch a z with G(z) near x, by interpolation."""
        found = []
        for branch, (places, values) in zip(self.branches, self.tables, strict=True):
            upward = 1 if branch.rising else -1
            found.append(exact(np.interp(float(x), values[::upward], places[::upward])))
        return found

    def preimages(self, x: arb, near: Sequence[arb]) -> list[Preimage]:
        """On every branch, sought from a z near it."""
        return [self.preimage(branch, x, guess) for branch, guess in zip(self.branches, near, strict=True)]

    def preimage(self, branch: Branch, x: arb, z: arb) -> Preimage:
        low, high = branch.low, branch.high
        # Where the branch begins beyond x, or ends before it, or too near to it for that to be seen.
        for (end, at_end), (beside, at_beside), beyond in zip(branch.ends, branch.insides, (True, False), strict=True):
            if _above(branch, at_end, x) is not (not beyond):
                far = end if _above(branch, at_end, x) is beyond else beside if _above(branch, at_beside, x) is beyond else None
                if far is not None:
                    return Preimage(*((end, far) if beyond else (far, end)))
        beside = _beside(z)
        for _ in range(NEWTON):
            if not low < z < high:
                z = ((low + high) / 2).mid()
            value, slope = (part.real for part in branch.curve(acb(z), False))
            if (above := _above(branch, value, x)) is True:
                high = z
            elif above is False:
                low = z
            step = ((value - x) / slope).mid()
            z = (z - step).mid()
            if abs(step) < beside:
                a, b = (z - beside).mid().max(branch.low), (z + beside).mid().min(branch.high)
                if _above(branch, branch.value(a), x) is False and _above(branch, branch.value(b), x):
                    return Preimage(a, b)
                beside = 256 * beside  # G is so flat here, or so rough, that the sides are not told apart
        return Preimage(low, high)

    def mass_of_data(self) -> arb:
        parts = zip(itertools.pairwise(self.cuts), self.pieces, strict=True)
        return sum((self.mass(self.p_data, density, *ends) for ends, density in parts if density is not None), arb(0))

    def mass(self, law: Density, log_law, low: arb, high: arb) -> arb:
        return _mass_between(law, log_law, low, high, self.tolerance, self.until)

    def cell(self, low: arb, at_low: list[Preimage], high: arb, at_high: list[Preimage]) -> Cell:
        density = self.pieces[sum(1 for at in self.cuts[1:-1] if at <= low)]
        P = arb(0) if density is None else self.mass(self.p_data, density, low, high)
        p = _range(density(acb(low.union(high)), False).real.exp()) if density else (arb(0), arb(0))
        Q, q_low, q_high = arb(0), arb(0), arb(0)
        for branch, one, other in zip(self.branches, at_low, at_high, strict=True):
            if not branch.rising:
                one, other = other, one
            if not one.low < other.high:
                continue
            whole = acb(one.low.union(other.high))
            q = _range(branch.log_latent(whole, False).real.exp() / abs(branch.curve(whole, False)[1].real))
            Q += self.mass(self.latent, branch.log_latent, one.high, other.low).union(
                self.mass(self.latent, branch.log_latent, one.low, other.high)
            )
            q_high += q[1]
            if one.low > branch.low and other.high < branch.high:  # the branch covers all of the cell
                q_low += q[0]
        return Cell(low, high, at_low, at_high, *_bounds(P, Q, p, (q_low, q_high)))


def _beside(z: arb) -> arb:
    return (arb(2) ** (BESIDE - ctx.prec) * (1 + abs(z))).mid()


def _range(ball: arb) -> tuple[arb, arb]:
    """Of a density, which is >= 0."""
    return (ball.lower().max(arb(0)), ball.upper()) if ball.is_finite() else (arb(0), arb("inf"))


def _bounds(P: arb, Q: arb, p: tuple[arb, arb], q: tuple[arb, arb]) -> tuple[arb, arb]:
    """Of JSD's integral over a cell, by its masses and the ranges of the densities: Jensen's below, and the chord above."""
    S = P + Q
    if not S > 0:
        return arb(0), (arb(2).log() * S / 2).upper()
    least, most = _share(q[0], p[1])[0], _share(q[1], p[0])[1]
    mean = _clipped(Q / S)
    lower, width = S * _h(mean), most - least
    if width > exact(CHORD):
        upper = S * (_h(least) + (_h(most) - _h(least)) * _clipped((mean - least) / width))
    else:
        upper = S * _h(least).max(_h(most))
    return lower.lower().max(arb(0)), upper.upper()


def _share(q: arb, p: arb) -> tuple[arb, arb]:
    """q/(p + q), from below and from above."""
    if not q.is_finite() or not p.is_finite():
        return arb(0), arb(1)
    total = p + q
    return (_clipped((q / total).lower()), _clipped((q / total).upper())) if total > 0 else (arb(0), arb(1))


def _clipped(t: arb) -> arb:
    return t.max(arb(0)).min(arb(1))


def _h(t: arb) -> arb:
    log_2 = arb(2).log()
    return (_x_log_x(1 - t) + _x_log_x(t) + log_2) / 2


def _x_log_x(x: arb) -> arb:
    if not x.is_finite():
        return arb("nan")
    if x > 0:
        return x * x.log()
    top = x.upper()
    if not top > 0:
        return arb(0)
    # Falls from 0 to -1/e at 1/e.
    least = top * top.log() if top < exact(0.36) else -1 / arb(1).exp()
    return least.union(arb(0))


def _mass_between(law: Density, log_law, low: arb, high: arb, tolerance: arb, until: float) -> arb:
    if not high > low:
        return arb(0)
    if isinstance(law, Normal):
        loc, root = exact(law.loc), exact(law.scale) * arb(2).sqrt()
        a, b = (low - loc) / root, (high - loc) / root
        return ((a.erfc() - b.erfc()) if a + b > 0 else ((-b).erfc() - (-a).erfc())) / 2
    if isinstance(law, Uniform | Beta):
        first, last = map(exact, law.support)
        low, high = low.max(first).min(last), high.max(first).min(last)
        if isinstance(law, Uniform):
            return (high - low) / (last - first)
        a, b = exact(law.a), exact(law.b)
        return high.beta_lower(a, b, regularized=True) - low.beta_lower(a, b, regularized=True)
    if isinstance(law, Mixture) and all(isinstance(part, Normal | Uniform | Beta) for _, part in parts_of(law)):
        return sum((exact(w) * _mass_between(part, None, low, high, tolerance, until) for w, part in parts_of(law)), arb(0))
    return integral(lambda x, an: log_law(x, an).exp(), low, high, tolerance, until)
