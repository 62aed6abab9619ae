"""A training between its chunks: where it is measured, kept, shown, and where it may end early."""

import abc
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Int

from gantheory.game.algorithm1 import breakdown
from gantheory.training.checkpoints import Checkpoints
from gantheory.training.history import AnyRow, Progress


@dataclass
class Loop(abc.ABC):
    """A training in progress. ``state`` has its ``iteration``; the last row of ``history`` is always of the state that is kept."""

    state: Any
    _: KW_ONLY
    steps: int
    measure_every: int
    progress: Progress | None
    checkpoints: Checkpoints | None
    history: list[Any] = field(default_factory=list)
    stopped: str | None = None

    @abc.abstractmethod
    def advanced(self, iterations: Int[Array, ""]) -> tuple[Any, Bool[Array, ""]]:
        """(the state after so many iterations, or the last one that is finite; whether all were)."""

    @abc.abstractmethod
    def row(self, step: int) -> AnyRow:
        """The state, measured: its iterations are given."""

    def play(self) -> None:
        """Play from the newest checkpoint, or from the start, to the last step, the first number that is not finite, or an interrupt."""
        if self.checkpoints and (last := self.checkpoints.last(self.state)):
            self.state, self.history = last
        try:
            if not self.history:
                self._measure()
            self._report()
            self._play_chunks()
        except KeyboardInterrupt:
            self.stopped = f"interrupted at step {int(self.state.iteration)}"
        if not self.history or self.history[-1].step != int(self.state.iteration):
            self._measure()  # the last row is of the state that is returned

    def _play_chunks(self) -> None:
        while (done := int(self.state.iteration)) < self.steps:
            length = min(self.measure_every - done % self.measure_every, self.steps - done)
            new, finite = self.advanced(jnp.asarray(length, jnp.int32))
            self.state = jax.block_until_ready(new)
            if not finite:
                self.stopped = breakdown(self.state)
                return
            self._measure()
            self._report()

    def _measure(self) -> None:
        self.history.append(self.row(int(self.state.iteration)))

    def _report(self) -> None:
        """Keep the state, then show it."""
        if self.checkpoints:
            self.checkpoints.keep(self.state, self.history)
        if self.progress:
            self.progress(self.history[-1].step, self.steps, self.history[-1])
