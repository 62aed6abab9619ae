"""Distances of two samples that are sums over pairs of rows, in any dimension: the energy distance and the maximum mean discrepancy."""

from collections.abc import Callable
from typing import Any

import numpy as np
from jaxtyping import Bool, Float
from scipy.spatial.distance import cdist, pdist

from gantheory.samples.permutation import PERMUTATIONS, Distance, relabelled, tested

MOST_PAIRED = 2_000  # most rows of each sample: the time goes with the square
MOST_FOR_MEDIAN = 1_000  # pooled rows whose median distance is the bandwidth
BLOCK = 256  # rows whose distances from all others are held at a time

Points = Float[np.ndarray, "n d"]
Others = Float[np.ndarray, "m d"]


def median_distance(data: Points, generated: Others, rng: np.random.Generator) -> float:
    """The median distance between pooled rows, the usual bandwidth of a Gaussian kernel (Gretton et al. 2012, section 8).

    Of 1,000 rows where there are more. It is the same however the rows are relabelled, as the permutation test needs it. If half of
    the rows are equal, the mean distance; 1 if all are.
    """
    pooled = np.concatenate([data[:MOST_PAIRED], generated[:MOST_PAIRED]])
    distances = pdist(pooled[rng.permutation(len(pooled))[:MOST_FOR_MEDIAN]])
    return float(np.median(distances) or distances.mean() or 1.0)


def energy_of_pairs(data: Points, generated: Others, rng: np.random.Generator) -> Distance:
    """The energy distance of at most 2,000 rows of each, as a V-statistic, with its permutation test.

    .. math:: \\mathcal E = 2 E|X - Y| - E|X - X'| - E|Y - Y'|

    X, X' are independent draws of the rows, which may be one row: 𝓔 >= 0, and above that of the laws on average.

    Source:
      Székely & Rizzo 2013, Eq. 6.1.
    """

    def energy(within_x: Any, within_y: Any, between: Any, n: int, m: int) -> Any:
        return np.maximum(2 * between / (n * m) - within_x / n**2 - within_y / m**2, 0.0)

    return _tested(data, generated, lambda distances: distances, energy, rng)


def mmd2_of_pairs(data: Points, generated: Others, bandwidth: float, rng: np.random.Generator) -> Distance:
    """MMD² of at most 2,000 rows of each, as the unbiased U-statistic, which may be below 0, with its permutation test.

    .. math:: \\mathrm{MMD}^2 = E\\,k(X, X') + E\\,k(Y, Y') - 2 E\\,k(X, Y), \\qquad k(x, y) = e^{-|x - y|^2 / (2 h^2)}

    X, X' are two different rows, and so are Y, Y'.

    Args:
      data: rows in random order.
      generated: likewise.
      bandwidth: h > 0.
      rng: of the permutations.

    Source:
      Gretton et al. 2012, Eq. 3.
    """

    def mmd2(within_x: Any, within_y: Any, between: Any, n: int, m: int) -> Any:
        return (within_x - n) / (n * (n - 1)) + (within_y - m) / (m * (m - 1)) - 2 * between / (n * m)

    return _tested(data, generated, lambda distances: np.exp(-((distances / bandwidth) ** 2) / 2), mmd2, rng)


def _tested(
    data: Points, generated: Others, kernel: Callable[..., Any], statistic: Callable[..., Any], rng: np.random.Generator
) -> Distance:
    data, generated = data[:MOST_PAIRED], generated[:MOST_PAIRED]
    rows = len(data), len(generated)
    labels = np.arange(sum(rows)) < rows[0]
    labels = np.concatenate([labels[None], relabelled(labels, PERMUTATIONS, rng)])
    values = statistic(*_sums(np.concatenate([data, generated]), labels, kernel), *rows)
    return tested(float(values[0]), values[1:], rows)


def _sums(
    pooled: Points, labels: Bool[np.ndarray, "times n"], kernel: Callable[..., Any]
) -> tuple[Float[np.ndarray, " times"], Float[np.ndarray, " times"], Float[np.ndarray, " times"]]:
    """Σ of the kernel over pairs (both labelled True, both False, one of each), for each labelling: aᵀKa for all a in one product."""
    ones = labels.T.astype(np.float64)
    within, touching, whole = np.zeros(len(labels)), np.zeros(len(labels)), 0.0
    for start in range(0, len(pooled), BLOCK):
        block = slice(start, start + BLOCK)
        values = kernel(cdist(pooled[block], pooled))
        within += np.einsum("ib,ib->b", ones[block], values @ ones)
        sums = values.sum(1)
        touching += sums @ ones[block]
        whole += float(sums.sum())
    return within, whole - 2 * touching + within, touching - within
