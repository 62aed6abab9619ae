"""∫ p^α q^(1-α) dx, Chernoff's coefficient, and what its logarithm is part of: Rényi's divergence, the geometric Jensen-Shannon one."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Divergent, Estimate, Estimates, Finite, Measured, Outcome, Scalar, single
from gantheory.base.precision import in_float64, is_traced
from gantheory.distributions import Density
from gantheory.distributions.law import same
from gantheory.distributions.line.external import as_law
from gantheory.measurement import integrands
from gantheory.measurement.divergences import checked_order, jeffreys, kl
from gantheory.quadrature.dimensions import integrals
from gantheory.quadrature.ends import exponents
from gantheory.quadrature.infinite import EXCEEDS
from gantheory.quadrature.integrand import mass_of_p_alone
from gantheory.quadrature.pair import Pair
from gantheory.quadrature.rows import first_panels
from gantheory.quadrature.rules import WIDE

NEAR_1 = 0.5  # how near to 1 a coefficient's logarithm is taken by the α-divergence
SINGULAR = 1e-9  # mass in common below which there is none
PARTS = 8  # parts of each row on which the largest value of p^α q^(1-α) is looked for
SMALLEST = 1e-290  # coefficient from which it is a double with all its digits
LARGEST_SHIFT = 1e15  # largest logarithm of a coefficient that is told from its neighbours
ROUNDING = 8 * np.finfo(float).eps  # relative error of a logarithm
NOTHING = Estimate(0.0, WIDE)  # of which nothing is known
UNTOLD = Divergent("its integral is no double")


def renyi(p: Any, q: Any, alpha: Scalar) -> Outcome:
    """Rényi's divergence of order α, in nats: KL(p‖q) at α = 1, twice Bhattacharyya's distance at ½.

    .. math:: R_\\alpha(p \\Vert q) = \\frac{1}{\\alpha - 1} \\log \\int p^\\alpha q^{1 - \\alpha}\\, dx

    Args:
      p: as in ``kl``.
      q: as in ``kl``.
      alpha: α, above 0 and at most 1000; 1, or at least 1e-9 from 0 and 1.

    Returns:
      An ``Estimate``; a ``Divergent`` where the integral is infinite, for α >= 1, or 0, for α < 1: where p and q have no mass in common;
      ``Estimates`` for a batch.

    Raises:
      ValueError: another α, or what ``kl`` refuses.

    Source:
      van Erven and Harremoës 2014, Definition 2.
    """
    order = checked_order("renyi", alpha, 1e-9)
    if order == 1:
        return kl(p, q)
    power = log_affinity(p, q, order)
    return power / (order - 1) if isinstance(power, Divergent) else _at_least_0(_times(power, 1 / (order - 1)))


def skew_geometric_jsd(p: Any, q: Any, alpha: Scalar = 0.5) -> Outcome:
    """The skew geometric Jensen-Shannon divergence, in nats.

    .. math:: JS^{G_\\alpha}(p \\Vert q) = (1 - \\alpha) KL(p \\Vert g) + \\alpha KL(q \\Vert g)
        = \\alpha (1 - \\alpha) (KL(p \\Vert q) + KL(q \\Vert p)) + \\log Z,
        \\quad g = p^{1 - \\alpha} q^\\alpha/Z, \\quad Z = \\int p^{1 - \\alpha} q^\\alpha\\, dx

    Unlike ``skew_jsd`` it is infinite where a KL of the two is, and of Gaussians it has a closed form.

    Args:
      p: as in ``kl``.
      q: as in ``kl``.
      alpha: the weight of q, between 0 and 1.

    Returns:
      An ``Estimate``; a ``Divergent`` where KL(p‖q) or KL(q‖p) is infinite; ``Estimates`` for a batch.

    Raises:
      ValueError: an α outside of (0, 1) or nearer than 1e-9 to an end, or what ``kl`` refuses.

    Source:
      Nielsen 2019 (On the Jensen-Shannon symmetrization of distances relying on abstract means); Deasy, Simidjievski, Liò 2020.
    """
    share = checked_order("skew_geometric_jsd", alpha, 0.0)
    if not 0 < share < 1:
        raise ValueError(f"`alpha` of skew_geometric_jsd must be between 0 and 1. Got {alpha!r}.")
    both = jeffreys(p, q)
    return both if isinstance(both, Divergent) else _at_least_0(share * (1 - share) * both + log_affinity(p, q, 1 - share))


def log_affinity(p: Any, q: Any, alpha: float) -> Outcome:
    """log ∫ p^α q^(1-α) dx, of α > 0 that is not 1; a ``Divergent`` where the integral is infinite, or 0."""
    p, q = as_law(p), as_law(q)
    if same(p, q) and not p.batch_shape:
        return Estimate(0.0, 0.0)
    wanted = {"power": integrands.affinity(alpha), "apart": integrands.alpha_divergence(alpha), "alone": mass_of_p_alone}
    power, apart, alone = integrals(p, q, wanted).values()
    if isinstance(power, Estimates):
        assert isinstance(apart, Estimates)
        found = _log(power, apart, alpha * (alpha - 1))
        assert isinstance(found, Estimates)
        return found if is_traced(power.value) else _with_scaled(found, power, p, q, alpha)
    if isinstance(power, Divergent):
        return _log_of_scaled(p, q, alpha, power) if power.reason.endswith(EXCEEDS) else power
    if power.value > SMALLEST:
        return _log(power, apart if isinstance(apart, Estimate) else power, alpha * (alpha - 1))
    if power.value == 0 and isinstance(alone, Estimate) and alone.value > 1 - SINGULAR:
        return Divergent("p and q have no mass in common", -1)
    return _log_of_scaled(p, q, alpha, power)


def _log(power: Finite, apart: Finite, factor: float, near_1: bool = True) -> Finite:
    """log A from A, or where A is near 1 from the α-divergence D, by A = 1 + α (α - 1) D."""
    xp = jnp if is_traced(power.value) else np
    near = (xp.abs(xp.asarray(power.value) - 1) < NEAR_1) & near_1
    with np.errstate(all="ignore"):
        at, low, high = (
            xp.where(near, xp.log1p(factor * apart.value + abs(factor) * sign * apart.error), xp.log(power.value + sign * power.error))
            for sign in (0.0, -1.0, 1.0)
        )
        error = xp.maximum(xp.abs(low - at), xp.abs(high - at)) + ROUNDING * xp.abs(at)
    error = xp.where(error < WIDE, error, WIDE)  # also where it is nan
    return Estimate(float(at), float(error)) if isinstance(power, Estimate) else Estimates(at, error, dict.fromkeys(_infinite(at), UNTOLD))


def _infinite(values: Any) -> list[int]:
    return [] if is_traced(values) else np.flatnonzero(~np.isfinite(values)).tolist()


def _with_scaled(found: Estimates, power: Estimates, p: Any, q: Any, alpha: float) -> Estimates:
    """A batch, of which the logarithms of what is no double are measured one by one."""
    value, error, divergent = found.value.ravel().copy(), found.error.ravel().copy(), {}
    for i in np.flatnonzero((power.value.ravel() <= SMALLEST) | ~np.isfinite(value)):
        one, other = (jax.tree.map(lambda leaf, i=i: np.asarray(leaf[i]), law) for law in Pair(p, q).stacked)
        own = single(log_affinity(one, other, alpha))
        value[i], error[i] = (float(own), 0.0) if isinstance(own, Divergent) else (own.value, own.error)
        if isinstance(own, Divergent):
            divergent[int(i)] = own
    return Estimates(value, error, divergent).reshape(found.shape)


@in_float64
def _log_of_scaled(p: Any, q: Any, alpha: float, unscaled: Measured) -> Measured:
    """log A of an A that is no double, by A e^(-s) with e^s the largest p^α q^(1-α) at some points; ``unscaled`` if A is infinite."""
    if not isinstance(p, Density) or not isinstance(q, Density):
        return NOTHING
    pair = Pair(p, q)
    kappa, off = exponents((integrands.affinity(alpha),), p, q, pair.far)
    if isinstance(unscaled, Divergent) and (kappa <= -off).any():
        return unscaled
    rows, offset, excess, log_jacobian, _ = pair.places(first_panels(pair.rows.kind, PARTS))
    log_p, log_q = (np.asarray(a) for a in pair.at(rows, offset, log_jacobian, excess)[1:3])
    with np.errstate(invalid="ignore", over="ignore"):
        logs = alpha * log_p + (1 - alpha) * log_q
    shift = float(np.round(np.max(logs[np.isfinite(logs)], initial=-LARGEST_SHIFT)))
    if abs(shift) >= LARGEST_SHIFT or np.isnan(kappa).any():
        return NOTHING
    scaled = integrals(p, q, {"power": integrands.affinity(alpha, shift)})["power"]
    if not isinstance(scaled, Estimate) or scaled.lower <= 0:
        return NOTHING
    return single(_log(scaled, scaled, 0.0, near_1=False)) + shift


def _times(found: Finite, factor: float) -> Finite:
    """A product whose error, where nothing is known, stays a double."""
    value = found.value * factor + 0.0
    xp = jnp if is_traced(value) else np
    with np.errstate(over="ignore"):
        error = xp.where(xp.isfinite(value), xp.minimum(found.error * abs(factor) + ROUNDING * abs(value), WIDE), 0.0)
    return Estimate(value, float(error)) if isinstance(found, Estimate) else Estimates(value, error, _times_each(found.divergent, factor))


def _times_each(divergent: dict[int, Divergent], factor: float) -> dict[int, Divergent]:
    return {i: Divergent(one.reason, one.sign if factor > 0 else -one.sign) for i, one in divergent.items()}


def _at_least_0(measured: Outcome) -> Outcome:
    """What is never negative, with its rounding cut off there."""
    if isinstance(measured, Estimate):
        return Estimate(max(measured.value, 0.0), measured.error)
    if isinstance(measured, Estimates) and not is_traced(measured.value):
        return Estimates(measured.value.clip(min=0.0), measured.error, measured.divergent)
    return measured
