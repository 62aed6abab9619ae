"""One state of the game, measured at once."""

import math

import jax
import numpy as np
import pytest
from problems import FOLDED, NORMAL, RELU, SINE, TWO_BUMPS

import gantheory as gt
from gantheory.measurement import state as state_of_the_game

D = gt.Discriminator(width=8, depth=2, key=jax.random.key(1))
STATES = {
    "normals": (NORMAL, gt.Normal(1, 1)),
    "mixture": (TWO_BUMPS, NORMAL),
    "bounded p_g": (NORMAL, SINE),
    "folded": (NORMAL, FOLDED),
    "atom": (NORMAL, RELU),
}


@pytest.fixture(scope="module", params=STATES)
def state(request):
    p, q = STATES[request.param]
    return p, q, gt.measure(p, q, D)


def agree(one, other):
    if isinstance(one, gt.Divergent) or isinstance(other, gt.Divergent):
        return float(one) == float(other)
    return abs(one.value - other.value) <= one.error + other.error


def test_the_parts_are_those_measured_alone(state):
    p, q, measured = state
    assert agree(measured.value, gt.value(p, q, D))
    assert agree(measured.criterion, gt.criterion(p, q))
    assert agree(measured.two_jsd, 2 * gt.jsd(p, q))
    assert agree(measured.discriminator_gap, gt.discriminator_gap(p, q, D))
    assert agree(measured.kl_data_g, gt.kl(p, q))
    assert agree(measured.kl_g_data, gt.kl(q, p))


def test_the_split_of_v(state):
    _, _, measured = state
    difference = measured.value + math.log(4) - measured.two_jsd + measured.discriminator_gap
    assert abs(difference.value) <= difference.error + 1e-15
    assert (measured.criterion - measured.value - measured.discriminator_gap).value == pytest.approx(0, abs=1e-9)


def test_items_are_all_the_fields_in_order(state):
    measured = state[2]
    assert [name for name, _ in measured.items()] == ["value", "criterion", "two_jsd", "discriminator_gap", "kl_data_g", "kl_g_data"]
    assert all(getattr(measured, name) is value for name, value in measured.items())


def test_kl_is_infinite_beyond_a_bounded_p_g():
    measured = gt.measure(NORMAL, SINE, D)
    assert isinstance(measured.kl_data_g, gt.Divergent) and "[-1, 1]" in measured.kl_data_g.reason
    assert isinstance(measured.kl_g_data, gt.Estimate)


@pytest.mark.slow
def test_a_looser_tolerance_is_honest():
    p, q = NORMAL, gt.Pushforward(lambda z: z + 0.4 * jax.numpy.sin(6 * z), gt.Uniform(-1, 1))
    tight, loose = gt.measure(p, q, D), gt.measure(p, q, D, tolerance=1e-6)
    for name in ("value", "two_jsd", "discriminator_gap", "kl_g_data"):
        assert abs(getattr(tight, name).value - getattr(loose, name).value) <= getattr(loose, name).error + getattr(tight, name).error
        assert getattr(loose, name).error <= 1e-4


def test_an_integral_that_is_known_badly_is_known_to_be_of_a_jsd(monkeypatch):
    monkeypatch.setattr(state_of_the_game, "integrals", lambda _, __, names, *___: dict.fromkeys(names, gt.Estimate(1e7, 1e7)))
    found = gt.measure(NORMAL, TWO_BUMPS)
    assert found.two_jsd.value == pytest.approx(math.log(4)) and math.log(4) <= found.two_jsd.error < 1.3863
    assert found.criterion.lower == pytest.approx(-math.log(4))


def test_v_near_minus_log_4_can_hide_a_bad_generator():
    # The one idea: at D = ½, V + log 4 is 0 while 2 JSD is not.
    p, q = NORMAL, gt.Normal(2, 1)
    measured = gt.measure(p, q, lambda x: 0.5 + 0 * x)
    assert abs(measured.value.value + math.log(4)) < 1e-14
    assert measured.two_jsd.value == pytest.approx(2 * 0.33683082034683161, abs=1e-12)
    assert np.isclose(measured.discriminator_gap.value, measured.two_jsd.value, atol=1e-12)


def test_a_density_that_is_infinite_where_no_branch_of_g_passes():
    p, latent = gt.Beta(0.5, 0.5), gt.Uniform(-1, 1)
    found = gt.jsd(p, gt.Pushforward(lambda z: 0.5 + 0.2 * z, latent))
    known = gt.jsd(p, gt.Uniform(0.3, 0.7))
    assert abs(float(found) - float(known)) <= found.error + known.error < 1e-10
