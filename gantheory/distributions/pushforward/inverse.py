"""The inverse of G on one of its monotone branches, by Newton's method inside a bracket; and the step across a fold."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.distributions.pushforward.branches import BLOCK, Branch

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


@eqx.filter_jit
def _solve(generator, x, z, below, above):
    return _newton(jax.vmap(lambda t: jax.jvp(generator, (t,), (jnp.ones_like(t),))), x, z, below, above)


@eqx.filter_jit
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


def in_blocks(size: int, solve: Callable[..., Any], *arrays: np.ndarray) -> np.ndarray:
    """Blocks of one size, so that ``solve`` compiles once."""
    count = len(arrays[0])
    if not count:
        return np.empty(0)
    blocks = [np.pad(a, (0, -count % size), mode="edge").reshape(-1, size) for a in arrays]
    return np.concatenate([np.asarray(solve(*block)) for block in zip(*blocks, strict=True)])[:count]


def inverse(generator: Any, branch: Branch, x: np.ndarray) -> np.ndarray:
    """z on the branch with G(z) = x, for x inside [branch.low, branch.high]."""
    if branch.slope is not None:
        near = int(np.argmin(np.abs(branch.z)))
        return np.clip(branch.z[near] + (x - branch.x[near]) / branch.slope, branch.z[0], branch.z[-1])
    known_z, known_x = (branch.z, branch.x) if branch.increasing else (branch.z[::-1], branch.x[::-1])
    cell = np.clip(np.searchsorted(known_x, x, side="right") - 1, 0, len(known_x) - 2)
    below, above = known_z[cell], known_z[cell + 1]
    rise = known_x[cell + 1] - known_x[cell]
    guess = below + (above - below) * np.clip((x - known_x[cell]) / np.where(rise > 0, rise, 1), 0, 1)
    z = in_blocks(BLOCK, lambda *block: _solve(generator, *block), x, guess, below, above)
    # Near its ends a branch may be too flat for x to determine z: there z is the end.
    return np.where(x <= known_x[0], known_z[0], np.where(x >= known_x[-1], known_z[-1], z))


def across(generator: Any, branch: Branch, fold: float, z: np.ndarray, fold_of_z: float) -> np.ndarray:
    """z' on the branch with G(z') = G(z), for z just beside a fold of its own at which G has the same value as at the branch's fold.

    G is so flat there that from x alone z' could be found to √eps only.
    """
    far = branch.z[-1] if fold == branch.z[0] else branch.z[0]
    edge = fold + np.sign(far - fold) * np.minimum(64 * np.abs(z - fold_of_z), abs(far - fold))
    folds = np.full(z.shape, fold), np.full(z.shape, fold_of_z)
    return in_blocks(BLOCK // 8, lambda *block: _solve_across(generator, *block), *folds, z, edge)
