"""The tails of densities: moments beyond ±T and envelopes of |log p| as data, and the tails of each shape, bounded in balls."""

from typing import NamedTuple

from flint import arb

ZERO = arb(0)


class Moments(NamedTuple):
    """Upper bounds of ∫ over |x| > T of p, p|x|, p x² and p log(1 + |x|)."""

    mass: arb
    first: arb
    second: arb
    logarithm: arb

    def scaled(self, by: arb) -> "Moments":
        """All four bounds multiplied by a number."""
        return Moments(*(by * one for one in self))


NOTHING = Moments(ZERO, ZERO, ZERO, ZERO)
EVERYTHING = Moments(*[arb("inf")] * 4)  # T is not far enough out for a bound


class Envelope(NamedTuple):
    """|log p(x)| <= constant + linear |x| + square x² + logarithm log(1 + |x|), wherever p > 0 and |x| > 1."""

    constant: arb = ZERO
    linear: arb = ZERO
    square: arb = ZERO
    logarithm: arb = ZERO

    def plus(self, other: "Envelope") -> "Envelope":
        """The sum of two envelopes, which bounds the sum of the two functions."""
        return Envelope(*(ZERO + one + two for one, two in zip(self, other, strict=True)))

    def weighed(self, m: Moments) -> arb:
        """∫ over |x| > T of p times the envelope. An infinite moment counts only where its coefficient is not 0."""
        if not m.mass.is_finite():
            return arb("inf")
        return sum((c * k for c, k in zip(self, (m.mass, m.first, m.second, m.logarithm), strict=True) if not c == 0), ZERO)


class PowerTail(NamedTuple):
    """Student's t: p = factor/scale · (1 + u²/ν)^(-(ν+1)/2) with u = (x - loc)/scale and ν = df."""

    df: arb
    loc: arb
    scale: arb

    @property
    def factor(self) -> arb:
        return ((self.df + 1) / 2).gamma() / ((self.df / 2).gamma() * (self.df * arb.pi()).sqrt())

    def moments(self, T: arb) -> Moments:
        """p <= factor/scale · (u²/ν)^(-(ν+1)/2), and for |x| > T > 2|loc| + scale, |x| <= 2 s u and log(1 + |x|) <= 2 (1 + |x|)^(ν/2)/ν."""
        df, loc, scale = self
        if not T > 2 * abs(loc) + scale + 1:
            return EVERYTHING
        u = (T - abs(loc)) / scale
        amount = 2 * self.factor * df ** ((df + 1) / 2)

        def integral(power: arb) -> arb:
            """2 ∫ beyond u of factor ν^((ν+1)/2) v^(power - ν - 1) dv."""
            return amount * u ** (power - df) / (df - power) if power < df else arb("inf")

        logarithm = 2 / df * (4 * scale) ** (df / 2) * integral(df / 2)
        return Moments(integral(ZERO), 2 * scale * integral(arb(1)), (2 * scale) ** 2 * integral(arb(2)), logarithm)

    @property
    def envelope(self) -> Envelope:
        df, loc, scale = self
        moved = (1 + abs(loc)).log() + (1 + 1 / (scale * df.sqrt())).log()
        return Envelope(constant=abs((self.factor / scale).log()) + (df + 1) * moved, logarithm=df + 1)


def gaussian_moments(loc: arb, scale: arb, T: arb) -> Moments:
    """|x| > T has |x - loc| > T - |loc|: two tails of a standard Gaussian beyond u, whose moments are given by erfc and φ."""
    far = T - abs(loc)
    if not far > 0:
        return EVERYTHING
    u = far / scale
    density = (-u * u / 2).exp() / (2 * arb.pi()).sqrt()
    mass = (u / arb(2).sqrt()).erfc()
    first, second = 2 * density * scale, scale * scale * (mass + 2 * u * density)
    linear = first + abs(loc) * mass
    return Moments(mass, linear, second + 2 * abs(loc) * first + loc * loc * mass, linear)


def exponential_moments(far: arb, scale: arb, loc: arb) -> Moments:
    """∫ over s > far of e^(-s/scale)/scale times 1, s + loc and (s + loc)²: an exponential law's tail, moved by loc."""
    if not far > 0:
        return EVERYTHING
    mass = (-far / scale).exp()
    first = mass * (far + scale)
    second = mass * (far * far + 2 * far * scale + 2 * scale * scale)
    linear = first + loc * mass
    return Moments(mass, linear, second + 2 * loc * first + loc * loc * mass, linear)
