import numpy as np
import pytest

import gantheory as gt


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
        gt.smoothed(gt.Normal(0.0, 1.0), scale)
