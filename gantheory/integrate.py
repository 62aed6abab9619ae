"""∫ f(t) dt over panels, to a value with an error: Fejér's nested rule on each panel, and halving where it is not yet enough.

Fejér's second rule has 31 open nodes, of which every other one is the 15-point rule. Both are applied to every panel, and their
difference, which is the error of the *coarser* rule, is what is reported.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

NODES = 31
TOGETHER = 64  # panels in one call of the integrand, so that whatever it compiles is compiled once
MOST_PANELS = 4_000
NOISE = 1e-9  # the share of the integral below which an error that halving leaves as it was counts as noise
ROUNDING = 8 * np.finfo(float).eps  # of Σ|w f|: the integrand's own last bits


def fejer(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights on [-1, 1] of Fejér's second rule (Davis & Rabinowitz, Methods of Numerical Integration, section 2.5.5)."""
    angle = np.arange(1, n + 1) * np.pi / (n + 1)
    odd = np.arange(1, n + 1, 2)
    return np.cos(angle), 4 / (n + 1) * np.sin(angle) * (np.sin(np.outer(angle, odd)) / odd).sum(axis=1)


FINE_NODES, FINE_WEIGHTS = fejer(NODES)
COARSE_WEIGHTS = fejer(NODES // 2)[1]


@dataclass(frozen=True)
class Integral:
    """Values and errors of several integrands on common nodes. A value is ±inf where its integrand is, at some node."""

    value: np.ndarray
    error: np.ndarray


def integrate(f: Callable, low: np.ndarray, high: np.ndarray, chart: np.ndarray, tolerance: float = 1e-13) -> Integral:
    """Integrate a vector of functions over the panels [low_i, high_i].

    ``f(t, chart)`` takes points and the chart each lies on (an int a panel, for the caller's own use) and gives an array
    (functions, points). A panel is halved while it holds more than its share of an error above ``tolerance`` (absolute, and relative
    to Σ|w f|), or until nothing is gained.
    """
    panels = np.stack([low, high, chart.astype(float)])
    fine, error, size = _apply(f, panels)
    parents = np.full(error.shape, np.inf)
    while True:
        finite = np.isfinite(fine).all(axis=1)
        target = tolerance * np.maximum(1, size.sum(axis=1))
        enough = np.maximum(target[:, None] / panels.shape[1], ROUNDING * size)
        # What halving did not make smaller, when it was small already, is the integrand's own rounding.
        noise = (error > 0.75 * parents) & (parents < NOISE * np.maximum(1, size.sum(axis=1))[:, None])
        wanting = finite & (error.sum(axis=1) > target)
        divisible = panels[1] - panels[0] > 64 * np.spacing(np.abs(panels[:2]).max(axis=0))
        split = ((error > enough) & ~noise & wanting[:, None]).any(axis=0) & divisible
        if not split.any() or panels.shape[1] + split.sum() > MOST_PANELS:
            break
        low, high, chart = panels[:, split]
        middle = (low + high) / 2
        halves = np.concatenate([[low, middle, chart], [middle, high, chart]], axis=1)
        parents = np.concatenate([parents[:, ~split], error[:, split], error[:, split]], axis=1)
        panels = np.concatenate([panels[:, ~split], halves], axis=1)
        fine, error, size = (np.concatenate([old[:, ~split], new], axis=1) for old, new in zip((fine, error, size), _apply(f, halves), strict=True))
    return Integral(fine.sum(axis=1), np.where(finite, error.sum(axis=1) + ROUNDING * size.sum(axis=1), 0.0))


def _apply(f, panels):
    """The fine rule, its difference from the coarse one, and Σ|w f| on every panel: three arrays (functions, panels)."""
    count = panels.shape[1]
    padded = np.concatenate([panels, np.repeat(panels[:, -1:], -count % TOGETHER, axis=1)], axis=1)
    results = []
    for block in np.split(padded, padded.shape[1] // TOGETHER, axis=1):
        half, middle = (block[1] - block[0]) / 2, (block[1] + block[0]) / 2
        t = middle[:, None] + half[:, None] * FINE_NODES
        values = f(t.ravel(), np.repeat(block[2].astype(int), NODES)).reshape(-1, TOGETHER, NODES)
        fine, coarse = half * (values @ FINE_WEIGHTS), half * (values[..., 1::2] @ COARSE_WEIGHTS)
        with np.errstate(invalid="ignore"):  # inf - inf, where an integrand is infinite
            results.append([fine, np.abs(fine - coarse), half * (np.abs(values) @ FINE_WEIGHTS)])
    return tuple(np.concatenate(parts, axis=1)[:, :count] for parts in zip(*results, strict=True))
