import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gantheory.base.forms import form


def scaled(factor, name="f"):
    def f(x):
        return factor * x

    f.__name__ = name
    return f


def called_back(function):
    return lambda x: jax.pure_callback(function, jax.ShapeDtypeStruct((), jnp.float32), x)


KEY = jax.random.key(0)
ALIKE = {
    "names do not matter": (scaled(2.0), scaled(2.0, "g")),
    "nor does who wrote it": (scaled(2.0), lambda y: jnp.float32(2) * y),
    "calls are entered": (jax.jit(scaled(2.0)), jax.jit(scaled(2.0))),
    "loops too": (lambda x: jax.lax.fori_loop(0, 3, lambda _, y: y * 2, x), lambda z: jax.lax.fori_loop(0, 3, lambda _, a: a * 2, z)),
    "arrays by their values": (lambda x: x + np.arange(3.0), lambda x: x + np.arange(3.0)),
    "one function called back": (called_back(np.sin), called_back(np.sin)),
}
UNLIKE = {
    "another number": (scaled(2.0), scaled(2.0000002)),
    "another sign of zero": (scaled(0.0), scaled(-0.0)),
    "another order": (lambda x: x - 1, lambda x: 1 - x),
    "another operation": (jnp.sin, jnp.cos),
    "another parameter": (lambda x: x**2, lambda x: x**3),
    "a call of another": (jax.jit(scaled(2.0)), jax.jit(scaled(3.0))),
    "a loop of another": (
        lambda x: jax.lax.fori_loop(0, 3, lambda _, y: y * 2, x),
        lambda x: jax.lax.fori_loop(0, 4, lambda _, y: y * 2, x),
    ),
    "other arrays": (lambda x: x + np.arange(3.0), lambda x: x + np.arange(3.0)[::-1]),
    "another type": (lambda x: x + jnp.arange(3), lambda x: x + jnp.arange(3.0)),
    "another function called back": (called_back(np.sin), called_back(np.cos)),
    "another output": (lambda x: (x, x + 1), lambda x: (x + 1, x)),
    "another key": (lambda x: x + jax.random.normal(jax.random.key(0)), lambda x: x + jax.random.normal(jax.random.key(1))),
    "keys that are closed over": (lambda x: x + jax.random.normal(KEY), lambda x: x + jax.random.normal(jax.random.clone(KEY))),
}


@pytest.mark.parametrize(
    ("f", "g", "alike"), [(*pair, alike) for cases, alike in ((ALIKE, True), (UNLIKE, False)) for pair in cases.values()]
)
def test_forms_are_equal_only_where_programs_compute_the_same(f, g, alike):
    x = jnp.float32(1)
    one, other = (form(jax.make_jaxpr(function)(x)) for function in (f, g))
    assert (one == other) is alike
    assert not alike or hash(one) == hash(other)
    assert one == form(jax.make_jaxpr(f)(x)) and one != form(jax.make_jaxpr(f)(jnp.ones((2, 1))))
