"""Divergences between two laws, each the integral of its integrand: value and error, in nats unless said otherwise.

To add one: an ``Integrand`` in ``integrands.py``, and a function here, listed in ``IN_NATS`` or ``WITHOUT_UNIT``.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from gantheory.base.estimate import Estimate, Estimates, Finite, Outcome, Scalar, bounded, finite
from gantheory.distributions.law import same
from gantheory.distributions.line.external import as_law
from gantheory.measurement import integrands
from gantheory.measurement.cells import jsd_by_mesh
from gantheory.quadrature.dimensions import common_dimension, integrals, is_folded
from gantheory.quadrature.integrand import Integrand


def kl(p: Any, q: Any) -> Outcome:
    """The Kullback-Leibler divergence, in nats.

    .. math:: KL(p \\Vert q) = \\int p \\log(p/q)\\, dx

    Args:
      p: a law on the line or the plane; on the line a batch too, or what ``as_density`` takes.
      q: another, of the same dimension and of a batch shape that broadcasts.

    Returns:
      An ``Estimate``; a ``Divergent`` where p has mass and q has none, or where the tail of p is too heavy; ``Estimates`` for a batch.

    Raises:
      ValueError: laws of different dimensions, or a generator on the plane that folds.

    Source:
      Kullback & Leibler 1951, On information and sufficiency.
    """
    return _divergence(integrands.kl, p, q)


def reverse_kl(p: Any, q: Any) -> Outcome:
    """The reverse Kullback-Leibler divergence, KL(q‖p), in nats.

    Arguments, returns and refusals are those of ``kl``.

    Source:
      Kullback & Leibler 1951, On information and sufficiency.
    """
    return kl(q, p)


def jsd(p: Any, q: Any, tolerance: float = 0.0) -> Finite:
    """The Jensen-Shannon divergence, in nats, in [0, log 2].

    .. math:: JSD(p \\Vert q) = \\tfrac12 KL(p \\Vert m) + \\tfrac12 KL(q \\Vert m), \\quad m = (p + q)/2

    Args:
      p: as in ``kl``; on the plane one of p and q may be the law of a generator that folds.
      q: as in ``kl``.
      tolerance: where refinement ends, for speed; the error is what was reached.

    Returns:
      An ``Estimate``; ``Estimates`` for a batch. Of a generator that folds on the plane it is that of ``measure_plane``, from the masses
      in cells, good to two or three digits.

    Raises:
      ValueError: laws of different dimensions, or two generators on the plane.

    Source:
      Lin 1991, Eq. 3.1, with weights ½.
    """
    if is_folded(p) or is_folded(q):
        common_dimension(p, q)
        return jsd_by_mesh(p, q)
    return bounded(finite(_divergence(integrands.jsd, p, q, tolerance)), integrands.LOG2)


def skew_jsd(p: Any, q: Any, weight: float = 0.5) -> Finite:
    """The skewed Jensen-Shannon divergence, in nats; divided by π it tends to KL(p‖q) as π → 0.

    .. math:: \\pi\\, KL(p \\Vert m) + (1 - \\pi)\\, KL(q \\Vert m), \\quad m = \\pi p + (1 - \\pi) q

    Args:
      p: as in ``kl``.
      q: as in ``kl``.
      weight: π, between 0 and 1; JSD at ½.

    Returns:
      An ``Estimate``; ``Estimates`` for a batch.

    Raises:
      ValueError: a weight outside of (0, 1), or what ``kl`` refuses.

    Source:
      Lin 1991, Eq. 4.1.
    """
    if not 0 < weight < 1:
        raise ValueError(f"`weight` of skew_jsd must be between 0 and 1. Got {weight!r}.")
    return finite(_divergence(integrands.skew_jsd(float(weight)), p, q))


def alpha_divergence(p: Any, q: Any, alpha: Scalar) -> Outcome:
    """The α-divergence: KL(p‖q), in nats, at α = 1, KL(q‖p) at 0, chi2(p, q)/2 at 2, chi2(q, p)/2 at -1, and 4 ``hellinger2`` at ½.

    .. math:: D_\\alpha(p \\Vert q) = \\frac{1}{\\alpha (\\alpha - 1)} \\left(\\int p^\\alpha q^{1 - \\alpha}\\, dx - 1\\right)

    Args:
      p: as in ``kl``.
      q: as in ``kl``.
      alpha: α, 0 or 1 or else at least 1e-9 from both, from -1000 to 1000. Amari's own parameter is 1 - 2α.

    Returns:
      An ``Estimate``; a ``Divergent`` where the integral is infinite, which it can be for α >= 1 and α <= 0; ``Estimates`` for a batch.

    Raises:
      ValueError: another α, or what ``kl`` refuses.

    Source:
      Cichocki and Amari 2010, section 2.1.
    """
    return _divergence(integrands.alpha_divergence(checked_order("alpha_divergence", alpha, -1000.0)), p, q)


def checked_order(owner: str, alpha: Any, least: float) -> float:
    """α as a float. Raises ``ValueError`` unless it is a number from ``least`` to 1000 that is not next to 0 or 1."""
    number = isinstance(alpha, int | float | np.integer | np.floating) and not isinstance(alpha, bool)
    if not number or not least <= alpha <= 1000 or any(0 < abs(alpha - whole) < 1e-9 for whole in (0, 1)):
        raise ValueError(f"`alpha` of {owner} must be from {least:g} to 1000, and 0, 1 or at least 1e-9 from both. Got {alpha!r}.")
    return float(alpha)


def jeffreys(p: Any, q: Any) -> Outcome:
    """Jeffreys' divergence, KL(p‖q) + KL(q‖p) = ∫ (p - q) log(p/q) dx, in nats.

    Arguments, returns and refusals are those of ``kl``.

    Source:
      Jeffreys 1946, An invariant form for the prior probability in estimation problems.
    """
    return _divergence(integrands.jeffreys, p, q)


def total_variation(p: Any, q: Any) -> Finite:
    """The total variation distance, ½ ∫ |p - q| dx, in [0, 1]: twice the mean of |D* - ½| over (p + q)/2.

    Arguments, returns and refusals are those of ``kl``.

    Source:
      Levin & Peres 2017, Markov chains and mixing times, section 4.1.
    """
    return bounded(finite(_divergence(integrands.total_variation, p, q)), 1.0)


def hellinger2(p: Any, q: Any) -> Finite:
    """The squared Hellinger distance, 1 - ∫ √(pq) dx = ½ ∫ (√p - √q)² dx, in [0, 1].

    Arguments, returns and refusals are those of ``kl``.

    Source:
      Hellinger 1909; some authors leave out the ½.
    """
    return bounded(finite(_divergence(integrands.hellinger2, p, q)), 1.0)


def chi2(p: Any, q: Any) -> Outcome:
    """Pearson's divergence, ∫ (p - q)²/q dx, without a unit. ``Divergent`` where p²/q is not integrable, as at every fold of a generator.

    Arguments, returns and refusals are those of ``kl``.

    Source:
      Pearson 1900.
    """
    return _divergence(integrands.chi2, p, q)


def triangular(p: Any, q: Any) -> Finite:
    """The triangular discrimination of Le Cam, ½ ∫ (p - q)²/(p + q) dx, in [0, 1].

    Arguments, returns and refusals are those of ``kl``.

    Source:
      Topsøe 2000, Some inequalities for information divergence and related measures of discrimination, where it is twice this.
    """
    return bounded(finite(_divergence(integrands.triangular, p, q)), 1.0)


IN_NATS = (jsd, kl, reverse_kl, jeffreys)
WITHOUT_UNIT = (total_variation, hellinger2, chi2, triangular)
DIVERGENCES: dict[str, Callable[[Any, Any], Outcome]] = {function.__name__: function for function in (*IN_NATS, *WITHOUT_UNIT)}
__all__ = ["alpha_divergence", "chi2", "hellinger2", "jeffreys", "jsd", "kl", "reverse_kl", "skew_jsd", "total_variation", "triangular"]


def _divergence(integrand: Integrand, p: Any, q: Any, tolerance: float = 0.0) -> Outcome:
    p, q = as_law(p), as_law(q)
    if same(p, q):
        zeros = np.zeros(p.batch_shape)
        return Estimates(zeros, zeros, {}) if p.batch_shape else Estimate(0.0, 0.0)
    return integrals(p, q, {"value": integrand}, tolerance=tolerance)["value"]
