"""One program, written with every kind of call, gives the same as formulas, on balls and as lines as JAX itself computes."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp
from flint import acb
from jax.extend.core import primitives

from gantheory.base.jaxprs import CALLS, UnknownOperationError
from gantheory.base.precision import in_float64
from gantheory.distributions.pushforward.piecewise_linear import knots
from gantheory.evidence.lift import lifted
from gantheory.rigorous.evaluation import Evaluation, decisions_at
from gantheory.rigorous.recording import recorded

KINK = np.asarray(0.25)
HALVES = np.array([0.5, 0.5])


def plain(x):
    """Two lines that meet at ¼."""
    return 2 * jnp.maximum(x, 0.25) + 0.5


def with_own_tangent():
    function = jax.custom_jvp(plain)
    function.defjvp(lambda primals, tangents: (plain(*primals), 0 * tangents[0]))
    return function


def with_own_cotangent():
    function = jax.custom_vjp(plain)
    function.defvjp(lambda x: (plain(x), None), lambda residual, cotangent: (0 * cotangent,))
    return function


def called_by(primitive, function):
    """JAX has no function of its own that makes these calls of a new program: they are bound as a transformation binds them."""

    def call(x):
        program = jax.make_jaxpr(function)(x)
        given = program if primitive is primitives.closed_call_p else program.jaxpr
        return primitive.bind(x, **primitive.get_bind_params({"call_jaxpr": given}))[0]

    return call


# The same function each time, with the call that its program must contain.
PROGRAMS = {
    "literals": (plain, None),
    "a closed constant": (lambda x: 2 * jnp.maximum(x, KINK) + 0.5, None),
    "a closed array": (lambda x: 2 * jnp.maximum(HALVES @ jnp.stack([x, x]), 0.25) + 0.5, None),
    "jit": (jax.jit(plain), primitives.jit_p),
    "jit in jit": (jax.jit(lambda x: jax.jit(lambda y: 2 * jnp.maximum(y, 0.25))(x) + 0.5), primitives.jit_p),
    "a closed constant in jit": (jax.jit(lambda x: 2 * jnp.maximum(x, KINK) + 0.5), primitives.jit_p),
    "a jit that is told what varies": (eqx.filter_jit(plain), primitives.jit_p),
    "checkpoint": (jax.checkpoint(plain), primitives.remat_p),
    "a closed constant in checkpoint": (jax.checkpoint(lambda x: 2 * jnp.maximum(x, KINK) + 0.5), primitives.remat_p),
    "checkpoint in jit": (jax.jit(jax.checkpoint(plain)), primitives.jit_p),
    "custom_jvp": (with_own_tangent(), primitives.custom_jvp_call_p),
    "custom_vjp": (with_own_cotangent(), primitives.custom_vjp_call_p),
    "closed call": (called_by(primitives.closed_call_p, plain), primitives.closed_call_p),
    "call": (called_by(primitives.call_p, plain), primitives.call_p),
}
POINTS = (-0.75, 0.125, 0.5, 1.0)


@in_float64
def by_jax(function, x: float) -> float:
    return float(function(jnp.asarray(x)))


@in_float64
def traced(function):
    return jax.make_jaxpr(function)(0.5)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_program_has_the_call(name):
    function, call = PROGRAMS[name]
    found = {eqn.primitive for eqn in traced(function).eqns} & CALLS
    assert found == (set() if call is None else {call})


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name != "a closed array"])  # a formula is of numbers
def test_a_formula_has_the_values_of_the_program(name):
    function, _ = PROGRAMS[name]
    x = sp.Symbol("x")
    for point in POINTS:
        expression = lifted(function, [x], {x: sp.Rational(point)})
        assert expression.subs(x, sp.Rational(point)) == sp.Rational(by_jax(function, point))


@pytest.mark.parametrize("name", PROGRAMS)
def test_balls_have_the_values_of_the_program(name):
    function, _ = PROGRAMS[name]
    program = recorded(function)
    for point in POINTS:
        (ball,) = Evaluation(program, acb(point), decisions_at(program, acb(point).real)).values()
        assert ball == by_jax(function, point)
    assert program.is_piecewise_linear


@pytest.mark.parametrize("name", PROGRAMS)
def test_lines_turn_where_the_program_does(name):
    function, _ = PROGRAMS[name]
    (kink,) = knots(function, -1.0, 1.0)
    assert kink == 0.25
    for low, high in ((-1.0, kink), (kink, 1.0)):  # JAX itself finds a line on either side, and no line across
        assert by_jax(function, (low + high) / 2) == (by_jax(function, low) + by_jax(function, high)) / 2
    assert by_jax(function, 0.0) != (by_jax(function, -1.0) + by_jax(function, 1.0)) / 2


def test_every_call_of_jax_is_entered():
    calls = {getattr(primitives, name) for name in dir(primitives) if name.endswith("call_p")}
    assert calls and calls <= CALLS


@pytest.mark.parametrize("function", [jax.lax.erf_inv, jax.jit(jax.checkpoint(jax.lax.erf_inv))])
def test_an_operation_without_a_meaning_is_refused_by_name(function):
    x = sp.Symbol("x")
    with pytest.raises(UnknownOperationError, match=r"^A JAX operation must be .* SymPy expressions is known\. Got 'erf_inv'\.$"):
        lifted(function, [x], {x: 1})
    with pytest.raises(UnknownOperationError, match=r"^A JAX operation must be .* Arb balls is known\. Got 'erf_inv'\.$"):
        Evaluation(recorded(function), acb(0.5), {}).values()
    assert knots(function, -1.0, 1.0) is None
