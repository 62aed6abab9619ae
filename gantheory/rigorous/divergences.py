"""JSD and KL in balls, by what kinds of laws they are of: two densities, or a density and the law of a generator."""

import itertools
import math
from collections.abc import Callable, Iterator

import numpy as np
from flint import arb

from gantheory.distributions import Density, Law, Pushforward
from gantheory.rigorous import cells, linear, monotone
from gantheory.rigorous.balls import BallFunction, UndecidedError, exact
from gantheory.rigorous.cuts import between_zero_and, beyond_breaks, far_out, without_ends
from gantheory.rigorous.ends import Near, rational, singular_ends
from gantheory.rigorous.families import decay, envelope, moments
from gantheory.rigorous.integration import Cellwise, Piece, integral, jsd_integrand, log_density
from gantheory.rigorous.masses import has_mass, require_mass

SLIVERS = 2**20  # ratio of the tolerance to the width of a sliver


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
            return _kl_to_generator(p, q, tolerance, until)
        case Pushforward(), Density():
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
    except UndecidedError:
        return cells.jsd_within(density, p_g, tolerance, until)


def _jsd_of_densities(p: Density, q: Density, tolerance: arb, until: float) -> arb:
    for density in (p, q):
        require_mass(density, tolerance, until)
    log_2 = arb(2).log()
    T, beyond = far_out(lambda T: log_2 * (moments(p, T).mass + moments(q, T).mass) / 2, tolerance)

    def integrand(log_p: BallFunction | None, log_q: BallFunction | None) -> BallFunction | None:
        if log_p is None and log_q is None:
            return None
        return lambda x, an: jsd_integrand(log_p and log_p(x, an), log_q and log_q(x, an), an, log_2)

    def next_to_end(width: arb, *near: Near | None) -> arb:
        return between_zero_and(log_2 * sum((one.mass(width) for one in near if one is not None), arb(0)) / 2)

    def on_sliver(low: arb, high: arb, *sides: Cellwise) -> arb:
        return between_zero_and(log_2 * (high - low) * sum((side.highest(low, high) for side in sides), arb(0)) / 2)

    return _over_cells(p, q, T, integrand, next_to_end, on_sliver, tolerance, until) + between_zero_and(beyond)


def _kl_of_densities(p: Density, q: Density, tolerance: arb, until: float) -> arb:
    for density in (p, q):
        require_mass(density, tolerance, until)
    if any(has_mass(p, *region) for region in _beyond(p.support, q.support)):
        raise _outside(q.support)
    if p.tail_index <= (order := decay(q)) < math.inf:
        raise InfiniteError(f"-log q grows like |x|^{order:g}, of which p has no mean")
    largest = envelope(p).plus(envelope(q))
    T, beyond = far_out(lambda T: largest.weighed(moments(p, T)), tolerance, beyond_breaks(p, q))

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

    def on_sliver(low: arb, high: arb, *sides: Cellwise) -> arb:
        of_p, of_q = (side.range(low, high) for side in sides)
        if of_p.high == arb("-inf"):
            return arb(0)
        if of_q.is_infinite or not of_q.largest.is_finite():
            raise UndecidedError(f"q could not be bounded from below near {float(low.mid()):.6g}")
        most = of_p.high.exp() * (of_q.largest + abs(of_p.high)) + 1  # |p log p| <= 1 where p <= 1
        return (high - low) * most * arb(0, 1)

    return _over_cells(p, q, T, integrand, next_to_end, on_sliver, tolerance, until) + beyond * arb(0, 1)


def _over_cells(
    p: Density, q: Density, T: arb, integrand: Callable, next_to_end: Callable, on_sliver: Callable, tolerance: arb, until: float
) -> arb:
    """An integral over [-T, T], cell by cell between all breakpoints, on the stretches where both programs are one expression.

    ``integrand`` makes a function of a ball from log p and log q on a stretch, each None where the density is 0; None if it is 0 there.
    ``next_to_end`` is the integral next to a singular end, as ``without_ends`` takes it; ``on_sliver`` that over a sliver.
    """
    inner = {float(b) for density in (p, q) for b in density.breakpoints if abs(exact(b)) < T}
    sides = log_density(p), log_density(q)
    total = arb(0)
    for ends in itertools.pairwise([-T, *map(exact, sorted(inner)), T]):
        low, high, left_out = without_ends(*ends, (p, q), next_to_end, tolerance)
        total += left_out
        sliver = (high - low).min(arb(1)) * tolerance / SLIVERS
        (of_p, slivers_p), (of_q, slivers_q) = (side.pieces(low, high, sliver, until) for side in sides)
        total += sum((on_sliver(*ends, *sides) for ends in [*slivers_p, *slivers_q]), arb(0))
        for a, b, log_p, log_q in _overlaps(of_p, of_q):
            function = integrand(log_p, log_q)
            if function is not None:
                total += integral(function, a, b, tolerance, until)
    return total


def _overlaps(of_p: list[Piece], of_q: list[Piece]) -> Iterator[tuple[arb, arb, BallFunction | None, BallFunction | None]]:
    """The intervals on which a piece of p and one of q overlap, from left to right."""
    i = j = 0
    while i < len(of_p) and j < len(of_q):
        one, other = of_p[i], of_q[j]
        low, high = one.low.max(other.low), one.high.min(other.high)
        if low < high:
            yield low, high, one.function, other.function
        i, j = (i + 1, j) if one.high < other.high else (i, j + 1) if other.high < one.high else (i + 1, j + 1)


def _beyond(inner: tuple[float, float], outer: tuple[float, float]) -> list[tuple[float, float]]:
    """The intervals, up to two, of one support that lie outside another."""
    below, above = (inner[0], min(inner[1], outer[0])), (max(inner[0], outer[1]), inner[1])
    return [(low, high) for low, high in (below, above) if low < high]


def _require_regular(density: Density, p_g: Pushforward) -> None:
    """Raise ``UndecidedError`` unless KL of the two can be integrated."""
    if np.isinf(p_g.latent.support).any() or singular_ends(density) or singular_ends(p_g.latent):
        raise UndecidedError("KL of a generator's law is only enclosed where z is bounded and no density is singular at an end")


def _kl_to_generator(p_data: Density, p_g: Pushforward, tolerance: arb, until: float) -> arb:
    """KL(p_data‖p_g), which is only ever proved to be infinite."""
    for density in (p_data, p_g.latent):
        require_mass(density, tolerance, until)
    reached = monotone.range_of_values(p_g)
    ends = np.nextafter(float(reached.low), -np.inf), np.nextafter(float(reached.high), np.inf)
    if any(has_mass(p_data, *region) for region in _beyond(p_data.support, ends)):
        raise _outside(ends)
    raise UndecidedError("KL(p_data‖p_g) is only proved where it is infinite")


def _kl_of_generator(p_g: Pushforward, p_data: Density, tolerance: arb, until: float) -> arb:
    """KL(p_g‖p_data)."""
    for density in (p_data, p_g.latent):
        require_mass(density, tolerance, until)
    if monotone.has_mass_outside(p_g, p_data.support):
        raise _outside(p_data.support)
    if (atom := monotone.atom_of(p_g, until)) is not None:
        raise InfiniteError(f"p has an atom at x = {float(atom.mid()):.6g}, where q has none")
    _require_regular(p_data, p_g)
    return monotone.kl_within(p_data, p_g, tolerance, until)


def _outside(support: tuple[float, float]) -> InfiniteError:
    return InfiniteError(f"p has mass outside [{support[0]:.4g}, {support[1]:.4g}], where q is 0")
