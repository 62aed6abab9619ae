"""Fields, their derivatives and steps as expressions have the values that the shipped games and integrators have."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp

from gantheory.base.precision import in_float64
from gantheory.dynamics import INTEGRATORS, bilinear, dirac
from gantheory.dynamics.dirac import MASSES, NODES
from gantheory.evidence.fields import at_one_point, derivative_of, field_of, step_of
from gantheory.evidence.moments import log_normal, mean_of, of_gaussian, of_uniform
from gantheory.theorems import mescheder2018

x, e = sp.symbols("x e")
AT = {x: sp.Rational(1, 3), e: sp.Integer(1)}
POINT = (sp.Rational(1, 4), sp.Rational(-1, 2))


def test_a_field_and_its_derivative_are_the_games():
    game = dirac("least_squares", r1=0.5)
    v, slope = game.at([float(one) for one in POINT])
    assert np.asarray(field_of(game, POINT, AT), float).ravel() == pytest.approx(v, rel=1e-14)
    assert np.asarray(derivative_of(game, POINT, AT), float) == pytest.approx(slope, rel=1e-14)


@in_float64
@pytest.mark.parametrize("name", ["simultaneous", "alternating", "extragradient", "optimistic", "rk4"])
def test_a_step_is_the_integrators(name):
    way, state = INTEGRATORS[name], [0.25, -0.5, 0.125, 2.0][: 4 if name == "optimistic" else 2]
    found = step_of(bilinear(), way, [sp.Rational(one) for one in state], sp.Rational(1, 4), AT)
    w, memory = way.step(bilinear(), jnp.asarray(state[:2]), jnp.asarray(state[2:]), 0.25)
    shipped = jnp.concatenate([w, memory]) if name == "optimistic" else w
    assert np.asarray(found, float).ravel() == pytest.approx(np.asarray(shipped), rel=1e-14)


def test_a_rule_at_one_point_gives_the_integrand_there_and_moments_its_mean():
    at_e = derivative_of(dirac(noise=1.0), (0, 0), AT, at_one_point(NODES, MASSES, e))
    mean = at_e.applyfunc(lambda entry: mean_of(entry, e, of_gaussian))
    assert np.asarray(mean, float) == pytest.approx(dirac(noise=1.0).at((0.0, 0.0))[1], abs=1e-12)


def test_moments():
    assert [mean_of(x**n, x, of_gaussian) for n in range(7)] == [1, 0, 1, 0, 3, 0, 15]
    assert [mean_of(x**n, x, of_uniform) for n in range(5)] == [1, 0, sp.Rational(1, 3), 0, sp.Rational(1, 5)]


def test_the_log_density_is_the_shipped_one():
    found = log_normal(sp.Rational(1, 2), sp.Rational(1, 4), 2, AT)
    assert float(found) == pytest.approx(float(jax.scipy.stats.norm.logpdf(0.5, 0.25, 2.0)), rel=1e-6)


def test_a_constant_that_stands_for_a_symbol_is_replaced_wherever_it_occurs():
    game = dirac(r1=mescheder2018.MARK)
    matrix = derivative_of(game, mescheder2018.REST, mescheder2018.AT[0], mescheder2018.OF_GAMMA).subs(mescheder2018.a, 0.35)
    assert np.asarray(matrix, float) == pytest.approx(dirac(r1=0.7).at((0.0, 0.0))[1], abs=1e-14)
