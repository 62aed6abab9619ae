"""V(G, D) of a discriminator that is a program, such as a trained network: two expectations, over x and over z.

.. math:: V(G, D) = -E_{p_{data}}[softplus(-d(x))] - E_{p_z}[softplus(d(G(z)))],  d = logit D

The second is an integral over z, which does not need p_g: G may fold anywhere.
"""

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from flint import acb, arb

from gantheory.distributions import Density, Pushforward
from gantheory.rigorous.balls import exact
from gantheory.rigorous.cuts import between_zero_and, far_out, without_ends
from gantheory.rigorous.families import moments
from gantheory.rigorous.growth import growth_of
from gantheory.rigorous.integration import BallFunction, integral, log_density, softplus
from gantheory.rigorous.monotone import range_of
from gantheory.rigorous.program import Program, program_of
from gantheory.rigorous.straight import Straight
from gantheory.rigorous.stretches import stretches_of

SLIVERS = 2**20  # ratio of the tolerance to the width of a sliver


def value_within(D: Any, p_data: Density | Pushforward, p_g: Density | Pushforward, tolerance: arb, until: float) -> arb:
    """V(G, D) in a ball of about the tolerance's size. Raises ``NotImplementedError`` for a D or G whose growth is not known."""
    return -_expected(_logit_at(D, p_data), -1, tolerance, until) - _expected(_logit_at(D, p_g), 1, tolerance, until)


class _Logit(NamedTuple):
    """d as a function of a variable with a density, and (c, L) with |d| <= c + L |variable|."""

    program: Program
    constant: arb
    slope: arb
    density: Density


def _logit_at(D: Any, law: Density | Pushforward) -> _Logit:
    """d(x) for a density of x, d(G(z)) for the law of G(z)."""
    program = program_of(D, lambda D, x: D.logit(x))
    constant, slope = growth_of(D, program)
    match law:
        case Density():
            return _Logit(program, constant, slope, law)
        case Pushforward():
            program = program_of((D, law.generator), lambda both, z: both[0].logit(both[1](z)))
            if slope > 0:
                start, steepness = _growth_of_generator(law)
                constant, slope = constant + slope * start, slope * steepness
            return _Logit(program, constant, slope, law.latent)


def _expected(d: _Logit, sign: int, tolerance: arb, until: float) -> arb:
    """E[softplus(sign · d)]."""
    log_2 = arb(2).log()
    program, constant, slope, density = d
    T, beyond = far_out(lambda T: (constant + log_2) * (m := moments(density, T)).mass + (slope * m.first if slope > 0 else 0), tolerance)
    most = constant + log_2 + slope * T  # upper bound of softplus between the cuts
    log_p = log_density(density)

    def next_to_end(width, near):
        return arb(0) if near is None else most * near.mass(width) * arb(0.5, 0.5)

    inner = [exact(float(b)) for b in density.breakpoints if abs(exact(float(b))) < T]
    total = between_zero_and(beyond)
    for ends in itertools.pairwise([-T, *inner, T]):
        low, high, left_out = without_ends(*ends, (density,), next_to_end, tolerance)
        total += left_out
        on_cell = log_p.on(low, high)
        if on_cell is not None:
            for part in _on_cell(program, on_cell, sign, low, high, most, tolerance, until):
                total += part
    return total


def _on_cell(
    program: Program, log_p: BallFunction, sign: int, low: arb, high: arb, most: arb, tolerance: arb, until: float
) -> Iterator[arb]:
    """The integrals over the stretches of a cell, on each of which d is one expression, and bounds of those over the slivers between."""
    along, slivers = stretches_of(program, low, high, tolerance / SLIVERS)
    for stretch in along:
        logit = Straight(program, stretch.decisions).function
        assert logit is not None  # a logit is finite

        def integrand(x, an, logit=logit):
            return log_p(x, an).exp() * softplus(sign * logit(x, an), an)

        yield integral(integrand, stretch.low, stretch.high, tolerance, until)
    for a, b in slivers:
        yield arb(0.5, 0.5) * log_p(acb(a.union(b)), False).exp().real * (b - a) * most


def _growth_of_generator(p_g: Pushforward) -> tuple[arb, arb]:
    """(c, L) with |G(z)| <= c + L |z|."""
    try:
        return growth_of(p_g.generator, program_of(p_g.generator, lambda G, z: G(z)))
    except NotImplementedError:
        if np.isinf(p_g.latent.support).any():
            raise
        return abs(range_of(p_g)).upper(), arb(0)
