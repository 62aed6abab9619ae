"""The gap of a variational bound in balls, for a piecewise linear decoder: what the encoder costs, on average over the data.

.. math:: E_{p_{data}} KL(q(z|x) \\| p(z|x)),
    \\quad KL(q(z|x) \\| p(z|x)) = \\log p(x) + E_q \\frac{(x - f(z))^2}{2 s^2} + \\log s \\sqrt{2\\pi} + KL(q(z|x) \\| N(0, 1))

On a line of f the mean under q = N(m, σ²) is one of a truncated Gaussian. Encoder, decoder and s are what the weights define in exact
arithmetic, as the shipped code computes them.
"""

import functools
import itertools
from typing import NamedTuple

import numpy as np
from flint import acb, arb

from gantheory.distributions import Density
from gantheory.models.vae import VAE
from gantheory.rigorous.balls import UndecidedError, exact
from gantheory.rigorous.bounds import Range
from gantheory.rigorous.cuts import between_zero_and, beyond_breaks, far_out
from gantheory.rigorous.ends import singular_ends
from gantheory.rigorous.families import moments
from gantheory.rigorous.integration import integral, log_density
from gantheory.rigorous.masses import require_mass
from gantheory.rigorous.ranges import range_of
from gantheory.rigorous.recording import program_of
from gantheory.rigorous.straight import Straight
from gantheory.rigorous.stretches import stretches_of
from gantheory.rigorous.tails import Envelope
from gantheory.rigorous.tilted import NetworkLaw

SLIVERS = 2**20  # ratio of the tolerance to the width of a sliver


def gap_within(weights: VAE, p_data: Density, tolerance: arb, until: float) -> arb:
    """E KL(q(z|x)‖p(z|x)) in a ball of about the tolerance's size.

    Raises ``UndecidedError`` for a decoder that is not piecewise linear, and where the encoder's growth is not known.
    """
    if singular_ends(p_data) or not p_data.tail_index > 2:
        raise UndecidedError("the gap is only enclosed for data that have a variance, and a density that is not singular at an end")
    require_mass(p_data, tolerance, until)
    model = _Model(weights)
    T, beyond = far_out(lambda T: _beyond(model, p_data, T), tolerance, beyond_breaks(p_data))
    log_p, total = log_density(p_data), between_zero_and(beyond)
    inner = [exact(float(b)) for b in p_data.breakpoints if abs(exact(float(b))) < T]
    for low, high in itertools.pairwise([-T, *inner, T]):
        width = (high - low).min(arb(1)) * tolerance / SLIVERS
        pieces, slivers = log_p.pieces(low, high, width, until)
        for piece in pieces:
            if piece.function is None:
                continue
            along, left_out = stretches_of(model.encoder, piece.low, piece.high, width, until)
            slivers = slivers + left_out
            for stretch in along:
                encoded = Straight(model.encoder, stretch.decisions).function
                if not callable(encoded):
                    raise UndecidedError("q(z|x) has a mean, or a log σ, that is infinite")

                def integrand(x, an, log_data=piece.function, encoded=encoded):
                    mean, log_sd = encoded(x, an)
                    return log_data(x, an).exp() * model.gap(x, mean, log_sd, an)

                total += integral(integrand, stretch.low, stretch.high, tolerance, until)
        for ends in slivers:
            most = model.most(*ends)
            size = most.constant + most.square * abs(ends[0]).max(abs(ends[1])) ** 2
            total += between_zero_and(size * log_p.highest(*ends) * (ends[1] - ends[0]))
    return total


def _beyond(model: "_Model", p_data: Density, T: arb) -> arb:
    """A bound of what is left out beyond ±T."""
    first, last = map(np.isinf, p_data.support)
    tails = [*([(arb("-inf"), -T)] if first else []), *([(T, arb("inf"))] if last else [])]
    most = [model.most(low, high) for low, high in tails]
    return Envelope(*(functools.reduce(arb.max, column) for column in zip(Envelope(), *most, strict=True))).weighed(moments(p_data, T))


class _Model:
    """A variational autoencoder in balls."""

    def __init__(self, weights: VAE):
        self.law = NetworkLaw(weights).in_balls
        self.encoder = program_of(weights, lambda weights, x: weights.encode(x))
        self.log_norm = (self.law.scale * (2 * arb.pi()).sqrt()).log()
        self.kinks = [arb(line.high) for line in self.law.lines[:-1]]
        self.lines = [(arb(line.slope), arb(line.offset)) for line in self.law.lines]

    def gap(self, x: acb, mean: acb, log_sd: acb, analytic: bool) -> acb:
        """KL(q(z|x)‖p(z|x)), with the m and the log σ of q."""
        sd = log_sd.exp()
        rate = (mean * mean + sd * sd - 1) / 2 - log_sd
        return self.law.log_prob(x, analytic) + self._squares(x, mean, sd) / (2 * self.law.scale**2) + self.log_norm + rate

    def _squares(self, x: acb, mean: acb, sd: acb) -> acb:
        """E_q (x - f(z))²: over a line, of (c - d t)² φ(t) with t = (z - m)/σ, c = x - a m - b and d = a σ."""
        total, low = acb(0), LOWEST
        for (slope, offset), high in zip(self.lines, [*(_end((kink - mean) / sd) for kink in self.kinks), HIGHEST], strict=True):
            mass, first = low.mass_to(high), low.density - high.density
            second = mass + low.moment - high.moment
            c, d = x - slope * mean - offset, slope * sd
            total += c * c * mass - 2 * c * d * first + d * d * second
            low = high
        return total

    def most(self, low: arb, high: arb) -> Envelope:
        """A bound of the gap on an interval, by log p <= -log s√2π and (x - f)² <= 3 (x² + A² + B² z²), where |f| <= A + B |z|.

        Raises ``UndecidedError`` unless m grows no faster than |x|, and σ has bounds.
        """
        mean, log_sd = range_of(self.encoder, low, high)
        A, B = self.law.growth
        scale = self.law.scale
        constant, linear, square, logarithm = mean.growth
        variance = (2 * log_sd.high).exp()
        of_z = Envelope(constant=2 * constant**2 + variance, square=2 * linear**2)  # E_q z² = m² + σ²
        of_x = Envelope(constant=3 * (A**2 + B**2 * of_z.constant) / (2 * scale**2), square=3 * (1 + B**2 * of_z.square) / (2 * scale**2))
        most = Envelope(constant=of_x.constant + of_z.constant / 2 + log_sd.largest, square=of_x.square + of_z.square / 2)
        known = _is_finite(mean) and _is_finite(log_sd) and square == 0 and logarithm == 0
        if not (known and most.constant.is_finite() and most.square.is_finite()):
            raise UndecidedError(
                "the encoder is not shown to have a mean that grows no faster than |x|, and a standard deviation with bounds"
            )
        return most


def _is_finite(one: Range) -> bool:
    return not one.is_infinite and not one.is_nan


class _End(NamedTuple):
    """An end t of an interval of N(0, 1). Far above 0, Φ(t) is 1 and little: that is kept by itself, so that tails do not cancel."""

    whole: int  # the nearest whole number to Φ(t)
    rest: acb  # what Φ(t) is more
    density: acb  # φ(t)
    moment: acb  # t φ(t)

    def mass_to(self, other: "_End") -> acb:
        """Φ at another end, less Φ at this one."""
        return other.whole - self.whole + (other.rest - self.rest)


LOWEST, HIGHEST = _End(0, acb(0), acb(0), acb(0)), _End(1, acb(0), acb(0), acb(0))


def _end(t: acb) -> _End:
    whole = 1 if t.real.mid() > 0 else 0
    side = 1 if whole else -1
    density = (-t * t / 2).exp() / (2 * arb.pi()).sqrt()
    return _End(whole, -side * (side * t / arb(2).sqrt()).erfc() / 2, density, t * density)
