"""What the exact numbers of models rest on, piece by piece: each against its formula, a bound, or a symmetry that it has."""

import math
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gantheory as gt
from gantheory.base.estimate import Estimate
from gantheory.distributions.line.density import DIGIT, LOWEST
from gantheory.game.networks import Unit
from gantheory.models import elbo, linear_vae
from gantheory.models.ancestral import Ancestral
from gantheory.models.chain import DENSITY, Chain
from gantheory.models.contrastive import _means, vector
from gantheory.models.decoded import CORE, _places, law_of_decoder
from gantheory.models.diffusion import DenoisingDiffusion
from gantheory.models.elbo import Bound
from gantheory.models.energy import EnergyDistance
from gantheory.models.flow import Flow
from gantheory.models.gibbs import grid_of
from gantheory.models.measuring import measure_model
from gantheory.models.method import Method
from gantheory.models.mmd import MeanDiscrepancy
from gantheory.models.noising import noising_of
from gantheory.models.rbm import RBM
from gantheory.models.resting import contrastive_rest
from gantheory.models.segments import WIDEST, Lines, segments_of_lines
from gantheory.models.split import Split

P_DATA = gt.Normal(1.0, 0.5)


@pytest.fixture(autouse=True)
def float64():
    with jax.enable_x64(True):
        yield


@pytest.mark.parametrize("steps", [2, 3, 40])
def test_the_noise_begins_and_ends_at_the_variances_that_are_told(steps):
    noising = noising_of(steps)
    np.testing.assert_allclose([noising.lost[1], noising.kept[-1]], [4e-3, 4e-4], rtol=1e-13)
    ratio = np.log(noising.kept[1:] / noising.lost[1:])
    np.testing.assert_allclose(np.diff(ratio), np.diff(ratio).mean(), rtol=1e-12)


class Steps(eqx.Module):
    """The weights of a chain with this v and these s_t, in the data's unit (0.5, 2)."""

    velocity: Any
    scales: Any
    unit: Unit = eqx.field(static=True, default=Unit(0.5, 2.0))

    @property
    def noising(self):
        return noising_of(len(self.scales))


STEEP = Steps(lambda x, time: 0.3 * time - jnp.tanh(6 * x), np.array([0.1, 0.2]))


@pytest.fixture(scope="module")
def chain():
    return Chain(STEEP)


def test_from_node_to_node_a_mean_moves_by_less_than_the_width_that_it_is_smoothed_over(chain):
    for nodes, scale in zip(chain.nodes, chain.scales, strict=True):
        assert np.abs(np.diff(nodes.mean)).max() <= 1.02 * scale / DENSITY


def test_a_rounding_of_every_mean_of_a_chain_is_worth_at_least_their_sum(chain):
    """Σ 1/s_t is what a unit of each μ_t is worth in s_t; √(N Σ 1/s_t²) is at least that, and at most √N times as much."""
    steps = len(chain.scales)
    worth = float(Ancestral(chain, 0.0).rounded[0]) * chain.unit.scale
    assert np.sum(1 / chain.scales) * (1 - 1e-12) <= worth <= math.sqrt(steps) * np.sum(1 / chain.scales)


def test_the_density_that_a_descent_takes_is_that_of_the_chain():
    """By a fixed rule of 320 nodes in JAX, against nodes that are as dense as the chain needs."""
    x = np.array([-0.3, 0.6, 1.0, 1.7])
    method = DenoisingDiffusion(steps=2, width=8, depth=1)
    weights = method.init(jax.random.key(0), P_DATA)
    loc, scale = weights.unit
    known = Chain(weights).log_prob((x - loc) / scale) - np.log(scale)
    np.testing.assert_allclose(method.log_prob(weights, jnp.asarray(x)), known, rtol=1e-5)


@pytest.mark.parametrize("hidden", [[0.4], [3.0, -1.0]])
def test_the_size_of_terms_is_at_least_that_of_their_sums(hidden):
    """|E_data| + |E_k| + |E_p| of every slope, by which rounding is judged: no error may be judged by their difference."""
    model = RBM(0.2, hidden, [1.5, -0.7][: len(hidden)], -0.3)
    grid = grid_of(model, P_DATA)
    of_both, of_model, size = _means(jax.tree.map(jnp.asarray, model), *map(jnp.asarray, (grid.nodes, grid.widths, grid.density)), 1)
    sums = np.abs(np.asarray(of_both)[0]).sum(0) + np.abs(np.asarray(of_model))
    assert size.shape == vector(model).shape and np.all(np.asarray(size) >= sums * (1 - 1e-9))


@pytest.mark.parametrize(
    "p_data", [gt.Laplace(0.3, 1.0), gt.Uniform(-1.0, 2.0), gt.Normal(0.0, 0.01)], ids=["laplace", "uniform", "narrow"]
)
def test_the_nodes_of_a_gibbs_chain_hold_all_of_the_data(p_data):
    """With kinks and jumps at ends of panels, and not inside them."""
    grid = grid_of(RBM(0.2, [0.4], [1.5], 0.3), p_data)
    for widths in grid.widths:
        assert widths @ grid.density == pytest.approx(1, abs=1e-12)
        assert widths @ (grid.density * grid.nodes) == pytest.approx(float(p_data.mean), abs=1e-11)


def test_a_step_of_gibbs_draws_v_with_noise_that_does_not_know_h():
    """P(h = 1) = ½ at every v, and W is so large that v tells h: of each h, the noise has mean 0 and variance 1."""
    model = RBM(0.0, [0.0], [1e6], 0.0)
    v = jnp.zeros(4000)
    drawn = np.asarray(model.gibbs(v, jax.random.key(3)))
    on = drawn > 5e5
    assert abs(on.mean() - 0.5) < 5 * 0.5 / math.sqrt(len(drawn))
    for noise in (drawn[~on], drawn[on] - 1e6):
        assert abs(noise.mean()) < 5 / math.sqrt(len(noise)) and abs(noise.var() - 1) < 5 * math.sqrt(2 / len(noise))


def test_contrastive_divergence_rests_at_a_model_of_which_the_data_are():
    """There the chain keeps the law of the data, and KL is 0."""
    model = RBM(0.0, [0.2], [2.0], 0.0)
    start = RBM(0.1, [0.1], [1.9], 0.05)
    found = contrastive_rest(start, model.law)
    np.testing.assert_allclose(vector(found.model), vector(model), atol=1e-7)
    assert abs(found.kl.value) <= found.kl.error < 1e-9 and found.residual < 1e-9


@pytest.mark.parametrize(("anchor", "offset"), [(1e200, 0.0), (0.0, -1e250)])
def test_the_law_of_a_linear_decoder_is_gaussian_where_its_logarithm_overflows(anchor, offset):
    """N(0, a² + s²): log(-log p) = 2 log(|x|/S) - log 2."""
    law = law_of_decoder(lambda z: 1.2 * jnp.tanh(z) + 0.9 * z, 0.5)
    held = law.known.lost(law, np.float64(anchor), np.float64(offset))
    known = 2 * math.log(abs(anchor + offset) / math.hypot(0.9, 0.5)) - math.log(2)
    assert (LOWEST - float(held)) / DIGIT == pytest.approx(known, abs=1e-6)


def test_where_a_decoder_turns_quadrature_has_a_place():
    """f turns gently at ±3/2, where it is ±6; beyond ±2 it trembles, and bends more than there nearly everywhere."""
    z = np.linspace(-CORE, CORE, 2001)[1:-1]
    f = np.where(np.abs(z) < 2, 6 * np.sin(np.pi * z / 3), np.sign(z) * (12 + np.sin(40 * z) / 2))
    places = _places(z, f, 0.01)
    for turn in (-6.0, 6.0):
        assert np.abs(places - turn).min() < 0.5


def test_pieces_are_cut_into_segments_that_a_rule_can_see():
    """No longer than 7 in z, nor in f(z)/s, on either side of a kink at 0."""
    lines = Lines(*(np.array(row) for row in ([-39.0, 0.0], [0.0, 39.0], [0.0, 0.0], [0.0, 39.0], [0.0, 1.0])))
    for scale in (1e3, 0.5):
        found = segments_of_lines(lines, scale)
        middle = (found.z[:-1] + found.z[1:]) / 2
        assert (found.z[0], found.z[-1]) == (-39, 39) and np.diff(found.z).max() <= WIDEST * (1 + 1e-12)
        assert np.abs(2 * found.coefficients[:, 1]).max() <= WIDEST * scale * (1 + 1e-12)
        np.testing.assert_allclose(found.coefficients[:, 0], np.maximum(middle, 0.0), atol=1e-12)


class Coder(eqx.Module):
    """The decoder az, its scale s, and the encoder N(to · x, sd²)."""

    slope: Any
    scale: Any
    to: Any
    sd: Any

    def decoder(self, z):
        return self.slope * z

    def encode(self, x):
        return self.to * x, jnp.log(self.sd)


def test_the_posterior_of_a_mirrored_point_lies_on_the_mirrored_segments():
    bound = Bound(Coder(*map(np.float64, (0.9, 0.7, 0.5, 0.6))))
    x = np.linspace(-30.0, 30.0, 41)
    there = bound._of_posterior(x, bound.law.log_prob(x))
    mirrored = bound._of_posterior(-x, bound.law.log_prob(-x))
    np.testing.assert_allclose(bound._segments.z, -bound._segments.z[::-1], atol=1e-12)
    np.testing.assert_array_equal(there, mirrored[:, ::-1])
    assert there.any(axis=1).all() and not there.all()


def test_a_flow_is_undone_by_its_inverse():
    flow = Flow(0.3, 0.7, [0.8, 0.4], [2.0, 5.0], [-1.0, 0.5])
    x = jnp.asarray([-30.0, -1.2, 0.0, 0.4, 0.6, 9.0])
    np.testing.assert_allclose(flow.inverse(flow.map(x)[0]), x, rtol=1e-13, atol=1e-14)


def test_the_loss_of_a_mean_discrepancy_is_that_of_the_images_of_draws():
    """1/(n² - n) Σ_(i≠j) k(x_i, x_j) + k(y_i, y_j) less twice the mean of k(x, y), y = G(z) with z drawn from the key, by NumPy."""
    method = MeanDiscrepancy(bandwidth=0.8, width=4, depth=1)
    generator = method.init(jax.random.key(0), P_DATA)
    x, key = np.random.default_rng(0).normal(1, 0.5, 16), jax.random.key(5)
    z = jax.random.normal(key, (16,), np.float64)
    y = np.array([float(generator(one)) for one in z])
    width = 0.8 * float(generator.unit.scale)
    across, of_x, of_y = (np.exp(-((a[:, None] - b) ** 2) / (2 * width**2)) for a, b in ((x, y), (x, x), (y, y)))
    known = (of_x.sum() + of_y.sum() - 32) / (16 * 15) - 2 * across.mean()
    assert float(method.loss(generator, jnp.asarray(x), key, ())[0]) == pytest.approx(known, rel=1e-6)


@pytest.mark.parametrize("method", [EnergyDistance(width=4, depth=1)])
def test_a_split_without_a_gap_says_that_it_adds_one_of_0(method):
    split = method.split(P_DATA, method.init(jax.random.key(5), P_DATA))
    assert split.gap.value == split.gap.error == 0 and split.sign == 1


class Told(Method):
    """N(0, 1), whatever its weights."""

    name = "told"

    def init(self, key, p_data):
        return ()

    def loss(self, weights, x, key, memory):
        return 0.0, memory

    def law(self, weights):
        return gt.Normal(0.0, 1.0)

    def split(self, p_data, weights):
        return Split(Estimate(3.0, 0.0), Estimate(2.0, 0.0), Estimate(1.0, 0.0), 1)


def test_a_model_is_measured_beside_its_own_objective():
    """KL of N(m, s²) and N(0, 1) is ½ (m² + s² - 1) - log s, and ½ ((1 + m²)/s² - 1) + log s the other way around."""
    found = measure_model(Told(), P_DATA, ())
    assert (float(found.objective), float(found.divergence), float(found.gap)) == (3, 2, 1)
    for one, known in ((found.kl, (1 + 0.25 - 1) / 2 + np.log(2)), (found.reverse_kl, (2 / 0.25 - 1) / 2 - np.log(2))):
        assert abs(one.value - known) <= one.error + 1e-14 < 1e-9
    other = gt.jsd(P_DATA, gt.Normal(0.0, 1.0))
    assert abs(found.jsd.value - other.value) <= found.jsd.error + other.error


@pytest.mark.parametrize(("value", "error", "collapsed"), [(0.009, 0.0, True), (0.009, 0.002, False), (0.011, 0.0, False)])
def test_a_rate_counts_as_none_only_beyond_its_error(monkeypatch, value, error, collapsed):
    monkeypatch.setattr(linear_vae, "mean_of", lambda p_data, function: Estimate(value, error))
    monkeypatch.setattr(linear_vae.LinearVAE, "split", lambda self, p_data: Split(*[Estimate(0.0, 0.0)] * 3, 1))
    best = linear_vae.linear_optimum([0.0, 0.0], [[2.0, 0.5], [0.5, 1.0]])
    assert best.report(gt.MultivariateNormal([0.0, 0.0], [[2.0, 0.5], [0.5, 1.0]])).collapsed is collapsed


def test_a_gap_that_rounding_takes_below_0_is_0_and_counts_the_rounding(monkeypatch):
    parts = iter([Estimate(2.0, 0.0), Estimate(-1e-17, 1e-14)])
    monkeypatch.setattr(elbo, "mean_of", lambda p_data, function: next(parts))
    monkeypatch.setattr(elbo, "_rounding", lambda *_: 1e-12)
    for name in ("kl", "entropy"):
        monkeypatch.setattr(elbo, name, lambda *_: Estimate(0.5, 0.0))
    found = elbo.split_of_bound(gt.Normal(0.0, 1.0), Coder(*map(np.float64, (0.9, 0.7, 0.5, 0.6)))).gap
    assert isinstance(found, Estimate) and found.value == 0 and found.error == pytest.approx(1e-14 + 2e-12, rel=1e-9)
