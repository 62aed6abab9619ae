"""Kernel density estimates of a user's rows, with their usual bandwidths. They model data, never a generator's law."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from gantheory.distributions import Law, Mixture, Normal, Product


def silverman(rows: Float[np.ndarray, " n"]) -> float:
    """Silverman's bandwidth on the line, in the rows' unit.

    .. math:: h = 0.9 \\min(s, \\mathrm{IQR}/1.34)\\, n^{-1/5}

    with s alone where the quartiles are equal (Silverman 1986, Eq. 3.31).
    """
    low, high = np.quantile(rows, [0.25, 0.75])
    spread = np.std(rows, ddof=1)
    return 0.9 * min(spread, (high - low) / 1.34 or spread) * len(rows) ** -0.2


def scott(rows: Float[np.ndarray, "n 2"]) -> float:
    """Scott's bandwidth on the plane, in standard deviations of each coordinate: n^(-1/6) (Scott 1992, Eq. 6.42)."""
    return len(rows) ** (-1 / 6)


def kde(rows: Float[np.ndarray, " n"], bandwidth: float) -> Mixture:
    """The Gaussian kernel density estimate on the line, (1/n) Σ N(x_i, h²).

    Args:
      rows: x_i.
      bandwidth: h > 0, in the rows' unit.
    """
    return Mixture(np.full(len(rows), 1 / len(rows)), Normal(np.asarray(rows, dtype=np.float64), bandwidth))


def kde_on_plane(rows: Float[np.ndarray, "n 2"], bandwidth: float) -> Product:
    """The Gaussian kernel density estimate on the plane, (1/n) Σ N(x_i, h² s_x²) N(y_i, h² s_y²).

    Args:
      rows: (x_i, y_i).
      bandwidth: h > 0, in the standard deviations s_x and s_y of the coordinates.
    """
    scale = bandwidth * rows.std(0, ddof=1)
    return Product(Normal(rows[:, 0], scale[0]), Normal(rows[:, 1], scale[1]), np.full(len(rows), 1 / len(rows)))


class Estimator(NamedTuple):
    """How rows of one dimension are modelled: the estimate, the bandwidth where none is given, and that rule's source."""

    estimate: Callable[[np.ndarray, float], Law]
    rule: Callable[[np.ndarray], float]
    source: str


ESTIMATORS = {
    1: Estimator(kde, silverman, "Silverman 1986, Eq. 3.31"),
    2: Estimator(kde_on_plane, scott, "Scott 1992, in standard deviations"),
}
