"""Normal, Uniform and Mixture against scipy.stats: density, cdf, support, landmarks and samples; and bad parameters."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats
from scipy.integrate import quad

import gantheory as gt
from gantheory.distributions.law import same


class ScipyMixture:
    def __init__(self, weights, parts):
        self.weights, self.parts = weights, parts

    def __getattr__(self, name):
        return lambda x: sum(w * getattr(part, name)(x) for w, part in zip(self.weights, self.parts, strict=True))

    def mean(self):
        return sum(w * part.mean() for w, part in zip(self.weights, self.parts, strict=True))

    def var(self):
        return sum(w * (part.var() + part.mean() ** 2) for w, part in zip(self.weights, self.parts, strict=True)) - self.mean() ** 2


norm, uniform = scipy.stats.norm, scipy.stats.uniform
FAMILIES = [
    pytest.param(gt.Normal(0, 1), norm(0, 1), id="normal"),
    pytest.param(gt.Normal(-3, 0.01), norm(-3, 0.01), id="narrow"),
    pytest.param(gt.Normal(1e6, 1e3), norm(1e6, 1e3), id="far"),
    pytest.param(gt.Uniform(-1, 3), uniform(-1, 4), id="uniform"),
    pytest.param(
        gt.Mixture([0.3, 0.7], [gt.Normal(-2, 0.5), gt.Normal(1, 1)]), ScipyMixture([0.3, 0.7], [norm(-2, 0.5), norm(1, 1)]), id="mix"
    ),
    pytest.param(gt.Mixture([0.3, 0.7], gt.Normal([-2, 1], [0.5, 1])), ScipyMixture([0.3, 0.7], [norm(-2, 0.5), norm(1, 1)]), id="batched"),
    pytest.param(
        gt.Mixture([0.5, 0.5], [gt.Uniform(0, 1), gt.Normal(2, 1)]), ScipyMixture([0.5, 0.5], [uniform(0, 1), norm(2, 1)]), id="unlike"
    ),
    pytest.param(
        gt.Mixture([0.5, 0.5], [gt.Mixture([0.2, 0.8], [gt.Normal(0, 1), gt.Normal(5, 2)]), gt.Uniform(-4, -3)]),
        ScipyMixture([0.1, 0.4, 0.5], [norm(0, 1), norm(5, 2), uniform(-4, 1)]),
        id="nested",
    ),
]


def between_landmarks(density):
    """Points between all neighbouring landmarks."""
    cuts = density.landmarks
    return np.concatenate([a + (b - a) * np.array([0.07, 0.4, 0.83]) for a, b in itertools.pairwise(cuts)])


@pytest.mark.parametrize(("density", "oracle"), FAMILIES)
def test_density_and_cdf_agree_with_scipy(density, oracle):
    x = between_landmarks(density)
    x = x[oracle.pdf(x) > 1e-300]
    np.testing.assert_allclose(density.prob(x), oracle.pdf(x), rtol=1e-12)
    np.testing.assert_allclose(density.log_prob(x), np.log(oracle.pdf(x)), rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(density.cdf(x), oracle.cdf(x), rtol=1e-12)


@pytest.mark.parametrize(("density", "oracle"), FAMILIES)
def test_all_mass_lies_between_the_landmarks(density, oracle):
    cuts = density.landmarks
    assert (np.diff(cuts) > 0).all()
    assert oracle.cdf(cuts[0]) < 1e-300 and oracle.sf(cuts[-1]) < 1e-300
    mass = sum(quad(oracle.pdf, a, b, epsabs=1e-13)[0] for a, b in itertools.pairwise(cuts))
    assert mass == pytest.approx(1, abs=1e-11)


def test_the_log_density_is_accurate_where_the_density_underflows():
    assert gt.Normal(0, 1).log_prob(1e10) == pytest.approx(-5e19, rel=1e-15, abs=0)
    mixed = gt.Mixture([0.5, 0.5], [gt.Normal(0, 1), gt.Normal(1, 1)])
    assert mixed.log_prob(100.0) == pytest.approx(norm(1, 1).logpdf(100) - np.log(2), rel=1e-15, abs=0)


@pytest.mark.parametrize(("x", "inside"), [(-1.0, True), (3.0, True), (np.nextafter(-1, -2), False), (np.nextafter(3, 4), False)])
def test_a_uniform_includes_both_ends_and_nothing_beyond(x, inside):
    density = gt.Uniform(-1, 3)
    assert density.prob(x) == (0.25 if inside else 0)
    assert density.log_prob(x) == (np.log(0.25) if inside else -np.inf)
    assert density.cdf(x) == pytest.approx(0 if x < 0 else 1, abs=1e-15)


@pytest.mark.parametrize(
    ("density", "support"),
    [
        (gt.Normal(0, 1), (-np.inf, np.inf)),
        (gt.Uniform(-1, 3), (-1, 3)),
        (gt.Mixture([0.5, 0.5], [gt.Uniform(0, 1), gt.Uniform(4, 5)]), (0, 5)),
        (gt.Mixture([0.5, 0.5], [gt.Uniform(0, 1), gt.Normal(0, 1)]), (-np.inf, np.inf)),
    ],
)
def test_the_support_is_the_smallest_interval_with_all_the_mass(density, support):
    assert density.support == support


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.float64])
@pytest.mark.parametrize(("density", "oracle"), FAMILIES)
def test_samples_have_the_mean_and_the_law(density, oracle, dtype):
    count = 40_000
    draws = np.asarray(density.sample(jax.random.key(11), (count,), dtype))
    assert draws.dtype == dtype and draws.shape == (count,)
    deviation = np.sqrt(oracle.var())
    assert abs(draws.astype(float).mean() - oracle.mean()) < 5 * deviation / np.sqrt(count)
    # Kolmogorov's distance exceeds 3/√n with probability 3e-8.
    order = np.sort(draws.astype(float))
    distance = np.abs(oracle.cdf(order) - (np.arange(count) + 0.5) / count).max()
    assert distance < 3 / np.sqrt(count)


@pytest.mark.parametrize(("density", "_oracle"), FAMILIES)
def test_samples_depend_on_the_key_and_have_the_shape(density, _oracle):
    key = jax.random.key(3)
    for shape in ((), 5, (5,), (2, 3)):
        first, again, other = (density.sample(k, shape) for k in (key, key, jax.random.key(4)))
        assert first.shape == (shape if isinstance(shape, tuple) else (shape,))
        assert first.dtype == np.float64
        np.testing.assert_array_equal(first, again)
        assert np.all(first != other)


def test_a_batch_of_parameters_is_a_batch_of_densities():
    batch = gt.Normal([0, 1, 2], 1)
    np.testing.assert_array_equal(batch.log_prob(0.5), [gt.Normal(m, 1).log_prob(0.5) for m in (0, 1, 2)])
    assert batch.sample(jax.random.key(0), (4,)).shape == (4, 3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: gt.Normal(0, -1.0), "`scale` of Normal must be positive and finite. Got -1.0."),
        (lambda: gt.Normal(0, 0), "`scale` of Normal must be positive and finite. Got 0."),
        (lambda: gt.Normal(float("nan"), 1), "`loc` of Normal must be finite. Got nan."),
        (lambda: gt.Normal(0, float("inf")), "`scale` of Normal must be positive and finite. Got inf."),
        (lambda: gt.Normal(0, "one"), "`scale` of Normal must be a number or an array of numbers. Got 'one'."),
        (lambda: gt.Uniform(1, 1), "`high` of Uniform must be above `low`. Got low=1 and high=1."),
        (lambda: gt.Uniform(2, 1), "`high` of Uniform must be above `low`. Got low=2 and high=1."),
        (lambda: gt.Uniform(0, float("inf")), "`high` of Uniform must be finite. Got inf."),
        (lambda: gt.Mixture([-0.5, 1.5], [gt.Normal(), gt.Normal()]), "`weights` of Mixture must be positive and finite. Got [-0.5, 1.5]."),
        (lambda: gt.Mixture([0.5, 0.5], [gt.Normal()]), "`components` of Mixture must be as many as `weights`. Got 1 for 2 weights."),
    ],
)
def test_bad_parameters_are_refused_in_one_sentence(make, message):
    with pytest.raises(ValueError) as caught:
        make()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "make",
    [
        lambda: gt.Mixture([0.5, 0.6], [gt.Normal(), gt.Normal()]),
        lambda: gt.Mixture([0.5, 0.5 + 1e-9], [gt.Normal(), gt.Normal()]),
        lambda: gt.Mixture([[0.5, 0.5], [0.5, 0.6]], [gt.Normal(), gt.Normal()]),
        lambda: gt.Mixture(1.0, [gt.Normal()]),
    ],
)
def test_weights_that_are_not_one_list_with_sum_1_are_refused(make):
    with pytest.raises(ValueError, match="`weights` of Mixture must be one list that sums to 1"):
        make()


@pytest.mark.parametrize("components", [[], [1.0], 3.0, "ab", [[gt.Normal()]], [None]], ids=repr)
def test_components_that_are_no_densities_are_refused(components):
    with pytest.raises(ValueError, match="`components` of Mixture must be"):
        gt.Mixture([1.0], components)


def test_parameters_of_incompatible_shapes_are_refused():
    with pytest.raises(ValueError, match="of Normal must"):
        gt.Normal([0, 1], [1, 2, 3])


def test_same_means_equal_by_construction():
    assert same(gt.Normal(0, 1), gt.Normal(0.0, 1.0))
    assert same(gt.Mixture([0.5, 0.5], [gt.Normal(), gt.Uniform()]), gt.Mixture([0.5, 0.5], [gt.Normal(), gt.Uniform()]))
    assert not same(gt.Normal(0, 1), gt.Normal(np.nextafter(0, 1), 1))
    assert not same(gt.Normal(0, 1), gt.Uniform(0, 1))
    assert not same(gt.Normal(0, 1), gt.Normal([0], 1))
