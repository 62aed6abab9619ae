"""The time machine: any past iteration of a game comes back to the last bit, with all changes made along the way.

An iteration is a function of the state before it and of the mode of play. So it is enough to keep some states: one at every change by
hand, and others in between, more widely spaced as the game grows long. The iterations between kept states are played again.
"""

import bisect
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp

from gantheory.explorer.mode import Mode
from gantheory.game.algorithm1 import breakdown, chunk
from gantheory.game.players import State

MEMORY = 8 * 2**20  # bytes of states that a timeline may keep
STRIDE = 50  # iterations between kept states, at first


class Keyframe(NamedTuple):
    """A kept state.

    Attributes:
      iteration: its iteration.
      state: the players.
      mode: how the game is played from here on.
      by_hand: whether something was changed here; otherwise the state can be played again from the keyframe before it.
    """

    iteration: int
    state: State
    mode: Mode
    by_hand: bool = True


class Timeline:
    """A game's past, and a position in it.

    Attributes:
      keyframes: the kept states, in order.
      iteration: the present iteration.
      state: the present state.
      mode: the present mode of play.
      end: the farthest iteration that was reached.
      stride: iterations between keyframes.
      stopped: why the game cannot go on, if it cannot.
    """

    keyframes: list[Keyframe]
    iteration: int
    state: State
    mode: Mode
    end: int
    stride: int
    stopped: str | None

    def __init__(self, state: State, mode: Mode):
        self.keyframes = [Keyframe(0, state, mode)]
        self.iteration, self.state, self.mode, self.end = 0, state, mode, 0
        self.stride = STRIDE
        self.stopped = None

    @property
    def start(self) -> int:
        """The first iteration that is remembered."""
        return self.keyframes[0].iteration

    def forked(self) -> "Timeline":
        """Another timeline with the same past."""
        other = Timeline(self.state, self.mode)
        other.keyframes, other.iteration, other.end, other.stride = list(self.keyframes), self.iteration, self.end, self.stride
        return other

    def advance(self, iterations: int) -> None:
        """Play on by so many iterations; from a position in the past, through the changes that were made later."""
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
        """Go to a past iteration. Raises ``ValueError`` for one that is not remembered."""
        if not self.start <= iteration <= self.end:
            raise ValueError(f"`iteration` must be from {self.start} to {self.end}, which are remembered. Got {iteration}.")
        self.stopped = None
        self._enter(self._at(iteration))
        while self.iteration < iteration and not self.stopped:
            self._play(iteration - self.iteration)

    def change(self, state: State | None = None, mode: Mode | None = None) -> None:
        """Replace the present state, or the mode of play from here on. What came later is forgotten."""
        self.state, self.mode = state or self.state, mode or self.mode
        self.keyframes = [kept for kept in self.keyframes if kept.iteration < self.iteration]
        self.end, self.stopped = self.iteration, None
        self._keep(Keyframe(self.iteration, self.state, self.mode))

    def _play(self, iterations: int) -> None:
        state, finite = chunk(self.mode.game, self.mode.key, self.mode.played(self.state), jnp.asarray(iterations, jnp.int32))
        state = self.mode.restored(jax.block_until_ready(state), self.state)
        if not finite:
            self.stopped = breakdown(state)
        self.state, self.iteration = state, int(state.iteration)
        self.end = max(self.end, self.iteration)

    def _enter(self, keyframe: Keyframe) -> None:
        self.iteration, self.state, self.mode = keyframe.iteration, keyframe.state, keyframe.mode

    def _at(self, iteration: int) -> Keyframe:
        """The last keyframe that is not after the iteration."""
        return self.keyframes[bisect.bisect_right(self.keyframes, iteration, key=lambda kept: kept.iteration) - 1]

    def _after(self, iteration: int) -> Keyframe | None:
        """The first keyframe after the iteration."""
        index = bisect.bisect_right(self.keyframes, iteration, key=lambda kept: kept.iteration)
        return self.keyframes[index] if index < len(self.keyframes) else None

    def _keep(self, keyframe: Keyframe) -> None:
        """Add a keyframe. If memory is short, drop every second one that can be played again, then the oldest."""
        self.keyframes.append(keyframe)
        most = max(8, MEMORY // _bytes(keyframe.state))
        if len(self.keyframes) <= most:
            return
        self.stride *= 2
        self.keyframes = [kept for kept in self.keyframes if kept.by_hand or kept.iteration % self.stride == 0]
        self.keyframes = self.keyframes[-most:]


def _bytes(state: Any) -> int:
    return sum(leaf.nbytes for leaf in jax.tree.leaves(eqx.filter(state, eqx.is_array)))
