"""α-divergences, Rényi's and the geometric Jensen-Shannon divergence: closed forms, limits, infinities, and what they have in common."""

import math

import numpy as np
import pytest
from mpmath import mp, mpf, workdps
from problems import few

import gantheory as gt
from gantheory import Cauchy, Exponential, Gamma, Laplace, Mixture, Normal, Uniform
from gantheory.named import lines_of

SHIFTED = Normal(0, 1), Normal(1, 1)


def of_normals(p, q, alpha):
    """log ∫ p^α q^(1-α) dx of two Gaussians; infinite where α t² + (1 - α) s² <= 0 (van Erven and Harremoës 2014, Eq. 10)."""
    with workdps(40):
        a, apart, s, t = mpf(alpha), mpf(float(p.loc)) - mpf(float(q.loc)), mpf(float(p.scale)), mpf(float(q.scale))
        both = a * t * t + (1 - a) * s * s
        return (1 - a) * mp.log(s) + a * mp.log(t) - mp.log(both) / 2 + a * (a - 1) * apart**2 / (2 * both) if both > 0 else mp.inf


def of_exponentials(p, q, alpha):
    with workdps(40):
        a, s, t = mpf(alpha), mpf(float(p.rate)), mpf(float(q.rate))
        both = a * s + (1 - a) * t
        return a * mp.log(s) + (1 - a) * mp.log(t) - mp.log(both) if both > 0 else mp.inf


ORDERS = [0.5, 2.0, -1.0, 0.3, 1 + 1e-8, 1e-6, 1 - 1e-6, 7.5, -2.25, 40.0]


@pytest.mark.parametrize("alpha", few(ORDERS, 0))
def test_of_gaussians_and_exponentials_they_are_the_closed_forms(alpha):
    rng = np.random.default_rng(5)
    pairs = [SHIFTED, *((Normal(*one), Normal(*other)) for one, other in np.exp(rng.normal(size=(4, 2, 2)) / 2))]
    cases = [(p, q, of_normals(p, q, alpha)) for p, q in pairs]
    cases += [
        (Exponential(a), Exponential(b), of_exponentials(Exponential(a), Exponential(b), alpha)) for a, b in ((1, 1.25), (3, 1), (1, 4))
    ]
    for p, q, log_affinity in cases:
        found, a = gt.alpha_divergence(p, q, alpha), mpf(alpha)
        assert isinstance(found, gt.Divergent) == (log_affinity > 709)  # infinite, or no double
        with workdps(40):
            if isinstance(found, gt.Estimate):
                truth = mp.expm1(log_affinity) / (a * (a - 1))
                assert abs(mpf(found.value) - truth) <= found.error <= 1e-9 * max(1, truth)
            if alpha > 0:
                renyi = gt.renyi(p, q, alpha)
                assert isinstance(renyi, gt.Divergent) == (log_affinity == mp.inf)
                if isinstance(renyi, gt.Estimate):
                    assert abs(mpf(renyi.value) - log_affinity / (a - 1)) <= renyi.error <= 1e-9 * max(1, renyi.value)
            if 0 < alpha < 1:
                geometric, both = gt.skew_geometric_jsd(p, q, 1 - alpha), gt.jeffreys(p, q)
                truth = a * (1 - a) * mpf(both.value) + log_affinity
                assert abs(mpf(geometric.value) - truth) <= geometric.error + both.error < 1e-11 * max(1, both.value)


def test_at_the_ends_they_are_kl():
    for divergence in (gt.alpha_divergence, gt.renyi):
        assert divergence(*SHIFTED, 1) == gt.kl(*SHIFTED)
    assert gt.alpha_divergence(*SHIFTED, 2).value == pytest.approx(math.expm1(1) / 2, rel=1e-14, abs=0)
    assert gt.alpha_divergence(*SHIFTED[:1], SHIFTED[0], 0.5) == gt.renyi(SHIFTED[0], SHIFTED[0], 0.5) == gt.Estimate(0.0, 0.0)


def test_of_nearly_equal_laws_no_digits_are_lost():
    found = gt.skew_geometric_jsd(Normal(0, 1), Normal(2.0**-20, 1))
    assert abs(found.value - 2.0**-43) <= found.error < 1e-7 * found.value


@pytest.mark.slow
@pytest.mark.parametrize(
    ("divergence", "alpha", "known"),
    [
        (gt.alpha_divergence, 0.5, lambda p, q: 4 * gt.hellinger2(p, q)),
        (gt.alpha_divergence, 2, lambda p, q: gt.chi2(p, q) / 2),
        (gt.alpha_divergence, -1, lambda p, q: gt.chi2(q, p) / 2),
        (gt.alpha_divergence, 0, lambda p, q: gt.kl(q, p)),
        (gt.alpha_divergence, 0.3, lambda p, q: gt.alpha_divergence(q, p, 0.7)),
        (gt.alpha_divergence, 2.5, lambda p, q: gt.f_divergence(lambda u: (u**2.5 - 1) / 3.75, p, q)),
        (gt.skew_geometric_jsd, 0.3, lambda p, q: gt.skew_geometric_jsd(q, p, 0.7)),
        (gt.skew_geometric_jsd, 0.5, lambda p, q: gt.jeffreys(p, q) / 4 - gt.renyi(p, q, 0.5) / 2),
    ],
)
def test_they_are_other_divergences_under_other_names(divergence, alpha, known):
    pairs = [
        SHIFTED,
        (Gamma(2), Laplace(0, 2)),
        (Uniform(0, 1), Mixture([0.25, 0.75], [Uniform(0, 2), Normal(0, 1)])),
        (Cauchy(), Normal()),
    ]
    for p, q in pairs:
        one, other = divergence(p, q, alpha), known(p, q)
        assert isinstance(one, gt.Divergent) == isinstance(other, gt.Divergent), (p, q)
        if isinstance(one, gt.Estimate):
            assert abs(one.value - other.value) <= one.error + other.error < 1e-9 * max(1.0, one.value)


BEYOND = [
    (Normal(0, 1), Normal(100, 1), 0.5, 2500.0),
    (Normal(0, 1), Normal(100, 1), 2.0, 10000.0),
    (Normal(0, 1), Normal(1000, 1), 0.5, 250000.0),
    (Uniform(0, 2), Uniform(0, 1), 0.5, math.log(2)),
]


@pytest.mark.parametrize(("p", "q", "alpha", "truth"), few(BEYOND, 1))
def test_the_logarithm_of_what_is_no_double_is_told(p, q, alpha, truth):
    found = gt.renyi(p, q, alpha)
    assert abs(found.value - truth) <= found.error <= 1e-9 * truth


@pytest.mark.slow
def test_where_nothing_is_told_the_error_says_so():
    found = gt.renyi(Normal(0, 1), Normal(1e6, 1), 0.5)
    assert isinstance(found, gt.Estimate) and found.error >= 1e300


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (lambda: gt.renyi(Uniform(0, 1), Uniform(2, 3), 0.5), "no mass in common"),
        (lambda: gt.skew_geometric_jsd(Normal(), Cauchy()), "grows as x"),
        (lambda: gt.skew_geometric_jsd(Uniform(0, 1), Uniform(0, 2)), "q has a mass of 0.5 outside [0, 1], where p is 0"),
        pytest.param(lambda: gt.renyi(Normal(0, 2), Normal(0, 1), 2), "", marks=pytest.mark.slow),
        pytest.param(lambda: gt.renyi(Uniform(0, 2), Uniform(0, 1), 3), "outside [0, 1]", marks=pytest.mark.slow),
        pytest.param(lambda: gt.alpha_divergence(Uniform(0, 1), Uniform(0, 2), -1), "outside [0, 1]", marks=pytest.mark.slow),
    ],
)
def test_what_is_infinite_is_called_so(ask, reason):
    found = ask()
    assert isinstance(found, gt.Divergent) and float(found) == math.inf and reason in found.reason


@pytest.mark.slow
def test_a_batch_is_measured_member_by_member():
    found = gt.renyi(Normal([0.0, 1.0, 100.0], 1), Normal(0, 1), 0.5)
    assert np.all(np.abs(found.value - [0, 0.25, 2500]) <= found.error) and found.error.max() < 1e-8
    spread = gt.renyi(Normal(0, [1.0, 1.2, 3.0]), Normal(0, 1), 2)
    assert isinstance(spread[2], gt.Divergent) and spread.error[2] == 0
    assert abs(spread.value[1] - float(of_normals(Normal(0, 1.2), Normal(0, 1), 2))) <= spread.error[1] < 1e-12


@pytest.mark.slow
def test_on_the_plane_they_are_those_of_the_line():
    p, q = gt.MultivariateNormal([0, 0], np.eye(2)), gt.MultivariateNormal([0.6, 0.8], np.eye(2))
    for found, truth in (
        (gt.alpha_divergence(p, q, 2), math.expm1(1) / 2),
        (gt.renyi(p, q, 0.5), 0.25),
        (gt.skew_geometric_jsd(p, q, 0.2), 0.08),
    ):
        assert abs(found.value - truth) <= found.error < 1e-8
    on_a_curve = gt.PlanePushforward(lambda z: np.array([1.0, 2.0]) * z, Normal(0, 1))
    assert isinstance(gt.renyi(p, on_a_curve, 0.5), gt.Divergent)


@pytest.mark.slow
def test_their_gradients_are_those_of_the_closed_forms():
    for divergence, slope in (
        (lambda p, q: gt.renyi(p, q, 0.5), -0.5),
        (lambda p, q: gt.skew_geometric_jsd(p, q, 0.5), -0.25),
        (lambda p, q: gt.alpha_divergence(p, q, 2), -math.e),
    ):
        assert float(gt.gradient(divergence, *SHIFTED)[0].loc) == pytest.approx(slope, rel=1e-8, abs=0)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: gt.renyi(*SHIFTED, 0), "`alpha` of renyi must be from 1e-09 to 1000, and 0, 1 or at least 1e-9 from both. Got 0."),
        (lambda: gt.alpha_divergence(*SHIFTED, 1e-12), "`alpha` of alpha_divergence must be from -1000 to 1000, and 0, 1 or at least 1e-9"),
        (lambda: gt.alpha_divergence(*SHIFTED, math.nan), "`alpha` of alpha_divergence must be from -1000 to 1000"),
        (lambda: gt.skew_geometric_jsd(*SHIFTED, 1.0), "`alpha` of skew_geometric_jsd must be between 0 and 1. Got 1.0."),
        (lambda: gt.renyi(SHIFTED[0], gt.MultivariateNormal([0, 0], np.eye(2)), 0.5), "`p` and `q` must both be laws on the plane"),
    ],
)
def test_bad_arguments_are_refused_in_one_sentence(ask, message):
    with pytest.raises(ValueError) as refusal:
        ask()
    assert str(refusal.value).startswith(message)


@pytest.mark.parametrize(
    ("name", "alpha", "message"),
    [
        ("renyi", None, "`--alpha` must be given for renyi. Got none."),
        ("jsd", 0.5, "`--alpha` must go with one of alpha_divergence, renyi, skew_geometric_jsd. Got it beside jsd."),
    ],
)
def test_the_command_asks_for_alpha_where_it_is_needed_and_only_there(name, alpha, message):
    with pytest.raises(ValueError) as refusal:
        lines_of(name, "Normal(0, 1)", "Normal(1, 1)", None, False, alpha=alpha)
    assert str(refusal.value) == message


def test_the_command_prints_them_to_so_many_digits():
    assert lines_of("renyi", "Normal(0, 1)", "Normal(1, 1)", 12, False, alpha=0.5) == (["0.250000000000"], "")
