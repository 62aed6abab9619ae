"""Arjovsky & Bottou 2017, "Towards principled methods for training GANs": perfect discriminators, and the two gradients of G."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from gantheory.base.estimate import Estimate
from gantheory.base.precision import in_float64
from gantheory.distributions import Mixture, Normal, Uniform
from gantheory.evidence.claim import Claim
from gantheory.evidence.lift import lifted
from gantheory.evidence.quadrature import Comparison, Quadrature
from gantheory.evidence.symbolic import LOG_A, LOG_B, Symbolic, a, b
from gantheory.evidence.zoo import ZOO
from gantheory.game import losses
from gantheory.measurement.divergences import LOG2, jsd, jsd_integrand, kl, kl_integrand, triangular
from gantheory.measurement.minimax import criterion, optimal_discriminator, value
from gantheory.measurement.smoothing import smoothed


def perfect():
    for gap in (1e-6, 0.1, 10.0):
        p, q = Uniform(0.0, 1.0), Uniform(1 + gap, 2 + gap)
        D = optimal_discriminator(p, q)
        yield Comparison(f"D* on the data, {gap} apart", float(D(0.5)), "=", 1.0)
        yield Comparison("D* on generated points", float(D(1.5 + gap)), "=", 0.0)
        yield Comparison("C = max V", criterion(p, q), "=", 0.0)
        yield Comparison("V at D*", value(p, q, D), "=", 0.0)


@in_float64
def frozen_gradient(of_generator, d: float) -> Estimate:
    """∂/∂θ E_z[of_generator(logit D*(θ + z))] at θ = d, D* frozen as that of N(0, 1) and N(d, 1). By the trapezoidal rule."""

    def loss(theta, z, weight):
        logit = d**2 / 2 - d * (theta + z)
        return jnp.sum(of_generator(logit) * weight)

    sums = []
    for points in (4001, 2001):
        z, step = np.linspace(-12, 12, points, retstep=True)
        sums.append(float(jax.grad(loss)(jnp.asarray(d), jnp.asarray(z), jnp.asarray(np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) * step))))
    return Estimate(sums[0], abs(sums[0] - sums[1]) + 1e-14 * (1 + abs(sums[0])))


def slope(d: float, h: float = 1e-3) -> Estimate:
    """∂ JSD(N(0, 1), N(d, 1))/∂d by differences of the fourth order, which leave out h⁴/30 times a fifth derivative, itself below 1."""
    near, far = (jsd(Normal(0.0, 1.0), Normal(d + s, 1.0)) - jsd(Normal(0.0, 1.0), Normal(d - s, 1.0)) for s in (h, 2 * h))
    found = (8 * near - far) / (12 * h)
    return Estimate(found.value, found.error + h**4 / 30)


def saturating():
    """E_{p_g}[D*] = ∫ pq/(p + q) = (1 - Δ)/2, so that for two unit Gaussians the slope is d(1 - Δ)/2."""
    for d in (0.5, 1.0, 2.0, 5.0):
        frozen = frozen_gradient(losses.minimax.of_generator, d)
        yield Comparison(f"d = {d}: the frozen gradient and that of 2 JSD", frozen, "=", 2 * slope(d))
        by_hand = d / 2 * (1 - triangular(Normal(0.0, 1.0), Normal(d, 1.0)))
        yield Comparison(f"d = {d}: and d(1 - Δ)/2", frozen, "=", by_hand)


def non_saturating():
    for d in (0.5, 1.0, 2.0, 5.0):
        frozen = frozen_gradient(losses.non_saturating.of_generator, d)
        yield Comparison(f"d = {d}: the frozen gradient and that of KL(p_g‖p_data) - 2 JSD", frozen, "=", d - 2 * slope(d))


def middle_identity(witness):
    """KL's integrand is p log(p/q) - p + q: what it adds integrates to 0 in each of the three."""
    log_m = sp.log((a + b) / 2)
    to_data, of_middle = (lifted(kl_integrand, [log_p, LOG_A], witness) for log_p in (LOG_B, log_m))
    return {"KL(p_g‖p_data) - 2 JSD - 2 KL(m‖p_data)": to_data - 2 * lifted(jsd_integrand, [LOG_A, LOG_B], witness) - 2 * of_middle}


def middles():
    for name in ("shifted", "mixture", "kinks", "one end"):
        p, q = ZOO[name]
        m = Mixture([0.5, 0.5], [p, q])
        yield Comparison(f"{name}: KL(p_g‖p_data) - 2 JSD", kl(q, p) - 2 * jsd(p, q), "=", 2 * kl(m, p))


def vanishing():
    for d in (2.0, 5.0, 10.0):
        saturated = frozen_gradient(losses.minimax.of_generator, d)
        yield Comparison(f"d = {d}: 0 <= the saturating gradient", 0.0, "<=", saturated)
        yield Comparison(f"d = {d}: it is at most (d/2) e^(-d²/8)", saturated, "<=", d / 2 * math.exp(-(d**2) / 8))
        yield Comparison(f"d = {d}: the other one is at least d/2", d / 2, "<=", frozen_gradient(losses.non_saturating.of_generator, d))


def noisy():
    """Disjoint supports, and a Gaussian on both: JSD falls below log 2, KL becomes finite, and more noise lowers both."""
    p, q = Uniform(0.0, 1.0), Uniform(1.5, 2.5)
    yield Comparison("JSD without noise", jsd(p, q), "=", LOG2)
    before = Estimate(LOG2, 0.0)
    for scale in (0.3, 0.6, 1.2):
        noisy_p, noisy_q = smoothed(p, scale), smoothed(q, scale)
        after = jsd(noisy_p, noisy_q)
        yield Comparison(f"JSD at σ = {scale} and with less", after, "<=", before)
        yield Comparison(
            f"KL at σ = {scale} <= E|X - Y|²/2σ², that of two moved Gaussians", kl(noisy_p, noisy_q), "<=", 1.5**2 / (2 * scale**2)
        )
        before = after


PAPER = "Arjovsky & Bottou 2017"
CLAIMS = (
    Claim(
        "perfect-discriminator",
        r"\text{disjoint supports: } D^* \in \{0, 1\},\ C(G) = 0,\ \mathrm{JSD} = \log 2",
        f"{PAPER}, Theorem 2.1",
        (Quadrature(perfect),),
    ),
    Claim(
        "saturating-gradient",
        r"\nabla_\theta \mathbb{E}_z[\log(1 - D^*(G_\theta(z)))] = \nabla_\theta\, 2\,\mathrm{JSD}, \ D^* \text{ frozen}",
        f"{PAPER}, section 2.2.1; Danskin 1966",
        (Quadrature(saturating),),
        "N(0, 1) against N(d, 1)",
    ),
    Claim(
        "non-saturating-gradient",
        r"\nabla_\theta \mathbb{E}_z[-\log D^*(G_\theta(z))] = \nabla_\theta [\mathrm{KL}(p_g\,\|\,p_\mathrm{data}) - 2\,\mathrm{JSD}]",
        f"{PAPER}, Theorem 2.5",
        (Quadrature(non_saturating),),
        "N(0, 1) against N(d, 1), D* frozen",
    ),
    Claim(
        "kl-minus-two-jsd",
        r"\mathrm{KL}(p_g\,\|\,p_\mathrm{data}) - 2\,\mathrm{JSD} = 2\,\mathrm{KL}(m\,\|\,p_\mathrm{data}) \ge 0",
        f"{PAPER}, Theorem 2.5, by Topsøe's compensation identity",
        (Symbolic(middle_identity), Quadrature(middles)),
    ),
    Claim(
        "vanishing-gradient",
        r"0 \le \partial_d C \le \tfrac{d}{2} e^{-d^2/8}, \text{ while the non-saturating gradient is at least } d/2",
        f"{PAPER}, Theorem 2.4",
        (Quadrature(vanishing),),
        "N(0, 1) against N(d, 1), d = 2, 5, 10",
    ),
    Claim(
        "instance-noise",
        r"\mathrm{JSD}(p * N, q * N) \le \mathrm{JSD}(p, q), \text{ and } \mathrm{KL} \text{ becomes finite}",
        f"{PAPER}, section 3; Sønderby et al. 2017",
        (Quadrature(noisy),),
        "N = N(0, σ²), supports disjoint",
    ),
)
