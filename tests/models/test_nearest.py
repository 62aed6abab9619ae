"""The least JSD of a family of models, where it is known: 0 for data that are one of them, and SciPy's own search for Gaussians."""

import jax
import numpy as np
import pytest
from scipy.optimize import minimize

import gantheory as gt
from gantheory.models import RBM, ContrastiveDivergence, FlowLikelihood, VariationalBayes, least_jsd
from gantheory.models.energy import EnergyDistance

MIXTURE = gt.Mixture([0.3, 0.7], [gt.Normal(-2.0, 0.5), gt.Normal(1.0, 1.0)])
X = np.linspace(-12, 12, 4001)


def test_the_nearest_gaussian_is_the_one_that_scipy_finds():
    """The law of a linear decoder is a Gaussian: JSD by a sum over points of its own, least by a search without gradients."""
    p = np.exp(MIXTURE.log_prob(X))

    def jsd(theta):
        q = np.exp(-(((X - theta[0]) / np.exp(theta[1])) ** 2) / 2 - theta[1]) / np.sqrt(2 * np.pi)
        m = (p + q) / 2
        return np.sum(p * np.log(p / m) + np.where(q > 0, q * np.log(np.maximum(q, 1e-300) / m), 0)) / 2 * (X[1] - X[0])

    known = minimize(jsd, [0.0, 0.5], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13}).fun
    method = VariationalBayes(depth=0, encoder="exact")
    found = least_jsd(method, MIXTURE, method.init(jax.random.key(0), MIXTURE), 60)
    assert float(gt.jsd(MIXTURE, method.law(found))) == pytest.approx(known, abs=1e-9)


def test_an_rbm_of_one_hidden_unit_is_found_again():
    """Two Gaussians of one width; the start is another."""
    truth, method = RBM(-1.0, [0.4], [3.0], np.log(0.7)), ContrastiveDivergence(1)
    found = least_jsd(method, truth.law, RBM(-0.5, [0.0], [2.0], 0.0), 200)
    assert float(gt.jsd(truth.law, method.law(found))) < 1e-12


def test_where_nothing_nearer_is_found_the_start_is_returned():
    method = FlowLikelihood(2)
    start = method.init(jax.random.key(0), gt.Normal(0.0, 1.0))
    assert least_jsd(method, method.law(start), start, 3) is start


@pytest.mark.slow
@pytest.mark.parametrize(("method", "bound"), [(FlowLikelihood(8), 1e-4), (EnergyDistance(8), 1e-2)])
def test_a_descent_of_jsd_comes_nearer_than_the_start(method, bound):
    start = method.init(jax.random.key(0), MIXTURE)
    found = least_jsd(method, MIXTURE, start, 80)
    before, after = (float(gt.jsd(MIXTURE, method.law(one))) for one in (start, found))
    assert after < bound < before


@pytest.mark.parametrize("p_data", [gt.ring(), gt.Normal([0.0, 1.0], 1.0)])
def test_other_laws_are_refused(p_data):
    with pytest.raises(ValueError, match="`p_data` of least_jsd must be one density on the line"):
        least_jsd(FlowLikelihood(2), p_data, None, 1)
