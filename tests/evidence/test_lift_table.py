"""Every entry of the table by which a program is read as algebra, on which PROVED rests, against what JAX computes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp

from gantheory.base.precision import in_float64
from gantheory.evidence import lift
from gantheory.evidence.lift import lifted

x, y = sp.symbols("x y", positive=True)
AT = {x: sp.Rational(7, 10), y: sp.Rational(19, 10)}
# A program whose only operation is the entry's.
PROGRAMS = {
    "add": lambda x, y: jax.lax.add(x, y),
    "add_any": lambda x, y: jax.grad(lambda own: own * y + own * jnp.square(y))(x),
    "sub": lambda x, y: jax.lax.sub(x, y),
    "mul": lambda x, y: jax.lax.mul(x, y),
    "div": lambda x, y: jax.lax.div(x, y),
    "pow": lambda x, y: jax.lax.pow(x, y),
    "neg": lambda x: jax.lax.neg(x),
    "log": lambda x: jax.lax.log(x),
    "exp": lambda x: jax.lax.exp(x),
    "log1p": lambda x: jax.lax.log1p(x),
    "expm1": lambda x: jax.lax.expm1(x),
    "tanh": lambda x: jax.lax.tanh(x),
    "logistic": lambda x: jax.lax.logistic(x),
    "sqrt": lambda x: jax.lax.sqrt(x),
    "square": lambda x: jax.lax.square(x),
    "integer_pow": lambda x: jax.lax.integer_pow(x, 3),
    "abs": lambda x: jax.lax.abs(x - 3) + jax.lax.abs(x),
    "sign": lambda x: jax.lax.sign(x - 3) + 3 * jax.lax.sign(x),
    "max": lambda x, y: jax.lax.max(x, y) + 10 * jax.lax.max(y, x),
    "min": lambda x, y: jax.lax.min(x, y) + 10 * jax.lax.min(y, x),
    "not": lambda x: jnp.where(~(x < 3), 1.0, 2.0) * x,
    "is_finite": lambda x: jnp.where(jnp.isfinite(x), x, 7.0) + jnp.where(jnp.isfinite(-jnp.inf * jnp.ones(())), 1.0, 2.0),
}
COMPARED = {
    "lt": lambda x, y: x < y,
    "le": lambda x, y: x <= y,
    "gt": lambda x, y: x > y,
    "ge": lambda x, y: x >= y,
    "eq": lambda x, y: x == y,
    "ne": lambda x, y: x != y,
    "and": lambda x, y: (x < 1.5) & (y < 1.5),
    "or": lambda x, y: (x < 1.5) | (y < 1.5),
}
OTHERS = {"integer_pow", "abs", "sign", "max", "min", "not", "is_finite"}  # what is not in the two tables


def names_in(program, count):
    return str(jax.make_jaxpr(program)(*[0.5] * count))


def test_every_entry_is_tried():
    assert PROGRAMS.keys() == lift.ARITHMETIC.keys() | OTHERS and COMPARED.keys() == lift.COMPARE.keys()


@in_float64
@pytest.mark.parametrize("name", PROGRAMS)
def test_an_operation_is_read_as_what_it_computes(name):
    program, given = PROGRAMS[name], (x, y)[: PROGRAMS[name].__code__.co_argcount]
    assert f"{name} " in names_in(program, len(given)) or f"{name}[" in names_in(program, len(given))
    found = lifted(program, list(given), AT).subs(AT)
    np.testing.assert_allclose(float(found), float(program(*(jnp.asarray(float(AT[one])) for one in given))), rtol=1e-14)


@in_float64
@pytest.mark.parametrize("name", COMPARED)
@pytest.mark.parametrize("at", [(1, 2), (2, 1), (1, 1), (2, 2)])
def test_a_comparison_is_decided_as_it_is_computed(name, at):
    holds = COMPARED[name]
    assert f"{name} " in names_in(holds, 2)
    found = lifted(lambda x, y: jnp.where(holds(x, y), 3 * x, 5 * y), [x, y], dict(zip((x, y), map(sp.Integer, at), strict=True)))
    assert found == (3 * x if bool(holds(*at)) else 5 * y)
