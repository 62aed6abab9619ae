"""Every integrand of the theory: F(log p, log q), or F(log p, log q, logit of D), at a point and with respect to any one measure.

Each is homogeneous of degree 1 in (p, q), accurate to the last bits where p and q are nearly equal or nearly 0, and, for a divergence,
>= 0 at every point: a divergence then cannot come out negative. D enters by its logit, d = log D - log(1 - D).
"""

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.distributions.line.known import LOWEST, decoded
from gantheory.quadrature.integrand import LEVEL, Integrand, bounded, growing, of_logit

LOG2, LOG4 = float(np.log(2)), float(np.log(4))
NEAR = 0.7  # largest half log-ratio at which JSD's integrand is taken as r tanh r - log cosh r
OVERFLOWED = -1e300  # log-density below which a zero of the other may be an overflow of its logarithm, not a zero
NEGLIGIBLE = 1e-200  # density that no sum of doubles would notice
SERIES = 3e-2  # largest step in the logit at which A(a + h) - A(a) - A'(a) h is summed as a series


def log_ratio(log_p: Any, log_q: Any) -> Any:
    """log p - log q: ±inf where one of them is 0, and 0 where both are."""
    neither = (log_p == -jnp.inf) & (log_q == -jnp.inf)
    return jnp.where(neither, 0.0, jnp.where(neither, 0.0, log_p) - jnp.where(neither, 0.0, log_q))


def exp_excess(r: Any) -> Any:
    """e^r - 1 - r >= 0, accurate to the last bits near r = 0, where the three terms cancel."""
    small = jnp.where(jnp.abs(r) < 0.5, r, 0.0)
    series = jnp.zeros_like(small)
    for n in range(17, 1, -1):
        series = (series + 1.0) * small / n  # Horner's rule for Σ_{n>=2} r^n/n! = r · (r/2)(1 + (r/3)(1 + …))
    return jnp.where(jnp.abs(r) < 0.5, small * series, jnp.expm1(r) - r)


def _times(log_p, r):
    """p r, also where p underflows and the product does not, and where r is no double."""
    size = jnp.maximum(jnp.abs(r), 1e-300)
    coded = size >= -LOWEST
    apart = (log_p < -660.0) | coded
    log_size = jnp.where(coded, decoded(size), jnp.log(size))
    return jnp.where(
        apart, jnp.sign(r) * jnp.exp(jnp.where(apart, log_p, 0.0) + jnp.where(jnp.isinf(r), jnp.inf, log_size)), jnp.exp(log_p) * r
    )


@growing((0.0, 1.0))
def kl(log_p: Any, log_q: Any) -> Any:
    """p log(p/q) - p + q, which integrates to KL(p‖q). 0 log 0 = 0; inf where q = 0 < p."""
    p, q = jnp.exp(log_p), jnp.exp(log_q)
    either = (log_p == -jnp.inf) | (log_q == -jnp.inf)
    r = jnp.where(either, 0.0, jnp.where(either, 0.0, log_q) - jnp.where(either, 0.0, log_p))
    near = jnp.where(jnp.abs(r) < 0.5, r, 0.0)
    far = q - p - _times(log_p, r)
    finite = jnp.where(log_p == -jnp.inf, q, jnp.where(jnp.abs(r) < 0.5, p * exp_excess(near), far))
    return jnp.where((log_q == -jnp.inf) & (log_p > OVERFLOWED), jnp.inf, finite)


@growing(LEVEL, (0.0, 1.0))
def reverse_kl(log_p: Any, log_q: Any) -> Any:
    """q log(q/p) - q + p, which integrates to KL(q‖p)."""
    return kl(log_q, log_p)


@bounded
def jsd(log_p: Any, log_q: Any) -> Any:
    """½(p+q)·½[(1+u) log(1+u) + (1-u) log(1-u)], u = |p-q|/(p+q) = tanh r with r = ½|log p - log q|; symmetric to the last bit."""
    r = jnp.minimum(jnp.abs(log_ratio(log_p, log_q)) / 2, 40.0)  # beyond, the bracket is log 2 to the last bit
    shrunk = jnp.expm1(-r)
    faint = (1 + shrunk) ** 2  # e^(-2r): the smaller density, as a share of the larger
    u, near = -shrunk * (2 + shrunk) / (1 + faint), r < NEAR
    # The bracket is r tanh r - log cosh r, of which near 0 no more cancels than half; log cosh r = log 2cosh r - log 2 further out.
    held = jnp.where(near, shrunk, 0.0)
    log = jnp.log1p(jnp.where(near, held**2 / (2 * (1 + held)), faint))
    bracket = jnp.where(near, r * u - log, LOG2 - log - 2 * r * faint / (1 + faint))
    return (jnp.exp(log_p) + jnp.exp(log_q)) / 2 * bracket


@functools.cache
def skew_jsd(weight: float) -> Integrand:
    """π p log(p/m) + (1 - π) q log(q/m), m = π p + (1 - π) q, π = ``weight``: both KL integrands, each >= 0."""
    return Integrand(functools.partial(_skew_jsd, weight=weight), growth=(LEVEL, LEVEL))


def _skew_jsd(log_p, log_q, weight: float):
    def part(share, log_own, log_other, excess_of_other):
        """share · own · (e^r - 1 - r) with r = log(m/own), e^r = 1 + (1 - share)(other/own - 1)."""
        far = jnp.maximum(excess_of_other, 0.0)  # other >> own: r = d + log((1 - share) + share e^-d)
        r_far = far + jnp.log1p(-share + share * jnp.exp(-far))
        r = jnp.where(excess_of_other > 1, r_far, jnp.log1p((1 - share) * jnp.expm1(jnp.minimum(excess_of_other, 1.0))))
        own_large = jnp.exp(log_own)
        # own (e^r - 1) is (1 - share)(other - own), whichever of the two is the larger.
        direct = (1 - share) * (jnp.exp(log_other) - own_large) - own_large * jnp.where(own_large > 0, r, 0.0)
        return share * jnp.where(excess_of_other > 1, direct, own_large * exp_excess(jnp.minimum(r, 1.0)))

    d = jnp.clip(log_ratio(log_q, log_p), -800.0, 800.0)
    log_own_p = jnp.where(log_p == -jnp.inf, log_q - 800.0, log_p)
    log_own_q = jnp.where(log_q == -jnp.inf, log_p - 800.0, log_q)
    return part(weight, log_own_p, log_q, d) + part(1 - weight, log_own_q, log_p, -d)


@functools.cache
def alpha_divergence(alpha: float) -> Integrand:
    """[p^α q^(1-α) - α p - (1 - α) q]/(α (α - 1)) >= 0; KL's integrand at α = 1, and KL(q‖p)'s at 0."""
    if alpha < 0.5:
        mirrored = alpha_divergence(1 - alpha)
        downward = (0.0, 1.0) if alpha == 0 else (max(-alpha, 0.0), 0.0)
        return Integrand(lambda log_p, log_q: mirrored(log_q, log_p), growth=(LEVEL, downward))
    if alpha == 1:
        return kl
    return Integrand(functools.partial(_alpha_divergence, alpha=alpha), growth=((max(alpha - 1, 0.0), 0.0), LEVEL))


def _alpha_divergence(log_p, log_q, alpha: float):
    """For α >= ½, with h = α - 1 and d = log(p/q): p [(e^(hd) - 1)/h - 1 + e^(-d)]/α, near d = 0 as a sum that cancels by half at most."""
    h, d = alpha - 1, log_ratio(log_p, log_q)
    p, q = jnp.exp(log_p), jnp.exp(log_q)
    small = jnp.where(jnp.abs(d) < 0.5, d, 0.0)
    near = p * (exp_excess(h * small) / h + exp_excess(-small))
    tilted = jnp.where(jnp.abs(h * d) < 1, p * jnp.expm1(jnp.where(jnp.abs(h * d) < 1, h * d, 0.0)), _geometric(log_p, log_q, alpha) - p)
    return jnp.maximum(jnp.where(jnp.abs(d) < 0.5, near, q - p + tilted / h), 0.0) / alpha


@functools.cache
def affinity(alpha: float, shift: float = 0.0) -> Integrand:
    """p^α q^(1-α) e^(-shift), which integrates to 1 at p = q with no shift."""

    def tilted(log_p, log_q):
        return _geometric(log_p - shift, log_q - shift, alpha)

    return Integrand(tilted, growth=((alpha - 1, 0.0), (-alpha, 0.0)))


def _geometric(log_p, log_q, alpha: float):
    """p^α q^(1-α) of α > 0: 0 where p is 0, and where q is 0 if α < 1, else inf there."""
    either = (log_p == -jnp.inf) | (log_q == -jnp.inf)
    inside = jnp.exp(alpha * jnp.where(either, 0.0, log_p) + (1 - alpha) * jnp.where(either, 0.0, log_q))
    alone = (log_q == -jnp.inf) & (log_p > OVERFLOWED) & (alpha > 1)
    return jnp.where(either, jnp.where(alone, jnp.inf, 0.0), inside)


@growing((0.0, 1.0), (0.0, 1.0))
def jeffreys(log_p: Any, log_q: Any) -> Any:
    """(p - q)(log p - log q); inf where one of them alone is 0."""
    d = jnp.abs(log_ratio(log_p, log_q))
    product = _times(jnp.maximum(log_p, log_q), d)
    return jnp.where(product > 0, -jnp.expm1(-d) * product, 0.0)


@bounded
def total_variation(log_p: Any, log_q: Any) -> Any:
    """½|p - q|."""
    d = jnp.abs(log_ratio(log_p, log_q))
    return -jnp.exp(jnp.maximum(log_p, log_q)) * jnp.expm1(-d) / 2


@bounded
def hellinger2(log_p: Any, log_q: Any) -> Any:
    """½(√p - √q)²."""
    d = jnp.abs(log_ratio(log_p, log_q))
    return jnp.exp(jnp.maximum(log_p, log_q)) * jnp.expm1(-d / 2) ** 2 / 2


@growing((1.0, 0.0))
def chi2(log_p: Any, log_q: Any) -> Any:
    """(p - q)²/q; inf where q = 0 < p."""
    d = log_ratio(log_p, log_q)
    above = jnp.where(d > 0, d, 0.0)
    log_p_squared_over_q = jnp.where(d > 0, log_p + above, log_q)
    return jnp.exp(log_p_squared_over_q) * jnp.expm1(-jnp.abs(d)) ** 2


@bounded
def triangular(log_p: Any, log_q: Any) -> Any:
    """½(p - q)²/(p + q)."""
    return (jnp.exp(log_p) + jnp.exp(log_q)) / 2 * jnp.tanh(jnp.minimum(jnp.abs(log_ratio(log_p, log_q)), 1e3) / 2) ** 2


@of_logit
def value(log_p: Any, log_q: Any, logit: Any) -> Any:
    """V's integrand, p_data log D + p_g log(1 - D) = -p softplus(-d) - q softplus(d) (Goodfellow et al. 2014, Eq. 1)."""
    return log_d(log_p, log_q, logit) + log_one_minus_d(log_p, log_q, logit)


@of_logit
def log_d(log_p: Any, log_q: Any, logit: Any) -> Any:
    """p log D = -p softplus(-d)."""
    return -_product(log_p, jax.nn.softplus(-logit))


@of_logit
def log_one_minus_d(log_p: Any, log_q: Any, logit: Any) -> Any:
    """q log(1 - D) = -q softplus(d)."""
    return -_product(log_q, jax.nn.softplus(logit))


@of_logit
def discriminator_gap(log_p: Any, log_q: Any, logit: Any) -> Any:
    """(p + q) KL(Bern D* ‖ Bern D) as the Bregman form A(d) - A(d*) - A'(d*)(d - d*), A = softplus, d* = log p - log q."""
    optimal = jnp.where((log_p == -jnp.inf) & (log_q == -jnp.inf), 0.0, log_p - log_q)
    finite = jnp.isfinite(optimal) & jnp.isfinite(logit)
    a, step = jnp.where(finite, optimal, 0.0), jnp.where(finite, logit - optimal, 0.0)
    both = (jnp.exp(log_p) + jnp.exp(log_q)) * _softplus_excess(a, step)
    # Where D or D* is 0 or 1, the gap is V's integrand at D* less that at D; the former is 0 where D* is 0 or 1.
    at_optimum = jnp.where(jnp.isfinite(optimal), value(log_p, log_q, a), 0.0)
    return jnp.where(finite, both, jnp.maximum(at_optimum - value(log_p, log_q, logit), 0.0))


def _softplus_excess(a, h):
    """A(a + h) - A(a) - A'(a) h >= 0 for A = softplus; by its series in h where the difference would cancel.

    With s = sigmoid(a): log(1 + s (e^h - 1)) - s h, whose Taylor coefficients are the Bernoulli(s) cumulants.
    """
    s = jax.nn.sigmoid(a)
    v, skew = s * jax.nn.sigmoid(-a), 1 - 2 * s
    small = jnp.where(jnp.abs(h) < SERIES, h, 0.0)
    cumulants = (v, v * skew, v * (1 - 6 * v), v * skew * (1 - 12 * v), v * (1 - 30 * v + 120 * v**2), v * skew * (1 - 60 * v + 360 * v**2))
    series = jnp.zeros_like(small)
    for n, cumulant in reversed(list(enumerate(cumulants, start=2))):
        series = series * small + cumulant / float(np.prod(np.arange(1, n + 1)))
    direct = jax.nn.softplus(a + h) - jax.nn.softplus(a) - s * h
    return jnp.maximum(jnp.where(jnp.abs(h) < SERIES, series * small**2, direct), 0.0)


def _product(log_weight, amount):
    """weight · amount with 0 · inf = 0; a negligible weight counts as 0, against any finite amount."""
    nothing = log_weight < np.log(NEGLIGIBLE)
    return jnp.where(nothing, 0.0, jnp.exp(log_weight) * jnp.where(nothing, 0.0, amount))
