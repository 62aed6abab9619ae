"""JSD between a density and the law of any generator, folded or not: x cut into cells, on each of which JSD lies between two bounds.

p_g is the sum over the branches on which G is proved to be monotone; where a cell begins and ends on each is found by Newton's method,
and proved by two values of G. The bounds on a cell are those of ``jensen``. The mass left out around folds moves JSD by a known amount at
most. The cells with the widest bounds are halved until all of them together are narrow enough, or time is up.
"""

import heapq
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import acb, arb, ctx

from gantheory.distributions import Density, Pushforward
from gantheory.rigorous.balls import BallFunction, UndecidedError, exact
from gantheory.rigorous.branches import Branch, Preimage, branches_of
from gantheory.rigorous.ends import singular_ends
from gantheory.rigorous.integration import NARROW, log_density, mass
from gantheory.rigorous.jensen import jsd_on_cell, moved_by
from gantheory.rigorous.masses import mass_of

FIRST = 65  # places in each branch whose images are the first ends of cells
INSIDE = 1e-9  # distance of two further places from the branch's ends, relative to its length
PRECISION = 120  # least precision in bits


@dataclass(frozen=True)
class Cell:
    """An interval of x, its ends' preimages on every branch, and bounds of JSD's integral over it."""

    low: arb
    high: arb
    at_low: list[Preimage]
    at_high: list[Preimage]
    lower: arb
    upper: arb

    @property
    def gap(self) -> float:
        return float(self.upper - self.lower)

    def __lt__(self, other: "Cell") -> bool:
        """The order of the heap: the widest bounds come first."""
        return self.gap > other.gap


def jsd_within(p_data: Density, p_g: Pushforward, tolerance: arb, until: float) -> arb:
    """JSD in a ball of a few times the tolerance, or as narrow as the time allows."""
    ctx.prec = max(ctx.prec, PRECISION)  # the caller sets it back
    branches, atoms, lost = branches_of(p_g, tolerance, until)
    laws = _Laws(p_data, p_g.latent, branches, tolerance, until)
    waiting = _halved(laws, 2 * float(tolerance), until)
    log_2 = arb(2).log()
    alone = log_2 * (mass_of(p_data, tolerance, until) - laws.mass_of_data() + atoms) / 2  # p_data outside p_g's range, and atoms of p_g
    known = sum((cell.lower.union(cell.upper) for cell in waiting), arb(0))
    return alone + known + moved_by(lost)


def _halved(laws: "_Laws", wanted: float, until: float) -> list[Cell]:
    """Cells whose bounds are as wide as wanted, all together, or as narrow as the time allows: as a heap."""
    ends, waiting = [], []
    for edge in laws.edges:
        ends.append((edge, laws.preimages(edge, laws.near(edge))))
        if len(ends) > 1:
            waiting.append(laws.cell(*ends[-2], *ends[-1]))
        if time.monotonic() > until:
            raise TimeoutError("the time allowed was not enough for the first cells")
    heapq.heapify(waiting)
    gap = sum(cell.gap for cell in waiting)
    while gap > wanted and time.monotonic() < until:
        cell = waiting[0]
        middle = ((cell.low + cell.high) / 2).mid()
        halfway = laws.preimages(middle, [((a.low + b.high) / 2).mid() for a, b in zip(cell.at_low, cell.at_high, strict=True)])
        try:
            halves = laws.cell(cell.low, cell.at_low, middle, halfway), laws.cell(middle, halfway, cell.high, cell.at_high)
        except TimeoutError:
            break
        heapq.heapreplace(waiting, halves[0])
        heapq.heappush(waiting, halves[1])
        gap += halves[0].gap + halves[1].gap - cell.gap
    return waiting


class _Laws:
    """p_data and p_g on cells of x."""

    def __init__(self, p_data: Density, latent: Density, branches: list[Branch], tolerance: arb, until: float):
        self.p_data, self.latent, self.branches, self.tolerance, self.until = p_data, latent, branches, tolerance / 2**10, until
        self.tables: list[tuple[list[float], list[float]]] = []  # for each branch, places z and G there
        self.edges, breaks = self._first_edges()
        self.cuts = [self.edges[0], *breaks, self.edges[-1]]
        log_data = log_density(p_data)
        self.pieces = [log_data.on(*_but_for_singular_ends(p_data, *ends)) for ends in itertools.pairwise(self.cuts)]

    def _first_edges(self) -> tuple[list[arb], list[arb]]:
        """Ends of the first cells, from below all of p_g to above it: images of places in each branch, and breaks of p_data; the breaks."""
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
        """On every branch, a z with G(z) near x, by interpolation."""
        found = []
        for branch, (places, values) in zip(self.branches, self.tables, strict=True):
            upward = 1 if branch.rising else -1
            found.append(exact(np.interp(float(x), values[::upward], places[::upward])))
        return found

    def preimages(self, x: arb, near: Sequence[arb]) -> list[Preimage]:
        """On every branch, where G(z) = x, sought from a z near it."""
        return [branch.preimage(x, guess) for branch, guess in zip(self.branches, near, strict=True)]

    def mass_of_data(self) -> arb:
        parts = zip(itertools.pairwise(self.cuts), self.pieces, strict=True)
        return sum((self._mass(self.p_data, log_p, *ends) for ends, log_p in parts if log_p is not None), arb(0))

    def _mass(self, density: Density, log_p: BallFunction, low: arb, high: arb) -> arb:
        return mass(density, log_p, low, high, self.tolerance, self.until)

    def cell(self, low: arb, at_low: list[Preimage], high: arb, at_high: list[Preimage]) -> Cell:
        log_p = self.pieces[sum(1 for at in self.cuts[1:-1] if at <= low)]
        P = self._mass(self.p_data, log_p, low, high) if log_p else arb(0)
        p = _range(log_p(acb(low.union(high)), False).real.exp()) if log_p else (arb(0), arb(0))
        Q, q_low, q_high = arb(0), arb(0), arb(0)
        for branch, one, other in zip(self.branches, at_low, at_high, strict=True):
            if not branch.rising:
                one, other = other, one
            if not one.low < other.high:
                continue
            whole = acb(one.low.union(other.high))
            q = _range(branch.log_latent(whole, False).real.exp() / abs(branch.curve(whole, False)[1].real))
            inner, outer = (one.high, other.low), (one.low, other.high)
            Q += self._mass(self.latent, branch.log_latent, *inner).union(self._mass(self.latent, branch.log_latent, *outer))
            q_high += q[1]
            if one.low > branch.low and other.high < branch.high:  # the branch covers the whole cell
                q_low += q[0]
        return Cell(low, high, at_low, at_high, *jsd_on_cell(P, Q, p, (q_low, q_high)))


def _but_for_singular_ends(density: Density, low: arb, high: arb) -> tuple[arb, arb]:
    """A cell without what is next to an end at which a family's density is singular: there it is the same expression still."""
    beside, points = (high - low) / NARROW, [exact(end) for end in singular_ends(density)]
    return (low + beside if low in points else low), (high - beside if high in points else high)


def _range(density: arb) -> tuple[arb, arb]:
    """The least and the greatest value of a density in a ball."""
    return (density.lower().max(arb(0)), density.upper()) if density.is_finite() else (arb(0), arb("inf"))
