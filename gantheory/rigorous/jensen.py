"""Bounds of JSD from masses: on a cell, by Jensen's inequality and a chord; and of how far misplaced mass can move it.

With t = q/(p + q) and h(t) = ½[(1-t) log 2(1-t) + t log 2t], which is convex, JSD's integral over a cell is that of (p + q) h(t). The
masses P and Q of the cell give the mean of t; by Jensen's inequality, and by the chord of h over the range [t₋, t₊] of t,

    (P + Q) h(t̄)  <=  ∫ (p + q) h(t) dx  <=  (P + Q) [h(t₋) + (h(t₊) - h(t₋)) (t̄ - t₋)/(t₊ - t₋)],    t̄ = Q/(P + Q)
"""

from flint import arb

from gantheory.rigorous.balls import exact

CHORD = 1e-12  # width of the range of t below which the larger of h's values at its ends is as good a bound as the chord


def jsd_on_cell(P: arb, Q: arb, p: tuple[arb, arb], q: tuple[arb, arb]) -> tuple[arb, arb]:
    """A lower and an upper bound of JSD's integral over a cell, from the masses of p and q on it and the ranges of both densities."""
    S = P + Q
    if not S > 0:
        return arb(0), (arb(2).log() * S / 2).upper()
    least, most = _share(q[0], p[1])[0], _share(q[1], p[0])[1]
    mean = _clipped(Q / S)
    lower, width = S * _h(mean), most - least
    if width > exact(CHORD):
        upper = S * (_h(least) + (_h(most) - _h(least)) * _clipped((mean - least) / width))
    else:
        upper = S * _h(least).max(_h(most))
    return lower.lower().max(arb(0)), upper.upper()


def moved_by(lost: arb) -> arb:
    """A ball that holds every change of JSD(p, q) that leaving out a mass of p or of q can make, wherever that mass is.

    ∂/∂q of JSD's integrand is ½ log(2q/(p + q)) <= ½ log 2. From below, that of a mass δ added to q is at least that of δ alone beside
    p, -½δ[1 + log((p + δ)/2δ)], and by Jensen's inequality ∫ δ log((p + δ)/2δ) <= m log((1 + m)/2m) for a mass of m in all.
    """
    if lost == 0:
        return arb(0)
    if not lost > 0:
        return arb("nan")
    return (-lost * (1 + ((1 + lost) / (2 * lost)).log()) / 2).union(lost * arb(2).log() / 2)


def _share(q: arb, p: arb) -> tuple[arb, arb]:
    """q/(p + q), from below and from above."""
    if not q.is_finite() or not p.is_finite():
        return arb(0), arb(1)
    total = p + q
    return (_clipped((q / total).lower()), _clipped((q / total).upper())) if total > 0 else (arb(0), arb(1))


def _clipped(t: arb) -> arb:
    return t.max(arb(0)).min(arb(1))


def _h(t: arb) -> arb:
    log_2 = arb(2).log()
    return (_x_log_x(1 - t) + _x_log_x(t) + log_2) / 2


def _x_log_x(x: arb) -> arb:
    """x log x for 0 <= x <= 1, 0 at 0."""
    if not x.is_finite():
        return arb("nan")
    if x > 0:
        return x * x.log()
    top = x.upper()
    if not top > 0:
        return arb(0)
    # x log x falls from 0 at 0 to -1/e at 1/e.
    least = top * top.log() if top < exact(0.36) else -1 / arb(1).exp()
    return least.union(arb(0))
