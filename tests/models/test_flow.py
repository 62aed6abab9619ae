"""A flow is a density like any other: its values, masses and divergences are those that mpmath and SciPy find for its formula."""

import math

import jax
import mpmath
import numpy as np
import pytest
from scipy import integrate, stats

import gantheory as gt
from gantheory.models.flow import Flow, FlowLikelihood

LOC, SCALE = 0.3, 1.2
HEIGHTS, STEEPNESS, CENTRES = [0.8, 0.4, 1.1], [2.0, 5.0, 0.7], [-1.0, 0.5, 2.0]
MIXTURE = gt.Mixture([0.3, 0.7], [gt.Normal(-2.0, 0.5), gt.Normal(1.0, 1.0)])


@pytest.fixture(scope="module")
def flow():
    return Flow(LOC, SCALE, HEIGHTS, STEEPNESS, CENTRES)


def turned(x):
    """T(x), by mpmath."""
    terms = (h * mpmath.tanh(k * (x - c)) for h, k, c in zip(HEIGHTS, STEEPNESS, CENTRES, strict=True))
    return (mpmath.mpf(x) - mpmath.mpf(LOC)) / mpmath.mpf(SCALE) + sum(terms)


@pytest.mark.parametrize("x", [-40.0, -3.0, -1.0, 0.49, 2.2, 7.5, 30.0])
def test_its_density_and_its_masses_are_those_of_the_formula(flow, x):
    with mpmath.workdps(40):
        z = turned(x)
        log_prob = -z * z / 2 - mpmath.log(2 * mpmath.pi) / 2 + mpmath.log(mpmath.diff(turned, x))
        below, above = mpmath.ncdf(z), mpmath.ncdf(-z)
    assert float(flow.log_prob(x)) == pytest.approx(float(log_prob), rel=1e-13, abs=0)
    assert float(flow.cdf(x)) == pytest.approx(float(below), rel=1e-11, abs=0)
    assert float(flow.sf(x)) == pytest.approx(float(above), rel=1e-11, abs=0)


def test_its_draws_its_inverse_and_its_moments_are_its_own(flow):
    draws = flow.sample(jax.random.key(0), (20_000,))
    assert stats.kstest(draws, flow.cdf).pvalue > 1e-3
    assert stats.kstest(np.asarray(flow.sample(jax.random.key(1), (5_000,), np.float32)), flow.cdf).pvalue > 1e-3
    mean, variance = (integrate.quad(lambda x, k=k: x**k * float(flow.prob(x)), -12, 12, epsabs=1e-11, limit=200)[0] for k in (1, 2))
    assert float(flow.mean) == pytest.approx(mean, abs=1e-9)
    assert float(flow.variance) == pytest.approx(variance - mean**2, abs=1e-9)
    u = np.array([1e-12, 0.3, 0.9])
    np.testing.assert_allclose(flow.cdf(flow.quantile(u)), u, rtol=1e-9)


def test_its_divergences_are_those_that_scipy_integrates(flow):
    def integrand(x):
        log_p, log_q = stats.norm(0.5, 1.5).logpdf(x), float(flow.log_prob(x))
        return math.exp(log_p) * (log_p - log_q)

    expected, doubt = integrate.quad(integrand, -25, 25, epsabs=1e-12, limit=400, points=[-1, 0.5, 2])
    found = gt.kl(gt.Normal(0.5, 1.5), flow)
    assert abs(found.value - expected) <= found.error + doubt
    assert isinstance(gt.kl(gt.Cauchy(0.0, 1.0), flow), gt.Divergent)
    # E|X - Y| of a flow with one straight term: a Gaussian
    straight = Flow(1.0, 2.0, [1e-200], [1.0], [0.0])
    assert gt.jsd(straight, gt.Normal(1.0, 2.0)).value < 1e-15
    assert gt.wasserstein1(straight, gt.Normal(2.0, 2.0)).value == pytest.approx(1.0, abs=1e-10)


def test_a_batch_of_flows_is_each_of_them(flow):
    both = flow.spread((2,))
    np.testing.assert_array_equal(both.log_prob(np.array([[0.1], [2.0]])), np.tile(flow.log_prob([0.1, 2.0])[:, None], 2))


def test_the_objective_is_the_divergence_and_shows_no_gap():
    """-E log p - h(p_data) = KL(p_data‖p), each an integral of its own."""
    method = FlowLikelihood(units=6)
    split = method.split(MIXTURE, method.init(jax.random.key(2), MIXTURE))
    assert abs(split.defect.value) <= split.defect.error <= 1e-10
    assert split.gap == gt.Estimate(0.0, 0.0) and split.sign == 1 and split.divergence.value > 0.01


def test_the_loss_of_a_minibatch_is_its_mean_log_likelihood():
    method = FlowLikelihood(units=6)
    weights = method.init(jax.random.key(2), MIXTURE)
    x = MIXTURE.sample(jax.random.key(3), (64,), np.float32)
    loss, memory = method.loss(weights, x, jax.random.key(0), ())
    assert float(loss) == pytest.approx(-float(np.mean(method.law(weights).log_prob(x))), rel=1e-5) and memory == ()
    assert method.parameters(weights) == 3 * 6 + 2


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Flow(0.0, -1.0, [1.0], [1.0], [0.0]), "`scale` of Flow must be positive and finite. Got -1.0."),
        (lambda: Flow(0.0, 1.0, [0.0], [1.0], [0.0]), "`heights` of Flow must be positive and finite. Got [0.0]."),
        (lambda: FlowLikelihood(units=0), "`units` of FlowLikelihood must be a whole number from 1 to 1024. Got 0."),
        (lambda: FlowLikelihood().init(jax.random.key(0), gt.moons(0.1)), "`p_data` of FlowLikelihood must be a density on the line."),
    ],
)
def test_what_is_no_flow_is_refused_in_one_sentence(make, sentence):
    with pytest.raises(ValueError) as refused:
        make()
    assert str(refused.value).startswith(sentence)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [11, 12])
def test_a_trained_flow_is_near_the_mixture(seed):
    """The recipe was found on seeds 0 to 3."""
    fit = gt.fit(MIXTURE, "flow(units=16)", steps=15_000, batch=512, rate=1e-2, average=0.999, seed=seed, measure_every=15_000)
    assert fit.measured().jsd.upper <= 1e-4
    assert abs(fit.split().defect.value) <= fit.split().defect.error <= 1e-10
