"""scipy's kernel density estimate is the mixture that it says it is."""

import numpy as np
import pytest
from scipy.stats import gaussian_kde

import gantheory as gt

ROWS = np.random.default_rng(0).normal(1.0, 2.0, 40)


@pytest.mark.parametrize("weights", [None, np.arange(1.0, 41.0)])
def test_its_density_is_scipys(weights):
    estimate = gaussian_kde(ROWS, "scott", weights)
    p = gt.as_density(estimate)
    x = np.linspace(-8, 10, 7)
    assert isinstance(p, gt.Mixture)
    np.testing.assert_allclose(p.prob(x), estimate(x), rtol=1e-12)
    assert float(p.cdf(2.0)) == pytest.approx(estimate.integrate_box_1d(-np.inf, 2.0), abs=1e-12)


def test_divergences_take_it():
    assert 0 < float(gt.jsd(gt.Normal(1, 2), gaussian_kde(ROWS))) < 0.1


def test_one_of_two_coordinates_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match=r"must be of one coordinate.*Got one of 2"):
        gt.kl(gaussian_kde([ROWS, ROWS**2]), gt.Normal(0, 1))
