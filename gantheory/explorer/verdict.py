"""What a picture of the game shows, in one sentence by stated rules. The first rule that holds speaks."""

import itertools
from typing import NamedTuple

import numpy as np

from gantheory.explorer.live import CELLS, Picture, View

NEAR = 0.002  # 2 JSD below which p_g counts as p_data, in nats
APART = 1.2  # 2 JSD above which the laws hardly overlap, in nats; the most there can be is 2 log 2 = 1.386
FLAT = 0.03  # mean |D - 1/2| below which D says nothing
UNSEEN = 0.25  # share of 2 JSD that a D gone flat sees at most
CALM = 0.1  # mean |D - 1/2| of a game at rest
LEAST_MODE = 0.05  # mass of a mode worth a word
VALLEY = 0.6  # height of the valley beside a mode, as a share of its own at most
LOST = 0.1  # share of a mode's mass that p_g keeps of one that is lost, at most
SMOOTHED = 9  # cells that p_data is averaged over before its modes are counted


class Mode(NamedTuple):
    """A mode of p_data: where it is, and the cells and the mass between the valleys beside it."""

    at: float
    cells: slice
    mass: float


class Verdict(NamedTuple):
    """A sentence, and the word that stands for its rule."""

    rule: str
    words: str


def modes_of(view: View) -> list[Mode]:
    """The modes of p_data on a view's cells, those of at least ``LEAST_MODE``."""
    masses = view.p_data[1:-1]
    heights = np.convolve(masses, np.ones(SMOOTHED) / SMOOTHED, "same")
    cuts = [0, *_valleys(heights), CELLS]
    found = []
    for start, stop in itertools.pairwise(cuts):
        peak = start + int(np.argmax(heights[start:stop]))
        found.append(Mode(float(view.edges[peak : peak + 2].mean()), slice(start, stop), float(masses[start:stop].sum())))
    return [mode for mode in found if mode.mass >= LEAST_MODE]


def _valleys(heights: np.ndarray) -> list[int]:
    """The lowest cells between every two neighbouring peaks that a valley parts."""
    valleys, peak, low = [], 0, None
    for i in range(1, len(heights)):
        if low is None:
            if heights[i] >= heights[peak]:
                peak = i
            elif heights[i] < VALLEY * heights[peak]:
                low = i
        elif heights[i] < heights[low]:
            low = i
        elif heights[low] < VALLEY * heights[i] and heights[i] > 0.02 * heights.max():
            valleys.append(low)
            peak, low = i, None
    return valleys


def verdict(shown: Picture, view: View, modes: list[Mode], iteration: int, by_hand: bool, logit: bool) -> Verdict:
    """What the picture shows.

    Args:
        shown: The picture.
        view: Its grids.
        modes: Those of p_data.
        iteration: Its iteration.
        by_hand: Whether p_g was given by the visitor.
        logit: Whether D's output is a logit.
    """
    two_jsd = float(shown.numbers["two_jsd"][0])
    if not np.isfinite(two_jsd):
        return Verdict("unknown", "The live numbers are not finite here; the exact ones may be.")
    if by_hand:
        return Verdict("by hand", f"p_g is yours: 2 JSD = {two_jsd:.3g}. G rests, and D learns against it.")
    if iteration == 0:
        return Verdict("untrained", "Nobody has learned yet: p_g is what an untrained G makes of z. Press Play.")
    if two_jsd > APART:
        return Verdict("apart", f"p_g and p_data hardly overlap: 2 JSD = {two_jsd:.3g} of at most 1.386. D can tell them apart everywhere.")
    p_data, p_g = _pairs(view.p_data[1:-1]), np.asarray(shown.p_g) * (view.edges[2] - view.edges[0])
    kept = [float(p_g[mode.cells.start // 2 : mode.cells.stop // 2].sum()) for mode in modes]
    lost = [(mode, mass) for mode, mass in zip(modes, kept, strict=True) if len(modes) > 1 and mass < LOST * mode.mass]
    if lost:
        mode, mass = max(lost, key=lambda one: one[0].mass)
        return Verdict("mode lost", f"The mode at {mode.at:.2g} is lost: p_data has {mode.mass:.0%} of its mass there, p_g {mass:.0%}.")
    doubt = _doubt(shown.logit, p_data, p_g) if logit else None
    if doubt is not None and two_jsd > NEAR:
        seen = float(shown.numbers["value"][0] + np.log(4)) / two_jsd
        if doubt < FLAT and seen < UNSEEN:
            return Verdict(
                "flat", f"D has gone flat: it answers about ½ everywhere, though 2 JSD = {two_jsd:.3g}. G learns next to nothing."
            )
        if seen < UNSEEN:
            return Verdict(
                "behind", f"D is behind: 2 JSD = {two_jsd:.3g}, and D sees {max(seen, 0):.0%} of it. What G learns may be wrong."
            )
        return Verdict("learning", f"Still apart: 2 JSD = {two_jsd:.3g}, of which D sees {min(seen, 1):.0%}. G can learn from that.")
    if two_jsd > NEAR:
        return Verdict("learning", f"Still apart: 2 JSD = {two_jsd:.3g}.")
    if doubt is not None and doubt > CALM:
        return Verdict("near", f"p_g is nearly p_data: 2 JSD = {two_jsd:.2g}. D is not yet at ½.")
    return Verdict("at rest", f"At rest: p_g is nearly p_data, 2 JSD = {two_jsd:.2g}" + (", and D answers about ½." if logit else "."))


def _pairs(masses: np.ndarray) -> np.ndarray:
    """Masses of the drawn cells, each of which is two of the view's."""
    return masses[::2] + masses[1::2]


def _doubt(logit: np.ndarray, p_data: np.ndarray, p_g: np.ndarray) -> float:
    """Mean |D - 1/2| over p_data and p_g, given their masses in the drawn cells."""
    far = np.abs(np.tanh(np.asarray(logit, np.float64) / 2)) / 2
    return float(np.sum((p_data + p_g) * far) / max(np.sum(p_data + p_g), np.finfo(float).tiny))
