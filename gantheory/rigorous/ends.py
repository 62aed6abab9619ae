"""Singular ends, family by family: p = s^power · e^constant at the distance s from a point where p may be infinite or not analytic."""

from fractions import Fraction
from functools import singledispatch
from typing import NamedTuple

from flint import acb, arb

from gantheory.distributions import Beta, Density, Mixture
from gantheory.rigorous.balls import UndecidedError, exact, log_beta
from gantheory.rigorous.families import parts_of
from gantheory.rigorous.integration import log_density


class Near(NamedTuple):
    """A density at the distances 0 < s < reach <= ½ on one side of a point. The constant is a ball: it may vary with s."""

    power: Fraction
    constant: arb

    def mass(self, width: arb) -> arb:
        """∫ p ds over 0 < s < width."""
        above = rational(self.power + 1)
        return self.constant.exp() * width**above / above

    def logarithm(self, width: arb) -> arb:
        """∫ p log s ds over 0 < s < width."""
        return self.mass(width) * (width.log() - 1 / rational(self.power + 1))


def _sum(parts: list[tuple[arb, Near]], reach: arb) -> Near | None:
    """Σ w s^k e^c as one ``Near``, the least power k, that of the largest term, taken out; None if there are no parts."""
    if not parts:
        return None
    least = min(part.power for _, part in parts)
    total = arb(0)
    for weight, (power, constant) in parts:
        fading = arb(1) if power == least else (reach ** rational(power - least)).union(arb(0))
        total += weight * constant.exp() * fading
    return Near(least, total.log())


def rational(number: Fraction) -> arb:
    """A fraction as a ball."""
    return arb(number.numerator) / number.denominator


@singledispatch
def singular_ends(density: Density) -> list[float]:
    """Points at which the density may be infinite, or not analytic in x: the ends of a Beta."""
    return []


@singular_ends.register
def _(density: Beta) -> list[float]:
    return [0.0, 1.0]


@singular_ends.register
def _(density: Mixture) -> list[float]:
    return sorted({end for _, part in parts_of(density) for end in singular_ends(part)})


@singledispatch
def powers_at_ends(density: Density) -> list[float]:
    """The powers of the distance by which the mass next to singular ends grows: the a and b of every Beta."""
    return []


@powers_at_ends.register
def _(density: Beta) -> list[float]:
    return [float(density.a), float(density.b)]


@powers_at_ends.register
def _(density: Mixture) -> list[float]:
    return [power for _, part in parts_of(density) for power in powers_at_ends(part)]


@singledispatch
def near(density: Density, point: arb, sign: int, reach: arb) -> Near | None:
    """The density within ``reach`` of a point, on the side above it (sign 1) or below it (-1); None if it is 0 there."""
    beside = point + sign * reach
    log_p = log_density(density).on(*((point, beside) if sign > 0 else (beside, point)))
    if log_p is None:
        return None
    constant = log_p(acb(point.union(beside)), False).real
    if not constant.is_finite():
        raise UndecidedError(f"a density could not be bounded next to {float(point):.6g}")
    return Near(Fraction(0), constant)


@near.register
def _(density: Beta, point: arb, sign: int, reach: arb) -> Near | None:
    if not (point == 0 or point == 1):
        return near.dispatch(Density)(density, point, sign, reach)
    if (point == 0) is not (sign > 0):
        return None
    here, there = (density.a, density.b) if sign > 0 else (density.b, density.a)
    faded = (rational(Fraction(float(there)) - 1) * (1 - reach).log()).union(arb(0))  # log of (1 - s)^(there - 1)
    return Near(Fraction(float(here)) - 1, faded - log_beta(acb(exact(density.a)), acb(exact(density.b))).real)


@near.register
def _(density: Mixture, point: arb, sign: int, reach: arb) -> Near | None:
    """The weighted sum of the parts that are not 0 there."""
    parts = [(weight, near(part, point, sign, reach)) for weight, part in parts_of(density)]
    return _sum([(weight, part) for weight, part in parts if part is not None], reach)
