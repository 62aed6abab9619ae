"""Divergences between two densities, in nats: each an integrand that is stable and >= 0 at every point, and its integral.

An integrand takes log p and log q (and a discriminator's logit, which divergences ignore) at a point, with respect to any one
measure, and is homogeneous of degree 1 in (p, q).
"""

import jax.numpy as jnp
import numpy as np

from gantheory.distributions.density import same
from gantheory.estimate import Divergent, Estimate, Measured, finite
from gantheory.pair import AnyDensity, Pair

LOG2 = float(np.log(2))


def exp_excess(r):
    """e^r - 1 - r >= 0, accurate to the last bits near r = 0, where the three terms cancel."""
    small = jnp.where(jnp.abs(r) < 0.5, r, 0.0)
    series = jnp.zeros_like(small)
    for n in range(17, 1, -1):
        series = (series + 1.0) * small / n  # Horner's rule for Σ_{n>=2} r^n/n! = r · (r/2)(1 + (r/3)(1 + …))
    return jnp.where(jnp.abs(r) < 0.5, small * series, jnp.expm1(r) - r)


def kl_integrand(log_p, log_q, logit=None):
    """p log(p/q) - p + q, which integrates to KL(p‖q) and is >= 0 pointwise. 0 log 0 = 0; inf where q = 0 < p."""
    p, q = jnp.exp(log_p), jnp.exp(log_q)
    r = jnp.where((log_p == -jnp.inf) | (log_q == -jnp.inf), 0.0, log_q - log_p)
    near = jnp.where(jnp.abs(r) < 0.5, r, 0.0)
    far = q - p - p * r
    finite = jnp.where(log_p == -jnp.inf, q, jnp.where(jnp.abs(r) < 0.5, p * exp_excess(near), far))
    return jnp.where((log_q == -jnp.inf) & (p > 0), jnp.inf, finite)


def jsd_integrand(log_p, log_q, logit=None):
    """½(p+q)[r tanh r - log cosh r], r = |log p - log q|/2: JSD's integrand, >= 0 pointwise and symmetric to the last bit."""
    neither = (log_p == -jnp.inf) & (log_q == -jnp.inf)
    r = jnp.minimum(jnp.where(neither, 0.0, jnp.abs(log_p - log_q)) / 2, 400.0)  # beyond 40 it is log 2 to the last bit
    near, far = jnp.minimum(r, 1.0), jnp.maximum(r, 1.0)
    log_cosh = jnp.log1p(2 * jnp.sinh(near / 2) ** 2)
    bracket = jnp.where(r < 1, near * jnp.tanh(near) - log_cosh, LOG2 - jnp.log1p(jnp.exp(-2 * far)) - 2 * far / (jnp.exp(2 * far) + 1))
    return (jnp.exp(log_p) + jnp.exp(log_q)) / 2 * bracket


def total_variation_integrand(log_p, log_q, logit=None):
    """½|p - q|."""
    return jnp.abs(jnp.exp(log_p) - jnp.exp(log_q)) / 2


def kl(p: AnyDensity, q: AnyDensity) -> Measured:
    """The Kullback-Leibler divergence, KL(p‖q) = ∫ p log(p/q) dx, in nats. ``Divergent`` where p has mass and q has none."""
    return beyond_support(p, q) or _divergence(kl_integrand, p, q)


def jsd(p: AnyDensity, q: AnyDensity) -> Estimate:
    """The Jensen-Shannon divergence, ½ KL(p‖m) + ½ KL(q‖m) with m = (p+q)/2, in nats: 0 <= JSD <= log 2."""
    return finite(_divergence(jsd_integrand, p, q))


def total_variation(p: AnyDensity, q: AnyDensity) -> Estimate:
    """The total variation distance, ½ ∫ |p - q| dx. It is also twice the mean of |D* - ½| over (p+q)/2."""
    return finite(_divergence(total_variation_integrand, p, q))


def beyond_support(p: AnyDensity, q: AnyDensity) -> Divergent | None:
    """Why KL(p‖q) is infinite, if p has mass outside the support of q."""
    low, high = q.support
    mass = float(p.cdf(low) + 1 - p.cdf(high))
    if mass <= 4 * np.finfo(float).eps:  # the integrand will tell
        return None
    return Divergent(f"a mass of {mass:.3g} lies outside [{low:.4g}, {high:.4g}], where the other density is 0")


def _divergence(integrand, p, q) -> Measured:
    if same(p, q):
        return Estimate(0.0, 0.0)
    return Pair(p, q).integrals({"value": integrand})["value"]
