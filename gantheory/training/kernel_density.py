"""Gaussian kernel density estimates of a user's rows, with their usual bandwidths. They model data, never a generator's law.

Of many rows, kernels are merged on a grid much finer than the bandwidth: each row's weight is shared between the grid's two places
around it, so that its mean is kept (linear binning, Wand & Jones 1995, appendix D). The estimate so made is a density of its own, and its
total variation from the estimate of all rows is bounded.
"""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from gantheory.base.precision import shown
from gantheory.distributions import Law, Mixture, Normal, Product
from gantheory.training.rows import FEWEST_ROWS

MOST_ALONE = 1_000  # most rows that each keep their own kernel
MOST_PLACES = 2_000  # most places on the grid, where the bandwidth allows it
FINEST, COARSEST = 16, 2  # steps of the grid in a bandwidth
BEND = 4 * np.exp(-0.5) / np.sqrt(2 * np.pi)  # ∫ |φ''|


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
    """The Gaussian kernel density estimate on the line, (1/n) Σ N(x_i, h²), with a kernel for every row.

    Args:
      rows: x_i.
      bandwidth: h > 0, in the rows' unit.
    """
    return _on_line(np.asarray(rows, np.float64)[:, None], np.array([bandwidth]), np.full(len(rows), 1 / len(rows)))


def _on_line(places: np.ndarray, scales: np.ndarray, weights: np.ndarray) -> Mixture:
    return Mixture(weights, Normal(places[:, 0], scales[0]))


def _on_plane(places: np.ndarray, scales: np.ndarray, weights: np.ndarray) -> Product:
    return Product(Normal(places[:, 0], scales[0]), Normal(places[:, 1], scales[1]), weights)


class KernelEstimate(NamedTuple):
    """A kernel density estimate of rows.

    Attributes:
      density: the estimate, its weights w_i and kernels N(x_i, h²), or N(x_i, h² s_x²) N(y_i, h² s_y²) on the plane.
      bandwidth: h: in the rows' unit on the line, in the standard deviations s of the coordinates on the plane.
      rule: where the bandwidth comes from.
      rows: their number.
      kernels: their number.
      merged: a bound of the total variation between it and the estimate in which every row has its own kernel.
    """

    density: Law
    bandwidth: float
    rule: str
    rows: int
    kernels: int
    merged: float

    def __str__(self) -> str:
        whole = f"Gaussian kernel density estimate of {self.rows} rows"
        return f"{whole}, its kernels merged to {self.kernels} (total variation at most {self.merged:.1g})" if self.merged else whole


def from_samples(rows: Any, bandwidth: float | None = None) -> Law:
    """A density that models rows, which have none themselves: their Gaussian kernel density estimate.

    JSD between any density and the rows themselves is log 2. What is measured against the estimate is exact of the estimate; how far that
    is from the law that the rows are of, no error says.

    Args:
      rows: an array, or a table that NumPy takes as one, (n,) on the line or (n, 2) on the plane, of ten rows or more.
      bandwidth: h > 0: on the line in the rows' unit, by Silverman's rule if not given; on the plane in the standard deviations of the
        coordinates, by Scott's rule.

    Raises:
      ValueError: rows of another shape, too few, constant or not finite; a bandwidth that is not positive.

    Source:
      Silverman 1986, Eq. 3.31; Scott 1992, Eq. 6.42; Wand & Jones 1995, appendix D.
    """
    try:
        points = np.asarray(rows, np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"`rows` of from_samples must be numbers. Got {shown(rows)}.") from None
    points = points[:, 0] if points.ndim == 2 and points.shape[1] == 1 else points
    if not (points.ndim == 1 or (points.ndim == 2 and points.shape[1] == 2)) or len(points) < FEWEST_ROWS:
        raise ValueError(f"`rows` of from_samples must be of shape (n,) or (n, 2), n at least {FEWEST_ROWS}. Got {points.shape}.")
    if not np.isfinite(points).all():
        raise ValueError(f"`rows` of from_samples must be finite. Got {points[~np.isfinite(points)][0]}.")
    if (np.ptp(points, axis=0) == 0).any():
        raise ValueError(f"`rows` of from_samples must vary. Got {points.flat[0]:g} in all {len(points)} of them.")
    if bandwidth is not None and not 0 < bandwidth < np.inf:
        raise ValueError(f"`bandwidth` of from_samples must be positive and finite. Got {bandwidth!r}.")
    return estimated(points, bandwidth).density


def estimated(rows: Float[np.ndarray, "rows *point"], bandwidth: float | None = None) -> KernelEstimate:
    """The kernel density estimate of rows, in time and memory nearly linear in their number.

    Args:
      rows: (n,) on the line or (n, 2) on the plane.
      bandwidth: h; by Silverman's rule on the line, by Scott's on the plane if not given.
    """
    plane = rows.ndim == 2
    rule = "given" if bandwidth is not None else "Scott 1992, in standard deviations" if plane else "Silverman 1986, Eq. 3.31"
    h = float(bandwidth if bandwidth is not None else scott(rows) if plane else silverman(rows))
    points = np.asarray(rows, np.float64).reshape(len(rows), -1)
    scales = h * points.std(0, ddof=1) if plane else np.array([h])
    places, weights, merged = _merged(points, scales)
    density = (_on_plane if plane else _on_line)(places, scales, weights)
    return KernelEstimate(density, h, rule, len(rows), len(places), merged)


def _merged(points: np.ndarray, scales: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """(the places of kernels, their weights, a bound of the total variation from a kernel at every point).

    Linear interpolation of a kernel K of scale h between places δ apart is off by at most δ²/8 ∫|K''| in the integral of its modulus,
    and ∫|K''| = ∫|φ''|/h²; the total variation is half of that, in each coordinate.
    """
    if len(points) <= MOST_ALONE:
        return points, np.full(len(points), 1 / len(points)), 0.0
    steps = FINEST
    places, weights = _shared(points, scales / steps)
    while len(places) > MOST_PLACES and steps > COARSEST:
        steps //= 2
        places, weights = _shared(points, scales / steps)
    if len(places) >= len(points):
        return points, np.full(len(points), 1 / len(points)), 0.0
    return places, weights, float(points.shape[1] * BEND / (16 * steps**2))


def _shared(points: np.ndarray, step: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(places of a grid, weights) of points (n, d): each point's 1/n shared between the 2^d places around it, so that its mean is kept."""
    low = points.min(axis=0)
    below, above = np.divmod((points - low) / step, 1.0)
    keys, shares, axes = np.zeros((1, len(points)), np.int64), np.full((1, len(points)), 1 / len(points)), []
    for origin, length, first, part in zip(low, step, below.T, above.T, strict=True):
        steps, which = np.unique(np.concatenate([first, first + 1]), return_inverse=True)
        keys = np.concatenate([keys * len(steps) + at for at in which.reshape(2, -1)])
        shares = np.concatenate([shares * (1 - part), shares * part])
        axes.append(origin + length * steps)
    found, which = np.unique(keys[shares > 0], return_inverse=True)
    weights = np.bincount(which, shares[shares > 0])
    columns = []
    for axis in reversed(axes):
        found, at = np.divmod(found, len(axis))
        columns.append(axis[at])
    return np.stack(columns[::-1], -1), weights / weights.sum()
