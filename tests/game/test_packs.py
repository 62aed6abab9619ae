"""What D is given of a pack as a whole, against sums over points and pairs in plain Python, and a training with it."""

import itertools
import math
import statistics

import equinox as eqx
import jax
import numpy as np
import pytest

import gantheory as gt
from gantheory.game.networks import STANDARD
from gantheory.game.packs import closeness, deviation
from gantheory.training.settings import Settings
from gantheory.training.setup import players_of

PACKS = ([0.5, -1.0, 2.0], [[1.0, 2.0], [1.5, -0.5], [0.0, 0.25], [1.0, 2.0]])


@pytest.mark.parametrize("pack", PACKS)
def test_the_deviation_is_that_of_each_coordinate_averaged(pack):
    columns = np.reshape(pack, (len(pack), -1)).T
    expected = statistics.fmean(statistics.pstdev(map(float, column)) for column in columns)
    assert float(jax.jit(deviation)(np.array(pack))) == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("pack", PACKS)
def test_the_closeness_is_the_mean_over_pairs(pack):
    points = np.reshape(pack, (len(pack), -1)).tolist()
    apart = [sum(abs(s - t) for s, t in zip(a, b, strict=True)) for a, b in itertools.combinations(points, 2)]
    assert float(jax.jit(closeness)(np.array(pack))) == pytest.approx(statistics.fmean(math.exp(-far) for far in apart), rel=1e-6)


@pytest.mark.parametrize("feature", ["deviation", "closeness"])
def test_its_slope_is_finite_where_all_points_are_one(feature):
    _, discriminator = players_of(Settings(packing=3, packing_feature=feature), STANDARD)
    assert np.isfinite(jax.jit(lambda pack: jax.grad(discriminator.logit)(pack))(np.zeros(3, np.float32))).all()


def test_a_discriminator_of_packs_with_a_feature_judges_each_pack_of_an_array():
    discriminator = gt.Discriminator(inputs=6, feature="closeness", key=jax.random.key(0))
    packs = np.random.default_rng(0).normal(size=(5, 3, 2)).astype(np.float32)
    logit = eqx.filter_jit(discriminator.logit)
    np.testing.assert_allclose(logit(packs), [logit(pack) for pack in packs], rtol=0, atol=1e-6)


def test_a_collapsed_pack_is_less_spread_and_closer_than_one_that_is_not():
    spread, collapsed = np.array([-1.0, 0.0, 1.0]), np.zeros(3)
    assert float(deviation(spread)) > float(deviation(collapsed)) and float(closeness(spread)) < float(closeness(collapsed))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"packing_feature": "deviation"}, "`packing` must be at least 2 for a `packing_feature`. Got 1 and 'deviation'."),
        ({"packing": 2, "packing_feature": "closenes"}, "closeness"),
    ],
)
def test_a_feature_is_of_packs_and_known(options, message):
    with pytest.raises(ValueError, match="packing") as refused:
        Settings(**options)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("options", "message"), [({"feature": "no"}, "must be one of deviation, closeness"), ({"feature": "deviation"}, "Got None")]
)
def test_a_discriminator_refuses_a_feature_that_it_cannot_have(options, message):
    with pytest.raises(ValueError, match=message):
        gt.Discriminator(key=jax.random.key(0), **options)
