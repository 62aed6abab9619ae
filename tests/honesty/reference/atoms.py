"""Atoms: the parts of a density, each analytic inside its support."""

from collections.abc import Callable
from dataclasses import dataclass

import gmpy2
from gmpy2 import exp, log, mpfr, mpq, sqrt

INF = float("inf")

Function = Callable[[mpfr, mpfr], mpfr]  # density as a function of x and y = 1 - x


@dataclass(frozen=True)
class Atom:
    """A part of a density: its support and its exact weight."""

    low: float
    high: float
    weight: mpq

    def function(self) -> Function:
        """The atom as a function of x and y = 1 - x, at the present precision; it need not vanish outside the support."""
        raise NotImplementedError

    def place(self) -> float:
        """A point at the atom's centre."""
        return (self.low + self.high) / 2

    def scaling(self) -> tuple[float, float, tuple[float, ...]]:
        """(location, scale, distances from the location, in scales, at which panels should begin)."""
        raise NotImplementedError


@dataclass(frozen=True)
class Constant(Atom):
    height: mpq


@dataclass(frozen=True)
class Exponential(Atom):
    """height · exp((x - loc) · rate); the rate is negative on a right tail."""

    height: mpq
    loc: mpq
    rate: mpq

    def function(self) -> Function:
        height, loc, rate = map(mpfr, (self.height, self.loc, self.rate))
        return lambda x, y: height * exp((x - loc) * rate)

    def log(self, x: mpfr) -> mpfr:
        """The logarithm, also where the exponential underflows."""
        height, loc, rate = map(mpfr, (self.height, self.loc, self.rate))
        return log(height) + (x - loc) * rate

    def place(self) -> float:
        return float(self.loc)

    def scaling(self) -> tuple[float, float, tuple[float, ...]]:
        return float(self.loc), float(1 / self.rate), (-2.5, -9, -30, -90, -250)


@dataclass(frozen=True)
class Gaussian(Atom):
    """A normal density, truncated if its support is finite."""

    loc: float
    scale: float

    def function(self) -> Function:
        loc, scale = mpfr(self.loc), mpfr(self.scale)
        height = self._height(scale)
        if self.low > -INF:
            height /= normal_mass((mpfr(self.low) - loc) / scale, (mpfr(self.high) - loc) / scale)
        factor = -1 / (2 * scale * scale)

        def gaussian(x, y):
            z = x - loc
            return height * exp(z * z * factor)

        return gaussian

    def _height(self, scale: mpfr) -> mpfr:
        return mpfr(self.weight) / (scale * sqrt(2 * gmpy2.const_pi()))

    def log(self, x: mpfr) -> mpfr:
        """The logarithm of a normal density that is not truncated, also where the exponential underflows."""
        loc, scale = mpfr(self.loc), mpfr(self.scale)
        return log(self._height(scale)) - ((x - loc) / scale) ** 2 / 2

    def place(self) -> float:
        return self.loc

    def scaling(self) -> tuple[float, float, tuple[float, ...]]:
        return self.loc, self.scale, (-26, -15, -9, -5, -2, 0, 2, 5, 9, 15, 26)


@dataclass(frozen=True)
class Power(Atom):
    """Student's t density; Cauchy's if df = 1."""

    df: float
    loc: float
    scale: float

    def function(self) -> Function:
        df, loc, scale = map(mpfr, (self.df, self.loc, self.scale))
        factor = 1 / (df * scale * scale)
        if df == 1:
            return self._cauchy(loc, scale, factor)
        half = (df + 1) / 2
        height = mpfr(self.weight) * gmpy2.gamma(half) / (gmpy2.gamma(df / 2) * sqrt(df * gmpy2.const_pi()) * scale)

        def student(x, y):
            z = x - loc
            return height * exp(-half * log(1 + z * z * factor))

        return student

    def _cauchy(self, loc: mpfr, scale: mpfr, factor: mpfr) -> Function:
        height = mpfr(self.weight) / (gmpy2.const_pi() * scale)

        def cauchy(x, y):
            z = x - loc
            return height / (1 + z * z * factor)

        return cauchy

    def place(self) -> float:
        return self.loc

    def scaling(self) -> tuple[float, float, tuple[float, ...]]:
        return self.loc, self.scale, (-12, -4, -1.5, 0, 1.5, 4, 12)


@dataclass(frozen=True)
class Beta(Atom):
    a: float
    b: float

    def function(self) -> Function:
        a, b = mpfr(self.a), mpfr(self.b)
        height = mpfr(self.weight) * gmpy2.gamma(a + b) / (gmpy2.gamma(a) * gmpy2.gamma(b))
        a, b = a - 1, b - 1
        return lambda x, y: height * exp(a * log(x) + b * log(y))

    def scaling(self) -> tuple[float, float, tuple[float, ...]]:
        return 0.5, 0.25, (-1, 0, 1)


def normal_mass(low: mpfr, high: mpfr) -> mpfr:
    """Mass of the standard normal between low and high, computed in the tail that contains both if one does."""
    if low > 0:
        low, high = -high, -low
    root = sqrt(mpfr(2))
    return (gmpy2.erfc(-high / root) - gmpy2.erfc(-low / root)) / 2
