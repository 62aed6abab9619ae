"""Many trainings of one kind at once, with other seeds and other numbers: one compiled program, on every core or accelerator.

The members' arrays are stacked along a first axis and dealt out, a share to each device that JAX sees; on a CPU, where a program of small
operations uses one core, a share to each core. A share stays where it is from call to call.

On a CPU the members of a share are played one after the other, by the operations of a single training, to the same bits. On an
accelerator, which needs wide operations, they are vmapped: sums are then taken in another order.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Int

from gantheory.game.algorithm1 import advanced, guarded
from gantheory.game.players import Game, HasLogit, State, initial_state

# Cores that this process may run on, where the system tells.
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Share(eqx.Module):
    """Members that one device plays; every array has a first axis over them."""

    games: Game
    keys: Any
    states: State

    def __len__(self) -> int:
        return len(self.keys)


class Ensemble:
    """Trainings that are played side by side.

    Attributes:
      shares: the members, in order, each share on its device.
    """

    shares: tuple[Share, ...]

    def __init__(self, members: Sequence[tuple[Game, HasLogit, Callable[..., Any], int]], cores: int = CORES):
        """The ensemble before its first iteration.

        Args:
          members: (game, discriminator, generator, seed) of each. They may differ in every array, and in every ``float`` of a game, a
            density or a penalty. All else, such as shapes, losses and optimisers, must be the same; learning rates that differ are to
            be arrays in an optimiser, as :class:`gantheory.training.optimizers.Tuned` has them, or in its state, as
            ``optax.inject_hyperparams`` makes them.
          cores: how many are used on a CPU.

        Raises:
          ValueError: no members, or members that differ in more.
        """
        if not members:
            raise ValueError("`members` of an ensemble must be one at least. Got none.")
        games = _stacked("games", _numbers_that_differ([game for game, *_ in members]))
        states = _stacked("players", [initial_state(game, d, g) for game, d, g, _ in members])
        whole = Share(games, jnp.stack([jax.random.key(seed) for *_, seed in members]), states)
        devices = jax.local_devices()
        if devices[0].platform == "cpu":
            devices = [devices[i % len(devices)] for i in range(cores)]
        parts = [part for part in np.array_split(np.arange(len(members)), len(devices)) if len(part)]
        self.shares = tuple(_on(device, _part(whole, part)) for part, device in zip(parts, devices, strict=False))

    def __len__(self) -> int:
        return sum(map(len, self.shares))

    @property
    def states(self) -> State:
        """The states of all members, stacked, on the host."""
        each = [share.states for share in self.shares]
        return jax.tree.map(lambda *leaves: np.concatenate(leaves) if eqx.is_array(leaves[0]) else leaves[0], *each)

    def member(self, index: int) -> State:
        """The state of one member. Raises ``IndexError`` where there is none."""
        if not -len(self) <= index < len(self):
            raise IndexError(f"`index` of a member must be from 0 to {len(self) - 1}. Got {index}.")
        states, at = next(places for i, places in enumerate(self._places()) if i == index % len(self))
        return jax.tree.map(lambda leaf: leaf[at] if eqx.is_array(leaf) else leaf, states)

    def _places(self) -> Iterator[tuple[State, int]]:
        """The states that hold each member, in order, and where."""
        return ((share.states, i) for share in self.shares for i in range(len(share)))

    def played(self, iterations: int, donate: bool = False) -> tuple["Ensemble", Bool[np.ndarray, " members"]]:
        """The ensemble after more iterations, and which of its members were finite throughout.

        A member that was not keeps the state before its first loss or weight that is not finite.

        Args:
          iterations: how many.
          donate: let the new states take the place of these in memory; this ensemble is then used up.
        """
        count = jnp.asarray(iterations, jnp.int32)

        def play(share):
            states = share.states if donate else jax.tree.map(lambda leaf: leaf.copy() if eqx.is_array(leaf) else leaf, share.states)
            in_turn = next(iter(share.keys.devices())).platform == "cpu"
            return jax.block_until_ready(_advanced((share.games, share.keys, count, in_turn), states))

        with ThreadPoolExecutor(len(self.shares)) as pool:
            done = list(pool.map(play, self.shares))
        new = object.__new__(Ensemble)
        new.shares = tuple(Share(share.games, share.keys, states) for share, (states, _) in zip(self.shares, done, strict=True))
        return new, np.concatenate([np.asarray(finite) for _, finite in done])


@eqx.filter_jit(donate="all-except-first")
def _advanced(fixed: tuple[Game, Any, Int[Array, ""], bool], states: State) -> tuple[State, Bool[Array, " members"]]:
    games, keys, iterations, in_turn = fixed
    return (_one_after_the_other if in_turn else _at_once)(games, keys, states, iterations)


def _one_after_the_other(games, keys, states, iterations):
    arrays, static = eqx.partition((games, keys, states), eqx.is_array)

    def one(own):
        game, key, state = eqx.combine(own, static)
        state, finite = advanced(game, key, state, iterations)
        return eqx.filter(state, eqx.is_array), finite

    new, finite = jax.lax.map(one, arrays)
    return eqx.combine(new, eqx.filter(states, eqx.is_array, inverse=True)), finite


def _at_once(games, keys, states, iterations):
    arrays, static = eqx.partition(states, eqx.is_array)

    def one(_, carry):
        arrays, finite = carry
        new, finite = eqx.filter_vmap(guarded)(games, keys, eqx.combine(arrays, static), finite)
        return eqx.filter(new, eqx.is_array), finite

    arrays, finite = jax.lax.fori_loop(0, iterations, one, (arrays, jnp.ones(len(keys), bool)))
    return eqx.combine(arrays, static), finite


def _part(tree: Any, indices: np.ndarray) -> Any:
    return jax.tree.map(lambda leaf: leaf[indices[0] : indices[-1] + 1] if eqx.is_array(leaf) else leaf, tree)


def _on(device: Any, tree: Any) -> Any:
    arrays, static = eqx.partition(tree, eqx.is_array)
    return eqx.combine(jax.device_put(arrays, device), static)


def _numbers_that_differ(trees: list[Any]) -> list[Any]:
    """The trees with arrays in place of each ``float`` in which they differ. The others stay parts of the program, as in one training.

    Counts stay as they are, since shapes depend on them.
    """
    leaves, structures = zip(*(jax.tree.flatten(tree) for tree in trees), strict=True)
    if any(structure != structures[0] for structure in structures):
        return trees  # refused when they are stacked
    columns = [_as_arrays(column) for column in zip(*leaves, strict=True)]
    return [jax.tree.unflatten(structures[0], row) for row in zip(*columns, strict=True)]


def _as_arrays(column: tuple[Any, ...]) -> list[Any]:
    if isinstance(column[0], np.ndarray | np.generic) or (isinstance(column[0], float) and any(one != column[0] for one in column)):
        return [jnp.asarray(one, jnp.float32) for one in column]
    return list(column)


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
