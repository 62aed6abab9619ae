"""Gumbel, Logistic, LogNormal, Gamma, Pareto and Weibull: as expressions, against closed forms, and what is infinite between them."""

import dataclasses
import itertools
import math

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
from mpmath import mp, mpf, workdps
from problems import few

import gantheory as gt
from gantheory import Cauchy, Exponential, Gamma, Gumbel, Laplace, Logistic, LogNormal, Mixture, Normal, Pareto, StudentT, Weibull
from gantheory.distributions.law import same
from gantheory.distributions.record import from_record, to_record
from gantheory.distributions.text import parse

SHOWN = {
    "Gumbel(0, 1)": Gumbel(),
    "Logistic(0.5, 2)": Logistic(loc=0.5, scale=2),
    "LogNormal(0, 0.25)": LogNormal(scale=0.25),
    "Gamma(2.5, 3)": Gamma(2.5, rate=3),
    "Pareto(1.5, 2)": Pareto(1.5, scale=2),
    "Weibull(0.5, 3)": Weibull(0.5, scale=3),
    "Mixture([0.5, 0.5], [Gumbel(0, 1), Pareto(2, 1)])": Mixture([0.5, 0.5], [Gumbel(), Pareto(2)]),
}


@pytest.mark.parametrize("text", SHOWN)
def test_a_law_is_an_expression_and_a_record(text):
    law = SHOWN[text]
    assert repr(law) == text and same(parse(text), law) and same(from_record(to_record(law)), law)


@pytest.mark.parametrize("ask", [lambda: gt.VonMises(0, 1), lambda: parse("VonMises(mu=0, kappa=1)")])
def test_a_law_on_the_circle_is_refused_with_what_to_do_instead(ask):
    with pytest.raises(ValueError, match=r"^A law must be on the line or the plane, and VonMises is one on a circle\. .*as_density\(.*\.$"):
        ask()


@pytest.mark.slow
def test_what_is_proposed_in_its_place_is_the_law_cut_open():
    law = gt.as_density(
        lambda x: 2 * jnp.cos(x - 1) - jnp.log(2 * jnp.pi * jax.scipy.special.i0(2.0)), (1 - np.pi, 1 + np.pi), resolution=2**-0.5
    )
    assert law.prob(1.0) == pytest.approx(float(mp.exp(2) / (2 * mp.pi * mp.besseli(0, 2))), rel=1e-14, abs=0)
    assert gt.kl(law, law).value == 0 and gt.jsd(law, Normal(1, 1)).error < 1e-10


# KL in closed form; between two logistic laws by mpmath.quad at 30 and 40 digits.
FINITE = [
    (Gamma(2, 1), Gamma(3, 2), 2 - mp.digamma(2) - 2 * mp.log(2)),
    (Weibull(0.5, 1), Weibull(1, 2), mp.euler),
    (LogNormal(0, 1), LogNormal(1, 2), mp.log(2) - mpf(1) / 4),
    (Gumbel(0, 1), Gumbel(1, 2), mp.log(2) - mp.euler / 2 - mpf(3) / 2 + mp.exp(0.5) * mp.gamma(1.5)),
    (Pareto(3, 2), Pareto(0.5, 1), mp.log(6) + mp.log(2) / 2 - mpf(5) / 6),
    (Logistic(0, 1), Logistic(1, 2), mpf("0.317217604662491911076553102838788590")),
    (Logistic(0, 0.5), Gumbel(0, 1), mp.pi / 2 - 2 + mp.log(2)),  # E[e^-X] = π s/sin(π s)
    (Laplace(0, 0.5), Gumbel(0, 1), mpf(1) / 3),
    (Normal(0, 1), Gumbel(0, 1), mp.exp(0.5) - mp.log(2 * mp.pi) / 2 - mpf(1) / 2),
]


@pytest.mark.parametrize(("p", "q", "truth"), few(FINITE, 5))
def test_kl_is_the_closed_form(p, q, truth):
    found = gt.kl(p, q)
    assert abs(mpf(found.value) - truth) <= found.error < 1e-12


@pytest.mark.slow
@pytest.mark.parametrize("less", [1e-2, 1e-4, 1e-6, 1e-8, 1e-12, 2.0**-52])
def test_kl_to_a_gumbel_is_told_or_said_to_be_unknown_up_to_where_it_is_infinite(less):
    """E_p[e^-X] = 1/(1 - b²) lives on x up to 1/(1 - b), where log q = -e^-x is no double."""
    b = 1 - less
    found, truth = gt.kl(Laplace(0, b), Gumbel()), 1 / ((1 - mpf(b)) * (1 + mpf(b))) - mp.log(2 * mpf(b)) - 1
    assert abs(mpf(found.value) - truth) <= found.error
    assert less < 1e-6 or found.error < 1e-6 * truth


@pytest.mark.slow
@pytest.mark.parametrize(
    ("p", "q", "truth"),
    [
        (gt.Pushforward(jnp.exp, Normal(0.5, 0.8)), LogNormal(0.5, 0.8), 0),
        (gt.Pushforward(jnp.exp, Normal(0.5, 0.8)), LogNormal(0, 2), mp.log(2.5) + mpf("0.89") / 8 - mpf(1) / 2),
        (gt.Pushforward(jnp.exp, Normal(0, 1)), Gamma(2), mp.exp(0.5) - mp.log(2 * mp.pi * mp.e) / 2),
        (gt.Pushforward(lambda z: -jnp.log(z), Exponential(1)), Gumbel(), 0),
        (gt.Pushforward(jnp.square, Normal(0, 1)), Gamma(0.5, 0.5), 0),
        (gt.Pushforward(jnp.square, Exponential(1)), Weibull(0.5), 0),
    ],
)
def test_a_generator_makes_them_of_other_laws(p, q, truth):
    for found in (gt.kl(p, q), *([] if truth else [gt.jsd(p, q), gt.kl(q, p)])):
        assert abs(mpf(found.value) - truth) <= found.error + 1e-15 and found.error < 1e-10


INFINITE = [
    (gt.kl, Pareto(1), Gamma(2), "falls off only like |x|^-1 as x -> +∞"),
    (gt.kl, Laplace(0, 1), Gumbel(0, 1), "grows as x -> -∞"),
    (gt.kl, Weibull(2), Pareto(2), "outside [1, inf], where q is 0"),
    (gt.chi2, LogNormal(0, 1.5), LogNormal(0, 1), ""),
    (gt.kl, Logistic(0, 2), Gumbel(0, 1), "x -> -∞"),
    (gt.chi2, LogNormal(0, 10), LogNormal(0, 7), "grows"),
    (gt.chi2, Gamma(2), LogNormal(0, 10), "at x = 0"),
    (gt.chi2, Weibull(0.5), Weibull(1), ""),
    (gt.chi2, Weibull(1.5, 2), Weibull(1.5, 1), ""),
    (gt.chi2, Weibull(0.25), Gamma(0.5), ""),
    (gt.wasserstein1, Pareto(1), LogNormal(0, 10), "|x|^-1 as x -> +∞"),
]


@pytest.mark.parametrize(("divergence", "p", "q", "reason"), few(INFINITE, 4))
def test_what_is_infinite_is_called_so(divergence, p, q, reason):
    found = divergence(p, q)
    assert isinstance(found, gt.Divergent) and reason in found.reason and not found.reason.startswith("the integral")


# Each law with its least value, the k of its lower tail exp(-|x|^k), that of its upper tail, and the power α of either, if it has one.
EXPONENTIAL, POWER = math.inf, 0.0  # as k: a tail exp(-e^|x|), and a power
LAWS = [
    (Normal(0, 1.3), -math.inf, 2, 2, None),
    (Laplace(0, 0.9), -math.inf, 1, 1, None),
    (Laplace(0, 1.1), -math.inf, 1, 1, None),
    (Logistic(0.5, 0.9), -math.inf, 1, 1, None),
    (Gumbel(0, 1), -math.inf, EXPONENTIAL, 1, None),
    (Cauchy(), -math.inf, POWER, POWER, 1),
    (StudentT(2.5), -math.inf, POWER, POWER, 2.5),
    (Exponential(2), 0, None, 1, None),
    (Gamma(0.5), 0, None, 1, None),
    (Gamma(3, 2), 0, None, 1, None),
    (Weibull(0.5), 0, None, 0.5, None),
    (Weibull(2, 3), 0, None, 2, None),
    (LogNormal(0, 2), 0, None, POWER, math.inf),
    (Pareto(0.4), 1, None, POWER, 0.4),
    (Pareto(1.5), 1, None, POWER, 1.5),
    (Pareto(3, 2), 2, None, POWER, 3),
]


def is_finite(p, q) -> bool:
    """Whether KL(p‖q) is: q reaches as far as p, and p has a mean of -log q in both tails."""
    (one, low, down, up, alpha), (other, other_low, other_down, other_up, _) = p, q
    if low < other_low:
        return False
    for own, its in ((down, other_down), (up, other_up)):
        if own is None or its == POWER:
            continue  # -log q grows like log|x|, or log² |x|
        if own == POWER and alpha <= its:
            return False
        if its == EXPONENTIAL and own == 1 and float(one.scale) >= float(other.scale):
            return False
    return True


@pytest.mark.slow
def test_kl_is_infinite_exactly_where_it_is():
    for p, q in itertools.permutations(LAWS, 2):
        found = gt.kl(p[0], q[0])
        assert isinstance(found, gt.Estimate) == is_finite(p, q), (p, q, found)
        assert isinstance(found, gt.Divergent) or found.error <= 1e-9 * max(1.0, found.value), (p, q, found)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("of", "parameters", "kl"),
    [
        (
            Gamma,
            (2.5, 3.0, 0.7, 1.5),
            lambda a, b, c, d: (a - c) * mp.digamma(a) - mp.loggamma(a) + mp.loggamma(c) + c * mp.log(b / d) + a * (d / b - 1),
        ),
        (
            Weibull,
            (0.8, 2.0, 1.7, 1.5),
            lambda k, s, m, t: mp.log(k / m) + m * mp.log(t / s) - (k - m) * mp.euler / k + (s / t) ** m * mp.gamma(m / k + 1),
        ),
        (LogNormal, (0.3, 0.5, -0.4, 1.5), lambda m, s, n, t: mp.log(t / s) + (s * s + (m - n) ** 2) / (2 * t * t)),
        (
            Gumbel,
            (0.3, 0.5, -0.4, 1.5),
            lambda m, s, n, t: mp.log(t / s) + (m - n + mp.euler * s) / t + mp.exp((n - m) / t) * mp.gamma(1 + s / t),
        ),
        (Pareto, (2.5, 3.0, 1.7, 1.5), lambda a, m, b, n: mp.log(a / b) + b * mp.log(m / n) + b / a),
    ],
)
def test_the_gradient_of_kl_is_that_of_the_closed_form(of, parameters, kl):
    names = [field.name for field in dataclasses.fields(of)]
    by_p, by_q = gt.gradient(gt.kl, of(*parameters[:2]), of(*parameters[2:]))
    for i, slope in enumerate(getattr(side, name) for side in (by_p, by_q) for name in names):
        assert float(slope) == pytest.approx(float(mp.diff(kl, parameters, tuple(int(j == i) for j in range(4)))), rel=1e-8, abs=1e-11)


@pytest.mark.slow
def test_w1_of_laws_that_are_ordered_is_the_difference_of_their_means():
    rng = np.random.default_rng(3)
    for _ in range(5):
        a, c, s = np.exp(rng.uniform(-3, 3, 3))
        pairs = [
            (Gamma(a, s), Gamma(c, s)),
            (Weibull(max(a, 0.2), s), Weibull(max(a, 0.2), c)),
            (LogNormal(np.log(a), s / 10), LogNormal(np.log(c), s / 10)),
            (Gumbel(a, s), Gumbel(c, s)),
            (Logistic(a, s), Logistic(c, s)),
            (Pareto(1 + a, s), Pareto(1 + c, s)),
        ]
        for p, q in pairs:
            found, truth = gt.wasserstein1(p, q), abs(float(p.mean) - float(q.mean))
            assert abs(found.value - truth) <= found.error + 1e-14 * (abs(float(p.mean)) + abs(float(q.mean))), (p, q)
            assert found.error <= 1e-2 * truth or min(a, c) < 0.2


@pytest.mark.slow
def test_jsd_of_unlike_laws_is_mpmaths():
    """In log x, so that tails and what is next to 0 are alike: ∫ ½ (p log(p/m) + q log(q/m)) dx at 30 digits."""
    logs = {
        "Gamma(0.5, 2)": lambda x: mp.log(2) / 2 - mp.log(x) / 2 - 2 * x - mp.loggamma(mpf(1) / 2),
        "Weibull(0.5, 3)": lambda x: mp.log(mpf(1) / 6) - mp.log(x / 3) / 2 - mp.sqrt(x / 3),
        "LogNormal(0.5, 1.5)": lambda x: -((mp.log(x) - mpf(1) / 2) ** 2) / (2 * mpf(9) / 4) - mp.log(x * 1.5 * mp.sqrt(2 * mp.pi)),
        "Pareto(0.5, 1)": lambda x: mp.log(0.5) - 1.5 * mp.log(x) if x >= 1 else mpf(-mpmath.inf),
    }
    cuts = [-150, -80, -40, -20, -10, -5, -2, 0, 1, 2, 3, 4, 5, 7, 10, 15, 25, 40, 80, 150]
    for one, other in itertools.combinations(logs, 2):

        def integrand(u, log_p=logs[one], log_q=logs[other]):
            x = mp.exp(u)
            p, q = mp.exp(log_p(x)), mp.exp(log_q(x))
            m = (p + q) / 2
            return x * sum(part * mp.log(part / m) for part in (p, q) if part > 0) / 2

        with workdps(30):
            truth = mp.quad(integrand, cuts)
            found = gt.jsd(parse(one), parse(other))
            assert abs(mpf(found.value) - truth) <= found.error + 1e-25 and found.error < 1e-12, (one, other)
