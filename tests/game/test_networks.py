import math

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from gantheory.game.networks import ACTIVATIONS, INITIALIZATIONS, Discriminator, Generator, Unit, initialized

KEY = jax.random.key(3)
POINTS = np.linspace(-2, 3, 11, dtype=np.float32)
BY_HAND = {
    "tanh": np.tanh,
    "relu": lambda u: np.maximum(u, 0),
    "leaky_relu": lambda u: np.where(u > 0, u, 0.01 * u),
    "elu": lambda u: np.where(u > 0, u, np.exp(u) - 1),
    "gelu": lambda u: u / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (u + 0.044715 * u**3))),
    "silu": lambda u: u / (1 + np.exp(-u)),
    "softplus": lambda u: np.log1p(np.exp(u)),
}


def perceptron(mlp, u, activation):
    """The same network in NumPy."""
    h = u[:, None]
    for layer in mlp.layers[:-1]:
        h = activation(h @ np.asarray(layer.weight, np.float64).T + np.asarray(layer.bias, np.float64))
    return (h @ np.asarray(mlp.layers[-1].weight, np.float64).T + np.asarray(mlp.layers[-1].bias, np.float64))[:, 0]


def test_every_activation_has_its_formula_here():
    assert BY_HAND.keys() == ACTIVATIONS.keys()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_generator_is_a_scaled_perceptron_with_a_linear_skip(activation):
    g = Generator(6, 2, activation, Unit(3.0, 0.5), key=KEY)
    expected = 3.0 + 0.5 * (POINTS + perceptron(g.mlp, POINTS, BY_HAND[activation]))
    np.testing.assert_allclose(jax.vmap(g)(POINTS), expected, rtol=1e-5, atol=1e-5)


def test_discriminator_is_the_sigmoid_of_a_perceptron_in_the_datas_unit():
    d = Discriminator(6, 2, "tanh", Unit(3.0, 0.5), key=KEY)
    logit = perceptron(d.mlp, (POINTS - 3.0) / 0.5, np.tanh)
    np.testing.assert_allclose(jax.vmap(d.logit)(POINTS), logit, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(jax.vmap(d)(POINTS), 1 / (1 + np.exp(-logit)), rtol=1e-5)


def test_beyond_its_reach_the_discriminator_is_held_and_within_it_is_not_touched():
    held, free = (Discriminator(6, 1, "tanh", Unit(1.0, 2.0), reach, key=KEY) for reach in (1.5, None))
    for x, at in ((100.0, 4.0), (-100.0, -2.0), (2.5, 2.5)):
        assert float(held.logit(jnp.float32(x))) == float(free.logit(jnp.float32(at)))
    assert float(jax.grad(held.logit)(100.0)) == 0.0


@pytest.mark.parametrize("network", [Generator, Discriminator])
def test_weights_are_float32_and_follow_from_the_key(network, weights):
    one, again, other = (network(6, 2, key=jax.random.key(seed)) for seed in (0, 0, 1))
    assert {leaf.dtype for leaf in jax.tree.leaves(one) if hasattr(leaf, "dtype")} == {np.dtype("float32")}
    assert weights(one) == weights(again) != weights(other)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("network", [Generator, Discriminator])
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"activation": "sine"}, "`activation` must be one of tanh, .*softplus. Got 'sine'"),
        ({"width": 0}, "`width` of a network must be at least 1, and whole. Got 0"),
        ({"width": 2.5}, "`width` of a network must be at least 1, and whole. Got 2.5"),
        ({"depth": -2}, "`depth` of a network must be at least 1, and whole. Got -2"),
        ({"inputs": 0, "skip": False}, "`inputs` of a network must be at least 1, and whole. Got 0"),
        ({"unit": 3}, r"`unit` of a network must be \(location, scale\) of the data. Got 3"),
        ({"key": 0}, r"`key` of a network must be one JAX random key, such as jax.random.key\(0\). Got 0"),
        ({"key": jax.random.split(KEY)}, r"must be one JAX random key, .* Got key<fry> of shape \(2,\)"),
    ],
)
def test_a_network_that_cannot_be_built_is_refused(network, wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        network(**{"key": KEY} | {name: value for name, value in wrong.items() if name != "skip" or network is Generator})


def test_a_key_must_be_given():
    with pytest.raises(TypeError, match="key"):
        Generator()


def test_with_spectral_norms_no_slope_exceeds_that_of_the_activations():
    """tanh has slopes of at most 1 and every matrix a norm of 1: so has D."""
    plain, spectral = (Discriminator(16, 3, "tanh", spectral=on, key=jax.random.key(3)) for on in (False, True))
    wide = eqx.tree_at(lambda d: [layer.weight for layer in d.mlp.layers], spectral, [5 * layer.weight for layer in plain.mlp.layers])
    x = jnp.linspace(-3, 3, 501)
    along = eqx.filter_jit(lambda d: jax.vmap(jax.value_and_grad(d.logit))(x))
    (values, slopes), (of_wide, slopes_of_wide) = along(spectral), along(wide)
    assert max(np.abs(slopes).max(), np.abs(slopes_of_wide).max()) <= 1 + 1e-5
    np.testing.assert_allclose(of_wide, values, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_a_network_is_the_perceptron_whose_weights_it_has(depth):
    d = Discriminator(7, depth, "gelu", key=jax.random.key(depth))
    for x in (-2.0, 0.0, 1.3):
        assert float(d.logit(x)) == pytest.approx(float(d.mlp(jnp.asarray(x))), rel=1e-5, abs=1e-6)


# What the weights of a layer from 200 to 100 units are drawn from: their variance, and their greatest size if they are uniform.
STARTS = {
    "uniform": (1 / (3 * 200), 1 / math.sqrt(200)),
    "he_normal": (2 / 200, None),
    "he_uniform": (2 / 200, math.sqrt(6 / 200)),
    "glorot_normal": (2 / 300, None),
    "glorot_uniform": (2 / 300, math.sqrt(6 / 300)),
    "orthogonal": (1 / 200, None),
    "dcgan": (0.02**2, None),
}


@pytest.mark.parametrize("name", INITIALIZATIONS)
def test_weights_start_with_the_variance_of_the_initialisation_that_is_named(name):
    (layer,) = initialized(eqx.nn.MLP(200, 100, 1, 0, key=KEY), name, KEY).layers
    weight = np.asarray(layer.weight, np.float64)
    variance, most = STARTS[name]
    assert weight.shape == (100, 200)
    assert weight.var() == pytest.approx(variance, rel=5 * math.sqrt(2 / weight.size), abs=0)
    assert abs(weight.mean()) < 5 * math.sqrt(variance / weight.size)
    if most:
        assert 0.99 * most < np.abs(weight).max() <= most * (1 + 1e-6)
    if name == "orthogonal":
        np.testing.assert_allclose(weight @ weight.T, np.eye(100), atol=1e-5)
    assert np.any(layer.bias) == (name == "uniform")


def test_an_initialisation_follows_from_its_key_and_an_unknown_one_is_refused(weights):
    mlp = Generator(6, 2, key=KEY).mlp
    one, again, other = (initialized(mlp, "glorot_normal", jax.random.key(seed)) for seed in (0, 0, 1))
    assert weights(one) == weights(again) != weights(other)
    assert initialized(mlp, "uniform", KEY) is mlp
    with pytest.raises(ValueError, match=r"`initialization` must be one of uniform, .* Got 'he_norma': did you mean 'he_normal'"):
        initialized(mlp, "he_norma", KEY)


def test_a_network_has_the_numbers_of_coordinates_that_were_asked_for():
    assert Generator(4, 1, skip=False, inputs=3, outputs=2, key=jax.random.key(0))(jnp.zeros(3)).shape == (2,)
    assert Generator(4, 1, key=jax.random.key(0))(jnp.zeros(())).shape == ()
