"""The effort spent on one computation of a pair."""

import gmpy2
from gmpy2 import mpfr

from .legendre import gauss_legendre, projections

# Each level differs from the others in everything, so that two of them do not share an error. Later levels cost more.
SETTINGS = (
    dict(bits=200, nodes=40, tolerance="1e-30", spread=1.0, growth=1.5, cut="0.5", pivot=0.5),
    dict(bits=224, nodes=46, tolerance="1e-31", spread=1.31, growth=1.7, cut="0.46", pivot=1.0),
    dict(bits=280, nodes=60, tolerance="1e-35", spread=0.83, growth=1.4, cut="0.53", pivot=0.0),
    dict(bits=360, nodes=80, tolerance="1e-42", spread=1.07, growth=1.6, cut="0.48", pivot=0.7),
)


class Undecided(Exception):
    """The effort allowed was not enough."""


class Effort:
    """Precision, rule, tolerance and choice of panels of one computation.

    Args:
        bits: precision of all arithmetic.
        nodes: nodes per panel.
        tolerance: admissible error of a panel, relative to the whole integral.
        spread: factor on the distances of the first cuts from the atoms' centres.
        growth: ratio of the lengths of successive panels towards infinity or a singular end, in the logarithm of the distance.
        cut: relative position at which a panel is divided.
        pivot: choice of the anchor, from the leftmost atom (0) to the rightmost (1), where no support has an end.
    """

    def __init__(self, bits: int, nodes: int, tolerance: str, spread: float, growth: float, cut: str, pivot: float):
        self.bits, self.spread, self.growth, self.cut, self.pivot = bits, spread, growth, cut, pivot
        self.set_precision()
        self.tolerance = mpfr(tolerance)
        self.nodes, self.weights = gauss_legendre(nodes)
        middle = (6 * nodes) // 10
        self.last = projections(self.nodes, self.weights, [nodes - 1, nodes - 2, nodes - 3])
        self.middle = projections(self.nodes, self.weights, [middle, middle - 1, middle - 2])

    def set_precision(self) -> None:
        """Set gmpy2's precision, with the widest range of exponents."""
        gmpy2.set_context(gmpy2.context(precision=self.bits, emax=gmpy2.get_emax_max(), emin=gmpy2.get_emin_min()))
