"""JSD between a density and the law of a generator that is proved to be monotone: an integral over z, which needs no inverse.

With x = G(z), p_g dx = p_z dz and p_data dx = p_data(G(z)) |G'(z)| dz. Outside G's range there is p_data alone, so that

    JSD  =  ½ log 2  +  ½ ∫ p_z [log 2 - softplus(r)] - p_data(G) |G'| softplus(-r) dz,    r = log p_data(G) - log p_g(G)

The network is the function that its weights define in exact arithmetic, as the shipped code computes it.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from flint import acb, arb

from gantheory.distributions import Density, Pushforward
from gantheory.rigorous.balls import UndecidedError, exact
from gantheory.rigorous.bounds import Range
from gantheory.rigorous.cuts import far_out
from gantheory.rigorous.families import moments
from gantheory.rigorous.integration import NARROW, integral, log_density, softplus
from gantheory.rigorous.jensen import moved_by
from gantheory.rigorous.jets import with_slope
from gantheory.rigorous.masses import has_mass, mass_of, require_mass
from gantheory.rigorous.program import Program
from gantheory.rigorous.ranges import finite_range_of
from gantheory.rigorous.recording import program_of
from gantheory.rigorous.straight import Straight
from gantheory.rigorous.stretches import FOR_ONE, stretches_of

HALVINGS = 14  # halvings of the latent's interval in showing that G' has one sign
LEFT_OUT = 2**9  # ratio of the tolerance to the mass beyond the cut of z, which moves JSD by more than itself
NARROWEST = 60  # halvings of the latent's interval in looking for mass next to its ends


class _Monotone:
    """G on an interval of z, with both log-densities.

    Raises ``UndecidedError`` where G folds or its slope is too near to 0, and where p_data breaks inside G's range.
    """

    def __init__(self, p_data: Density, p_g: Pushforward, low: arb, high: arb, until: float):
        program = curve(p_g.generator)
        self.sign = _sign(program, low, high, until)
        if inside := [b for b in p_g.latent.breakpoints if not (exact(b) <= low or exact(b) >= high)]:
            raise UndecidedError(f"the density of z breaks at {inside[0]:.6g}")
        x_and_slope = _one_expression(program, low, high)
        self.ends = sorted((x_and_slope(acb(end), False)[0].real for end in (low, high)), key=float)
        if inside := [b for b in p_data.breakpoints if not (exact(b) <= self.ends[0] or exact(b) >= self.ends[1])]:
            raise UndecidedError(f"the density of the data breaks at {inside[0]:.6g}, inside the generator's range")
        inner = self.ends[0].upper(), self.ends[1].lower()
        if not inner[0] < inner[1]:
            raise UndecidedError("the generator's range is too narrow")
        log_latent, log_data = log_density(p_g.latent).on(low, high), log_density(p_data).on(*_outward(self.ends, p_data))
        if log_latent is None or log_data is None:
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


def _outward(ends: list[arb], p_data: Density) -> tuple[arb, arb]:
    """Exact ends that hold G's range, but for a break of p_data that is nearer."""
    low, high = ends[0].lower(), ends[1].upper()
    for point in map(exact, p_data.breakpoints):
        low, high = (low.max(point) if point <= ends[0] else low), (high.min(point) if point >= ends[1] else high)
    return low, high


def _one_expression(program: Program, low: arb, high: arb) -> Callable[..., Any]:
    """G and G' on an interval on which nothing that is decided changes. Raises ``UndecidedError`` unless that is shown."""
    along, slivers = stretches_of(program, low, high, (high - low) / NARROW, most=FOR_ONE)
    if slivers or len(along) != 1:
        raise UndecidedError("the generator is not one expression")
    function = Straight(program, along[0].decisions).function
    if not callable(function):
        raise UndecidedError("the generator is infinite")
    return function


def jsd_within(p_data: Density, p_g: Pushforward, tolerance: arb, until: float) -> arb:
    """JSD of a generator that is proved to be monotone but for the mass beyond a cut of z.

    Raises ``UndecidedError`` where it is not, as ``_Monotone`` does.
    """
    log_2, latent = arb(2).log(), p_g.latent
    low, high, lost = between_cuts(p_g, tolerance)
    laws = _Monotone(p_data, p_g, low, high, until)

    def integrand(z, an):
        log_z, log_data, steepness, r = laws(z, an)
        return (log_z.exp() * (log_2 - softplus(r, an)) - log_data.exp() * steepness * softplus(-r, an)) / 2

    require_mass(latent, tolerance, until)
    of_data = mass_of(p_data, tolerance, until)
    return log_2 * of_data / 2 + integral(integrand, low, high, tolerance, until) + moved_by(lost)


def between_cuts(p_g: Pushforward, tolerance: arb) -> tuple[arb, arb, arb]:
    """Ends between which nearly all of z lies, and a bound of the mass beyond, on which G is shown to be defined."""
    latent = p_g.latent
    if not np.isinf(latent.support).any():
        low, high = map(exact, latent.support)
        return low, high, arb(0)
    T, beyond = far_out(lambda T: moments(latent, T).mass, tolerance / LEFT_OUT)
    require_defined_beyond(p_g, T)
    first, last = latent.support
    low, high = (-T if np.isinf(first) else exact(first)), (T if np.isinf(last) else exact(last))
    return low, high, beyond.upper()


def require_defined_beyond(p_g: Pushforward, T: arb) -> None:
    """Raise ``UndecidedError`` unless G is shown to be finite for almost every z of the latent beyond ±T."""
    program = values_of(p_g.generator)
    for end, low, high in zip(p_g.latent.support, (arb("-inf"), T), (-T, arb("inf")), strict=True):
        if np.isinf(end):
            try:
                finite_range_of(program, low, high)
            except UndecidedError as why:
                raise UndecidedError(
                    f"G is not shown to be defined for all z {'above' if T == low else 'below'} {float(T if T == low else -T):.4g}: {why}"
                ) from why


def require_law(p_g: Pushforward, tolerance: arb, until: float) -> None:
    """Raise ``UndecidedError`` unless G is shown to be finite for almost every z."""
    low, high, _ = between_cuts(p_g, tolerance)
    program = values_of(p_g.generator)
    along, slivers = stretches_of(program, low, high, (high - low) / NARROW, until)
    for stretch in along:
        if not callable(Straight(program, stretch.decisions).function):
            raise UndecidedError(f"G is infinite between {float(stretch.low):.5g} and {float(stretch.high):.5g}")
    for sliver in slivers:
        finite_range_of(program, *sliver)


def kl_within(p_data: Density, p_g: Pushforward, tolerance: arb, until: float) -> arb:
    """KL(p_g‖p_data) = ∫ p_z log(p_g/p_data) dz, where z is bounded. Raises ``UndecidedError`` where ``_Monotone`` does."""
    low, high = map(exact, p_g.latent.support)
    laws = _Monotone(p_data, p_g, low, high, until)
    for law in (p_data, p_g.latent):
        require_mass(law, tolerance, until)

    def integrand(z, an):
        log_z, _, _, r = laws(z, an)
        return -log_z.exp() * r

    return integral(integrand, low, high, tolerance, until)


def range_of_values(p_g: Pushforward) -> Range:
    """Bounds of G over all z of the latent."""
    low, high = (arb(end) if np.isinf(end) else exact(end) for end in p_g.latent.support)
    return finite_range_of(values_of(p_g.generator), low, high)


def has_mass_outside(p_g: Pushforward, support: tuple[float, float]) -> bool:
    """Whether p_g is shown to have mass outside an interval, by the z next to either end of the latent."""
    program = values_of(p_g.generator)
    for low, high in _next_to_ends(*p_g.latent.support):
        try:
            values = finite_range_of(program, *(arb(end) if np.isinf(end) else exact(end) for end in (low, high)))
        except UndecidedError:
            continue
        outside = values.high < arb(support[0]) or values.low > arb(support[1])
        if outside and has_mass(p_g.latent, low, high):
            range_of_values(p_g)  # shows that p_g is a law
            return True
    return False


def _next_to_ends(first: float, last: float) -> Iterator[tuple[float, float]]:
    """Smaller and smaller intervals next to the ends of a latent's support, which may be infinite."""
    for k in range(2, NARROWEST):
        yield (first, -(2.0**k) if np.isinf(first) else first + (min(last, first + 2) - first) / 2**k)
        yield (2.0**k if np.isinf(last) else last - (last - max(first, last - 2)) / 2**k, last)


def atom_of(p_g: Pushforward, until: float) -> arb | None:
    """Where p_g is shown to have an atom, by a stretch of a bounded latent on which G is constant; None if that is not shown."""
    if np.isinf(p_g.latent.support).any():
        return None
    low, high = map(exact, p_g.latent.support)
    program = curve(p_g.generator)
    along, _ = stretches_of(program, low, high, (high - low) / NARROW, until)
    for stretch in along:
        x_and_slope = Straight(program, stretch.decisions).function
        if callable(x_and_slope):
            value, slope = x_and_slope(acb(stretch.low.union(stretch.high)), False)
            if slope == 0 and has_mass(p_g.latent, float(stretch.low), float(stretch.high)):
                range_of_values(p_g)  # shows that p_g is a law
                return value.real
    return None


def values_of(generator: Callable[..., Any]) -> Program:
    """z ↦ G(z) as a program."""
    return program_of(generator, lambda G, z: G(z))


def curve(generator: Callable[..., Any]) -> Program:
    """z ↦ (G(z), G'(z)) as a program, the slope that of the values."""
    return with_slope(values_of(generator))


def _sign(program: Program, low: arb, high: arb, until: float) -> int:
    """The sign of G' on [low, high], +1 or -1. Raises ``UndecidedError`` if one sign cannot be proved."""
    x_and_slope = _one_expression(program, low, high)
    waiting, signs = [(low, high, 0)], set()
    while waiting:
        a, b, depth = waiting.pop()
        if time.monotonic() > until:
            raise TimeoutError("the time allowed was not enough to show that G does not fold")
        steepness = x_and_slope(acb(a.union(b)), False)[1].real
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
