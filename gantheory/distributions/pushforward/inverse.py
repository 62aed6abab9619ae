"""The inverse of G on its monotone branches, by Newton's method inside a bracket; and the step across a fold."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.programs import compiled
from gantheory.distributions.pushforward.branch import BLOCK, LARGE, Branch, in_blocks

STEPS = 100  # most Newton steps

GAUSS_NODES, GAUSS_WEIGHTS = np.polynomial.legendre.leggauss(8)


def _newton(value_and_slope, target, z, below, above):
    """``below`` and ``above`` bracket the root: value(below) <= target <= value(above), whichever of the two is the larger z."""
    start = jnp.abs(above - below)

    def improve(state):
        step, z, below, above, last_move, _ = state
        value, slope = value_and_slope(z)
        below, above = jnp.where(value <= target, z, below), jnp.where(value > target, z, above)
        newton = z - (value - target) / slope
        inside = (newton - below) * (newton - above) <= 0
        new = jnp.where(inside, newton, (below + above) / 2)
        move = jnp.abs(new - z)
        # Moves shrink until they are rounding: where they are small and no longer shrink, the last bits are reached.
        settled = (move <= 4 * jnp.finfo(z.dtype).eps * jnp.abs(z)) | (inside & (move < 1e-6 * start) & (move > last_move / 2))
        return step + 1, new, below, above, move, jnp.any(~settled)

    state = (0, z, below, above, jnp.full(z.shape, jnp.inf), True)
    return jax.lax.while_loop(lambda state: (state[0] < STEPS) & state[-1], improve, state)[1]


@compiled
def _solve(generator, x, z, below, above):
    return _newton(jax.vmap(lambda t: jax.jvp(generator, (t,), (jnp.ones_like(t),))), x, z, below, above)


@compiled
def _solve_across(generator, fold, fold_of_z, z, edge):
    """z' between ``fold`` and ``edge`` with G(z') = G(z), both measured from their folds as ∫ G', which does not cancel."""

    def slope(t):
        return jax.jvp(generator, (t,), (jnp.ones_like(t),))[1]

    def rise(start, t):
        half = (t - start) / 2
        return half * (jax.vmap(jax.vmap(slope))(start[:, None] + half[:, None] * (1 + GAUSS_NODES)) @ GAUSS_WEIGHTS)

    up = rise(fold, edge) > 0
    below, above = jnp.where(up, fold, edge), jnp.where(up, edge, fold)
    guess = fold + jnp.sign(edge - fold) * jnp.minimum(jnp.abs(z - fold_of_z), jnp.abs(edge - fold))
    return _newton(lambda t: (rise(fold, t), jax.vmap(slope)(t)), rise(fold_of_z, z), guess, below, above)


class BranchTable:
    """All branches of a G as arrays, so that preimages on many of them are found at once. Pairs of ends are the last axis, (n, 2)."""

    ends: np.ndarray
    z_ends: np.ndarray
    critical: np.ndarray
    open: np.ndarray
    endless: np.ndarray
    resolution: np.ndarray
    increasing: np.ndarray
    slope: np.ndarray
    near_z: np.ndarray
    near_x: np.ndarray
    known_z: np.ndarray
    known_x: np.ndarray
    first: np.ndarray
    last: np.ndarray

    def __init__(self, branches: list[Branch]):
        self.ends = np.array([branch.ends for branch in branches]).reshape(-1, 2)
        self.z_ends = np.array([(branch.z_at(0), branch.z_at(1)) for branch in branches]).reshape(-1, 2)
        self.critical, self.open, self.endless = (
            np.array([getattr(branch, name) for branch in branches], bool).reshape(-1, 2) for name in ("critical", "open", "endless")
        )
        self.resolution = np.array([branch.resolution for branch in branches]).reshape(-1, 2)
        self.increasing = np.array([branch.increasing for branch in branches], bool)
        self.slope = np.array([np.nan if branch.slope is None else branch.slope for branch in branches])
        near = [int(np.argmin(np.abs(branch.z))) for branch in branches]  # far out, x no longer determines z
        self.near_z, self.near_x = (np.array([getattr(b, name)[at] for b, at in zip(branches, near, strict=True)]) for name in ("z", "x"))
        order = [slice(None) if branch.increasing else slice(None, None, -1) for branch in branches]
        self.known_z, self.known_x = (
            np.concatenate([np.empty(0), *(getattr(b, name)[way] for b, way in zip(branches, order, strict=True))]) for name in ("z", "x")
        )
        stops = np.cumsum([len(branch.z) for branch in branches])
        self.first, self.last = (np.append(0, stops)[:-1].astype(int), stops.astype(int) - 1)

    def taken(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(index, branch) for each of the values x (n,) and each branch that takes it, in this order."""
        low, high = np.where(self._goes_on, np.array([-np.inf, np.inf]), self.ends).T
        return within(low, high, x)

    @property
    def _goes_on(self) -> np.ndarray:
        """Whether a branch goes on beyond what is known of its ends (n, 2), as a line does."""
        return np.isfinite(self.slope)[:, None] & self.endless

    def on_line(self, branch: np.ndarray, z: np.ndarray) -> np.ndarray:
        """G at z, on branches that are lines."""
        return self.near_x[branch] + self.slope[branch] * (z - self.near_z[branch])

    def inverse(self, generator: Any, branch: np.ndarray, x: np.ndarray) -> np.ndarray:
        """z on branch number ``branch`` with G(z) = x, both (n,), for x that the branch takes."""
        if np.isnan(self.slope).any():
            return self._by_newton(generator, branch, x)
        with np.errstate(over="ignore"):
            z = self.near_z[branch] + (x - self.near_x[branch]) / self.slope[branch]
        low, high = np.sort(np.where(self.open[branch], np.inf * (2.0 * (self.z_ends[branch] > 0) - 1), self.z_ends[branch]), axis=1).T
        return np.clip(z, low, high)

    def _by_newton(self, generator, branch: np.ndarray, x: np.ndarray) -> np.ndarray:
        first, last = self.first[branch], self.last[branch]
        cell = _last_not_above(self.known_x, first, last, x)
        cell = np.minimum(cell, last - 1)
        below, above = self.known_z[cell], self.known_z[cell + 1]
        rise = self.known_x[cell + 1] - self.known_x[cell]
        guess = below + (above - below) * np.clip((x - self.known_x[cell]) / np.where(rise > 0, rise, 1), 0, 1)
        size = LARGE if len(x) > LARGE // 2 else BLOCK
        z = in_blocks(size, lambda *block: _solve(generator, *block), x, guess, below, above)
        # Near its ends a branch may be too flat for x to determine z: there z is the end.
        at_first, at_last = x <= self.known_x[first], x >= self.known_x[last]
        return np.where(at_first, self.known_z[first], np.where(at_last, self.known_z[last], z))


def _last_not_above(values: np.ndarray, first: np.ndarray, last: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The last index i from first to last with values[i] <= x, or ``first``; the values rise between them."""
    low, high = first.copy(), last + 1
    for _ in range(int(np.max(last - first, initial=0) + 1).bit_length()):
        middle = (low + high) // 2
        below = (values[np.minimum(middle, last)] <= x) & (middle < high)
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return low


def within(low: np.ndarray, high: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(index, interval) for each of the numbers x (n,) and each of the intervals [low, high] (m,) that holds it, in this order.

    In time and memory n log n + m log n + the number of these pairs.
    """
    finite = np.flatnonzero(np.isfinite(x))
    order = finite[np.argsort(x[finite], kind="stable")]
    first, stop = np.searchsorted(x[order], low), np.searchsorted(x[order], high, "right")
    interval, place = ranges(first, stop)
    at = order[place]
    small = at.astype(np.uint16) if len(x) < 2**16 else at  # of which NumPy's stable sort is a linear one
    again = np.argsort(small, kind="stable")
    return at[again], interval[again]


def ranges(first: np.ndarray, stop: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(i, j) for each of the ranges i and each j from first[i] up to stop[i], which is not in it."""
    count = np.maximum(stop - first, 0)
    of = np.repeat(np.arange(len(count)), count)
    return of, np.arange(len(of)) - np.repeat(np.cumsum(count) - count - first, count)


def across(generator: Any, fold: np.ndarray, far: np.ndarray, z: np.ndarray, fold_of_z: np.ndarray) -> np.ndarray:
    """z' between ``fold`` and ``far`` with G(z') = G(z), for z just beside a fold of its own at which G has the same value as at ``fold``.

    G is so flat there that from x alone z' could be found to √eps only.
    """
    edge = fold + np.sign(far - fold) * np.minimum(64 * np.abs(z - fold_of_z), np.abs(far - fold))
    size = BLOCK if len(z) > BLOCK else BLOCK // 8
    return in_blocks(size, lambda *block: _solve_across(generator, *block), fold, fold_of_z, z, edge)


def summed(at: np.ndarray, log_prob: np.ndarray, doubt: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """(log Σ e^log_prob over the entries of each point, the doubts weighted by their shares)."""
    largest = np.full(count, -np.inf)
    np.maximum.at(largest, at, log_prob)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.nan_to_num(np.exp(log_prob - largest[at]), nan=0.0, posinf=0.0)
        total = np.bincount(at, share, count)
        return np.where(total > 0, largest + np.log(total), largest), np.nan_to_num(np.bincount(at, share * doubt, count) / total)
