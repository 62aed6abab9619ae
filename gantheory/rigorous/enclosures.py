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

from flint import arb, ctx

from gantheory.distributions import Density
from gantheory.distributions.density import same
from gantheory.estimate import Divergent, Enclosure, Undecided
from gantheory.minimax import OptimalDiscriminator
from gantheory.pushforward import Pushforward
from gantheory.rigorous import cells, linear, monotone
from gantheory.rigorous.integral import Side, cut, integral, log_density, softplus
from gantheory.rigorous.program import BranchError, UndecidedError, exact
from gantheory.rigorous.tails import envelope, mass_near, moments, powers_at_ends, singular_ends
from gantheory.rigorous.value import value_within

GUARD = (0, 4, 10, 24)  # further digits, if the first are not enough


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
    until, narrowest, why = time.monotonic() + seconds, None, "no interval was found"
    # Next to an end where p ~ x^(a - 1) a mass of 10^-digits is as near to it as 10^(-digits/a).
    nearness = max([1.0, *(1 / power for density in (p, q) if isinstance(density, Density) for power in powers_at_ends(density))])
    for guard in GUARD:
        if guard and time.monotonic() > until:
            break
        before, ctx.prec = ctx.prec, math.ceil((nearness * (digits + guard) + 8) * math.log2(10))
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
        if not singular_ends(density) and not singular_ends(p_g.latent) and monotone.curve(p_g.generator).is_piecewise_linear:
            return linear.jsd_within(density, p_g, tolerance, until)
        try:
            return monotone.jsd_within(density, p_g, tolerance, until)
        except UndecidedError:
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

    def near(point, width):
        return log_2 * (mass_near(p, point, width) + mass_near(q, point, width)) / 2

    return _over_cells(p, q, T, integrand, tolerance, until, near) + _between_zero_and(beyond)


def _kl_within(p, q, tolerance: arb, until: float) -> arb:
    _no_generator(p, q)
    of_both = tuple(sum(pair, arb(0)) for pair in zip(envelope(p), envelope(q), strict=True))
    low, high = p.support
    if low < q.support[0] or high > q.support[1]:
        raise _InfiniteError(f"p has mass outside [{q.support[0]:.4g}, {q.support[1]:.4g}], where q is 0")
    T, beyond = cut(lambda T: type(envelope(p))(*of_both).weighed(moments(p, T)), tolerance)

    def integrand(of_p, of_q):
        if of_p is None:
            return None
        if of_q is None:
            raise _InfiniteError("p has mass between two breakpoints where q is 0")

        def both(x, an):
            log_p, log_q = of_p(x, an), of_q(x, an)
            return log_p.exp() * (log_p - log_q)

        return both

    return _over_cells(p, q, T, integrand, tolerance, until, None) + beyond * arb(0, 1)


def _no_generator(p, q) -> None:
    if isinstance(p, Pushforward) or isinstance(q, Pushforward):
        raise UndecidedError("of a generator's law only JSD and C(G) are enclosed")


def _between_zero_and(bound: arb) -> arb:
    return bound.upper() * arb(0.5, 0.5)


def _over_cells(p, q, T: arb, integrand: Callable, tolerance: arb, until: float, near: Callable | None, *more: Side) -> Any:
    """The integral over [-T, T], cell by cell between all breakpoints; ``near`` bounds it near an end that is not analytic."""
    singular = {end for density in (p, q) for end in singular_ends(density)}
    if singular and near is None:
        raise NotImplementedError("Next to an end at which a log-density is infinite, only JSD and C(G) are bounded.")
    inner = {float(b) for density in (p, q) for b in density.breakpoints if abs(exact(b)) < T}
    cuts = [-T, *map(exact, sorted(inner)), T]
    sides = [log_density(p), log_density(q), *more]
    total = arb(0)
    for low, high in itertools.pairwise(cuts):
        ends = []
        for end, sign in ((low, 1), (high, -1)):
            if near is not None and any(end == exact(point) for point in singular):
                width = _width(near, float(end), tolerance)
                total += _between_zero_and(near(float(end), width))
                end = end + sign * width
            ends.append(end)
        function = integrand(*(side.on(*ends) for side in sides))
        if function is not None:
            total += integral(function, ends[0], ends[1], tolerance, until)
    return total


def _width(near: Callable, point: float, tolerance: arb) -> arb:
    """How much may be left out next to an end."""
    width = arb(2) ** -4
    while not near(point, width) < tolerance / 8:
        width = width / 16
        if width < arb(2) ** -100_000:
            raise UndecidedError(f"too much mass is next to {point}")
    return width
