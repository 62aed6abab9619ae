"""The floor of generators whose best law is known: affine ones, whose law is a Gaussian or an interval."""

import equinox as eqx
import jax
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from scipy.stats import norm

import gantheory as gt
from gantheory.training.data import data_of
from gantheory.training.run import Run, untrained_like
from gantheory.training.settings import Settings

D = gt.Discriminator(4, 1, key=jax.random.key(0))


class Affine(eqx.Module):
    slope: jax.Array
    offset: jax.Array

    def __call__(self, z):
        return self.slope * z + self.offset


def affine(slope, offset):
    return Affine(jax.numpy.float32(slope), jax.numpy.float32(offset))


def two_jsd_of_interval(half):
    """2 JSD of N(0, 1) and the uniform law on [-half, half], by SciPy."""

    def inside(x):
        p, q = norm.pdf(x), 1 / (2 * half)
        return p * np.log(2 * p / (p + q)) + q * np.log(2 * q / (p + q))

    return quad(inside, -half, half, epsabs=1e-13)[0] + 2 * norm.sf(half) * np.log(2)


@pytest.mark.slow
def test_the_least_that_an_interval_reaches_of_a_gaussian_is_scipys_minimum():
    run = Run(gt.Normal(0, 1), gt.Uniform(-1, 1), affine(3.0, 0.0), D, {})
    found = gt.floor(run, iterations=40)
    known = minimize_scalar(two_jsd_of_interval, bounds=(1, 4), options={"xatol": 1e-9}).fun
    assert found.least.value == pytest.approx(known, abs=1e-8)
    assert found.least.value + found.least.error >= known
    assert found.reached.value == pytest.approx(two_jsd_of_interval(3.0), abs=1e-12)
    assert abs(found.excess.value - (found.reached.value - known)) <= found.excess.error + 1e-8
    assert found.held_out is found.of_model is found.of_run is None
    assert "the true least may be lower" in repr(found)


@pytest.mark.slow
def test_a_law_in_the_family_is_reached():
    found = gt.floor(Run(gt.Normal(1, 2), gt.Normal(0, 1), affine(1.0, 0.0), D, {}), iterations=60)
    assert found.least.value < 1e-12  # float32 weights
    assert abs(float(found.generator.slope)) == pytest.approx(2, abs=1e-5)


@pytest.mark.slow
def test_the_rows_of_a_runs_file_are_read_again_and_judge_the_best_g():
    settings = {"data": "old_faithful", "column": ["waiting"], "seed": 0}
    data = data_of(Settings(data="old_faithful", column=("waiting",)))
    run = Run(data.density, gt.Normal(0, 1), affine(13.0, 70.0), D, settings)
    found = gt.floor(run, iterations=20)
    assert found.least.upper < found.reached.lower
    assert found.held_out.rows == found.of_model.rows == len(data.held_out)
    assert found.of_model.jsd_lower_bound == pytest.approx(0, abs=1e-14)  # D* is 1/2
    assert found.of_run.standard_error > 0 and "the noise level: what a perfect G would get" in repr(found)
    other = Run(gt.Normal(70, 13), gt.Normal(0, 1), affine(13.0, 70.0), D, settings)
    with pytest.raises(ValueError, match="old_faithful no longer holds the rows that p_data was made from"):
        gt.floor(other)


def test_what_has_no_floor_is_refused():
    plane = gt.Product(gt.Normal(0, 1), gt.Normal(0, 1))
    with pytest.raises(ValueError, match="`run` of floor must be on the line"):
        gt.floor(Run(plane, plane, None, D, {}))


def test_an_untrained_network_of_the_same_shape():
    own = gt.Generator(8, 1, unit=(2.0, 0.5), key=jax.random.key(1))
    (fresh,) = untrained_like(own, jax.random.key(2))
    assert jax.tree.structure(fresh) == jax.tree.structure(own)
    assert not np.array_equal(fresh.mlp.layers[0].weight, own.mlp.layers[0].weight)
    assert untrained_like(affine(1.0, 0.0), jax.random.key(2)) == []


@pytest.mark.slow
@pytest.mark.usefixtures("unchecked")
def test_a_run_may_be_given_as_its_folder(tmp_path):
    own = gt.Generator(4, 1, key=jax.random.key(1)), gt.Discriminator(4, 1, key=jax.random.key(2))
    Run(gt.Normal(0, 1), gt.Normal(0, 1), *own, {}).save(tmp_path / "A")
    assert gt.floor(str(tmp_path / "A"), iterations=1).least.value >= 0
    with pytest.raises(ValueError, match=r"`run` of floor must be a run, or the folder that it was saved into. Got 5"):
        gt.floor(5)
