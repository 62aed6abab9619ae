"""The variational autoencoder: its loss against the exact bound, its weights counted, what it learns."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

import gantheory as gt
from gantheory.models.elbo import Bound, report_of_bound
from gantheory.models.learning import Descent, chunk, initial_state
from gantheory.models.linear_vae import LinearVAE, LinearVariationalBayes, linear_optimum
from gantheory.models.vae import VariationalBayes

MIXTURE = gt.Mixture([0.3, 0.7], [gt.Normal(-2.0, 0.5), gt.Normal(1.0, 1.0)])
KEY = jax.random.key(0)


@pytest.mark.parametrize(
    ("options", "count"),
    [
        # decoder 8 + 8 + 8·8 + 8 + 8 + 1 and a skip of 2; encoder 8 + 8 + 8·8 + 8 + 16 + 2 and a slope; s
        ({"width": 8, "depth": 2}, 97 + 2 + 106 + 1 + 1),
        ({"width": 8, "depth": 0}, 2 + 34 + 1 + 1),
        ({"depth": 0, "encoder": "exact"}, 3),
    ],
)
def test_parameters_are_counted(options, count):
    method = VariationalBayes(**options)
    assert method.parameters(method.init(KEY, MIXTURE)) == count


def test_the_mean_of_the_loss_is_minus_the_elbo():
    """At one x, over 200,000 draws of ε, within four standard errors."""
    method = VariationalBayes(width=4, depth=1, activation="relu")
    weights = method.init(KEY, MIXTURE)
    x = jnp.full((500,), 0.8, jnp.float32)
    losses = jax.jit(jax.vmap(lambda key: method.loss(weights, x, key, ())[0]))(jax.random.split(KEY, 400))
    exact = float(Bound(weights).minus_elbo(float(x[0])))
    assert abs(float(losses.mean()) - exact) < 4 * float(losses.std()) / 20 + 1e-5
    assert float(weights.scale) > weights.floor > 0


@pytest.mark.slow
def test_a_linear_model_with_the_exact_posterior_learns_the_normal_law():
    """N(1, .8²) is N(b, w² + s²): Adam finds it, and the gap is 0 all along."""
    p_data = gt.Normal(1.0, 0.8)
    descent = Descent(VariationalBayes(depth=0, encoder="exact"), p_data, 256, 2e-2, 600)
    state, finite = chunk(descent, KEY, initial_state(descent, KEY), jnp.asarray(600))
    report = report_of_bound(p_data, state.weights)
    assert finite and report.split.gap.value < 1e-13 and 0 <= report.split.objective.value < 3e-3
    assert abs(report.split.defect.value) < 1e-12


@pytest.mark.slow
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_a_network_learns_the_two_bumps_and_its_split_closes(activation):
    method = VariationalBayes(width=16, activation=activation)
    descent = Descent(method, MIXTURE, 256, 3e-3, 4000)
    state, finite = chunk(descent, KEY, initial_state(descent, KEY), jnp.asarray(4000))
    split = method.split(MIXTURE, state.weights)
    assert finite and abs(split.defect.value) <= split.defect.error < 1e-10
    gaussian = gt.Normal(MIXTURE.mean, np.sqrt(MIXTURE.variance))
    assert gt.jsd(MIXTURE, method.law(state.weights)).upper < gt.jsd(MIXTURE, gaussian).lower / 4


@pytest.mark.slow
def test_the_linear_model_of_the_plane_is_probabilistic_pca():
    """W = u √(λ₁ - s²), s² = λ₂: the law is the data's, the gap 0, the rate ½ log(λ₁/s²)."""
    mean, cov = np.array([0.3, -0.2]), np.array([[2.0, 0.6], [0.6, 0.5]])
    weights = linear_optimum(mean, cov)
    values = np.linalg.eigvalsh(cov)
    x = np.array([[0.1, 0.4], [2.0, -1.0]])
    np.testing.assert_allclose(weights.law.log_prob(x), scipy.stats.multivariate_normal(mean, cov).logpdf(x), rtol=1e-13)
    report = weights.report(gt.MultivariateNormal(mean, cov))
    assert report.split.gap.value < 1e-12 and abs(report.split.objective.value) < 1e-9
    assert report.rate.value == pytest.approx(np.log(values[1] / values[0]) / 2, abs=1e-10) and not report.collapsed


def test_the_bound_of_the_plane_is_that_of_gaussians():
    """-ELBO and the gap at a point, from Gaussian integrals in NumPy."""
    weights = LinearVAE(*(jnp.asarray(one, jnp.float32) for one in ([[0.8], [-0.3]], [0.1, 0.2], -0.5, [[0.3, 0.1]], [0.05], [-0.4])))
    W, b, V, c = (np.asarray(one, np.float64) for one in (weights.W, weights.b, weights.V, weights.c))
    variance, sd = np.log1p(np.exp(-0.5)) ** 2, np.exp(float(weights.log_sd[0]))
    x = np.array([0.7, -1.1])
    m = V @ x + c
    law = scipy.stats.multivariate_normal(b, W @ W.T + variance * np.eye(2))
    assert float(weights.law.log_prob(x)) == pytest.approx(law.logpdf(x), rel=1e-13, abs=0)
    rest = (np.sum((x - b - W @ m) ** 2) + np.sum(W**2) * sd**2) / (2 * variance) + np.log(2 * np.pi * variance)
    minus_elbo = rest + (m[0] ** 2 + sd**2 - 1) / 2 - np.log(sd)
    assert float(weights.minus_elbo(x)) == pytest.approx(minus_elbo, rel=1e-13, abs=0)
    assert float(weights.gap(x)) == pytest.approx(minus_elbo + law.logpdf(x), rel=1e-12, abs=0)


@pytest.mark.slow
def test_the_linear_model_learns_the_plane_and_its_split_closes():
    """N(0, Σ) is within the model's reach; so the bound falls to 0, and what is left is KL and gap."""
    p_data = gt.MultivariateNormal([0.3, -0.2], [[2.0, 0.6], [0.6, 0.5]])
    method = LinearVariationalBayes()
    descent = Descent(method, p_data, 256, 2e-2, 2000)
    state, finite = chunk(descent, KEY, initial_state(descent, KEY), jnp.asarray(2000))
    split = method.split(p_data, state.weights)
    assert finite and 0 <= split.objective.value < 5e-3 and abs(split.defect.value) <= split.defect.error < 1e-8


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"encoder": "none"}, "`encoder` of VariationalBayes must be one of mlp, exact. Got 'none'."),
        ({"encoder": "exact"}, "`depth` of VariationalBayes must be 0 for the exact encoder"),
        ({"width": 0}, "`width` of VariationalBayes must be at least 1, and whole. Got 0."),
        ({"activation": "cube"}, "`activation` must be one of"),
        ({"floor": 0.0}, "`floor` of VariationalBayes must be between 0 and 1. Got 0.0."),
    ],
)
def test_options_that_make_no_sense_are_refused(options, said):
    with pytest.raises(ValueError) as refused:
        VariationalBayes(**options)
    assert said in str(refused.value)


def test_data_of_the_other_dimension_are_refused():
    with pytest.raises(ValueError, match="`p_data` of VariationalBayes must be one density on the line"):
        VariationalBayes().init(KEY, gt.moons(0.2))
    with pytest.raises(ValueError, match="must be a density on the plane"):
        LinearVariationalBayes().init(KEY, MIXTURE)
    with pytest.raises(ValueError, match="must be 1 or 2"):
        LinearVariationalBayes(latents=3)
