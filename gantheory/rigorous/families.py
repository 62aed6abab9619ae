"""What proofs use of each family of densities on the line: one function a fact, with one implementation a family.

A fact that is not known of a family is a ``NotImplementedError`` that names both. Facts about singular ends are in ``ends``.
"""

import itertools
import math
from functools import singledispatch

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
    Logistic,
    Mixture,
    Normal,
    StudentT,
    TruncatedNormal,
    Uniform,
)
from gantheory.distributions.line.external import External
from gantheory.rigorous.balls import exact, log_normal_mass
from gantheory.rigorous.tails import EVERYTHING, NOTHING, ZERO, Envelope, Moments, PowerTail, exponential_moments, gaussian_moments


def _unknown(fact: str, density: Density) -> NotImplementedError:
    return NotImplementedError(f"A density must be one whose {fact} is known. Got {type(density).__name__}.")


def _is_bounded(density: Density) -> bool:
    return not np.isinf(density.support).any()


def parts_of(mixture: Mixture) -> list[tuple[arb, Density]]:
    """The parts of a mixture with their weights, as the doubles that they are."""
    parts = mixture.components
    if isinstance(parts, Density):  # one density with a batch of parameters
        count = parts.batch_shape[-1]
        spread = parts.spread((count,))
        parts = [jax.tree.map(lambda leaf, i=i: leaf[i], spread) for i in range(count)]
    return list(zip(map(exact, mixture.weights), parts, strict=True))


def is_by_theorem(density: Density) -> bool:
    """Whether a density is made of the library's families alone."""
    if isinstance(density, Mixture):
        return all(is_by_theorem(part) for _, part in parts_of(density))
    return not isinstance(density, External)


@singledispatch
def _kept(density: Density) -> arb:
    """The mass that a Gaussian has between the ends of its truncation: Φ at the upper end less Φ at the lower."""
    raise _unknown("truncation", density)


@_kept.register
def _(density: Normal) -> arb:
    return arb(1)


@_kept.register
def _(density: TruncatedNormal) -> arb:
    loc, scale = exact(density.loc), exact(density.scale)
    low, high = (acb(arb(end) if np.isinf(end) else (exact(end) - loc) / scale) for end in (float(density.low), float(density.high)))
    return log_normal_mass(low, high).exp().real


@singledispatch
def _power_tail(density: Density) -> PowerTail:
    raise _unknown("power tail", density)


@_power_tail.register
def _(density: Cauchy) -> PowerTail:
    return PowerTail(arb(1), exact(density.loc), exact(density.scale))


@_power_tail.register
def _(density: StudentT) -> PowerTail:
    return PowerTail(exact(density.df), exact(density.loc), exact(density.scale))


@singledispatch
def whole_mass(density: Density) -> arb:
    """The density's integral over the line: 1, or what its weights or masses, as the doubles that they are, add up to."""
    raise _unknown("mass", density)


@whole_mass.register
def _(density: Normal | Uniform | Laplace | Logistic | Exponential | Cauchy | StudentT | Beta | TruncatedNormal) -> arb:
    return arb(1)


@whole_mass.register
def _(density: Histogram) -> arb:
    return sum(map(exact, density.masses), ZERO)


@whole_mass.register
def _(density: Mixture) -> arb:
    return sum((weight * whole_mass(part) for weight, part in parts_of(density)), ZERO)


@singledispatch
def mass_between(density: Density, low: arb, high: arb) -> arb | None:
    """P(low < X < high) by a formula, for low < high; None for a family that has none here, and is integrated."""
    return None


@mass_between.register
def _(density: Normal, low: arb, high: arb) -> arb | None:
    loc, root = exact(density.loc), exact(density.scale) * arb(2).sqrt()
    a, b = (low - loc) / root, (high - loc) / root
    return ((a.erfc() - b.erfc()) if a + b > 0 else ((-b).erfc() - (-a).erfc())) / 2


@mass_between.register
def _(density: Uniform, low: arb, high: arb) -> arb | None:
    first, last = map(exact, density.support)
    return (high.max(first).min(last) - low.max(first).min(last)) / (last - first)


@mass_between.register
def _(density: Beta, low: arb, high: arb) -> arb | None:
    a, b = exact(density.a), exact(density.b)
    below = [end.max(arb(0)).min(arb(1)).beta_lower(a, b, regularized=True) for end in (low, high)]
    return below[1] - below[0]


@mass_between.register
def _(density: Mixture, low: arb, high: arb) -> arb | None:
    total = ZERO
    for weight, part in parts_of(density):
        mass = mass_between(part, low, high)
        if mass is None:
            return None
        total += weight * mass
    return total


@singledispatch
def moments(density: Density, T: arb) -> Moments:
    """Of the mass beyond ±T, T >= 1: upper bounds, infinite where T is not far enough out."""
    if not _is_bounded(density):
        raise _unknown("moments", density)
    return NOTHING if all(abs(exact(end)) <= T for end in density.support) else EVERYTHING


@moments.register
def _(density: Normal | TruncatedNormal, T: arb) -> Moments:
    if _is_bounded(density):
        return moments.dispatch(Density)(density, T)
    return gaussian_moments(exact(density.loc), exact(density.scale), T).scaled(1 / _kept(density))


@moments.register
def _(density: Laplace, T: arb) -> Moments:
    return exponential_moments(T - abs(exact(density.loc)), exact(density.scale), abs(exact(density.loc)))


@moments.register
def _(density: Logistic, T: arb) -> Moments:
    """p <= e^(-|x - loc|/scale)/scale, which is twice the density of a Laplace law."""
    loc, scale = exact(density.loc), exact(density.scale)
    return exponential_moments(T - abs(loc), scale, abs(loc)).scaled(arb(2))


@moments.register
def _(density: Exponential, T: arb) -> Moments:
    return exponential_moments(T, 1 / exact(density.rate), ZERO)


@moments.register
def _(density: Cauchy | StudentT, T: arb) -> Moments:
    return _power_tail(density).moments(T)


@moments.register
def _(density: Mixture, T: arb) -> Moments:
    parts = [moments(part, T).scaled(weight) for weight, part in parts_of(density)]
    return Moments(*(sum(column, ZERO) for column in zip(*parts, strict=True)))


@singledispatch
def envelope(density: Density) -> Envelope:
    """A bound of |log p| far out; 0 for a bounded density, none of which is there. A family whose log p falls faster than x² has none."""
    if not _is_bounded(density):
        raise _unknown("envelope", density)
    return Envelope()


@envelope.register
def _(density: Normal | TruncatedNormal) -> Envelope:
    if _is_bounded(density):
        return Envelope()
    loc, scale = exact(density.loc), exact(density.scale)
    norm = abs((scale * (2 * arb.pi()).sqrt()).log()) + abs(_kept(density).log())
    return Envelope(constant=norm + (loc / scale) ** 2, square=1 / scale**2)


@envelope.register
def _(density: Laplace) -> Envelope:
    loc, scale = exact(density.loc), exact(density.scale)
    return Envelope(constant=abs((2 * scale).log()) + abs(loc) / scale, linear=1 / scale)


@envelope.register
def _(density: Logistic) -> Envelope:
    """|log p| <= |x - loc|/scale + 2 log 2 + |log scale|."""
    loc, scale = exact(density.loc), exact(density.scale)
    return Envelope(constant=abs(scale.log()) + arb(4).log() + abs(loc) / scale, linear=1 / scale)


@envelope.register
def _(density: Exponential) -> Envelope:
    return Envelope(constant=abs(exact(density.rate).log()), linear=exact(density.rate))


@envelope.register
def _(density: Cauchy | StudentT) -> Envelope:
    return _power_tail(density).envelope


@envelope.register
def _(density: Mixture) -> Envelope:
    """p lies between its heaviest part, which must reach as far as all do, and the sum of all parts' heights."""
    if _is_bounded(density):
        return Envelope()
    parts = parts_of(density)
    weight, part = max(parts, key=lambda one: (np.isinf(one[1].support).sum(), -decay(one[1]), -one[1].tail_index))
    if not np.array_equal(np.isinf(part.support), np.isinf(density.support)):
        families = ", ".join(type(part).__name__ for _, part in parts)
        raise NotImplementedError(f"A mixture must have one part that reaches as far as all do. Got parts {families}.")
    of_part = envelope(part)
    return of_part._replace(constant=of_part.constant + abs(weight.log()) + abs(height_beyond_1(density).log()))


@singledispatch
def decay(density: Density) -> float:
    """An n such that -log p grows at least like |x|^n, in the heavier tail; 0 for a power tail, inf for a bounded support."""
    if not _is_bounded(density):
        raise _unknown("decay", density)
    return math.inf


@decay.register
def _(density: Normal | TruncatedNormal) -> float:
    return math.inf if _is_bounded(density) else 2.0


@decay.register
def _(density: Laplace | Logistic | Exponential) -> float:
    return 1.0


@decay.register
def _(density: Cauchy | StudentT) -> float:
    return 0.0


@decay.register
def _(density: Mixture) -> float:
    return min(decay(part) for _, part in parts_of(density))


@singledispatch
def height(density: Density) -> arb:
    """An upper bound of the density."""
    raise _unknown("height", density)


@height.register
def _(density: Normal) -> arb:
    return 1 / (exact(density.scale) * (2 * arb.pi()).sqrt())


@height.register
def _(density: TruncatedNormal) -> arb:
    return 1 / (exact(density.scale) * (2 * arb.pi()).sqrt() * _kept(density))


@height.register
def _(density: Laplace) -> arb:
    return 1 / (2 * exact(density.scale))


@height.register
def _(density: Logistic) -> arb:
    return 1 / (4 * exact(density.scale))


@height.register
def _(density: Exponential) -> arb:
    return exact(density.rate)


@height.register
def _(density: Cauchy | StudentT) -> arb:
    tail = _power_tail(density)
    return tail.factor / tail.scale


@height.register
def _(density: Uniform | Histogram) -> arb:
    edges = [exact(edge) for edge in density.breakpoints]
    highest = ZERO
    for low, high in itertools.pairwise(edges):
        highest = highest.max((2 / (high - low)).upper())  # no bin holds a mass of 2
    return highest


@height.register
def _(density: Mixture) -> arb:
    return sum((weight * height(part) for weight, part in parts_of(density)), ZERO)


@singledispatch
def height_beyond_1(density: Density) -> arb:
    """An upper bound of the density where |x| > 1."""
    return height(density)


@height_beyond_1.register
def _(density: Beta) -> arb:
    return ZERO


@height_beyond_1.register
def _(density: Mixture) -> arb:
    """The weighted sum of the parts' bounds."""
    return sum((weight * height_beyond_1(part) for weight, part in parts_of(density)), ZERO)
