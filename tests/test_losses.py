import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gantheory.losses import LOSSES, log_one_minus_d, minimax, minus_log_d, minus_value, non_saturating

REAL, FAKE = np.random.default_rng(0).normal(1, 2, 50), np.random.default_rng(1).normal(-1, 2, 50)


def sigmoid(logit):
    return 1 / (1 + np.exp(-logit))


@pytest.fixture(autouse=True)
def in_float64():
    with jax.enable_x64(True):
        yield


def test_minus_value_is_twice_the_binary_cross_entropy_on_half_real_half_fake():
    probability = sigmoid(np.concatenate([REAL, FAKE]))
    label = np.repeat([1.0, 0.0], 50)
    cross_entropy = -np.mean(label * np.log(probability) + (1 - label) * np.log(1 - probability))
    assert float(minus_value(REAL, FAKE)) == pytest.approx(2 * cross_entropy, rel=1e-13)


def test_the_discriminator_that_cannot_tell_pays_log_4():
    assert float(minus_value(jnp.zeros(7), jnp.zeros(3))) == pytest.approx(np.log(4), rel=1e-15)


def test_generator_losses_are_the_papers_expectations():
    assert float(log_one_minus_d(FAKE)) == pytest.approx(np.mean(np.log(1 - sigmoid(FAKE))), rel=1e-13)
    assert float(minus_log_d(FAKE)) == pytest.approx(-np.mean(np.log(sigmoid(FAKE))), rel=1e-13)


def test_both_games_share_the_discriminators_loss_and_are_found_by_name():
    assert minimax.discriminator is non_saturating.discriminator is minus_value
    assert LOSSES == {"minimax": minimax, "non_saturating": non_saturating}


def test_gradients_in_each_logit_are_the_hand_derived_ones():
    by_real, by_fake = jax.grad(minus_value, (0, 1))(REAL, FAKE)
    np.testing.assert_allclose(by_real, -(1 - sigmoid(REAL)) / 50, rtol=1e-12)
    np.testing.assert_allclose(by_fake, sigmoid(FAKE) / 50, rtol=1e-12)
    np.testing.assert_allclose(jax.grad(log_one_minus_d)(FAKE), -sigmoid(FAKE) / 50, rtol=1e-12)
    np.testing.assert_allclose(jax.grad(minus_log_d)(FAKE), -(1 - sigmoid(FAKE)) / 50, rtol=1e-12)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_a_sure_discriminator_costs_a_finite_amount(loss):
    wrong = jnp.array([1000.0])
    assert float(loss.discriminator(-wrong, wrong)) == 2000.0
    assert float(loss.discriminator(wrong, -wrong)) == 0.0
    assert np.isfinite(jax.grad(loss.generator)(-wrong)).all()


def test_where_d_is_sure_minimax_saturates_and_non_saturating_does_not():
    sure_it_is_fake = jnp.array([-30.0])
    assert abs(float(jax.grad(minimax.generator)(sure_it_is_fake)[0])) < 1e-12
    assert float(jax.grad(non_saturating.generator)(sure_it_is_fake)[0]) == pytest.approx(-1, abs=1e-12)
