"""Contrastive divergence in exact numbers, against a second program in NumPy on Gauss-Legendre nodes, scipy's quad, and draws."""

from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit

import gantheory as gt
from gantheory.models.contrastive import ContrastiveDivergence, asymmetry, contrastive_split, directions, vector
from gantheory.models.gibbs import chain_after, second_eigenvalue
from gantheory.models.rbm import RBM
from gantheory.models.resting import contrastive_rest, likelihood_rest

MIXTURE = gt.Mixture([0.3, 0.7], [gt.Normal(-2.0, 0.5), gt.Normal(1.0, 1.0)])
MODEL = RBM(0.2, [0.3, -0.8], [1.1, -0.7], -0.2)
STATES = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], float)


def mixture(v):
    """p_data's formula."""
    return sum(w * np.exp(-(((v - m) / s) ** 2) / 2) / (s * np.sqrt(2 * np.pi)) for w, m, s in ((0.3, -2.0, 0.5), (0.7, 1.0, 1.0)))


def second_program(theta, k=1, p_data=mixture):
    """What CD-k and the likelihood descend, for two hidden units, with every derivative of F by hand: θ = (b, c, W, log σ)."""
    b, c, W, sd = theta[0], theta[1:3], theta[3:5], np.exp(theta[5])
    t, w = np.polynomial.legendre.leggauss(16)
    edges = np.linspace(-14, 14, 113)
    v = (edges[:-1, None] + np.diff(edges)[:, None] * (1 + t) / 2).ravel()
    dv = (np.diff(edges)[:, None] * w / 2).ravel()
    on = expit(c + W * v[:, None] / sd**2)
    of_states = np.stack([np.where(h > 0, on, 1 - on).prod(1) for h in STATES], 1)
    means = b + STATES @ W
    gauss = np.exp(-(((v[:, None] - means) / sd) ** 2) / 2) / (sd * np.sqrt(2 * np.pi))
    far = v - b
    slopes = np.concatenate(
        [-far[:, None] / sd**2, -on, -v[:, None] * on / sd**2, (-(far**2) / sd**2 + 2 * (on * W).sum(1) * v / sd**2)[:, None]], 1
    )
    weights = np.exp(STATES @ c + (means**2 - b**2) / (2 * sd**2))
    weights /= weights.sum()
    p = p_data(v)
    for _ in range(k):
        chain = (p * dv) @ of_states
        p = gauss @ chain
    data, model, moved = ((mass * dv) @ slopes for mass in (p_data(v), gauss @ weights, p))
    transition = (gauss * dv[:, None]).T @ of_states
    return SimpleNamespace(gradient=data - model, update=data - moved, chain=chain, transition=transition)


THETA = vector(MODEL)


@pytest.mark.parametrize("k", [1, 3])
def test_gradient_update_and_bias_are_those_of_the_second_program(k):
    found, known = directions(MODEL, MIXTURE, k), second_program(THETA, k)
    error = vector(found.error)
    assert error.max() < 1e-10
    for ours, theirs in ((found.gradient, known.gradient), (found.update, known.update), (found.bias, known.update - known.gradient)):
        assert np.all(np.abs(vector(ours) - theirs) <= error + 1e-13)
    assert np.linalg.norm(vector(found.bias)) > 0.01
    chain = chain_after(MODEL, MIXTURE, k)
    assert np.abs(chain.weights - known.chain).sum() <= chain.error + 1e-14
    assert chain.error < 1e-12


def test_the_gradient_is_that_of_kl_as_gt_measures_it():
    """By central differences of gt.kl along three directions."""
    row = vector(directions(MODEL, MIXTURE).gradient)
    for along in np.eye(6)[[0, 3, 5]]:
        ends = [float(gt.kl(MIXTURE, rbm_at(THETA + h * along).law)) for h in (1e-4, -1e-4)]
        assert (ends[0] - ends[1]) / 2e-4 == pytest.approx(row @ along, abs=1e-7)


def rbm_at(theta):
    return RBM(theta[0], theta[1:3], theta[3:5], theta[5])


@pytest.mark.slow
def test_the_loss_descends_the_expected_update():
    """The mean of the loss's gradients over 400 minibatches of 1,000 is within 5 standard errors of the exact update."""
    method, model = ContrastiveDivergence(2, k=2), jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float32), MODEL)

    def one(key):
        x_key, own = jax.random.split(key)
        x = MIXTURE._sample(x_key, (1_000,), jnp.float32)
        return jax.grad(lambda weights: method.loss(weights, x, own, ())[0])(model)

    draws = jax.jit(lambda keys: jax.lax.map(one, keys))(jax.random.split(jax.random.key(0), 400))
    rows = np.concatenate([np.reshape(leaf, (400, -1)) for leaf in jax.tree.leaves(draws)], 1).astype(np.float64)
    known = vector(directions(MODEL, MIXTURE, 2).update)
    assert np.all(np.abs(rows.mean(0) - known) < 5 * rows.std(0) / 20)


def test_persistent_chains_go_on_and_others_start_at_the_data():
    x = jnp.asarray(MIXTURE.sample(jax.random.key(0), 32), jnp.float32)
    weights = jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float32), MODEL)
    method = ContrastiveDivergence(2, persistent=True)
    chains = method.memory(jax.random.key(1), MIXTURE, 32)
    _, moved = method.loss(weights, x, jax.random.key(2), chains)
    (key,) = jax.random.split(jax.random.key(2), 1)
    assert np.array_equal(moved, weights.gibbs(chains, key)) and not np.array_equal(moved, chains)
    assert ContrastiveDivergence(2).memory(jax.random.key(1), MIXTURE, 32) == ()
    split = method.split(MIXTURE, MODEL)
    assert split.sign == 1 and split.gap.value == 0


def test_contrastive_divergence_is_split_into_two_kls():
    split = contrastive_split(MODEL, MIXTURE, 2)
    assert split.sign == -1 and abs(split.defect.value) <= split.defect.error < 1e-10
    known, law = second_program(THETA, 2), MODEL.hidden_law
    means, sd = 0.2 + STATES @ [1.1, -0.7], np.exp(-0.2)

    def integrand(v):
        each = np.exp(-(((v - means) / sd) ** 2) / 2) / (sd * np.sqrt(2 * np.pi))
        p_k, p = each @ known.chain, each @ law
        return p_k * np.log(p_k / p)

    gap, _ = quad(integrand, -9, 10, epsabs=1e-13, limit=200)
    assert abs(split.gap.value - gap) <= split.gap.error + 1e-12
    assert split.divergence.value == pytest.approx(float(gt.kl(MIXTURE, MODEL.law)), abs=1e-12)


def test_the_second_eigenvalue_is_the_transition_matrixs():
    known = np.sort(np.linalg.eigvals(second_program(THETA).transition).real)[-2]
    found = second_eigenvalue(MODEL)
    assert abs(found.value - known) <= found.error + 1e-13 and found.error < 1e-11


def test_the_bias_falls_by_the_second_eigenvalue():
    sizes = [np.linalg.norm(vector(directions(MODEL, MIXTURE, k).bias)) for k in (8, 12, 80)]
    assert (sizes[1] / sizes[0]) ** 0.25 == pytest.approx(float(second_eigenvalue(MODEL)), abs=1e-3)
    assert sizes[2] < 1e-12


@pytest.mark.slow
def test_the_update_is_the_gradient_of_no_function():
    """The Jacobian's asymmetry, against central differences of the second program."""

    def asymmetric(name):
        columns = [getattr(second_program(THETA + h), name) - getattr(second_program(THETA - h), name) for h in 1e-5 * np.eye(6)]
        jacobian = np.array(columns) / 2e-5
        return np.linalg.norm(jacobian - jacobian.T) / np.linalg.norm(jacobian)

    for k, name in ((1, "update"), (None, "gradient")):
        found = asymmetry(MODEL, MIXTURE, k)
        assert found.value == pytest.approx(asymmetric(name), abs=1e-8) and found.error < 1e-9
    assert asymmetry(MODEL, MIXTURE, None).value < 1e-13 and asymmetry(MODEL, MIXTURE, 1).value > 0.1


@pytest.mark.slow
def test_cd_1_comes_to_rest_where_its_update_is_0_and_kl_is_not_least():
    """Of four bumps, which two hidden units cannot fit."""
    p_data = gt.Mixture([0.1, 0.4, 0.3, 0.2], gt.Normal(np.array([-1.5, -0.5, 0.5, 2.5]), np.array([0.4, 0.2, 0.5, 0.4])))
    start = RBM(-1.5, [-1.0, -1.0], [1.0, 2.0], -0.5)
    by_cd, by_likelihood = contrastive_rest(start, p_data), likelihood_rest(start, p_data)
    assert np.abs(second_program(vector(by_cd.model), p_data=p_data.prob).update).max() < 1e-9
    assert np.abs(second_program(vector(by_likelihood.model), p_data=p_data.prob).gradient).max() < 1e-9
    assert by_likelihood.kl.upper + 1e-8 < by_cd.kl.lower
    v, step = np.linspace(-9, 10, 8001, retstep=True)
    for rest in (by_cd, by_likelihood):
        p, log_ratio = p_data.prob(v), p_data.log_prob(v) - rest.model.law.log_prob(v)
        assert abs(rest.kl.value - (p * log_ratio).sum() * step) <= rest.kl.error + 1e-12


REFUSED = {
    "on the line: on the plane its Gibbs chain": lambda: second_eigenvalue(RBM([0.0, 0.0], [0.0], [[1.0], [1.0]], 0.0)),
    "`p_data` must have the RBM's dimension, 1": lambda: directions(MODEL, gt.ring()),
    "`k` of contrastive divergence must be a whole number of at least 1": lambda: ContrastiveDivergence(2, 0),
    "must be within .* panels": lambda: directions(MODEL, gt.Cauchy(0.0, 1.0)),
    "`hidden` of ContrastiveDivergence must be from 1 to 12": lambda: ContrastiveDivergence(13),
}


@pytest.mark.parametrize("said", REFUSED)
def test_what_has_no_exact_chain_is_refused_in_a_sentence(said):
    with pytest.raises(ValueError, match=said):
        REFUSED[said]()
