"""Arjovsky, Chintala & Bottou 2017, "Wasserstein GAN": W₁ as a supremum, its sign in code, clipping, and which distance is weaker.

A critic f of slope at most 1 has E_p f - E_q f = ∫ f' (F_q - F_p) dx on the line, by parts: at most ∫ |F_p - F_q| = W₁, which the f with
f' = sign(F_q - F_p) attains.
"""

import math
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import sympy as sp

from gantheory.base.estimate import Divergent
from gantheory.distributions import Density, Normal, Uniform
from gantheory.dynamics.dirac import dirac
from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.lift import Witness, lifted
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import LOGIT, Identities, Symbolic, a, alone, b, by_middle, infinite, shipped, t
from gantheory.evidence.trapezoid import gaussian_mean
from gantheory.evidence.zoo import ZOO, shifted_normals, shifted_uniforms
from gantheory.game import losses
from gantheory.measurement import integrands
from gantheory.measurement.divergences import jsd, kl, total_variation
from gantheory.measurement.integrands import LOG2
from gantheory.measurement.wasserstein import wasserstein1
from gantheory.theorems.reid_williamson2011 import EACH_LARGER, cost

# Critics of slope at most 1, smooth and so good for the trapezoidal rule.
CRITICS: dict[str, Callable[[Any], Any]] = {
    "-x": lambda x: -x,
    "sin x": np.sin,
    "-tanh x": lambda x: -np.tanh(x),
    "log cosh x": lambda x: np.logaddexp(x, -x) - LOG2,
    "½ sin 2x": lambda x: np.sin(2 * x) / 2,
}
AS_NUMBER = 0.8125  # λ in the shipped game, whose constant λ/2 stands for the expression
PAIRS = {"moved": (0.0, 1.0, 1.5, 1.0), "wider": (0.0, 1.0, 0.0, 2.0), "both": (0.0, 1.0, -1.0, 0.5)}  # two means, each with its deviation


def mean_distance(loc: float, scale: float, point: float) -> float:
    """E|x - point| under N(loc, scale²)."""
    d = (loc - point) / scale
    return scale * (math.sqrt(2 / math.pi) * math.exp(-(d**2) / 2) + d * math.erf(d / math.sqrt(2)))


def below_w1() -> Comparisons:
    """Between Gaussians no critic of the list beats W₁. -x attains it where one is the other moved, else ±|x - c|, F_p = F_q at c."""
    for name, (mu, sigma, nu, tau) in PAIRS.items():
        distance = wasserstein1(Normal(mu, sigma), Normal(nu, tau))
        for critic, f in CRITICS.items():
            apart = gaussian_mean(lambda u, f=f, m=mu, s=sigma: f(m + s * u)) - gaussian_mean(lambda u, f=f, m=nu, s=tau: f(m + s * u))
            yield Comparison(f"{name}: E f apart, f = {critic}", apart, "<=", distance)
        if sigma == tau:
            best = abs(mu - nu)
        else:
            crossing = (mu * tau - nu * sigma) / (tau - sigma)
            best = abs(mean_distance(mu, sigma, crossing) - mean_distance(nu, tau, crossing))
        yield Comparison(f"{name}: the best critic", best, "=", distance)


def signs(witness: Witness) -> Identities:
    """D descends minus the difference that W₁ is the supremum of; with the labels the other way round its critic is -v."""
    played = cost(losses.wasserstein, LOGIT, witness)
    turned = a * lifted(losses.wasserstein.on_generated, [-LOGIT], witness) + b * lifted(losses.wasserstein.on_data, [-LOGIT], witness)
    return {
        "D's loss + (a - b) v": played + (a - b) * LOGIT,
        "with the labels the other way round, at -v": turned - played,
        "G's loss + v": lifted(losses.wasserstein.of_generator, [LOGIT], witness) + LOGIT,
    }


def clipped(witness: Witness) -> Identities:
    """Data at 0, G at θ = b, a critic -ψx: W₁ = θ. With |ψ| <= c = a the best is c θ; with a penalty λ = t it tells θ + θ²/λ.

    With the penalty D's loss is convex in ψ > 0; turning the sign of ψ costs 2|ψ|θ.
    """
    clip, theta, weight = a, b, t
    penalised = dirac("wasserstein", penalty=AS_NUMBER).discriminator_loss

    def apart(psi):
        return -lifted(dirac("wasserstein").discriminator_loss, [theta, psi], witness)

    def with_penalty(function, psi):
        return lifted(function, [theta, psi], witness, known=((AS_NUMBER / 2, weight / 2),))

    best, slope = 1 + theta / weight, jax.grad(penalised, 1)
    return {
        "at ψ = c: the critics' difference - c W₁": apart(clip) - clip * theta,
        "at a smaller ψ = c - t: less by t θ": apart(clip) - apart(clip - t) - t * theta,
        "with a penalty: the slope of D's loss at ψ = 1 + θ/λ": with_penalty(slope, best),
        "its second derivative - λ": with_penalty(jax.grad(slope, 1), a) - weight,
        "what ψ = -a costs more than a, - 2 a θ": with_penalty(penalised, -a) - with_penalty(penalised, a) - 2 * a * theta,
        "the critics' difference at 1 + θ/λ - (W₁ + W₁²/λ)": apart(best) - theta - theta**2 / weight,
    }


def clipped_networks() -> Comparisons:
    """Σ c tanh(c x) over H hidden units, all weights at ±c, has slopes up to H c²: it stays below H c² W₁, and nears it for small c."""
    p, q = shifted_normals(1.0)
    distance = wasserstein1(p, q)
    for clip, hidden in ((0.01, 64), (0.1, 64), (1.0, 4)):
        critic = lambda x, c=clip, h=hidden: -h * c * np.tanh(c * x)  # noqa: E731
        apart = gaussian_mean(critic) - gaussian_mean(lambda x, critic=critic: critic(x + 1.0))
        yield Comparison(f"c = {clip}, {hidden} units", apart, "<=", hidden * clip**2 * distance)
        if clip < 0.05:
            yield Comparison("nearly H c² W₁", 0.999 * hidden * clip**2 * distance, "<=", apart)


def order(witness: Witness) -> Identities:
    """At every point (27/16) Δ <= KL and Δ/2 <= JSD <= log 2 TV, and TV² <= Δ by Cauchy and Schwarz; |F_p - F_q| <= TV at every x.

    Each difference is 0 at a = b, flat or linear there, and bent as said, as a function of a, or of the smaller density.
    """
    triangle = shipped(integrands.triangular, witness)
    smaller = b if witness[a] > witness[b] else a
    larger = a if smaller is b else b
    below = shipped(integrands.total_variation, witness) * sp.log(2) - shipped(integrands.jsd, witness)
    gaps = {
        "KL - (27/16) Δ": shipped(integrands.kl, witness) - sp.Rational(27, 16) * triangle,
        "JSD - Δ/2": shipped(integrands.jsd, witness) - triangle / 2,
    }
    bends = {
        "KL - (27/16) Δ": (2 * a - b) ** 2 * (a + 4 * b) / (4 * a * (a + b) ** 3),
        "JSD - Δ/2": b * (a - b) ** 2 / (2 * a * (a + b) ** 3),
    }
    found: Identities = {}
    for name, gap in gaps.items():
        found[f"{name} at a = b"] = gap.subs(a, b)
        found[f"{name}: its derivative in a, at a = b"] = sp.diff(gap, a).subs(a, b)
        found[f"{name}: its second derivative in a - one that is >= 0"] = sp.diff(gap, a, 2) - bends[name]
    found["log 2 TV - JSD at a = b"] = below.subs(smaller, larger)
    found["log 2 TV - JSD at a smaller density of 0"] = sp.limit(sp.expand_log(below), smaller, 0)
    found["log 2 TV - JSD: its second derivative in the smaller density + a positive one"] = sp.diff(below, smaller, 2) + larger / (
        2 * smaller * (a + b)
    )
    # F_p - F_q at x is the integral of (p - q)/2 below x less that above it: at most that of |p - q|/2.
    found["TV's integrand - (larger - smaller)/2"] = shipped(integrands.total_variation, witness) - (larger - smaller) / 2
    return found


def ordered() -> Comparisons:
    """TV² <= 2 JSD <= 2 log 2 TV; (27/16) TV² <= KL; and on an interval of length L, W₁ <= L TV."""
    for name in ("shifted", "mixture", "overlapping", "disjoint", "bounded"):
        p, q = ZOO[name]
        tv = float(total_variation(p, q))
        yield Comparison(f"{name}: TV² <= 2 JSD", tv**2, "<=", 2 * jsd(p, q))
        yield Comparison(f"{name}: JSD <= log 2 TV", jsd(p, q), "<=", LOG2 * total_variation(p, q))
        yield Comparison(f"{name}: (27/16) TV² <= KL", 27 / 16 * tv**2, "<=", kl(p, q))
        length = span(p, q)
        if np.isfinite(length):
            yield Comparison(f"{name}: W₁ <= {length:g} TV", wasserstein1(p, q), "<=", length * total_variation(p, q))


def span(p: Density, q: Density) -> float:
    """The length of the least interval that holds both."""
    ends = [float(end) for law in (p, q) for end in law.support]
    return max(ends) - min(ends)


def strict_identities(witness: Witness) -> Identities:
    """U[0, 1] moved by s: TV = s, and KL = ∞ where the other density is 0. Neighbours of width w: W₁ = w, and JSD = log 2."""
    share, width, x = sp.symbols("s w x", positive=True)
    one, other = alone(integrands.total_variation, witness)
    both = lifted(integrands.total_variation, [sp.Integer(0), sp.Integer(0)], witness)
    found = infinite(witness)
    found["TV of U[0, 1] moved by s, - s"] = share * (one.subs(a, 1) + other.subs(b, 1)) + (1 - share) * both - share
    for own, at in zip((a, b), alone(by_middle, witness), strict=True):
        found[f"JSD's integrand where only {own} is not 0"] = at - own * sp.log(2) / 2
    apart = sp.Integer(0)
    for low, high, inside in ((0, width, 0.5), (width, 2 * width, 1.5)):
        where = {**witness, width: 1, x: inside}
        ends = ((0, width), (width, 2 * width))
        of_p, of_q = (lifted(lambda x, low, high: Uniform(low, high)._cdf(x), [x, *law], where) for law in ends)
        apart += sp.integrate(sp.expand(of_p - of_q), (x, low, high))
    return found | {"∫ |F_p - F_q| of the neighbours, - w": apart - width}


def strict() -> Comparisons:
    """Each step of the order has a sequence that takes it one way only."""
    for share in (0.1, 1e-3, 1e-6):
        p, q = shifted_uniforms(share)
        yield Comparison(f"U[0, 1] moved by {share}: TV tends to 0", total_variation(p, q), "=", share)
        yield Comparison("and KL is infinite", float(isinstance(kl(p, q), Divergent)), "=", 1.0)
        p, q = Uniform(0.0, share / 2), Uniform(share / 2, share)
        yield Comparison(f"neighbours of width {share / 2}: W₁ tends to 0", wasserstein1(p, q), "=", share / 2)
        yield Comparison("and JSD stays at log 2", jsd(p, q), "=", LOG2)


PAPER = "Arjovsky, Chintala & Bottou 2017"
CLAIMS = (
    Claim(
        "kantorovich-rubinstein",
        r"W_1(p, q) = \sup_{|f'| \le 1} \mathbb{E}_p f - \mathbb{E}_q f, \text{ attained by } f' = \operatorname{sign}(F_q - F_p)",
        f"{PAPER}, Eq. 2; Villani 2009, Remark 6.5",
        (Quadrature(below_w1),),
        "on the line, W₁ finite",
    ),
    Claim(
        "sign-of-the-critics-loss",
        r"L_D = -(\mathbb{E}_\mathrm{data} v - \mathbb{E}_g v), \text{ and } v \to -v \text{ where the labels are the other way round}",
        f"{PAPER}, Algorithm 1",
        (Symbolic(signs),),
        "for critics of slope at most 1 -L_D is at most W₁: kantorovich-rubinstein",
    ),
    Claim(
        "clipping-gives-a-multiple",
        r"\max_{|\psi| \le c} \mathbb{E}_g\,\psi x - \mathbb{E}_\mathrm{data}\,\psi x = c\,W_1; \quad"
        r" \text{the best critic with the penalty } \tfrac\lambda2(|\psi| - 1)^2 \text{ tells } W_1 + W_1^2/\lambda",
        f"{PAPER}, Eq. 3; the penalty of Gulrajani et al. 2017, Eq. 3, which has no half, on the Dirac-GAN",
        (Symbolic(clipped), Quadrature(clipped_networks)),
        "data at 0, G at θ > 0, the critic -ψx; a net of H units with weights of at most c has slopes of at most H c²",
    ),
    Claim(
        "order-of-distances",
        r"\tfrac{27}{16}\mathrm{TV}^2 \le \mathrm{KL}, \quad \tfrac12 \mathrm{TV}^2 \le \mathrm{JSD} \le \mathrm{TV} \log 2, \quad"
        r" W_1 \le L\,\mathrm{TV}: \ \mathrm{KL} \Rightarrow \mathrm{TV} \Leftrightarrow \mathrm{JSD} \Rightarrow W_1",
        f"{PAPER}, Theorem 2; the constants: Topsøe 2000, and by Cauchy and Schwarz",
        (Symbolic(order, EACH_LARGER), Quadrature(ordered)),
        "A ⇒ B: A → 0 implies B → 0; L is the length of an interval that holds both laws; Pinsker's 2 TV² <= KL is sharper",
    ),
    Claim(
        "order-of-distances-is-strict",
        r"\mathrm{TV} \to 0 \text{ with } \mathrm{KL} = \infty; \quad W_1 \to 0 \text{ with } \mathrm{JSD} = \log 2",
        f"{PAPER}, Theorem 2 and Example 1",
        (Symbolic(strict_identities, EACH_LARGER), Quadrature(strict)),
    ),
)
