"""Kingma & Welling 2014, "Auto-encoding variational Bayes": the bound that is trained, what it pays for, and where it is tight."""

import functools
from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from gantheory.base.estimate import Estimate
from gantheory.distributions import Density, Mixture, MultivariateNormal, Normal
from gantheory.evidence.claim import Absent, Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.lift import Witness, lifted
from gantheory.evidence.moments import log_normal, mean_of, of_gaussian
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import LOG_A, LOG_B, WITNESSES, Identities, Symbolic, a, b, shipped, t
from gantheory.evidence.trained import Trained
from gantheory.evidence.zoo import ZOO
from gantheory.measurement import integrands
from gantheory.measurement.divergences import kl
from gantheory.models.elbo import Bound, rate, report_of_bound, split_of_bound
from gantheory.models.learning import Descent, chunk, initial_state
from gantheory.models.split import split_of_likelihood
from gantheory.models.vae import VAE, VariationalBayes

c: Any = sp.Symbol("c", positive=True)  # p(z|x); q(z|x) is t, p_data(x) a and p(x) b
TOLD = 1e-12  # distance of -ELBO and log p at a point from the truth, as a share of 1 + their size
DATA: dict[str, Density] = {
    "N(0, 1)": Normal(0.0, 1.0),
    "a mixture": Mixture([0.3, 0.7], [Normal(-2.0, 0.5), Normal(1.0, 1.0)]),
}
DECODERS: dict[str, Callable[[Any], Any]] = {
    "two pieces": lambda z: jnp.maximum(-0.5 * z, 1.5 * z) - 1.0,
    "tanh": lambda z: z + 2 * jnp.tanh(3 * z),
}
X = np.array([-3.0, -1.0, 0.0, 0.7, 2.5])
STEPS, BATCH, RATE = 1_000, 256, 5e-3  # of the trained autoencoder


class Autoencoder(eqx.Module):
    """A decoder N(f(z), s²), and an encoder N(offset + slope · x, sd²)."""

    decoder: Callable[[Any], Any] = eqx.field(static=True)
    scale: Any
    offset: Any
    slope: Any
    sd: Any

    def encode(self, x: Any) -> tuple[Any, Any]:
        """(m, log σ) of q(z|x)."""
        return self.offset + self.slope * x, jnp.log(self.sd)


def autoencoder(decoder: Callable[[Any], Any], scale: float, slope: float, sd: float, offset: float = 0.0) -> Autoencoder:
    """An ``Autoencoder`` of plain numbers."""
    return Autoencoder(decoder, *(np.float64(one) for one in (scale, offset, slope, sd)))


@functools.cache
def trained() -> VAE:
    """An autoencoder with a decoder of eight ReLU, trained on the mixture by its bound."""
    method = VariationalBayes(width=8, depth=1, activation="relu")
    descent, key = Descent(method, DATA["a mixture"], BATCH, RATE, STEPS), jax.random.key(0)
    state, _ = chunk(descent, key, initial_state(descent, key), jnp.asarray(STEPS))
    return state.measured_weights


def probabilistic_pca(variance: float, scale: float) -> Autoencoder:
    """The best linear decoder at N(0, λ) for a given s, w² = λ - s² or 0, and its posterior N(w x/(w² + s²), s²/(w² + s²))."""
    w = np.sqrt(max(variance - scale**2, 0.0))
    total = w**2 + scale**2
    return autoencoder(lambda z: w * z, scale, w / total, scale / np.sqrt(total))


def of_z(witness: Witness) -> Any:
    """KL's shipped integrand at q(z|x) and p(z|x)."""
    return lifted(integrands.kl, [sp.log(t), sp.log(c)], {**witness, c: sp.Integer(1)})


def of_both(witness: Witness) -> Any:
    """KL's shipped integrand at the joint densities p_data(x) q(z|x) and p(x) p(z|x)."""
    return lifted(integrands.kl, [LOG_A + sp.log(t), LOG_B + sp.log(c)], {**witness, c: sp.Integer(1)})


def bound_identity(witness: Witness) -> Identities:
    """p_data q log(p_data q/p(x, z)) is the integrand of -ELBO - h; ∫ p_data - p dx and ∫ q - p(z|x) dz are 0."""
    minus_elbo = a * t * (sp.log(t) - LOG_B - sp.log(c))
    of_x = shipped(integrands.kl, witness) + a - b
    of_gap = of_z(witness) + t - c
    return {"-ELBO - h at (x, z) - q · KL's integrand - p_data · the gap's": minus_elbo + a * t * LOG_A - t * of_x - a * of_gap}


def bound_splits() -> Comparisons:
    """Three integrals, each its own, for two laws of the data and two decoders."""
    for of_data, p_data in DATA.items():
        for name, f in DECODERS.items():
            split = split_of_bound(p_data, autoencoder(f, 0.6, 0.3, 0.5))
            yield Comparison(f"{of_data}, {name}: -E ELBO - h", split.objective, "=", split.divergence + split.gap)


def trained_split() -> Comparisons:
    """The same of a trained autoencoder."""
    split = split_of_bound(DATA["a mixture"], trained())
    yield Comparison("trained: -E ELBO - h", split.objective, "=", split.divergence + split.gap)


def below_log_likelihood() -> Comparisons:
    """-log p(x) <= -ELBO(x) at points; equal for the exact posterior of a linear decoder."""
    for name, f in DECODERS.items():
        yield from below(name, autoencoder(f, 0.6, 0.3, 0.5))
    bound = Bound(probabilistic_pca(2.0, 0.5))
    for x, log_p, minus_elbo in zip(X, bound.law.log_prob(X), bound.minus_elbo(X), strict=True):
        yield Comparison(f"the exact posterior, x = {x}: -log p = -ELBO", _told(-log_p), "=", _told(minus_elbo))


def below(name: str, weights: Any) -> Comparisons:
    """-log p(x) <= -ELBO(x) at points, of one autoencoder."""
    bound = Bound(weights)
    for x, log_p, minus_elbo in zip(X, bound.law.log_prob(X), bound.minus_elbo(X), strict=True):
        yield Comparison(f"{name}, x = {x}: -log p <= -ELBO", _told(-log_p), "<=", _told(minus_elbo))


def trained_below() -> Comparisons:
    """The same of a trained autoencoder."""
    yield from below("trained", trained())


def _told(number: float) -> Estimate:
    return Estimate(float(number), TOLD * (1 + abs(float(number))))


def chain_rule(witness: Witness) -> Identities:
    """KL's integrand of the joint laws - q · that of the marginals - p_data · that of z: (p_data - p)(q - p(z|x)), whose ∫ dz is 0."""
    rest = of_both(witness) - t * shipped(integrands.kl, witness) - a * of_z(witness)
    return {"the joint's integrand - q · the marginals' - p_data · the gap's - (p_data - p)(q - p(z|x))": rest - (a - b) * (t - c)}


def joints() -> Comparisons:
    """On the plane of (x, z), where encoder and decoder are linear: the bound is KL of two Gaussians, and no less than that of x."""
    for variance, w, s, slope, sd in ((1.0, 0.8, 0.6, 0.5, 0.5), (2.0, 1.0, 0.7, 0.2, 0.9)):
        p_data = Normal(0.0, np.sqrt(variance))
        encoded = MultivariateNormal([0.0, 0.0], [[variance, slope * variance], [slope * variance, slope**2 * variance + sd**2]])
        decoded = MultivariateNormal([0.0, 0.0], [[w * w + s * s, w], [w, 1.0]])
        joint, of_x = kl(encoded, decoded), kl(p_data, Normal(0.0, np.hypot(w, s)))
        yield Comparison(f"w = {w}: KL of the marginals <= KL of the joint laws", of_x, "<=", joint)
        split = split_of_bound(p_data, autoencoder(lambda z, w=w: w * z, s, slope, sd))
        yield Comparison(f"w = {w}: -E ELBO - h = KL of the joint laws", split.objective, "=", joint)


def linear_identities(witness: Witness) -> Identities:
    """For every w, b, s and q(z|x) = N(m, σ²), -ELBO(x) = -log N(x; b, w² + s²) + ½(r - 1 - log r) + (m - μ)²/2τ².

    N(μ, τ²) is the posterior, and r = σ²/τ². KL(N(0, λ)‖N(b, w² + s²)) has the same form. As r - 1 - log r > 0 but at r = 1, the bound is
    least at the posterior and at b = 0, w² + s² = λ, or w = 0 where s² >= λ. With w = h² - k² and s = 2hk, √(w² + s²) = h² + k².
    """
    h, k, offset, x, m, sd, data, e = symbols = sp.symbols("h k b x m sigma d e", positive=True)
    at = {**witness, **dict.fromkeys(symbols, sp.Rational(1, 2))}
    w, s, root = h**2 - k**2, 2 * h * k, h**2 + k**2
    mu, variance = w * (x - offset) / root**2, s**2 / root**2
    z, told = m + sd * e, lifted(rate, [m, sp.log(sd)], at)
    minus_elbo = told - mean_of(log_normal(x, w * z + offset, s, at), e, of_gaussian)
    of_kl = mean_of(log_normal(data * e, 0, data, at) - log_normal(data * e, offset, root, at), e, of_gaussian)
    least = lifted(rate, [w * e / root, sp.log(s) - sp.log(root)], at)
    gap = excess(sd**2 / variance) + (m - mu) ** 2 / (2 * variance)
    return {
        "E_q[log q - log N(z; 0, 1)] - the rate": mean_of(log_normal(z, m, sd, at) - log_normal(z, 0, 1, at), e, of_gaussian) - told,
        "-ELBO + log p(x) - the gap": minus_elbo + log_normal(x, offset, root, at) - gap,
        "KL(N(0, λ)‖N(b, w² + s²))": of_kl - excess(data**2 / root**2) - offset**2 / (2 * root**2),
        "∂KL/∂T - (T - λ)/2T², T = w² + s² and b = 0": sp.diff(excess(data**2 / x), x) - (x - data**2) / (2 * x**2),
        "the rate at w² + s² = λ - ½ log(λ/s²)": mean_of(least, e, of_gaussian) - sp.log(root / s),
        "the rate at w = 0": lifted(rate, [0, 0], at),
    }


def excess(r: Any) -> Any:
    """½ (r - 1 - log r) >= 0: KL of two Gaussians of one mean, r the first variance over the second."""
    return (r - 1 - sp.log(r)) / 2


def linear_optimum() -> Comparisons:
    """At N(0, λ), λ = 2: bound, KL and gap 0, rate ½ log(λ/s²); moved weights are no better; where s² >= λ, w = 0 and the rate is 0."""
    variance = 2.0
    p_data = Normal(0.0, np.sqrt(variance))
    for s in (0.3, 1.0):
        w = np.sqrt(variance - s**2)
        report = report_of_bound(p_data, probabilistic_pca(variance, s))
        yield Comparison(f"s = {s}: the bound", report.split.objective, "=", 0.0)
        yield Comparison(f"s = {s}: the gap", report.split.gap, "=", 0.0)
        yield Comparison(f"s = {s}: the rate", report.rate, "=", np.log(variance / s**2) / 2)
        by = 0.9 if s < 1 else 1.1
        total = (by * w) ** 2 + s**2
        moved = autoencoder(lambda z, w=by * w: w * z, s, by * w / total, s / np.sqrt(total))
        yield Comparison(f"s = {s}, {by} w: no better", report.split.objective, "<=", split_of_bound(p_data, moved).objective)
    collapsed = report_of_bound(p_data, probabilistic_pca(variance, 1.6))
    yield Comparison("s = 1.6: the rate", collapsed.rate, "=", 0.0)
    yield Comparison("s = 1.6: the bound is KL to N(0, s²)", collapsed.split.objective, "=", kl(p_data, Normal(0.0, 1.6)))


def likelihood_identity(witness: Witness) -> Identities:
    """-p_data log p + p_data log p_data is KL's integrand but for p_data - p, whose integral is 0."""
    return {"-a log b + a log a - KL's integrand - a + b": a * (LOG_A - LOG_B) - shipped(integrands.kl, witness) - a + b}


def likelihoods() -> Comparisons:
    """-E log p, h and KL, each its own integral."""
    for name in ("shifted", "mixture"):
        p, q = ZOO[name]
        split = split_of_likelihood(p, q)
        yield Comparison(f"{name}: -E log p - h", split.objective, "=", split.divergence)
    p_data = DATA["a mixture"]
    for name, f in DECODERS.items():
        split = split_of_likelihood(p_data, Bound(autoencoder(f, 0.6, 0.3, 0.5)).law)
        yield Comparison(f"a decoder of {name}: -E log p - h", split.objective, "=", split.divergence)


PAPER = "Kingma & Welling 2014"
CLAIMS = (
    Claim(
        "elbo-identity",
        r"-\mathbb{E}_{p_\mathrm{data}} \mathrm{ELBO} - h(p_\mathrm{data})"
        r" = \mathrm{KL}(p_\mathrm{data}\,\|\,p) + \mathbb{E}\,\mathrm{KL}(q(z|x)\,\|\,p(z|x))",
        f"{PAPER}, Eq. 1",
        (Symbolic(bound_identity), Quadrature(bound_splits), Trained(trained_split)),
        "h(p_data) is finite",
    ),
    Claim(
        "elbo-below-log-likelihood",
        r"\mathrm{ELBO}(x) \le \log p(x), \text{ with equality for the exact posterior}",
        f"{PAPER}, Eq. 2",
        (
            Absent("formal", "log p(x) is not taken out of the integral in Coq yet; what remains is KL >= 0"),
            Quadrature(below_log_likelihood),
            Trained(trained_below),
        ),
        "a Gaussian decoder on the line, at five points",
    ),
    Claim(
        "joint-kl-above-marginal-kl",
        r"\mathrm{KL}(p_\mathrm{data}(x)\, q(z|x)\,\|\,p(x, z))"
        r" = \mathrm{KL}(p_\mathrm{data}\,\|\,p) + \mathbb{E}\,\mathrm{KL}(q(z|x)\,\|\,p(z|x))"
        r" \ge \mathrm{KL}(p_\mathrm{data}\,\|\,p)",
        "Cover & Thomas 2006, Theorem 2.5.3",
        (Symbolic(chain_rule), Quadrature(joints)),
    ),
    Claim(
        "linear-vae-is-probabilistic-pca",
        r"f(z) = w z + b:\ \text{best at } b = 0,\ w^2 = \lambda - s^2, \text{ with gap } 0 \text{ and rate } \tfrac12 \log(\lambda/s^2);"
        r"\ 0 \text{ if } s^2 \ge \lambda",
        "Tipping & Bishop 1999, Eq. 7; Lucas et al. 2019",
        (Symbolic(linear_identities, WITNESSES[:1]), Quadrature(linear_optimum)),
        "x on the line, N(0, λ); s is given",
    ),
    Claim(
        "likelihood-is-kl",
        r"-\mathbb{E}_{p_\mathrm{data}} \log p - h(p_\mathrm{data}) = \mathrm{KL}(p_\mathrm{data}\,\|\,p)",
        "Cover & Thomas 2006, section 8.5",
        (Symbolic(likelihood_identity), Quadrature(likelihoods)),
        "h(p_data) is finite",
    ),
)
