"""Pairs of densities by coordinates: nearly equal, extreme, random, and the neighbours of each, to attack a claim about all pairs with."""

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from gantheory.distributions.law import Law
from gantheory.distributions.text import parse

FARTHEST = 50.0  # largest coordinate of a place
LARGEST = 9.0  # largest logarithm of a scale, a shape or a ratio of masses
NEAR = (0.1, 1e-3)  # distances of nearly equal densities, in one coordinate
SPREAD = 1.5  # standard deviation of a random coordinate


def _place(x: float) -> float:
    return _short(np.clip(x, -FARTHEST, FARTHEST))


def _positive(log: float, largest: float = LARGEST) -> float:
    return _short(math.exp(np.clip(log, -largest, largest)))


def _short(x: float) -> float:
    """Rounded, so that the density is the one that its text says."""
    return float(f"{x + 0.0:.6g}")


def _uniform(middle: float, log_half: float) -> str:
    middle, half = _place(middle), _positive(log_half) / 2
    return f"Uniform({_short(middle - half)!r}, {_short(middle + half)!r})"


def _histogram(first: float, second: float) -> str:
    weights = [_positive(first), _positive(second), 1.0]
    low, high = (round(weight / sum(weights), 9) for weight in weights[:2])
    return f"Histogram([0, 1, 2, 3], [{low!r}, {high!r}, {round(1 - low - high, 9)!r}])"


def _mixture(log_odds: float, apart: float, log_scale: float) -> str:
    odds = _positive(log_odds)
    most, rest = round(odds / (1 + odds), 9), round(1 / (1 + odds), 9)
    return f"Mixture([{most!r}, {rest!r}], [Normal(0, 1), Normal({_place(4 + apart)!r}, {_positive(log_scale)!r})])"


# A family's number of coordinates, and the density at some, in text. All are moderate at 0.
FAMILIES: dict[str, tuple[int, Callable[..., str]]] = {
    "Normal": (2, lambda x, s: f"Normal({_place(x)!r}, {_positive(s)!r})"),
    "Laplace": (2, lambda x, s: f"Laplace({_place(x)!r}, {_positive(s)!r})"),
    "Uniform": (2, _uniform),
    "Histogram": (2, _histogram),
    "Exponential": (1, lambda s: f"Exponential({_positive(s)!r})"),
    "Beta": (2, lambda a, b: f"Beta({_positive(a, 2.0)!r}, {_positive(b, 2.0)!r})"),
    "Mixture": (3, _mixture),
    "Cauchy": (2, lambda x, s: f"Cauchy({_place(x)!r}, {_positive(s)!r})"),
    "StudentT": (3, lambda df, x, s: f"StudentT({_positive(1 + df, 3.0)!r}, {_place(x)!r}, {_positive(s)!r})"),
}


class Pair(NamedTuple):
    """A density of each of two families, by coordinates: p's, and then q's."""

    p: str
    q: str
    at: tuple[float, ...]

    @property
    def texts(self) -> tuple[str, str]:
        """Both as expressions, which the command line takes too."""
        (size, p), (_, q) = FAMILIES[self.p], FAMILIES[self.q]
        at = [float(x) for x in self.at]
        return p(*at[:size]), q(*at[size:])

    def densities(self) -> tuple[Law, Law]:
        """p and q."""
        p, q = map(parse, self.texts)
        return p, q

    def moved(self, coordinate: int, step: float) -> "Pair":
        """The pair with one coordinate changed."""
        return self._replace(at=tuple(x + step if i == coordinate else x for i, x in enumerate(self.at)))

    def __str__(self) -> str:
        return "p = {}, q = {}".format(*self.texts)


def nearly_equal() -> Iterator[Pair]:
    """Densities that differ in one parameter by little: the nearest come last."""
    for near in NEAR:
        for name, (size, _) in FAMILIES.items():
            for coordinate in range(size):
                yield Pair(name, name, (0.0,) * 2 * size).moved(size + coordinate, near)


# Far apart, of very different scales, with tails of different kinds, touching supports, and nearly no mass where the other has some.
_EXTREME = (
    Pair("Normal", "Normal", (0, 0, 30, 0)),
    Pair("Normal", "Normal", (0, 0, 0, 7)),
    Pair("Normal", "Laplace", (0, 0, 0, -9)),
    Pair("Normal", "Cauchy", (0, 0, 0, 0)),
    Pair("Cauchy", "StudentT", (0, 7, 2, 0, 0)),
    Pair("Uniform", "Uniform", (0, 0, 0, 1e-4)),
    Pair("Uniform", "Uniform", (0, 0, 0.9999, 0)),
    Pair("Uniform", "Uniform", (0, 0, 0, 7)),
    Pair("Uniform", "Normal", (0, -9, 0, 0)),
    Pair("Exponential", "Exponential", (0, 8)),
    Pair("Beta", "Beta", (-2, -2, 2, 2)),
    Pair("Histogram", "Histogram", (-9, 0, 9, 0)),
    Pair("Histogram", "Histogram", (9, -9, -9, 9)),
    Pair("Mixture", "Normal", (9, 40, 0, 0, 0)),
)


def extreme() -> Iterator[Pair]:
    """Each of a few hard pairs, both ways round."""
    for pair in _EXTREME:
        yield pair
        size = FAMILIES[pair.p][0]
        yield Pair(pair.q, pair.p, pair.at[size:] + pair.at[:size])


def random(count: int, seed: int = 0) -> Iterator[Pair]:
    """Of any two families, at random coordinates: the same for the same seed."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        p, q = (str(name) for name in rng.choice(list(FAMILIES), 2))
        yield Pair(p, q, tuple(SPREAD * rng.standard_normal(FAMILIES[p][0] + FAMILIES[q][0])))
