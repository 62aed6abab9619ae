"""JSD and KL in balls, by what kinds of laws they are of: two densities, or a density and the law of a generator."""

import itertools
import math
from collections.abc import Callable

import numpy as np
from flint import arb

from gantheory.distributions import Density, Law, Pushforward
from gantheory.rigorous import cells, linear, monotone
from gantheory.rigorous.balls import UndecidedError, exact
from gantheory.rigorous.cuts import between_zero_and, far_out, without_ends
from gantheory.rigorous.ends import Near, rational, singular_ends
from gantheory.rigorous.evaluation import BranchError
from gantheory.rigorous.families import decay, envelope, moments
from gantheory.rigorous.integration import BallFunction, integral, jsd_integrand, log_density


class InfiniteError(ArithmeticError):
    """An integral that is infinite; the message says why and where."""


def jsd_within(p: Law, q: Law, tolerance: arb, until: float) -> arb:
    """JSD(p, q) in a ball of about the tolerance's size. Raises ``UndecidedError`` for two generators."""
    match p, q:
        case Density(), Density():
            return _jsd_of_densities(p, q, tolerance, until)
        case (Density() as density, Pushforward() as p_g) | (Pushforward() as p_g, Density() as density):
            return _jsd_of_generator(density, p_g, tolerance, until)
        case _:
            raise UndecidedError("no interval is known for two generators")


def kl_within(p: Law, q: Law, tolerance: arb, until: float) -> arb:
    """KL(p‖q) in a ball of about the tolerance's size.

    Raises ``InfiniteError`` where it is infinite, and ``UndecidedError`` where nothing is known.
    """
    match p, q:
        case Density(), Density():
            return _kl_of_densities(p, q, tolerance, until)
        case Density(), Pushforward():
            _require_regular(p, q)
            return _kl_to_generator(p, q)
        case Pushforward(), Density():
            _require_regular(q, p)
            return _kl_of_generator(p, q, tolerance, until)
        case _:
            raise UndecidedError("no interval is known for two generators")


def _jsd_of_generator(density: Density, p_g: Pushforward, tolerance: arb, until: float) -> arb:
    if singular_ends(density) or singular_ends(p_g.latent):
        return cells.jsd_within(density, p_g, tolerance, until)
    if monotone.curve(p_g.generator).is_piecewise_linear:
        return linear.jsd_within(density, p_g, tolerance, until)
    try:
        return monotone.jsd_within(density, p_g, tolerance, until)
    except (UndecidedError, BranchError):
        return cells.jsd_within(density, p_g, tolerance, until)


def _jsd_of_densities(p: Density, q: Density, tolerance: arb, until: float) -> arb:
    log_2 = arb(2).log()
    T, beyond = far_out(lambda T: log_2 * (moments(p, T).mass + moments(q, T).mass) / 2, tolerance)

    def integrand(log_p: BallFunction | None, log_q: BallFunction | None) -> BallFunction | None:
        if log_p is None and log_q is None:
            return None
        return lambda x, an: jsd_integrand(log_p and log_p(x, an), log_q and log_q(x, an), an, log_2)

    def next_to_end(width: arb, *near: Near | None) -> arb:
        return between_zero_and(log_2 * sum((one.mass(width) for one in near if one is not None), arb(0)) / 2)

    return _over_cells(p, q, T, integrand, next_to_end, tolerance, until) + between_zero_and(beyond)


def _kl_of_densities(p: Density, q: Density, tolerance: arb, until: float) -> arb:
    low, high = p.support
    if low < q.support[0] or high > q.support[1]:
        raise _outside(q.support)
    if p.tail_index <= (order := decay(q)) < math.inf:
        raise InfiniteError(f"-log q grows like |x|^{order:g}, of which p has no mean")
    largest = envelope(p).plus(envelope(q))
    T, beyond = far_out(lambda T: largest.weighed(moments(p, T)), tolerance)

    def integrand(log_p: BallFunction | None, log_q: BallFunction | None) -> BallFunction | None:
        if log_p is None:
            return None
        if log_q is None:
            raise InfiniteError("p has mass between two breakpoints where q is 0")

        def of_both(x, an):
            u, v = log_p(x, an), log_q(x, an)
            return u.exp() * (u - v)

        return of_both

    def next_to_end(width: arb, near_p: Near | None, near_q: Near | None) -> arb:
        if near_p is None:
            return arb(0)
        if near_q is None:
            raise InfiniteError("p has mass between two breakpoints where q is 0")
        return near_p.mass(width) * (near_p.constant - near_q.constant) + near_p.logarithm(width) * rational(near_p.power - near_q.power)

    return _over_cells(p, q, T, integrand, next_to_end, tolerance, until) + beyond * arb(0, 1)


def _over_cells(p: Density, q: Density, T: arb, integrand: Callable, next_to_end: Callable, tolerance: arb, until: float) -> arb:
    """An integral over [-T, T], cell by cell between all breakpoints.

    ``integrand`` makes a function of a ball from log p and log q on a cell, each None where the density is 0; None if it is 0 there.
    ``next_to_end`` is the integral next to a singular end, as ``without_ends`` takes it.
    """
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


def _require_regular(density: Density, p_g: Pushforward) -> None:
    if np.isinf(p_g.latent.support).any() or singular_ends(density) or singular_ends(p_g.latent):
        raise UndecidedError("KL of a generator's law is only enclosed where z is bounded and no density is singular at an end")


def _kl_to_generator(p_data: Density, p_g: Pushforward) -> arb:
    """KL(p_data‖p_g), which is only ever proved to be infinite."""
    first, last = map(arb, p_data.support)
    reached = monotone.range_of(p_g)
    if first < reached or last > reached:
        raise _outside((float(reached.lower()), float(reached.upper())))
    raise UndecidedError("KL(p_data‖p_g) is only proved where it is infinite")


def _kl_of_generator(p_g: Pushforward, p_data: Density, tolerance: arb, until: float) -> arb:
    """KL(p_g‖p_data)."""
    first, last = map(arb, p_data.support)
    if any(end < first or end > last for end in monotone.ends_of(p_g)):
        raise _outside(p_data.support)
    return monotone.kl_within(p_data, p_g, tolerance, until)


def _outside(support: tuple[float, float]) -> InfiniteError:
    return InfiniteError(f"p has mass outside [{support[0]:.4g}, {support[1]:.4g}], where q is 0")
