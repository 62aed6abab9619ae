"""∫∫ f over rectangles, to a value with an error: the line's rule in both coordinates, and halving where it is not yet enough.

Along each of 31 lines of a rectangle the integral over y is taken with its error as in ``integrate``, and these integrals are then
integrated over x. The errors of the lines, all ≥ 0, are averaged, so that none cancels another's, and that of the last step is
added. A rectangle is halved in the direction of the larger of the two.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.quadrature.rules import COARSEST, FINE_WEIGHTS, NODES, PATIENCE, POINTS, ROUNDING, STALLED, apply_rules, error_or_wide

BLOCK = 16  # rectangles in one call of a compiled program
MOST = 4_000  # most rectangles of one integral
MOST_ROUNDS = 200  # most rounds of halving
SHARE = 0.9  # share of the excess error that is halved in one round


@dataclass(frozen=True)
class Rectangles:
    """[low, high] in both coordinates, each (n, 2)."""

    low: np.ndarray
    high: np.ndarray

    def __getitem__(self, which: Any) -> "Rectangles":
        return Rectangles(self.low[which], self.high[which])

    def __len__(self) -> int:
        return len(self.low)

    def divisible(self) -> np.ndarray:
        """Which sides (n, 2) may be halved: on a shorter side the outermost points would round to its ends, where f may be infinite."""
        return self.high - self.low > 2.0**33 * np.spacing(np.maximum(np.abs(self.low), np.abs(self.high)))

    def halves(self, coordinate: np.ndarray) -> "Rectangles":
        """Both halves, cut across the coordinate that is given for each."""
        of, middle = np.arange(len(self)), (self.low + self.high) / 2
        low, high = self.low.copy(), self.high.copy()
        low[of, coordinate], high[of, coordinate] = middle[of, coordinate], middle[of, coordinate]
        return joined(Rectangles(self.low, high), Rectangles(low, self.high))


def joined(one: Rectangles, other: Rectangles) -> Rectangles:
    """The rectangles of both."""
    return Rectangles(np.concatenate([one.low, other.low]), np.concatenate([one.high, other.high]))


def tensor(x: np.ndarray, y: np.ndarray) -> Rectangles:
    """All rectangles between lines of x and lines of y."""
    low, high = (np.stack(np.meshgrid(x[part], y[part], indexing="ij"), -1).reshape(-1, 2) for part in (slice(None, -1), slice(1, None)))
    return Rectangles(low, high)


def grids_of(low: Any, high: Any) -> tuple[jax.Array, jax.Array]:
    """Where f is evaluated: at every (x_i, y_j) of n rectangles, x and y (n, 33). In JAX."""
    middle, half = (low + high) / 2, (high - low) / 2
    x, y = (middle[:, i, None] + half[:, i, None] * jnp.asarray(POINTS) for i in (0, 1))
    return x, y


def rules_on_rectangles(values: Any, noise: Any, half: Any) -> jax.Array:
    """(integral, error of the lines along y, error across x, noise, Σ|w f|) on every rectangle: (5, functions, n), in JAX.

    ``values`` (functions, n, 33, 33) are f on ``grids_of``, ``noise`` (functions, n, 33, 7) how far each may be off at the coarsest
    nodes along y, ``half`` (n, 2) half of the sides.
    """
    functions, n, lines, _ = values.shape
    along = apply_rules(
        values.reshape(functions, n * lines, -1), noise.reshape(functions, n * lines, -1), jnp.repeat(half[:, 1], lines)
    ).reshape(4, functions, n, lines)
    fine, across, own_noise, _ = apply_rules(along[0], along[2][..., COARSEST], half[:, 0])
    error, _, size = (half[:, 0] * (part[..., :NODES] @ FINE_WEIGHTS) for part in along[1:])
    return jnp.stack([fine, error, across, own_noise, size])


@dataclass(frozen=True)
class PlaneIntegral:
    """Several functions' integrals (functions,), and of what rectangles they are made: ``parts`` (5, functions, n)."""

    value: np.ndarray
    error: np.ndarray
    rectangles: Rectangles
    parts: np.ndarray


def integrate_on_plane(rules: Callable[[Rectangles], np.ndarray], rectangles: Rectangles, tolerance: float) -> PlaneIntegral:
    """Sum ``rules``, as ``rules_on_rectangles`` gives them, over rectangles that are halved where their error is too large.

    Halving ends when the error is below ``tolerance`` or the noise. An error that does not get there is reported as it is. Where f is
    infinite nothing is halved.
    """
    parts, totals = rules(rectangles), []
    parents = np.full(parts[0].shape, np.inf)
    for _ in range(MOST_ROUNDS):
        error = np.where(np.isfinite(parts[0]), parts[1] + parts[2], 0.0)
        size, noise = (np.where(np.isfinite(part), part, 0.0).sum(-1) for part in (parts[4], parts[3]))
        goal = np.maximum(noise + ROUNDING * size, tolerance)
        late = error.sum(-1) > goal
        totals.append(error[late].sum())
        if not late.any() or len(rectangles) >= MOST or (len(totals) > PATIENCE and totals[-1] > totals[-PATIENCE] / 2):
            break
        # As in ``integrate``: a small error that halving did not reduce is noise that was not foreseen.
        stalled = (error > 0.5 * parents) & (parents < STALLED * parts[4])
        divisible = rectangles.divisible()
        split = _worst(np.where(stalled | ~divisible.any(-1), 0.0, error)[late] / goal[late, None])
        if not split.any():
            break
        along, across = ((parts[i][:, split] * late[:, None]).max(0) for i in (1, 2))
        cut = (along > across).astype(int)
        new = rectangles[split].halves(np.where(divisible[split][np.arange(len(cut)), cut], cut, 1 - cut))
        parents = np.concatenate([parents[:, ~split], np.tile(error[:, split], 2)], -1)
        parts = np.concatenate([parts[..., ~split], rules(new)], -1)
        rectangles = joined(rectangles[~split], new)
    value, error, across, noise, size = parts.sum(-1)
    return PlaneIntegral(value, error_or_wide(error + across + noise + ROUNDING * size), rectangles, parts)


def _worst(error: np.ndarray) -> np.ndarray:
    """The fewest rectangles that hold ``SHARE`` of the error (functions, n) of some function."""
    split = np.zeros(error.shape[1], bool)
    for own in error:
        order = np.argsort(-own)
        held = np.cumsum(own[order])
        split[order[: 1 + int(np.searchsorted(held, SHARE * held[-1]))]] |= (
            own[order[: 1 + int(np.searchsorted(held, SHARE * held[-1]))]] > 0
        )
    return split


def in_blocks_of_rectangles(rules: Callable[[Rectangles], Any], rectangles: Rectangles) -> np.ndarray:
    """The rules on any number of rectangles, by calls on ``BLOCK`` of them, so that they are compiled once."""
    count = len(rectangles)
    some = (rectangles[np.minimum(np.arange(start, start + BLOCK), count - 1)] for start in range(0, count, BLOCK))
    return np.concatenate([np.asarray(rules(block)) for block in some], -1)[..., :count]
