"""The modes of p_data: where they are, and whether p_g found them."""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from gantheory.distributions import PlaneDensity
from gantheory.distributions.pushforward import PlanePushforward
from gantheory.distributions.pushforward.mesh import vertex_masses
from gantheory.judgement.where import quantiles
from gantheory.measurement.modes import FOUND, WITHIN, modes_of

POINTS = 1024  # points of the line at which p_data is looked at, and as many that lie evenly
DEEP = 0.5  # least depth of the valleys beside a mode, as a share of its height
LEAST = 0.01  # least mass of a mode of p_data
LOST = 0.05  # share of p_data's mass at a mode, below which p_g has lost it
ROUND = 0.98889  # mass of a round Gaussian within 3 standard deviations


class Mode(NamedTuple):
    """A mode of p_data.

    Attributes:
      place: x, or (x, y), rounded.
      of_data: mass of p_data there: from one valley to the next on the line, within 3 standard deviations on the plane.
      of_g: that of p_g.
      found: whether p_g has enough of it: on the line a twentieth of p_data's, on the plane 1/2500.
    """

    place: Any
    of_data: float
    of_g: float
    found: bool


def modes_found(p_data: Any, p_g: Any) -> list[Mode]:
    """The modes of p_data, if it has more than one; on the plane, those of a mixture of round Gaussians far apart."""
    if p_data.dimension == 1:
        found = _on_line(p_data, p_g)
    else:
        found = _on_plane(p_data, p_g) if isinstance(p_g, PlanePushforward) and isinstance(p_data, PlaneDensity) else []
    return found if len(found) > 1 else []


def _on_line(p_data: Any, p_g: Any) -> list[Mode]:
    from scipy.signal import find_peaks, peak_prominences  # heavy, and needed here only

    x = quantiles(p_data, POINTS)
    x = np.union1d(x, np.linspace(x[0], x[-1], POINTS))
    height = np.nan_to_num(np.exp(p_data.log_prob(x)))
    padded = np.concatenate([[0.0], height, [0.0]])
    peaks = find_peaks(padded)[0]
    peaks = peaks[peak_prominences(padded, peaks)[0] >= DEEP * padded[peaks]] - 1
    cuts = x[[a + np.argmin(height[a:b]) for a, b in pairwise(peaks)]] if len(peaks) > 1 else np.empty(0)
    of_data, of_g = (np.diff(np.concatenate([[0.0], law.cdf(cuts), [1.0]])) for law in (p_data, p_g))
    digits = 2 - int(np.floor(np.log10(x[-1] - x[0])))
    return [
        Mode(float(np.round(place, digits)) + 0.0, float(of_p), float(of_q), bool(of_q >= LOST * of_p))
        for place, of_p, of_q in zip(x[peaks], of_data, of_g, strict=True)
        if of_p >= LEAST
    ]


def _on_plane(p_data: Any, p_g: PlanePushforward) -> list[Mode]:
    modes = modes_of(p_data)
    if modes is None or p_g.singular:
        return []
    points, masses = p_g.mesh.x.reshape(-1, 2), vertex_masses(p_g.mesh).ravel()
    around = [masses[np.hypot(*(points - centre).T) <= WITHIN * modes.scale].sum() / masses.sum() for centre in modes.centres]
    digits = 2 - int(np.floor(np.log10(np.ptp(modes.centres, axis=0).max())))
    return [
        Mode(tuple(float(one) + 0.0 for one in np.round(centre, digits)), float(ROUND * weight), float(mass), bool(mass >= FOUND))
        for centre, weight, mass in zip(modes.centres, modes.weights, around, strict=True)
    ]
