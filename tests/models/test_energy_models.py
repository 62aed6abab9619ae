"""Generators trained by a distance of samples: each distance by brute force, each law's by a closed form."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

import gantheory as gt
from gantheory.models.energy import EnergyDistance, energy_of_samples, sum_of_distances
from gantheory.models.mmd import MeanDiscrepancy, mmd2_of_samples

P_DATA = gt.Normal(1.0, 0.5)
RNG = np.random.default_rng(0)


def straight(method, slope, offset):
    """A generator of ``method`` that is a straight line of the data's unit, and its law, a Gaussian."""
    start = method.init(jax.random.key(0), P_DATA)
    zeros = jax.tree.map(lambda leaf: 0 * leaf if eqx.is_array(leaf) else leaf, start.mlp)
    line = eqx.tree_at(lambda g: (g.mlp, g.slope, g.offset), start, (zeros, jnp.float32(slope), jnp.float32(offset)))
    loc, scale = start.unit
    return line, gt.Normal(loc + scale * float(line.offset), scale * float(line.slope))


def test_the_distances_of_samples_are_those_of_all_pairs():
    x, y = RNG.normal(size=(2, 40))
    across, in_x, in_y = (np.abs(a[:, None] - b) for a, b in ((x, y), (x, x), (y, y)))
    apart = ~np.eye(40, dtype=bool)
    with jax.enable_x64(True):
        assert float(sum_of_distances(jnp.asarray(x))) == pytest.approx(in_x.sum() / 2)
        energy = 2 * across.mean() - in_x[apart].mean() - in_y[apart].mean()
        assert float(energy_of_samples(jnp.asarray(x), jnp.asarray(y))) == pytest.approx(energy)
        of = [np.exp(-(d**2) / (2 * 0.7**2)) for d in (across, in_x, in_y)]
        mmd2 = of[1][apart].mean() + of[2][apart].mean() - 2 * of[0].mean()
        assert float(mmd2_of_samples(jnp.asarray(x), jnp.asarray(y), 0.7)) == pytest.approx(mmd2)


def mean_distance(shift, variance):
    """E|N(shift, variance)|."""
    sd = math.sqrt(variance)
    return sd * math.sqrt(2 / math.pi) * math.exp(-((shift / sd) ** 2) / 2) + shift * (1 - 2 * stats.norm.cdf(-shift / sd))


def test_the_energy_distance_of_a_straight_generator_is_that_of_gaussians():
    method = EnergyDistance(width=4, depth=1)
    line, law = straight(method, 1.5, -0.4)
    split = method.split(P_DATA, line)
    m, s = float(law.loc), float(law.scale)
    expected = 2 * mean_distance(1.0 - m, 0.25 + s * s) - mean_distance(0.0, 0.5) - mean_distance(0.0, 2 * s * s)
    assert abs(split.divergence.value - expected) <= split.divergence.error + 1e-15 < 1e-10
    assert abs(split.objective.value - expected) <= split.objective.error + 1e-15 < 1e-10
    assert abs(split.defect.value) <= split.defect.error < 1e-10 and split.gap.value == 0


def test_the_mean_discrepancy_of_a_straight_generator_is_that_of_gaussians():
    method = MeanDiscrepancy(bandwidth=0.8, width=4, depth=1)
    line, law = straight(method, 1.5, -0.4)
    split, expected = method.split(P_DATA, line), gt.mmd2(P_DATA, law, 0.8 * line.unit.scale)
    for found in (split.divergence, split.objective):
        assert abs(found.value - expected.value) <= found.error + expected.error < 1e-10
    assert abs(split.defect.value) <= split.defect.error


@pytest.mark.slow
def test_the_mean_discrepancy_from_a_heavy_tail_counts_the_mass_whose_nodes_are_far_apart():
    method = MeanDiscrepancy(width=4, depth=1)
    heavy = gt.Cauchy(0.0, 1.0)
    split = method.split(heavy, method.init(jax.random.key(0), heavy))
    assert abs(split.defect.value) <= split.defect.error


@pytest.mark.parametrize("method", [EnergyDistance(width=4, depth=1), MeanDiscrepancy(width=4, depth=1)], ids=["energy", "mmd"])
def test_a_bent_generator_has_a_split_that_closes(method):
    generator = method.init(jax.random.key(5), P_DATA)
    split = method.split(P_DATA, generator)
    assert split.divergence.value > 0 and abs(split.defect.value) <= split.defect.error < 1e-10


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: MeanDiscrepancy(bandwidth=0.0), "`bandwidth` of MeanDiscrepancy must be positive and finite. Got 0.0."),
        (lambda: EnergyDistance().init(jax.random.key(0), gt.moons(0.1)), "`p_data` of EnergyDistance must be a density on the line."),
        (lambda: EnergyDistance().memory(None, P_DATA, 1), "`batch` must be at least 2 for EnergyDistance"),
        (lambda: EnergyDistance(activation="gelo").init(jax.random.key(0), P_DATA), "`activation` must be one of tanh, relu"),
    ],
)
def test_what_cannot_be_trained_is_refused_in_one_sentence(make, sentence):
    with pytest.raises(ValueError) as refused:
        make()
    assert str(refused.value).startswith(sentence)
