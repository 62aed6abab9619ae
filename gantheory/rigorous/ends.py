"""Next to an end at which a density may be infinite, or not analytic: p = s^power · e^constant at a distance s from it."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from flint import acb, arb

from gantheory.distributions import Beta, Density, Mixture
from gantheory.rigorous.balls import UndecidedError, exact, log_beta
from gantheory.rigorous.integral import log_density
from gantheory.rigorous.tails import parts_of

WIDEST = arb(2) ** -4  # of what is left out next to an end
LEAST = arb(2) ** -100_000


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


def near(density: Density, point: arb, sign: int, reach: arb) -> Near | None:
    """Of a density on the side of x < point or x > point that ``sign`` says; None if it is 0 there."""
    if isinstance(density, Mixture):
        parts = [(exact(weight), near(part, point, sign, reach)) for weight, part in parts_of(density)]
        return _sum([(weight, part) for weight, part in parts if part is not None], reach)
    if isinstance(density, Beta) and (point == 0 or point == 1):
        if (point == 0) is not (sign > 0):
            return None
        here, there = (density.a, density.b) if sign > 0 else (density.b, density.a)
        faded = (rational(Fraction(float(there)) - 1) * (1 - reach).log()).union(arb(0))  # (1 - s)^(there - 1)
        return Near(Fraction(float(here)) - 1, faded - log_beta(acb(exact(density.a)), acb(exact(density.b))).real)
    beside = point + sign * reach
    log_p = log_density(density).on(*((point, beside) if sign > 0 else (beside, point)))
    if log_p is None:
        return None
    constant = log_p(acb(point.union(beside)), False).real
    if not constant.is_finite():
        raise UndecidedError(f"a density could not be bounded next to {float(point):.6g}")
    return Near(Fraction(0), constant)


def _sum(parts: list[tuple[arb, Near]], reach: arb) -> Near | None:
    """Σ w s^k e^c, with the least power, that of the largest, taken out."""
    if not parts:
        return None
    least = min(part.power for _, part in parts)
    total = arb(0)
    for weight, (power, constant) in parts:
        fading = arb(1) if power == least else (reach ** rational(power - least)).union(arb(0))
        total += weight * constant.exp() * fading
    return Near(least, total.log())


def rational(number: Fraction) -> arb:
    """As a ball."""
    return arb(number.numerator) / number.denominator


def without_ends(low: arb, high: arb, laws: Sequence[Density], inside: Callable[..., arb], tolerance: arb) -> tuple[arb, arb, arb]:
    """The stretch less what is next to its ends where a law is not analytic; and the integral over that, which ``inside`` knows.

    ``inside(width, *near)`` is of the laws' ``Near`` at one end; the width is such that it is less than an eighth of the tolerance.
    """
    singular = {exact(end) for law in laws for end in singular_ends(law)}
    reach, found = ((high - low) / 4).min(WIDEST), arb(0)
    ends = []
    for end, sign in ((low, 1), (high, -1)):
        if any(end == point for point in singular):
            width, there = reach, [near(law, end, sign, reach) for law in laws]
            while not abs(part := inside(width, *there)) < tolerance / 8:
                width = width / 16
                if width < LEAST:
                    raise UndecidedError(f"too much mass is next to {float(end):.6g}")
            found, end = found + part, end + sign * width
        ends.append(end)
    return ends[0], ends[1], found


def singular_ends(density: Density) -> list[float]:
    """Where a density may be infinite, or not analytic in x: the ends of a Beta."""
    if isinstance(density, Mixture):
        return sorted({end for _, part in parts_of(density) for end in singular_ends(part)})
    return [0.0, 1.0] if isinstance(density, Beta) else []


def powers_at_ends(density: Density) -> list[float]:
    """The a, b of every Beta: how its mass next to an end goes with the distance."""
    if isinstance(density, Mixture):
        return [power for _, part in parts_of(density) for power in powers_at_ends(part)]
    return [float(density.a), float(density.b)] if isinstance(density, Beta) else []
