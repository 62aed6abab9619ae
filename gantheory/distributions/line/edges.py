"""How a log-density that is known by its values goes on where these cannot be had: next to an end, next to a break, and far out.

Toward such an *edge* s = |log distance| grows, and log p goes like a + b s, a power, or like a - b e^(ρ s), as exp(-x²) and exp(-1/x) do.
That is fitted to the last values that can be trusted, and checked against those before them.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

# log p, and the distances at which it was taken, at distances from an edge that may have to be rounded.
Ask = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]

COARSE = 8 * math.log(2)  # steps of s at which values are looked at first
LIMIT = 707.0  # |s| beyond which a distance, or its inverse, is subnormal
STEPS = (16.0, 4.0, 0.5, 0.05)  # distances in s of the values that are fitted; the last tells whether they go like a power
RESOLVED = 2.0**-26  # distance from a point, relative to its size, below which x is not told from it
NEAREST = 44  # halvings of the distance from a point that rounds it, at most
BACK = (0.0, 0.5, 1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 16.0)  # distances in s before the last value at which a fit is tried
REGULAR = 1e-6  # power of the distance that counts as none
GOOD = 1e-2  # error of a fit, as a share, above which it is of noise
BENT = 1e-3  # relative growth of the slope from step to step above which log p is no power
POWER = 1e-7  # error of a fit below which a tail is a power
ROUNDING = 1e-14  # error of a fit at least
EPSILON = float(np.finfo(float).eps)
UNKNOWN = 1e300  # doubt of a log-density of which nothing is known
LOWEST = -1e308  # what stands for a log-density below the lowest double
NOTHING = -650.0  # logarithm of a mass that is felt nowhere
ZERO_BELOW = -100.0  # log-density from which a drop to -inf may be an underflow; above, the density is 0 there


class Edge(NamedTuple):
    """Where log p is continued: at s > ``last`` from ``place``, or from ``origin`` toward ±∞."""

    place: float  # a point, or ±inf
    side: int  # whether the density is above (1) or below (-1) a point; the direction in which a distance grows
    origin: float  # from where distances are measured: the place itself, or a point on the scale
    last: float  # s beyond which it is continued
    start: float  # s at which the fit was made
    log_prob: float  # log p there
    slope: float  # d log p/ds there
    growth: float  # ρ; 0 for a power
    doubt: float  # error of the fit, as a share of the change of log p over ``span``
    span: float  # distance in s over which the fit was checked
    grain: float  # rounding of a distance from the place

    @property
    def power(self) -> float:
        """a, if p goes like t^(a-1) at a distance t; inf if it falls faster."""
        return math.inf if self.growth or self.log_prob == -math.inf else 1 - self.slope

    @property
    def tail(self) -> float:
        """α, if P(|X| > x) goes like x^(-α); inf if it falls faster, nan if that is not known."""
        if self.growth:
            return math.nan
        return -1 - self.slope if self.doubt < POWER else math.nan

    def mass_beyond(self, x: Any, log_prob: Any) -> Any:
        """The mass beyond a point of a tail, from log p there: of a power; else 0 where no double is left of it, and inf nearer. In JAX."""
        distance = self.side * (x - self.origin)
        log_mass = log_prob + jnp.log(jnp.where(distance > 0, distance, 1.0))
        power = not math.isnan(self.tail) and self.tail > 0
        mass = jnp.exp(log_mass) / self.tail if power else jnp.where(log_mass < NOTHING, 0.0, jnp.inf)
        return jnp.where(distance > 0, mass, jnp.inf)

    def beyond(self, x: Any, offset: Any) -> tuple[Any, Any, Any, Any]:
        """(whether a point is beyond the edge's last value, log p there, its error, the error of log p elsewhere). In JAX."""
        distance = self.side * ((x - self.origin) + offset)
        near = math.isfinite(self.place)
        log_distance = jnp.log(jnp.where(distance > 0, distance, 1.0))
        s = jnp.where(distance > 0, -log_distance if near else log_distance, jnp.inf if near else -jnp.inf)
        which = (distance >= 0) & (s > self.last)
        away = jnp.where(which, s - self.start, 0.0)
        change = self.slope * (jnp.expm1(jnp.minimum(self.growth * away, 700.0)) / self.growth if self.growth else away)
        change = jnp.where(away == 0, 0.0, change) if self.slope else 0.0 * jnp.where(jnp.isinf(away), 0.0, away)
        # What is wrong with a fit that has the right value, slope and bend where it was made grows like the cube of the distance in s;
        # away from the edge, where terms come in that are small next to it, like the distance itself.
        farther = jnp.where(away < 0, jnp.exp(jnp.maximum(-away - self.span, 0.0)), jnp.maximum(away / self.span, 1.0) ** 2)
        doubt = 2 * self.doubt * jnp.where(jnp.isfinite(change), jnp.abs(change), 0.0) * jnp.where(which, farther, 0.0)
        doubt = jnp.minimum(doubt, UNKNOWN)  # a number, so that times a density of 0 it is 0
        local = abs(self.slope) * jnp.exp(jnp.minimum(self.growth * (s - self.start), 0.0)) if self.growth else abs(self.slope)
        rounded = jnp.where((distance > 0) & ~which, local * self.grain / jnp.where(distance > 0, distance, 1.0), 0.0)
        return which, jnp.maximum(self.log_prob + change, LOWEST if math.isinf(self.place) or self.growth else -jnp.inf), doubt, rounded


def edge_at(
    ask: Ask, place: float, side: int, origin: float, first: float, floor: float, limit: float, rounds: bool, positive: bool
) -> Edge | None:
    """The edge at a point, or toward ±∞.

    Args:
      ask: the values at distances.
      place: the point, or ±inf.
      side: the direction in which distances from it grow.
      origin: from where distances are measured.
      first: the largest distance from a point, the least toward ±∞, at which log p is looked at.
      floor: log-density below which values are not to be trusted.
      limit: |s| up to which distances are doubles that are not subnormal.
      rounds: whether distances from the point are rounded when the density is asked.
      positive: whether the density is positive for certain, so that -inf is an underflow.

    Returns:
      None if log p can be asked at every distance that is a double, or if the density is 0.
    """
    place, origin = float(place), float(origin)
    near = math.isfinite(place)
    sign = -1.0 if near else 1.0
    begin = sign * math.log(first)

    def at(s):
        with np.errstate(all="ignore"):
            distance, log_prob = ask(np.exp(sign * np.asarray(s)))
            return sign * np.log(distance), log_prob

    if rounds and near:
        return _rounded_edge(at, place, side, begin, positive)
    s = np.arange(begin, limit, COARSE)
    good = _good(at(s)[1], floor)
    known = len(s) if good.all() else int(np.argmin(good))
    if known == 0:
        return None
    fine = np.linspace(s[known - 1], s[known] if known < len(s) else limit, 129)
    good = _good(values := at(fine)[1], floor)
    last = int(np.argmin(good)) - 1 if not good.all() else len(fine) - 1
    ended = known == len(s) and good.all()
    if not ended and not positive and values[last + 1] == -np.inf and values[last] > ZERO_BELOW:
        return _zero(place, side, fine[last + 1]) if near else None
    return _best_fit(at, place, side, origin, fine[last], begin if near else begin + COARSE)


def _best_fit(at, place: float, side: int, origin: float, last: float, first: float) -> Edge | None:
    """The fit farthest out that is good; values still farther may be lost in rounding. If none is, the best."""
    found = []
    for back in BACK:
        end = last - back
        steps = [step for step in STEPS if step < 1 or end - 8 * step > first + COARSE]
        looked_at = [at(end - step * np.array([8.0, 2, 1, 0])) for step in steps if end > first or back == 0]
        fits = [_fitted(s, log_prob, place, side, origin, 0.0) for s, log_prob in looked_at if np.isfinite(log_prob).all()]
        if fits:
            powers = [fit for fit in fits if not fit.growth]
            found.append(fits[-1] if fits[-1].growth else min(powers, key=lambda fit: fit.doubt))
        if found and found[-1].doubt < GOOD:
            return found[-1]
    return min(found, key=lambda fit: fit.doubt, default=None)


def _good(log_prob: np.ndarray, floor: float) -> np.ndarray:
    return np.isfinite(log_prob) & (log_prob > floor)


def _zero(place: float, side: int, s: float) -> Edge:
    """The edge at a point next to which the density is 0, however little of it."""
    return Edge(place, side, place, float(s), float(s), -math.inf, 0.0, 0.0, 0.0, 1.0, 0.0)


def _rounded_edge(at, place: float, side: int, first: float, positive: bool) -> Edge | None:
    """An edge at a point from which distances are rounded: fitted where the slope is steadiest."""
    halvings = math.ceil((-math.log(float(np.spacing(abs(place)))) - first) / math.log(2))
    s, log_prob = at(first + math.log(2) * np.arange(max(halvings, NEAREST)))
    zeros = np.flatnonzero((log_prob == -np.inf) & np.isfinite(s))
    if zeros.size and zeros[0] and not positive and log_prob[zeros[0] - 1] > ZERO_BELOW:
        return _zero(place, side, float(s[zeros[0]]))
    s, log_prob = s[:NEAREST], log_prob[:NEAREST]
    distance_known = np.exp(-s) > 2.0**-NEAREST * abs(place)
    good = np.isfinite(log_prob) & distance_known
    known = int(np.argmin(good)) if not good.all() else len(s)
    if known < 18:
        return None
    slope = (log_prob[4:known] - log_prob[: known - 4]) / (s[4:known] - s[: known - 4])
    change = np.abs(slope[8:] - slope[4:-4]) + np.abs(slope[4:-4] - slope[:-8])
    at_best = int(np.argmin(change)) + 12
    four = np.array([at_best - 12, at_best - 8, at_best - 4, at_best])
    edge = _fitted(s[four], log_prob[four], place, side, place, EPSILON * abs(place))
    if edge.growth or abs(edge.slope) < REGULAR:  # p is finite and not 0 there: a rounded distance does no harm
        return edge
    return edge._replace(last=min(edge.start, -math.log(RESOLVED * abs(place))))


def _fitted(s: np.ndarray, log_prob: np.ndarray, place: float, side: int, origin: float, grain: float) -> Edge:
    """From three values, and a fourth before them that checks the fit."""
    before, first, second, last = (float(a) for a in log_prob)
    step = float(s[3] - s[2])
    rise, rise_before = last - second, second - first
    ratio = rise / rise_before if rise_before < 0 else 2.0 if rise_before > 0 else 1.0
    bent = rise < 0 and ratio > 1 + BENT
    growth = math.log(ratio) / step if bent else 0.0
    slope = rise / step * (growth * step / -math.expm1(-growth * step)) if bent else rise / step
    back = float(s[0] - s[3])
    guess = last + slope * (math.expm1(growth * back) / growth if bent else back)
    doubt = abs(guess - before) / max(abs(last - before), 1e-9 * (1 + abs(last)))
    doubt += 4 * EPSILON * abs(last) / (step * max(abs(slope), EPSILON))
    return Edge(place, side, origin, float(s[3]), float(s[3]), last, slope, growth, doubt + ROUNDING, -back, grain)
