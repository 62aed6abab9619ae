"""JSD, KL, C(G) and V(G, D) between proved bounds: Arb's integration of the shipped log-densities, tails included.

Each comes back as an ``Enclosure`` no wider than 10^(1 - digits), in nats; as ``Undecided``, with the narrowest interval that could be
proved, if that was not to be had within the time allowed; or as ``Divergent``.
"""

import itertools
import math
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, ctx

from gantheory.base.estimate import Divergent, Enclosure, Undecided
from gantheory.distributions import Density, Pushforward
from gantheory.distributions.line.density import same
from gantheory.measurement.minimax import OptimalDiscriminator
from gantheory.rigorous import cells, linear, monotone
from gantheory.rigorous.balls import UndecidedError, exact
from gantheory.rigorous.ends import powers_at_ends, rational, singular_ends, without_ends
from gantheory.rigorous.expectation import value_within
from gantheory.rigorous.integral import cut, integral, log_density, softplus
from gantheory.rigorous.program import BranchError
from gantheory.rigorous.tails import Envelope, decay, envelope, moments

GUARD = (0, 4, 10, 24)  # further digits, if the first are not enough
AT_ENDS = 5  # and where a density may be infinite


def jsd(p, q, digits: int = 15, seconds: float = 60.0) -> Any:
    """JSD(p, q) between two fractions no further apart than 10^(1 - digits), in nats."""
    if same(p, q):
        return Enclosure(Fraction(0), Fraction(0))
    return _enclosed(_jsd_within, p, q, digits, seconds)


def criterion(p_data, p_g, digits: int = 15, seconds: float = 60.0) -> Any:
    """C(G) = -log 4 + 2 JSD(p_data, p_g) (Goodfellow et al. 2014, Theorem 1)."""
    return _enclosed(lambda *pair: 2 * (arb(0) if same(p_data, p_g) else _jsd_within(*pair)) - arb(4).log(), p_data, p_g, digits, seconds)


def kl(p, q, digits: int = 15, seconds: float = 60.0) -> Any:
    """KL(p‖q); ``Divergent`` where p has mass and q has none."""
    if same(p, q):
        return Enclosure(Fraction(0), Fraction(0))
    return _enclosed(_kl_within, p, q, digits, seconds)


def value(p_data, p_g, D, digits: int = 15, seconds: float = 60.0) -> Any:
    """V(G, D) = E_{p_data}[log D] + E_{p_g}[log(1 - D)] of a D with a method ``logit``, such as a trained network or D* itself.

    Raises ``TypeError`` for a D that gives a probability and no logit.
    """
    if isinstance(D, OptimalDiscriminator) and D.p_data is p_data and D.p_g is p_g:
        return criterion(p_data, p_g, digits, seconds)
    if not hasattr(D, "logit"):
        raise TypeError(f"`D` must have a method `logit`. Got {D!r}.")
    return _enclosed(lambda *rest: value_within(D, *rest), p_data, p_g, digits, seconds)


def closed_form(number: Callable[[], arb], digits: int = 15) -> Enclosure:
    """A number given by a formula in balls, such as ``lambda: arb(2).log()``."""
    before, ctx.prec = ctx.prec, math.ceil((digits + 8) * math.log2(10))
    try:
        return _as_enclosure(number())
    finally:
        ctx.prec = before


def _enclosed(within: Callable, p, q, digits: int, seconds: float):
    if digits < 1:
        raise ValueError(f"`digits` must be at least 1. Got {digits!r}.")
    for density in (p, q):
        if not isinstance(density, Density | Pushforward) or (isinstance(density, Density) and density.batch_shape):
            raise TypeError(f"A density must be one of the library's own on the line, and one alone. Got {density!r}.")
        if isinstance(density, Pushforward) and density.proxy is not None:
            return Undecided("a generator that JAX cannot trace has no program to prove anything of", None)
    until, narrowest, why = time.monotonic() + seconds, None, "no interval was found"
    # Next to an end where p ~ s^(a - 1), a mass of 10^-digits is within 10^(-digits/a) of it; of p log s, a few digits nearer.
    powers = [power for density in (p, q) if isinstance(density, Density) for power in powers_at_ends(density)]
    nearness, more = (max(1.0, 1 / min(powers)), AT_ENDS) if powers else (1.0, 0)
    for guard in GUARD:
        if guard and time.monotonic() > until:
            break
        before, ctx.prec = ctx.prec, math.ceil((nearness * (digits + guard + more) + 8) * math.log2(10))
        try:
            found = _as_enclosure(within(p, q, arb(10) ** -(digits + guard), until))
        except _InfiniteError as infinite:
            return Divergent(str(infinite))
        except (UndecidedError, BranchError, TimeoutError, NotImplementedError) as undecided:
            why = str(undecided)
            continue
        finally:
            ctx.prec = before
        narrowest = found if narrowest is None or found.width < narrowest.width else narrowest
        if narrowest.width <= Fraction(10) ** (1 - digits):
            return narrowest
        why = f"the narrowest interval is {float(narrowest.width):.1g} wide"
    return Undecided(why, narrowest)


class _InfiniteError(ArithmeticError):
    """Names the region on which the integral is infinite."""


def _as_enclosure(ball: arb) -> Enclosure:
    if not ball.is_finite():
        raise UndecidedError("the integral could not be bounded")
    ends = []
    for end in (ball.lower(), ball.upper()):
        mantissa, exponent = end.man_exp()
        ends.append(Fraction(int(mantissa)) * Fraction(2) ** int(exponent))
    return Enclosure(*ends)


def _jsd_within(p, q, tolerance: arb, until: float) -> arb:
    if isinstance(p, Pushforward) or isinstance(q, Pushforward):
        density, p_g = (q, p) if isinstance(p, Pushforward) else (p, q)
        if not isinstance(density, Density) or not isinstance(p_g, Pushforward):
            raise UndecidedError("no interval is known for two generators")
        if singular_ends(density) or singular_ends(p_g.latent):
            return cells.jsd_within(density, p_g, tolerance, until)
        if monotone.curve(p_g.generator).is_piecewise_linear:
            return linear.jsd_within(density, p_g, tolerance, until)
        try:
            return monotone.jsd_within(density, p_g, tolerance, until)
        except (UndecidedError, BranchError):
            return cells.jsd_within(density, p_g, tolerance, until)
    log_2 = arb(2).log()
    T, beyond = cut(lambda T: log_2 * (moments(p, T).mass + moments(q, T).mass) / 2, tolerance)

    def integrand(of_p, of_q):
        if of_p is None or of_q is None:
            alone = of_p or of_q
            return alone and (lambda x, an: alone(x, an).exp() * log_2 / 2)

        def both(x, an):
            log_p, log_q = of_p(x, an), of_q(x, an)
            r = log_q - log_p
            bent = softplus(r, an)  # and softplus(-r) = softplus(r) - r
            return (log_p.exp() * (log_2 - bent) + log_q.exp() * (log_2 - bent + r)) / 2

        return both

    def next_to_end(width, *near):
        return _between_zero_and(log_2 * sum((one.mass(width) for one in near if one is not None), arb(0)) / 2)

    return _over_cells(p, q, T, integrand, next_to_end, tolerance, until) + _between_zero_and(beyond)


def _kl_within(p, q, tolerance: arb, until: float) -> arb:
    if isinstance(p, Pushforward) or isinstance(q, Pushforward):
        return _kl_of_generator_within(p, q, tolerance, until)
    low, high = p.support
    if low < q.support[0] or high > q.support[1]:
        raise _InfiniteError(f"p has mass outside [{q.support[0]:.4g}, {q.support[1]:.4g}], where q is 0")
    if p.tail_index <= (order := decay(q)) < math.inf:
        raise _InfiniteError(f"-log q grows like |x|^{order:g}, of which p has no mean")
    of_both = Envelope(*(sum(pair, arb(0)) for pair in zip(envelope(p), envelope(q), strict=True)))
    T, beyond = cut(lambda T: of_both.weighed(moments(p, T)), tolerance)

    def integrand(of_p, of_q):
        if of_p is None:
            return None
        if of_q is None:
            raise _InfiniteError("p has mass between two breakpoints where q is 0")

        def both(x, an):
            log_p, log_q = of_p(x, an), of_q(x, an)
            return log_p.exp() * (log_p - log_q)

        return both

    def next_to_end(width, of_p, of_q):
        if of_p is None:
            return arb(0)
        if of_q is None:
            raise _InfiniteError("p has mass between two breakpoints where q is 0")
        return of_p.mass(width) * (of_p.constant - of_q.constant) + of_p.logarithm(width) * rational(of_p.power - of_q.power)

    return _over_cells(p, q, T, integrand, next_to_end, tolerance, until) + beyond * arb(0, 1)


def _kl_of_generator_within(p, q, tolerance: arb, until: float) -> arb:
    density, p_g = (q, p) if isinstance(p, Pushforward) else (p, q)
    if not isinstance(density, Density) or not isinstance(p_g, Pushforward):
        raise UndecidedError("no interval is known for two generators")
    if np.isinf(p_g.latent.support).any() or singular_ends(density) or singular_ends(p_g.latent):
        raise UndecidedError("KL of a generator's law is enclosed where z is bounded, and next to no end of a Beta")
    first, last = map(arb, density.support)
    if p is density:
        reached = monotone.range_of(p_g)
        if first < reached or last > reached:
            raise _InfiniteError(f"p has mass outside [{float(reached.lower()):.4g}, {float(reached.upper()):.4g}], where q is 0")
        raise UndecidedError("of KL(p_data‖p_g) it is only proved where it is infinite")
    if any(end < first or end > last for end in monotone.ends_of(p_g)):
        raise _InfiniteError(f"p has mass outside [{density.support[0]:.4g}, {density.support[1]:.4g}], where q is 0")
    return monotone.kl_within(density, p_g, tolerance, until)


def _between_zero_and(bound: arb) -> arb:
    return bound.upper() * arb(0.5, 0.5)


def _over_cells(p, q, T: arb, integrand: Callable, next_to_end: Callable, tolerance: arb, until: float) -> arb:
    """The integral over [-T, T], cell by cell between all breakpoints."""
    inner = {float(b) for density in (p, q) for b in density.breakpoints if abs(exact(b)) < T}
    sides = log_density(p), log_density(q)
    total = arb(0)
    for ends in itertools.pairwise([-T, *map(exact, sorted(inner)), T]):
        low, high, left_out = without_ends(*ends, (p, q), next_to_end, tolerance)
        total += left_out
        function = integrand(*(side.on(low, high) for side in sides))
        if function is not None:
            total += integral(function, low, high, tolerance, until)
    return total
