"""Later games: WGAN, the relativistic GAN, games in parameters; and the divergence to a set of samples."""

import math

import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Divergent, Outcome
from gantheory.distributions import Normal, Pushforward, Uniform
from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.lift import Witness, lifted
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import OPTIMAL, Identities, Symbolic, a, b, criterion_of
from gantheory.evidence.trapezoid import gaussian_mean
from gantheory.evidence.zoo import Logistic, shifted_normals
from gantheory.game import losses
from gantheory.measurement.discriminators import optimal_discriminator
from gantheory.measurement.divergences import jsd, kl, total_variation
from gantheory.measurement.integrands import LOG2
from gantheory.measurement.minimax import value
from gantheory.measurement.wasserstein import wasserstein1


def parallel_lines() -> Comparisons:
    """The lines as strips of width w < θ: no value depends on w. The second coordinate is the same for both, and adds nothing."""
    for width in (0.1, 1e-6):
        for theta in (0.5, 2.0):
            p, q = Uniform(0.0, width), Uniform(theta, theta + width)
            at = f"width {width}, θ = {theta}"
            yield Comparison(f"W₁ = |θ|, {at}", wasserstein1(p, q), "=", theta)
            yield Comparison(f"JSD = log 2, {at}", jsd(p, q), "=", LOG2)
            yield Comparison(f"TV = 1, {at}", total_variation(p, q), "=", 1.0)
            yield Comparison(f"KL is infinite both ways, {at}", sum(isinstance(kl(*pair), Divergent) for pair in ((p, q), (q, p))), "=", 2)
    yield Comparison("θ = 0: all are 0", wasserstein1(p, p) + jsd(p, p) + total_variation(p, p), "=", 0.0)


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
        yield Comparison(f"JSD to {n} points", jsd(Normal(0.0, 3.0), memorised), "=", LOG2)


def relativistic_identity(witness: Witness) -> Identities:
    """With a = p(x)q(y) and b = q(x)p(y), the game on pairs is the game of these two densities, each pair counted in both orders."""
    played = -a * lifted(losses.relativistic.on_data, [OPTIMAL], witness) - b * lifted(losses.relativistic.on_data, [-OPTIMAL], witness)
    return {"a log σ(f) + b log σ(-f) + (a + b) log 2 - 2 · JSD's integrand": played - criterion_of(witness)}


def relativistic_gaussians() -> Comparisons:
    """For N(0, 1) and N(d, 1) the best f(x) - f(y) is d(d/2 - x) - d(d/2 - y) = d(y - x), and y - x ~ N(d, 2)."""
    for d in (0.5, 1.0, 3.0):
        ahead, behind = Normal(d, math.sqrt(2)), Normal(-d, math.sqrt(2))
        played = gaussian_mean(lambda u, d=d: -np.logaddexp(0, -d * (d + math.sqrt(2) * u)))
        yield Comparison(f"d = {d}: E[log σ(f(x) - f(y))] and JSD - log 2", played, "=", jsd(ahead, behind) - LOG2)


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
        (Quadrature(parallel_lines),),
    ),
    Claim(
        "the-critic-stays-linear",
        r"\text{between two Gaussians the best critic has slope } 1, \text{ where } D^* \text{ is flat}",
        "Arjovsky, Chintala & Bottou 2017, Figure 2",
        (Quadrature(linear_critic),),
    ),
    Claim(
        "jsd-to-samples",
        r"\mathrm{JSD}(p, \hat p_n) = \log 2 \text{ for a density } p \text{ and any } n \text{ points}",
        "Arora et al. 2017, section 3",
        (Quadrature(empirical),),
    ),
    Claim(
        "relativistic-value",
        r"\sup_f \mathbb{E}\log\sigma(f(x) - f(y)) = \mathrm{JSD}(p \otimes q, q \otimes p) - \log 2",
        "Sun, Fang & Schwing 2020; Jolicoeur-Martineau 2018",
        (Symbolic(relativistic_identity), Quadrature(relativistic_gaussians)),
    ),
    Claim(
        "games-in-parameters-without-equilibrium",
        r"\text{a game of parametrised } G_\theta, D_w \text{ may have no Nash equilibrium}",
        "Farnia & Ozdaglar 2020 (theirs are others); Arora et al. 2017, section 4",
        (Quadrature(no_equilibrium),),
    ),
)
