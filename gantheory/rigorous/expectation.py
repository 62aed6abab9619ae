"""V(G, D) of a discriminator that is a program, such as a trained network: two expectations, of x and of z.

.. math:: V(G, D) = -E_{p_{data}}[softplus(-d(x))] - E_{p_z}[softplus(d(G(z)))],  d = logit D

Where G is a generator the second is an integral over z, in which p_g is not needed: G may fold as it likes.
"""

import itertools

import numpy as np
from flint import acb, arb

from gantheory.distributions import Density, Pushforward
from gantheory.rigorous.balls import exact
from gantheory.rigorous.ends import without_ends
from gantheory.rigorous.growth import growth
from gantheory.rigorous.integral import cut, integral, log_density, softplus
from gantheory.rigorous.monotone import range_of
from gantheory.rigorous.program import program_of
from gantheory.rigorous.straight import Straight
from gantheory.rigorous.stretches import stretches
from gantheory.rigorous.tails import moments

SLIVERS = 2**20  # by how much a sliver is narrower than the tolerance


def value_within(D, p_data, p_g, tolerance: arb, until: float) -> arb:
    """Raises ``NotImplementedError`` for a D or G whose growth is not known."""
    return -_expected(D, p_data, -1, tolerance, until) - _expected(D, p_g, 1, tolerance, until)


def _expected(D, law: Density | Pushforward, sign: int, tolerance: arb, until: float) -> arb:
    """E[softplus(sign · d)], d the logit at a point of the law."""
    log_2 = arb(2).log()
    program = program_of(D, lambda D, x: D.logit(x))
    constant, slope = growth(D, program)
    if isinstance(law, Pushforward):
        program = program_of((D, law.generator), lambda both, z: both[0].logit(both[1](z)))
        if slope > 0:
            start, steepness = _growth_of_generator(law)
            constant, slope = constant + slope * start, slope * steepness
        law = law.latent
    T, beyond = cut(lambda T: (constant + log_2) * (m := moments(law, T)).mass + (slope * m.first if slope > 0 else 0), tolerance)
    most = constant + log_2 + slope * T  # of softplus, where |x| < T
    density = log_density(law)

    def next_to_end(width, near):
        return arb(0) if near is None else most * near.mass(width) * arb(0.5, 0.5)

    inner = [exact(float(b)) for b in law.breakpoints if abs(exact(float(b))) < T]
    total = beyond.upper() * arb(0.5, 0.5)
    for ends in itertools.pairwise([-T, *inner, T]):
        low, high, left_out_at_ends = without_ends(*ends, (law,), next_to_end, tolerance)
        total += left_out_at_ends
        of_law = density.on(low, high)
        if of_law is None:
            continue
        along, left_out = stretches(program, low, high, tolerance / SLIVERS)
        for stretch in along:
            logit = Straight(program, stretch.decisions).function
            assert logit is not None  # a logit is a number

            def integrand(x, an, of_law=of_law, logit=logit):
                return of_law(x, an).exp() * softplus(sign * logit(x, an), an)

            total += integral(integrand, stretch.low, stretch.high, tolerance, until)
        for a, b in left_out:
            total += arb(0.5, 0.5) * of_law(acb(a.union(b)), False).exp().real * (b - a) * most
    return total


def _growth_of_generator(p_g: Pushforward) -> tuple[arb, arb]:
    """(c, L) with |G(z)| <= c + L |z|."""
    try:
        return growth(p_g.generator, program_of(p_g.generator, lambda G, z: G(z)))
    except NotImplementedError:
        if np.isinf(p_g.latent.support).any():
            raise
        return abs(range_of(p_g)).upper(), arb(0)
