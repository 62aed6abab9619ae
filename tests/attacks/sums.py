"""Histograms and mixtures of uniform densities at the ends of the doubles, whose divergences are sums, exact to fifty digits."""

import math
from fractions import Fraction

import mpmath
import numpy as np

import gantheory as gt
from attacks.case import Case
from attacks.steps import FORMULAS, divergence, exact_number, of_masses


def histograms(number: int) -> Case:
    """Two densities of steps among the library's own, at the ends of the doubles: every divergence is a sum."""
    rng = np.random.default_rng([4, number])
    count = int(rng.choice([1, 2, 3, 7]))
    name = str(rng.choice([*FORMULAS]))
    p, q = (_extreme_steps(rng, count) for _ in range(2))
    if rng.random() < 0.5:  # coinciding breakpoints
        q = (p[0], _extreme_masses(rng, count))
    proved = name in ("jsd", "kl") and rng.random() < 0.2
    digits = 6 if proved else None

    def ask():
        laws = gt.Histogram(*p), gt.Histogram(*q)
        return getattr(gt.rigorous, name)(*laws, digits=6, seconds=2.0) if proved else getattr(gt, name)(*laws)

    # The masses of a histogram add up to 1 within 1e-12 only, and the library says so.
    text = f"{'rigorous.' * proved}{name}(Histogram{p}, Histogram{q})"
    return Case(text, ask, lambda: divergence(name, of_masses(*p), of_masses(*q)), digits=digits)


def mixtures(number: int) -> Case:
    """Mixtures of uniform densities, nested, touching or apart, with weights to 1e-300: sums again."""
    rng = np.random.default_rng([7, number])
    name, count = str(rng.choice([*FORMULAS])), int(rng.choice([2, 3, 5]))
    (p_weights, p_ends), (q_weights, q_ends) = (_parts(rng, count) for _ in range(2))
    if rng.random() < 0.5:
        q_ends = p_ends
    proved = name in ("jsd", "kl") and rng.random() < 0.4

    def ask():
        laws = [gt.Mixture(w, [gt.Uniform(*e) for e in ends]) for w, ends in ((p_weights, p_ends), (q_weights, q_ends))]
        return getattr(gt.rigorous, name)(*laws, digits=6, seconds=2.0) if proved else getattr(gt, name)(*laws)

    def truth():
        with mpmath.workdps(50):
            p, q = (
                [(Fraction(a), Fraction(b), exact_number(w)) for w, (a, b) in zip(weights, ends, strict=True)]
                for weights, ends in ((p_weights, p_ends), (q_weights, q_ends))
            )
            return divergence(name, p, q)

    text = f"{'rigorous.' * proved}{name}(Mixture of Uniforms {p_weights}, {p_ends}; {q_weights}, {q_ends})"
    return Case(text, ask, truth, digits=6 if proved else None)


def _parts(rng: np.random.Generator, count: int) -> tuple[list[float], list[tuple[float, float]]]:
    weights = _extreme_masses(rng, count)
    while min(weights) <= 0:
        weights = _extreme_masses(rng, count)
    ends = []
    for _ in range(count):
        low = float(rng.integers(-4, 4)) if rng.random() < 0.6 else float(rng.normal())
        width = float(rng.integers(1, 5)) if rng.random() < 0.6 else float(10.0 ** rng.uniform(-12, 6))
        ends.append((low, low + width))
    return weights, ends


def _extreme_masses(rng: np.random.Generator, count: int) -> list[float]:
    if count == 1:
        return [1.0]
    masses = [
        10.0 ** rng.uniform(-320, -1) if rng.random() < 0.3 else 0.0 if rng.random() < 0.15 else float(rng.random()) for _ in range(count)
    ]
    if max(masses) < 1e-3:
        masses[0] = 1.0
    total = math.fsum(masses)
    masses = [m / total for m in masses]
    largest = int(np.argmax(masses))
    masses[largest] = 1.0 - math.fsum(m for i, m in enumerate(masses) if i != largest)
    return masses


def _extreme_steps(rng: np.random.Generator, count: int) -> tuple[list[float], list[float]]:
    kind = int(rng.integers(4))
    if kind == 0:
        edges = np.cumsum([rng.normal(), *rng.uniform(0.1, 2, size=count)])
    elif kind == 1:  # widths over the doubles' range
        edges = np.cumsum([0.0, *(10.0 ** rng.uniform(-12, 4, size=count))])
    elif kind == 2:  # a common scale, far from 1
        edges = 10.0 ** rng.uniform(-290, 290) * np.cumsum([0.0, *rng.integers(1, 5, size=count)])
    else:
        edges = np.cumsum([-2.0, *rng.integers(1, 3, size=count)])
    edges = np.unique(edges)
    while len(edges) < count + 1:
        edges = np.append(edges, np.nextafter(edges[-1], np.inf))
    return [float(e) for e in edges], _extreme_masses(rng, count)
