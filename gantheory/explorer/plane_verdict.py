"""The pieces of p_data on the plane, and what a picture shows, in one sentence by stated rules. The first rule that holds speaks."""

from typing import Any, NamedTuple

import numpy as np

from gantheory.explorer.plane_live import Square, Weight
from gantheory.explorer.verdict import APART, CALM, FLAT, LOST, UNSEEN, Verdict
from gantheory.measurement.integrands import LOG4

NEAR = 0.02  # 2 JSD below which p_g counts as p_data, in nats
LEVELS = (0.6, 0.3, 0.1)  # shares of the highest density: above each, what is connected and holds no piece yet is one
LEAST_PIECE = 0.01  # mass of a piece worth a bar
NAMED = 6  # lost pieces that are named, at most


class Pieces(NamedTuple):
    """The pieces of p_data: connected cells in which it is dense. The modes of a mixture are, where they are apart."""

    at: np.ndarray  # a place within each, (n, 2)
    owner: np.ndarray  # the piece that each cell of the square is nearest to, (columns, rows)
    mass: np.ndarray  # of p_data, nearest to each, (n,)

    def masses(self, of_cells: np.ndarray) -> np.ndarray:
        """How much of a law is nearest to each piece, given its masses in the cells."""
        return np.bincount(self.owner.ravel(), of_cells.ravel(), len(self.at))


def pieces_of(square: Square) -> Pieces:
    """The pieces of p_data on the cells of a square."""
    from scipy import ndimage  # heavy, and needed here only

    label: Any = ndimage.label
    within = np.zeros(square.p_data.shape, int)  # 0 is none
    for level in LEVELS:
        labels, count = label(square.p_data > level * square.p_data.max())
        held = ndimage.maximum(within, labels, np.arange(1, count + 1))
        mass = ndimage.sum_labels(square.p_data, labels, np.arange(1, count + 1))
        for one in np.flatnonzero((held == 0) & (mass >= LEAST_PIECE)):
            within[labels == one + 1] = within.max() + 1
    within = within if within.any() else (square.p_data == square.p_data.max()).astype(int)
    nearest: Any = ndimage.distance_transform_edt(within == 0, return_distances=False, return_indices=True)
    owner = within[tuple(nearest)] - 1
    numbers = range(1, within.max() + 1)
    places = [_inside(square.middles[within == one], square.p_data[within == one]) for one in numbers]
    return _in_turn(Pieces(np.array(places), owner, np.bincount(owner.ravel(), square.p_data.ravel(), len(numbers))))


def _inside(middles: np.ndarray, mass: np.ndarray) -> np.ndarray:
    """The cell of a piece that is nearest to its centre of mass."""
    centre = mass @ middles / mass.sum()
    return middles[np.argmin(np.sum((middles - centre) ** 2, -1))]


def _in_turn(pieces: Pieces) -> Pieces:
    """The pieces in the order of their angle about the middle of all, the rightmost first, counterclockwise."""
    x, y = (pieces.at - pieces.at.mean(0)).T
    order = np.argsort(np.round(np.arctan2(y, x), 6) % (2 * np.pi), kind="stable")
    return Pieces(pieces.at[order], np.argsort(order)[pieces.owner], pieces.mass[order])


def plane_verdict(shown: Weight, logit: np.ndarray | None, square: Square, pieces: Pieces, iteration: int) -> Verdict:
    """What the picture shows.

    Args:
        shown: p_g's law.
        logit: D's logits in the cells; None for a critic.
        square: The grid.
        pieces: Those of p_data.
        iteration: Of the picture.
    """
    low, high = shown.interval
    two_jsd = shown.numbers["two_jsd"][0]
    between = f"2 JSD lies between {low:.2g} and {high:.2g}"
    if not np.isfinite(two_jsd):
        return Verdict("unknown", "The live numbers are not finite here; the exact ones may be.")
    if iteration == 0:
        return Verdict("untrained", "Nobody has learned yet: p_g is what an untrained G makes of z. Press Play.")
    if two_jsd > APART:
        return Verdict("apart", f"p_g and p_data hardly overlap: {between}, of at most 1.386. D can tell them apart everywhere.")
    lost = lost_pieces(pieces, shown.p_g)
    if len(lost):
        return Verdict("mode lost", _alarm(pieces, lost))
    if logit is None:
        return Verdict("learning", f"Still apart: {between}.") if two_jsd > NEAR else Verdict("at rest", f"At rest: {between}.")
    doubt = _doubt(logit, square.p_data + shown.p_g)
    seen = (shown.numbers["value"][0] + LOG4) / max(two_jsd, 1e-12)
    if two_jsd > NEAR and seen < UNSEEN:
        if doubt < FLAT:
            return Verdict("flat", f"D has gone flat: it answers about ½ everywhere, though {between}. G learns next to nothing.")
        return Verdict("behind", f"D is behind: {between}, and D sees {max(seen, 0):.0%} of it. What G learns may be wrong.")
    if two_jsd > NEAR:
        return Verdict("learning", f"Still apart: {between}. D sees about {min(seen, 1):.0%} of it, and G can learn from that.")
    if doubt > CALM:
        return Verdict("near", f"p_g is nearly p_data: {between}. D is not yet at ½.")
    return Verdict("at rest", f"At rest: p_g is nearly p_data, {between}, and D answers about ½.")


def lost_pieces(pieces: Pieces, p_g: np.ndarray) -> np.ndarray:
    """The numbers, from 0, of the pieces of which p_g has less than a tenth; none where p_data is in one piece."""
    return np.flatnonzero(pieces.masses(p_g) < LOST * pieces.mass) if len(pieces.at) > 1 else np.empty(0, int)


def _alarm(pieces: Pieces, lost: np.ndarray) -> str:
    names = [str(one + 1) for one in lost[:NAMED]]
    some = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    many = f"{len(lost)} of {len(pieces.at)} modes are lost" if len(lost) > 1 else f"1 of {len(pieces.at)} modes is lost"
    which = f" (number {some})" if len(lost) <= NAMED else ""
    return f"Mode collapse: {many}{which}. p_g has less than a tenth of p_data's mass there."


def _doubt(logit: np.ndarray, mass: np.ndarray) -> float:
    """Mean |D - 1/2| over masses in the cells."""
    far = np.abs(np.tanh(np.asarray(logit, np.float64) / 2)) / 2
    return float(np.sum(mass * far) / max(np.sum(mass), np.finfo(float).tiny))
