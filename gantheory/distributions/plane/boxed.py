"""A user's log-density on a box of the plane."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Scalar
from gantheory.base.precision import called_on_host, finite_parameter
from gantheory.base.tracing import traces
from gantheory.distributions.line import Density, Uniform
from gantheory.distributions.plane.density import Box, PlaneDensity, box_of, on_points, support_of

LINES = 8  # equal parts of the box's sides, since nothing else tells the scale
ORDER = 12  # Gauss-Legendre points in each part of a cell


class Boxed(PlaneDensity):
    """A density known by a function alone. Made by ``on_box``."""

    low: np.ndarray
    high: np.ndarray
    breaks: tuple[np.ndarray, np.ndarray]
    function: Callable = eqx.field(static=True)
    traceable: bool = eqx.field(static=True)

    def _log_prob(self, x):
        inside = jnp.all((x >= self.low) & (x <= self.high))
        within = jnp.where(inside, x, (self.low + self.high) / 2)  # the function need not be defined outside its box
        value = jnp.asarray(self.function(within), x.dtype) if self.traceable else called_on_host(self.function, within, drop=1)
        return jnp.where(inside, value, -jnp.inf)

    def _on_grids(self, x, y):
        return on_points(self._log_prob, x, y)

    def _sample(self, key, shape, dtype):
        raise ValueError(f"`p` must be a density that can be sampled. Got a bare log-density function: {self.function!r}.")

    @property
    def marginals(self) -> tuple[Density, Density]:
        return Uniform(self.low[0], self.high[0]), Uniform(self.low[1], self.high[1])

    @property
    def support(self) -> Box:
        return support_of(self.marginals)

    def box(self, mass: Scalar | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return box_of(self.marginals, mass)

    @property
    def lines(self) -> tuple[np.ndarray, np.ndarray]:
        even = np.linspace(self.low, self.high, LINES + 1)
        return np.union1d(even[:, 0], self.breaks[0]), np.union1d(even[:, 1], self.breaks[1])

    def cell_masses(self, x_edges: np.ndarray, y_edges: np.ndarray) -> np.ndarray:
        """By Gauss-Legendre, 12 × 12 points in every cell, cut at the breaks and where the box ends."""
        (x, wx, of_x), (y, wy, of_y) = (self._points(np.asarray(edges), i) for i, edges in enumerate((x_edges, y_edges)))
        mass = wx[:, None] * self.prob(np.stack(np.meshgrid(x, y, indexing="ij"), -1)) * wy
        of_column = np.zeros((len(x_edges) - 1, len(y)))
        np.add.at(of_column, of_x, mass)
        cells = np.zeros((len(x_edges) - 1, len(y_edges) - 1))
        np.add.at(cells.T, of_y, of_column.T)
        return cells

    def _points(self, edges: np.ndarray, i: int):
        """(points, weights, which cell each is in) along one coordinate."""
        cuts = np.unique(np.clip(np.concatenate([edges, self.breaks[i], [self.low[i], self.high[i]]]), edges[0], edges[-1]))
        nodes, weights = np.polynomial.legendre.leggauss(ORDER)
        half = np.diff(cuts)[:, None] / 2
        points = (cuts[:-1, None] + half * (1 + nodes)).ravel()
        return points, (half * weights).ravel(), np.clip(np.searchsorted(edges, points, side="right") - 1, 0, len(edges) - 2)


def on_box(log_prob: Any, box: Any, breaks: Any = ((), ())) -> Boxed:
    """The law whose log-density on ``box`` = ((x_low, x_high), (y_low, y_high)) is ``log_prob``, and outside 0.

    ``log_prob`` takes points (..., 2) and gives (...), in JAX or NumPy. ``breaks`` are the x and the y at which it, or its slope, jumps.

    Raises ``ValueError`` for another box; and where it is measured, for a density that does not integrate to 1.
    """
    if not callable(log_prob):
        raise ValueError(f"`log_prob` of on_box must be a function of points (..., 2). Got {log_prob!r}.")
    ends = finite_parameter("on_box", "box", box)
    if ends.shape != (2, 2) or not np.all(ends[:, 0] < ends[:, 1]):
        raise ValueError(f"`box` of on_box must be ((x_low, x_high), (y_low, y_high)), each low below its high. Got {ends.tolist()}.")
    cuts = tuple(np.sort(finite_parameter("on_box", "breaks", part).ravel()) if len(part) else np.empty(0) for part in breaks)
    return Boxed(ends[:, 0], ends[:, 1], (cuts[0], cuts[1]), log_prob, traces(log_prob, (2,)))
