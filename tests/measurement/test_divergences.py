"""KL, JSD and TV against known answers; and what holds for every pair."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from problems import DENSITIES, LOG2, NORMAL, TWO_BUMPS, TWO_OTHERS, Problem, name_of

import gantheory as gt
from gantheory.measurement import integrands
from gantheory.measurement.integrands import exp_excess

LOG_2 = float(LOG2)


@pytest.fixture
def float64():
    with jax.enable_x64(True):
        yield


INTEGRANDS = (integrands.kl, integrands.jsd, integrands.total_variation)


@pytest.mark.parametrize("problem", DENSITIES, ids=name_of)
def test_known_answer(problem: Problem):
    value = problem.divergence(problem.p, problem.q).value
    assert problem.true_error(value) <= 1e-12 * max(1, problem.exact)


@pytest.mark.parametrize("problem", DENSITIES, ids=name_of)
def test_the_reported_error_covers_the_true_one(problem: Problem):
    estimate = problem.divergence(problem.p, problem.q)
    assert problem.true_error(estimate.value) <= estimate.error


@pytest.mark.parametrize("problem", DENSITIES, ids=name_of)
def test_the_reported_error_is_small(problem: Problem):
    assert problem.divergence(problem.p, problem.q).error <= 1e-9 * max(1, problem.exact)


@pytest.mark.parametrize("problem", [p for p in DENSITIES if p.divergence is not gt.kl], ids=name_of)
def test_symmetric_to_4_ulp(problem: Problem):
    forward, backward = problem.divergence(problem.p, problem.q), problem.divergence(problem.q, problem.p)
    assert abs(forward.value - backward.value) <= 4 * np.spacing(LOG_2)


@pytest.mark.parametrize("problem", [p for p in DENSITIES if p.name in ("shift 1e-8", "shift 1e-3", "kl shift 1e-8")], ids=name_of)
def test_tiny_values_keep_their_digits(problem: Problem):
    estimate = problem.divergence(problem.p, problem.q)
    assert problem.true_error(estimate.value) <= 1e-6 * problem.exact
    assert estimate.lower > 0


@pytest.mark.parametrize("shift", [1e-7, 1e-6, 1e-5, 1e-4])
def test_a_small_shift_follows_the_series(shift):
    assert gt.jsd(NORMAL, gt.Normal(shift, 1)).value == pytest.approx(shift**2 / 8 - shift**4 / 64, rel=1e-8, abs=0)


@pytest.mark.parametrize("divergence", [gt.jsd, gt.kl, gt.total_variation])
@pytest.mark.parametrize("make", [gt.Normal, gt.Uniform, lambda: gt.Mixture([0.25, 0.75], [gt.Normal(-2, 0.5), gt.Uniform()])])
def test_between_a_density_and_itself_it_is_exactly_0(divergence, make):
    assert divergence(make(), make()) == gt.Estimate(0.0, 0.0)


@pytest.mark.parametrize("divergence", [gt.jsd, gt.kl, gt.total_variation])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (NORMAL, gt.Mixture([0.5, 0.5], [gt.Normal(0, 1), gt.Normal(0, 1)])),
        (gt.Uniform(0, 1), gt.Mixture([0.5, 0.5], [gt.Uniform(0, 0.5), gt.Uniform(0.5, 1)])),
    ],
)
def test_between_two_names_of_one_law_it_is_0_within_the_error(divergence, one, other):
    estimate = divergence(one, other)
    assert 0 <= estimate.value <= estimate.error <= 1e-12


# P has mass where Q has none: said with the region, whether outside Q's support, in a hole of it, or nearly nowhere.
DIVERGING = [
    (gt.Normal(0, 1), gt.Uniform(0, 1), "outside [0, 1]"),
    (gt.Uniform(0, 1), gt.Uniform(0.25, 1.25), "outside [0.25, 1.25]"),
    (gt.Uniform(0.25, 1.25), gt.Uniform(0, 1), "outside [0, 1]"),
    (gt.Uniform(0, 3), gt.Mixture([0.5, 0.5], [gt.Uniform(0, 1), gt.Uniform(2, 3)]), "around x = 1."),
    (gt.Normal(0, 1), gt.Uniform(-6, 6), "outside [-6, 6]"),
    (gt.Normal(0, 1), gt.Uniform(-10, 10), ""),
]


@pytest.mark.parametrize(("p", "q", "region"), DIVERGING)
def test_an_infinite_kl_is_typed_and_says_where(p, q, region):
    infinite = gt.kl(p, q)
    assert isinstance(infinite, gt.Divergent)
    assert float(infinite) == math.inf
    assert region in infinite.reason


def test_jsd_and_tv_stay_finite_where_kl_does_not():
    for p, q, _ in DIVERGING:
        assert 0 <= gt.jsd(p, q).value <= LOG_2 * (1 + 1e-15)
        assert 0 <= gt.total_variation(p, q).value <= 1 + 1e-15


locs, scales = st.floats(-20, 20, allow_subnormal=False), st.floats(0.01, 10)
normals = st.builds(gt.Normal, locs, scales)
uniforms = st.builds(lambda low, width: gt.Uniform(low, low + width), locs, scales)
# Parameters of a density or of a mixture of two, which is built in the test: beartype draws at random what it checks of a list.
densities = st.tuples(st.floats(0.05, 0.95), normals, uniforms) | st.tuples(normals | uniforms)


def built(parts):
    return parts[0] if len(parts) == 1 else gt.Mixture([parts[0], 1 - parts[0]], list(parts[1:]))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(densities, densities)
def test_the_inequalities_that_hold_for_every_pair(p, q):
    p, q = built(p), built(q)
    jsd, tv, forward, backward = gt.jsd(p, q), gt.total_variation(p, q), gt.kl(p, q), gt.kl(q, p)
    assert jsd.value >= 0 and tv.value >= 0 and float(forward) >= 0 and float(backward) >= 0
    assert jsd.lower <= LOG_2 and tv.lower <= 1
    assert abs(jsd.value - gt.jsd(q, p).value) <= 4 * np.spacing(LOG_2)
    assert jsd.lower <= tv.upper * LOG_2  # JSD <= TV log 2
    for kl in (forward, backward):
        if isinstance(kl, gt.Estimate):
            assert 2 * tv.lower**2 <= kl.upper or tv.lower < 0  # Pinsker
            assert jsd.lower <= kl.upper * LOG_2 / 2  # JSD <= (log 2/2) KL
    if isinstance(forward, gt.Estimate) and isinstance(backward, gt.Estimate):
        assert jsd.lower <= (forward + backward).upper / 8 * (1 + 1e-12)  # JSD <= J/8


@settings(max_examples=25, deadline=None, derandomize=True)
@given(normals, normals)
def test_kl_of_normals_is_the_closed_form_within_the_error(p, q):
    with mp.workdps(40):
        m, s, n, t = (mpf(float(parameter)) for parameter in (p.loc, p.scale, q.loc, q.scale))
        exact = mp.log(t / s) + (s**2 + (m - n) ** 2) / (2 * t**2) - mpf(1) / 2
        estimate = gt.kl(p, q)
        assert abs(mpf(estimate.value) - exact) <= estimate.error
        assert estimate.error <= 1e-9 * max(1, exact)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(st.floats(0.1, 0.9), locs, st.floats(0.2, 3), locs, st.floats(0.2, 3))
def test_jsd_of_random_mixtures_is_mpmaths(w, a, s, b, t):
    p, q = gt.Mixture([w, 1 - w], [gt.Normal(a, s), gt.Normal(b, t)]), gt.Normal((a + b) / 2, 2)
    with mp.workdps(25):

        def integrand(x):
            one = w * mp.npdf(x, a, s) + (1 - w) * mp.npdf(x, b, t)
            two = mp.npdf(x, (a + b) / mpf(2), 2)
            return (one * mp.log(2 * one / (one + two)) + two * mp.log(2 * two / (one + two))) / 2

        centres = ((a, s), (b, t), ((a + b) / 2, 2))
        cuts = sorted({mpf(c) + mpf(r) * k for c, r in centres for k in (-14, -8, -5, -3, -1, 0, 1, 3, 5, 8, 14)})
        exact = mp.quad(integrand, cuts, maxdegree=5)
        estimate = gt.jsd(p, q)
        assert abs(mpf(estimate.value) - exact) <= estimate.error + mpf(10) ** -15
        assert abs(mpf(estimate.value) - exact) <= 1e-12


def test_data_processing_coarsening_lowers_every_divergence():
    edges = np.concatenate([[-np.inf], np.linspace(-4, 4, 17), [np.inf]])
    a, b = np.diff(TWO_BUMPS.cdf(edges)), np.diff(TWO_OTHERS.cdf(edges))
    m = (a + b) / 2
    assert (a * np.log(a / m) + b * np.log(b / m)).sum() / 2 < gt.jsd(TWO_BUMPS, TWO_OTHERS).value
    assert (a * np.log(a / b)).sum() < gt.kl(TWO_BUMPS, TWO_OTHERS).value
    assert np.abs(a - b).sum() / 2 < gt.total_variation(TWO_BUMPS, TWO_OTHERS).value


def exact_integrand(integrand, log_p, log_q):
    p, q = mp.exp(mpf(log_p)), mp.exp(mpf(log_q))
    if integrand is integrands.kl:
        return p * (mpf(log_p) - mpf(log_q)) - p + q
    if integrand is integrands.total_variation:
        return abs(p - q) / 2
    m = (p + q) / 2
    return (p * mp.log(p / m) + q * mp.log(q / m)) / 2


LOG_RATIOS = [0, 1e-12, 1e-8, 1e-4, 0.01, 0.3, 0.4999, 0.5, 0.5001, 0.9999, 1, 1.9999, 2, 2.0001, 5, 30, 100, 700]


@pytest.mark.parametrize("log_ratio", [*LOG_RATIOS, *(-r for r in LOG_RATIOS)])
@pytest.mark.parametrize("integrand", [integrands.kl, integrands.jsd])
def test_integrands_are_accurate_to_the_last_bits_on_both_sides_of_every_switch(integrand, log_ratio, float64):
    log_q = -0.25
    log_p = log_q + log_ratio
    with mp.workdps(400):
        exact = exact_integrand(integrand, log_p, log_q)
        value = float(integrand(jnp.asarray(log_p), jnp.asarray(log_q)))
        assert value >= 0
        assert abs(mpf(value) - exact) <= 64 * np.finfo(float).eps * abs(exact)


@pytest.mark.parametrize("integrand", INTEGRANDS)
def test_integrands_where_one_density_is_0(integrand, float64):
    nothing, something = jnp.asarray(-jnp.inf), jnp.asarray(-0.25)
    mass = math.exp(-0.25)
    assert integrand(nothing, nothing) == 0
    alone = {integrands.kl: math.inf, integrands.jsd: mass * LOG_2 / 2, integrands.total_variation: mass / 2}[integrand]
    absent = {integrands.kl: mass, integrands.jsd: mass * LOG_2 / 2, integrands.total_variation: mass / 2}[integrand]
    assert integrand(something, nothing) == pytest.approx(alone, rel=1e-15, abs=0)
    assert integrand(nothing, something) == pytest.approx(absent, rel=1e-15, abs=0)


@pytest.mark.parametrize("integrand", INTEGRANDS)
def test_integrands_are_homogeneous_of_degree_1(integrand, float64):
    log_p, log_q = jnp.asarray([-3.0, 0.1, 2.0]), jnp.asarray([1.0, 0.2, 2.0])
    np.testing.assert_allclose(integrand(log_p + 1.5, log_q + 1.5), np.exp(1.5) * integrand(log_p, log_q), rtol=1e-14, atol=1e-300)


@pytest.mark.parametrize("r", [-40, -1, -0.5, -0.4999, -1e-3, -1e-9, 0, 1e-9, 1e-3, 0.4999, 0.5, 1, 40])
def test_exp_excess_does_not_cancel(r, float64):
    with mp.workdps(60):
        exact = mp.exp(mpf(r)) - 1 - mpf(r)
        assert abs(mpf(float(exp_excess(jnp.asarray(float(r))))) - exact) <= 16 * np.finfo(float).eps * exact
