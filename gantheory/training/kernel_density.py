"""Gaussian kernel density estimates of a user's rows, with their usual bandwidths. They model data, never a generator's law.

Of many rows, kernels are merged on a grid much finer than the bandwidth: each row's weight is shared between the grid's two places
around it, so that its mean is kept (linear binning, Wand & Jones 1995, appendix D). The estimate so made is a density of its own, and its
total variation from the estimate of all rows is bounded.
"""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from gantheory.base.words import got
from gantheory.distributions import Law, LogNormal, Mixture, Normal, Product
from gantheory.distributions.line.domain import STEPS_IN_SCALE
from gantheory.training.columns import points_of
from gantheory.training.transforms import TRANSFORMS, logarithms

MOST_ALONE = 1_000  # most rows that each keep their own kernel
MOST_PLACES = 2_000  # most places on the grid, where the bandwidth allows it
FINEST, COARSEST = 16, 2  # steps of the grid in a bandwidth, within a factor of √2
BEND = 4 * np.exp(-0.5) / np.sqrt(2 * np.pi)  # ∫ |φ''|


def silverman(rows: Float[np.ndarray, " n"]) -> float:
    """Silverman's bandwidth on the line, in the rows' unit.

    .. math:: h = 0.9 \\min(s, \\mathrm{IQR}/1.34)\\, n^{-1/5}

    with s alone where the quartiles are equal (Silverman 1986, Eq. 3.31).
    """
    low, high = np.quantile(rows - rows[0], [0.25, 0.75])
    spread = float(standard_deviation(rows))
    return 0.9 * min(spread, (high - low) / 1.34 or spread) * len(rows) ** -0.2


def standard_deviation(rows: Float[np.ndarray, "rows *point"]) -> np.ndarray:
    """That of each coordinate, by n - 1: of exact offsets from the first row, and without overflow."""
    with np.errstate(over="ignore"):
        offsets = rows - rows[0]
        size = 2.0 ** np.floor(np.log2(np.max(np.abs(offsets), axis=0)))
        return np.asarray(size * np.std(offsets / size, axis=0, ddof=1) if np.isfinite(size).all() else size)


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


def from_samples(rows: Any, bandwidth: float | None = None, transform: str | None = None) -> Law:
    """A density that models rows, which have none themselves: their Gaussian kernel density estimate.

    JSD between any density and the rows themselves is log 2. What is measured against the estimate is exact of the estimate; how far that
    is from the law that the rows are of, no error says.

    Args:
      rows: an array, a series, or a data frame of one column or two, as of pandas, polars or pyarrow: (n,) on the line or (n, 2) on the
        plane, of ten rows or more.
      bandwidth: h > 0: on the line in the rows' unit, by Silverman's rule if not given; on the plane in the standard deviations of the
        coordinates, by Scott's rule.
      transform: "log" for the estimate of the logarithms of positive rows, whose bandwidth it then is: a mixture of log-normal densities,
        for tails that are too heavy for one width.

    Raises:
      ValueError: rows of another shape, too few, constant or not finite; a bandwidth that is not positive, or rows whose logarithms are
        to be taken.

    Source:
      Silverman 1986, Eq. 3.31; Scott 1992, Eq. 6.42; Wand & Jones 1995, appendix D.
    """
    points = points_of(rows, "`rows` of from_samples")
    h = np.asarray(bandwidth)
    if bandwidth is not None and not (h.ndim == 0 and h.dtype.kind in "iuf" and 0 < bandwidth < np.inf):
        raise ValueError(f"`bandwidth` of from_samples must be positive and finite, or None for the usual rule. Got {bandwidth!r}.")
    if transform is None:
        return estimated(points, bandwidth).density
    if transform not in TRANSFORMS:
        raise ValueError(f"`transform` of from_samples must be one of {', '.join(TRANSFORMS)}. {got(transform, TRANSFORMS)}")
    return _exponential_of(estimated(logarithms(points, ("x", "y")[: points.ndim]), bandwidth).density)


def _exponential_of(density: Any) -> Law:
    """The law of e^y, y from an estimate, in each coordinate."""

    def of(normal: Any) -> LogNormal:
        return LogNormal(normal.loc, normal.scale)

    if isinstance(density, Product):
        return Product(of(density.x), of(density.y), density.weights)
    return Mixture(density.weights, of(density.components))


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
    scales = h * standard_deviation(points) if plane else np.array([h])
    if np.any(scales < STEPS_IN_SCALE * np.spacing(np.abs(points).max(0))):
        raise ValueError(
            f"The bandwidth must span {STEPS_IN_SCALE} doubles where the rows lie: "
            f"their location must be subtracted before they are rounded. Got {scales.min():.3g} at {np.abs(points).max():g}."
        )
    places, weights, merged = _merged(points, scales)
    density = (_on_plane if plane else _on_line)(places, scales, weights)
    return KernelEstimate(density, h, rule, len(rows), len(places), merged)


def _merged(points: np.ndarray, scales: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """(the places of kernels, their weights, a bound of the total variation from a kernel at every point).

    Linear interpolation of a kernel K of scale h between places δ apart is off by at most δ²/8 ∫|K''| in the integral of its modulus,
    and ∫|K''| = ∫|φ''|/h²; the total variation is half of that, in each coordinate. δ is a power of 2: the places are then exact, and
    those of rows that were moved are moved alike.
    """
    if len(points) <= MOST_ALONE:
        return points, np.full(len(points), 1 / len(points)), 0.0
    steps, step = FINEST, 2.0 ** np.round(np.log2(scales / FINEST))
    places, weights = _shared(points, step)
    while len(places) > MOST_PLACES and steps > COARSEST:
        steps, step = steps // 2, 2 * step
        places, weights = _shared(points, step)
    if len(places) >= len(points):
        return points, np.full(len(points), 1 / len(points)), 0.0
    return places, weights, float(BEND / 16 * np.sum((step / scales) ** 2))


def _shared(points: np.ndarray, step: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(places of a grid, weights) of points (n, d): each point's 1/n shared between the 2^d places around it, so that its mean is kept."""
    low = np.floor(points.min(axis=0) / step) * step
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
