"""Later games: WGAN, the relativistic GAN, games in parameters; and the divergence to a set of samples."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from gantheory.base.estimate import Divergent, Outcome
from gantheory.distributions import Normal, Pushforward, Uniform
from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.formal import Formal
from gantheory.evidence.lift import Witness, lifted
from gantheory.evidence.moments import log_normal
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import (
    LOG2,
    LOGIT,
    OPTIMAL,
    WITNESSES,
    Identities,
    Symbolic,
    a,
    alone,
    b,
    by_middle,
    criterion_of,
    infinite,
    t,
)
from gantheory.evidence.trapezoid import gaussian_mean
from gantheory.evidence.zoo import Logistic, shifted_normals
from gantheory.game import losses
from gantheory.measurement import integrands
from gantheory.measurement.discriminators import optimal_discriminator
from gantheory.measurement.divergences import jsd, kl, total_variation
from gantheory.measurement.minimax import value
from gantheory.measurement.wasserstein import wasserstein1
from gantheory.theorems import in_coq
from gantheory.theorems.reid_williamson2011 import POSTERIOR, bernoulli


def parallel_lines() -> Comparisons:
    """The lines as strips of width w < θ: no value depends on w. The second coordinate is the same for both, and adds nothing."""
    for width in (0.1, 1e-6):
        for theta in (0.5, 2.0):
            p, q = Uniform(0.0, width), Uniform(theta, theta + width)
            at = f"width {width}, θ = {theta}"
            yield Comparison(f"W₁ = |θ|, {at}", wasserstein1(p, q), "=", theta)
            yield Comparison(f"JSD = log 2, {at}", jsd(p, q), "=", integrands.LOG2)
            yield Comparison(f"TV = 1, {at}", total_variation(p, q), "=", 1.0)
            yield Comparison(f"KL is infinite both ways, {at}", sum(isinstance(kl(*pair), Divergent) for pair in ((p, q), (q, p))), "=", 2)
    yield Comparison("θ = 0: all are 0", wasserstein1(p, p) + jsd(p, p) + total_variation(p, p), "=", 0.0)


def singular_jsd(witness: Witness) -> Identities:
    """Where one of the densities is 0 at every point, JSD's integrand is ½ log 2 times the other, so that JSD = log 2."""
    return {
        f"JSD's integrand where only {own} is not 0": at - own * LOG2 / 2 for own, at in zip((a, b), alone(by_middle, witness), strict=True)
    }


def strips(witness: Witness) -> Identities:
    """By length on both lines, one density is 0 wherever the other is not: JSD = log 2, TV = 1, KL = ∞.

    W₁ = ∫ |F_p - F_q| of the strips [0, w] and [θ, θ + w], θ > w > 0, from their distribution functions on each of three stretches.
    So for the lines: the first coordinate, of slope 1, gives W₁ >= |θ|, and moving each point by θ gives <=. θ < 0 by symmetry.
    """
    width, theta, x = sp.symbols("w theta x", positive=True)
    total = sp.Integer(0)
    for low, high, inside in ((0, width, 0.5), (width, theta, 1.5), (theta, theta + width, 2.5)):
        where = {**witness, width: 1, theta: 2, x: inside}
        of_p, of_q = (lifted(lambda *to: Uniform(*to[1:])._cdf(to[0]), [x, left, left + width], where) for left in (0, theta))
        total += sp.integrate(sp.expand(of_p - of_q), (x, low, high))
    found = singular_jsd(witness) | {"∫ |F_p - F_q| - θ": total - theta}
    for own, at in zip((a, b), alone(integrands.total_variation, witness), strict=True):
        found[f"TV's integrand where only {own} is not 0"] = at - own / 2
    return found | infinite(witness)


def critic_identities(witness: Witness) -> Identities:
    """x ↦ x + d carries p to q, so that W₁ <= d, which -x, of slope 1, attains.

    D*'s logit is d²/2 - dx, and its slope -d D*(1 - D*). With t = e^(d²/2), D* is t/(1 + t) at 0 and 1/(1 + t) at d, and e^(-d²/2) = 1/t.
    """
    d, x = sp.symbols("d x", positive=True)
    at = {**witness, d: 1, x: 1}
    of_p, of_q, moved = (log_normal(place, loc, 1, at) for place, loc in ((x, 0), (x, d), (x + d, d)))
    found = {"log q(x + d) - log p(x)": moved - of_p, "D*'s logit": of_p - of_q - d * (d / 2 - x)}
    for place, logit in (("0", LOGIT), ("d", -LOGIT)):
        slope = lifted(jax.grad(jax.nn.sigmoid), [logit], witness)
        found[f"e^(-d²/2) - D*(1 - D*) at x = {place} is positive"] = 1 / t - slope - (1 + 2 * t) / (t * (1 + t) ** 2)
    return found


def linear_critic() -> Comparisons:
    """N(0, 1) against N(d, 1): f(x) = -x, of slope 1 everywhere, is a best critic; D*, of slope d D*(1 - D*), is flat on both sides."""
    for d in (2.0, 5.0, 10.0):
        p, q = shifted_normals(d)
        yield Comparison(f"d = {d}: E_p[-x] - E_q[-x] attains W₁", wasserstein1(p, q), "=", float(q.mean - p.mean))
        D = optimal_discriminator(p, q)
        for x in (0.0, d):
            slope = d * float(D(x)) * (1 - float(D(x)))
            yield Comparison(f"d = {d}: D*'s slope at x = {x} <= d e^(-d²/2)", slope, "<=", d * math.exp(-(d**2) / 2))


def empirical() -> Comparisons:
    """A generator that has memorised n points is at the largest possible distance from any density."""
    for n in (1, 8):
        memorised = Pushforward(lambda z, n=n: jnp.floor(n * z), Uniform(0.0, 1.0))
        yield Comparison(f"JSD to {n} points", jsd(Normal(0.0, 3.0), memorised), "=", integrands.LOG2)


def relativistic_identity(witness: Witness) -> Identities:
    """With a = p(x)q(y) and b = q(x)p(y), the game on pairs is the game of these two densities, each pair counted in both orders.

    Only antisymmetric functions of (x, y) are played; the best of all, log(a/b), is one, and of the form f(x) - f(y).
    """

    def paid(answer):
        on_data = losses.relativistic.on_data
        return a * lifted(on_data, [answer], witness) + b * lifted(on_data, [-answer], witness)

    best, excess = paid(OPTIMAL), (a + b) * bernoulli(POSTERIOR, t / (1 + t))
    return {
        "a log σ(f) + b log σ(-f) + (a + b) log 2 - 2 · JSD's integrand": -best - criterion_of(witness),
        "what log t costs more than the best - (a + b) KL(Bern a/(a + b)‖Bern t/(1 + t))": paid(LOGIT) - best - excess,
    }


def relativistic_gaussians() -> Comparisons:
    """For N(0, 1) and N(d, 1) the best f(x) - f(y) is d(d/2 - x) - d(d/2 - y) = d(y - x), and y - x ~ N(d, 2)."""
    for d in (0.5, 1.0, 3.0):
        ahead, behind = Normal(d, math.sqrt(2)), Normal(-d, math.sqrt(2))
        played = gaussian_mean(lambda u, d=d: -np.logaddexp(0, -d * (d + math.sqrt(2) * u)))
        yield Comparison(f"d = {d}: E[log σ(f(x) - f(y))] and JSD - log 2", played, "=", jsd(ahead, behind) - integrands.LOG2)


def no_equilibrium_identities(witness: Witness) -> Identities:
    """The game of ``no_equilibrium``, for every θ and w: V is strictly concave in w, of slope -θ/2 at 0, and falls with wθ if w ≠ 0.

    So G's best θ has the sign of w, and D gains by going from a w of θ's sign, or from 0, toward the other sign.
    """
    x, z, theta = sp.symbols("x z theta", positive=True)

    def V(w, x, z, theta):
        return -losses.minimax.on_data(w * x) - losses.minimax.on_generated(w * (z + theta))

    at_0 = lifted(jax.grad(V), [0, x, z, theta], {**witness, x: 1, z: 1, theta: 1})
    share = t / (1 + t)  # D
    found: Identities = {"∂V/∂w at w = 0, whose mean is -θ/2": at_0 - (x - z - theta) / 2}
    for name, loss in (("data", losses.minimax.on_data), ("generated", losses.minimax.on_generated)):
        bend = lifted(jax.grad(jax.grad(loss)), [LOGIT], witness)
        found[f"-V's part of {name} has the bend D(1 - D) in the logit"] = bend - share * (1 - share)
    return found | {"its part of generated the slope D": lifted(jax.grad(losses.minimax.on_generated), [LOGIT], witness) - share}


def no_equilibrium() -> Comparisons:
    """Data N(0, 1), G moves z ~ N(0, 1) by θ with 1 <= |θ| <= 2, D = σ(w x) with |w| <= 1.

    D gains with w of the sign opposite to θ, G with θ of the sign of w, and w = 0 is best for no θ: one of them always gains by moving.
    """
    data = Normal(0.0, 1.0)

    def V(theta: float, w: float) -> Outcome:
        return value(data, Normal(theta, 1.0), Logistic(w, 0.0))

    for theta in (1.0, 1.5, 2.0, -1.0, -2.0):
        against = -math.copysign(0.2, theta)
        yield Comparison(f"θ = {theta}: w = {against} is better for D than 0", V(theta, 0.0) + 0.01, "<=", V(theta, against))
        for along in (-against, -5 * against):
            yield Comparison(f"θ = {theta}: w = {along} is worse than 0", V(theta, along), "<=", V(theta, 0.0) - 0.01)
    for w in (-1.0, -0.3, 0.3, 1.0):
        best = math.copysign(2.0, w)
        for theta in (1.0, 2.0):
            other = -math.copysign(theta, w)
            yield Comparison(f"w = {w}: θ = {best} is better for G than {other}", V(best, w), "<=", V(other, w) - 0.01)


CLAIMS = (
    Claim(
        "parallel-lines",
        r"W_1 = |\theta|, \text{ while } \mathrm{JSD} = \log 2,\ \mathrm{KL} = \infty,\ \mathrm{TV} = 1 \text{ for every } \theta \ne 0",
        "Arjovsky, Chintala & Bottou 2017, Example 1",
        (Symbolic(strips, WITNESSES[:1]), Quadrature(parallel_lines)),
        "the algebra of W₁ for strips, θ > w > 0",
    ),
    Claim(
        "the-critic-stays-linear",
        r"N(0, 1),\ N(d, 1): \quad W_1 = d, \text{ by the critic } -x \text{ of slope } -1 \text{ everywhere, while }"
        r" |\partial_x D^*| \le d\,e^{-d^2/2} \text{ at the means } 0 \text{ and } d",
        "Arjovsky, Chintala & Bottou 2017, Figure 2",
        (Symbolic(critic_identities), Quadrature(linear_critic)),
        "d > 0; a best critic is one of slope at most 1 that attains W₁; D* is steep, d/4, only midway",
    ),
    Claim(
        "jsd-to-samples",
        r"\mathrm{JSD}(p, \hat p_n) = \log 2 \text{ for a density } p \text{ and any } n \text{ points}",
        "Arora et al. 2017, section 3",
        (Symbolic(singular_jsd), Formal((in_coq.JSD_LARGEST,)), Quadrature(empirical)),
    ),
    Claim(
        "relativistic-value",
        r"\sup_f \mathbb{E}\log\sigma(f(x) - f(y)) = \mathrm{JSD}(p \otimes q, q \otimes p) - \log 2",
        "Sun, Fang & Schwing 2020; Jolicoeur-Martineau 2018",
        (Symbolic(relativistic_identity), Quadrature(relativistic_gaussians)),
    ),
    Claim(
        "games-in-parameters-without-equilibrium",
        r"\text{a game of parametrised } G_\theta, D_w \text{ may have no Nash equilibrium in pure strategies}",
        "Farnia & Ozdaglar 2020 (theirs are others); Arora et al. 2017, section 4",
        (Symbolic(no_equilibrium_identities), Quadrature(no_equilibrium)),
        "N(0, 1) against N(θ, 1), 1 <= |θ| <= 2, D = σ(wx), |w| <= 1",
    ),
)
