"""JSD between a density and the law of a piecewise linear generator, such as a ReLU network: p_g is a sum of the latent's own pieces.

On a stretch where G(z) = a z + c,  p_g gets p_z((x - c)/a)/|a|  over the stretch's image, or an atom if a = 0. Between the ends of all
images the integrand of JSD is analytic in x. Around the ends, which are known to a sliver, JSD is bounded by the mass there.
"""

import itertools
from typing import Any, NamedTuple

from flint import acb, arb

from gantheory.distributions import Density, Pushforward
from gantheory.rigorous.balls import UndecidedError, exact, log_sum_exp
from gantheory.rigorous.cells import branches_of, moved_by
from gantheory.rigorous.integral import cut, integral, log_density, softplus
from gantheory.rigorous.tails import height, moments


class Piece(NamedTuple):
    """x = slope z + offset, for x between two numbers known to a ball each."""

    low: arb
    high: arb
    slope: arb
    offset: arb
    log_latent: Any

    def log_density(self, x: acb, analytic: bool) -> acb:
        return self.log_latent((x - self.offset) / self.slope, analytic) - abs(self.slope).log()


def jsd_within(p_data: Density, p_g: Pushforward, tolerance: arb, until: float) -> arb:
    """Raises ``UndecidedError`` for a density with an end that is not analytic."""
    branches, atoms, lost = branches_of(p_g, tolerance, until)
    pieces = []
    for branch in branches:
        middle = ((branch.low + branch.high) / 2).mid()
        value, slope = (part.real for part in branch.curve(acb(middle), False))
        low, high = sorted((branch.value(branch.low), branch.value(branch.high)), key=lambda x: float(x.mid()))
        pieces.append(Piece(low, high, slope, value - slope * middle, branch.log_latent))
    log_2 = arb(2).log()
    T, beyond = cut(lambda T: moments(p_data, T).mass, tolerance / 2**10)  # p_g may be there too
    breaks = [exact(float(b)) for b in p_data.breakpoints]
    clusters = _clusters([-T, T, *(end for piece in pieces for end in (piece.low, piece.high)), *breaks], tolerance / 2**20)
    of_data, highest, steepest = log_density(p_data), height(p_data), height(p_g.latent)
    total = log_2 * atoms / 2 + moved_by(beyond.upper()) + moved_by(lost)
    for one, other in itertools.pairwise(clusters):
        low, high = one[1], other[0]
        inside = -T <= low and high <= T
        density = of_data.on(low, high) if inside else None
        covering = [piece for piece in pieces if piece.low <= low and high <= piece.high]
        if density is None and not covering:
            continue
        total += integral(_integrand(density, covering, log_2), low, high, tolerance, until)
    for low, high in clusters:
        most = highest + sum((steepest / abs(piece.slope) for piece in pieces if piece.low < high and low < piece.high), arb(0))
        total += arb(0.5, 0.5) * log_2 * most * (high - low) / 2
    return total


def _integrand(density, covering: list[Piece], log_2: arb):
    def integrand(x, an):
        log_q = log_sum_exp([piece.log_density(x, an) for piece in covering], an) if covering else None
        log_p = density(x, an) if density else None
        if log_p is None or log_q is None:
            (alone,) = (one for one in (log_p, log_q) if one is not None)
            return alone.exp() * log_2 / 2
        r = log_q - log_p
        bent = softplus(r, an)  # and softplus(-r) = softplus(r) - r
        return (log_p.exp() * (log_2 - bent) + log_q.exp() * (log_2 - bent + r)) / 2

    return integrand


def _clusters(points: list[arb], sliver: arb) -> list[tuple[arb, arb]]:
    """Intervals, apart from each other and with exact ends, that hold all the points."""
    found: list[tuple[arb, arb]] = []
    for point in sorted(points, key=lambda x: (float(x.mid()), x.mid())):
        if not point.is_finite():
            raise UndecidedError("the generator's range could not be bounded")
        low, high = (point - sliver).lower(), (point + sliver).upper()
        while found and not found[-1][1] < low:
            low, high = found[-1][0].min(low), found.pop()[1].max(high)
        found.append((low, high))
    return found
