"""The entropy of a law, and the mutual information of its two coordinates."""

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Divergent, Estimate, Estimates, Measured, Outcome
from gantheory.base.precision import in_float64, is_traced
from gantheory.distributions import Cauchy, Density, MultivariateNormal, PlaneDensity, Product
from gantheory.distributions.line.external import as_law
from gantheory.measurement.divergences import kl
from gantheory.quadrature.dimensions import expectation, integrals
from gantheory.quadrature.integrand import of_logit

BEYOND = math.exp(345.0)  # |x| up to which x is told at every node


@of_logit
def _against_reference(log_p, log_q, logit):
    """p (-log q(x)) - p log(p/q) = -p log p(x), where ``logit`` is -log q(x): with the Jacobian of any coordinate in both densities."""
    positive = log_p > -jnp.inf
    return jnp.where(positive, jnp.exp(log_p) * (logit - jnp.where(positive, log_p - log_q, 0.0)), 0.0)


@of_logit
def _by_values(log_p, log_q, logit):
    """p (-log p(x)), where ``logit`` is -log p(x)."""
    positive = (log_p > -jnp.inf) & jnp.isfinite(logit)
    return jnp.where(positive, jnp.exp(log_p) * jnp.where(positive, logit, 0.0), 0.0)


@in_float64
def entropy(p: Any) -> Outcome:
    """The differential entropy, in nats; of any sign.

    .. math:: h(p) = -\\int p \\log p\\, dx

    On the line it is -KL(p‖r) - E_p[log r] of a Cauchy law r, on the same nodes: log(p/r) is told in any coordinate, next to a spike too,
    and -log r is smooth.

    Args:
      p: a law on the line, a batch too, or what ``as_density`` takes; or a density on the plane.

    Returns:
      An ``Estimate``; -∞ as a ``Divergent`` for a law with atoms; ``Estimates`` for a batch.

    Raises:
      ValueError: the law of a generator on the plane, or parameters that are traced.

    Source:
      Shannon 1948, section 20.
    """
    p = as_law(p)
    if is_traced(*jax.tree.leaves(p)):
        raise ValueError("`p` of entropy must have parameters that are known. Got traced ones.")
    if isinstance(p, PlaneDensity):
        return expectation(p, _by_values, lambda x, log_p, log_q: -p.log_prob(x))
    if p.dimension == 2:
        raise ValueError(f"`p` of entropy must be a law on the line or a density on the plane. Got {p!r}.")
    sizes = np.abs(p.landmarks)
    scale = float(np.clip(np.median(sizes[sizes > 0], axis=None) if (sizes > 0).any() else 1.0, 1e-280, 1e280))

    def minus_log_reference(x, log_p, log_q):
        return np.log(np.pi / scale) + 2 * np.log(np.hypot(scale, x))

    found = integrals(p, Cauchy(0.0, scale), {"value": _against_reference}, minus_log_reference)["value"]
    return found if isinstance(found, Divergent) else _with_error(found, _untold(p))


def _untold(p: Any) -> Any:
    """Most of ∫ p · 2 log(|x|/BEYOND) beyond: how far -log r grows where x is not told. Of a tail x^-α it is 2/α times the mass."""
    if not isinstance(p, Density):
        return 0.0
    total = 0.0
    for upward in (False, True):
        if p.tail_orders[upward] == 0:
            mass = p.sf(BEYOND) if upward else p.cdf(-BEYOND)
            total = total + np.where(mass > 0, 2 * mass / np.asarray(p._tail(upward)[0]), 0.0)
    return total


def _with_error(found: Estimate | Estimates, more: Any) -> Estimate | Estimates:
    if isinstance(found, Estimates):
        return Estimates(found.value, np.where(np.isfinite(found.value), found.error + more, found.error), found.divergent)
    return Estimate(found.value, float(found.error + more))


def mutual_information(joint: Any) -> Measured:
    """The mutual information of the two coordinates, in nats: 0 only where they are independent.

    .. math:: I(X; Y) = KL(p_{XY} \\Vert p_X \\otimes p_Y) = h(X) + h(Y) - h(X, Y)

    Args:
      joint: a density on the plane whose marginals are known: a ``MultivariateNormal``, of which it is -½ log(1 - ρ²), or a ``Product``,
        such as the mixture that ``gt.ring`` is.

    Returns:
      An ``Estimate``; a ``Divergent`` where it is infinite.

    Raises:
      ValueError: any other law.

    Source:
      Shannon 1948, section 24.
    """
    if not isinstance(joint, Product | MultivariateNormal):
        raise ValueError(f"`joint` of mutual_information must be a Product or a MultivariateNormal, on the plane. Got {joint!r}.")
    if isinstance(joint, Product) and len(joint.weights) == 1:
        return Estimate(0.0, 0.0)
    found = kl(joint, Product(*joint.marginals))
    assert not isinstance(found, Estimates)
    return Estimate(max(found.value, 0.0), found.error) if isinstance(found, Estimate) else found
