"""A lower confidence bound of a mean that holds at every n: a bet against smaller means that cannot win for long."""

import math

import numpy as np
from jaxtyping import Float

STAKE = 0.5  # share of the capital that may be lost in one round
BISECTIONS = 60  # halvings of the interval that holds the bound


def mean_lower_bound(values: Float[np.ndarray, " n"], low: float, high: float, level: float) -> float:
    """L with P(L <= μ) >= level, for independent values in [low, high] of mean μ, or of means at most μ. No n is too small.

    On x in [0, 1], a bet that the mean is above m has after t rounds the capital

    .. math:: K_t(m) = \\prod_{i \\le t} \\left(1 + \\lambda_i(m) (x_i - m)\\right), \\qquad
        \\lambda_i(m) = \\min\\left(\\sqrt{2 \\log(1/\\alpha) / (n \\hat\\sigma^2_{i-1})},\\; c/m\\right), \\quad \\alpha = 1 - level

    If the mean is at most m, it is a supermartingale, and exceeds 1/α at any time with a probability of at most α (Ville). Every m that
    it refutes so is below L.

    Args:
      values: in random order, since a stake depends on those before.
      low: the least that a value can be.
      high: the largest.
      level: between 0 and 1.

    Source:
      Waudby-Smith & Ramdas 2024, section 4, with the one-sided capital and the stakes of Eq. 26.
    """
    x = (np.asarray(values, np.float64) - low) / (high - low)
    goal = -math.log1p(-level)
    below, above = 0.0, 1.0
    for _ in range(BISECTIONS):
        middle = (below + above) / 2
        below, above = (middle, above) if _log_capital(x, middle, goal) >= goal else (below, middle)
    return low + (high - low) * below


def mean_p_value(values: Float[np.ndarray, " n"], low: float, high: float, level: float, mean: float) -> float:
    """The p-value of a mean of at most ``mean``, which lies between low and high: 1 over the largest capital of the bet against it.

    Valid at every n (Ville). It is at most 1 - level where :func:`mean_lower_bound`, whose stakes it has, is above ``mean``.
    """
    x = (np.asarray(values, np.float64) - low) / (high - low)
    return math.exp(-max(_log_capital(x, (mean - low) / (high - low), -math.log1p(-level)), 0.0))


def _log_capital(x: Float[np.ndarray, " n"], m: float, goal: float) -> float:
    """The logarithm of the largest capital that the bet against means of at most m reaches."""
    stakes = np.minimum(np.sqrt(2 * goal / (len(x) * _variances_before(x))), STAKE / m)
    return float(np.cumsum(np.log1p(stakes * (x - m))).max())


def _variances_before(x: np.ndarray) -> np.ndarray:
    """σ̂² of the values before each, with one value at ½ of variance ¼ before them all."""
    counts = np.arange(1, len(x) + 1)
    means = (0.5 + np.cumsum(x)) / (counts + 1)
    variances = (0.25 + np.cumsum((x - means) ** 2)) / (counts + 1)
    return np.append(0.25, variances[:-1])
