"""The energy distance on the line: like W₁ a distance of distribution functions, and finite for heavier tails."""

from typing import Any

from gantheory.base.estimate import Divergent, Estimate, Measured
from gantheory.base.precision import in_float64
from gantheory.distributions.law import same
from gantheory.measurement.distribution_functions import difference_integral, one_pair
from gantheory.quadrature.rules import WIDE


@in_float64
def energy_distance(p: Any, q: Any) -> Measured:
    """The energy distance, in the units of x: the squared one, as it is usually meant; 0 only where p = q.

    .. math:: \\mathcal E(p, q) = 2 \\int (F_p(x) - F_q(x))^2\\, dx = 2 E|X - Y| - E|X - X'| - E|Y - Y'|

    Infinite only by facts: where tails fall like different powers, one of them ½ or less, or like different multiples of one. Of a
    Cauchy law it is finite, although E|X| is not.

    Args:
      p: a law on the line.
      q: another.

    Returns:
      An ``Estimate``; a ``Divergent`` where the square of the difference of the tails is not integrable.

    Raises:
      ValueError: a batch, or laws on the plane.

    Source:
      Székely & Rizzo 2013, section 2.
    """
    pair = one_pair("energy_distance", p, q)
    if same(pair.p, pair.q):
        return Estimate(0.0, 0.0)
    found = difference_integral(pair, 2)
    return found if isinstance(found, Divergent) else Estimate(2 * found.value, min(2 * found.error, WIDE))
