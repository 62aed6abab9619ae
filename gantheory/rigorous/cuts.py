"""Where the line is cut before an integral is taken: at ±T, and next to the ends at which a density is singular.

What is left out at a cut is bounded by the facts of the family.
"""

import math
from collections.abc import Callable, Sequence

from flint import arb

from gantheory.distributions import Density
from gantheory.rigorous.balls import UndecidedError, exact
from gantheory.rigorous.ends import near, singular_ends

FARTHEST = 10**1000  # largest T tried
WIDEST = arb(2) ** -4  # largest width of what is left out next to an end
MOST_HALVINGS = 100_000  # most halvings of that width


def far_out(left_out: Callable[[arb], arb], tolerance: arb, least: float = 2.0) -> tuple[arb, arb]:
    """A T, at least ``least``, beyond which at most a quarter of the tolerance is left out; and a bound of what is left out."""
    T = math.ceil(least)
    while T < FARTHEST:
        bound = left_out(arb(T))
        if bound.is_finite() and bound < tolerance / 4:
            return arb(T), bound
        T = max(T + 1, T * 5 // 4) if T < 10_000 else 4 * T
    raise UndecidedError("no point was found beyond which too little is left to matter")


def beyond_breaks(*laws: Density) -> float:
    """A distance, at least 2, beyond which no density breaks, starts or ends: there its facts hold on either side."""
    return max(2.0, *(1 + abs(float(b)) for law in laws for b in law.breakpoints), 2.0)


def without_ends(low: arb, high: arb, laws: Sequence[Density], inside: Callable[..., arb], tolerance: arb) -> tuple[arb, arb, arb]:
    """A stretch without what is next to its singular ends, and the integral over what is left out.

    Args:
        low: the stretch's lower end.
        high: its upper end.
        laws: the densities in the integral.
        inside: ``inside(width, *near)`` is the integral within ``width`` of an end, given each law's ``Near`` there.
        tolerance: each part left out has an integral of less than an eighth of it.

    Returns:
        The new ends, and the sum of the integrals left out.
    """
    singular = {exact(end) for law in laws for end in singular_ends(law)}
    reach, found = ((high - low) / 4).min(WIDEST), arb(0)
    ends = []
    for end, sign in ((low, 1), (high, -1)):
        if any(end == point for point in singular):
            there = [near(law, end, sign, reach) for law in laws]
            width = _widest(lambda width, there=there: abs(inside(width, *there)) < tolerance / 8, reach)
            if width is None:
                raise UndecidedError(f"too much mass is next to {float(end):.6g}")
            found, end = found + inside(width, *there), end + sign * width
        ends.append(end)
    return ends[0], ends[1], found


def _widest(holds: Callable[[arb], bool], reach: arb) -> arb | None:
    """The reach halved 4 n times with the least n for which it holds; None beyond ``MOST_HALVINGS``. Next to a power near 0, n is large."""
    too_few, enough = -4, 0
    while not holds(reach / arb(2) ** enough):
        too_few, enough = enough, enough + max(4, enough // 16 * 4)
        if enough > MOST_HALVINGS:
            return None
    while enough - too_few > 4:
        middle = (too_few + enough) // 8 * 4
        too_few, enough = (too_few, middle) if holds(reach / arb(2) ** middle) else (middle, enough)
    return reach / arb(2) ** enough


def between_zero_and(bound: arb) -> arb:
    """A ball that holds [0, bound]."""
    return bound.upper() * arb(0.5, 0.5)
