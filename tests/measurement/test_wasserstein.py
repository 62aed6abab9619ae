"""W₁ against closed forms."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gantheory as gt


@pytest.mark.parametrize(
    ("p", "q", "truth"),
    [
        (gt.Normal(0, 1), gt.Normal(0, 2), np.sqrt(2 / np.pi)),
        (gt.Normal(0, 1), gt.Normal(3, 1), 3),
        (gt.Uniform(0, 1), gt.Uniform(5, 6), 5),
        (gt.Uniform(0, 1), gt.Uniform(0, 3), 1),
        (gt.Cauchy(0, 1), gt.Cauchy(1, 1), 1),
        (gt.Exponential(0.5), gt.Exponential(2), 1.5),
        (gt.Laplace(0, 1), gt.Laplace(0, 3), 2),
        (gt.Pushforward(lambda z: 2 * z + 1, gt.Normal(0, 1)), gt.Normal(1, 1), np.sqrt(2 / np.pi)),
        (gt.Pushforward(jnp.abs, gt.Normal(0, 1)), gt.Normal(0, 1), np.sqrt(2 / np.pi)),  # ordered: the difference of the means
    ],
)
def test_closed_forms(p, q, truth):
    estimate = gt.wasserstein1(p, q)
    assert abs(estimate.value - truth) <= estimate.error + 1e-15 <= 1e-9
    assert gt.wasserstein1(p, p) == gt.Estimate(0.0, 0.0)


def test_tails_that_differ_too_much_are_infinitely_far_apart():
    infinite = gt.wasserstein1(gt.Cauchy(0, 1), gt.Cauchy(0, 2))
    assert isinstance(infinite, gt.Divergent) and "|x|^-1 as x" in infinite.reason


def test_one_pair_at_a_time():
    with pytest.raises(ValueError, match="one density each"):
        gt.wasserstein1(gt.Normal([0.0, 1.0], 1.0), gt.Normal(0, 1))


P, UNIT, LINE = gt.Pushforward, gt.Uniform(0, 1), gt.Normal(0, 1)
# Of a step's distance: ¼ less a Fourier series that begins with (2/π²) e^(-2π²), for a normal z.
ROUNDED = 0.25 - 2 / np.pi**2 * np.exp(-2 * np.pi**2)

EXTREMES = {
    "shift of a heavy tail": (gt.StudentT(0.05), gt.StudentT(0.05, 1, 1), 1),
    "shift of a Cauchy by a generator": (P(lambda z: z + 1, gt.Cauchy()), gt.Cauchy(), 1),
    "nearly all doubles": (gt.Uniform(-1e308, 1e308), gt.Uniform(-1e308, 0), 5e307),
    "barely a mean": (gt.StudentT(1 + 1e-7), gt.StudentT(1 + 1e-7, 0, 2), 6366198.479539889),  # mpmath: 2ν f(0)/(ν - 1)
    "two powers": (gt.Pareto(1.003, 1), gt.Pareto(2, 1), 1.003 / (1.003 - 1) - 2),  # ordered; a tenth of it lies where x is no double
    "a common part": (gt.Mixture([0.5, 0.5], [gt.StudentT(0.5), LINE]), gt.Mixture([0.5, 0.5], [gt.StudentT(0.5, 1, 1), LINE]), 0.5),
    "shift and scale": (gt.Laplace(0, 1), gt.Laplace(2, 3), 2 + 2 * np.exp(-1)),
    "rounded": (P(jnp.round, LINE), LINE, ROUNDED),
    "floor": (P(jnp.floor, LINE), LINE, 0.5),
    "-log u": (P(lambda u: -jnp.log(u), UNIT), gt.Exponential(1), 0),
    "quantiles": (P(jax.scipy.special.ndtri, UNIT), LINE, 0),
    "a map of infinite variance, its ends not told": (P(lambda u: jnp.tan(jnp.pi * (u - 0.5)), UNIT), gt.Cauchy(), 0),
}


@pytest.mark.parametrize("name", EXTREMES)
def test_the_error_covers_the_truth_where_doubles_end(name):
    p, q, truth = EXTREMES[name]
    found = gt.wasserstein1(p, q)
    assert abs(found.value - truth) <= found.error


def test_a_histogram_of_many_bins_is_summed_exactly():
    edges = np.linspace(0, 1, 10_001)
    masses = np.where(np.arange(10_000) % 2, 1.5, 0.5) / 10_000
    # In every pair of bins the distribution function falls behind by ¼ of a bin at most, along two lines.
    found = gt.wasserstein1(gt.Histogram(edges, masses), UNIT)
    assert abs(found.value - 0.25e-4) <= found.error < 1e-10


def test_tails_of_different_sizes_are_infinitely_far_apart():
    for p, q in ((gt.Cauchy(), LINE), (gt.Cauchy(), gt.Cauchy(0, 2)), (gt.StudentT(0.5), gt.StudentT(0.7))):
        assert isinstance(gt.wasserstein1(p, q), gt.Divergent)
