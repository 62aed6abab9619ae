import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

import gantheory as gt

X = np.linspace(-4, 5, 61)
SIGMA = 0.3


def _below(x, low, high):
    noise = scipy.stats.norm(0, SIGMA)
    return noise.cdf(x - low) - noise.cdf(x - high)


def _above(x, low, high):
    noise = scipy.stats.norm(0, SIGMA)
    return noise.sf(x - high) - noise.sf(x - low)


def _relu(x):
    """Half of the mass is an atom at 0; the rest is half a normal: φ(z) N(x - z) over z > 0, by completing the square."""
    wide = np.hypot(1, SIGMA)
    rest = scipy.stats.norm(0, wide).pdf(x) * scipy.stats.norm.cdf(x / (wide * SIGMA))
    return np.log(scipy.stats.norm(0, SIGMA).pdf(x) / 2 + rest)


@pytest.mark.parametrize("scale", [0.3, 2.0])
def test_a_smoothed_gaussian_is_the_wider_gaussian(scale):
    assert float(gt.jsd(gt.smoothed(gt.Normal(1.0, 0.5), scale), gt.Normal(1.0, np.hypot(0.5, scale)))) < 1e-12


def test_a_smoothed_uniform_is_a_difference_of_two_cdfs():
    blurred, noise = gt.smoothed(gt.Uniform(-1.0, 2.0), 0.5), gt.Normal(0.0, 0.5)
    x = np.linspace(-3, 4, 29)
    np.testing.assert_allclose(blurred.prob(x), (noise.cdf(x + 1) - noise.cdf(x - 2)) / 3, atol=1e-12)


def test_a_generator_with_folds_is_smoothed_as_its_samples_are():
    """z² for z ~ N(0, 1) and noise: mean 1, variance 2 + σ²; and the spike at 0 is gone."""
    blurred = gt.smoothed(gt.Pushforward(lambda z: z**2, gt.Normal(0.0, 1.0)), 0.4)
    assert blurred.mean == pytest.approx(1, abs=1e-8) and blurred.variance == pytest.approx(2.16, abs=1e-7)
    sample = np.random.default_rng(0).normal(size=400_000) ** 2 + 0.4 * np.random.default_rng(1).normal(size=400_000)
    edges = np.linspace(-1, 5, 25)
    share = np.histogram(sample, edges)[0] / len(sample)
    expected = np.diff(blurred.cdf(edges))
    assert (np.abs(share - expected) < 5 * np.sqrt(np.maximum(expected, 1e-6) / len(sample))).all()


def test_smoothing_brings_p_and_q_nearer():
    p, q = gt.Uniform(0.0, 1.0), gt.Uniform(1.0, 2.0)
    assert float(gt.jsd(p, q)) == pytest.approx(np.log(2))
    apart = [float(gt.jsd(gt.smoothed(p, scale), gt.smoothed(q, scale))) for scale in (0.2, 0.5, 1.0)]
    assert np.log(2) > apart[0] > apart[1] > apart[2] > 0


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf"), 1e-6])
def test_a_scale_that_the_nodes_cannot_carry_is_refused(scale):
    with pytest.raises(ValueError, match="`scale` of smoothed must be"):
        gt.smoothed(gt.Laplace(0.0, 1.0), scale)


# (law, its smoothed density at X, in closed form)
CLOSED = {
    "Normal": (gt.Normal(1, 0.5), scipy.stats.norm(1, np.hypot(0.5, SIGMA)).logpdf(X)),
    "Uniform": (gt.Uniform(-1, 2), np.log(np.where(X < 0.5, *(f(X, -1, 2) for f in (_below, _above))) / 3)),
    "relu of a normal": (gt.Pushforward(jax.nn.relu, gt.Normal(0, 1)), _relu(X)),
    "|z| of a uniform": (gt.Pushforward(jnp.abs, gt.Uniform(-1, 1)), np.log(np.where(X < 0.5, *(f(X, 0, 1) for f in (_below, _above))))),
}


@pytest.mark.parametrize("name", CLOSED)
def test_the_error_of_a_smoothed_law_covers_its_distance_from_the_closed_form(name):
    law, exact = CLOSED[name]
    found = gt.smoothed(law, SIGMA)
    seen = exact > -25
    bound = 1e-13 + float(getattr(found, "inner_error", 0.0))
    assert (np.abs(found.log_prob(X) - exact)[seen] <= bound * (1 + np.abs(exact[seen]))).all() and bound < 1e-12
