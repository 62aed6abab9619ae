"""One visitor's game: what the page may ask of it, each a method that ends in a state to be drawn; and the pictures of it."""

import hashlib
from dataclasses import replace
from typing import Any

import equinox as eqx
import jax
import numpy as np

from gantheory.base.estimate import Divergent, Outcome
from gantheory.explorer.data import ZOO, Data, data_of
from gantheory.explorer.honesty import bench
from gantheory.explorer.live import Picture, picture
from gantheory.explorer.mode import Mode, moved
from gantheory.explorer.settings import BOUNDS, CHOICES, Settings, latent_of, with_rates
from gantheory.explorer.slow_motion import LINES, Moment, moments
from gantheory.explorer.timeline import Timeline
from gantheory.game.losses import LOSSES
from gantheory.measurement.divergences import jsd
from gantheory.measurement.state import measure

PLAYERS = (None, "D", "G")
MOST_STEPS = 1000  # iterations between two pictures
FARTHEST = 2**30  # the last iteration of a game


class Lab:
    def __init__(self) -> None:
        data = data_of({"kind": "expression", "text": ZOO["two bells"]})
        self._begin(Mode(Settings(), data, data.unit))

    def _begin(self, mode: Mode) -> None:
        self.timeline = Timeline(mode.start(), mode)
        self.ghost: Timeline | None = None
        self.slow: list[Moment] = []
        self.line = -1

    @property
    def mode(self) -> Mode:
        return self.timeline.mode

    # What the page may ask for.

    def advance(self, steps: int, only: str | None = None) -> None:
        """Play on; ``only`` D or G learns, if given."""
        self._leave_slow_motion()
        if only != self.mode.only:
            self.timeline.change(mode=replace(self.mode, only=only))
        steps = min(steps, FARTHEST - self.timeline.iteration)
        self.timeline.advance(steps)
        if self.ghost:
            self.ghost.advance(self.timeline.iteration - self.ghost.iteration)

    def seek(self, iteration: int) -> None:
        self._leave_slow_motion()
        self.timeline.seek(iteration)
        if self.ghost:
            self.ghost.seek(max(self.ghost.start, min(iteration, self.ghost.end)))

    def fork(self) -> None:
        """From here on two games: this one, and its ghost, which goes on as it would have."""
        self._leave_slow_motion()
        self.ghost = self.timeline.forked()

    def lay_the_ghost(self) -> None:
        self.ghost = None

    def reset(self, seed: int | None = None) -> None:
        """To the first iteration of a new game with the same settings: the same initialisation, or another seed's."""
        settings = self.mode.settings if seed is None else self.mode.settings.changed({"seed": seed})
        self._begin(replace(self.mode, settings=settings, unit=self.mode.data.unit, only=None, hand=None))

    def set(self, changes: Any) -> None:
        """Other settings from here on; those that the players' shapes follow from begin a new game."""
        self._leave_slow_motion()
        old = self.mode.settings
        new = old.changed(changes)
        mode = replace(self.mode, settings=new)
        if new.starts_anew(old):
            return self._begin(replace(mode, unit=mode.data.unit, only=None, hand=None))
        if (new.penalty == "clipped weights") != (old.penalty == "clipped weights") or new.rate_d != old.rate_d or new.rate_g != old.rate_g:
            return self.timeline.change(with_rates(new, self.timeline.state), mode)
        self.timeline.change(mode=mode)

    def data(self, spec: Any) -> None:
        """Other data from here on, under players that stay; where they are far away, or nothing was learned yet, a new game begins."""
        self._leave_slow_motion()
        data = data_of(spec)
        hand = data.density if self.mode.hand is not None and self.mode.hand is self.mode.data.density else self.mode.hand
        mode = replace(self.mode, data=data, hand=hand)
        if self.timeline.end == 0 or not _near(data, self.mode.data):
            return self._begin(replace(mode, unit=data.unit, only=None, hand=None))
        self.timeline.change(mode=mode)

    def hand(self, spec: Any) -> None:
        """p_g by hand: drawn, named, or, as ``{"kind": "perfect"}``, p_data itself; None gives it back to G."""
        self._leave_slow_motion()
        if spec is None:
            hand = None
        elif isinstance(spec, dict) and spec.get("kind") == "perfect":
            hand = self.mode.data.density
        else:
            hand = data_of(spec).density
        self.timeline.change(mode=replace(self.mode, hand=hand))

    def move(self, shift: float, scale: float) -> None:
        """p_g by hand: G's law shifted, and scaled about its middle."""
        self._leave_slow_motion()
        if self.mode.hand:
            raise ValueError("p_g must be G's own to be dragged. Got one that was given by hand.")
        generator = self.timeline.state.generator
        about = float(generator(np.float32(latent_of(self.mode.settings).quantile(0.5))))
        self.timeline.change(eqx.tree_at(lambda state: state.generator, self.timeline.state, moved(generator, shift, scale, about)))

    def next_line(self) -> None:
        """The next line of Algorithm 1; its last lands on what training itself makes of the iteration."""
        if not self.slow:
            self.slow, self.line = moments(self.mode, self.timeline.state), 0
        elif self.line + 1 < len(self.slow):
            self.line += 1
        else:
            self._leave_slow_motion()
            return self.advance(1, self.mode.only)

    def _leave_slow_motion(self) -> None:
        self.slow, self.line = [], -1

    # What the page draws.

    def scene(self) -> dict[str, Any]:
        """What does not change from picture to picture."""
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
        """(numbers, curves) of the present state; ``full`` with a digest of its bits."""
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

    def _picture(self, timeline: Timeline, state) -> Picture:
        mode = timeline.mode
        return picture(mode.view, mode.generator(state), state.discriminator, LOSSES[mode.settings.loss].logit)

    def question(self) -> tuple[Mode, Any]:
        """The present state, for ``exact`` and ``estimates`` to answer about while the game goes on."""
        return self.mode, self.slow[self.line].state if self.slow else self.timeline.state


def exact(mode: Mode, state) -> dict[str, Any]:
    """The state in numbers as the library reports them."""
    judge = state.discriminator if LOSSES[mode.settings.loss].logit else None
    return {name: as_plain(found) for name, found in measure(mode.data.density, mode.p_g(state), judge).items()}


def estimates(mode: Mode, state) -> dict[str, Any]:
    p_g = mode.p_g(state)
    return {"exact": as_plain(jsd(mode.data.density, p_g)), "rows": bench(mode.data.density, p_g, mode.settings.seed)}


def as_plain(found: Outcome) -> dict[str, Any]:
    return {"infinite": found.reason} if isinstance(found, Divergent) else {"value": found.value, "error": found.error}


def choices() -> dict[str, Any]:
    """What the page's controls may be set to."""
    return {"zoo": ZOO, "choices": CHOICES, "bounds": BOUNDS, "lines": LINES, "settings": Settings().as_dict(), "most_steps": MOST_STEPS}


def digest(state) -> str:
    """Of every bit of the players and of their optimisers' memories."""
    summed = hashlib.sha256()
    for leaf in jax.tree.leaves(eqx.filter(state, eqx.is_array)):
        summed.update(np.asarray(leaf).tobytes())
    return summed.hexdigest()[:16]


def _near(data: Data, other: Data) -> bool:
    """Whether players who learned the one can see the other."""
    width = other.high - other.low
    return data.low < other.high and other.low < data.high and width / 8 < data.high - data.low < 8 * width
