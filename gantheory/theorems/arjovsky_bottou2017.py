"""Arjovsky & Bottou 2017, "Towards principled methods for training GANs": perfect discriminators, and the two gradients of G."""

import itertools
import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from gantheory.base.estimate import Estimate
from gantheory.distributions import Uniform
from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison, Comparisons, estimate_of
from gantheory.evidence.formal import Formal
from gantheory.evidence.lift import Witness, lifted
from gantheory.evidence.moments import log_normal, mean_of, of_gaussian
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import LOG_A, LOG_B, OPTIMAL, Identities, Symbolic, a, b, criterion_of, shipped
from gantheory.evidence.trapezoid import gaussian_mean
from gantheory.evidence.zoo import ZOO, middle, shifted_normals
from gantheory.game import losses
from gantheory.measurement import integrands
from gantheory.measurement.discriminators import optimal_discriminator
from gantheory.measurement.divergences import jsd, kl, triangular
from gantheory.measurement.integrands import LOG2
from gantheory.measurement.minimax import criterion, value
from gantheory.measurement.smoothing import smoothed
from gantheory.theorems import in_coq

d: sp.Symbol
s: sp.Symbol
x: sp.Symbol
y: sp.Symbol
d, s, x, y = sp.symbols("d s x y", positive=True)
e: sp.Symbol = sp.Symbol("e")  # a noise of N(0, 1)
SHARES = (a / (a + b), b / (a + b))  # D* and 1 - D*


def perfect() -> Comparisons:
    """Uniform densities on disjoint intervals: D* is 1 on the one and 0 on the other, and C = V(G, D*) = 0."""
    for gap in (1e-6, 0.1, 10.0):
        p, q = Uniform(0.0, 1.0), Uniform(1 + gap, 2 + gap)
        D = optimal_discriminator(p, q)
        yield Comparison(f"D* on the data, {gap} apart", float(D(0.5)), "=", 1.0)
        yield Comparison("D* on generated points", float(D(1.5 + gap)), "=", 0.0)
        yield Comparison("C = max V", criterion(p, q), "=", 0.0)
        yield Comparison("V at D*", value(p, q, D), "=", 0.0)


def frozen_gradient(of_generator: Callable[..., Any], d: float) -> Estimate:
    """∂/∂θ E_z[of_generator(logit D*(θ + z))] at θ = d, z ~ N(0, 1), where D* stays that of N(0, 1) and N(d, 1)."""

    def loss(theta, z):
        return of_generator(d**2 / 2 - d * (theta + z))

    slopes = jax.vmap(jax.grad(loss), (None, 0))
    return gaussian_mean(lambda z: slopes(jnp.asarray(d), jnp.asarray(z)))


def slope(d: float, h: float = 1e-3) -> Estimate:
    """∂ JSD(N(0, 1), N(d, 1))/∂d by differences of fourth order, whose error is h⁴/30 times a fifth derivative, which is below 1."""
    near, far = (jsd(*shifted_normals(d + s)) - jsd(*shifted_normals(d - s)) for s in (h, 2 * h))
    found = estimate_of((8 * near - far) / (12 * h))
    return Estimate(found.value, found.error + h**4 / 30)


def saturating() -> Comparisons:
    """For two unit Gaussians the slope is d E_{p_g}[D*], and E_{p_g}[D*] = ∫ pq/(p + q) = (1 - Δ)/2."""
    for d in (0.5, 1.0, 2.0, 5.0):
        frozen = frozen_gradient(losses.minimax.of_generator, d)
        yield Comparison(f"d = {d}: the frozen gradient and that of 2 JSD", frozen, "=", 2 * slope(d))
        by_hand = d / 2 * (1 - triangular(*shifted_normals(d)))
        yield Comparison(f"d = {d}: and d(1 - Δ)/2", frozen, "=", by_hand)


def non_saturating() -> Comparisons:
    """The frozen gradient of -log D* is that of KL(p_g‖p_data) - 2 JSD, where KL = d²/2 has the slope d."""
    for d in (0.5, 1.0, 2.0, 5.0):
        frozen = frozen_gradient(losses.non_saturating.of_generator, d)
        yield Comparison(f"d = {d}: the frozen gradient and that of KL(p_g‖p_data) - 2 JSD", frozen, "=", d - 2 * slope(d))


def saturating_identity(witness: Witness) -> Identities:
    """C = ∫ F(p, q), and ∂_θ C = ∫ ∂F/∂q ∂_θq: with ∂F/∂q = log(1 - D*), that is ∂_θ E_z[log(1 - D*(G(z)))] with D* frozen."""
    return {
        "∂/∂q of C's integrand - log(1 - D*)": sp.diff(criterion_of(witness), b) - lifted(losses.minimax.of_generator, [OPTIMAL], witness)
    }


def non_saturating_identity(witness: Witness) -> Identities:
    """The same of KL(p_g‖p_data) - C, whose gradient is that of KL(p_g‖p_data) - 2 JSD."""
    slope = sp.diff(lifted(integrands.kl, [LOG_B, LOG_A], witness) - criterion_of(witness), b)
    return {"∂/∂q of KL's integrand - C's, + log D*": slope - lifted(losses.non_saturating.of_generator, [OPTIMAL], witness)}


def middle_identity(witness: Witness) -> Identities:
    """KL's integrand is p log(p/q) - p + q; the terms -p + q integrate to 0 in each KL."""
    log_m = sp.log((a + b) / 2)
    to_data, of_middle = (lifted(integrands.kl, [log_p, LOG_A], witness) for log_p in (LOG_B, log_m))
    return {"KL(p_g‖p_data) - 2 JSD - 2 KL(m‖p_data)": to_data - 2 * shipped(integrands.jsd, witness) - 2 * of_middle}


def middles() -> Comparisons:
    """KL(p_g‖p_data) - 2 JSD = 2 KL(m‖p_data), with m = (p_data + p_g)/2."""
    for name in ("shifted", "mixture", "kinks", "one end"):
        p, q = ZOO[name]
        yield Comparison(f"{name}: KL(p_g‖p_data) - 2 JSD", kl(q, p) - 2 * jsd(p, q), "=", 2 * kl(middle(p, q), p))


def vanishing_identities(witness: Witness) -> Identities:
    """The gradients are d E_{p_g}[D*] and d E_{p_g}[1 - D*], and E_{p_g}[D*] = ∫ pq/(p + q) is at most ½ ∫ √(pq), and at most ½."""
    witness = {**witness, d: sp.Integer(1), x: sp.Integer(1)}
    of_p, of_q, midway = (log_normal(x, loc, 1, witness) for loc in (0, d, d / 2))
    slopes = (lifted(jax.grad(loss.of_generator), [OPTIMAL], witness) for loss in (losses.minimax, losses.non_saturating))
    product, root = a * b / (a + b), sp.sqrt(a * b)
    return {
        "log p - log q, the logit of D*, falls by d with every x": of_p - of_q - d * (d / 2 - x),
        **{
            f"the slope in the logit is -{name}": slope + share
            for name, slope, share in zip(("D*", "(1 - D*)"), slopes, SHARES, strict=True)
        },
        "√(pq) = e^(-d²/8) N(d/2, 1), which integrates to e^(-d²/8)": (of_p + of_q) / 2 - midway + d**2 / 8,
        "½√(pq) - pq/(p + q) is √(pq) (√p - √q)²/2(p + q)": root / 2 - product - root * (a + b - 2 * root) / (2 * (a + b)),
        "(p + q)/4 - pq/(p + q) is (p - q)²/4(p + q)": (a + b) / 4 - product - (a - b) ** 2 / (4 * (a + b)),
    }


def vanishing() -> Comparisons:
    """The saturating gradient lies between 0 and (d/2) e^(-d²/8); the non-saturating one is at least d/2."""
    for d in (2.0, 5.0, 10.0):
        saturated = frozen_gradient(losses.minimax.of_generator, d)
        yield Comparison(f"d = {d}: 0 <= the saturating gradient", 0.0, "<=", saturated)
        yield Comparison(f"d = {d}: it is at most (d/2) e^(-d²/8)", saturated, "<=", d / 2 * math.exp(-(d**2) / 8))
        yield Comparison(f"d = {d}: the other one is at least d/2", d / 2, "<=", frozen_gradient(losses.non_saturating.of_generator, d))


def noise_identities(witness: Witness) -> Identities:
    """Both integrands are convex in (p, q), as a square times a positive number; so no mixture of shifted pairs has a larger divergence.

    p * N and q * N are mixtures of p and q, shifted by the noise. They are also mixtures of the pairs N(X, σ²) and N(Y, σ²), X ~ p and
    Y ~ q: KL of such a pair is (X - Y)²/2σ².
    """
    found = {}
    for name, integrand, bend in (
        ("JSD", shipped(integrands.jsd, witness), b / (2 * a * (a + b))),
        ("KL", shipped(integrands.kl, witness), 1 / a),
    ):
        for (of_one, one), (of_other, other) in itertools.combinations_with_replacement(((1, a), (-a / b, b)), 2):
            found[f"{name}: ∂²/∂{one}∂{other}"] = sp.diff(integrand, one, other) - bend * of_one * of_other
    witness = {**witness, **dict.fromkeys((x, y, e, s), sp.Integer(1))}
    of_x, of_y = (log_normal(x + s * e, loc, s, witness) for loc in (x, y))
    return found | {"KL(N(x, σ²)‖N(y, σ²)) - (x - y)²/2σ²": mean_of(of_x - of_y, e, of_gaussian) - (x - y) ** 2 / (2 * s**2)}


def noisy() -> Comparisons:
    """Disjoint supports with Gaussian noise on both: JSD falls below log 2, KL becomes finite, and more noise lowers JSD further."""
    p, q = Uniform(0.0, 1.0), Uniform(1.5, 2.5)
    yield Comparison("JSD without noise", jsd(p, q), "=", LOG2)
    before = Estimate(LOG2, math.ulp(LOG2))
    for scale in (0.3, 0.6, 1.2):
        noisy_p, noisy_q = smoothed(p, scale), smoothed(q, scale)
        after = jsd(noisy_p, noisy_q)
        yield Comparison(f"JSD at σ = {scale} and with less", after, "<=", before)
        coupled = 1.5**2 / (2 * scale**2)  # KL is jointly convex; X ~ p and Y = X + 1.5 ~ q
        yield Comparison(f"KL at σ = {scale} <= E|X - Y|²/2σ², that of two shifted Gaussians", kl(noisy_p, noisy_q), "<=", coupled)
        before = after


PAPER = "Arjovsky & Bottou 2017"
CLAIMS = (
    Claim(
        "perfect-discriminator",
        r"\text{disjoint supports: } D^* \in \{0, 1\},\ C(G) = 0,\ \mathrm{JSD} = \log 2",
        f"{PAPER}, Theorem 2.1",
        (Formal((in_coq.PERFECT_D,)), Quadrature(perfect)),
    ),
    Claim(
        "saturating-gradient",
        r"\nabla_\theta \mathbb{E}_z[\log(1 - D^*(G_\theta(z)))] = \nabla_\theta\, 2\,\mathrm{JSD}, \ D^* \text{ frozen}",
        f"{PAPER}, section 2.2.1; Danskin 1966",
        (Symbolic(saturating_identity), Quadrature(saturating)),
        "p_θ may be differentiated under the integral; numbers for N(0, 1) against N(d, 1)",
    ),
    Claim(
        "non-saturating-gradient",
        r"\nabla_\theta \mathbb{E}_z[-\log D^*(G_\theta(z))] = \nabla_\theta [\mathrm{KL}(p_g\,\|\,p_\mathrm{data}) - 2\,\mathrm{JSD}]",
        f"{PAPER}, Theorem 2.5",
        (Symbolic(non_saturating_identity), Quadrature(non_saturating)),
        "D* frozen; p_θ may be differentiated under the integral; numbers for N(0, 1) against N(d, 1)",
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
        f"the Gaussian case, after {PAPER}, Theorem 2.4",
        (Symbolic(vanishing_identities), Quadrature(vanishing)),
        "N(0, 1) against N(d, 1), d > 0; numbers for d = 2, 5, 10",
    ),
    Claim(
        "instance-noise",
        r"\mathrm{JSD}(p * N, q * N) \le \mathrm{JSD}(p, q), \text{ and } \mathrm{KL} \text{ becomes finite}",
        f"{PAPER}, section 3; Sønderby et al. 2017",
        (Symbolic(noise_identities), Quadrature(noisy)),
        "N = N(0, σ²), σ > 0; for KL, p and q of finite variance; numbers for two intervals",
    ),
)
