"""A law with arrays of parameters is one law for each of them."""

import jax
import numpy as np
import pytest
from scipy import stats

import gantheory as gt

PAIRS = {
    "Normal": (gt.Normal, ([0.0, 5.0], [1.0, 3.0])),
    "Uniform": (gt.Uniform, ([0.0, 5.0], [1.0, 9.0])),
    "Laplace": (gt.Laplace, ([0.0, 5.0], [1.0, 3.0])),
    "Logistic": (gt.Logistic, ([0.0, 5.0], [1.0, 3.0])),
    "Gumbel": (gt.Gumbel, ([0.0, 5.0], [1.0, 3.0])),
    "Cauchy": (gt.Cauchy, ([0.0, 5.0], [1.0, 3.0])),
    "StudentT": (gt.StudentT, ([3.0, 9.0], [0.0, 5.0], [1.0, 3.0])),
    "Exponential": (gt.Exponential, ([0.5, 4.0],)),
    "Gamma": (gt.Gamma, ([0.5, 4.0], [1.0, 3.0])),
    "Beta": (gt.Beta, ([0.5, 4.0], [2.0, 3.0])),
    "Weibull": (gt.Weibull, ([0.8, 4.0], [1.0, 3.0])),
    "Pareto": (gt.Pareto, ([5.0, 8.0], [1.0, 3.0])),
    "LogNormal": (gt.LogNormal, ([0.0, 1.0], [0.5, 1.0])),
    "TruncatedNormal": (gt.TruncatedNormal, ([0.0, 5.0], [1.0, 3.0], [-1.0, 0.0], [2.0, 6.0])),
}


@pytest.mark.parametrize("name", PAIRS)
def test_every_law_of_a_batch_has_draws_of_its_own(name):
    family, parameters = PAIRS[name]
    draws = np.asarray(family(*map(np.asarray, parameters)).sample(jax.random.key(2), (400,)))
    assert draws.shape == (400, 2) and len(np.unique(draws)) == draws.size
    for i in range(2):
        one = family(*(values[i] for values in parameters))
        assert stats.kstest(draws[:, i].astype(float), one.cdf).pvalue > 1e-3


@pytest.mark.parametrize("name", [name for name, (_, parameters) in PAIRS.items() if len(parameters) > 1])
def test_parameters_of_two_batches_are_refused(name):
    family, (first, *rest) = PAIRS[name]
    with pytest.raises(ValueError, match=f"of {name} must"):
        family(np.asarray(first), *(np.resize(values, 3) for values in rest))
