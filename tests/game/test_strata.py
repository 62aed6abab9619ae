"""Stratified z: one point in each stratum, the law of z as a whole, and means of less variance."""

import jax
import numpy as np
import pytest
import scipy.stats

import gantheory as gt
from gantheory.game.strata import INVERSES, one_from_each, require_strata

# Each family with the same law of SciPy's.
LAWS = [
    (gt.Normal(1, 2), scipy.stats.norm(1, 2)),
    (gt.Uniform(-1, 3), scipy.stats.uniform(-1, 4)),
    (gt.Laplace(0.5, 2), scipy.stats.laplace(0.5, 2)),
    (gt.Cauchy(-1, 0.5), scipy.stats.cauchy(-1, 0.5)),
    (gt.Exponential(4), scipy.stats.expon(scale=0.25)),
]
STEPS, M = 40, 16


def drawn(law, seed, shape):
    return np.asarray(jax.jit(lambda key: one_from_each(law, key, shape))(jax.random.key(seed)), np.float64)


def test_every_family_that_can_be_stratified_is_tried():
    assert {type(law) for law, _ in LAWS} == INVERSES.keys()


@pytest.mark.parametrize(("law", "known"), LAWS, ids=[type(law).__name__ for law, _ in LAWS])
def test_each_minibatch_has_one_point_in_each_stratum_of_equal_mass(law, known):
    z = drawn(law, 0, (STEPS, M))
    place = M * known.cdf(z)
    np.testing.assert_array_equal(np.floor(place), np.broadcast_to(np.arange(M), (STEPS, M)))
    within = (place % 1).ravel()  # where in its stratum a point lies: uniform
    assert scipy.stats.kstest(within, "uniform").pvalue > 1e-3


def test_the_points_of_the_outermost_strata_reach_as_far_as_the_law_does():
    """20,000 minibatches of two points: the least of 40,000 z has the law of the least of 20,000 lower halves."""
    z = drawn(gt.Normal(0, 1), 1, (20_000, 2))
    known = scipy.stats.norm()
    assert scipy.stats.kstest(2 * known.cdf(z[:, 0]), "uniform").pvalue > 1e-3
    assert scipy.stats.kstest(2 * known.sf(z[:, 1]), "uniform").pvalue > 1e-3
    assert 1e-6 < known.cdf(z.min()) < 2e-4 and 1e-6 < known.sf(z.max()) < 2e-4


def test_a_mean_over_strata_is_the_expectation_with_far_less_variance():
    """Of z² for a standard Gaussian: mean 1, variance 2/m for independent draws."""
    z = drawn(gt.Normal(0, 1), 2, (4000, M))
    means = (z**2).mean(1)
    assert abs(means.mean() - 1) < 5 * means.std() / np.sqrt(4000)
    assert means.var() < 0.25 * 2 / M


def test_on_the_plane_each_coordinate_has_its_strata_in_an_order_of_its_own():
    law = gt.Product(gt.Normal(0, 1), gt.Uniform(-1, 1))
    z = drawn(law, 3, (STEPS, M))
    assert z.shape == (STEPS, M, 2)
    places = [np.floor(M * scipy.stats.norm.cdf(z[..., 0])), np.floor(M * (z[..., 1] + 1) / 2)]
    for place in places:
        np.testing.assert_array_equal(np.sort(place, 1), np.broadcast_to(np.arange(M), (STEPS, M)))
    correlation = [np.corrcoef(x, y)[0, 1] for x, y in zip(*places, strict=True)]
    assert abs(np.mean(correlation)) < 5 / np.sqrt(STEPS * (M - 1))
    assert len({tuple(row) for row in places[1]}) == STEPS


@pytest.mark.parametrize(
    "latent",
    [
        gt.Beta(2, 2),
        gt.Mixture([0.5, 0.5], [gt.Normal(-1, 1), gt.Normal(1, 1)]),
        gt.MultivariateNormal([0, 0], [[1, 0], [0, 1]]),
        gt.ring(),
        gt.Product(gt.Normal(0, 1), gt.Beta(2, 2)),
    ],
    ids=lambda law: type(law).__name__,
)
def test_a_law_without_a_formula_for_its_quantiles_is_refused(latent):
    with pytest.raises(ValueError, match=r"`latent` must be one of Normal, Uniform, .* for `stratified`"):
        require_strata(latent)


@pytest.mark.slow
def test_a_training_draws_from_strata_if_asked(play, run, weights):
    stratified = play(3, 3, stratified=True)
    assert stratified.stopped is None and stratified.settings["stratified"] is True and "stratified" not in run.settings
    assert weights(stratified.generator) != weights(play(3, 3).generator)


@pytest.mark.parametrize("with_", [{"packing": 2}, {"population": True}])
def test_packs_and_populations_leave_no_room_for_strata(play, with_):
    with pytest.raises(ValueError, match="`stratified` of train must be left alone"):
        play(3, 3, stratified=True, **with_)
