"""Whether JAX can trace a function: asked once of all modules of a kind, and of every plain function."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

import gantheory as gt
from gantheory.base.tracing import traced_shape

traced = []


class Power(eqx.Module):
    factor: jax.Array
    exponent: int = 2
    opaque: bool = False

    def __call__(self, z):
        traced.append(self.exponent)
        return np.asarray(z) if self.opaque else self.factor * z**self.exponent


def test_modules_of_a_kind_are_traced_once_and_those_of_another_again():
    traced.clear()
    shapes = [traced_shape(Power(jnp.asarray(factor), exponent)) for exponent in (2, 3) for factor in (1.0, 2.0, 3.0)]
    assert shapes == [()] * 6 and traced == [2, 3]
    assert traced_shape(Power(jnp.asarray(1.0)), (4,)) == (4,) and traced_shape(Power(jnp.ones(4))) == (4,)
    assert traced_shape(Power(jnp.asarray(1.0), opaque=True)) is None


def test_a_plain_function_is_traced_each_time():
    wide = False
    shapes = []
    for wide in (False, True):
        shapes.append(traced_shape(lambda z: jnp.ones(3) * z if wide else z))  # noqa: B023
    assert shapes == [(), (3,)]


def test_networks_that_differ_in_the_activation_alone_are_told_apart():
    def linear(activation):
        return gt.Pushforward(gt.Generator(4, 1, activation, key=jax.random.key(0)), gt.Uniform(-1, 1)).is_linear

    assert [linear(name) for name in ("tanh", "relu", "tanh", "relu")] == [False, True, False, True]
