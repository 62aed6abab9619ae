"""What follows from the article and is used everywhere here: the two gaps, all equilibria, what maps of x may do to the criterion."""

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from gantheory.base.estimate import Estimate
from gantheory.distributions import Beta, Exponential, Histogram, Mixture, Normal, Pushforward, Uniform
from gantheory.evidence import trained
from gantheory.evidence.claim import Claim
from gantheory.evidence.enclosure import Enclosed
from gantheory.evidence.formal import Formal
from gantheory.evidence.lift import lifted
from gantheory.evidence.quadrature import Comparison, Quadrature
from gantheory.evidence.symbolic import LOG2, LOG_A, LOG_B, LOGIT, OPTIMAL, Symbolic, a, b, t, value_of
from gantheory.evidence.trained import Trained
from gantheory.evidence.zoo import ZOO, Logistic, Steps, constant
from gantheory.game import proposition2
from gantheory.measurement import divergences, minimax
from gantheory.measurement.minimax import LOG4
from gantheory.theorems import in_coq, proved_intervals

# How far a discriminator falls short


def bernoulli_identity(witness):
    """KL(Bern D*‖Bern D) with D = t/(1 + t), D* = a/(a + b)."""
    gap = lifted(minimax.discriminator_gap_integrand, [LOG_A, LOG_B, LOGIT], witness)
    best, own = a / (a + b), t / (1 + t)
    bernoulli = best * (sp.log(best) - sp.log(own)) + (1 - best) * (sp.log(1 - best) - sp.log(1 - own))
    return {
        "the gap's integrand - (a + b) KL(Bern D*‖Bern D)": gap - (a + b) * bernoulli,
        "V's integrand at D* - V's - the gap's": value_of(witness, OPTIMAL) - value_of(witness, LOGIT) - gap,
    }


def the_two_gaps():
    for name, (p, q) in ZOO.items():
        D = Logistic(0.3, -0.4)
        short = minimax.criterion(p, q) - minimax.value(p, q, D)
        yield Comparison(f"{name}: C - V and its own integral", short, "=", minimax.discriminator_gap(p, q, D))


def gaps_of_run():
    for panel, m in trained.measured().items():
        yield Comparison(f"({panel}): 0 and the discriminator's gap", 0.0, "<=", m.discriminator_gap)
        yield Comparison(f"({panel}): C - V and the gap", m.criterion - m.value, "=", m.discriminator_gap)


def bend_identity(witness):
    slope = lifted(lambda p, q, d: jax.grad(minimax.value_integrand, 2)(p, q, d), [LOG_A, LOG_B, LOGIT], witness)
    return {"V's second derivative in D's logit + (a + b) D(1 - D), which is > 0": sp.diff(slope, t) * t + (a + b) * t / (1 + t) ** 2}


def only_where_there_is_mass():
    """p_data = p_g = U[0, 1]: D may say anything beyond, and pays for every stretch inside on which it is not ½."""
    p = Uniform(0.0, 1.0)
    for outside in (-3.0, 3.0):
        yield Comparison(f"V, logit {outside} where there is no mass", minimax.value(p, p, Steps(0.0, 1.0, 0.0, outside)), "=", -LOG4)
    for missed in (0.5, 0.1, 0.001):
        D, wrong = Steps(0.0, 1 - missed, 0.0, 1.0), 1 / (1 + np.exp(-1.0))
        by_hand = -(1 - missed) * LOG4 + missed * (np.log(wrong) + np.log(1 - wrong))
        yield Comparison(f"V, logit 1 on a share of {missed}", minimax.value(p, p, D), "=", by_hand)


def logit_identity(witness):
    ratio = lifted(divergences.log_ratio, [LOG_A, LOG_B], witness)
    shipped = lifted(lambda p, q: jax.nn.sigmoid(divergences.log_ratio(p, q)), [LOG_A, LOG_B], witness)
    return {"the shipped logit - log(a/b)": ratio - sp.log(a / b), "its sigmoid - a/(a + b)": shipped - a / (a + b)}


def gaussian_logits():
    """log N(x; 0, 1) - log N(x; μ, σ²) by hand."""
    for mu, sigma in ((1.0, 1.0), (-2.0, 0.5)):
        D = minimax.optimal_discriminator(Normal(0.0, 1.0), Normal(mu, sigma))
        for x in (-2.0, 0.0, 0.3, 4.0):
            by_hand = -(x**2) / 2 + (x - mu) ** 2 / (2 * sigma**2) + np.log(sigma)
            yield Comparison(f"logit D*({x}) against N({mu}, {sigma}²)", D.logit(x), "=", Estimate(by_hand, 1e-15 * (10 + abs(by_hand))))


def errors_of_a_classifier():
    """The best rule between N(0, 1) and N(d, 1), each half of the time, errs where x is beyond d/2 on the wrong side."""
    for d in (0.5, 1.0, 3.0):
        p, q = Normal(0.0, 1.0), Normal(d, 1.0)
        errors = (p.sf(d / 2) + q.cdf(d / 2)) / 2
        yield Comparison(f"the least error at distance {d}", 0.5 - 0.5 * divergences.total_variation(p, q), "=", errors)


# Equilibria


def all_equilibria():
    """p_data = U[0, 1], D = ½ there: an equilibrium with D = 0.4 elsewhere; with D = 0.6 elsewhere G gains by going there."""
    p, away = Uniform(0.0, 1.0), Uniform(2.0, 3.0)
    low, high = (Steps(0.0, 1.0, 0.0, float(np.log(level / (1 - level)))) for level in (0.4, 0.6))
    yield Comparison("V at the equilibrium with D = 0.4 elsewhere", minimax.value(p, p, low), "=", -LOG4)
    for name, q in (("elsewhere", away), ("half elsewhere", Mixture([0.5, 0.5], [p, away])), ("in a corner", Uniform(0.0, 0.2))):
        yield Comparison(f"G moved {name}: no gain where D = 0.4", -LOG4, "<=", minimax.value(p, q, low))
    gained = np.log(0.5) + np.log(0.4)
    yield Comparison("G moved elsewhere gains where D = 0.6", minimax.value(p, away, high), "=", gained)
    yield Comparison("and that is less than -log 4", gained, "<=", -LOG4 - 0.1)


def maximin():
    """max over D of min over G: G can always answer with p_data, so that no D secures more than -log 4, which D = ½ does."""
    for name, (p, q) in ZOO.items():
        for D in (Logistic(0.5, 0.1), constant(0.3)):
            yield Comparison(f"{name}: min over G of V <= V(p_data, D) <= -log 4", minimax.value(p, p, D), "<=", -LOG4)
        yield Comparison(f"{name}: V at D = ½", minimax.value(p, q, constant(0.0)), "=", -LOG4)
        yield Comparison(f"{name}: -log 4 <= max over D of V", -LOG4, "<=", minimax.criterion(p, q))


def indifference_identity(witness):
    return {"V's integrand at D = ½ + (a + b) log 2": value_of(witness, sp.Integer(0)) + (a + b) * LOG2}


def indifferent_generators():
    for name, (p, q) in ZOO.items():
        yield Comparison(f"{name}: V at D = ½", minimax.value(p, q, constant(0.0)), "=", -LOG4)


# Descent in function space, and in parameters


def halving_identity(witness):
    """p_g (1 - D*)^(-1) is p_data + p_g, so that η = 1 is p_g ← m; KL(p_data‖m) <= ... telescopes to KL(p_data‖p_0)/n."""
    one_minus_best = lifted(lambda p, q: jax.nn.sigmoid(-divergences.log_ratio(p, q)), [LOG_A, LOG_B], witness)
    return {"b/(1 - D*) - (a + b)": b / one_minus_best - (a + b)}


def rate():
    for name in ("shifted", "mixture", "kinks"):
        p, q = ZOO[name]
        gaps, errors, n = proposition2.functional_descent(p, q, 24)
        start = divergences.kl(p, q)
        for step in n[1:].tolist():
            yield Comparison(f"{name}: C + log 4 <= KL/n, n = {step}", Estimate(float(gaps[step]), float(errors[step])), "<=", start / step)
    p, q = ZOO["shifted"]
    gaps, errors, _ = proposition2.functional_descent(p, q, 1)
    m = Mixture([0.5, 0.5], [p, q])
    yield Comparison("one step at η = 1 is p_g ← m", Estimate(float(gaps[1]), float(errors[1])), "=", 2 * divergences.jsd(p, m))


def bent_down_in_parameters():
    """p_data = (N(-3, 1) + N(3, 1))/2 and p_θ = N(θ, 1): the middle of two equally good θ is worse than both."""
    p = Mixture([0.5, 0.5], [Normal(-3.0, 1.0), Normal(3.0, 1.0)])
    left, middle, right = (minimax.criterion(p, Normal(theta, 1.0)) for theta in (-3.0, 0.0, 3.0))
    yield Comparison("C at θ = -3 and at θ = 3", left, "=", right)
    yield Comparison("their mean, and 0.1, against C at θ = 0", 0.5 * left + 0.5 * right + 0.1, "<=", middle)
    mixed = minimax.criterion(p, Mixture([0.5, 0.5], [Normal(-3.0, 1.0), Normal(3.0, 1.0)]))
    yield Comparison("C of the mixture of the two p_g", mixed, "<=", 0.5 * left + 0.5 * right)


# Maps of x

MAPS = {"affine": lambda x: 3 * x - 1, "growing": lambda x: x + x**3, "squashed": lambda x: jnp.tanh(x / 2)}
FOLDS = {"square": lambda x: x**2, "parabola": lambda x: (x - 1) ** 2}
PAIRS = {"shifted": ZOO["shifted"], "mixture": ZOO["mixture"]}


def bijections():
    for name, (p, q) in PAIRS.items():
        for of, T in MAPS.items():
            yield Comparison(f"{name}, {of}", divergences.jsd(Pushforward(T, p), Pushforward(T, q)), "=", divergences.jsd(p, q))


def processed():
    for name, (p, q) in PAIRS.items():
        whole = divergences.jsd(p, q)
        for of, T in FOLDS.items():
            yield Comparison(f"{name}, {of}", divergences.jsd(Pushforward(T, p), Pushforward(T, q)), "<=", whole)
        coarser = None
        for bins in (48, 12, 3):  # the outermost reach to infinity
            cut = np.linspace(-4, 4, bins + 1)
            within = np.concatenate([[-np.inf], cut[1:-1], [np.inf]])
            in_bins = [Histogram(cut, density.mass_between(within[:-1], within[1:])) for density in (p, q)]
            binned = divergences.jsd(in_bins[0], in_bins[1])
            yield Comparison(f"{name}, in {bins} bins", binned, "<=", whole if coarser is None else coarser)
            coarser = binned


DENSITIES = {
    "z², z ~ N(0, 1)": (lambda z: z**2, Normal(0.0, 1.0), lambda x: np.exp(-x / 2) / np.sqrt(2 * np.pi * x), (0.1, 1.0, 4.0)),
    "|z|, z ~ N(0, 1)": (jnp.abs, Normal(0.0, 1.0), lambda x: 2 * np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi), (0.2, 1.5)),
    "sin(πz), z ~ U[-1, 1]": (
        lambda z: jnp.sin(np.pi * z),
        Uniform(-1.0, 1.0),
        lambda x: 1 / (np.pi * np.sqrt(1 - x**2)),
        (-0.9, 0.1, 0.5),
    ),
    "exp(z), z ~ N(0, 1)": (jnp.exp, Normal(0.0, 1.0), lambda x: np.exp(-(np.log(x) ** 2) / 2) / (x * np.sqrt(2 * np.pi)), (0.2, 1.0, 5.0)),
    "a tent, z ~ U[0, 1]": (lambda z: 1 - jnp.abs(2 * z - 1), Uniform(0.0, 1.0), lambda x: 1.0, (0.25, 0.7)),
    "-log z, z ~ U[0, 1]": (lambda z: -jnp.log(z), Uniform(0.0, 1.0), lambda x: np.exp(-x), (0.5, 3.0)),
}


def folded_densities():
    for name, (G, latent, by_hand, points) in DENSITIES.items():
        p_g = Pushforward(G, latent)
        for x in points:
            known = float(by_hand(x))
            yield Comparison(f"{name}: p_g({x})", Estimate(float(p_g.prob(x)), 1e-11 * known), "=", known)


def mixed_supports():
    for share in (0.25, 0.5, 1.0):
        p, q = Uniform(0.0, 1.0), Uniform(share, 1 + share)
        yield Comparison(f"JSD of U[0, 1] and U[{share}, {1 + share}]", divergences.jsd(p, q), "=", share * np.log(2))
        yield Comparison("KL one way", float("inf"), "<=", divergences.kl(p, q))
        yield Comparison("KL the other way", float("inf"), "<=", divergences.kl(q, p))
        D = minimax.optimal_discriminator(p, q)
        for x, said in ((share / 2, 1.0), (1 + share / 2, 0.0), *(((0.75, 0.5),) if share < 0.75 else ())):
            yield Comparison(f"D*({x})", D(x), "=", said)
    p, q = Beta(2.0, 3.0), Exponential(1.0)  # one inside the other: D* = 0 beyond 1, where e^-1 of q is
    beyond = np.exp(-1) * np.log(2) / 2
    yield Comparison("the part of JSD beyond p's support <= JSD", beyond, "<=", divergences.jsd(p, q))


ARTICLE = "follows from Goodfellow et al. 2014"
CLAIMS = (
    Claim(
        "discriminator-gap",
        r"C(G) - V(G, D) = \int (p_\mathrm{data} + p_g)\,\mathrm{KL}(\mathrm{Bern}\,D^*\,\|\,\mathrm{Bern}\,D)\,dx \ge 0",
        f"{ARTICLE}, Proposition 1; Reid & Williamson 2011, section 4, for proper losses",
        (Symbolic(bernoulli_identity), Quadrature(the_two_gaps), Trained(gaps_of_run)),
    ),
    Claim(
        "unique-optimum",
        r"D^* \text{ is the only maximiser } (p_\mathrm{data} + p_g)\text{-almost everywhere, and free elsewhere}",
        f"{ARTICLE}, Proposition 1",
        (Symbolic(bend_identity), Formal((in_coq.UNIQUE,)), Quadrature(only_where_there_is_mass)),
    ),
    Claim(
        "logit-is-log-ratio",
        r"\operatorname{logit} D^* = \log p_\mathrm{data} - \log p_g",
        f"{ARTICLE}, Eq. 2",
        (Symbolic(logit_identity), Quadrature(gaussian_logits)),
    ),
    Claim(
        "least-error",
        r"\text{the least error of a classifier of data and generated points is } \tfrac12(1 - \mathrm{TV})",
        "Devroye, Györfi & Lugosi 1996, section 2.1",
        (Quadrature(errors_of_a_classifier),),
    ),
    Claim(
        "all-equilibria",
        r"\text{the equilibria: } p_g = p_\mathrm{data},\ D = \tfrac12\ p_\mathrm{data}\text{-a.e. and } D \le \tfrac12 \text{ elsewhere}",
        f"{ARTICLE}, section 4",
        (Formal((in_coq.EQUILIBRIUM_IS_P_DATA,)), Quadrature(all_equilibria)),
    ),
    Claim(
        "minimax-is-maximin",
        r"\min_G \max_D V = \max_D \min_G V = -\log 4",
        f"{ARTICLE}, section 4",
        (Quadrature(maximin),),
    ),
    Claim(
        "every-generator-answers-one-half",
        r"V(G, \tfrac12) = -\log 4 \text{ for every } G",
        f"{ARTICLE}, section 4",
        (Symbolic(indifference_identity), Formal((in_coq.ONE_HALF,)), Quadrature(indifferent_generators)),
    ),
    Claim(
        "rate-of-descent",
        r"p_{n+1} = \tfrac12(p_\mathrm{data} + p_n):\ C(p_n) + \log 4 \le \mathrm{KL}(p_\mathrm{data}\,\|\,p_0)/n",
        f"{ARTICLE}, Proposition 2",
        (Symbolic(halving_identity), Quadrature(rate)),
        "p_0 is positive wherever p_data is",
    ),
    Claim(
        "not-convex-in-parameters",
        r"C \text{ is convex in } p_g \text{ and yet, for some } p_\theta, \text{ not convex in } \theta",
        f"{ARTICLE}, section 4.2",
        (Enclosed(proved_intervals.not_convex), Quadrature(bent_down_in_parameters)),
    ),
    Claim(
        "invariance-under-bijections",
        r"\mathrm{JSD}(T_\# p, T_\# q) = \mathrm{JSD}(p, q) \text{ for a bijection } T",
        "Csiszár 1967; Liese & Vajda 2006",
        (Quadrature(bijections),),
    ),
    Claim(
        "data-processing",
        r"\mathrm{JSD}(T_\# p, T_\# q) \le \mathrm{JSD}(p, q) \text{ for every } T",
        "Csiszár 1967; Liese & Vajda 2006",
        (Quadrature(processed),),
    ),
    Claim(
        "density-of-a-folded-generator",
        r"p_g(x) = \sum_{z:\,G(z) = x} p_z(z)\,/\,|G'(z)|",
        f"{ARTICLE}, section 3; Federer 1969, 3.2.3 (the area formula)",
        (Quadrature(folded_densities),),
    ),
    Claim(
        "partly-overlapping-supports",
        r"\mathrm{JSD}(U[0, 1], U[a, 1 + a]) = a \log 2, \quad \mathrm{KL} = \infty \text{ both ways}",
        f"{ARTICLE}, section 4.1",
        (Quadrature(mixed_supports),),
        "0 <= a <= 1",
    ),
)
