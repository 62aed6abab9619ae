"""Which of KL, χ² and W₁ are finite, decided exactly from tails, supports and the ends of beta densities."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gmpy2 import mpfr, mpq

from .atoms import INF, Atom, Beta, Exponential, Power
from .interval import Interval

GAUSSIAN, EXPONENTIAL, POWER = range(3)  # kinds of tail, from the lightest to the heaviest


class Finite(NamedTuple):
    """Whether each of the three divergences is finite; the other four always are."""

    kl: bool
    chi2: bool
    wasserstein1: bool


class Tail(NamedTuple):
    """A tail's kind and its parameter: the scale of a Gaussian, the rate of an exponential, the df of a power."""

    kind: int
    parameter: mpq
    loc: mpq = mpq(0)  # location of a Gaussian, positive towards the tail


def finite(p: Sequence[Atom], q: Sequence[Atom], intervals: Sequence[Interval]) -> Finite:
    """Which divergences of p and q are finite."""
    support = [interval for interval in intervals if interval.p]
    covered = all(interval.q for interval in support)
    tails = [(tail(p, side), tail(q, side)) for side in (-1, 1)] if covered else []
    return Finite(
        kl=covered and all(kl_tail_finite(*pair) for pair in tails),
        chi2=covered and all(map(chi2_ends_finite, support)) and all(chi2_tail_finite(*pair) for pair in tails),
        wasserstein1=w1_finite(p, q),
    )


def tail(atoms: Iterable[Atom], side: int) -> Tail | None:
    """The heaviest tail towards side · ∞; None if the support ends there."""
    reach = [atom for atom in atoms if (atom.high == INF if side > 0 else atom.low == -INF)]
    if not reach:
        return None
    powers = [mpq(atom.df) for atom in reach if isinstance(atom, Power)]
    if powers:
        return Tail(POWER, min(powers))
    rates = [abs(atom.rate) for atom in reach if isinstance(atom, Exponential)]
    if rates:
        return Tail(EXPONENTIAL, min(rates))
    return Tail(GAUSSIAN, *max((mpq(atom.scale), side * mpq(atom.loc)) for atom in reach))


def kl_tail_finite(p: Tail | None, q: Tail | None) -> bool:
    """Whether p log(p/q) is integrable towards infinity."""
    if p is None or p.kind != POWER or q.kind == POWER:
        return True
    return p.parameter > (2 if q.kind == GAUSSIAN else 1)


def chi2_tail_finite(p: Tail | None, q: Tail | None) -> bool:
    """Whether p²/q is integrable towards infinity."""
    if p is None or p.kind < q.kind:
        return True
    if p.kind != q.kind:
        return False
    if p.kind != GAUSSIAN:
        return 2 * p.parameter > q.parameter
    square = 2 / p.parameter**2 - 1 / q.parameter**2
    slope = 2 * p.loc / p.parameter**2 - q.loc / q.parameter**2
    return square > 0 or (square == 0 and slope < 0)


def chi2_ends_finite(interval: Interval) -> bool:
    """Whether p²/q is integrable at the ends 0 and 1 of beta densities, if the interval has them."""
    ends = [end for end, here in ((0, interval.low == 0.0), (1, interval.high == 1.0)) if here]
    return all(2 * end_power(interval.p_atoms, end) > end_power(interval.q_atoms, end) for end in ends)


def end_power(atoms: Iterable[Atom], end: int) -> mpq:
    """The exponent e of a density that behaves like distance^(e - 1) at the end 0 or 1 of a beta density."""
    return min(mpq((atom.a, atom.b)[end]) if isinstance(atom, Beta) else mpq(1) for atom in atoms)


def w1_finite(p: Iterable[Atom], q: Iterable[Atom]) -> bool:
    """Whether F - G is integrable: the tails with df ≤ 1 must cancel, separately for each df."""
    groups = defaultdict(lambda: defaultdict(mpq))  # df: scale: signed weight
    for atoms, sign in ((p, 1), (q, -1)):
        for atom in atoms:
            if isinstance(atom, Power) and atom.df <= 1:
                groups[atom.df][mpq(atom.scale)] += sign * atom.weight
    return not any(_tail_coefficient(df, weights) for df, weights in groups.items())


def _tail_coefficient(df: float, weights: dict[mpq, mpq]) -> mpq | mpfr:
    """Coefficient of |x|^(-df) in F - G, up to a factor; exact if df = 1."""
    if df == 1:
        return sum((w * s for s, w in weights.items()), mpq(0))
    # The scales are random, so the powers cancel only one by one, where a weight is exactly 0.
    return sum((mpfr(w) * mpfr(s) ** mpfr(df) for s, w in weights.items()), mpfr(0))
