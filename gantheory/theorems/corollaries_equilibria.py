"""What follows from Goodfellow et al. 2014 for the game: all equilibria, its value, the rate of descent, and no convexity in parameters."""

import numpy as np

from gantheory.distributions import Normal, Uniform
from gantheory.evidence.claim import Claim
from gantheory.evidence.comparison import Comparison, Comparisons
from gantheory.evidence.enclosure import Enclosed
from gantheory.evidence.formal import Formal
from gantheory.evidence.quadrature import Quadrature
from gantheory.evidence.symbolic import Symbolic
from gantheory.evidence.zoo import FEW, ZOO, Steps, constant, middle, tilted
from gantheory.measurement import divergences, minimax
from gantheory.measurement.integrands import LOG4
from gantheory.theorems import in_coq, proved_intervals
from gantheory.theorems.corollaries_discriminator import ARTICLE
from gantheory.theorems.goodfellow2014_criterion import at_one_half, one_half_identity
from gantheory.theorems.goodfellow2014_descent import descent_from, halving_identity, within_the_rate


def all_equilibria() -> Comparisons:
    """p_data = U[0, 1], D = ½ there: an equilibrium with D = 0.4 elsewhere; with D = 0.6 elsewhere G gains by going there."""
    p, away = Uniform(0.0, 1.0), Uniform(2.0, 3.0)
    low, high = (Steps(0.0, 1.0, 0.0, float(np.log(level / (1 - level)))) for level in (0.4, 0.6))
    yield Comparison("V at the equilibrium with D = 0.4 elsewhere", minimax.value(p, p, low), "=", -LOG4)
    for name, q in (("elsewhere", away), ("half elsewhere", middle(p, away)), ("in a corner", Uniform(0.0, 0.2))):
        yield Comparison(f"G moved {name}: no gain where D = 0.4", -LOG4, "<=", minimax.value(p, q, low))
    gained = np.log(0.5) + np.log(0.4)
    yield Comparison("V once G has moved to where D = 0.6", minimax.value(p, away, high), "=", gained)
    yield Comparison("and that is less than -log 4", gained, "<=", -LOG4 - 0.1)


def maximin() -> Comparisons:
    """max over D of min over G: G can always answer with p_data, so no D secures more than -log 4, which D = ½ does."""
    for name, (p, q) in ZOO.items():
        for D in (tilted(name, 0.5, 0.1), constant(0.3)):
            yield Comparison(f"{name}: min over G of V <= V(p_data, D) <= -log 4", minimax.value(p, p, D), "<=", -LOG4)
        yield Comparison(f"{name}: -log 4 <= max over D of V", -LOG4, "<=", minimax.criterion(p, q))
    yield from at_one_half()


def rate() -> Comparisons:
    """C + log 4 falls at least as fast as KL(p_data‖p_0)/n; one step at η = 1 leads to m = (p_data + p_0)/2."""
    for name, (p, q) in FEW.items():
        yield from within_the_rate(name, descent_from(p, q, 24), divergences.kl(p, q))
    p, q = ZOO["shifted"]
    yield Comparison("one step at η = 1 is p_g ← m", descent_from(p, q, 1)[1], "=", 2 * divergences.jsd(p, middle(p, q)))


def bent_down_in_parameters() -> Comparisons:
    """p_data = (N(-3, 1) + N(3, 1))/2 and p_θ = N(θ, 1): C is higher midway between two equally good θ."""
    p = middle(Normal(-3.0, 1.0), Normal(3.0, 1.0))
    left, halfway, right = (minimax.criterion(p, Normal(theta, 1.0)) for theta in (-3.0, 0.0, 3.0))
    yield Comparison("C at θ = -3 and at θ = 3", left, "=", right)
    yield Comparison("their mean, and 0.1, against C at θ = 0", 0.5 * left + 0.5 * right + 0.1, "<=", halfway)
    mixed = minimax.criterion(p, middle(Normal(-3.0, 1.0), Normal(3.0, 1.0)))
    yield Comparison("C of the mixture of the two p_g", mixed, "<=", 0.5 * left + 0.5 * right)


CLAIMS = (
    Claim(
        "all-equilibria",
        r"\text{the equilibria: } p_g = p_\mathrm{data},\ D = \tfrac12\ p_\mathrm{data}\text{-a.e. and } D \le \tfrac12 \text{ elsewhere}",
        f"{ARTICLE}, section 4",
        (Formal((in_coq.EQUILIBRIA, in_coq.NOWHERE_ABOVE_HALF)), Quadrature(all_equilibria)),
    ),
    Claim(
        "minimax-is-maximin",
        r"\min_G \max_D V = \max_D \min_G V = -\log 4",
        f"{ARTICLE}, section 4",
        (Formal((in_coq.MINIMAX,)), Quadrature(maximin)),
    ),
    Claim(
        "every-generator-answers-one-half",
        r"V(G, \tfrac12) = -\log 4 \text{ for every } G",
        f"{ARTICLE}, section 4",
        (Symbolic(one_half_identity), Formal((in_coq.ONE_HALF,)), Quadrature(at_one_half)),
    ),
    Claim(
        "rate-of-descent",
        r"p_{n+1} = \tfrac12(p_\mathrm{data} + p_n):\ C(p_n) + \log 4 \le \mathrm{KL}(p_\mathrm{data}\,\|\,p_0)/n",
        f"{ARTICLE}, Proposition 2",
        (Symbolic(halving_identity), Formal((in_coq.RATE,)), Quadrature(rate)),
        "p_0 is positive wherever p_data is",
    ),
    Claim(
        "not-convex-in-parameters",
        r"C \text{ is convex in } p_g \text{ and yet, for some } p_\theta, \text{ not convex in } \theta",
        f"{ARTICLE}, section 4.2",
        (Enclosed(proved_intervals.not_convex), Quadrature(bent_down_in_parameters)),
    ),
)
