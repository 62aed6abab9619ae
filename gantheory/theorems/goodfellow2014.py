"""Goodfellow et al. 2014, "Generative Adversarial Nets", sections 3 and 4.1 up to Proposition 1: the loss, p_g, and D*."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from gantheory.base.estimate import Estimate
from gantheory.distributions import Normal, Pushforward
from gantheory.evidence import trained
from gantheory.evidence.claim import Absent, Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.enclosure import Enclosed
from gantheory.evidence.formal import Formal
from gantheory.evidence.lift import Witness, lifted
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.state import State
from gantheory.evidence.symbolic import LOGIT, OPTIMAL, Identities, Symbolic, a, b, shipped, slope_of_value, t, value_of
from gantheory.evidence.trained import OfState
from gantheory.evidence.trapezoid import gaussian_mean
from gantheory.evidence.zoo import FEW, ZOO, Logistic, Shifted, constant
from gantheory.game import losses
from gantheory.measurement import integrands, minimax
from gantheory.measurement.discriminators import logits_on, optimal_discriminator
from gantheory.measurement.integrands import LOG4
from gantheory.measurement.noisy import expectation_of_d
from gantheory.measurement.state import Measurement
from gantheory.quadrature.integrand import Integrand, of_logit
from gantheory.theorems import in_coq, proved_intervals

# 1. Binary cross-entropy

POINTS = 40_000  # points of each kind over which D's loss is averaged
DEVIATIONS = 10.0  # standard deviations beyond which a mean lies at most once in a hundred times, by Chebyshev's inequality
STRATA = 200_000  # equally likely values of z


def bce_identity(witness: Witness) -> Identities:
    """D's shipped loss is minus V's integrand."""
    cross_entropy = a * lifted(losses.minimax.on_data, [LOGIT], witness) + b * lifted(losses.minimax.on_generated, [LOGIT], witness)
    return {"D's loss + V's integrand": cross_entropy + value_of(witness, LOGIT)}


def bce_comparisons() -> Comparisons:
    """A constant D = s on labels 1 and 0, each half of the time: the cross-entropy is -½ log s - ½ log(1 - s)."""
    for name, (p, q) in ZOO.items():
        for level in (-1.0, 0.7):
            s = 1 / (1 + np.exp(-level))
            by_hand = -0.5 * np.log(s) - 0.5 * np.log(1 - s)
            yield Comparison(f"{name}, D = {s:.2f}", -0.5 * minimax.value(p, q, constant(level)), "=", by_hand)


def bce_of_state(state: State) -> Comparisons:
    """The mean of D's shipped loss over points of each kind is -V by the exact p_g, within what chance may move it."""
    mean, variance = 0.0, 0.0
    of_each = (state.p_data, losses.minimax.on_data, -1.0), (state.p_g, losses.minimax.on_generated, 1.0)
    for key, (law, loss, sign) in zip(jax.random.split(jax.random.key(0)), of_each, strict=True):
        points = law.sample(key, (POINTS,))
        mean += float(np.mean(loss(jnp.asarray(logits_on(state.discriminator, law)(points)))))
        variance += float(expectation_of_d(law, state.discriminator, squared_loss(sign))) / POINTS
    if not np.isfinite(variance):
        raise ValueError("The loss of D must have a finite variance, so that a mean over points says anything of V.")
    yield Comparison("the mean loss, and -V", Estimate(mean, DEVIATIONS * float(np.sqrt(variance))), "=", -1 * state.measured.value)


def squared_loss(sign: float) -> Integrand:
    """The square of D's loss on data (sign -1) or on generated points (+1), under the law of these."""

    @of_logit
    def squared(log_p, log_q, logit):
        met = log_p > np.log(integrands.NEGLIGIBLE)
        return jnp.where(met, jnp.exp(log_p) * jax.nn.softplus(sign * jnp.where(met, logit, 0.0)) ** 2, 0.0)

    return squared


# 2. The change of variables, also for a G that folds

GENERATORS: dict[str, Callable[[Any], Any]] = {
    "affine": lambda z: 2 * z + 1,
    "parabola": lambda z: z**2,
    "tanh": lambda z: z + jnp.tanh(2 * z),
    "exponential": lambda z: jnp.exp(z / 2),
}


def change_of_variables() -> Comparisons:
    """V as an integral over x, by the density p_g, and as expectations over the data and z, which need no p_g."""
    data = Normal(0.5, 1.0)
    for name, generator in GENERATORS.items():
        p_g = Pushforward(generator, Normal(0.0, 1.0))
        for D in (Logistic(0.7, -0.2), Logistic(-1.5, 1.0)):

            def log_d(u, D=D):
                return -np.logaddexp(0, -D.logit(u + 0.5))

            def log_one_minus_d(z, D=D, p_g=p_g):
                return -np.logaddexp(0, D.logit(p_g.values(z)))

            over_z = gaussian_mean(log_d) + gaussian_mean(log_one_minus_d)
            yield Comparison(f"{name}: V over x and over z", minimax.value(data, p_g, D), "=", over_z)


def masses_of_state(state: State) -> Comparisons:
    """The share of equally likely z that G sends into each of 20 intervals is ∫ p_g over it."""
    if not isinstance(state.p_g, Pushforward):
        raise ValueError(f"`p_g` must be the law of G(z), a Pushforward. Got {state.p_g}.")
    likely = (np.arange(STRATA) + 0.5) / STRATA
    x = np.asarray(state.p_g.values(state.p_g.latent.quantile(likely)))
    edges = np.linspace(x.min(), x.max(), 21)
    shares = np.histogram(x, edges)[0] / STRATA
    error = 2 * len(state.p_g.branches) / STRATA  # one z at either end of the interval, on each branch
    for share, mass in zip(shares, state.p_g.cdf(edges[1:]) - state.p_g.cdf(edges[:-1]), strict=True):
        yield Comparison("share of G(z) and ∫ p_g", Estimate(float(share), error), "=", float(mass))


# 3. D*


def curvature_identity(witness: Witness) -> Identities:
    """V is strictly concave in the logit of D, so that D* is the only maximiser."""
    bend = sp.diff(slope_of_value(witness), t) * t  # d/d(logit) = t d/dt
    return {"V's second derivative in D's logit + (a + b) D (1 - D), which is > 0": bend + (a + b) * t / (1 + t) ** 2}


def logit_identity(witness: Witness) -> Identities:
    """The shipped logit of D* is log(a/b)."""
    return {"the shipped logit of D* - log(a/b)": shipped(integrands.log_ratio, witness) - OPTIMAL}


def optimum_identities(witness: Witness) -> Identities:
    """V's slope in the logit is 0 at D*, where V is concave in it."""
    stationary = {"V's slope in D at D*": slope_of_value(witness).subs(t, a / b)}
    return stationary | curvature_identity(witness) | logit_identity(witness)


def no_better() -> Comparisons:
    """D* is p/(p + q), and no other D tried has a greater V."""
    for name, (p, q) in ZOO.items():
        best = optimal_discriminator(p, q)
        x = np.asarray(p.quantile([0.1, 0.5, 0.8]))
        for point, level in zip(x, best(x), strict=True):
            yield Comparison(f"{name}: D*({point:.3g})", level, "=", p.prob(point) / (p.prob(point) + q.prob(point)))
        for D in (constant(0.0), constant(0.8)):
            yield Comparison(f"{name}: V at a constant D", minimax.value(p, q, D), "<=", minimax.value(p, q, best))
    for name, (p, q) in FEW.items():
        best = minimax.value(p, q, optimal_discriminator(p, q))
        for scale, shift in ((1.0, 0.05), (1.1, 0.0), (0.5, -0.3)):
            yield Comparison(f"{name}: V at {scale} logit D* + {shift}", minimax.value(p, q, Shifted(p, q, scale, shift)), "<=", best)


def no_better_in_state(state: State) -> Comparisons:
    """V is at most C."""
    yield Comparison("V at D and at D*", state.measured.value, "<=", criterion_of_state(state))


def criterion_of_state(state: State) -> Any:
    """C, by an integral of its own; of a generator on the plane by its mesh, where V is found by another."""
    measured = state.measured
    return measured.criterion if isinstance(measured, Measurement) else measured.two_jsd - LOG4


def gap_closes() -> Comparison:
    """Between (a) and (b) only D is trained."""
    gap = {panel: trained.states()[panel].measured.discriminator_gap for panel in ("a", "b")}
    return Comparison("D trained on with G at rest: its gap in (b) is at most a fifth of that in (a)", gap["b"], "<=", gap["a"] / 5)


PAPER = "Goodfellow et al. 2014"
CLAIMS = (
    Claim(
        "binary-cross-entropy",
        r"\mathrm{BCE} = -V(G, D)/2 \text{ on a half-half mixture of data and generated points}",
        f"{PAPER}, section 3",
        (
            Symbolic(bce_identity),
            Absent("formal", "it only defines a loss; what follows is proved with the other claims"),
            Enclosed(proved_intervals.bce),
            Quadrature(bce_comparisons),
            OfState(bce_of_state),
        ),
    ),
    Claim(
        "change-of-variables",
        r"\mathbb{E}_z[h(G(z))] = \int p_g(x) h(x)\,dx, \text{ also for a } G \text{ that is not invertible}",
        f"{PAPER}, Eq. 3",
        (
            Absent("symbolic", "the branches of G are found by search, which is no expression"),
            Formal((in_coq.CHANGE_OF_VARIABLES, in_coq.V_OF_GENERATOR)),
            Enclosed(proved_intervals.generators),
            Quadrature(change_of_variables),
            OfState(masses_of_state, on_plane="the shares of G(z) are counted in intervals of the line"),
        ),
    ),
    Claim(
        "optimal-discriminator",
        r"D^*(x) = \frac{p_\mathrm{data}(x)}{p_\mathrm{data}(x) + p_g(x)} \text{ maximises } V(G, D)",
        f"{PAPER}, Proposition 1, Eq. 2",
        (
            Symbolic(optimum_identities),
            Formal((in_coq.AT_A_POINT, in_coq.V_AT_MOST_C, in_coq.ATTAINED)),
            Enclosed(proved_intervals.optimum),
            Quadrature(no_better),
            OfState(no_better_in_state, lambda: (gap_closes(),)),
        ),
    ),
)
