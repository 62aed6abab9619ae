"""Divergences between two densities, in nats: each an integrand that is stable and >= 0 at every point, and its integral.

An integrand takes log p and log q (and a discriminator's logit, which divergences ignore) at a point, with respect to any one
measure, and is homogeneous of degree 1 in (p, q). To add a divergence is to add both: ``docs/numbers.md``.
"""

import functools
from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Estimate, Estimates, Outcome, bounded, finite
from gantheory.base.precision import in_float64
from gantheory.distributions.line.density import same
from gantheory.distributions.plane.density import PlaneDensity
from gantheory.distributions.pushforward.plane_pushforward import PlanePushforward
from gantheory.quadrature.line import integrals
from gantheory.quadrature.pair import Pair
from gantheory.quadrature.plane import on_plane, plane_divergence

LOG2 = float(np.log(2))
NEAR = 0.7  # half the log-ratio below which JSD's integrand is taken as r tanh r - log cosh r
FAINTEST = -1e4  # a log-density: what is fainter, where another is 0, may be so because that one's own logarithm overflowed


def log_ratio(log_p, log_q):
    """log p - log q: ±inf where one of them is 0, and 0 where both are."""
    neither = (log_p == -jnp.inf) & (log_q == -jnp.inf)
    return jnp.where(neither, 0.0, jnp.where(neither, 0.0, log_p) - jnp.where(neither, 0.0, log_q))


def exp_excess(r):
    """e^r - 1 - r >= 0, accurate to the last bits near r = 0, where the three terms cancel."""
    small = jnp.where(jnp.abs(r) < 0.5, r, 0.0)
    series = jnp.zeros_like(small)
    for n in range(17, 1, -1):
        series = (series + 1.0) * small / n  # Horner's rule for Σ_{n>=2} r^n/n! = r · (r/2)(1 + (r/3)(1 + …))
    return jnp.where(jnp.abs(r) < 0.5, small * series, jnp.expm1(r) - r)


def _times(log_p, r):
    """p r; a p that underflows may still have a product that does not."""
    tiny = log_p < -660.0
    size = jnp.maximum(jnp.abs(r), 1e-300)
    return jnp.where(tiny, jnp.sign(r) * jnp.exp(jnp.where(tiny, log_p, 0.0) + jnp.log(size)), jnp.exp(log_p) * r)


def kl_integrand(log_p, log_q, logit=None):
    """p log(p/q) - p + q, which integrates to KL(p‖q) and is >= 0 pointwise. 0 log 0 = 0; inf where q = 0 < p."""
    p, q = jnp.exp(log_p), jnp.exp(log_q)
    either = (log_p == -jnp.inf) | (log_q == -jnp.inf)
    r = jnp.where(either, 0.0, jnp.where(either, 0.0, log_q) - jnp.where(either, 0.0, log_p))
    near = jnp.where(jnp.abs(r) < 0.5, r, 0.0)
    far = q - p - _times(log_p, r)
    finite = jnp.where(log_p == -jnp.inf, q, jnp.where(jnp.abs(r) < 0.5, p * exp_excess(near), far))
    return jnp.where((log_q == -jnp.inf) & (log_p > FAINTEST), jnp.inf, finite)


def reverse_kl_integrand(log_p, log_q, logit=None):
    """q log(q/p) - q + p."""
    return kl_integrand(log_q, log_p)


def jsd_integrand(log_p, log_q, logit=None):
    """½(p+q)·½[(1+u) log(1+u) + (1-u) log(1-u)], u = |p-q|/(p+q): JSD's integrand, >= 0 pointwise and symmetric to the last bit."""
    r = jnp.minimum(jnp.abs(log_ratio(log_p, log_q)) / 2, 40.0)  # beyond, the bracket is log 2 to the last bit
    shrunk = jnp.expm1(-r)
    faint = (1 + shrunk) ** 2  # e^(-2r): the smaller density, as a share of the larger
    u, near = -shrunk * (2 + shrunk) / (1 + faint), r < NEAR
    # The bracket is r tanh r - log cosh r, of which near 0 no more cancels than half; log cosh r = log 2cosh r - log 2 further out.
    held = jnp.where(near, shrunk, 0.0)
    log = jnp.log1p(jnp.where(near, held**2 / (2 * (1 + held)), faint))
    bracket = jnp.where(near, r * u - log, LOG2 - log - 2 * r * faint / (1 + faint))
    return (jnp.exp(log_p) + jnp.exp(log_q)) / 2 * bracket


def skew_jsd_integrand(log_p, log_q, logit=None, *, weight: float):
    """π p log(p/m) + (1 - π) q log(q/m), m = π p + (1 - π) q: both KL integrands, each >= 0."""

    def part(share, log_own, excess_of_other):
        """share · own · (e^r - 1 - r) with r = log(m/own), e^r = 1 + (1 - share)(other/own - 1)."""
        far = jnp.maximum(excess_of_other, 0.0)  # other >> own: r = d + log((1 - share) + share e^-d)
        r_far = far + jnp.log1p(-share + share * jnp.exp(-far))
        r = jnp.where(excess_of_other > 1, r_far, jnp.log1p((1 - share) * jnp.expm1(jnp.minimum(excess_of_other, 1.0))))
        own_large = jnp.exp(log_own)
        # own (e^r - 1) is (1 - share)(other - own), whichever is how much larger.
        direct = (1 - share) * (jnp.exp(log_own + far) - own_large) - own_large * jnp.where(own_large > 0, r, 0.0)
        return share * jnp.where(excess_of_other > 1, direct, own_large * exp_excess(jnp.minimum(r, 1.0)))

    d = jnp.clip(log_ratio(log_q, log_p), -800.0, 800.0)
    log_own_p = jnp.where(log_p == -jnp.inf, log_q - 800.0, log_p)
    log_own_q = jnp.where(log_q == -jnp.inf, log_p - 800.0, log_q)
    return part(weight, log_own_p, d) + part(1 - weight, log_own_q, -d)


def jeffreys_integrand(log_p, log_q, logit=None):
    """(p - q)(log p - log q); inf where one of them alone is 0."""
    d = jnp.abs(log_ratio(log_p, log_q))
    product = _times(jnp.maximum(log_p, log_q), d)
    return jnp.where(product > 0, -jnp.expm1(-d) * product, 0.0)


def total_variation_integrand(log_p, log_q, logit=None):
    """½|p - q|."""
    d = jnp.abs(log_ratio(log_p, log_q))
    return -jnp.exp(jnp.maximum(log_p, log_q)) * jnp.expm1(-d) / 2


def hellinger2_integrand(log_p, log_q, logit=None):
    """½(√p - √q)²."""
    d = jnp.abs(log_ratio(log_p, log_q))
    return jnp.exp(jnp.maximum(log_p, log_q)) * jnp.expm1(-d / 2) ** 2 / 2


def chi2_integrand(log_p, log_q, logit=None):
    """(p - q)²/q; inf where q = 0 < p."""
    d = log_ratio(log_p, log_q)
    above = jnp.where(d > 0, d, 0.0)
    log_p_squared_over_q = jnp.where(d > 0, log_p + above, log_q)
    return jnp.exp(log_p_squared_over_q) * jnp.expm1(-jnp.abs(d)) ** 2


def triangular_integrand(log_p, log_q, logit=None):
    """½(p - q)²/(p + q)."""
    return (jnp.exp(log_p) + jnp.exp(log_q)) / 2 * jnp.tanh(jnp.minimum(jnp.abs(log_ratio(log_p, log_q)), 1e3) / 2) ** 2


for _integrand in (jsd_integrand, total_variation_integrand, hellinger2_integrand, triangular_integrand):
    setattr(_integrand, "bounded", True)  # noqa: B010 - by p + q: no tail need be looked at where both are 0


def kl(p, q) -> Outcome:
    """The Kullback-Leibler divergence, KL(p‖q) = ∫ p log(p/q) dx, in nats. ``Divergent`` where p has mass and q has none."""
    return _divergence(kl_integrand, p, q)


def reverse_kl(p, q) -> Outcome:
    """KL(q‖p), in nats."""
    return kl(q, p)


def jsd(p, q, tolerance: float = 0.0) -> Outcome:
    """The Jensen-Shannon divergence, ½ KL(p‖m) + ½ KL(q‖m) with m = (p+q)/2, in nats: 0 <= JSD <= log 2.

    ``tolerance`` ends the quadrature earlier, for speed; the error is what was reached. On the plane, where a generator folds, it is that
    of ``measure_plane``: from the masses in cells, good to two or three digits.
    """
    if any(isinstance(law, PlanePushforward) and not law.singular and not law.injective for law in (p, q)):
        from gantheory.measurement.cells import measure_plane  # which needs this module

        p_data, p_g = (q, p) if isinstance(p, PlanePushforward) else (p, q)
        if not isinstance(p_data, PlaneDensity):
            raise ValueError(f"One of `p` and `q` must be a density on the plane. Got {p_data!r} beside a pushforward.")
        return measure_plane(p_data, p_g).two_jsd / 2
    return bounded(finite(_divergence(jsd_integrand, p, q, tolerance)), LOG2)


def skew_jsd(p, q, weight: float = 0.5) -> Outcome:
    """π KL(p‖m) + (1 - π) KL(q‖m), m = π p + (1 - π) q, π = ``weight``, in nats: JSD at π = ½; divided by π it tends to KL(p‖q).

    Raises ``ValueError`` unless 0 < π < 1.
    """
    if not 0 < weight < 1:
        raise ValueError(f"`weight` of skew_jsd must be between 0 and 1. Got {weight!r}.")
    return finite(_divergence(_with_weight(float(weight)), p, q))


@functools.cache
def _with_weight(weight: float) -> Callable:
    return functools.partial(skew_jsd_integrand, weight=weight)


def jeffreys(p, q) -> Outcome:
    """KL(p‖q) + KL(q‖p), in nats."""
    return _divergence(jeffreys_integrand, p, q)


def total_variation(p, q) -> Outcome:
    """The total variation distance, ½ ∫ |p - q| dx, in [0, 1]. It is also twice the mean of |D* - ½| over (p+q)/2."""
    return bounded(finite(_divergence(total_variation_integrand, p, q)), 1.0)


def hellinger2(p, q) -> Outcome:
    """The squared Hellinger distance, 1 - ∫ √(pq) dx = ½ ∫ (√p - √q)² dx, in [0, 1]."""
    return bounded(finite(_divergence(hellinger2_integrand, p, q)), 1.0)


def chi2(p, q) -> Outcome:
    """Pearson's divergence, ∫ (p - q)²/q dx. ``Divergent`` where p²/q is not integrable, as at every fold of a generator."""
    return _divergence(chi2_integrand, p, q)


def triangular(p, q) -> Outcome:
    """The triangular discrimination of Le Cam, ½ ∫ (p - q)²/(p + q) dx, in [0, 1]."""
    return bounded(finite(_divergence(triangular_integrand, p, q)), 1.0)


def _divergence(integrand: Callable, p, q, tolerance: float = 0.0):
    if on_plane(p, q):
        return plane_divergence(integrand, p, q, tolerance)
    pair = Pair(p, q)
    if not pair.traced and same(pair.p, pair.q):
        zeros = np.zeros(pair.batch_shape)
        return Estimates(zeros, zeros, {}) if pair.batch_shape else Estimate(0.0, 0.0)
    return integrals(pair, {"value": integrand}, tolerance=tolerance)["value"]


@in_float64
def gradient(divergence: Callable, p, q):
    """The derivatives of ``divergence(p, q)`` in every parameter of p and of q, as two densities that hold them in place of parameters.

    ``gt.gradient(gt.jsd, p, q)[0].loc`` is ∂JSD/∂loc of p. Batches give a derivative for each pair. Moving ends of supports are
    accounted for. Raises ``TypeError`` for a pushforward, whose derivatives are its generator's.
    """
    pair = Pair(p, q)
    if not pair.plain:
        raise TypeError("`p` and `q` of gradient must be densities with parameters. Got a pushforward.")
    return jax.tree.map(np.asarray, _slopes(divergence, (pair.p, pair.q)))


@eqx.filter_jit
def _slopes(divergence: Callable, both):
    return jax.grad(lambda both: jnp.sum(divergence(*both).value))(both)
