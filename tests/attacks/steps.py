"""Densities that are constant between breaks, and generators that are straight between knots: truths as sums, exact to fifty digits.

Slivers lie next to breakpoints, ends and knots, as thin as doubles allow, where a proof by samples sees nothing.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import jax.numpy as jnp
import mpmath
import numpy as np
from mpmath import mpf

import gantheory as gt
from attacks import lines
from attacks.case import Case
from attacks.judge import INFINITE, Truth, within

Step = tuple[Fraction, Fraction, Any]  # (low, high, mass), the mass spread evenly; an atom where low = high


def merged(p: Sequence[Step], q: Sequence[Step]) -> list[tuple[mpf, mpf]]:
    """The masses of both on the cells of all their ends, and on their atoms."""
    ends = sorted({end for low, high, _ in (*p, *q) for end in (low, high)})
    atoms = sorted({low for low, high, _ in (*p, *q) if low == high})
    cells = [*itertools.pairwise(ends), *((at, at) for at in atoms)]

    def mass(steps: Sequence[Step], low: Fraction, high: Fraction) -> Any:
        if low == high:
            return sum((m for a, b, m in steps if a == b == low), mpf(0))
        shares = (m * exact_number((high - low) / (b - a)) for a, b, m in steps if a <= low and high <= b and a != b)
        return sum(shares, mpf(0))

    return [(mass(p, *cell), mass(q, *cell)) for cell in cells]


def exact_number(value: Fraction | float | int) -> mpf:
    exact = Fraction(value)
    return mpf(exact.numerator) / exact.denominator


def _xlog(p: mpf, ratio: Callable[[], mpf]) -> mpf:
    return p * mpmath.log(ratio()) if p else mpf(0)


FORMULAS: dict[str, Callable[[mpf, mpf], Any]] = {
    "jsd": lambda p, q: (_xlog(p, lambda: 2 * p / (p + q)) + _xlog(q, lambda: 2 * q / (p + q))) / 2,
    "kl": lambda p, q: mpf(0) if not p else (_xlog(p, lambda: p / q) if q else mpmath.inf),
    "total_variation": lambda p, q: abs(p - q) / 2,
    "hellinger2": lambda p, q: (mpmath.sqrt(p) - mpmath.sqrt(q)) ** 2 / 2,
    "chi2": lambda p, q: mpf(0) if p == q == 0 else ((p - q) ** 2 / q if q else mpmath.inf),
    "triangular": lambda p, q: (p - q) ** 2 / (p + q) / 2 if p + q else mpf(0),
}


def divergence(name: str, p: Sequence[Step], q: Sequence[Step], slack: float = 0.0) -> Truth:
    """A divergence of two laws of steps, to fifty digits; ``slack`` counts what is not normalised."""
    with mpmath.workdps(50):
        value = sum((FORMULAS[name](a, b) for a, b in merged(p, q)), mpf(0))
        return INFINITE if value == mpmath.inf else within(value, slack + mpf(10) ** -40 + abs(value) * mpf(10) ** -40)


def of_masses(edges: Sequence[float], masses: Sequence[float]) -> list[Step]:
    with mpmath.workdps(50):
        return [(Fraction(a), Fraction(b), exact_number(m)) for (a, b), m in zip(itertools.pairwise(edges), masses, strict=True)]


def _sliver(rng: np.random.Generator, at: float, inward: float) -> float:
    """A point next to another, as near as 1 ulp or 2^-4 away."""
    if at == 0:
        return inward * 2.0 ** -int(rng.integers(4, 80))
    moved = at + inward * 2.0 ** -int(rng.integers(4, 51))
    return moved if moved != at else float(np.nextafter(at, inward * math.inf))


def _edges(rng: np.random.Generator) -> tuple[list[float], list[float]]:
    """(all edges, those that are declared): slivers are hidden, most of the others are not."""
    low, high = (0.0, 1.0) if rng.random() < 0.6 else (round(rng.normal(), 2), round(rng.normal() + 5, 2))
    told = sorted({round(float(t), 3) for t in rng.uniform(low, high, size=int(rng.integers(0, 4)))})
    hidden = []
    for at, side in ((low, 1.0), (high, -1.0), *((t, float(s)) for t in told for s in (-1, 1))):
        if rng.random() < 0.5:
            hidden.append(_sliver(rng, at, side))
            if rng.random() < 0.4:
                hidden.append(_sliver(rng, at, side))
    if rng.random() < 0.3:  # in the open, not declared
        hidden.append(float(rng.uniform(low, high)))
    inner = sorted({e for e in (*told, *hidden) if low < e < high})
    return [low, *inner, high], [t for t in told if rng.random() < 0.93]


def _staircase(edges: Sequence[float], logs: Sequence[float], rng: np.random.Generator) -> Callable[[Any], Any]:
    """log p as a chain of comparisons, in one of several forms."""
    form = int(rng.integers(3))

    def log_prob(x):
        found = logs[-1] + 0.0 * x if form == 2 else jnp.full_like(x, logs[-1])
        for edge, value in zip(reversed(edges[1:-1]), reversed(logs[:-1]), strict=True):
            found = jnp.where(x >= edge, found, value) if form else jnp.where(x < edge, value, found)
        return found

    return log_prob


def density(number: int, measured: bool = False) -> Case:
    """A density given by a function with steps, against a uniform one or a histogram; its interval, or its estimate."""
    rng = np.random.default_rng([2, number])
    edges, told = _edges(rng)
    low, high = edges[0], edges[-1]
    widths = np.diff(edges)
    # Heights of ordinary size keep slivers to their width; most of the time one is 0.
    heights = rng.choice([0.25, 0.5, 1.0, 2.0, 4.0, 1.5], size=len(widths)) * (rng.random(len(widths)) > 0.15)
    heights[np.argmax(widths)] = heights[np.argmax(widths)] or 1.0
    with mpmath.workdps(50):
        whole = mpmath.fsum(
            exact_number(h) * exact_number(Fraction(b) - Fraction(a)) for h, (a, b) in zip(heights, itertools.pairwise(edges), strict=True)
        )
        logs = [float(mpmath.log(exact_number(h) / whole)) if h else -math.inf for h in heights]
        p = [
            (Fraction(a), Fraction(b), mpmath.exp(exact_number(v)) * exact_number(Fraction(b) - Fraction(a)) if v > -math.inf else mpf(0))
            for (a, b), v in zip(itertools.pairwise(edges), logs, strict=True)
        ]
    function = _staircase(edges, logs, rng)
    other = lines.uniform(low, high)
    if rng.random() < 0.3:
        cuts = sorted({low, high, *(round(float(c), 2) for c in rng.uniform(low, high, size=2))})
        other = lines.histogram(cuts, lines.random_masses(rng, len(cuts) - 1))
    q = of_masses([*other.breaks], [1.0] if other.name == "Uniform" else other.parameters[1])
    name, swapped = ("jsd", "kl")[int(rng.random() < 0.25)], bool(rng.random() < 0.4)
    digits = int(rng.choice([5, 8, 14]))
    text = (
        f"rigorous.{name}({'swapped ' * swapped}as_density({list(zip(edges, logs, strict=False))}, to {high}, breakpoints={told}), {other})"
    )

    def ask():
        own, its = gt.as_density(function, (low, high), told), other.law()
        laws = (its, own) if swapped else (own, its)
        return getattr(gt, name)(*laws) if measured else getattr(gt.rigorous, name)(*laws, digits=digits, seconds=2.0)

    # The double next to a logarithm moves the whole mass by some 1e-16.
    return Case(
        text.removeprefix("rigorous." * measured),
        ask,
        lambda: divergence(name, *((q, p) if swapped else (p, q)), slack=2e-15),
        digits=None if measured else digits,
        sound=told == edges[1:-1],
    )


def _affine_image(slope: Fraction, offset: Fraction, low: Fraction, high: Fraction, mass: mpf) -> Step:
    ends = sorted((slope * low + offset, slope * high + offset))
    return ends[0], ends[1], mass


def generator(number: int) -> Case:
    """G straight between knots, with jumps, flat pieces and slivers, of a latent of steps; against a uniform density or a histogram."""
    rng = np.random.default_rng([3, number])
    edges, _ = _edges(rng)
    latent = lines.uniform(edges[0], edges[-1])
    if rng.random() < 0.4:
        cuts = sorted({edges[0], edges[-1], *(round(float(c), 2) for c in rng.uniform(edges[0], edges[-1], size=2))})
        latent = lines.histogram(cuts, lines.random_masses(rng, len(cuts) - 1))
    count = len(edges) - 1
    slopes = [float(s) for s in rng.choice([1.0, -1.0, 0.5, 2.0, 3.0, 0.0], size=count, p=[0.4, 0.15, 0.15, 0.15, 0.1, 0.05])]
    offsets = [float(o) for o in np.where(rng.random(count) < 0.5, 0.0, rng.integers(-8, 9, size=count) / 8)]
    other = lines.uniform(-1.0, 2.0) if rng.random() < 0.5 else lines.histogram([-2.0, 0.0, 0.5, 4.0], [0.25, 0.5, 0.25])
    continuous = bool(rng.random() < 0.5)
    if continuous:  # knots without jumps: offsets follow from slopes, if they are doubles
        for i in range(1, count):
            exact = Fraction(offsets[i - 1]) + (Fraction(slopes[i - 1]) - Fraction(slopes[i])) * Fraction(edges[i])
            offsets[i] = float(exact)
    form = int(rng.integers(3))

    def function(z):
        found = slopes[-1] * z + offsets[-1]
        for i in range(count - 2, -1, -1):
            piece = slopes[i] * z + offsets[i]
            found = jnp.where(z >= edges[i + 1], found, piece) if form else jnp.where(z < edges[i + 1], piece, found)
        return found

    def truth():
        with mpmath.workdps(50):
            z_steps = of_masses([*latent.breaks], [1.0] if latent.name == "Uniform" else latent.parameters[1])
            image = []
            for (a, b), slope, offset in zip(itertools.pairwise(map(Fraction, edges)), slopes, offsets, strict=True):
                for low, high, mass in z_steps:
                    first, last = max(a, low), min(b, high)
                    if first < last:
                        own = mass * exact_number((last - first) / (high - low))
                        image.append(_affine_image(Fraction(slope), Fraction(offset), first, last, own))
            data = of_masses([*other.breaks], [1.0] if other.name == "Uniform" else other.parameters[1])
            return divergence("jsd", data, image, slack=1e-15)

    digits = int(rng.choice([5, 9]))
    pieces = list(zip(edges, slopes, offsets, strict=False))
    return Case(
        f"rigorous.jsd({other}, Pushforward(pieces (from z, slope, offset) {pieces}, {latent}))",
        lambda: gt.rigorous.jsd(other.law(), gt.Pushforward(function, latent.law()), digits=digits, seconds=2.0),
        truth,
        digits=digits,
    )
