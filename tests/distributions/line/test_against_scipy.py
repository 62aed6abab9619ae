"""Families against scipy.stats: density, distribution function, quantiles, moments, support and samples."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats as st
from problems import few

import gantheory as gt

FAMILIES = {
    "Laplace": (gt.Laplace(1, 2), st.laplace(1, 2)),
    "Cauchy": (gt.Cauchy(1, 2), st.cauchy(1, 2)),
    "StudentT": (gt.StudentT(3.3, 1, 2), st.t(3.3, 1, 2)),
    "StudentT, df 1e7": (gt.StudentT(1e7), st.norm()),
    "Exponential": (gt.Exponential(2), st.expon(scale=0.5)),
    "Beta": (gt.Beta(0.5, 3), st.beta(0.5, 3)),
    "Logistic": (gt.Logistic(1, 2), st.logistic(1, 2)),
    "Gumbel": (gt.Gumbel(1, 2), st.gumbel_r(1, 2)),
    "Gamma": (gt.Gamma(2.5, 3), st.gamma(2.5, scale=1 / 3)),
    "Weibull": (gt.Weibull(0.5, 3), st.weibull_min(0.5, scale=3)),
    "LogNormal": (gt.LogNormal(0.5, 0.8), st.lognorm(0.8, scale=np.exp(0.5))),
    "Pareto": (gt.Pareto(3.5, 2), st.pareto(3.5, scale=2)),
    "TruncatedNormal": (gt.TruncatedNormal(1, 2, -1, 4), st.truncnorm(-1, 1.5, 1, 2)),
    "in a tail": (gt.TruncatedNormal(0, 1, 6, 7), st.truncnorm(6, 7)),
    "half a normal": (gt.TruncatedNormal(0, 2, 0, np.inf), st.halfnorm(scale=2)),
    "Histogram": (gt.Histogram([0, 1, 3], [0.25, 0.75]), st.rv_histogram(([0.25, 0.75], [0, 1, 3]), density=False)),
    "gamma, by scipy": (gt.from_scipy(st.gamma(2.5)), st.gamma(2.5)),
}


def families(*slow):
    """All of them; those named are slow to compile."""
    return [pytest.param(name, marks=pytest.mark.slow if name in slow else ()) for name in FAMILIES]


@pytest.mark.parametrize("name", families("Gamma"))
def test_a_family_agrees_with_scipy(name):
    own, scipys = FAMILIES[name]
    x = scipys.ppf(np.linspace(0.001, 0.999, 41))
    close = 1e-5 if "1e7" in name else 2e-12
    np.testing.assert_allclose(own.prob(x), scipys.pdf(x), rtol=close)
    np.testing.assert_allclose(own.log_prob(x), scipys.logpdf(x), rtol=close, atol=close)
    np.testing.assert_allclose(own.cdf(x), scipys.cdf(x), atol=max(close, 1e-12))
    np.testing.assert_allclose(own.sf(x), scipys.sf(x), atol=max(close, 1e-12))
    np.testing.assert_allclose(own.quantile([0.1, 0.5, 0.93]), scipys.ppf([0.1, 0.5, 0.93]), rtol=max(close, 1e-10), atol=1e-12)
    tails = np.array([1e-30, 1e-6, 0.2, 0.9])
    np.testing.assert_allclose(own.upper_quantile(tails), scipys.isf(tails), rtol=max(close, 1e-9), atol=1e-12)
    np.testing.assert_allclose([own.upper_quantile(1.0), own.upper_quantile(0.0)], scipys.support())
    np.testing.assert_allclose(own.support, scipys.support())
    if "by scipy" not in name:  # whose own answer there is a nan
        assert own.log_prob([-np.inf, np.inf]).tolist() == [-np.inf, -np.inf]


@pytest.mark.parametrize(("df", "promised"), [(0.5, 1e-10), (3.0, 1e-10), (30.0, 1e-10), (1e3, 1e-10), (1e5, 2e-9), (1e7, 2e-7)])
def test_the_tail_of_student_t_is_as_accurate_as_it_promises(df, promised):
    u = np.array([1e-9, 1e-3, 0.3, 0.999, 1.001, 2.0, 5.0, 8.4, 11.5, 30.0])
    own, scipys = gt.StudentT(df, 0.0, 1.0), st.t(df)
    assert own.cdf_rounding <= promised
    np.testing.assert_allclose(own.sf(u), scipys.sf(u), rtol=own.cdf_rounding, atol=1e-300)
    np.testing.assert_allclose(own.cdf(-u), scipys.sf(u), rtol=own.cdf_rounding, atol=1e-300)


@pytest.mark.parametrize("name", FAMILIES)
def test_moments_agree_with_scipy_or_are_divergent(name):
    own, scipys = FAMILIES[name]
    if name == "Cauchy":
        assert isinstance(own.mean, gt.Divergent) and isinstance(own.variance, gt.Divergent)
        return
    close = 1e-6 if "1e7" in name else 1e-9
    assert float(own.mean) == pytest.approx(scipys.mean(), rel=close, abs=close)
    assert float(own.variance) == pytest.approx(scipys.var(), rel=close, abs=0)


@pytest.mark.parametrize("name", families("Logistic", "Gumbel", "Gamma", "LogNormal"))
@pytest.mark.parametrize("dtype", few([jnp.float32, jnp.float64], 1))
def test_samples_follow_the_law(name, dtype):
    own, scipys = FAMILIES[name]
    draws = np.asarray(own.sample(jax.random.key(3), (4000,), dtype))
    assert draws.shape == (4000,) and draws.dtype == dtype
    assert st.kstest(np.asarray(draws, float), scipys.cdf).pvalue > 1e-4


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.float64])
def test_samples_of_very_many_components_follow_their_weights(dtype):
    weights = np.random.default_rng(0).uniform(0.5, 1.5, 600)
    weights /= weights.sum()
    mixture = gt.Mixture(weights, gt.Normal(np.arange(600.0), 0.01))
    draws = np.round(mixture.sample(jax.random.key(3), (60_000,), dtype)).astype(int)
    assert st.chisquare(np.bincount(draws, minlength=600), 60_000 * weights).pvalue > 1e-3


def test_a_mixture_of_different_families_has_the_known_moments():
    mixture = gt.Mixture([0.25, 0.75], [gt.Exponential(2), gt.TruncatedNormal(0, 1, 0, np.inf)])
    means, variances = np.array([0.5, np.sqrt(2 / np.pi)]), np.array([0.25, 1 - 2 / np.pi])
    mean = np.dot([0.25, 0.75], means)
    assert float(mixture.mean) == pytest.approx(mean, rel=1e-12, abs=0)
    assert float(mixture.variance) == pytest.approx(np.dot([0.25, 0.75], variances + (means - mean) ** 2), rel=1e-12, abs=0)
    assert isinstance(gt.Mixture([0.5, 0.5], [gt.Cauchy(), gt.Normal()]).mean, gt.Divergent)
    assert isinstance(gt.StudentT(1.5).variance, gt.Divergent) and float(gt.StudentT(1.5).mean) == 0


class Numpyros:
    """The methods that distributions of numpyro, distrax and TFP have in common."""

    def log_prob(self, x):
        return -jnp.abs(x) - jnp.log(2.0)

    def sample(self, key, shape):
        return jax.random.laplace(key, shape)


def only_numpy(x):
    return np.asarray(st.laplace.logpdf(np.asarray(x)))


def test_distributions_of_other_libraries_and_bare_functions_are_accepted():
    truth = gt.jsd(gt.Laplace(), gt.Normal())
    bare = [gt.as_density(function, (-45, 45), [0.0], resolution=1.0) for function in (Numpyros().log_prob, only_numpy)]
    for thing in (Numpyros(), *bare):
        estimate = gt.jsd(thing, gt.Normal())
        assert abs(estimate.value - truth.value) <= estimate.error + truth.error <= 1e-10
    within = gt.jsd(gt.Mixture([0.5, 0.5], [gt.from_scipy(st.laplace()), gt.Normal()]), gt.Mixture([0.5, 0.5], [gt.Laplace(), gt.Normal()]))
    assert within.value <= within.error <= 1e-12


def test_anything_that_is_no_density_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match=r"must integrate to 1\. Got one that integrates to 2\.50663"):
        gt.kl(gt.as_density(lambda x: -x * x / 2, (-30, 30)), gt.Normal())
    with pytest.raises(ValueError, match="`support` of a log-density function must be given"):
        gt.jsd(lambda x: -x * x / 2, gt.Normal())
    with pytest.raises(ValueError, match="A density must be one of the library's"):
        gt.jsd(3.0, gt.Normal())
    with pytest.raises(ValueError, match="frozen continuous distribution"):
        gt.from_scipy(3.0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: gt.Laplace(0, -1), "`scale` of Laplace must be positive and finite. Got -1."),
        (lambda: gt.Cauchy(float("nan"), 1), "`loc` of Cauchy must be finite. Got nan."),
        (lambda: gt.StudentT(0), "`df` of StudentT must be positive and finite. Got 0."),
        (lambda: gt.Exponential(-2), "`rate` of Exponential must be positive and finite. Got -2."),
        (lambda: gt.Beta(0, 1), "`a` of Beta must be positive and finite. Got 0."),
        (lambda: gt.Gumbel(0, 0), "`scale` of Gumbel must be positive and finite. Got 0."),
        (lambda: gt.Gamma(1e6), "`shape` of Gamma must be from 1e-06 to 100000. Got 1000000.0."),
        (lambda: gt.LogNormal(0, 11), "`scale` of LogNormal must be from 1e-06 to 10. Got 11.0."),
        (lambda: gt.Pareto(-1), "`shape` of Pareto must be positive and finite. Got -1."),
        (
            lambda: gt.Weibull(0.1, 1e30),
            "`scale` of Weibull must be from 1e-150 to 10^(150 - 13/shape). Got scale=1e+30 at shape=0.1.",
        ),
        (lambda: gt.TruncatedNormal(0, 1, 2, 1), "`high` of TruncatedNormal must be above `low`. Got low=2 and high=1."),
        (
            lambda: gt.TruncatedNormal(0, 1, 50, 60),
            "`low` to `high` of TruncatedNormal must come within 38 scales of `loc`. Got 50 to 60.",
        ),
        (lambda: gt.Histogram([0, 2, 1], [0.5, 0.5]), "`edges` of Histogram must increase. Got [0, 2, 1]."),
        (
            lambda: gt.Histogram([0, 1, 2], [0.5, 0.6]),
            "`masses` of Histogram must be at least 0 and sum to 1. Got [0.5, 0.6], a sum of 1.1.",
        ),
        (
            lambda: gt.Histogram([0, 1], [0.5, 0.5]),
            "`edges` of Histogram must come first, one more than `masses`, which must sum to 1. Got 2 edges and 2 masses.",
        ),
    ],
)
def test_bad_parameters_are_refused_in_one_sentence(make, message):
    with pytest.raises(ValueError) as caught:
        make()
    assert str(caught.value) == message


def test_a_numpy_function_is_called_with_doubles_however_large_the_array():
    """For large arrays JAX calls back from a thread of its own, in which 64-bit types are off."""
    density = gt.as_density(lambda x: -(np.asarray(x) ** 2) / 2 - np.log(2 * np.pi) / 2, (-38.0, 38.0))
    x = np.linspace(-3, 3, 200_001)
    np.testing.assert_allclose(density.log_prob(x), st.norm.logpdf(x), rtol=1e-14, atol=1e-14)
    assert density.log_prob(0.5) == pytest.approx(st.norm.logpdf(0.5), abs=1e-15)


class WithoutCdf:
    """A density whose distribution function raises."""

    def log_prob(self, x):
        return -x * x / 2 - np.log(2 * np.pi) / 2

    def sample(self, key, shape):
        return jax.random.normal(key, shape)

    def cdf(self, x):
        raise LookupError("no table for this")


@pytest.mark.parametrize("ask", [lambda density: density.cdf(1.0), lambda density: gt.wasserstein1(density, gt.Normal(0, 2))])
def test_what_a_users_function_raises_is_raised_as_it_was(ask):
    with pytest.raises(LookupError, match="no table for this"):
        ask(gt.as_density(WithoutCdf()))
