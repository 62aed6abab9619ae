"""JSD between a density and the law of a generator that is proved to be monotone: an integral over z, which needs no inverse.

With x = G(z), p_g dx = p_z dz and p_data dx = p_data(G(z)) |G'(z)| dz. Outside G's range there is p_data alone, so that

    JSD  =  ½ log 2  +  ½ ∫ p_z [log 2 - softplus(r)] - p_data(G) |G'| softplus(-r) dz,    r = log p_data(G) - log p_g(G)

The network is the function that its weights define in exact arithmetic, as the shipped code computes it.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from flint import acb, arb

from gantheory.distributions import Density, Pushforward
from gantheory.rigorous.balls import UndecidedError, exact
from gantheory.rigorous.cuts import far_out
from gantheory.rigorous.evaluation import Evaluation, decisions_at
from gantheory.rigorous.families import moments, whole_mass
from gantheory.rigorous.integration import integral, log_density, softplus
from gantheory.rigorous.program import Program, program_of
from gantheory.rigorous.straight import Straight

HALVINGS = 14  # most halvings of the latent's interval in showing that G' has one sign


class _Monotone:
    """G on an interval of z, with both log-densities.

    Raises ``UndecidedError`` where G folds or its slope is too near to 0, and where p_data breaks inside G's range.
    """

    def __init__(self, p_data: Density, p_g: Pushforward, low: arb, high: arb):
        program = curve(p_g.generator)
        self.sign = _sign(program, low, high)
        if inside := [b for b in p_g.latent.breakpoints if not (exact(b) <= low or exact(b) >= high)]:
            raise UndecidedError(f"the density of z breaks at {inside[0]:.6g}")
        self.ends = sorted((Evaluation(program, acb(end), False, {}).number() for end in (low, high)), key=float)
        if inside := [b for b in p_data.breakpoints if not (exact(b) <= self.ends[0] or exact(b) >= self.ends[1])]:
            raise UndecidedError(f"the density of the data breaks at {inside[0]:.6g}, inside the generator's range")
        log_latent, log_data = log_density(p_g.latent).on(low, high), log_density(p_data).on(*self.ends)
        x_and_slope = Straight(program, {}).function
        if log_latent is None or log_data is None or x_and_slope is None:
            raise UndecidedError("the latent, or the data, have no mass where the other has")
        self.log_latent, self.log_data, self.x_and_slope = log_latent, log_data, x_and_slope

    def __call__(self, z: acb, analytic: bool) -> tuple[acb, acb, acb, acb]:
        """log p_z, log p_data at G(z), |G'|, and log(p_data/p_g) there."""
        x, slope = self.x_and_slope(z, analytic)
        steepness = self.sign * slope
        if analytic and not steepness.real > 0:
            raise UndecidedError("G' may be 0 on this ball")
        log_z, log_data = self.log_latent(z, analytic), self.log_data(x, analytic)
        return log_z, log_data, steepness, log_data + steepness.log(analytic=analytic) - log_z


def jsd_within(p_data: Density, p_g: Pushforward, tolerance: arb, until: float) -> arb:
    """JSD of a generator that is proved to be monotone. Raises ``UndecidedError`` where it is not, as ``_Monotone`` does."""
    log_2, latent = arb(2).log(), p_g.latent
    if np.isinf(latent.support).any():
        T, beyond = far_out(lambda T: log_2 * moments(latent, T).mass / 2, tolerance)
        low, high = -T, T
    else:
        beyond, (low, high) = arb(0), map(exact, latent.support)
    laws = _Monotone(p_data, p_g, low, high)

    def integrand(z, an):
        log_z, log_data, steepness, r = laws(z, an)
        bent = softplus(r, an)
        return (log_z.exp() * (log_2 - bent) - log_data.exp() * steepness * (bent - r)) / 2  # softplus(-r) = softplus(r) - r

    # Beyond the cut of z JSD lies between 0 and log 2 / 2 times the masses of both laws there.
    if np.isinf(latent.support).any():
        ends = laws.ends
        nearest = abs(ends[0]).min(abs(ends[1]))
        outside = moments(p_data, nearest).mass if ends[0] < 0 < ends[1] else arb(1)
        beyond = arb(0, 1) * (beyond + log_2 * outside / 2)
    return log_2 * whole_mass(p_data) / 2 + integral(integrand, low, high, tolerance, until) + beyond


def kl_within(p_data: Density, p_g: Pushforward, tolerance: arb, until: float) -> arb:
    """KL(p_g‖p_data) = ∫ p_z log(p_g/p_data) dz, where z is bounded. Raises ``UndecidedError`` where ``_Monotone`` does."""
    low, high = map(exact, p_g.latent.support)
    laws = _Monotone(p_data, p_g, low, high)

    def integrand(z, an):
        log_z, _, _, r = laws(z, an)
        return -log_z.exp() * r

    return integral(integrand, low, high, tolerance, until)


def range_of(p_g: Pushforward) -> arb:
    """A ball that holds G(z) for all z of a bounded latent. Raises ``UndecidedError`` if G selects between expressions."""
    low, high = map(exact, p_g.latent.support)
    return _real_value(p_g.generator, low.union(high))


def ends_of(p_g: Pushforward) -> tuple[arb, arb]:
    """G at the least and at the greatest z of a bounded latent."""
    low, high = (_real_value(p_g.generator, exact(z)) for z in p_g.latent.support)
    return low, high


def _real_value(generator: Callable[..., Any], z: arb) -> arb:
    program = program_of(generator, lambda G, z: G(z))
    return Evaluation(program, acb(z), False, {}, witness=True, real=True).number()


def curve(generator: Callable[..., Any]) -> Program:
    """z ↦ (G(z), G'(z)) as a program."""
    return program_of(generator, lambda G, z: jax.jvp(G, (z,), (jnp.ones_like(z),)))


def _sign(program: Program, low: arb, high: arb) -> int:
    """The sign of G' on [low, high], +1 or -1. Raises ``UndecidedError`` if one sign cannot be proved."""
    waiting, signs = [(low, high, 0)], set()
    while waiting:
        a, b, depth = waiting.pop()
        steepness = Evaluation(program, acb(a.union(b)), False, decisions_at(program, (a + b) / 2)).values()[1].real
        if steepness > 0 or steepness < 0:
            signs.add(1 if steepness > 0 else -1)
        elif depth == HALVINGS:
            raise UndecidedError(f"the generator folds, or comes to rest, near z = {float(a.mid()):.6g}")
        else:
            middle = ((a + b) / 2).mid()
            waiting += [(a, middle, depth + 1), (middle, b, depth + 1)]
        if len(signs) == 2:
            raise UndecidedError("the generator folds")
    return signs.pop()
