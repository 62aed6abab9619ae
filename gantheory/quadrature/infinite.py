"""Why an integral on the line is infinite: which region makes it so, in words."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gantheory.base.estimate import Divergent
from gantheory.distributions.line.density import LOWEST
from gantheory.distributions.pushforward import Pushforward
from gantheory.distributions.pushforward.tails import reach_of
from gantheory.quadrature.integrand import Integrand
from gantheory.quadrature.noise import LOG_ROUNDING
from gantheory.quadrature.pair import Pair
from gantheory.quadrature.rows import PLAIN, TAIL

EXCEEDS = "exceeds the largest double"  # how the reason ends that a finite integral is no double
ROUNDED = 0.1  # rounding of log F above which an infinite F of unknown growth tells nothing
STEEPEST = 1e20  # power above which it stands for a growth faster than any
UNKNOWN = 1e300  # what stands for such a rounding


def rounding_of(function: Integrand, log_p: np.ndarray, log_q: np.ndarray) -> Any:
    """How far the rounding of the log-densities may move log F, by its growth."""
    with np.errstate(invalid="ignore"):
        rounding = LOG_ROUNDING * sum(np.where(log <= LOWEST, 0.0, np.abs(log)) for log in (log_p, log_q))
    if function.growth is None:
        return np.where(rounding > ROUNDED, UNKNOWN, rounding)
    return (1 + 2 * max(abs(power) for power, _ in function.growth)) * rounding


def why_infinite(
    pair: Pair, row: int, x: np.ndarray, log_p: np.ndarray, log_q: np.ndarray, values_less: Callable, rounding: Any, alone: Any
) -> Divergent | None:
    """Name the region of a row on which an integrand is infinite, from what is at its nodes; None if it may be so by rounding alone.

    Args:
      pair: both laws.
      row: the row's number.
      x: the nodes.
      log_p: log p there.
      log_q: log q there.
      values_less: F there times e^(-r), of an r.
      rounding: of log F.
      alone: the masses that p and q have where the other is 0.
    """
    values = values_less(0.0)
    at = int(np.argmax(~np.isfinite(values)))
    sign = -1 if values[at] < 0 else 1
    kind = pair.rows.kind[row]
    where = f"at x = {x[at]:.6g}" if kind != TAIL else f"as x -> {'+' if is_upward(pair, row) else '-'}∞"
    for which, (own, other, density) in enumerate(((log_p, log_q, pair.q), (log_q, log_p, pair.p))):
        low, high = density.support
        if other[at] == -np.inf and own[at] > -np.inf and (kind != TAIL or not low <= x[at] <= high):
            if rounded_atom(density, float(x[at])):
                return None
            if not low <= x[at] <= high and may_be_left_out(density, (pair.p, pair.q)[which], upward=bool(x[at] > high)):
                return None
            region = f"around x = {x[at]:.6g}" if low <= x[at] <= high else f"outside [{low:.4g}, {high:.4g}]"
            mass = f"a mass of {alone[which]:.3g}" if alone[which] > 0 else "a mass below 1e-300"
            return Divergent(f"{'pq'[which]} has {mass} {region}, where {'qp'[which]} is 0", sign)
    certain = ~np.isfinite(values) & ~np.isfinite(values_less(rounding))
    return Divergent(f"{where} the integrand {EXCEEDS}", sign) if certain.any() else None


def rounded_atom(law: Any, x: float) -> tuple[float, float] | None:
    """[low, high] that holds x, around an atom of p_g that may be none; None if there is no such."""
    around = law.rounded_atoms if isinstance(law, Pushforward) else []
    return next(((low, high) for low, high in around if low <= x <= high), None)


def may_be_left_out(p_g: Any, law: Any, upward: bool) -> bool:
    """Whether all mass of a law beyond p_g's branches may lie where p_g is not 0: where G was seen on parts of z that are in no branch."""
    if not isinstance(p_g, Pushforward) or not p_g.goes_on(upward):
        return False
    reach = reach_of(p_g, upward)
    return not np.max(law.sf(reach) if upward else law.cdf(reach)) > 0


def why_not_integrable(pair: Pair, row: int, value: float, slope: float) -> Divergent:
    """Name the end of a row at which an integrand, going like a power, is not integrable; ``slope`` is that of x times the integrand."""
    anchor, upward, sign = float(pair.rows.anchor[row]), is_upward(pair, row), -1 if value < 0 else 1
    if pair.rows.kind[row] == TAIL:
        how = f"falls off only like |x|^{slope - 1:.3g}" if slope < 1 else "grows"
        return Divergent(f"the integrand {how} as x -> {'+' if upward else '-'}∞", sign)
    coordinate = "x" if pair.rows.chart[row] == PLAIN else "z"
    how = f"grows like |{coordinate} - {anchor:.6g}|^{-slope - 1:.3g}" if np.isfinite(slope) else "is infinite"
    how = "grows faster than any power" if np.isfinite(slope) and slope > STEEPEST else how
    place = pair.in_x(row)[0]
    return Divergent(f"the integrand {how} just {'above' if upward else 'below'} it, at x = {place:.6g}", sign)


def is_upward(pair: Pair, row: int) -> bool:
    """Whether x grows along a row, away from its anchor."""
    start, end = pair.in_x(row)
    return end > start
