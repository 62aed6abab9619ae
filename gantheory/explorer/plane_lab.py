"""One visitor's game on the plane: what a page may ask for as on the line, and other pictures."""

import time
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from gantheory.explorer.lab import Lab, digest, near, started
from gantheory.explorer.plane_data import BRUSHED, ZOO, PlaneData, plane_data_of
from gantheory.explorer.plane_live import CELLS, DRAWN, LINES, Sight, Weight, sight, turned, weight
from gantheory.explorer.plane_mode import PlaneMode
from gantheory.explorer.plane_verdict import plane_verdict
from gantheory.explorer.settings import LATENTS, PageSettings
from gantheory.explorer.timeline import Timeline
from gantheory.game.losses import LOSSES
from gantheory.game.players import State

PACE = 0.1  # seconds between two looks at p_g's law while the game plays; at rest every picture has its own
DIGITS = 5  # of the masses and points of a scene
# What a page begins with on the plane, where that is not the default of a setting. On seed 0 its 2 JSD is between .06 and .085 after 3,000
# iterations: what is left over lies between the modes, where no G that is continuous can part the sheet.
START = PageSettings(
    latent=LATENTS[0],
    penalty="R1",
    gamma=0.002,
    rate_d=2e-3,
    rate_g=3e-4,
    k=3,
    batch=128,
    width_d=64,
    width_g=32,
    activation_d="leaky_relu",
    r1=0.0,
)
ON_LINE_ONLY = ("oracle", "population")  # settings for which D* or the quantiles of a law on the line are computed


class Look(NamedTuple):
    """A look at p_g's law, and the state it was of."""

    mode: PlaneMode
    state: State
    iteration: int
    at: float  # on the clock of ``time.monotonic``
    weight: Weight


class PlaneLab(Lab):
    """A game on the plane."""

    look: Look | None

    def __init__(self) -> None:
        """The page's first one."""
        data = plane_data_of({"kind": "expression", "text": ZOO["ring of 8"]})
        super().__init__(started(PlaneMode(START, data, data.unit)))

    def _begin(self, timeline: Timeline) -> None:
        super()._begin(timeline)
        self.look = None

    @property
    def mode(self) -> PlaneMode:
        """How the game is played now."""
        mode = self.timeline.mode
        assert isinstance(mode, PlaneMode)
        return mode

    def set(self, changes: Any) -> None:
        """Change settings from here on; a change of the players' shapes begins a new game."""
        new = self.mode.settings.changed(changes)
        for name in ON_LINE_ONLY:
            if getattr(new, name):
                raise ValueError(f"`{name}` must be off in two dimensions: it is known on the line only. Got {getattr(new, name)!r}.")
        super().set(changes)

    def data(self, spec: Any) -> None:
        """Change the data from here on and keep the players. Data far away, or a game not yet played, begin a new game."""
        self._leave_slow_motion()
        data = plane_data_of(spec)
        mode = replace(self.mode, data=data)
        self._save("data")
        if self.timeline.end == 0 or not _near(data, self.mode.plane_data):
            return self._begin(started(replace(mode, unit=data.unit, only=None)))
        self.timeline.change(mode=mode)

    def hand(self, spec: Any) -> None:
        """Refused: p_g is G's own here."""
        raise ValueError("p_g must be on the line to be given by hand. Got a game in two dimensions.")

    def move(self, shift: float, scale: float) -> None:
        """Refused likewise."""
        raise ValueError("p_g must be on the line to be dragged. Got a game in two dimensions.")

    def script(self) -> str:
        """Refused: scripts are of games on the line."""
        raise ValueError("A script must be of a game on the line. Got one in two dimensions.")

    # What a page draws.

    def scene(self) -> dict[str, Any]:
        """What stays the same from picture to picture."""
        mode, square = self.mode, self.mode.square
        data = mode.plane_data
        return {
            "lab": "two",
            "low": data.low,
            "high": data.high,
            "bottom": data.bottom,
            "top": data.top,
            "cells": CELLS,
            "drawn": DRAWN,
            "p_data": _rounded(square.p_data),
            "samples": _rounded(square.samples),
            "modes": [{"at": at.tolist(), "mass": float(mass)} for at, mass in zip(mode.pieces.at, mode.pieces.mass, strict=True)],
            "said": data.said,
            "spec": data.spec,
            "settings": _settings(mode.settings),
            "logit": self._logit,
            "by_hand": False,
            "only": mode.only,
        }

    @property
    def _logit(self) -> bool:
        return LOSSES[self.mode.settings.loss].logit

    def frame(self, full: bool = True) -> tuple[dict[str, Any], list[np.ndarray]]:
        """(numbers, curves) of the present state, with a digest of its bits if ``full``; if not, p_g's law may be a little older."""
        moment = self.slow[self.line] if self.slow else None
        state = moment.state if moment else self.timeline.state
        mode, iteration = self.mode, self.timeline.iteration
        shown = sight(mode.square, mode.generator(state), state.discriminator, self._logit)
        looked, self.look = self.look, self._looked(mode, state, iteration, full)
        weighed = self.look.weight
        head: dict[str, Any] = {
            "lab": "two",
            "iteration": iteration,
            "measured": self.look.iteration,
            "start": self.timeline.start,
            "end": self.timeline.end,
            "stopped": self.timeline.stopped,
            "losses": [float(loss) for loss in state.losses],
            "numbers": weighed.numbers,
            "interval": weighed.interval,
            "folded": weighed.folded,
            "modes": mode.pieces.masses(weighed.p_g).tolist(),
            "beyond": max(0.0, 1 - float(weighed.p_g.sum())),
            "digest": digest(state) if full else None,
            "untouched": self.untouched() if full else None,
            "verdict": self._sentence(weighed, shown),
            "saved": [self.saved[-1].what, self.saved[-1].number] if self.saved else None,
        }
        curves = [weighed.p_g, weighed.d_star] if full or self.look is not looked else [np.empty(0), np.empty(0)]
        curves += [shown.logit, shown.points, shown.slope, shown.mesh, turned(shown.mesh)]
        if moment:
            points = [moment.x, moment.fake]
            head["line"] = {"line": moment.line, "repeat": moment.repeat, "points": [0 if p is None else len(p) for p in points]}
            curves += [p for p in points if p is not None]
        if self.ghost:
            head["ghost"] = {"iteration": self.ghost.iteration, "numbers": self._weighed(self.ghost.mode, self.ghost.state).numbers}
        return head, [np.ravel(curve) for curve in curves]

    def _looked(self, mode: PlaneMode, state: State, iteration: int, full: bool) -> Look:
        """The last look at p_g's law, or a new one if that was of another game, or is old."""
        last = self.look
        if last and last.mode is mode and (last.state is state or not (full or time.monotonic() - last.at >= PACE)):
            return last
        return Look(mode, state, iteration, time.monotonic(), self._weighed(mode, state))

    def _weighed(self, mode: Any, state: State) -> Weight:
        return weight(mode.square, mode.p_g(state, LINES), state.discriminator if LOSSES[mode.settings.loss].logit else None)

    def _sentence(self, weighed: Weight, shown: Sight) -> dict[str, str]:
        if self.timeline.stopped:
            return {"rule": "broken", "words": f"The game broke down. {self.timeline.stopped}"}
        mode, logit = self.mode, shown.logit if self._logit else None
        return plane_verdict(weighed, logit, mode.square, mode.pieces, self.timeline.iteration)._asdict()


def plane_choices() -> dict[str, Any]:
    """What a page needs to build the controls of the game on the plane, beside those that both games have."""
    return {"zoo": ZOO, "settings": _settings(START), "brushed": BRUSHED}


def _settings(settings: PageSettings) -> dict[str, Any]:
    return {name: value for name, value in settings.as_dict().items() if name not in ON_LINE_ONLY}


def _rounded(array: np.ndarray) -> list[float]:
    return [float(f"{one:.{DIGITS}g}") for one in np.ravel(array).tolist()]


def _near(data: PlaneData, other: PlaneData) -> bool:
    """Whether players that learned the one can learn the other, as on the line: in x and in y."""
    return near((data.low, data.high), (other.low, other.high)) and near((data.bottom, data.top), (other.bottom, other.top))
