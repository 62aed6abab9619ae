"""Measurement is float64 and the same to the last bit whatever the user's jax.config says, and leaves no trace."""

import functools
import json
import os
import subprocess
import sys

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gantheory as gt
from gantheory.base.precision import finite_parameter, in_float64, on_host, promoted

MEASURE_EVERYTHING = """
import json, sys
import jax, numpy as np
np.random.seed(7)
before = {name: getattr(jax.config, name) for name in ("jax_enable_x64", "jax_default_matmul_precision", "jax_debug_nans")}, repr(
    np.random.get_state()
)
import gantheory as gt
import jax.numpy as jnp

p, q = gt.Normal(0, 1), gt.Mixture([0.25, 0.75], [gt.Normal(-2, 0.5), gt.Normal(1, 1)])
folded = gt.Pushforward(lambda z: jnp.sin(3 * z), gt.Uniform(-1, 1))
network = gt.Discriminator(width=4, depth=1, key=jax.random.key(0))
measured = [gt.jsd(p, q), gt.kl(p, q), gt.total_variation(p, q), gt.jsd(p, folded), gt.value(p, q, network)]
measured += [value for _, value in gt.measure(p, q, network).items()]
numbers = [(e.value, e.error) for e in measured] + [p.log_prob(0.1).tolist(), q.cdf(0.1).tolist(), folded.prob(0.1).tolist()]
after = {name: getattr(jax.config, name) for name in before[0]}, repr(np.random.get_state())
assert before == after, (before[0], after[0])
assert jnp.zeros(()).dtype == (jnp.float64 if jax.config.jax_enable_x64 else jnp.float32)
loaded = [name for name in ("matplotlib", "sympy", "flint", "scipy.stats", "typer", "diffrax") if name in sys.modules]
print(json.dumps({"numbers": numbers, "x64": jax.config.jax_enable_x64, "loaded": loaded}))
"""


@functools.cache
def in_a_fresh_process(x64: bool) -> dict:
    environment = {**os.environ, "JAX_ENABLE_X64": str(int(x64)), "JAX_PLATFORMS": "cpu"}
    done = subprocess.run([sys.executable, "-c", MEASURE_EVERYTHING], env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
def test_the_users_x64_setting_changes_no_bit():
    single, double = map(in_a_fresh_process, (False, True))
    assert single["x64"] is False and double["x64"] is True
    assert single["numbers"] == double["numbers"]


def test_importing_loads_none_of_the_heavy_libraries():
    assert in_a_fresh_process(x64=False)["loaded"] == []


@pytest.mark.parametrize("user", [False, True])
def test_in_float64_holds_inside_and_restores_outside(user):
    with jax.enable_x64(user):
        assert in_float64(lambda: jnp.zeros(()).dtype)() == jnp.float64
        assert jnp.zeros(()).dtype == (jnp.float64 if user else jnp.float32)


def test_in_float64_restores_after_an_exception():
    def fails():
        raise RuntimeError

    with jax.enable_x64(False):
        with pytest.raises(RuntimeError):
            in_float64(fails)()
        assert jnp.zeros(()).dtype == jnp.float32


@pytest.mark.parametrize("user", [False, True])
@pytest.mark.parametrize("x", [1, 0.1, True, [0, 1], (0.1, 0.2), np.float32(0.1), np.arange(3), [[0.1], [0.2]]])
def test_whatever_goes_in_float64_numpy_comes_out(x, user):
    with jax.enable_x64(user):
        for given in (x, jnp.asarray(x)):
            for method in ("log_prob", "prob", "cdf"):
                result = getattr(gt.Normal(0, 1), method)(given)
                assert isinstance(result, np.ndarray)
                assert result.dtype == np.float64
                assert result.shape == np.shape(x)


def test_a_float32_users_point_is_not_rounded():
    with jax.enable_x64(False):
        assert gt.Normal(0, 1).log_prob(0.1) == gt.Normal(0, 1).log_prob(np.float64(0.1)) != gt.Normal(0, 1).log_prob(np.float32(0.1))
        assert gt.Normal(0.1, 1).log_prob(0.1) == -np.log(2 * np.pi) / 2


@pytest.mark.parametrize("transform", [jax.jit, eqx.filter_jit, jax.vmap, jax.jacfwd], ids=["jit", "filter_jit", "vmap", "jacfwd"])
def test_densities_trace(transform):
    p, x = gt.Mixture([0.25, 0.75], [gt.Normal(-2, 0.5), gt.Normal(1, 1)]), jnp.asarray([0.25, 1.5])
    traced = np.asarray(transform(lambda t: p.log_prob(t))(x))
    expected = p.log_prob(x)
    if transform is jax.jacfwd:
        step = 1e-5
        expected = np.diag((p.log_prob(np.asarray(x, float) + step) - p.log_prob(np.asarray(x, float) - step)) / (2 * step))
    np.testing.assert_allclose(traced, expected, rtol=1e-5)


def test_promoted_keeps_every_weight_and_what_is_no_weight():
    network = gt.Generator(width=4, depth=1, key=jax.random.key(0))
    with jax.enable_x64(True):
        wide = promoted(network)
        for narrow, leaf in zip(jax.tree.leaves(network), jax.tree.leaves(wide), strict=True):
            if eqx.is_inexact_array(narrow):
                assert leaf.dtype == jnp.float64
                np.testing.assert_array_equal(np.asarray(narrow, np.float64), leaf)
            else:
                assert leaf is narrow


def test_on_host_leaves_tracers_alone():
    assert on_host(jnp.float32(0.5)).dtype == np.float64
    assert jax.jit(lambda x: on_host(x) + 1)(1.0) == 2.0


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), [1, float("nan")], "a", None, [1, [2, 3]], 1j, object])
def test_a_parameter_that_is_no_finite_number_is_named(bad):
    with pytest.raises(ValueError, match=r"^`loc` of Normal must be .*\. Got "):
        finite_parameter("Normal", "loc", bad)


@pytest.mark.parametrize("bad", [0, -1.0, [1, 0], float("inf")])
def test_a_parameter_that_must_be_positive_is_refused_otherwise(bad):
    with pytest.raises(ValueError, match=r"^`scale` of Normal must be positive and finite\. Got "):
        finite_parameter("Normal", "scale", bad, positive=True)
