"""The Chebyshev proxy of an opaque generator, against the generator itself."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from problems import few

from gantheory.base.precision import promoted
from gantheory.distributions.pushforward.proxy import chebyshev_proxy

RNG = np.random.default_rng(0)
WEIGHTS = RNG.normal(size=(32, 1)) * 1.5, RNG.normal(size=32), RNG.normal(size=(32, 32)) / 4, RNG.normal(size=32), RNG.normal(size=32) / 5


def net(activation, dtype=np.float64):
    first, shift, second, other_shift, last = (weight.astype(dtype) for weight in WEIGHTS)

    def function(z):
        hidden = activation(first @ z.astype(dtype)[None] + shift[:, None])
        return last @ activation(second @ hidden + other_shift[:, None])

    return function


def tanh_slope(z):
    first, shift, second, other_shift, last = WEIGHTS
    one = np.tanh(first @ z[None] + shift[:, None])
    two = np.tanh(second @ one + other_shift[:, None])
    return last @ ((1 - two**2) * (second @ ((1 - one**2) * first)))


def relu(x):
    return np.maximum(x, 0)


# (G, G', largest error, largest slope_error) on [-1, 1].
SMOOTH = {
    "3z - 1": (lambda z: 3 * z - 1, lambda z: 3 + 0 * z, 1e-13, 1e-9),
    "constant": (lambda z: 2 + 0 * z, lambda z: 0 * z, 1e-13, 1e-9),
    "sin 10z": (lambda z: np.sin(10 * z), lambda z: 10 * np.cos(10 * z), 1e-13, 1e-9),
    "sin 1000z": (lambda z: np.sin(1000 * z), lambda z: 1000 * np.cos(1000 * z), 1e-12, 1e-6),
    "exp": (np.exp, np.exp, 1e-13, 1e-9),
    "1/(1 + 625z²)": (lambda z: 1 / (1 + 625 * z**2), lambda z: -1250 * z / (1 + 625 * z**2) ** 2, 1e-13, 1e-8),
    "1 - tanh 20z": (lambda z: 1 - np.tanh(20 * z), lambda z: -20 / np.cosh(20 * z) ** 2, 1e-13, 1e-8),
    "tanh net": (net(np.tanh), tanh_slope, 1e-13, 1e-9),
    "float32 tanh net": (net(np.tanh, np.float32), tanh_slope, 1e-5, 1e-3),
    "float32 tanh net and skip": (lambda z: z + net(np.tanh, np.float32)(z), lambda z: 1 + tanh_slope(z), 1e-5, 1e-3),
}

KINKED = {
    "|z - .3|": (lambda z: np.abs(z - 0.3), 1e-13),
    "√|z - .3|": (lambda z: np.sqrt(np.abs(z - 0.3)), 1e-7),
    "relu net": (net(relu), 1e-12),
    "float32 relu net": (net(relu, np.float32), 1e-5),
    "float32-rounded |z - .3|": (lambda z: np.abs(z - 0.3).astype(np.float32), 1e-5),
}

CUTS = {"one piece": np.array([-1.0, 1.0]), "landmarks": np.array([-1.0, -0.9, -0.21, 0.0, 0.4, 0.93, 1.0])}


def points(count=20_000):
    """Points in [-1, 1], some of them crowded around the kink at .3."""
    rng = np.random.default_rng(1)
    crowd = 0.3 + rng.choice([-1, 1], count // 10) * 10.0 ** rng.uniform(-17, -1, count // 10)
    return np.sort(np.concatenate([rng.uniform(-1, 1, count), crowd, [-1, 1]]))


def values_and_slopes(proxy, z):
    with jax.enable_x64(True):
        return map(np.asarray, jax.jit(jax.vmap(lambda t: jax.jvp(proxy, (t,), (jnp.ones_like(t),))))(z))


@pytest.mark.parametrize("cuts", CUTS)
@pytest.mark.parametrize("name", few(SMOOTH, 4))
def test_reported_errors_are_small_bounds_on_the_true_ones(name, cuts):
    function, slope, most, most_slope = SMOOTH[name]
    proxy = chebyshev_proxy(function, CUTS[cuts])
    z = points()
    values, slopes = values_and_slopes(proxy, z)
    assert np.abs(values - function(z)).max() <= proxy.error <= most
    assert np.abs(slopes - slope(z)).max() <= proxy.slope_error <= most_slope


@pytest.mark.parametrize("cuts", CUTS)
@pytest.mark.parametrize("name", KINKED)
def test_pieces_close_in_on_a_kink(name, cuts):
    function, most = KINKED[name]
    proxy = chebyshev_proxy(function, CUTS[cuts])
    z = points()
    values, _ = values_and_slopes(proxy, z)
    assert np.abs(values - function(z)).max() <= proxy.error <= most


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_slope_error_covers_a_kink(dtype):
    proxy = chebyshev_proxy(lambda z: np.abs(z - 0.3).astype(dtype), np.array([-1.0, 1.0]))
    z = points()
    _, slopes = values_and_slopes(proxy, z)
    assert np.abs(slopes - np.sign(z - 0.3)).max() <= proxy.slope_error <= 20


def test_a_kink_at_a_cut_costs_nothing():
    proxy = chebyshev_proxy(lambda z: np.abs(z - 0.3), np.array([-1.0, 0.3, 1.0]))
    assert len(proxy.cuts) == 3 and proxy.error < 1e-13 and proxy.slope_error < 1e-10


def test_a_step_is_an_error_of_its_height():
    proxy = chebyshev_proxy(lambda z: np.where(z > 0.3, 1.0, 0.0), np.array([-1.0, 1.0]))
    assert 0.4 < proxy.error < 4


def test_noise_does_not_split_pieces():
    assert len(chebyshev_proxy(net(np.tanh, np.float32), np.linspace(-6, 6, 25)).cuts) == 25


def test_steps_of_one_float32_ulp_do_not_split_pieces():
    proxy = chebyshev_proxy(lambda z: (1 + 1e-7 * np.tanh(z)).astype(np.float32), np.array([-1.0, 1.0]))
    assert len(proxy.cuts) == 2 and proxy.error < 1e-6 and proxy.slope_error < 1e-3


@pytest.mark.parametrize("name", ["tanh net", "float32 tanh net", "sin 1000z"])
def test_neighbouring_pieces_meet(name):
    proxy = chebyshev_proxy(SMOOTH[name][0], np.array([-1.0, 1.0]))
    with jax.enable_x64(True):
        values = jax.jit(jax.vmap(proxy))
        at, before = (np.asarray(values(z)) for z in (proxy.cuts, np.nextafter(proxy.cuts, -np.inf)))
    np.testing.assert_allclose(at, before, rtol=0, atol=5e-13 if name == "sin 1000z" else 4e-15)


def test_jax_differentiates_vectorises_and_compiles_the_proxy():
    proxy = chebyshev_proxy(lambda z: np.sin(3 * z), np.array([-1.0, 0.1, 1.0]))
    with jax.enable_x64(True):
        first = jax.grad(proxy)
        z = np.linspace(-1, 1, 301)
        for function, exact, atol in (
            (proxy, np.sin(3 * z), 1e-14),
            (first, 3 * np.cos(3 * z), 1e-11),
            (jax.jacfwd(jax.jacfwd(proxy)), -9 * np.sin(3 * z), 1e-8),
            (jax.grad(first), -9 * np.sin(3 * z), 1e-8),
        ):
            np.testing.assert_allclose(jax.jit(jax.vmap(function))(z), exact, rtol=0, atol=atol)
        one = jax.jit(lambda z: proxy(z))(0.5)
        assert one.shape == () and one.dtype == jnp.float64
        assert float(promoted(proxy)(0.5)) == float(proxy(0.5))
        assert promoted(proxy).error == proxy.error
    assert not jax.config.jax_enable_x64


def test_beyond_its_ends_the_proxy_is_linear():
    proxy = chebyshev_proxy(np.exp, np.array([-1.0, 1.0]))
    z = np.array([-1e9, -3.0, -1.0, 1.0, 3.0, 1e9])
    values, slopes = values_and_slopes(proxy, z)
    edge = np.clip(z, -1, 1)
    np.testing.assert_allclose(values, np.exp(edge) * (1 + z - edge), rtol=1e-11)
    np.testing.assert_allclose(slopes, np.exp(edge), rtol=1e-11)


def test_with_far_the_proxy_follows_the_function_far_out():
    near, proxy = (chebyshev_proxy(net(np.tanh), np.linspace(-4, 4, 9), far) for far in (0.0, 1e9))
    z = np.concatenate([-np.geomspace(4, 1e9, 500), np.geomspace(4, 1e9, 500)])
    values, _ = values_and_slopes(proxy, z)
    np.testing.assert_allclose(values, net(np.tanh)(z), rtol=0, atol=1e-13)
    assert (proxy.cuts[0], proxy.cuts[-1]) == (-4 - 1e9, 4 + 1e9)
    assert proxy.error == pytest.approx(near.error, rel=1) and proxy.slope_error == pytest.approx(near.slope_error, rel=1)


def test_far_out_the_function_may_overflow():
    proxy = chebyshev_proxy(np.exp, np.linspace(-1, 1, 3), far=1e9)
    assert 100 < proxy.cuts[-1] < 1000 and proxy.error < 1e-13
    values, _ = values_and_slopes(proxy, np.array([-100.0, 10.0, 100.0]))
    np.testing.assert_allclose(values, np.exp([-100, 10, 100]), rtol=1e-9, atol=1e-20)


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (lambda z: z[:, None], r"one of its shape. Got \(\d+, 1\) for"),
        (lambda z: 1.0, r"one of its shape. Got \(\) for"),
        (lambda z: 1 / (z - 1), r"finite wherever z has mass. Got one that is not at z = 1.0"),
        (lambda z: np.where(z < 0, np.nan, z), "finite wherever z has mass"),
    ],
)
def test_a_bad_function_is_refused_in_one_sentence(function, sentence):
    with pytest.raises(ValueError, match=sentence):
        chebyshev_proxy(function, np.array([-1.0, 1.0]))
