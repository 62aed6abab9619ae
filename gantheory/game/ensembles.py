"""Many trainings of one kind at once, with other seeds and other numbers: one compiled program, on every core.

The members' arrays are stacked along a first axis, and the iteration is vmapped over it. The stack is shared out to the devices that JAX
sees; on a CPU, where a program of small operations uses one core, to one thread per core.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Int, Key

from gantheory.game.algorithm1 import guarded
from gantheory.game.players import Game, HasLogit, State, initial_state

# Cores that this process may run on, where the system tells.
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Ensemble(eqx.Module):
    """Trainings that are played side by side.

    Attributes:
      games: the members' games, stacked.
      keys: the members' keys.
      states: the members' states, stacked.
    """

    games: Game
    keys: Key[Array, " members"]
    states: State

    def __init__(self, members: Sequence[tuple[Game, HasLogit, Callable[..., Any], int]]):
        """The ensemble before its first iteration.

        Args:
          members: (game, discriminator, generator, seed) of each. They may differ in every array, and in every ``float`` of a game, a
            density or a penalty. All else, such as shapes, losses and optimisers, must be the same; learning rates that differ are to
            be arrays in an optimiser's state, as ``optax.inject_hyperparams`` makes them.

        Raises:
          ValueError: members that differ in more.
        """
        games = [jax.tree.map(_as_array, game) for game, *_ in members]
        self.games = _stacked("games", games)
        self.states = _stacked("players", [initial_state(game, d, g) for game, d, g, _ in members])
        self.keys = jnp.stack([jax.random.key(seed) for *_, seed in members])

    def __len__(self) -> int:
        return len(self.keys)

    def member(self, index: int) -> State:
        """The state of one member."""
        return jax.tree.map(lambda leaf: leaf[index] if eqx.is_array(leaf) else leaf, self.states)

    def played(self, iterations: int) -> tuple["Ensemble", Bool[np.ndarray, " members"]]:
        """The ensemble after more iterations, and which of its members were finite throughout.

        A member that was not keeps the state before its first loss or weight that is not finite.
        """
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
def _chunk(ensemble: Ensemble, iterations: Int[Array, ""]) -> tuple[State, Bool[Array, " members"]]:
    arrays, static = eqx.partition(ensemble.states, eqx.is_array)

    def one(_, carry):
        arrays, finite = carry
        new, finite = eqx.filter_vmap(guarded)(ensemble.games, ensemble.keys, eqx.combine(arrays, static), finite)
        return eqx.filter(new, eqx.is_array), finite

    arrays, finite = jax.lax.fori_loop(0, iterations, one, (arrays, jnp.ones(len(ensemble), bool)))
    return eqx.combine(arrays, static), finite


def _as_array(leaf: Any) -> Any:
    """A ``float`` as an array, so that members may differ in it; counts stay as they are, since shapes depend on them."""
    return jnp.asarray(leaf, jnp.float32) if isinstance(leaf, float | np.ndarray) else leaf


def _stacked(what: str, trees: list) -> Any:
    """One tree whose arrays have a first axis over the members. Raises ``ValueError`` for trees that differ in more than their arrays."""
    arrays, static = zip(*(eqx.partition(tree, eqx.is_array) for tree in trees), strict=True)
    same = all(
        jax.tree.structure(one) == jax.tree.structure(arrays[0]) and eqx.tree_equal(rest, static[0])
        for one, rest in zip(arrays, static, strict=True)
    )
    if not same or len({str(jax.tree.map(jnp.shape, one)) for one in arrays}) > 1:
        raise ValueError(f"The {what} of an ensemble must be alike but for their arrays and numbers. Got members that differ in more.")
    return eqx.combine(jax.tree.map(lambda *leaves: jnp.stack([jnp.asarray(leaf) for leaf in leaves]), *arrays), static[0])
