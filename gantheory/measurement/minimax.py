"""The two-player game of Goodfellow et al. 2014: V(G, D), its maximum over D, C(G), and how far a discriminator falls short of it.

.. math:: \\min_G \\max_D V(G, D) = E_{p_{data}}[\\log D(x)] + E_{p_g}[\\log(1 - D(x))]
"""

from typing import Any

from gantheory.base.estimate import Estimate, Finite, Outcome
from gantheory.distributions import Law
from gantheory.distributions.law import same
from gantheory.distributions.line.external import as_law
from gantheory.measurement import integrands
from gantheory.measurement.discriminators import OptimalDiscriminator
from gantheory.measurement.divergences import jsd
from gantheory.measurement.noisy import expectation_of_d, integrals_of_d
from gantheory.quadrature.dimensions import common_dimension, is_by_mesh


def value(p_data: Law, p_g: Law, D: Any) -> Outcome:
    """V(G, D), in nats.

    .. math:: V(G, D) = \\int p_{data} \\log D + p_g \\log(1 - D)\\, dx

    Args:
      p_data: the law of the data.
      p_g: the law of the generator's output, of the same dimension.
      D: takes one point and gives a probability, or has a method ``logit`` of one point; or D* itself. One that JAX cannot trace, such as
        a PyTorch network, may also take arrays of points, (n,) or (n, 1) on the line and (n, 2) on the plane.

    Returns:
      An ``Estimate``; a ``Divergent`` where D is 0 on some of the data, or 1 on some of p_g. In the error is what the noise of a D in
      float32 may move.

    Raises:
      ValueError: laws of different dimensions, a D that is nan somewhere, or one that gives a point another value in another batch.

    Source:
      Goodfellow et al. 2014, Eq. 1, after the change of variables.
    """
    p_data, p_g = as_law(p_data), as_law(p_g)
    if common_dimension(p_data, p_g) == 2 and is_by_mesh(p_data, p_g):
        if isinstance(D, OptimalDiscriminator) and D.p_data is p_data and D.p_g is p_g:
            return criterion(p_data, p_g)
        return expectation_of_d(p_data, D, integrands.log_d) + expectation_of_d(p_g, D, integrands.log_one_minus_d)
    return integrals_of_d(p_data, p_g, D, {"value": integrands.value})["value"]


def criterion(p_data: Law, p_g: Law) -> Finite:
    """C(G) = max_D V(G, D), in nats.

    .. math:: C(G) = -\\log 4 + 2\\, JSD(p_{data} \\Vert p_g)

    Args:
      p_data: the law of the data.
      p_g: the law of the generator's output, of the same dimension.

    Returns:
      An ``Estimate`` in [-log 4, 0]; ``Estimates`` for a batch.

    Raises:
      ValueError: laws of different dimensions.

    Source:
      Goodfellow et al. 2014, Theorem 1, Eqs. 4 to 6.
    """
    return 2 * jsd(p_data, p_g) - integrands.LOG4


def discriminator_gap(p_data: Law, p_g: Law, D: Any) -> Outcome:
    """C(G) - V(G, D) >= 0, in nats, as its own integral; the measure p_data + p_g has mass 2.

    .. math:: C(G) - V(G, D) = \\int (p_{data} + p_g)\\, KL(Bern\\, D^* \\Vert Bern\\, D)\\, dx

    Args:
      p_data: the law of the data.
      p_g: the law of the generator's output, of the same dimension.
      D: as in ``value``.

    Returns:
      An ``Estimate``, or a ``Divergent`` where V is one. Of a generator on the plane it is the difference of C and V, whose errors add.

    Raises:
      ValueError: laws of different dimensions, or a D that is nan somewhere.

    Source:
      Goodfellow et al. 2014, Proposition 1; as the regret of the logarithmic score, Gneiting & Raftery 2007.
    """
    p_data, p_g = as_law(p_data), as_law(p_g)
    if same(p_data, p_g) and isinstance(D, OptimalDiscriminator) and same(D.p_data, D.p_g):
        return Estimate(0.0, 0.0)
    if common_dimension(p_data, p_g) == 2 and is_by_mesh(p_data, p_g):
        return criterion(p_data, p_g) - value(p_data, p_g, D)
    return integrals_of_d(p_data, p_g, D, {"gap": integrands.discriminator_gap})["gap"]
