"""Histograms and kernel estimates of JSD from rows: biased, and shown as such. They are numbers without an error, since none is known."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.ndimage import gaussian_filter

LOG2 = math.log(2)
STEPS = 4  # steps of the grid in a bandwidth
REACH = 6  # where a kernel ends, in bandwidths
MOST_CELLS = {1: 1_000_000, 2: 4_000_000}  # largest grid

Points = Float[np.ndarray, "n d"]
Others = Float[np.ndarray, "m d"]
Cells = Float[np.ndarray, "..."]


@dataclass(frozen=True)
class PlugIn:
    """JSD of two estimates of the laws, in nats: biased by an amount and a sign that the rows do not tell.

    Cells, or a kernel, that are fixed lower the JSD of the laws (data processing); rows in place of the laws raise it on average
    (convexity), by about c/n.

    Attributes:
      value: of all rows.
      of_halves: the mean of that of the one half of the rows and that of the other, in the same cells.
      how: the cells, or the kernel.
    """

    value: float
    of_halves: float
    how: str

    @property
    def extrapolated(self) -> float:
        """Without what falls like 1/n: 2 value - of_halves. What the cells or the kernel hide is missing from it."""
        return 2 * self.value - self.of_halves

    def __str__(self) -> str:
        return f"{self.value:.4g}, or {self.extrapolated:.4g} extrapolated to many rows; {self.how}"


def by_histogram(data: Points, generated: Others) -> PlugIn | None:
    """JSD of the shares of rows in cells of equal width, 2 n^(1/(d + 2)) in each coordinate; None beyond the plane."""
    dimension = data.shape[1]
    if dimension > 2:
        return None
    count = math.ceil(2 * min(len(data), len(generated)) ** (1 / (dimension + 2)))
    edges = [_edges(low, high, count) for low, high in _ranges(data, generated)]
    how = f"{' x '.join([str(count)] * dimension)} cells"
    return _of(data, generated, lambda rows: np.histogramdd(rows, edges)[0], how)


def by_kernel(data: Points, generated: Others, unit: float) -> PlugIn | None:
    """JSD of Gaussian kernel estimates, on a fine grid. None beyond the plane, and where the rows are spread over too many bandwidths.

    Both have the same kernel, of Scott's bandwidth for the data: n^(-1/(d + 4)) standard deviations in each coordinate (Scott 1992,
    Eq. 6.42).

    Args:
      data: (n, d).
      generated: (m, d).
      unit: what the rows were divided by, for words.
    """
    dimension = data.shape[1]
    bandwidths = data.std(0, ddof=1) * len(data) ** (-1 / (dimension + 4))
    if dimension > 2 or not (bandwidths > 0).all():
        return None
    edges = []
    for (low, high), h in zip(_ranges(data, generated), bandwidths.tolist(), strict=True):
        width = high - low + 2 * REACH * h
        if width * STEPS > MOST_CELLS[dimension] * h:
            return None
        edges.append(_edges(low - REACH * h, high + REACH * h, math.ceil(width * STEPS / h)))
    if math.prod(len(one) for one in edges) > MOST_CELLS[dimension]:
        return None
    sigmas = [h / float(one[1] - one[0]) for h, one in zip(bandwidths.tolist(), edges, strict=True)]
    how = f"bandwidth {' x '.join(f'{h * unit:.3g}' for h in bandwidths)}"
    smooth = lambda rows: gaussian_filter(np.histogramdd(rows, edges)[0], sigmas, mode="constant", truncate=float(REACH))  # noqa: E731
    return _of(data, generated, smooth, how)


def _ranges(data: Points, generated: Others) -> list[tuple[float, float]]:
    pooled = np.concatenate([data, generated])
    return list(zip(pooled.min(0).tolist(), pooled.max(0).tolist(), strict=True))


def _edges(low: float, high: float, count: int) -> Float[np.ndarray, " edges"]:
    return np.linspace(low, high, count + 1) if high > low else np.array([low - 0.5, low + 0.5])


def _of(data: Points, generated: Others, masses: Callable[[Points], Cells], how: str) -> PlugIn:
    halves = [jsd_of_cells(masses(data[part::2]), masses(generated[part::2])) for part in range(2)]
    return PlugIn(jsd_of_cells(masses(data), masses(generated)), sum(halves) / 2, how)


def jsd_of_cells(p: Cells, q: Cells) -> float:
    """JSD of two tables of masses, each of which is first divided by its sum."""
    p, q = p.ravel() / p.sum(), q.ravel() / q.sum()
    middle = (p + q) / 2
    terms = [np.sum(one[one > 0] * np.log(one[one > 0] / middle[one > 0])) for one in (p, q)]
    return min(max(float(sum(terms)) / 2, 0.0), LOG2)
