"""Distances of two samples on the line, exact, by one sort: W₁ and the energy distance are integrals of F_n - G_m."""

import numpy as np
from jaxtyping import Bool, Float

from gantheory.samples.permutation import PERMUTATIONS, Distance, relabelled, tested

MOST_ON_LINE = 50_000  # most rows of each sample, for the time of the tests
BATCH = 16  # permutations at a time, for memory


def distances_on_line(
    data: Float[np.ndarray, " n"], generated: Float[np.ndarray, " m"], rng: np.random.Generator
) -> tuple[Distance, Distance]:
    """(W₁, energy distance) of at most 50,000 rows of each, with their tests, in O(n log n + n · permutations).

    .. math:: W_1 = \\int |F_n - G_m|\\,dx, \\qquad
        \\mathcal E = 2 \\int (F_n - G_m)^2\\,dx = 2 E|X - Y| - E|X - X'| - E|Y - Y'|

    X, X' are independent draws of the rows, which may be one row: 𝓔 is the V-statistic, >= 0, and above that of the laws on average.

    Args:
      data: rows in random order.
      generated: likewise.
      rng: of the permutations.

    Source:
      Vallender 1974; Székely & Rizzo 2013, section 2.
    """
    data, generated = data[:MOST_ON_LINE], generated[:MOST_ON_LINE]
    rows = len(data), len(generated)
    pooled = np.concatenate([data, generated])
    order = np.argsort(pooled, kind="stable")
    gaps, labels = np.diff(pooled[order]), order < rows[0]
    times = [BATCH] * (PERMUTATIONS // BATCH) + [PERMUTATIONS % BATCH]
    permuted = np.concatenate([_integrals(gaps, relabelled(labels, one, rng)) for one in times])
    (w1, energy) = _integrals(gaps, labels[None])[0].tolist()
    return tested(w1, permuted[:, 0], rows), tested(energy, permuted[:, 1], rows)


def _integrals(gaps: Float[np.ndarray, " gaps"], labels: Bool[np.ndarray, "times rows"]) -> Float[np.ndarray, "times 2"]:
    """(∫|F_n - G_m|, 2 ∫(F_n - G_m)²) of sorted rows with these gaps, for each labelling; True is a row of the data."""
    ones = labels[0].sum()
    others = labels.shape[1] - ones
    steps = np.cumsum(np.where(labels[:, :-1], 1 / ones, -1 / others), axis=1)
    return np.stack([np.abs(steps) @ gaps, 2 * (steps * steps) @ gaps], axis=1)
