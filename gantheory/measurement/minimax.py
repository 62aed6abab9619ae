"""The two-player game: V(G, D), its maximiser D*, its value C(G) at the maximum, and how far a discriminator falls short of it.

Goodfellow et al. 2014, section 4: min over G, max over D of V(G, D) = E_{p_data}[log D(x)] + E_{p_g}[log(1 - D(x))].
D is carried as its logit, log D - log(1 - D), wherever 1 - D could round to 0.
"""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Estimate, Outcome
from gantheory.base.precision import in_float64, promoted
from gantheory.distributions import Law
from gantheory.distributions.line.density import same
from gantheory.measurement.divergences import jsd
from gantheory.quadrature.line import OPTIMAL, integrals
from gantheory.quadrature.pair import Pair

LOG4 = float(np.log(4))


class OptimalDiscriminator:
    """D*(x) = p_data(x) / (p_data(x) + p_g(x)) (Proposition 1, Eq. 2); its logit is log p_data - log p_g.

    Where both densities are 0, D* is not determined; it is then taken as ½, logit 0.
    """

    def __init__(self, p_data: Law, p_g: Law):
        self.p_data, self.p_g = p_data, p_g

    def logit(self, x):
        """log p_data(x) - log p_g(x): ±inf where one of them is 0."""
        log_p, log_q = self.p_data.log_prob(x), self.p_g.log_prob(x)
        with np.errstate(invalid="ignore"):
            return np.where((log_p == -np.inf) & (log_q == -np.inf), 0.0, log_p - log_q)

    def __call__(self, x):
        return sigmoid(self.logit(x))


def sigmoid(logit):
    """The probability of a logit, on the host; 0 or 1 where it is beyond what a double can tell. A float or an array, as the logit is."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-np.asarray(logit)))


def optimal_discriminator(p_data: Law, p_g: Law) -> OptimalDiscriminator:
    """The discriminator that maximises V for this p_g (Proposition 1), unique (p_data + p_g)-almost everywhere."""
    return OptimalDiscriminator(p_data, p_g)


def logit_of(discriminator, p_data=None, p_g=None) -> Any:
    """The logit of a discriminator as a function of an array of points; OPTIMAL for the very D* of p_data and p_g.

    ``discriminator`` takes one point and gives a probability, or has a method ``logit`` that gives the logit.
    """
    if isinstance(discriminator, OptimalDiscriminator):
        return OPTIMAL if discriminator.p_data is p_data and discriminator.p_g is p_g else discriminator.logit

    def logits(x):
        logit = np.asarray(_logits(promoted(discriminator), jnp.asarray(x, jnp.float64)))
        if np.isnan(logit).any():
            raise ValueError(
                f"`D` must give a probability in [0, 1] at every point. Got one that does not at x = {x[np.isnan(logit)][0]!r}."
            )
        return logit

    return in_float64(logits)


@eqx.filter_jit
def _logits(discriminator, x):
    def one(point):
        if hasattr(discriminator, "logit"):
            return discriminator.logit(point)
        probability = discriminator(point)
        return jnp.log(probability) - jnp.log1p(-probability)

    return jax.vmap(one)(x)


def value_integrand(log_p, log_q, logit):
    """p_data log D + p_g log(1 - D), in logits: -p softplus(-d) - q softplus(d)."""
    return -_product(log_p, jax.nn.softplus(-logit)) - _product(log_q, jax.nn.softplus(logit))


def discriminator_gap_integrand(log_p, log_q, logit):
    """(p + q) KL(Bern D* ‖ Bern D) as the Bregman form A(d) - A(d*) - A'(d*)(d - d*), A = softplus, d* = log p - log q."""
    optimal = jnp.where((log_p == -jnp.inf) & (log_q == -jnp.inf), 0.0, log_p - log_q)
    finite = jnp.isfinite(optimal) & jnp.isfinite(logit)
    a, step = jnp.where(finite, optimal, 0.0), jnp.where(finite, logit - optimal, 0.0)
    both = (jnp.exp(log_p) + jnp.exp(log_q)) * _softplus_excess(a, step)
    # Where D or D* is 0 or 1, -V at D less -V at D*, the latter 0 where D* is 0 or 1.
    at_optimum = jnp.where(jnp.isfinite(optimal), value_integrand(log_p, log_q, a), 0.0)
    return jnp.where(finite, both, jnp.maximum(at_optimum - value_integrand(log_p, log_q, logit), 0.0))


def _softplus_excess(a, h):
    """A(a + h) - A(a) - A'(a) h >= 0 for A = softplus; by its series in h where the difference would cancel.

    With s = sigmoid(a): log(1 + s (e^h - 1)) - s h, whose Taylor coefficients are the Bernoulli(s) cumulants.
    """
    s = jax.nn.sigmoid(a)
    v, skew = s * jax.nn.sigmoid(-a), 1 - 2 * s
    small = jnp.where(jnp.abs(h) < 3e-2, h, 0.0)
    cumulants = (v, v * skew, v * (1 - 6 * v), v * skew * (1 - 12 * v), v * (1 - 30 * v + 120 * v**2), v * skew * (1 - 60 * v + 360 * v**2))
    series = jnp.zeros_like(small)
    for n, cumulant in reversed(list(enumerate(cumulants, start=2))):
        series = series * small + cumulant / float(np.prod(np.arange(1, n + 1)))
    direct = jax.nn.softplus(a + h) - jax.nn.softplus(a) - s * h
    return jnp.maximum(jnp.where(jnp.abs(h) < 3e-2, series * small**2, direct), 0.0)


def _product(log_weight, amount):
    """weight · amount with 0 · inf = 0; a weight that no sum of doubles would notice, against any finite amount, is 0."""
    nothing = log_weight < np.log(1e-200)
    return jnp.where(nothing, 0.0, jnp.exp(log_weight) * jnp.where(nothing, 0.0, amount))


def value(p_data: Law, p_g: Law, D) -> Outcome:
    """V(G, D) = ∫ p_data log D + p_g log(1 - D) dx (Eq. 1 after the change of variables), in nats."""
    return integrals(Pair(p_data, p_g), {"value": value_integrand}, logit_of(D, p_data, p_g))["value"]


def criterion(p_data: Law, p_g: Law) -> Outcome:
    """C(G) = max_D V(G, D) = -log 4 + 2 JSD(p_data, p_g) (Theorem 1, Eqs. 4-6), in nats; on the plane too."""
    return 2 * jsd(p_data, p_g) - LOG4


def discriminator_gap(p_data: Law, p_g: Law, D) -> Outcome:
    """C(G) - V(G, D) = ∫ (p_data + p_g) KL(Bern D* ‖ Bern D) dx >= 0, as its own integral, in nats (the measure has mass 2)."""
    if same(p_data, p_g) and isinstance(D, OptimalDiscriminator) and same(D.p_data, D.p_g):
        return Estimate(0.0, 0.0)
    return integrals(Pair(p_data, p_g), {"gap": discriminator_gap_integrand}, logit_of(D, p_data, p_g))["gap"]
