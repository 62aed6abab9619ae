"""The RBM's exact law against quadrature of e^(-F) in 40 digits, sums over h written out, and its sampler against its law."""

import jax
import jax.numpy as jnp
import mpmath as mp
import numpy as np
import pytest
from scipy.integrate import quad

import gantheory as gt
from gantheory.models.rbm import RBM, RBMLikelihood, initial_rbm, likelihood_split, log_partition

MIXTURE = gt.Mixture([0.3, 0.7], [gt.Normal(-2.0, 0.5), gt.Normal(1.0, 1.0)])
# b, c, W, log σ. The last has components of weight e^-976 and less, which are left out of the law.
LINE = {
    "one unit": (0.5, [0.7], [-1.3], 0.1),
    "three units": (0.3, [0.4, -1.1, 0.2], [1.5, -0.7, 2.0], -0.6),
    "far apart": (0.0, [-2800.0, -0.3], [30.0, 1.0], -0.7),
}
PLANE = RBM([-0.2, 0.1], [0.4, -0.3, 0.2], [[0.8, -0.5, 0.3], [0.2, 0.9, -1.1]], -0.5)


def in_mpmath(b, c, weights, log_scale):
    """e^(-F(v)), F = (v - b)²/2σ² - Σ log(1 + e^(c + W v/σ²)), as a function of v."""
    variance = mp.exp(2 * mp.mpf(log_scale))

    def unnormalised(v):
        terms = [1 + mp.exp(mp.mpf(one) + mp.mpf(w) * v / variance) for one, w in zip(c, weights, strict=True)]
        return mp.exp(-((v - b) ** 2) / (2 * variance)) * mp.fprod(terms)

    return unnormalised


@pytest.mark.parametrize("name", LINE)
def test_the_law_on_the_line_is_the_normalised_exponential_of_minus_f(name):
    with mp.workdps(40):
        function, model = in_mpmath(*LINE[name]), RBM(*LINE[name])
        step = mp.exp(mp.mpf(LINE[name][3])) / 3  # the trapezoidal rule is off by e^(-2π²σ²/step²) for a sum of Gaussians
        partition = step * mp.fsum(function(-40 + i * step) for i in range(int(90 / step)))
        points = [-4.0, -0.6, 0.2, 1.1, 3.0, 5.0]
        known = [float(mp.log(function(mp.mpf(v)) / partition)) for v in points]
        found = log_partition(model)
        assert abs(float(mp.log(partition) - mp.mpf(found.value))) <= found.error < 1e-10
    assert np.abs(model.law.log_prob(np.array(points)) - known).max() <= 2 * model.rounding + 1e-13


def test_on_the_plane_minus_f_less_log_p_is_the_logarithm_of_a_sum_over_the_plane():
    points = np.random.default_rng(0).normal(size=(20, 2)) * 2
    constant = -PLANE.free_energy(points) - PLANE.law.log_prob(points)
    assert np.ptp(constant) < 1e-13
    x, step = np.linspace(-9, 9, 901, retstep=True)  # the trapezoidal rule: exact to the last digits for e^(-F)
    grid = np.stack(np.meshgrid(x, x), -1)
    assert constant.mean() == pytest.approx(np.log(np.exp(-PLANE.free_energy(grid)).sum() * step**2), abs=1e-12)
    assert float(log_partition(PLANE)) == pytest.approx(constant.mean(), abs=1e-12)
    b, c, weights, variance = PLANE.visible, PLANE.hidden, PLANE.weights, np.exp(-1.0)
    v = points[0]
    energies = [
        ((v - b) ** 2).sum() / (2 * variance) - c @ h - v @ weights @ h / variance
        for h in np.array(np.meshgrid(*[[0.0, 1.0]] * 3)).reshape(3, -1).T
    ]
    assert PLANE.free_energy(v) == pytest.approx(-np.logaddexp.reduce(-np.array(energies)), abs=1e-13)
    assert PLANE.energy(v, np.ones(3)) == pytest.approx(energies[-1], abs=1e-13)


def test_twelve_hidden_units_are_4096_components_and_26_numbers():
    rng = np.random.default_rng(1)
    model = RBM(0.0, rng.normal(size=12), rng.normal(size=12) / 3, -1.0)
    assert len(model.law.weights) == 2**12 and RBMLikelihood(12).parameters(model) == 26
    v = np.array([-1.0, 0.0, 2.0])
    assert np.ptp(model.law.log_prob(v) + model.free_energy(v)) <= 2 * model.rounding + 1e-13


def test_gibbs_sampling_keeps_the_law():
    """Of 200,000 draws the means of v and v², and of every h, are within 5 standard errors."""
    model, n = RBM(*LINE["three units"]), 200_000
    law = model.law
    v = np.asarray(model.gibbs(jnp.asarray(law.sample(jax.random.key(0), n)), jax.random.key(1)), np.float64)
    moments = law.mean, law.variance + law.mean**2
    for sample, known in zip((v, v**2), moments, strict=True):
        assert abs(sample.mean() - known) < 5 * sample.std() / np.sqrt(n)
    h = np.asarray(model.sampled_hidden(jnp.asarray(v, jnp.float32), jax.random.key(2)))
    known = model.hidden_law @ model.states
    assert np.all(np.abs(h.mean(0) - known) < 5 * np.sqrt(known * (1 - known) / n))


@pytest.mark.parametrize("p_data", [MIXTURE, gt.moons(0.3)], ids=["line", "plane"])
def test_the_first_rbm_lies_around_the_data_and_is_in_float32(p_data):
    model = initial_rbm(6, jax.random.key(3), p_data)
    assert model.dimension == p_data.dimension
    assert all(leaf.dtype == jnp.float32 for leaf in jax.tree.leaves(model))
    marginals = p_data.marginals if p_data.dimension == 2 else [p_data]
    low, middle, high = np.array([one.quantile([0.16, 0.5, 0.84]) for one in marginals]).T
    means = model.visible + model.moved(model.states)
    assert np.mean(means, 0) == pytest.approx(middle if p_data.dimension == 2 else middle[0], abs=1e-5)
    assert float(model.scale) == pytest.approx(0.6 * np.exp(np.log((high - low) / 2).mean()), rel=1e-5)


def test_the_likelihoods_objective_is_minus_e_log_p_less_the_entropy():
    model = RBM(*LINE["three units"])
    split = likelihood_split(MIXTURE, model)

    def p(v):
        of_parts = [w * np.exp(-(((v - m) / s) ** 2) / 2) / (s * np.sqrt(2 * np.pi)) for w, m, s in ((0.3, -2.0, 0.5), (0.7, 1.0, 1.0))]
        return sum(of_parts)

    log_z = np.log(quad(lambda v: np.exp(-model.free_energy(np.float64(v))), -20, 20, points=[0, 2], epsabs=0, epsrel=1e-13, limit=400)[0])
    known, _ = quad(
        lambda v: p(v) * (np.log(p(v)) + model.free_energy(np.float64(v)) + log_z), -9, 12, points=[-2, 1], epsabs=1e-13, limit=400
    )
    assert abs(split.objective.value - known) < split.objective.error + 1e-11
    assert abs(split.divergence.value - known) < split.divergence.error + 1e-11
    assert abs(split.defect.value) <= split.defect.error < 1e-10


def test_the_likelihoods_loss_is_minus_the_mean_of_log_p():
    model = initial_rbm(3, jax.random.key(0), MIXTURE)
    x = MIXTURE.sample(jax.random.key(1), (64,), jnp.float32)
    loss, memory = RBMLikelihood(3).loss(model, x, jax.random.key(2), ())
    assert memory == () and float(loss) == pytest.approx(-model.law.log_prob(x).mean(), abs=1e-5)


REFUSED = {
    "from 1 to 12 units": lambda: RBM(0.0, np.zeros(13), np.zeros(13), 0.0),
    "`hidden` of RBMLikelihood must be from 1 to 12": lambda: RBMLikelihood(0),
    "`visible` of RBM must have shape": lambda: RBM([0.0, 0.0], [0.0], [1.0], 0.0),
    "`weights` of RBM must have shape": lambda: RBM(0.0, [0.0, 0.0], [1.0], 0.0),
    "`log_scale` of RBM must be finite": lambda: RBM(0.0, [0.0], [1.0], -np.inf),
    "`p_data` must have the RBM's dimension, 2": lambda: likelihood_split(MIXTURE, PLANE),
}


@pytest.mark.parametrize("said", REFUSED)
def test_what_is_no_rbm_is_refused_in_a_sentence(said):
    with pytest.raises(ValueError, match=said):
        REFUSED[said]()
