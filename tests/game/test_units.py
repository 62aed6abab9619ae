"""Data far from 0, tiny or huge: in their own unit they are the data at 0 ± 1."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import gantheory as gt
from gantheory.distributions.pushforward.on_grid import grid_of
from gantheory.game.networks import Unit
from gantheory.game.oracle import Optimal, population
from gantheory.game.units import InUnit, checked_unit, in_unit, rounded_unit
from gantheory.training.data import unit_of_rows
from gantheory.training.learning import given

KEY = jax.random.key(3)
UNIT = Unit(1e9, 2.0)
LAWS = {
    "Normal": (gt.Normal(1e9, 2), gt.Normal(0, 1)),
    "Laplace": (gt.Laplace(1e9 + 2, 4), gt.Laplace(1, 2)),
    "Cauchy": (gt.Cauchy(1e9, 2), gt.Cauchy(0, 1)),
    "StudentT": (gt.StudentT(3, 1e9, 2), gt.StudentT(3, 0, 1)),
    "Logistic": (gt.Logistic(1e9, 2), gt.Logistic(0, 1)),
    "Uniform": (gt.Uniform(1e9, 1e9 + 4), gt.Uniform(0, 2)),
    "TruncatedNormal": (gt.TruncatedNormal(1e9, 2, 1e9 - 2, np.inf), gt.TruncatedNormal(0, 1, -1, np.inf)),
    "Histogram": (gt.Histogram([1e9, 1e9 + 1, 1e9 + 4], [0.5, 0.5]), gt.Histogram([0, 0.5, 2], [0.5, 0.5])),
    "Mixture": (
        gt.Mixture([0.5, 0.5], [gt.Normal(1e9, 2), gt.Uniform(1e9, 1e9 + 4)]),
        gt.Mixture([0.5, 0.5], [gt.Normal(0, 1), gt.Uniform(0, 2)]),
    ),
    "kernels": (gt.Mixture([0.5, 0.5], gt.Normal([1e9, 1e9 + 2], 2)), gt.Mixture([0.5, 0.5], gt.Normal([0, 1], 1))),
}


@pytest.mark.parametrize("name", LAWS)
def test_a_law_with_a_location_is_moved_before_it_is_drawn_from_in_float32(name):
    law, at_0 = LAWS[name]
    moved = in_unit(law, UNIT)
    assert repr(moved) == repr(at_0)
    if name == "Normal":
        np.testing.assert_allclose(moved.prob(np.array([-0.5, 1.5])), 2 * law.prob(np.array([1e9 - 1, 1e9 + 3])), rtol=1e-14)
        assert np.array_equal(moved.sample(KEY, (5,), np.float32), at_0.sample(KEY, (5,), np.float32))


def test_on_the_plane_each_coordinate_has_its_own():
    unit = Unit([1e9, 0.0], [2.0, 1e-5])
    moved = in_unit(gt.Product(gt.Normal([1e9, 1e9 + 2], 2), gt.Normal([0, 1e-5], 1e-5), [0.5, 0.5]), unit)
    assert np.asarray(moved.x.loc).tolist() == [0, 1] and np.asarray(moved.y.loc).tolist() == [0, 1] and moved.dimension == 2
    turned = in_unit(gt.MultivariateNormal([1e9, 4.0], [[4, 3], [3, 9]]), Unit([1e9, 1.0], [2.0, 3.0]))
    assert turned.mean.tolist() == [0, 1] and turned.cov.tolist() == [[1, 0.5], [0.5, 1]]
    with pytest.raises(ValueError, match=r"coordinates must be within 1e\+06 of each other, .*: multiply one first. Got 1e-40 and 2"):
        in_unit(gt.Product(gt.Normal(), gt.Normal(0, 1e-40)), Unit([0.0, 0.0], [2.0, 1e-40]))


def test_any_other_law_has_its_draws_moved_and_is_refused_where_they_are_too_coarse():
    law, unit = gt.Exponential(0.5), Unit(2.0, 4.0)
    moved = in_unit(law, unit)
    assert isinstance(moved, InUnit) and moved.support == [-0.5, np.inf]
    np.testing.assert_allclose(moved.prob(np.array([0.0, 1.0])), 4 * law.prob(np.array([2.0, 6.0])), rtol=1e-14)
    np.testing.assert_allclose(moved.sample(KEY, (5,), np.float32), (law.sample(KEY, (5,), np.float32) - 2) / 4, rtol=1e-5)
    assert moved.quantile(0.5) == (law.quantile(0.5) - 2) / 4
    with pytest.raises(ValueError, match="The data must have a scale from 1e-30 to 1e\\+30, as float32 networks need: their law must have"):
        in_unit(gt.Exponential(1e40), Unit(0.0, 1e-40))


@pytest.mark.slow
def test_one_without_a_location_can_be_in_d_star_and_stand_for_a_population():
    law, unit = gt.Exponential(0.5), Unit(2.0, 4.0)
    moved = in_unit(law, unit)
    optimal = Optimal(moved, gt.Generator(4, 1, key=KEY), gt.Normal(0, 1), grid_of(gt.Normal(0, 1)))
    same_in_x = gt.Generator(4, 1, unit=unit, key=KEY)
    in_x = Optimal(law, same_in_x, gt.Normal(0, 1), grid_of(gt.Normal(0, 1)))
    assert float(optimal.logit(jnp.float32(0.25))) == pytest.approx(float(in_x.logit(jnp.float32(3.0))), abs=1e-4)
    np.testing.assert_allclose(population(moved, 5), (population(law, 5) - 2) / 4)


def test_a_unit_moves_with_the_data():
    assert rounded_unit(0.1234567, 0.987654321) == Unit(0.123046875, 0.98828125)  # multiples of 2^-9
    for shift in (1e9, -4e6, 2.0**40):
        assert rounded_unit(0.1234567 + shift, 0.987654321) == Unit(0.123046875 + shift, 0.98828125)
    assert rounded_unit(np.array([0.1234567, 8.0]), np.array([0.987654321, 3.0])) == Unit([0.123046875, 8.0], [0.98828125, 3.0])


def trained(p_data, unit=None, own=(0.0, 1.0)):
    shape = {"width": 4, "depth": 1}
    return gt.train(
        p_data,
        latent=gt.Normal(0, 1),
        generator=gt.Generator(**shape, unit=own, key=jax.random.key(0)),
        discriminator=gt.Discriminator(**shape, unit=own, key=jax.random.key(1)),
        loss=gt.losses.non_saturating,
        penalty=gt.penalties.R1(0.01),
        noise=lambda step: 0.1,
        optimizers=(optax.adam(1e-2), optax.adam(1e-2)),
        steps=60,
        batch=32,
        seed=0,
        measure_every=60,
        unit=unit,
    )


MOVED = [
    (lambda rows: rows + 1e9, Unit(1e9, 1.0)),
    (lambda rows: rows * 2.0**-130, Unit(0.0, 2.0**-130)),
    (lambda rows: 2.0**60 + rows * 2.0**30, Unit(2.0**60, 2.0**30)),
]


@pytest.mark.parametrize(("moved", "unit"), MOVED)
@pytest.mark.parametrize("n", [60, 2000])
def test_the_game_on_rows_that_were_moved_is_the_game_at_0(weights, moved, unit, n):
    rows = np.round(np.random.default_rng(0).normal(size=n) * 2**20) / 2**20
    here, there = in_unit(gt.from_samples(rows), Unit(0.0, 1.0)), in_unit(gt.from_samples(moved(rows)), unit)
    assert weights(here) == weights(there)


@pytest.mark.slow
@pytest.mark.parametrize(("moved", "unit"), MOVED)
def test_a_training_far_away_or_tiny_is_the_one_at_0(weights, moved, unit):
    """JSD is the same for data that were moved and scaled, whatever is measured where: far away to the rounding of x there."""
    rows = np.round(np.random.default_rng(0).normal(size=12) * 2**20) / 2**20
    here = trained(gt.from_samples(rows), rounded_unit(0.0, 1.0))
    there = trained(gt.from_samples(moved(rows)), unit)
    assert weights(there.generator) == weights(here.generator) and weights(there.discriminator) == weights(here.discriminator)
    for (_, one), (_, other) in zip(here.history[-1].measured.items(), there.history[-1].measured.items(), strict=True):
        assert abs(one.value - other.value) <= one.error + other.error < 1e-5
    assert abs(here.history[-1].measured.two_jsd - here.history[0].measured.two_jsd).value > 0.01  # G has moved


def test_rows_are_data_and_give_the_unit_to_players_that_have_none():
    rows = 1e9 + np.random.default_rng(0).normal(size=12)
    plain, own = gt.Generator(4, 1, key=KEY), gt.Generator(4, 1, unit=(1e9, 2.0), key=KEY)
    p_data, unit = given(None, rows.tolist(), None, plain, plain)
    assert unit == unit_of_rows(rows) and np.array_equal(p_data.components.loc, rows)
    assert given(None, rows, None, own, plain)[1] is None and given(None, rows, (0.0, 3.0), plain, plain)[1] == (0.0, 3.0)
    for p_data, data, sentence in (
        (None, None, "Either `p_data` or `data` of train must be given. Got neither"),
        (gt.Normal(), rows, "Either `p_data` or `data` of train must be given. Got both"),
        (rows, None, "`p_data` of train must be a law. Got a ndarray: rows are given as `data`"),
        (None, rows[:9], r"`data` of train must be of shape \(n,\) or \(n, 2\), n at least 10"),
    ):
        with pytest.raises(ValueError, match=sentence):
            given(p_data, data, None, plain, plain)


def test_data_that_float32_does_not_tell_apart_are_refused_without_a_unit():
    with pytest.raises(
        ValueError, match=r"`p_data` of train must lie within 10000 scales of 0, .*: `unit` takes .* a location of 1e\+09 with"
    ):
        trained(gt.Normal(1e9, 1))
    for unit in (3.0, (0.0, -1.0), (0.0, np.inf), ([0.0, 0.0], [1.0, 1.0]), ("x", 1.0)):
        with pytest.raises(ValueError, match=r"`unit` of train must be \(location, scale\), each a number, the scale positive. Got"):
            given(gt.Normal(1e9, 1), None, unit)
    with pytest.raises(ValueError, match="`generator` of train must be one of the library's, without a unit of its own, beside `unit`"):
        trained(gt.Normal(1e9, 1), UNIT, (1.0, 2.0))


@pytest.mark.parametrize(("unit", "dimension"), [((0.0, 0.0), 1), (((0.0, 1.0), (1.0, 0.0)), 2), ((0.0, np.inf), 1), ((0.0, -1.0), 1)])
def test_a_unit_without_a_positive_scale_is_refused(unit, dimension):
    with pytest.raises(ValueError, match="the scale positive"):
        checked_unit(unit, dimension)
    assert checked_unit((3.0, 1e-300), 1) == Unit(3.0, 1e-300)
