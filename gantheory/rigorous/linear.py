"""JSD between a density and the law of a piecewise linear generator, such as a ReLU network: p_g is a sum of pieces of the latent.

Where G(z) = a z + c on a stretch, p_g has the term p_z((x - c)/a)/|a| on the stretch's image, or an atom if a = 0. Between the ends of
all images the integrand of JSD is analytic in x. Around the ends, which are known to a sliver, JSD is bounded by the mass there.
"""

import itertools
from collections.abc import Callable
from typing import NamedTuple

from flint import acb, arb

from gantheory.distributions import Density, Pushforward
from gantheory.rigorous.balls import BallFunction, UndecidedError, exact, log_sum_exp
from gantheory.rigorous.branches import Branch, branches_of
from gantheory.rigorous.cuts import far_out
from gantheory.rigorous.families import moments
from gantheory.rigorous.integration import integral, jsd_integrand, log_density
from gantheory.rigorous.jensen import moved_by
from gantheory.rigorous.masses import require_mass


class Piece(NamedTuple):
    """x = slope z + offset, for x between two ends known as balls."""

    low: arb
    high: arb
    slope: arb
    offset: arb
    log_latent: BallFunction
    highest_of_latent: Callable[[arb, arb], arb]

    def highest(self, low: arb, high: arb) -> arb:
        """An upper bound of the piece's part of p_g on an interval of x."""
        z = (low.union(high) - self.offset) / self.slope
        return self.highest_of_latent(z.lower(), z.upper()) / abs(self.slope)

    def log_density(self, x: acb, analytic: bool) -> acb:
        """log of the piece's part of p_g at x."""
        return self.log_latent((x - self.offset) / self.slope, analytic) - abs(self.slope).log()


def jsd_within(p_data: Density, p_g: Pushforward, tolerance: arb, until: float) -> arb:
    """JSD for a p_data without singular ends. Raises ``UndecidedError`` where the generator's range cannot be bounded."""
    branches, atoms, lost = branches_of(p_g, tolerance, until)
    log_2 = arb(2).log()
    T, beyond = far_out(lambda T: moments(p_data, T).mass, tolerance / 2**10)
    breaks = [exact(float(b)) for b in p_data.breakpoints]
    log_data, log_z = log_density(p_data), log_density(p_g.latent)
    require_mass(p_data, tolerance, until)
    pieces = [_piece(branch, log_z.highest) for branch in branches]
    clusters = _clusters([-T, T, *(end for piece in pieces for end in (piece.low, piece.high)), *breaks], tolerance / 2**20)
    total = log_2 * atoms / 2 + moved_by(beyond.upper()) + moved_by(lost)
    for one, other in itertools.pairwise(clusters):
        low, high = one[1], other[0]
        log_p = log_data.on(low, high) if -T <= low and high <= T else None
        covering = [piece for piece in pieces if piece.low <= low and high <= piece.high]
        if log_p is None and not covering:
            continue
        total += integral(_integrand(log_p, covering, log_2), low, high, tolerance, until)
    for low, high in clusters:
        most = log_data.highest(low, high)
        for piece in pieces:
            if not (piece.low > high or piece.high < low):
                most += piece.highest(low, high)
        total += arb(0.5, 0.5) * log_2 * most * (high - low) / 2
    return total


def _piece(branch: Branch, highest_of_latent: Callable[[arb, arb], arb]) -> Piece:
    middle = ((branch.low + branch.high) / 2).mid()
    value, slope = (part.real for part in branch.curve(acb(middle), False))
    low, high = branch.value(branch.low), branch.value(branch.high)
    if slope < 0:
        low, high = high, low
    elif not slope > 0:
        raise UndecidedError("a slope of the generator that could not be told from 0")
    return Piece(low, high, slope, value - slope * middle, branch.log_latent, highest_of_latent)


def _integrand(log_p: BallFunction | None, covering: list[Piece], log_2: arb) -> BallFunction:
    def integrand(x, an):
        log_q = log_sum_exp([piece.log_density(x, an) for piece in covering], an)
        return jsd_integrand(log_p and log_p(x, an), log_q if isinstance(log_q, acb) else None, an, log_2)

    return integrand


def _clusters(points: list[arb], sliver: arb) -> list[tuple[arb, arb]]:
    """Disjoint intervals with exact ends that contain all the points."""
    found: list[tuple[arb, arb]] = []
    for point in sorted(points, key=lambda x: (float(x.mid()), x.mid())):
        if not point.is_finite():
            raise UndecidedError("the generator's range could not be bounded")
        low, high = (point - sliver).lower(), (point + sliver).upper()
        while found and not found[-1][1] < low:
            low, high = found[-1][0].min(low), found.pop()[1].max(high)
        found.append((low, high))
    return found
