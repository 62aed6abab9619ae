import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gantheory.penalties import R1

REAL, FAKE = jnp.array([-1.0, 0.5, 2.0]), jnp.array([10.0, 20.0, 30.0])


def test_r1_of_a_linear_logit_is_half_gamma_slope_squared():
    assert float(R1(0.3)(lambda x: 1.5 * x - 7, REAL, FAKE)) == pytest.approx(0.15 * 1.5**2, rel=1e-6)


def test_r1_is_a_mean_over_the_real_points_alone():
    assert float(R1(2.0)(lambda x: x**2, REAL, FAKE)) == pytest.approx(np.mean((2 * np.asarray(REAL)) ** 2), rel=1e-6)


def test_r1_pulls_the_slope_towards_0():
    assert float(jax.grad(lambda a: R1(0.3)(lambda x: a * x, REAL, FAKE))(1.5)) == pytest.approx(0.3 * 1.5, rel=1e-6)


def test_r1_of_gamma_0_is_nothing():
    assert float(R1(0.0)(lambda x: jnp.exp(x), REAL, FAKE)) == 0.0
