"""Hostile parameters of the library's families, log-uniform to the ends of their domains, where closed forms tell the truth."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import mpmath
import numpy as np
from mpmath import mpf

import gantheory as gt
from attacks.case import Case
from attacks.closed_forms import FORMS, closed_form
from attacks.judge import INFINITE, LARGEST, Truth

Law = tuple[str, tuple[float, ...]]
LOCATED = {"Normal", "Laplace", "Cauchy"}
PAIRS = sorted({(p, q) for p, _, q in FORMS})
MILD, WILD = 3.0, 300.0  # decades


def log_uniform(rng: np.random.Generator, decades: float) -> float:
    return float(10.0 ** rng.uniform(-decades, decades))


def _scale(rng: np.random.Generator) -> float:
    return log_uniform(rng, WILD if rng.random() < 0.3 else MILD)


def _drawn(rng: np.random.Generator, family: str) -> Law:
    scale = _scale(rng)
    loc = float(rng.choice([0.0, scale * log_uniform(rng, 6.0) * rng.choice([-1, 1])]))
    match family:
        case "Normal" | "Laplace" | "Cauchy":
            return family, (loc, scale)
        case "Exponential":
            return family, (1 / scale,)
        case "Uniform":
            return family, (loc, loc + scale) if loc + scale > loc else (0.0, scale)
        case "StudentT":
            return family, (float(10.0 ** rng.uniform(-3, 12 if rng.random() < 0.3 else 1)), loc, scale)
        case "Beta":
            return family, tuple(float(10.0 ** rng.uniform(-5, 8 if rng.random() < 0.4 else 1)) for _ in range(2))  # pyright: ignore
        case "TruncatedNormal":
            low = loc + scale * float(rng.uniform(-6, 6) if rng.random() < 0.8 else rng.uniform(-37, 37))
            return family, (loc, scale, low, low + scale * log_uniform(rng, 2.0))
    raise ValueError(family)


def _varied(rng: np.random.Generator, law: Law) -> Law:
    """A law of the same family, near or far: by factors near 1 or of many decades, shifted by some of its scales."""
    family, values = law
    spread = float(rng.choice([1e-9, 1e-4, 0.1, 1.0, 8.0, 150.0], p=[0.1, 0.1, 0.3, 0.3, 0.1, 0.1]))

    def times(value: float) -> float:
        return value if rng.random() < 0.3 else value * float(10.0 ** rng.uniform(-spread, spread))

    def moved(loc: float, scale: float) -> float:
        return loc if rng.random() < 0.4 else loc + scale * log_uniform(rng, 1.0 if rng.random() < 0.7 else 8.0)

    match family:
        case "Normal" | "Laplace" | "Cauchy":
            return family, (moved(values[0], values[1]), times(values[1]))
        case "StudentT":
            return family, (times(values[0]), moved(values[1], values[2]), times(values[2]))
        case "Uniform":
            low = moved(values[0], values[1] - values[0])
            return family, (low, low + times(values[1] - values[0]))
        case "TruncatedNormal":
            return family, (moved(values[0], values[1]), times(values[1]), *values[2:])
    return family, tuple(map(times, values))


def _is_law(law: Law) -> bool:
    """Whether the parameters are doubles of a law: what is not is refused, which other tests hold."""
    family, values = law
    ordered = family not in ("Uniform", "TruncatedNormal") or values[-2] < values[-1]
    sizes = {"Exponential": values, "Beta": values, "StudentT": (values[0], values[-1]), "Uniform": ()}.get(family, values[1:2])
    if not (all(map(math.isfinite, values)) and ordered and all(1e-307 < size < 1e307 for size in sizes)):
        return False
    # A Gaussian must be truncated within 38 of its scales.
    return family != "TruncatedNormal" or abs(float(np.clip(values[0], *values[2:])) - values[0]) < 38 * values[1]


def pair_of(rng: np.random.Generator) -> tuple[Law, Law]:
    while True:
        first, second = PAIRS[int(rng.integers(len(PAIRS)))] if rng.random() < 0.4 else (PAIRS[int(rng.integers(len(PAIRS)))][0],) * 2
        p = _drawn(rng, first)
        q = _varied(rng, p) if first == second else _drawn(rng, second)
        if first != second and rng.random() < 0.7:  # on one scale
            scaled = {"Normal", "Laplace", "Cauchy", "Uniform", "TruncatedNormal"}
            if first in scaled and second in LOCATED:
                width = p[1][1] if first in LOCATED else p[1][1] - p[1][0]
                q = second, (p[1][0] + width * float(rng.normal()), abs(width) * log_uniform(rng, 1.0) or 1.0)
        if rng.random() < 0.5 and first == second:
            p, q = q, p
        if _is_law(p) and _is_law(q):
            return p, q


def _law(law: Law, weights: tuple[float, ...] = ()) -> Any:
    """The library's; as a mixture of copies, if weights are given."""
    one = getattr(gt, law[0])(*law[1])
    return gt.Mixture(list(weights), [one] * len(weights)) if weights else one


def _weights(rng: np.random.Generator) -> tuple[float, ...]:
    """Mostly none; or two that add up to 1, one of them tiny at times."""
    if rng.random() < 0.88:
        return ()
    small = 2.0 ** -int(rng.integers(1, 53))
    return (small, 1.0 - small)


def shown(law: Law, weights: tuple[float, ...] = ()) -> str:
    one = f"{law[0]}({', '.join(map(repr, law[1]))})"
    return f"Mixture({list(weights)}, [twice {one}])" if weights else one


def _known(value: Any, slack: float = 0.0) -> Truth:
    if value == mpmath.inf:
        return INFINITE
    with mpmath.workdps(60):
        room = abs(value) * (mpf(10) ** -18 + slack)
        return Truth(value - room, value + room)


def _bounds_of_jsd(p: Law, q: Law) -> Truth | None:
    """log 2 · H² <= JSD <= H², from the closed form of H² = 1 - ∫√(pq)."""
    with mpmath.workdps(60):
        h2 = closed_form("hellinger2", p, q)
        if h2 is None:
            return None
        room = mpf(10) ** -18
        return Truth(mpmath.log(2) * h2 * (1 - room), min(h2, mpmath.log(2)) * (1 + room))


def _question(rng: np.random.Generator, proved: bool) -> tuple[str, Law, Law, Callable[[], Truth]]:
    while True:
        p, q = pair_of(rng)
        name = str(rng.choice(["kl", "jsd"] if proved else ["kl", "kl", "jsd", "hellinger2", "chi2", "total_variation", "wasserstein1"]))
        if name == "jsd":
            known = _bounds_of_jsd(p, q)
            if known is not None:
                return name, p, q, lambda known=known: known
            continue
        value = closed_form(name, p, q)
        if value is not None:
            return name, p, q, partial(_known, value)


def measured(number: int) -> Case:
    """A divergence of two families by quadrature."""
    rng = np.random.default_rng([5, number])
    name, p, q, truth = _question(rng, proved=False)
    weights = _weights(rng)
    return Case(f"{name}({shown(p, weights)}, {shown(q)})", lambda: getattr(gt, name)(_law(p, weights), _law(q)), truth)


def proved(number: int) -> Case:
    """JSD or KL of two families between proved bounds."""
    rng = np.random.default_rng([6, number])
    name, p, q, truth = _question(rng, proved=True)
    weights = _weights(rng)
    largest = truth().high
    digits = 6 if largest == math.inf or largest < 1e3 else max(1, 6 - int(mpmath.log10(min(largest, mpf(LARGEST)))))
    return Case(
        f"rigorous.{name}({shown(p, weights)}, {shown(q)}, digits={digits})",
        lambda: getattr(gt.rigorous, name)(_law(p, weights), _law(q), digits=digits, seconds=2.0),
        truth,
        digits=digits,
    )
