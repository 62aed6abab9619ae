"""One visitor's game: a method for each thing that a page may ask for, and the pictures of the state that follows."""

import functools
import hashlib
from dataclasses import replace
from typing import Any, NamedTuple

import equinox as eqx
import jax
import numpy as np

from gantheory.explorer.data import ZOO, data_of
from gantheory.explorer.honesty import bench
from gantheory.explorer.live import Picture, picture
from gantheory.explorer.mode import Mode, moved
from gantheory.explorer.script import script_of
from gantheory.explorer.settings import BOUNDS, CHOICES, START, latent_of, with_rates
from gantheory.explorer.slow_motion import LINES, Moment, moments
from gantheory.explorer.timeline import Timeline
from gantheory.explorer.verdict import verdict
from gantheory.game.losses import LOSSES
from gantheory.game.players import State
from gantheory.measurement.divergences import jsd
from gantheory.measurement.state import measure

PLAYERS = (None, "D", "G")
MOST_STEPS = 1000  # largest number of iterations between two pictures
FARTHEST = 2**30  # last iteration of a game
MOST_SAVED = 3  # changes that can be undone


class Saved(NamedTuple):
    """A game as it was before a change."""

    what: str  # the change, in a word
    number: int  # which change of the visit it was
    timeline: Timeline
    ghost: Timeline | None


def started(mode: Mode) -> Timeline:
    """A game at its beginning."""
    return Timeline(mode.start(), mode)


class Lab:
    """A game with its timeline, the ghost that it may be compared with, and the lines of slow motion."""

    beside: "Lab | None" = None  # the visitor's game of the other dimension, kept while this one is shown

    def __init__(self, timeline: Timeline | None = None) -> None:
        """A game that goes on from a timeline; the page's first one if None."""
        self.saved: list[Saved] = []
        self.changes: int = 0  # changes so far
        if timeline is None:
            data = data_of({"kind": "expression", "text": ZOO["two bells"]})
            timeline = started(Mode(START, data, data.unit))
        self._begin(timeline)

    def _begin(self, timeline: Timeline) -> None:
        self.timeline: Timeline = timeline
        self.ghost: Timeline | None = None
        self.slow: list[Moment] = []
        self.line: int = -1

    @property
    def mode(self) -> Mode:
        """How the game is played now."""
        return self.timeline.mode

    # What a page may ask for.

    def advance(self, steps: int, only: str | None = None) -> None:
        """Play so many iterations; if ``only`` is "D" or "G", only this player learns."""
        self._leave_slow_motion()
        if only != self.mode.only:
            if self.timeline.iteration < self.timeline.end:
                self._save("who learns")
            self.timeline.change(mode=replace(self.mode, only=only))
        steps = min(steps, FARTHEST - self.timeline.iteration)
        self.timeline.advance(steps)
        if self.ghost:
            self.ghost.advance(self.timeline.iteration - self.ghost.iteration)

    def seek(self, iteration: int) -> None:
        """Go to a past iteration, the ghost too as far as it goes."""
        self._leave_slow_motion()
        self.timeline.seek(iteration)
        if self.ghost:
            self.ghost.seek(max(self.ghost.start, min(iteration, self.ghost.end)))

    def fork(self) -> None:
        """Begin a ghost here: a second game, which goes on without the changes that this one gets from now on."""
        self._leave_slow_motion()
        self.ghost = self.timeline.forked()

    def lay_the_ghost(self) -> None:
        """End the ghost's game."""
        self.ghost = None

    def reset(self, seed: int | None = None) -> None:
        """Begin a new game with the same settings, from the same initialisation or from another seed's."""
        settings = self.mode.settings if seed is None else self.mode.settings.changed({"seed": seed})
        self._save("new start")
        self._begin(started(replace(self.mode, settings=settings, unit=self.mode.data.unit, only=None, hand=None)))

    def set(self, changes: Any) -> None:
        """Change settings from here on; a change of the players' shapes begins a new game."""
        self._leave_slow_motion()
        old = self.mode.settings
        new = old.changed(changes)
        mode = replace(self.mode, settings=new)
        self._save("settings")
        if new.starts_anew(old):
            return self._begin(started(replace(mode, unit=mode.data.unit, only=None, hand=None)))
        if (new.penalty == "clipped weights") != (old.penalty == "clipped weights") or new.rate_d != old.rate_d or new.rate_g != old.rate_g:
            return self.timeline.change(with_rates(new, self.timeline.state), mode)
        self.timeline.change(mode=mode)

    def data(self, spec: Any) -> None:
        """Change the data from here on and keep the players. Data far away, or a game not yet played, begin a new game."""
        self._leave_slow_motion()
        data = data_of(spec)
        hand = data.density if self.mode.hand is not None and self.mode.hand is self.mode.data.density else self.mode.hand
        mode = replace(self.mode, data=data, hand=hand)
        self._save("data")
        if self.timeline.end == 0 or not near((data.low, data.high), (self.mode.data.low, self.mode.data.high)):
            return self._begin(started(replace(mode, unit=data.unit, only=None, hand=None)))
        self.timeline.change(mode=mode)

    def hand(self, spec: Any) -> None:
        """Give p_g by hand: drawn, named, or p_data itself as ``{"kind": "perfect"}``. None returns p_g to G."""
        self._leave_slow_motion()
        if spec is None:
            hand = None
        elif isinstance(spec, dict) and spec.get("kind") == "perfect":
            hand = self.mode.data.density
        else:
            hand = data_of(spec).density
        self._save("p_g by hand")
        self.timeline.change(mode=replace(self.mode, hand=hand))

    def move(self, shift: float, scale: float) -> None:
        """Drag p_g: shift G's law, and scale it about its median."""
        self._leave_slow_motion()
        if self.mode.hand:
            raise ValueError("p_g must be G's own to be dragged. Got one that was given by hand.")
        if not (self.saved and self.saved[-1].what == "drag" and self.timeline.iteration == self.timeline.end):  # a drag is many moves
            self._save("drag")
        generator = self.timeline.state.generator
        about = float(generator(np.float32(latent_of(self.mode.settings).quantile(0.5))))
        self.timeline.change(eqx.tree_at(lambda state: state.generator, self.timeline.state, moved(generator, shift, scale, about)))

    def undo(self) -> None:
        """Take back the last change, with the past that it erased."""
        if not self.saved:
            raise ValueError("A change must have been made to be undone. Got none that is remembered.")
        self._leave_slow_motion()
        _, _, self.timeline, self.ghost = self.saved.pop()

    def _save(self, what: str) -> None:
        """Remember the game as it is before a change."""
        self.changes += 1
        saved = Saved(what, self.changes, self.timeline.forked(), self.ghost and self.ghost.forked())
        self.saved = [*self.saved, saved][-MOST_SAVED:]

    def next_line(self) -> None:
        """Show the next line of Algorithm 1. After the last line comes the state that training itself reaches."""
        if not self.slow:
            self.slow, self.line = moments(self.mode, self.timeline.state), 0
        elif self.line + 1 < len(self.slow):
            self.line += 1
        else:
            self._leave_slow_motion()
            return self.advance(1, self.mode.only)

    def _leave_slow_motion(self) -> None:
        self.slow, self.line = [], -1

    # What a page draws.

    def scene(self) -> dict[str, Any]:
        """What stays the same from picture to picture."""
        mode, view = self.mode, self.mode.view
        cell = (view.edges[-1] - view.edges[0]) / (len(view.edges) - 1)
        inner = view.p_data[1:-1]
        return {
            "low": mode.data.low,
            "high": mode.data.high,
            "p_data": ((inner[::2] + inner[1::2]) / (2 * cell)).tolist(),
            "z": view.z_drawn.tolist(),
            "z_arrows": view.z_arrows.tolist(),
            "said": mode.data.said,
            "spec": mode.data.spec,
            "settings": mode.settings.as_dict(),
            "logit": LOSSES[mode.settings.loss].logit,
            "by_hand": mode.hand is not None,
            "only": mode.only,
        }

    def frame(self, full: bool = True) -> tuple[dict[str, Any], list[np.ndarray]]:
        """(numbers, curves) of the present state, with a digest of its bits if ``full``."""
        moment = self.slow[self.line] if self.slow else None
        state = moment.state if moment else self.timeline.state
        shown = self._picture(self.timeline, state)
        head: dict[str, Any] = {
            "iteration": self.timeline.iteration,
            "start": self.timeline.start,
            "end": self.timeline.end,
            "stopped": self.timeline.stopped,
            "losses": [float(loss) for loss in state.losses],
            "numbers": {name: [float(value), float(error)] for name, (value, error) in shown.numbers.items()},
            "digest": digest(state) if full else None,
            "untouched": self.untouched() if full else None,
            "verdict": self._verdict(shown),
            "saved": [self.saved[-1].what, self.saved[-1].number] if self.saved else None,
        }
        curves = [shown.p_g, shown.logit, shown.d_star, shown.slope, shown.graph, shown.arrows]
        if moment:
            points = [moment.x, moment.fake]
            head["line"] = {"line": moment.line, "repeat": moment.repeat, "points": [0 if p is None else len(p) for p in points]}
            curves += [p for p in points if p is not None]
        if self.ghost:
            other = self._picture(self.ghost, self.ghost.state)
            head["ghost"] = {
                "iteration": self.ghost.iteration,
                "numbers": {name: [float(value), float(error)] for name, (value, error) in other.numbers.items()},
            }
            curves += [other.p_g, other.logit]
        return head, curves

    def untouched(self) -> bool:
        """Whether the run follows from its settings, data and seed alone: nothing was changed after its start."""
        first, *later = self.timeline.keyframes
        changed = any(kept.by_hand for kept in later if kept.iteration <= self.timeline.iteration)
        by_hand = self.mode.only is not None or self.mode.hand is not None
        return first.iteration == 0 and not changed and not by_hand and digest(first.state) == _digest_at_start(first.mode)

    def script(self) -> str:
        """A script of the library that ends with the numbers of the present state."""
        return script_of(self.mode, self.timeline.iteration, self.untouched())

    def _verdict(self, shown: Picture) -> dict[str, str]:
        if self.timeline.stopped:
            return {"rule": "broken", "words": f"The game broke down. {self.timeline.stopped}"}
        mode = self.mode
        at, by_hand, logit = self.timeline.iteration, mode.hand is not None, LOSSES[mode.settings.loss].logit
        return verdict(shown, mode.view, mode.modes, at, by_hand, logit)._asdict()

    def _picture(self, timeline: Timeline, state) -> Picture:
        mode = timeline.mode
        return picture(mode.view, mode.generator(state), state.discriminator, LOSSES[mode.settings.loss].logit)

    def question(self) -> tuple[Mode, Any]:
        """The present mode and state, for ``exact`` and ``estimates``, which answer while the game goes on."""
        return self.mode, self.slow[self.line].state if self.slow else self.timeline.state


@functools.lru_cache(32)
def _digest_at_start(mode: Mode) -> str:
    return digest(mode.start())


def exact(mode: Mode, state: State) -> dict[str, Any]:
    """The exact numbers of a state, as the library reports them."""
    judge = state.discriminator if LOSSES[mode.settings.loss].logit else None
    return {name: found.record() for name, found in measure(mode.data.density, mode.p_g(state), judge).items()}


def estimates(mode: Mode, state: State) -> dict[str, Any]:
    """The exact JSD of a state beside what samples say of it."""
    if mode.data.density.dimension != 1:
        raise ValueError("Estimates must be of a game on the line. Got one in two dimensions.")
    p_g = mode.p_g(state)
    return {"exact": jsd(mode.data.density, p_g).record(), "rows": bench(mode.data.density, p_g, mode.settings.seed)}


def choices() -> dict[str, Any]:
    """What a page needs to build its controls: their choices, bounds and first values."""
    return {"zoo": ZOO, "choices": CHOICES, "bounds": BOUNDS, "lines": LINES, "settings": START.as_dict(), "most_steps": MOST_STEPS}


def digest(state: Any) -> str:
    """A hash of every bit of the players and of their optimisers' states."""
    summed = hashlib.sha256()
    for leaf in jax.tree.leaves(eqx.filter(state, eqx.is_array)):
        summed.update(np.asarray(leaf).tobytes())
    return summed.hexdigest()[:16]


def near(stretch: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether players that learned the one can learn the other: the stretches overlap, and their widths differ by less than 8 times."""
    (low, high), (from_, to) = stretch, other
    width = to - from_
    return low < to and from_ < high and width / 8 < high - low < 8 * width
