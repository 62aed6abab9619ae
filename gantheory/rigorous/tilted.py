"""The law of f(z) + s ε in balls, for a piecewise linear f, with z and ε from N(0, 1): a sum of tilted Gaussians.

Where f(z) = a z + b between z₋ and z₊, with S² = a² + s², the law has the part

    N(x; b, S²) ½ [erfc(w₋) - erfc(w₊)],   w = (z S² - a (x - b))/(S s √2)

taken from the side on which both are small, so that tails do not cancel. Every part is an entire function of x.
"""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import NamedTuple

import equinox as eqx
import numpy as np
from flint import acb, arb

from gantheory.models.decoded import PiecewiseDecoded
from gantheory.models.vae import VAE
from gantheory.rigorous.balls import UndecidedError, exact
from gantheory.rigorous.bounds import Range, made
from gantheory.rigorous.evaluation import Evaluation
from gantheory.rigorous.families import decay, envelope, height, moments, whole_mass
from gantheory.rigorous.kinks import Line, fraction, lines_of
from gantheory.rigorous.program import Program
from gantheory.rigorous.recording import program_of
from gantheory.rigorous.tails import EVERYTHING, ZERO, Envelope, Moments, gaussian_moments


class _Part(NamedTuple):
    """What a line adds to the density: factor · e^(-(x - offset)²/2S²) [erfc(low - tilt (x - offset)) - erfc(high - tilt (x - offset))]."""

    offset: arb
    square: arb  # 1/2S²
    factor: arb
    tilt: arb
    low: arb | None  # None is an infinite end
    high: arb | None

    def at(self, x: acb) -> acb:
        away = x - self.offset
        moved = self.tilt * away
        low, high = (None if end is None else end - moved for end in (self.low, self.high))
        if low is None:
            mass = acb(2) if high is None else (-high).erfc()
        elif high is None:
            mass = low.erfc()
        else:
            mass = low.erfc() - high.erfc() if (low + high).real.mid() > 0 else (-high).erfc() - (-low).erfc()
        return self.factor * (-self.square * away * away).exp() * mass


class Tilted:
    """The law of f(z) + s ε.

    Args:
        lines: f, from left to right on all of the real line.
        scale: s > 0.
    """

    lines: Sequence[Line]
    scale: arb

    def __init__(self, lines: Sequence[Line], scale: arb):
        if not scale > 0:
            raise UndecidedError("a scale that is not shown to be positive")
        self.lines, self.scale = lines, scale
        self._parts = [_part(line, scale) for line in lines]

    def log_prob(self, x: acb, analytic: bool) -> acb:
        """log p(x)."""
        return sum((part.at(x) for part in self._parts), acb(0)).log(analytic=analytic)

    def range(self, low: arb, high: arb) -> Range:
        """Bounds of log p on an interval."""
        value = self.log_prob(acb(low.union(high)), False).real
        return made(value.lower(), value.upper().min(self.height.log().upper()))

    @property
    def height(self) -> arb:
        """The largest that p may be."""
        return 1 / (self.scale * (2 * arb.pi()).sqrt())

    @functools.cached_property
    def growth(self) -> tuple[arb, arb]:
        """(A, B) of |f(z)| <= A + B |z|."""
        ends = [(abs(arb(line.offset)), abs(arb(line.slope))) for line in self.lines]
        return functools.reduce(arb.max, (a for a, _ in ends)), functools.reduce(arb.max, (b for _, b in ends))

    @property
    def envelope(self) -> Envelope:
        """|log p| <= |log s√2π| + (x² + E f²)/s²: by Jensen's inequality log p >= E_z log N(x; f(z), s²), and (x - f)² <= 2x² + 2f²."""
        squares = sum((of_f for *_, of_f in self._squares()), ZERO)
        return Envelope(constant=abs(self.height.log()) + squares / self.scale**2, square=1 / self.scale**2)

    def moments(self, T: arb) -> Moments:
        """Beyond ±T, the least bound of each part: all of it, or that of N(b, S²), or of N(f, s²) with the largest |f| of its line."""
        total = Moments(ZERO, ZERO, ZERO, ZERO)
        for line, mass, of_f in self._squares():
            slope, offset = arb(line.slope), arb(line.offset)
            second = 2 * (of_f + self.scale**2 * mass)
            first = (mass * second).sqrt()
            bounds = [Moments(mass, first, second, first), gaussian_moments(offset, (slope**2 + self.scale**2).sqrt(), T)]
            if line.low is not None and line.high is not None:
                farthest = abs(slope * arb(line.low) + offset).max(abs(slope * arb(line.high) + offset))
                near = gaussian_moments(farthest, self.scale, T)
                bounds.append(EVERYTHING if near is EVERYTHING else near.scaled(mass))
            least = [functools.reduce(arb.min, (one.upper() for one in column)) for column in zip(*bounds, strict=True)]
            total = Moments(*(one + other for one, other in zip(total, least, strict=True)))
        return total

    def _squares(self) -> Iterator[tuple[Line, arb, arb]]:
        """Every line, with upper bounds of P(z is there) and of E f² over it, by f² <= 2 (b² + a² z²)."""
        for line in self.lines:
            low, high = (arb(sign) if end is None else arb(end) for end, sign in ((line.low, "-inf"), (line.high, "inf")))
            mass = _mass(low, high).upper()
            of_z = (mass + _first(low) - _first(high)).upper().max(ZERO)
            yield line, mass, (2 * (arb(line.offset) ** 2 * mass + arb(line.slope) ** 2 * of_z)).upper()


def _part(line: Line, scale: arb) -> _Part:
    slope = arb(line.slope)
    square = slope**2 + scale**2
    wide = square.sqrt()
    root = scale * arb(2).sqrt()
    low, high = (None if end is None else arb(end) * wide / root for end in (line.low, line.high))
    return _Part(arb(line.offset), 1 / (2 * square), 1 / (2 * wide * (2 * arb.pi()).sqrt()), slope / (wide * root), low, high)


def _mass(low: arb, high: arb) -> arb:
    """P(low < z < high) of N(0, 1), from the side on which both tails are small; an end may be infinite."""
    return _beyond(low) - _beyond(high) if low + high > 0 else _beyond(-high) - _beyond(-low)


def _beyond(z: arb) -> arb:
    """P(Z > z) of N(0, 1)."""
    return (z / arb(2).sqrt()).erfc() / 2 if z.is_finite() else arb(0) if z > 0 else arb(1)


def _first(z: arb) -> arb:
    """z φ(z); ∫ z² φ over an interval is its mass more than the difference of these."""
    return z * (-z * z / 2).exp() / (2 * arb.pi()).sqrt() if z.is_finite() else ZERO


class NetworkLaw(PiecewiseDecoded):
    """The law of a VAE's network itself, in exact arithmetic; what it holds in doubles only tells where to look.

    Raises ``UndecidedError`` for a decoder that is not piecewise linear.
    """

    exact: tuple[Line, ...] = eqx.field(static=True)
    scale_program: Program = eqx.field(static=True)

    def __init__(self, weights: VAE):
        self.exact = tuple(lines_of(program_of(weights, lambda weights, z: weights.decoder(z))))
        self.scale_program = program_of(weights, lambda weights, x: weights.scale)
        law = weights.law
        if not isinstance(law, PiecewiseDecoded):
            raise UndecidedError("a decoder whose lines are not known in doubles")
        for field in fields(PiecewiseDecoded):
            setattr(self, field.name, getattr(law, field.name))

    @property
    def in_balls(self) -> Tilted:
        """The law, with s = floor + softplus(raw)."""
        (scale,) = Evaluation(self.scale_program, acb(0), {}, witness=True).values()
        if not isinstance(scale, acb):
            raise UndecidedError("a scale that is not finite")
        return Tilted(self.exact, scale.real)


def law_in_balls(law: PiecewiseDecoded) -> Tilted:
    """The law of f(z) + s ε for what it holds: f(z) = slope · z + offset from low to high, and s, as the doubles that they are."""
    if isinstance(law, NetworkLaw):
        return law.in_balls
    own = law.low < law.high  # the others only fill up the arrays
    ends = ([None if np.isinf(end) else fraction(end) for end in ends[own]] for ends in (law.low, law.high))
    values = (map(fraction, each[own]) for each in (law.slope, law.offset))
    return Tilted([Line(*row) for row in zip(*ends, *values, strict=True)], exact(law.scale[0]))


@whole_mass.register
def _(density: PiecewiseDecoded) -> arb:
    return arb(1)


@moments.register
def _(density: PiecewiseDecoded, T: arb) -> Moments:
    return law_in_balls(density).moments(T)


@envelope.register
def _(density: PiecewiseDecoded) -> Envelope:
    return law_in_balls(density).envelope


@decay.register
def _(density: PiecewiseDecoded) -> float:
    return 2.0


@height.register
def _(density: PiecewiseDecoded) -> arb:
    return law_in_balls(density).height
