"""The kinks of piecewise linear generators, against kinks derived by hand and by rational arithmetic."""

import itertools
from fractions import Fraction
from operator import mul

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from problems import few

from gantheory.base.precision import promoted
from gantheory.distributions.pushforward.piecewise_linear import knots
from gantheory.game.networks import Generator

relu = jax.nn.relu


def hat(center, width=1e-7):
    return lambda z: jnp.maximum(0.0, 1 - jnp.abs(z - center) / width)


@jax.custom_vjp
def kink_with_own_gradient(z):
    return jnp.maximum(z, 0.25)


kink_with_own_gradient.defvjp(lambda z: (kink_with_own_gradient(z), z), lambda z, g: (g,))

# (generator, its kinks in (-1, 1)), derived by hand.
KINKS = {
    "z·2": (lambda z: z * 2.0, []),
    "constant": (lambda z: 3.0, []),
    "tanh of a constant": (lambda z: jnp.tanh(jnp.array(0.3)) * z, []),
    "|z - .3|": (lambda z: jnp.abs(z - 0.3), [0.3]),
    "tent": (lambda z: 1 - 2 * jnp.abs(z - 0.5), [0.5]),
    "tent of tent": (lambda z: 1 - 2 * jnp.abs(1 - 2 * jnp.abs(z - 0.5) - 0.5), [0.25, 0.5, 0.75]),
    "relu": (relu, [0]),
    "relu of relu": (lambda z: relu(0.5 - relu(z - 0.125)), [0.125, 0.625]),
    "leaky relu": (lambda z: jax.nn.leaky_relu(z + 0.5), [-0.5]),
    "relu and skip": (lambda z: z + relu(0.25 - z), [0.25]),
    "relu as a mask": (lambda z: z * (z > 0), [0]),
    "sign(z)·z": (lambda z: jnp.sign(z) * z, [0]),
    "relu6": (lambda z: jax.nn.relu6(8 * z), [0, 0.75]),
    "hard tanh": (lambda z: jax.nn.hard_tanh(2 * z), [-0.5, 0.5]),
    "clip": (lambda z: jnp.clip(z, -0.5, 0.25), [-0.5, 0.25]),
    "clamp": (lambda z: jax.lax.clamp(-0.5, z, 0.25), [-0.5, 0.25]),
    "max": (lambda z: jnp.maximum(z, -3 * z + 1), [0.25]),
    "min": (lambda z: jnp.minimum(z, 0.125), [0.125]),
    "max of three": (lambda z: jnp.max(jnp.stack([-z, z, jnp.full((), 0.25)])), [-0.25, 0.25]),
    "min of three": (lambda z: jnp.min(jnp.stack([-z, z, jnp.full((), -0.25)])), [-0.25, 0.25]),
    "median": (lambda z: jnp.median(jnp.stack([-z, z, jnp.full((), 0.25)])), [-0.25, 0.0, 0.25]),
    "sort": (lambda z: jnp.sort(jnp.stack([z, 0.5 - z])) @ jnp.array([1.0, 3.0]), [0.25]),
    "where": (lambda z: jnp.where(z > 0.5, 3 * z - 1, z), [0.5]),
    "nested where": (lambda z: jnp.where(z > 0, jnp.where(z < 0.5, z, 0.5), -2 * z), [0, 0.5]),
    "cond": (lambda z: jax.lax.cond(z < 0.125, lambda t: t, lambda t: 0.25 - t, z), [0.125]),
    "checkpoint": (lambda z: jax.checkpoint(lambda t: jnp.maximum(t, 0.5))(z), [0.5]),
    "custom_vjp": (kink_with_own_gradient, [0.25]),
    "jit": (jax.jit(lambda z: relu(z)), [0]),
    "two jumps that cancel": (lambda z: jnp.where(z > 0, z + 1, z) - jnp.where(z > 0, 1.0, 0.0), []),
    "kinks that cancel": (lambda z: 0.1 * jnp.abs(z - 0.3) - 0.1 * relu(z - 0.3) - 0.1 * relu(0.3 - z), []),
    "a kink of 1e-12": (lambda z: z + 1e-12 * relu(z - 0.5), [0.5]),
    "a kink of 1e-9 beside a hat": (lambda z: z + 1e-9 * relu(z - 0.5) + hat(0.25)(z), [0.25 - 1e-7, 0.25, 0.25 + 1e-7, 0.5]),
    "dead unit": (lambda z: relu(-2 - relu(z)) + z, []),
    "behind the ends": (lambda z: relu(z - 1) + relu(z + 2), []),
}

SMOOTH = {
    "tanh": jnp.tanh,
    "z²": lambda z: z * z,
    "relu²": lambda z: relu(z) * relu(z),
    "elu": jax.nn.elu,
    "1/z": lambda z: 1 / (z + 3),
    "rounded": lambda z: z.astype(jnp.float32),
    "exp behind a relu": lambda z: jnp.exp(relu(z)),
    "loop": lambda z: jax.lax.fori_loop(0, 3, lambda _, t: jnp.abs(t) - 0.5, z),
}

JUMPS = {
    "step": (lambda z: jnp.where(z > 0.3, 1.0, 0.0), 0.3),
    "sign": (jnp.sign, 0.0),
    "slope and step": (lambda z: jnp.where(z > 0, 2 * z, 3 * z + 1), 0.0),
    "step of 1e-9": (lambda z: jnp.where(z > 0.25, z, z + 1e-9), 0.25),
}


@pytest.mark.parametrize("name", KINKS)
def test_the_kinks_are_those_derived_by_hand(name):
    generator, expected = KINKS[name]
    np.testing.assert_allclose(knots(generator, -1.0, 1.0), expected, rtol=4e-16, atol=0)


@pytest.mark.parametrize("name", SMOOTH)
def test_a_generator_that_is_not_piecewise_linear_has_no_list_of_kinks(name):
    assert knots(SMOOTH[name], -1.0, 1.0) is None


@pytest.mark.parametrize("name", JUMPS)
def test_a_jump_is_a_place_between_two_pieces(name):
    generator, at = JUMPS[name]
    np.testing.assert_allclose(knots(generator, -1.0, 1.0), [at], rtol=4e-16)


STEPS = {
    "floor": (jnp.floor, [-1, 0, 1]),
    "ceil": (jnp.ceil, [-1, 0, 1]),
    "round": (jnp.round, [-1.5, -0.5, 0.5, 1.5]),
    "trunc": (jnp.trunc, [-1, 1]),
    "remainder": (lambda z: z % 1.0, [-1, 0, 1]),
    "whole parts": (lambda z: z // 0.5, [-1.5, -1, -0.5, 0, 0.5, 1, 1.5]),
    "to integers": (lambda z: z.astype(int) * 1.0, [-1, 1]),
    "sign": (jnp.sign, [0]),
    "a step inside a line": (lambda z: z + jnp.floor(2 * z), [-1.5, -1, -0.5, 0, 0.5, 1, 1.5]),
    "stopped": (lambda z: jnp.abs(jax.lax.stop_gradient(z)) + z, [0]),
}


@pytest.mark.parametrize("name", STEPS)
def test_steps_are_followed(name):
    generator, expected = STEPS[name]
    np.testing.assert_allclose(knots(generator, -1.75, 1.75), expected, atol=1e-15)


@pytest.mark.parametrize("reach", [1.0, 1e3, 1e9])
@pytest.mark.parametrize("center", [-0.9, 0.0, 1 / 3, 0.7123456789])
def test_no_hat_is_too_narrow_to_be_found(center, reach):
    found = knots(lambda z: 0.5 * z + hat(center)(z) - hat(-center / 2, 1e-9)(z), -reach, reach)
    hats = ((Fraction(center), Fraction(1e-7)), (Fraction(-center / 2), Fraction(1e-9)))
    exact = sorted({middle + side * width for middle, width in hats for side in (-1, 0, 1)})
    np.testing.assert_allclose(found, [float(z) for z in exact], rtol=4e-16, atol=0)


def test_far_from_zero_knots_are_as_sharp_as_z():
    at = 1e6 + 0.25
    np.testing.assert_allclose(knots(hat(at, 2.0**-20), -1e9, 1e9), [at - 2.0**-20, at, at + 2.0**-20], rtol=0, atol=2 * np.spacing(at))


def test_all_of_16_383_kinks_are_found():
    def tents(z):
        for _ in range(14):
            z = 1 - 2 * jnp.abs(z - 0.5)
        return z

    np.testing.assert_array_equal(knots(tents, 0.0, 1.0), np.arange(1, 2**14) / 2**14)


def exact_knots(layers, activation_slopes, skip, low, high):
    """The kinks of a net with one input, by rational arithmetic; ``activation_slopes`` are the slopes below and above 0."""
    # On each piece a unit is the pair (a, b), for a + b·z.
    pieces = [(Fraction(low), Fraction(high), [(Fraction(0), Fraction(1))])]
    for number, (weight, bias) in enumerate(layers):
        rows = [([Fraction(w) for w in row], Fraction(b)) for row, b in zip(weight.tolist(), bias.tolist(), strict=True)]
        split = []
        for lo, hi, inputs in pieces:
            a, b = zip(*inputs, strict=True)
            units = [(shift + sum(map(mul, row, a)), sum(map(mul, row, b))) for row, shift in rows]
            if number == len(layers) - 1:
                split.append((lo, hi, units))
                continue
            cuts = sorted({lo, hi} | {-a / b for a, b in units if b != 0 and lo < -a / b < hi})
            for left, right in itertools.pairwise(cuts):
                slopes = [activation_slopes[a + b * (left + right) / 2 > 0] for a, b in units]
                split.append((left, right, [(s * a, s * b) for s, (a, b) in zip(slopes, units, strict=True)]))
        pieces = split
    slopes = [(left, units[0][1] + Fraction(skip)) for left, _, units in pieces]
    return [float(z) for (_, one), (z, two) in itertools.pairwise(slopes) if one != two]


def layers_of(mlp):
    return [(np.asarray(layer.weight, np.float64), np.asarray(layer.bias, np.float64)) for layer in mlp.layers]


@pytest.mark.parametrize("seed", few(range(3), 1))
def test_a_relu_nets_kinks_are_those_of_rational_arithmetic(seed):
    with jax.enable_x64(True):
        mlp = promoted(eqx.nn.MLP("scalar", "scalar", 64, 2, relu, key=jax.random.key(seed), dtype=jnp.float32))
    exact = exact_knots(layers_of(mlp), (Fraction(0), Fraction(1)), 0, -1000, 1000)
    found = knots(mlp, -1000.0, 1000.0)
    assert len(exact) > 100
    np.testing.assert_allclose(found, exact, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("activation", "slopes"), [("relu", (0, 1)), ("leaky_relu", (0.01, 1))])
def test_the_kinks_of_the_librarys_generator_are_those_of_rational_arithmetic(activation, slopes):
    with jax.enable_x64(True):
        generator = promoted(Generator(16, 3, activation, key=jax.random.key(4)))
    exact = exact_knots(layers_of(generator.mlp), tuple(map(Fraction, slopes)), float(generator.slope), -1e9, 1e9)
    np.testing.assert_allclose(knots(generator, -1e9, 1e9), exact, rtol=1e-12, atol=1e-15)


def test_a_wide_range_keeps_the_kinks_near_zero():
    with jax.enable_x64(True):
        mlp = promoted(eqx.nn.MLP("scalar", "scalar", 32, 2, relu, key=jax.random.key(7), dtype=jnp.float32))
    near, far = knots(mlp, -10.0, 10.0), knots(mlp, -1e9, 1e9)
    np.testing.assert_allclose(far[np.abs(far) < 10], near, rtol=1e-14, atol=0)
