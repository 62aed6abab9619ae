import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gantheory.game.penalties import R1, R2, GradientPenalty, Sum

DATA, GENERATED, KEY = jnp.array([-1.0, 0.5, 2.0]), jnp.array([10.0, 20.0, 30.0]), jax.random.key(0)


def paid(penalty, output, data=DATA, generated=GENERATED):
    return float(penalty(output, data, generated, KEY))


@pytest.mark.parametrize("penalty", [R1(0.3), R2(0.3)])
def test_of_a_linear_output_it_is_half_gamma_slope_squared(penalty):
    assert paid(penalty, lambda x: 1.5 * x - 7) == pytest.approx(0.15 * 1.5**2, rel=1e-6)


@pytest.mark.parametrize(("penalty", "points"), [(R1(2.0), DATA), (R2(2.0), GENERATED)])
def test_r1_is_a_mean_over_the_data_alone_and_r2_over_the_generated_points(penalty, points):
    assert paid(penalty, lambda x: x**2) == pytest.approx(np.mean((2 * np.asarray(points)) ** 2), rel=1e-6)


def test_r1_pulls_the_slope_towards_0():
    assert float(jax.grad(lambda a: R1(0.3)(lambda x: a * x, DATA, GENERATED, KEY))(1.5)) == pytest.approx(0.3 * 1.5, rel=1e-6)


def test_r1_of_gamma_0_is_nothing():
    assert paid(R1(0.0), lambda x: jnp.exp(x)) == 0.0


def test_in_two_dimensions_the_slope_is_the_gradients_length():
    points = jnp.array([[0.0, 1.0], [2.0, -1.0]])
    assert paid(R1(2.0), lambda x: 3 * x[0] - 4 * x[1], points, points) == pytest.approx(25, rel=1e-6)
    assert paid(GradientPenalty(1.0), lambda x: 3 * x[0] - 4 * x[1], points, points) == pytest.approx(16, rel=1e-5)


@pytest.mark.parametrize(("slope", "scale", "expected"), [(1.0, 1.0, 0.0), (-1.0, 1.0, 0.0), (3.0, 1.0, 40.0), (0.5, 2.0, 0.0)])
def test_the_gradient_penalty_pulls_the_slope_towards_1_in_the_datas_unit(slope, scale, expected):
    assert paid(GradientPenalty(10.0, scale), lambda x: slope * x) == pytest.approx(expected, abs=1e-5)


def test_the_gradient_penalty_looks_at_uniform_points_between_data_and_generated_ones():
    """Between 0 and 10, where the slope is 2 from 4 to 7 and 1 elsewhere: a mean of 0.3."""
    data, generated = jnp.zeros(10_000), jnp.full(10_000, 10.0)
    assert paid(GradientPenalty(1.0), lambda x: x + jnp.clip(x, 4.0, 7.0), data, generated) == pytest.approx(0.3, abs=5 * 0.46 / 100)


def test_a_flat_output_has_a_gradient_penalty_whose_own_gradient_is_finite():
    slope = jax.grad(lambda a: GradientPenalty(10.0)(lambda x: a * x, DATA, GENERATED, KEY))(0.0)
    assert np.isfinite(slope)


def test_a_sum_adds_its_parts():
    parts = R1(0.3), R2(0.7)
    assert paid(Sum(parts), jnp.sin) == pytest.approx(sum(paid(part, jnp.sin) for part in parts), rel=1e-6)
