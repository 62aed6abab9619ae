"""The time machine: any iteration that a game has been through comes back to the very bit, as does all that was changed along the way.

An iteration is a function of the state before it and of how the game is played from there. So it is enough to keep some states: one
at every change by hand, and others between, fewer as the game grows long. What lies between them is played again.
"""

import bisect
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp

from gantheory.explorer.mode import Mode
from gantheory.game.algorithm1 import State, chunk

MEMORY = 24 * 2**20  # bytes of states that a timeline keeps
STRIDE = 50  # iterations between kept states, at first


class Keyframe(NamedTuple):
    iteration: int
    state: State
    mode: Mode  # how the game is played from here on
    by_hand: bool = True  # whether something was changed here; else it can be played again from the one before


class Timeline:
    """A game's past, and where in it we are: ``iteration``, ``state``, ``mode``; ``end`` is how far it has been."""

    def __init__(self, state: State, mode: Mode):
        self.keyframes = [Keyframe(0, state, mode)]
        self.iteration, self.state, self.mode, self.end = 0, state, mode, 0
        self.stride = STRIDE
        self.stopped: str | None = None  # why it cannot go on

    @property
    def start(self) -> int:
        return self.keyframes[0].iteration

    def forked(self) -> "Timeline":
        """Another game with the same past."""
        other = Timeline(self.state, self.mode)
        other.keyframes, other.iteration, other.end, other.stride = list(self.keyframes), self.iteration, self.end, self.stride
        return other

    def advance(self, iterations: int) -> None:
        """Play on, through what was changed by hand further on, if we are in the past."""
        goal, self.stopped = self.iteration + iterations, None
        while self.iteration < goal and not self.stopped:
            ahead = self._after(self.iteration)
            until = min(goal, ahead.iteration if ahead else goal, (self.iteration // self.stride + 1) * self.stride)
            self._play(until - self.iteration)
            if ahead and self.iteration == ahead.iteration:
                self._enter(self._at(self.iteration))
            elif self.iteration % self.stride == 0 and self.iteration > self.keyframes[-1].iteration:
                self._keep(Keyframe(self.iteration, self.state, self.mode, by_hand=False))

    def seek(self, iteration: int) -> None:
        """Go to an iteration that has been."""
        if not self.start <= iteration <= self.end:
            raise ValueError(f"`iteration` must be from {self.start} to {self.end}, which are remembered. Got {iteration}.")
        self.stopped = None
        self._enter(self._at(iteration))
        while self.iteration < iteration and not self.stopped:
            self._play(iteration - self.iteration)

    def change(self, state: State | None = None, mode: Mode | None = None) -> None:
        """Another state, or another way to play on from here. What was to come is forgotten."""
        self.state, self.mode = state or self.state, mode or self.mode
        self.keyframes = [kept for kept in self.keyframes if kept.iteration < self.iteration]
        self.end, self.stopped = self.iteration, None
        self._keep(Keyframe(self.iteration, self.state, self.mode))

    def _play(self, iterations: int) -> None:
        state, finite = chunk(self.mode.game, self.mode.key, self.mode.played(self.state), jnp.asarray(iterations, jnp.int32))
        state = self.mode.restored(jax.block_until_ready(state), self.state)
        if not finite:
            self.stopped = f"a loss or weight was no longer finite at step {int(state.iteration) + 1}; the state before it was kept"
        self.state, self.iteration = state, int(state.iteration)
        self.end = max(self.end, self.iteration)

    def _enter(self, keyframe: Keyframe) -> None:
        self.iteration, self.state, self.mode = keyframe.iteration, keyframe.state, keyframe.mode

    def _at(self, iteration: int) -> Keyframe:
        """The last one that is not after it."""
        return self.keyframes[bisect.bisect_right(self.keyframes, iteration, key=lambda kept: kept.iteration) - 1]

    def _after(self, iteration: int) -> Keyframe | None:
        index = bisect.bisect_right(self.keyframes, iteration, key=lambda kept: kept.iteration)
        return self.keyframes[index] if index < len(self.keyframes) else None

    def _keep(self, keyframe: Keyframe) -> None:
        """Where memory would not do, every second of the states that can be played again goes; then, the oldest."""
        self.keyframes.append(keyframe)
        most = max(8, MEMORY // _bytes(keyframe.state))
        if len(self.keyframes) <= most:
            return
        self.stride *= 2
        self.keyframes = [kept for kept in self.keyframes if kept.by_hand or kept.iteration % self.stride == 0]
        self.keyframes = self.keyframes[-most:]


def _bytes(state: Any) -> int:
    return sum(leaf.nbytes for leaf in jax.tree.leaves(eqx.filter(state, eqx.is_array)))
