"""What follows from Goodfellow et al. 2014 for a discriminator: its gap, its logit, and the least error of a classifier."""

import jax
import numpy as np
import sympy as sp

from gantheory.base.estimate import Estimate
from gantheory.distributions import Normal, Uniform
from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.formal import Formal
from gantheory.evidence.lift import Witness, lifted
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.state import State
from gantheory.evidence.symbolic import LOG_A, LOG_B, LOGIT, OPTIMAL, Identities, Symbolic, a, b, shipped, t, value_of
from gantheory.evidence.trained import ONE_INTEGRAL, OfState
from gantheory.evidence.zoo import ZOO, Steps, shifted_normals, tilted
from gantheory.measurement import divergences, integrands, minimax
from gantheory.measurement.discriminators import optimal_discriminator
from gantheory.measurement.integrands import LOG4
from gantheory.theorems import in_coq
from gantheory.theorems.goodfellow2014 import curvature_identity, logit_identity


def bernoulli_identity(witness: Witness) -> Identities:
    """The gap's integrand by KL(Bern D*‖Bern D), D = t/(1 + t), D* = a/(a + b)."""
    gap = lifted(integrands.discriminator_gap, [LOG_A, LOG_B, LOGIT], witness)
    best, own = a / (a + b), t / (1 + t)
    bernoulli = best * (sp.log(best) - sp.log(own)) + (1 - best) * (sp.log(1 - best) - sp.log(1 - own))
    return {
        "the gap's integrand - (a + b) KL(Bern D*‖Bern D)": gap - (a + b) * bernoulli,
        "V's integrand at D* - V's - the gap's": value_of(witness, OPTIMAL) - value_of(witness) - gap,
    }


def the_two_gaps() -> Comparisons:
    """C - V is the integral of the gap's own integrand."""
    for name, (p, q) in ZOO.items():
        D = tilted(name, 0.3, -0.4)
        difference = minimax.criterion(p, q) - minimax.value(p, q, D)
        yield Comparison(f"{name}: C - V and its own integral", difference, "=", minimax.discriminator_gap(p, q, D))


def gaps_in_state(state: State) -> Comparisons:
    """The gap is at least 0, and is C - V."""
    m = state.measured
    yield Comparison("0 and the discriminator's gap", 0.0, "<=", m.discriminator_gap)
    yield Comparison("C - V and the gap", m.criterion - m.value, "=", m.discriminator_gap)


def only_where_there_is_mass() -> Comparisons:
    """p_data = p_g = U[0, 1]: D is free outside, and loses on every stretch inside on which it is not ½."""
    p = Uniform(0.0, 1.0)
    for outside in (-3.0, 3.0):
        yield Comparison(f"V, logit {outside} where there is no mass", minimax.value(p, p, Steps(0.0, 1.0, 0.0, outside)), "=", -LOG4)
    for missed in (0.5, 0.1, 0.001):
        D, wrong = Steps(0.0, 1 - missed, 0.0, 1.0), 1 / (1 + np.exp(-1.0))
        by_hand = -(1 - missed) * LOG4 + missed * (np.log(wrong) + np.log(1 - wrong))
        yield Comparison(f"V, logit 1 on a share of {missed}", minimax.value(p, p, D), "=", by_hand)


def probability_identity(witness: Witness) -> Identities:
    """The sigmoid of the shipped log-ratio is D* = a/(a + b)."""
    probability = shipped(lambda p, q: jax.nn.sigmoid(integrands.log_ratio(p, q)), witness)
    return logit_identity(witness) | {"the sigmoid of the shipped logit - a/(a + b)": probability - a / (a + b)}


def gaussian_logits() -> Comparisons:
    """log N(x; 0, 1) - log N(x; μ, σ²) by hand."""
    for mu, sigma in ((1.0, 1.0), (-2.0, 0.5)):
        D = optimal_discriminator(Normal(0.0, 1.0), Normal(mu, sigma))
        for x in (-2.0, 0.0, 0.3, 4.0):
            by_hand = -(x**2) / 2 + (x - mu) ** 2 / (2 * sigma**2) + np.log(sigma)
            yield Comparison(f"logit D*({x}) against N({mu}, {sigma}²)", D.logit(x), "=", Estimate(by_hand, 1e-15 * (10 + abs(by_hand))))


def errors_of_a_classifier() -> Comparisons:
    """The best rule between N(0, 1) and N(d, 1), equally likely, cuts at d/2: it errs where x is on the wrong side."""
    for d in (0.5, 1.0, 3.0):
        p, q = shifted_normals(d)
        errors = (p.sf(d / 2) + q.cdf(d / 2)) / 2
        yield Comparison(f"the least error at distance {d}", 0.5 - 0.5 * divergences.total_variation(p, q), "=", errors)


ARTICLE = "follows from Goodfellow et al. 2014"
CLAIMS = (
    Claim(
        "discriminator-gap",
        r"C(G) - V(G, D) = \int (p_\mathrm{data} + p_g)\,\mathrm{KL}(\mathrm{Bern}\,D^*\,\|\,\mathrm{Bern}\,D)\,dx \ge 0",
        f"{ARTICLE}, Proposition 1; Reid & Williamson 2011, section 4, for proper losses",
        (Symbolic(bernoulli_identity), Formal((in_coq.GAP,)), Quadrature(the_two_gaps), OfState(gaps_in_state, on_plane=ONE_INTEGRAL)),
    ),
    Claim(
        "unique-optimum",
        r"D^* \text{ is the only maximiser } (p_\mathrm{data} + p_g)\text{-almost everywhere, and free elsewhere}",
        f"{ARTICLE}, Proposition 1",
        (Symbolic(curvature_identity), Formal((in_coq.UNIQUE,)), Quadrature(only_where_there_is_mass)),
    ),
    Claim(
        "logit-is-log-ratio",
        r"\operatorname{logit} D^* = \log p_\mathrm{data} - \log p_g",
        f"{ARTICLE}, Eq. 2",
        (Symbolic(probability_identity), Quadrature(gaussian_logits)),
    ),
    Claim(
        "least-error",
        r"\text{the least error of a classifier of data and generated points is } \tfrac12(1 - \mathrm{TV})",
        "Devroye, Györfi & Lugosi 1996, section 2.1",
        (Formal((in_coq.LEAST_ERROR,)), Quadrature(errors_of_a_classifier)),
    ),
)
