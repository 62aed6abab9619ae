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
ROUGH = 6  # how many times more the difference of the rules counts where the integrand is not smooth
NOISE = 1e-12  # the share of the integral below which, or below the tolerance, an error that halving leaves as it was is noise
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
    rules = _apply(f, panels)
    parents = np.full(rules[1].shape, np.inf)
    while True:
        split = _wanting(panels, rules, parents, tolerance)
        if not split.any() or panels.shape[1] + split.sum() > MOST_PANELS:
            break
        left, right = panels[:, split].copy(), panels[:, split].copy()
        left[1] = right[0] = (left[0] + left[1]) / 2
        halves = np.concatenate([left, right], axis=1)
        parents = np.concatenate([parents[:, ~split], np.tile(rules[1][:, split], 2)], axis=1)
        panels = np.concatenate([panels[:, ~split], halves], axis=1)
        rules = np.concatenate([rules[:, :, ~split], _apply(f, halves)], axis=2)
    value, error, size = rules.sum(axis=2)
    # Where halving shrinks the error but slowly the integrand is not smooth, and both rules may be off by more than they differ.
    rough = np.where(rules[1] > parents / 20, rules[1], 0.0).sum(axis=1)
    return Integral(value, np.where(np.isfinite(value), error + ROUGH * rough + ROUNDING * size, 0.0))


def _wanting(panels: np.ndarray, rules: np.ndarray, parents: np.ndarray, tolerance: float) -> np.ndarray:
    """Which panels to halve."""
    fine, error, size = rules
    scale = np.maximum(1, size.sum(axis=1))[:, None]
    enough = np.maximum(tolerance * scale / panels.shape[1], ROUNDING * size)
    # What halving did not make smaller, when it was small already, is the integrand's own rounding.
    noise = (error > 0.75 * parents) & (parents < max(NOISE, tolerance) * scale)
    late = np.isfinite(fine).all(axis=1) & (error.sum(axis=1) > tolerance * scale[:, 0])
    divisible = panels[1] - panels[0] > 64 * np.spacing(np.abs(panels[:2]).max(axis=0))
    return ((error > enough) & ~noise & late[:, None]).any(axis=0) & divisible


def _apply(f: Callable, panels: np.ndarray) -> np.ndarray:
    """The fine rule, its difference from the coarse one, and Σ|w f| on every panel: an array (3, functions, panels)."""
    count = panels.shape[1]
    padded = np.concatenate([panels, np.repeat(panels[:, -1:], -count % TOGETHER, axis=1)], axis=1)
    results = []
    for block in np.split(padded, padded.shape[1] // TOGETHER, axis=1):
        half, middle = (block[1] - block[0]) / 2, (block[1] + block[0]) / 2
        t = middle[:, None] + half[:, None] * FINE_NODES
        values = f(t.ravel(), np.repeat(block[2].astype(int), NODES)).reshape(-1, TOGETHER, NODES)
        fine, coarse = half * (values @ FINE_WEIGHTS), half * (values[..., 1::2] @ COARSE_WEIGHTS)
        with np.errstate(invalid="ignore"):  # inf - inf, where an integrand is infinite
            results.append(np.stack([fine, np.abs(fine - coarse), half * (np.abs(values) @ FINE_WEIGHTS)]))
    return np.concatenate(results, axis=2)[:, :, :count]
