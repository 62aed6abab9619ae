"""Many trainings of one kind at once: other seeds, other settings, one compiled program, every core.

The members' arrays are stacked along a first axis and ``iterate`` is vmapped over it. The stack is dealt out to the devices that JAX
sees, or on a CPU, where a program of small operations uses one core, to a thread for each core.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.game.algorithm1 import Game, State, initial_state, iterate

# Those that this process may run on, where the system says.
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Ensemble(eqx.Module):
    """Trainings that play side by side: the stacked games, keys and states of the members."""

    games: Any
    keys: jax.Array
    states: State

    def __init__(self, members: Sequence[tuple[Game, Any, Any, int]]):
        """``members`` are (game, discriminator, generator, seed). They may differ in every array and in every number that a game, a
        density or a penalty holds; all else, such as shapes, losses and optimisers, must be the same: rates that differ are to be arrays
        in an optimiser's memory, as ``optax.inject_hyperparams`` makes them. Raises ``ValueError`` if they differ in more.
        """
        games = [jax.tree.map(_as_array, game) for game, *_ in members]
        self.games = _stacked("games", games)
        self.states = _stacked("players", [initial_state(game, d, g) for game, d, g, _ in members])
        self.keys = jnp.stack([jax.random.key(seed) for *_, seed in members])

    def __len__(self) -> int:
        return len(self.keys)

    def member(self, index: int) -> State:
        return jax.tree.map(lambda leaf: leaf[index] if eqx.is_array(leaf) else leaf, self.states)

    def played(self, iterations: int) -> tuple["Ensemble", np.ndarray]:
        """(the ensemble after so many iterations, which members were finite throughout). One that was not stays as it was before."""
        devices = jax.local_devices()
        if devices[0].platform == "cpu":
            devices = [devices[i % len(devices)] for i in range(CORES)]
        shares = [share for share in np.array_split(np.arange(len(self)), len(devices)) if len(share)]

        def play(share, device):
            part = jax.tree.map(lambda leaf: leaf[share[0] : share[-1] + 1] if eqx.is_array(leaf) else leaf, self)
            part = jax.device_put(eqx.filter(part, eqx.is_array), device), eqx.filter(part, eqx.is_array, inverse=True)
            return jax.block_until_ready(_chunk(eqx.combine(*part), jnp.asarray(iterations, jnp.int32)))

        with ThreadPoolExecutor(len(shares)) as pool:
            done = list(pool.map(play, shares, devices))
        states = jax.tree.map(
            lambda *leaves: np.concatenate([np.asarray(leaf) for leaf in leaves]) if eqx.is_array(leaves[0]) else leaves[0],
            *(states for states, _ in done),
        )
        states = jax.tree.map(lambda leaf: jnp.asarray(leaf) if isinstance(leaf, np.ndarray) else leaf, states)
        return eqx.tree_at(lambda e: e.states, self, states), np.concatenate([np.asarray(finite) for _, finite in done])


@eqx.filter_jit
def _chunk(ensemble: Ensemble, iterations) -> tuple[State, jax.Array]:
    arrays, static = eqx.partition(ensemble.states, eqx.is_array)

    def one(_, carry):
        arrays, alive = carry
        new = eqx.filter_vmap(iterate)(ensemble.games, ensemble.keys, eqx.combine(arrays, static))
        leaves = jax.tree.leaves(eqx.filter((new.discriminator, new.generator, new.losses), eqx.is_inexact_array))
        alive = alive & jnp.all(jnp.stack([jnp.isfinite(leaf).reshape(len(leaf), -1).all(axis=1) for leaf in leaves]), axis=0)

        def kept(after, before):
            return jnp.where(alive.reshape(-1, *[1] * (after.ndim - 1)), after, before)

        return jax.tree.map(kept, eqx.filter(new, eqx.is_array), arrays), alive

    arrays, alive = jax.lax.fori_loop(0, iterations, one, (arrays, jnp.ones(len(ensemble), bool)))
    return eqx.combine(arrays, static), alive


def _as_array(leaf):
    """Numbers become arrays, so that they may differ; counts stay as they are, since shapes follow from them."""
    return jnp.asarray(leaf, jnp.float32) if isinstance(leaf, float | np.ndarray) else leaf


def _stacked(what: str, trees: list):
    """One tree, every array with a first axis over the members."""
    arrays, static = zip(*(eqx.partition(tree, eqx.is_array) for tree in trees), strict=True)
    same = all(
        jax.tree.structure(one) == jax.tree.structure(arrays[0]) and eqx.tree_equal(rest, static[0])
        for one, rest in zip(arrays, static, strict=True)
    )
    if not same or len({str(jax.tree.map(jnp.shape, one)) for one in arrays}) > 1:
        raise ValueError(f"The {what} of an ensemble must be alike but for their arrays and numbers. Got members that differ in more.")
    return eqx.combine(jax.tree.map(lambda *leaves: jnp.stack([jnp.asarray(leaf) for leaf in leaves]), *arrays), static[0])
