"""V(G, D) of a discriminator that is a program, such as a trained network: two expectations, over x and over z.

.. math:: V(G, D) = -E_{p_{data}}[softplus(-d(x))] - E_{p_z}[softplus(d(G(z)))],  d = logit D

The second is an integral over z, which does not need p_g: G may fold anywhere.
"""

import functools
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from flint import arb

from gantheory.distributions import Density, Pushforward
from gantheory.rigorous.balls import UndecidedError, exact
from gantheory.rigorous.cuts import between_zero_and, beyond_breaks, far_out, without_ends
from gantheory.rigorous.families import moments
from gantheory.rigorous.integration import Cellwise, Piece, integral, log_density, softplus
from gantheory.rigorous.masses import require_mass
from gantheory.rigorous.monotone import require_law
from gantheory.rigorous.program import Program
from gantheory.rigorous.ranges import finite_range_of
from gantheory.rigorous.recording import program_of
from gantheory.rigorous.straight import Straight
from gantheory.rigorous.stretches import stretches_of
from gantheory.rigorous.tails import Envelope

SLIVERS = 2**20  # ratio of the tolerance to the width of a sliver
STARTS = (2, 16, 256, 2**16)  # distances from 0 beyond which growth is looked at


def value_within(D: Any, p_data: Density | Pushforward, p_g: Density | Pushforward, tolerance: arb, until: float) -> arb:
    """V(G, D) in a ball of about the tolerance's size. Raises ``UndecidedError`` where it is not known how fast D or G grow."""
    for law in (p_data, p_g):
        if isinstance(law, Pushforward):
            require_law(law, tolerance, until)
    return -_expected(_logit_at(D, p_data), -1, tolerance, until) - _expected(_logit_at(D, p_g), 1, tolerance, until)


def _logit_at(D: Any, law: Density | Pushforward) -> tuple[Program, Density]:
    """d(x) and a density of x; d(G(z)) and that of z for the law of G(z)."""
    if isinstance(law, Pushforward):
        return program_of((D, law.generator), lambda both, z: both[0].logit(both[1](z))), law.latent
    return program_of(D, lambda D, x: D.logit(x)), law


def _growth(program: Program, density: Density) -> tuple[arb, Envelope]:
    """(start, bound of |d| beyond ±start) on the density's support. Raises ``UndecidedError`` where d is not shown to be defined there."""
    tails = [end for end in zip((-1, 1), density.support, strict=True) if np.isinf(end[1])]
    if not tails:
        return arb(0), Envelope()
    reason = UndecidedError("")
    for start in map(arb, STARTS):
        try:
            ranges = [finite_range_of(program, *((arb("-inf"), -start) if side < 0 else (start, arb("inf")))) for side, _ in tails]
        except UndecidedError as why:
            reason = why
            continue
        bound = Envelope(*(_most(column) for column in zip(*(one.growth for one in ranges), strict=True)))
        if all(part.is_finite() for part in bound):
            return start, bound
        reason = UndecidedError("it may grow faster than x²")
    raise UndecidedError(f"D's logit is not shown to be defined, and to grow no faster than x², far out: {reason}")


def _most(bounds: tuple[arb, ...]) -> arb:
    return functools.reduce(arb.max, bounds)


def _expected(d: tuple[Program, Density], sign: int, tolerance: arb, until: float) -> arb:
    """E[softplus(sign · d)]."""
    log_2 = arb(2).log()
    program, density = d
    require_mass(density, tolerance, until)
    start, growth = _growth(program, density)
    growth = growth._replace(constant=growth.constant + log_2)  # softplus is at most log 2 + |d|

    def beyond_cut(T: arb) -> arb:
        return arb("inf") if T < start else growth.weighed(moments(density, T))

    T, beyond = far_out(beyond_cut, tolerance, beyond_breaks(density))
    log_p = log_density(density)
    inner = [exact(float(b)) for b in density.breakpoints if abs(exact(float(b))) < T]
    total = between_zero_and(beyond)
    for ends in itertools.pairwise([-T, *inner, T]):

        def next_to_end(width, near, ends=ends):
            if near is None:
                return arb(0)
            most = arb(0)
            for low, high in ((ends[0], (ends[0] + width).upper()), ((ends[1] - width).lower(), ends[1])):
                most = most.max(finite_range_of(program, low, high).largest)
            return between_zero_and((most + log_2) * near.mass(width))

        low, high, left_out = without_ends(*ends, (density,), next_to_end, tolerance)
        total += left_out
        pieces, slivers = log_p.pieces(low, high, (high - low).min(arb(1)) * tolerance / SLIVERS, until)
        total += sum((_on_sliver(program, log_p, *sliver) for sliver in slivers), arb(0))
        for piece in pieces:
            if piece.function is not None:
                for part in _on_cell(program, log_p, piece, sign, tolerance, until):
                    total += part
    return total


def _on_cell(program: Program, log_p: Cellwise, piece: Piece, sign: int, tolerance: arb, until: float) -> Iterator[arb]:
    """The integrals over the stretches of a cell, on each of which d is one expression, and bounds of those over the slivers between."""
    along, slivers = stretches_of(program, piece.low, piece.high, tolerance / SLIVERS, until)
    density = piece.function
    assert density is not None
    for stretch in along:
        logit = Straight(program, stretch.decisions).function
        if not callable(logit):
            raise UndecidedError(f"D's logit is infinite between {float(stretch.low):.5g} and {float(stretch.high):.5g}")

        def integrand(x, an, logit=logit):
            return density(x, an).exp() * softplus(sign * logit(x, an), an)

        yield integral(integrand, stretch.low, stretch.high, tolerance, until)
    for sliver in slivers:
        yield _on_sliver(program, log_p, *sliver)


def _on_sliver(program: Program, log_p: Cellwise, low: arb, high: arb) -> arb:
    """What an expectation may have on a sliver: softplus is at most log 2 + |d|."""
    largest = finite_range_of(program, low, high).largest
    return between_zero_and(log_p.highest(low, high) * (high - low) * (largest + arb(2).log()))
