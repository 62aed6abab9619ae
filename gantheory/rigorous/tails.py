"""What is left out when the line is cut at ±T, bounded in balls, family by family."""

import itertools
from typing import NamedTuple

import jax
import numpy as np
from flint import acb, arb

from gantheory.distributions import (
    Beta,
    Cauchy,
    Density,
    Exponential,
    Histogram,
    Laplace,
    Mixture,
    Normal,
    StudentT,
    TruncatedNormal,
    Uniform,
)
from gantheory.distributions.line.external import External
from gantheory.rigorous.balls import exact, log_normal_mass


class Moments(NamedTuple):
    """Upper bounds of ∫ over |x| > T of p, p|x|, p x² and p log(1 + |x|)."""

    mass: arb
    first: arb
    second: arb
    logarithm: arb

    def scaled(self, by) -> "Moments":
        return Moments(*(by * one for one in self))


class Envelope(NamedTuple):
    """|log p(x)| <= constant + linear |x| + square x² + logarithm log(1 + |x|), wherever p > 0 and |x| > 1."""

    constant: arb
    linear: arb
    square: arb
    logarithm: arb

    def weighed(self, m: Moments) -> arb:
        """∫ over |x| > T of p times the envelope. An infinite moment counts only where it is asked for."""
        if not m.mass.is_finite():
            return arb("inf")  # T is not yet far out
        return sum((c * k for c, k in zip(self, (m.mass, m.first, m.second, m.logarithm), strict=True) if not c == 0), arb(0))


ZERO = arb(0)
NOTHING = Moments(ZERO, ZERO, ZERO, ZERO)
EVERYTHING = Moments(*[arb("inf")] * 4)


def moments(density, T: arb) -> Moments:
    """Of what lies beyond ±T, T >= 1; infinite where T is not yet far out.

    Raises ``NotImplementedError`` for a density of no known family.
    """
    if isinstance(density, Mixture):
        parts = [moments(part, T).scaled(exact(weight)) for weight, part in parts_of(density)]
        return Moments(*(sum(column, ZERO) for column in zip(*parts, strict=True)))
    if not np.isinf(density.support).any():
        return NOTHING if all(abs(exact(end)) <= T for end in density.support) else EVERYTHING
    if isinstance(density, Normal | TruncatedNormal):
        share = _kept(density) if isinstance(density, TruncatedNormal) else arb(1)
        return _normal(exact(density.loc), exact(density.scale), T).scaled(1 / share)
    if isinstance(density, Laplace):
        return _exponential(T - abs(exact(density.loc)), exact(density.scale), abs(exact(density.loc)))
    if isinstance(density, Exponential):
        return _exponential(T, 1 / exact(density.rate), ZERO)
    if isinstance(density, Cauchy | StudentT):
        return _power(density, T)
    raise NotImplementedError(f"A density must be one of a known family, for its tails. Got {density!r}.")


def parts_of(mixture: Mixture) -> list[tuple[float, Density]]:
    if isinstance(mixture.components, Density):
        own = mixture.components
        count = own.batch_shape[-1]
        spread = own.spread((count,))
        return [(float(mixture.weights[i]), jax.tree.map(lambda leaf, i=i: leaf[i], spread)) for i in range(count)]
    return list(zip(map(float, mixture.weights), mixture.components, strict=True))


def whole_mass(density: Density) -> arb:
    """1; of a mixture what its weights, as the doubles that they are, add up to."""
    if isinstance(density, Mixture):
        return sum((exact(weight) * whole_mass(part) for weight, part in parts_of(density)), arb(0))
    if isinstance(density, Histogram):
        return sum(map(exact, density.masses), arb(0))
    if isinstance(density, External):
        raise NotImplementedError(
            f"A density beside a generator must be one of the library's own, so that its mass is known. Got {density!r}."
        )
    return arb(1)


def _kept(density: TruncatedNormal) -> arb:
    """Φ at the upper end less Φ at the lower: what the truncation keeps of a Gaussian."""
    loc, scale = exact(density.loc), exact(density.scale)
    low, high = (acb(arb(end) if np.isinf(end) else (exact(end) - loc) / scale) for end in (float(density.low), float(density.high)))
    return log_normal_mass(low, high).exp().real


def _normal(loc: arb, scale: arb, T: arb) -> Moments:
    """|x| > T has |x - loc| > T - |loc|: two tails of a standard Gaussian beyond u, whose moments are erfc's and φ's."""
    far = T - abs(loc)
    if not far > 0:
        return EVERYTHING
    u = far / scale
    density = (-u * u / 2).exp() / (2 * arb.pi()).sqrt()
    mass = (u / arb(2).sqrt()).erfc()
    first, second = 2 * density * scale, scale * scale * (mass + 2 * u * density)
    linear = first + abs(loc) * mass
    return Moments(mass, linear, second + 2 * abs(loc) * first + loc * loc * mass, linear)


def _exponential(far: arb, scale: arb, loc: arb) -> Moments:
    """∫ over s > far of e^(-s/scale)/scale times 1, s + loc and (s + loc)²: an exponential law's tail, moved by loc."""
    if not far > 0:
        return EVERYTHING
    mass = (-far / scale).exp()
    first = mass * (far + scale)
    second = mass * (far * far + 2 * far * scale + 2 * scale * scale)
    linear = first + loc * mass
    return Moments(mass, linear, second + 2 * loc * first + loc * loc * mass, linear)


def _student(density) -> tuple[arb, arb, arb, arb]:
    """ν, location, scale, and the density's factor: p = factor/scale · (1 + u²/ν)^(-(ν+1)/2)."""
    df = exact(density.df) if isinstance(density, StudentT) else arb(1)
    factor = ((df + 1) / 2).gamma() / ((df / 2).gamma() * (df * arb.pi()).sqrt())
    return df, exact(density.loc), exact(density.scale), factor


def _power(density, T: arb) -> Moments:
    """p <= factor/scale · (u²/ν)^(-(ν+1)/2), and for |x| > T > 2|loc| + scale, |x| <= 2 s u and log(1 + |x|) <= 2 (1 + |x|)^(ν/2)/ν."""
    df, loc, scale, factor = _student(density)
    if not T > 2 * abs(loc) + scale + 1:
        return EVERYTHING
    u = (T - abs(loc)) / scale
    amount = 2 * factor * df ** ((df + 1) / 2)

    def integral(power: arb) -> arb:
        """2 ∫ beyond u of factor ν^((ν+1)/2) v^(power - ν - 1) dv."""
        return amount * u ** (power - df) / (df - power) if power < df else arb("inf")

    logarithm = 2 / df * (4 * scale) ** (df / 2) * integral(df / 2)
    return Moments(integral(ZERO), 2 * scale * integral(arb(1)), (2 * scale) ** 2 * integral(arb(2)), logarithm)


def envelope(density) -> Envelope:
    """Raises ``NotImplementedError`` where there is none of this form."""
    if not np.isinf(density.support).any():
        return Envelope(ZERO, ZERO, ZERO, ZERO)  # nothing of it is beyond T
    if isinstance(density, Mixture):
        weight, part = max(parts_of(density), key=lambda one: (np.isinf(one[1].support).sum(), -decay(one[1]), -one[1].tail_index))
        if not np.array_equal(np.isinf(part.support), np.isinf(density.support)):
            raise NotImplementedError(f"A mixture must have one part that reaches as far as all do. Got {density!r}.")
        constant, *rest = envelope(part)
        # p lies between its heaviest part and the sum of all parts' heights.
        return Envelope(constant + abs(exact(weight).log()) + abs(height_beyond_1(density).log()), *rest)
    if isinstance(density, Normal | TruncatedNormal):
        loc, scale = exact(density.loc), exact(density.scale)
        kept = abs(_kept(density).log()) if isinstance(density, TruncatedNormal) else ZERO
        return Envelope(abs((scale * (2 * arb.pi()).sqrt()).log()) + kept + (loc / scale) ** 2, ZERO, 1 / scale**2, ZERO)
    if isinstance(density, Laplace):
        loc, scale = exact(density.loc), exact(density.scale)
        return Envelope(abs((2 * scale).log()) + abs(loc) / scale, 1 / scale, ZERO, ZERO)
    if isinstance(density, Exponential):
        return Envelope(abs(exact(density.rate).log()), exact(density.rate), ZERO, ZERO)
    if isinstance(density, Cauchy | StudentT):
        df, loc, scale, factor = _student(density)
        moved = (1 + abs(loc)).log() + (1 + 1 / (scale * df.sqrt())).log()
        return Envelope(abs((factor / scale).log()) + (df + 1) * moved, ZERO, ZERO, df + 1)
    raise NotImplementedError(f"A density must be one of a known family, for its tails. Got {density!r}.")


def decay(density) -> float:
    """An n such that -log p grows no slower than |x|^n where it grows; 0 for a power tail, inf for a bounded support."""
    if isinstance(density, Mixture):
        return min(decay(part) for _, part in parts_of(density))
    if not np.isinf(density.support).any():
        return np.inf
    return 2.0 if isinstance(density, Normal | TruncatedNormal) else 1.0 if isinstance(density, Laplace | Exponential) else 0.0


def height_beyond_1(density) -> arb:
    """Of |x| > 1, where nothing of a Beta is."""
    if isinstance(density, Mixture):
        return sum((exact(weight) * height_beyond_1(part) for weight, part in parts_of(density)), ZERO)
    return ZERO if isinstance(density, Beta) else height(density)


def height(density) -> arb:
    """No less than the largest value of a density. Raises ``NotImplementedError`` for one of which none is known."""
    if isinstance(density, Mixture):
        return sum((exact(weight) * height(part) for weight, part in parts_of(density)), ZERO)
    if isinstance(density, Normal):
        return 1 / (exact(density.scale) * (2 * arb.pi()).sqrt())
    if isinstance(density, TruncatedNormal):
        return 1 / (exact(density.scale) * (2 * arb.pi()).sqrt() * _kept(density))
    if isinstance(density, Laplace):
        return 1 / (2 * exact(density.scale))
    if isinstance(density, Exponential):
        return exact(density.rate)
    if isinstance(density, Cauchy | StudentT):
        _, _, scale, factor = _student(density)
        return factor / scale
    if isinstance(density, Uniform | Histogram):
        edges = [exact(edge) for edge in density.breakpoints]
        return max((1 / (high - low) for low, high in itertools.pairwise(edges)), key=float).upper() * 2  # no bin holds much more than 1
    raise NotImplementedError(f"A density must be of a family whose height is known. Got {density!r}.")
