"""A log-density function, looked at before it is trusted: where it is no number, how it goes on toward its ends, what it could hide."""

import math
from collections.abc import Callable
from functools import cached_property
from typing import Any

import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import in_float64
from gantheory.distributions.line.edges import LIMIT, Edge, edge_at

GRID = 64  # cells between finite bounds, where nothing else tells the scale
CELL = 4.0  # length of a cell, in units of the resolution
FEW_CELLS = 1_000  # cells that are not worth looking for fewer
MOST_CELLS = 250_000
SMOOTH = 1e-8  # second difference of log p over half the resolution below which it is smooth on a larger scale
NEAR = np.exp2(np.arange(-40, -3, 1 / 64))  # distances of points from an end or a break, as shares of the support
POINTS = 1 << 17  # points at which a function is looked at
BLOCK = 1 << 13  # points in one call of it
GOLDEN = (math.sqrt(5) - 1) / 2  # step of points that no period of the function can meet
FLOOR = -1e300  # log-density below which values are not to be trusted


class Values:
    """log p(x + offset) between two ends, of a function that is known by its values.

    Args:
      function: log p of arrays (x, offset).
      ends: the support.
      breaks: points inside it at which the function may be infinite.
      trusted: whether it is of a known family, and hides nothing.
      traceable: whether it is written in JAX.
    """

    function: Callable[..., Any]
    ends: tuple[float, float]
    breaks: np.ndarray
    trusted: bool
    traceable: bool

    def __init__(self, function: Callable, ends: tuple[float, float], breaks: Any = (), *, trusted: bool = False, traceable: bool = False):
        self.function, self.ends, self.breaks, self.trusted, self.traceable = function, ends, np.asarray(breaks, float), trusted, traceable

    @in_float64
    def at(self, x: np.ndarray, offset: np.ndarray) -> np.ndarray:
        """log p at points, on the host."""
        if self.traceable:
            return np.asarray(self.function(jnp.asarray(x), jnp.asarray(offset)), np.float64)
        return np.asarray(self.function(x, offset), np.float64)

    def grid(self, resolution: float) -> np.ndarray:
        """Places between finite ends: where a function of this resolution is not smooth on a larger scale.

        Raises ``ValueError`` for a resolution that is too fine to look for.
        """
        low, high = self.ends
        cells = max(GRID, math.ceil((high - low) / (CELL * resolution))) if resolution else GRID
        if cells <= FEW_CELLS:
            return np.linspace(low, high, cells + 1)
        if cells > MOST_CELLS:
            least = (high - low) / (CELL * MOST_CELLS)
            raise ValueError(f"`resolution` of a density on [{low:g}, {high:g}] must be at least {least:.3g}. Got {resolution:g}.")
        x = np.linspace(low, high, int(2 * CELL) * cells + 1)
        log_prob = self._looked_at(x[1:-1])
        with np.errstate(invalid="ignore"):
            bend = np.abs(np.diff(log_prob, 2))
        rough = np.flatnonzero(~(bend <= SMOOTH * (1 + np.abs(log_prob[1:-1])))) + 2
        return np.union1d(np.linspace(low, high, GRID + 1), x[np.unique(rough // int(CELL)) * int(CELL)])

    def edges(self, cuts: np.ndarray) -> tuple[Edge, ...]:
        """Where the function must be continued: next to ends and breaks, at which it may be infinite."""
        places = [(end, side) for end, side in zip(self.ends, (1, -1), strict=True) if math.isfinite(end)]
        places += [(float(place), side) for place in self.breaks for side in (1, -1)]
        marks = np.unique(np.concatenate([[end for end in self.ends if math.isfinite(end)], self.breaks, cuts[np.isfinite(cuts)]]))
        found = [self._edge(place, side, marks) for place, side in places]
        return tuple(edge for edge in found if edge is not None)

    def _edge(self, place: float, side: int, marks: np.ndarray) -> Edge | None:
        others = side * (marks - place)
        widest = float(np.min(others[others > 0], initial=math.inf)) / 2

        def ask(distance):
            x = place + side * distance
            return np.abs(x - place), self.at(x, np.zeros_like(x))

        return edge_at(ask, place, side, place, widest, FLOOR, LIMIT, rounds=place != 0, positive=False) if math.isfinite(widest) else None

    def _looked_at(self, x: np.ndarray) -> np.ndarray:
        """log p at very many points. Raises ``ValueError`` where it is nan or +inf."""
        blocks = np.array_split(x, max(1, len(x) // BLOCK))
        log_prob = np.concatenate([self.at(some, np.zeros_like(some)) for some in blocks])
        wrong = (np.isnan(log_prob) | (log_prob == np.inf)) & ~np.isin(x, [*self.ends, *self.breaks])
        if wrong.any():
            at = int(np.argmax(wrong))
            raise ValueError(f"A log-density must be a number or -inf. Got {log_prob[at]} at x = {x[at]:.9g}.")
        return log_prob

    @cached_property
    def _seen(self) -> tuple[np.ndarray, np.ndarray]:
        """Points all over the support, closer to each other near ends and breaks, and log p there."""
        low, high = self.ends
        shares = np.arange(1, POINTS + 1) * GOLDEN % 1.0
        near = np.concatenate([place + (high - low) * NEAR * sign for place in (low, high, *self.breaks) for sign in (1, -1)])
        x = np.concatenate([low + (high - low) * shares, near])
        x = np.setdiff1d(x[(x > low) & (x < high)], self.breaks)
        return x, self._looked_at(x)

    def unseen(self, cuts: np.ndarray) -> float:
        """The most mass that one gap between two points at which the function was looked at could hide; 0 if it is trusted."""
        if self.trusted:
            return 0.0
        if not all(math.isfinite(end) for end in self.ends):
            inside = cuts[np.isfinite(cuts)]
            return Values(self.function, (float(inside.min()), float(inside.max())), traceable=self.traceable).unseen(cuts)
        x, log_prob = self._seen
        gaps = np.diff(x)
        for place in self.breaks:  # a gap around a break is that of an edge
            gaps[(x[:-1] < place) & (place < x[1:])] = 0.0
        with np.errstate(over="ignore"):
            return float(min(1.0, np.max(gaps * np.exp(np.maximum(log_prob[1:], log_prob[:-1])))))
