import jax
import jax.numpy as jnp
import numpy as np
import pytest
from problems import few

import gantheory as gt
from gantheory.game.losses import (
    LOSSES,
    hinge,
    least_squares,
    minimax,
    non_saturating,
    relativistic,
    wasserstein,
    with_smoothed_labels,
)

DATA, GENERATED = np.random.default_rng(0).normal(1, 2, 50), np.random.default_rng(1).normal(-1, 2, 50)


def sigmoid(logit):
    return 1 / (1 + np.exp(-logit))


@pytest.fixture(autouse=True)
def in_float64():
    with jax.enable_x64(True):
        yield


@pytest.mark.parametrize("loss", [minimax, non_saturating])
def test_d_pays_twice_the_binary_cross_entropy_on_half_data_half_generated(loss):
    probability = sigmoid(np.concatenate([DATA, GENERATED]))
    label = np.repeat([1.0, 0.0], 50)
    cross_entropy = -np.mean(label * np.log(probability) + (1 - label) * np.log(1 - probability))
    assert float(loss.discriminator(DATA, GENERATED)) == pytest.approx(2 * cross_entropy, rel=1e-13, abs=0)


def test_the_discriminator_that_cannot_tell_pays_log_4():
    assert float(minimax.discriminator(jnp.zeros(7), jnp.zeros(3))) == pytest.approx(np.log(4), rel=1e-15, abs=0)


# What each player pays, written out with NumPy on D's raw outputs r at data points and f at generated ones.
WRITTEN_OUT = {
    "minimax": (None, lambda r, f: np.mean(np.log(1 - sigmoid(f)))),
    "non_saturating": (None, lambda r, f: -np.mean(np.log(sigmoid(f)))),
    "wasserstein": (lambda r, f: np.mean(f) - np.mean(r), lambda r, f: -np.mean(f)),
    "least_squares": (lambda r, f: np.mean((r - 1) ** 2) / 2 + np.mean(f**2) / 2, lambda r, f: np.mean((f - 1) ** 2) / 2),
    "hinge": (lambda r, f: np.mean(np.maximum(0, 1 - r)) + np.mean(np.maximum(0, 1 + f)), lambda r, f: -np.mean(f)),
    "relativistic": (lambda r, f: -np.mean(np.log(sigmoid(r - f))), lambda r, f: -np.mean(np.log(sigmoid(f - r)))),
    "f_gan_kl": (lambda r, f: np.mean(np.exp(f - 1)) - np.mean(r), lambda r, f: -np.mean(np.exp(f - 1))),
    "f_gan_pearson": (lambda r, f: np.mean(f**2 / 4 + f) - np.mean(r), lambda r, f: -np.mean(f**2 / 4 + f)),
    "f_gan_reverse_kl": (lambda r, f: np.mean(np.exp(-r)) + np.mean(-1 + f), lambda r, f: np.mean(1 - f)),
    "f_gan_gan": (None, lambda r, f: np.mean(np.log(1 - sigmoid(f)))),
}


@pytest.mark.parametrize("name", WRITTEN_OUT)
def test_what_each_player_pays(name):
    discriminator, generator = WRITTEN_OUT[name]
    loss = LOSSES[name]
    assert loss.name == name
    assert float(loss.generator(DATA, GENERATED)) == pytest.approx(generator(DATA, GENERATED), rel=1e-12, abs=0)
    expected = (discriminator or (lambda r, f: -np.mean(np.log(sigmoid(r))) - np.mean(np.log(1 - sigmoid(f)))))(DATA, GENERATED)
    assert float(loss.discriminator(DATA, GENERATED)) == pytest.approx(expected, rel=1e-12, abs=0)


@pytest.mark.parametrize("name", few(gt.F_GAN, 4))
def test_f_gans_d_cannot_pay_less_than_minus_the_divergence_and_pays_that_at_the_optimal_critic(name):
    """E_P[T] - E_Q[f*(T)] <= D_f, by quadrature on a grid, for the v whose T is f'(p/q), and for others."""
    p, q = gt.Normal(0.3, 1.0), gt.Normal(0.0, 1.1)
    x = np.linspace(-9, 9, 4001)
    row, loss = gt.F_GAN[name], LOSSES[f"f_gan_{name}"]
    v = np.linspace(-20, 20, 40001)
    target = row.optimal_critic(p, q)(x)
    optimal = np.interp(target, np.asarray(row.activation(v)), v)
    divergence = float(gt.f_divergence(name, p, q))
    players = jax.jit(lambda v: (loss.on_data(v), loss.on_generated(v)))

    def bound(v):
        on_data, on_generated = map(np.asarray, players(v))
        return -np.sum(on_data * p.prob(x) + on_generated * q.prob(x)) * (x[1] - x[0])

    assert bound(optimal) == pytest.approx(divergence, abs=1e-5)
    for other in (optimal + 0.1, 0.9 * optimal, optimal + 0.1 * np.sin(x)):
        assert bound(other) < divergence


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_v_is_said_to_be_a_logit_where_the_best_v_is_that_of_the_best_d(loss):
    """At a point where p_data = e p_g the best logit is 1. (Relativistic games have no best v at a point.)"""
    if loss.relativistic:
        assert not loss.logit
        return
    slope = jax.jit(jax.grad(lambda v: np.e * loss.on_data(v) + loss.on_generated(v)))(1.0)
    value = jax.jit(lambda v: loss.on_data(v) + loss.on_generated(v))(0.0)
    assert loss.logit is bool(abs(float(slope)) < 1e-6 and abs(float(value) - np.log(4)) < 1e-6)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_relativistic_is_the_only_game_in_which_g_sees_the_data(loss):
    slopes = jax.jit(jax.grad(loss.generator))(DATA, GENERATED)
    assert bool(np.any(np.asarray(slopes) != 0)) is loss.relativistic is (loss is relativistic)


@pytest.mark.parametrize("loss", [minimax, non_saturating, least_squares, hinge, wasserstein, relativistic], ids=lambda loss: loss.name)
def test_g_gains_where_d_is_led_to_take_its_points_for_data(loss):
    """Descending G's loss raises D's output at generated points, where D is not yet sure that they are data."""
    start = np.array([-0.5, 0.2])
    assert (np.asarray(jax.jit(jax.grad(loss.generator, 1))(np.zeros(2), start)) < 0).all()


@pytest.mark.parametrize("loss", [minimax, non_saturating], ids=lambda loss: loss.name)
def test_a_sure_discriminator_costs_a_finite_amount(loss):
    wrong = jnp.array([1000.0])
    assert float(loss.discriminator(-wrong, wrong)) == 2000.0
    assert float(loss.discriminator(wrong, -wrong)) == 0.0
    assert np.isfinite(jax.grad(lambda f: loss.generator(None, f))(-wrong)).all()


def test_where_d_is_sure_minimax_saturates_and_non_saturating_does_not():
    sure_it_is_generated = jnp.array([-30.0])
    assert abs(float(jax.grad(lambda f: minimax.generator(None, f))(sure_it_is_generated)[0])) < 1e-12
    assert float(jax.grad(lambda f: non_saturating.generator(None, f))(sure_it_is_generated)[0]) == pytest.approx(-1, abs=1e-12)


LABELLED = [loss for loss in LOSSES.values() if loss.labels]


def test_the_games_with_labels_are_those_of_the_cross_entropy_and_of_least_squares():
    assert {loss.name for loss in LABELLED} == {"minimax", "non_saturating", "least_squares", "f_gan_gan"}


@pytest.mark.parametrize("s", [0.1, 0.3])
def test_with_smoothed_labels_d_pays_for_the_target_1_minus_s_on_data_and_for_0_on_generated(s):
    cross_entropy = -np.mean((1 - s) * np.log(sigmoid(DATA)) + s * np.log(sigmoid(-DATA))) - np.mean(np.log(sigmoid(-GENERATED)))
    squares = np.mean((DATA - (1 - s)) ** 2) / 2 + np.mean(GENERATED**2) / 2
    for loss in (minimax, non_saturating, LOSSES["f_gan_gan"]):
        assert float(with_smoothed_labels(loss, s).discriminator(DATA, GENERATED)) == pytest.approx(cross_entropy, rel=1e-12, abs=0)
    smoothed = with_smoothed_labels(least_squares, s)
    slopes = jax.grad(smoothed.discriminator, (0, 1))(DATA, GENERATED)
    np.testing.assert_allclose(slopes, ((DATA - (1 - s)) / 50, GENERATED / 50), rtol=1e-12)
    assert float(smoothed.discriminator(DATA, GENERATED)) == pytest.approx(squares + s * (1 - s) / 2, rel=1e-12, abs=0)
    for loss in LABELLED:
        assert with_smoothed_labels(loss, s).of_generator is loss.of_generator and with_smoothed_labels(loss, s).logit is loss.logit


@pytest.mark.parametrize("s", [0.0, 0.1, 0.4])
def test_with_smoothed_labels_the_best_d_is_1_minus_s_times_d_star(s):
    """The least of what D pays at a point, on a fine grid of D, for random heights p and q of the two densities."""
    loss, d = with_smoothed_labels(minimax, s), np.linspace(1e-4, 1 - 1e-4, 100_001)
    logit = np.log(d) - np.log1p(-d)
    on_data, on_generated = np.asarray(loss.on_data(logit)), np.asarray(loss.on_generated(logit))
    for p, q in np.random.default_rng(4).uniform(0.05, 2, (20, 2)):
        assert d[np.argmin(p * on_data + q * on_generated)] == pytest.approx((1 - s) * p / (p + q), abs=2e-5)


def test_at_equality_the_gap_of_the_best_d_for_smoothed_labels_is_minus_log_1_minus_s_squared():
    normal = gt.Normal(0, 1)
    gap = gt.discriminator_gap(normal, normal, lambda x: 0 * x + 0.9 / 2)
    assert abs(gap.value + np.log(1 - 0.1**2)) <= gap.error + 1e-15


@pytest.mark.parametrize("loss", [wasserstein, hinge, relativistic, LOSSES["f_gan_kl"]], ids=lambda loss: loss.name)
def test_a_game_without_labels_has_none_to_smooth(loss):
    with pytest.raises(ValueError, match=f"one of minimax, non_saturating, least_squares, f_gan_gan. Got '{loss.name}'"):
        with_smoothed_labels(loss, 0.1)


@pytest.mark.parametrize("s", [-0.1, 1.0, float("nan")])
def test_labels_are_smoothed_by_0_to_below_1(s):
    with pytest.raises(ValueError, match=r"`s` of with_smoothed_labels must be at least 0 and below 1. Got"):
        with_smoothed_labels(minimax, s)
