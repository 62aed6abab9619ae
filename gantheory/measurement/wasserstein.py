"""The Wasserstein distance W₁ on the line: a distance of distribution functions, not of densities."""

from typing import Any

from gantheory.base.estimate import Estimate, Measured
from gantheory.base.precision import in_float64
from gantheory.distributions.law import same
from gantheory.measurement.coupled import coupled
from gantheory.measurement.distribution_functions import difference_integral, one_pair


@in_float64
def wasserstein1(p: Any, q: Any) -> Measured:
    """The Wasserstein distance W₁, in the units of x.

    .. math:: W_1(p, q) = \\int |F_p(x) - F_q(x)|\\, dx = \\inf E|X - Y|

    Infinite only by facts: where tails fall like different powers, one of them 1 or less, or like different multiples of one.

    Args:
      p: a law on the line.
      q: another.

    Returns:
      An ``Estimate``; a ``Divergent`` where the difference of the tails is not integrable.

    Raises:
      ValueError: a batch, or laws on the plane.

    Source:
      Vallender 1974.
    """
    pair = one_pair("wasserstein1", p, q)
    if same(pair.p, pair.q):
        return Estimate(0.0, 0.0)
    known = coupled(pair.p, pair.q)
    return difference_integral(pair, 1) if known is None else known
