"""The branches of a generator: stretches of z on which G is proved to be monotone, and its inverse on each.

Around a fold, where G' may be 0, a sliver of z is left out. Flat stretches are atoms of p_g.
"""

import functools
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from flint import acb, arb, ctx

from gantheory.distributions import Density, Pushforward
from gantheory.rigorous.balls import BallFunction, UndecidedError, exact
from gantheory.rigorous.cuts import without_ends
from gantheory.rigorous.ends import Near
from gantheory.rigorous.integration import Piece, log_density, mass
from gantheory.rigorous.masses import require_mass
from gantheory.rigorous.monotone import LEFT_OUT, between_cuts, values_of
from gantheory.rigorous.monotone import curve as curve_of
from gantheory.rigorous.program import Program
from gantheory.rigorous.ranges import finite_range_of
from gantheory.rigorous.straight import Straight
from gantheory.rigorous.stretches import stretches_of

SLIVERS = 2**14  # ratio of the tolerance to the width of a sliver of z
NEWTON = 40  # most steps of Newton's method
BESIDE = 28  # half-width, in bits above the last of 1 + |z|, of the bracket that verifies a root

Interval = tuple[arb, arb]


class Preimage(NamedTuple):
    """Where G(z) = x on a branch: between two numbers; both are an end of the branch if x is beyond it."""

    low: arb
    high: arb


@dataclass(frozen=True)
class Branch:
    """A stretch of z on which G is proved to be monotone. ``curve`` is z ↦ (G(z), G'(z)), ``log_latent`` is log p_z."""

    low: arb
    high: arb
    rising: bool
    curve: Callable[[acb, bool], tuple[acb, acb]]
    log_latent: BallFunction

    def value(self, z: arb) -> arb:
        """G(z)."""
        return self.curve(acb(z), False)[0].real

    @functools.cached_property
    def ends(self) -> list[tuple[arb, arb]]:
        """Each end, and G there."""
        return [(z, self.value(z)) for z in (self.low, self.high)]

    @functools.cached_property
    def insides(self) -> list[tuple[arb, arb]]:
        """A place next to each end, inside the branch, and G there."""
        return [(z, self.value(z)) for z in ((self.low + _beside(self.low)).mid(), (self.high - _beside(self.high)).mid())]

    def preimage(self, x: arb, near: arb) -> Preimage:
        """Where G(z) = x, by Newton's method from a z near it, and proved by the values of G on both sides."""
        return self._preimage_at_an_end(x) or self._preimage_inside(x, near)

    def _is_above(self, value: arb, x: arb) -> bool | None:
        """Whether the z with this value of G lies above the one with G(z) = x; None if they are too near."""
        apart = value - x if self.rising else x - value
        return True if apart > 0 else False if apart < 0 else None

    def _preimage_at_an_end(self, x: arb) -> Preimage | None:
        """For an x beyond an end of the branch, or too near to G there to be told apart."""
        for (end, at_end), (beside, at_beside), is_lower in zip(self.ends, self.insides, (True, False), strict=True):
            above = self._is_above(at_end, x)
            if above is is_lower:
                return Preimage(end, end)
            if above is None and self._is_above(at_beside, x) is is_lower:
                return Preimage(end, beside) if is_lower else Preimage(beside, end)
        return None

    def _preimage_inside(self, x: arb, z: arb) -> Preimage:
        low, high = self.low, self.high
        beside = _beside(z)
        for _ in range(NEWTON):
            if not low < z < high:
                z = ((low + high) / 2).mid()
            value, slope = (part.real for part in self.curve(acb(z), False))
            if (above := self._is_above(value, x)) is True:
                high = z
            elif above is False:
                low = z
            step = ((value - x) / slope).mid()
            z = (z - step).mid()
            if abs(step) < beside:
                a, b = (z - beside).mid().max(self.low), (z + beside).mid().min(self.high)
                if self._is_above(self.value(a), x) is False and self._is_above(self.value(b), x):
                    return Preimage(a, b)
                beside = 256 * beside  # G is too flat or too rough here for its values to tell the sides apart
        return Preimage(low, high)


def _beside(z: arb) -> arb:
    return (arb(2) ** (BESIDE - ctx.prec) * (1 + abs(z))).mid()


def branches_of(p_g: Pushforward, tolerance: arb, until: float) -> tuple[list[Branch], arb, arb]:
    """The monotone branches of G, the mass of its flat stretches, and an upper bound of the mass in neither.

    Raises ``TimeoutError`` past ``until``, a time of ``time.monotonic``.
    """
    latent, sliver = p_g.latent, tolerance / SLIVERS
    require_mass(latent, tolerance, until)
    first, last, beyond = between_cuts(p_g, tolerance)
    program, values = curve_of(p_g.generator), values_of(p_g.generator)
    log_z = log_density(latent)
    inner = [exact(float(b)) for b in latent.breakpoints if first < exact(float(b)) < last]
    branches, atoms, lost = [], arb(0), beyond
    for low, high in itertools.pairwise([first, *inner, last]):
        inner_low, inner_high, near_ends = without_ends(low, high, (latent,), _mass_near, tolerance / LEFT_OUT)
        lost += near_ends.upper()
        for a, b in ((low, inner_low), (inner_high, high)):
            if a < b:
                finite_range_of(values, a, b)
        pieces, faint = log_z.pieces(inner_low, inner_high, sliver, until)
        for a, b in faint:
            finite_range_of(values, a, b)  # G is defined there too
            lost += (log_z.highest(a, b) * (b - a)).upper()
        for piece in pieces:
            if piece.function is not None:
                found, flat, left_out = _of_piece(program, values, latent, piece, sliver, tolerance, until)
                branches, atoms, lost = branches + found, atoms + flat, lost + left_out
    return branches, atoms, lost.upper()


def _mass_near(width: arb, near: Near | None) -> arb:
    return arb(0) if near is None else near.mass(width)


def _of_piece(
    program: Program, values: Program, latent: Density, piece: Piece, sliver: arb, tolerance: arb, until: float
) -> tuple[list[Branch], arb, arb]:
    """As ``branches_of``, of a stretch of z on which log p_z is one expression."""
    log_latent = piece.function
    assert log_latent is not None
    branches, atoms, lost = [], arb(0), arb(0)
    along, left_out = stretches_of(program, piece.low, piece.high, sliver, until)
    for stretch in along:
        curve = Straight(program, stretch.decisions).function
        if not callable(curve):
            raise UndecidedError(f"G is infinite between {float(stretch.low):.5g} and {float(stretch.high):.5g}")
        monotone, flat, rough = _by_slope(curve, stretch.low, stretch.high, sliver, until)
        branches += [Branch(a, b, rising, curve, log_latent) for a, b, rising in monotone]
        atoms += sum((mass(latent, log_latent, a, b, tolerance, until) for a, b in flat), arb(0))
        left_out = left_out + rough
    for a, b in left_out:
        finite_range_of(values, a, b)  # G is defined there too
        lost += mass(latent, log_latent, a, b, sliver, until).upper()
    return branches, atoms, lost.upper()


def _by_slope(
    curve: Callable[[acb, bool], tuple[acb, acb]], low: arb, high: arb, sliver: arb, until: float
) -> tuple[list[tuple[arb, arb, bool]], list[Interval], list[Interval]]:
    """Stretches on which G' has one sign, with whether G rises; stretches on which G' = 0; and slivers on which neither is proved."""
    monotone: list[tuple[arb, arb, bool]] = []
    flat: list[Interval] = []
    rough: list[Interval] = []
    waiting = [(low, high)]
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
