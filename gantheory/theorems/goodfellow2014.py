"""Goodfellow et al. 2014, "Generative Adversarial Nets": what sections 3 and 4.1 claim, and how each claim is known here."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import sympy as sp

from gantheory.base.estimate import Estimate
from gantheory.distributions import Mixture, Normal, Pushforward, Uniform
from gantheory.evidence import trained
from gantheory.evidence.claim import Absent, Claim
from gantheory.evidence.enclosure import Enclosed
from gantheory.evidence.formal import Formal
from gantheory.evidence.lift import lifted
from gantheory.evidence.quadrature import Comparison, Quadrature
from gantheory.evidence.symbolic import LOG2, LOG_A, LOG_B, LOGIT, OPTIMAL, Symbolic, a, b, t, value_of
from gantheory.evidence.trained import Trained
from gantheory.evidence.zoo import ZOO, Logistic, Shifted, constant
from gantheory.game import losses
from gantheory.measurement import divergences, minimax
from gantheory.measurement.minimax import LOG4
from gantheory.theorems import in_coq, proved_intervals

# 1. Binary cross-entropy


def bce_identity(witness):
    cross_entropy = a * lifted(losses.minimax.on_data, [LOGIT], witness) + b * lifted(losses.minimax.on_generated, [LOGIT], witness)
    return {"D's loss + V's integrand": cross_entropy + value_of(witness, LOGIT)}


def bce_comparisons():
    for name, (p, q) in ZOO.items():
        for level in (-1.0, 0.7):
            # Labels 1 and 0, each half of the time, and a D that says s: -½ log s - ½ log(1 - s).
            s = 1 / (1 + np.exp(-level))
            yield Comparison(
                f"{name}, D = {s:.2f}", -0.5 * minimax.value(p, q, constant(level)), "=", -0.5 * np.log(s) - 0.5 * np.log(1 - s)
            )


def bce_of_run():
    """The shipped loss of D, on 40,000 points of each kind, within five standard errors of -V by the exact p_g."""
    for panel, run in trained.states().items():
        keys = jax.random.split(jax.random.key(0))
        terms = []
        for key, density, loss in zip(keys, (run.p_data, run.p_g), (losses.minimax.on_data, losses.minimax.on_generated), strict=True):
            terms.append(np.asarray(loss(jnp.asarray(minimax.logit_of(run.discriminator)(density.sample(key, 40_000))))))
        mean = sum(term.mean() for term in terms)
        error = 5 * np.sqrt(sum(term.var() / term.size for term in terms))
        minus_v = -1 * trained.measured()[panel].value
        yield Comparison(f"({panel}): the mean loss, 5 standard errors, and -V", Estimate(float(mean), float(error)), "=", minus_v)


# 2. The change of variables, for a G that folds too

GENERATORS = {
    "affine": lambda z: 2 * z + 1,
    "parabola": lambda z: z**2,
    "tanh": lambda z: z + jnp.tanh(2 * z),
    "exponential": lambda z: jnp.exp(z / 2),
}


def change_of_variables():
    """V as an integral over x, by the density p_g, and as expectations over x and z, which need none."""
    data = Normal(0.5, 1.0)
    for name, generator in GENERATORS.items():
        p_g = Pushforward(generator, Normal(0.0, 1.0))
        for D in (Logistic(0.7, -0.2), Logistic(-1.5, 1.0)):
            over_z = _gaussian_mean(lambda u: u + 0.5, D, 1) + _gaussian_mean(p_g.values, D, -1)
            yield Comparison(f"{name}: V over x and over z", minimax.value(data, p_g, D), "=", over_z)


def _gaussian_mean(point_of, D, sign: int) -> Estimate:
    """E[log D(x)], or E[log(1 - D(x))] for a sign of -1, x = point_of(u), u ~ N(0, 1).

    By the trapezoidal rule, which on the whole line converges faster than any power.
    """
    sums = []
    for points in (4001, 2001):
        u, step = np.linspace(-10, 10, points, retstep=True)
        density = np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi)
        sums.append(float(np.sum(-np.logaddexp(0, -sign * D.logit(point_of(u))) * density) * step))
    return Estimate(sums[0], abs(sums[0] - sums[1]) + 1e-13)


def masses_of_run():
    """Of equally spaced z, what share G sends into each of 20 intervals; and ∫ p_g over it."""
    for panel, run in trained.states().items():
        z = np.linspace(-1, 1, 200_001)
        z = (z[1:] + z[:-1]) / 2  # the latent is U[-1, 1]
        low, high = run.p_g.support
        edges = np.linspace(low, high, 21)
        shares = np.histogram(run.p_g.values(z), edges)[0] / z.size
        off = 2 * len(run.p_g.branches) / z.size  # a cell of z at either end of each interval, on each branch
        for share, mass in zip(shares, run.p_g.cdf(edges[1:]) - run.p_g.cdf(edges[:-1]), strict=True):
            yield Comparison(f"({panel}): share of G(z) and ∫ p_g", Estimate(float(share), off), "=", float(mass))


# 3. D*


def optimum_identities(witness):
    slope = lifted(lambda p, q, d: jax.grad(minimax.value_integrand, 2)(p, q, d), [LOG_A, LOG_B, LOGIT], witness)
    bend = sp.diff(slope, t) * t  # d/d(logit) = t d/dt
    return {
        "V's slope in D at D*": slope.subs(t, a / b),
        "V's second derivative + (a + b) D (1 - D), which is > 0": bend + (a + b) * t / (1 + t) ** 2,
        "shipped logit of D* - log(a/b)": lifted(divergences.log_ratio, [LOG_A, LOG_B], witness) - OPTIMAL,
    }


def no_better():
    for name, (p, q) in ZOO.items():
        x = np.asarray(p.quantile([0.1, 0.5, 0.8]))
        for at, said in zip(x, minimax.optimal_discriminator(p, q)(x), strict=True):
            yield Comparison(f"{name}: D*({at:.3g})", said, "=", p.prob(at) / (p.prob(at) + q.prob(at)))
        best = minimax.value(p, q, minimax.optimal_discriminator(p, q))
        for D in (constant(0.0), constant(0.8)):
            yield Comparison(f"{name}: V at a constant D", minimax.value(p, q, D), "<=", best)
    for name in ("shifted", "mixture", "kinks"):
        p, q = ZOO[name]
        best = minimax.value(p, q, minimax.optimal_discriminator(p, q))
        for scale, shift in ((1.0, 0.05), (1.1, 0.0), (0.5, -0.3)):
            yield Comparison(f"{name}: V at {scale} logit D* + {shift}", minimax.value(p, q, Shifted(p, q, scale, shift)), "<=", best)


def no_better_in_run():
    for panel, m in trained.measured().items():
        yield Comparison(f"({panel}): V at the trained D and at D*", m.value, "<=", m.criterion)
    of = trained.measured()
    yield Comparison(
        "D trained on with G at rest, (b): a fifth of (a)'s gap", of["b"].discriminator_gap, "<=", of["a"].discriminator_gap / 5
    )


# 4 and 5. The value at the optimum


def half_identities(witness):
    return {"V's integrand at a = b, D = ½, + 2 a log 2": value_of(witness, sp.Integer(0)).subs(b, a) + 2 * a * LOG2}


def at_equality():
    for name, (p, _) in ZOO.items():
        yield Comparison(f"{name}: C at p_g = p_data", minimax.criterion(p, p), "=", -LOG4)
        yield Comparison(f"{name}: V at p_g = p_data, D = ½", minimax.value(p, p, constant(0.0)), "=", -LOG4)


def criterion_identities(witness):
    jsd = lifted(divergences.jsd_integrand, [LOG_A, LOG_B], witness)
    m = (a + b) / 2
    both_kl = a * (LOG_A - sp.log(m)) + b * (LOG_B - sp.log(m))
    return {
        "V's integrand at D* + (a + b) log 2 - 2 · JSD's": value_of(witness, OPTIMAL) + (a + b) * LOG2 - 2 * jsd,
        "V's integrand at D* + (a + b) log 2 - the two KLs'": value_of(witness, OPTIMAL) + (a + b) * LOG2 - both_kl,
    }


def criterion_comparisons():
    for name, (p, q) in ZOO.items():
        m = Mixture([0.5, 0.5], [p, q])
        criterion = minimax.criterion(p, q)
        yield Comparison(f"{name}: C and V at D*", criterion, "=", minimax.value(p, q, minimax.optimal_discriminator(p, q)))
        yield Comparison(f"{name}: C and the two KLs", criterion, "=", divergences.kl(p, m) + divergences.kl(q, m) - LOG4)
        yield Comparison(f"{name}: C and 2 JSD", criterion, "=", 2 * divergences.jsd(p, q) - LOG4)


def criterion_of_run():
    for panel, m in trained.measured().items():
        yield Comparison(f"({panel}): V + log 4 and the two gaps", m.value + LOG4, "=", m.two_jsd - m.discriminator_gap)


# 6. The minimum


def gibbs_identities(witness):
    """KL's integrand as a t · φ: 0 at a = b with its slope, and convex; so is JSD's."""
    kl = lifted(divergences.kl_integrand, [LOG_A, LOG_B], witness)
    jsd = lifted(divergences.jsd_integrand, [LOG_A, LOG_B], witness)
    return {
        "KL's integrand at a = b": kl.subs(b, a),
        "its slope in b there": sp.diff(kl, b).subs(b, a),
        "its second derivative in b - a/b²": sp.diff(kl, b, 2) - a / b**2,
        "JSD's integrand at a = b": jsd.subs(b, a),
        "JSD's slope in b there": sp.diff(jsd, b).subs(b, a),
        "its second derivative in b - a/(2b(a + b))": sp.diff(jsd, b, 2) - a / (2 * b * (a + b)),
    }


def only_minimum():
    for name, (p, q) in ZOO.items():
        for one, other in itertools.permutations((p, q)):
            yield Comparison(f"{name}: 0 and KL", 0.0, "<=", divergences.kl(one, other))
        yield Comparison(f"{name}: -log 4, by 1e-3, and C", 1e-3 - LOG4, "<=", minimax.criterion(p, q))
    for shift in (1.0, 0.1, 0.01, 0.001):  # C → -log 4, between H² log 2 and Jeffreys/8
        two_jsd = minimax.criterion(Normal(0.0, 1.0), Normal(shift, 1.0)) + LOG4
        yield Comparison(f"C + log 4 at a shift of {shift}, from above", two_jsd, "<=", shift**2 / 4)
        yield Comparison(f"C + log 4 at a shift of {shift}, from below", -2 * np.expm1(-(shift**2) / 8) * np.log(2), "<=", two_jsd)


def minimum_of_run():
    for panel, m in trained.measured().items():
        yield Comparison(f"({panel}): -log 4 and C", -LOG4, "<=", m.criterion)
    yield Comparison(
        "nearer to it at the end, (d), than at first, (a)", trained.measured()["d"].criterion, "<=", trained.measured()["a"].criterion
    )


def equality_and_a_value_by_hand():
    """U[0, 1] against U[0, ½]: D* is 1/3 on [0, ½], where all of p_g and half of p_data lie, and 1 beyond."""
    by_hand = np.log(1 / 3) / 2 + np.log(2 / 3)
    yield Comparison("C by hand", minimax.criterion(Uniform(0.0, 1.0), Uniform(0.0, 0.5)), "=", by_hand)
    yield from at_equality()


PAPER = "Goodfellow et al. 2014"
CLAIMS = (
    Claim(
        "binary-cross-entropy",
        r"\mathrm{BCE} = -V(G, D)/2 \text{ on a half-half mixture of data and generated points}",
        f"{PAPER}, section 3",
        (
            Symbolic(bce_identity),
            Absent("formal", "it says what a loss is; what follows from it is proved with the claims below"),
            Enclosed(proved_intervals.bce),
            Quadrature(bce_comparisons),
            Trained(bce_of_run),
        ),
    ),
    Claim(
        "change-of-variables",
        r"\mathbb{E}_z[h(G(z))] = \int p_g(x) h(x)\,dx, \text{ also for a } G \text{ that is not invertible}",
        f"{PAPER}, Eq. 3",
        (
            Absent("symbolic", "the branches of G are found by search, which is no expression"),
            Absent("formal", "the proofs begin with the density p_g, whatever G it is of"),
            Enclosed(proved_intervals.generators),
            Quadrature(change_of_variables),
            Trained(masses_of_run),
        ),
    ),
    Claim(
        "optimal-discriminator",
        r"D^*(x) = \frac{p_\mathrm{data}(x)}{p_\mathrm{data}(x) + p_g(x)} \text{ maximises } V(G, D)",
        f"{PAPER}, Proposition 1, Eq. 2",
        (
            Symbolic(optimum_identities),
            Formal((in_coq.MAXIMISES, in_coq.ATTAINS, in_coq.UNIQUE, in_coq.THEOREM_1)),
            Enclosed(proved_intervals.optimum),
            Quadrature(no_better),
            Trained(no_better_in_run),
        ),
    ),
    Claim(
        "value-at-equality",
        r"p_g = p_\mathrm{data} \Rightarrow D^* = \tfrac12,\ C(G) = -\log 4",
        f"{PAPER}, Theorem 1",
        (
            Symbolic(half_identities),
            Formal((in_coq.AT_EQUALITY, in_coq.ONE_HALF)),
            Enclosed(proved_intervals.at_equality),
            Quadrature(equality_and_a_value_by_hand),
            Absent("trained", "no training ends at p_g = p_data; how near it comes is the business of global-minimum"),
        ),
    ),
    Claim(
        "criterion",
        r"C(G) = \max_D V(G, D) = -\log 4 + 2\,\mathrm{JSD}(p_\mathrm{data}\,\|\,p_g)",
        f"{PAPER}, Theorem 1, Eqs. 4 to 6",
        (
            Symbolic(criterion_identities),
            Formal((in_coq.LOG_2, in_coq.FINITE_CRITERION, in_coq.THEOREM_1)),
            Enclosed(proved_intervals.criteria),
            Quadrature(criterion_comparisons),
            Trained(criterion_of_run),
        ),
    ),
    Claim(
        "global-minimum",
        r"C(G) \ge -\log 4, \text{ with equality only at } p_g = p_\mathrm{data}",
        f"{PAPER}, Theorem 1",
        (
            Symbolic(gibbs_identities),
            Formal((in_coq.FINITE_MINIMUM, in_coq.THEOREM_1)),
            Enclosed(proved_intervals.above_minimum),
            Quadrature(only_minimum),
            Trained(minimum_of_run),
        ),
    ),
)
