"""Models without labels against formulas and sums written out here in NumPy, where numbers are hard: each is within its error."""

import itertools
from typing import Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import expit, ndtr

import gantheory as gt
from gantheory.models.contrastive import contrastive_split, directions, vector
from gantheory.models.decoded import law_of_decoder
from gantheory.models.elbo import split_of_bound
from gantheory.models.linear_vae import LinearVAE
from gantheory.models.rbm import RBM, likelihood_split
from gantheory.models.resting import contrastive_rest, likelihood_rest


def normal(x, loc=0.0, scale=1.0):
    return np.exp(-(((x - loc) / scale) ** 2) / 2) / (scale * np.sqrt(2 * np.pi))


def nodes(edges, order=24):
    """Points and weights of Gauss-Legendre between neighbouring edges."""
    t, w = np.polynomial.legendre.leggauss(order)
    edges = np.unique(edges)
    half = np.diff(edges)[:, None] / 2
    return (edges[:-1, None] + half * (1 + t)).ravel(), (half * w).ravel()


class Data(NamedTuple):
    """A law, its density, and edges between which that is analytic, and smooth."""

    law: Any
    density: Any
    edges: np.ndarray


MIXTURE = Data(
    gt.Mixture([0.3, 0.7], [gt.Normal(-2.0, 0.5), gt.Normal(1.0, 1.0)]),
    lambda x: 0.3 * normal(x, -2.0, 0.5) + 0.7 * normal(x, 1.0, 1.0),
    np.linspace(-9.5, 11.5, 85),
)
LAPLACE = Data(gt.Laplace(0.0, 1.0), lambda x: np.exp(-np.abs(x)) / 2, np.linspace(-45.0, 45.0, 271))
UNIFORM = Data(gt.Uniform(-1.0, 2.0), lambda x: np.full(np.shape(x), 1 / 3), np.linspace(-1.0, 2.0, 61))
FAR = Data(gt.Uniform(999.0, 1001.0), lambda x: np.full(np.shape(x), 0.5), np.linspace(999.0, 1001.0, 41))
NEAR_0 = 2.0 ** np.arange(-40, 0)  # towards an end where p log p is not analytic
BETA = Data(gt.Beta(2.0, 3.0), lambda x: 12 * x * (1 - x) ** 2, np.unique([*np.linspace(0.0, 1.0, 41), *NEAR_0, *(1 - NEAR_0)]))


def assert_told(found, known, error, rounding=2e-15):
    """Within the reported error, but for what the sum here may be off; and that error is small."""
    size = 1 + abs(known)
    assert abs(found.value - known) <= found.error + rounding * size and found.error <= error * size, (found, known)


def jsd(p, q):
    """The integrand of JSD, of two densities."""
    with np.errstate(divide="ignore", invalid="ignore"):
        each = [np.where(one > 0, one * np.log(2 * one / (p + q)), 0.0) for one in (p, q)]
    return sum(each) / 2


class TwoPieces(eqx.Module):
    """A decoder of two lines that meet at z = k, and an encoder N(by + to · x, sd²)."""

    numbers: tuple[float, ...] = eqx.field(static=True)
    scale: Any
    by: Any
    to: Any
    sd: Any

    def decoder(self, z):
        left, right, kink, height = self.numbers
        return height + jnp.where(z > kink, right * (z - kink), left * (z - kink))

    def encode(self, x):
        return self.by + self.to * x, jnp.log(self.sd)


def two_pieces(numbers, scale, *encoder):
    return TwoPieces(numbers, *(np.float64(one) for one in (scale, *encoder)))


def density_of_two(numbers, s, x):
    """Σ N(x; b, a² + s²) P(z on its side | x), by the posterior N(a (x - b)/S², s²/S²) of z along each line z a + b."""
    left, right, kink, height = numbers
    total = 0.0
    for slope, side in ((left, 1), (right, -1)):
        offset, square = height - slope * kink, slope**2 + s**2
        total += normal(x, offset, np.sqrt(square)) * ndtr(side * (kink - slope * (x - offset) / square) * np.sqrt(square) / s)
    return total


def minus_elbo_of_two(numbers, s, by, to, sd, x):
    """E_q (x - f)²/2s² + log s√2π + KL(q‖N(0, 1)), from the moments of the two halves of a Gaussian."""
    left, right, kink, height = numbers
    mean = by + to * x
    t = (kink - mean) / sd
    squares = 0.0
    for slope, side in ((left, 1), (right, -1)):
        mass = ndtr(side * t)
        away, along = x - slope * (mean - kink) - height, slope * sd
        squares += away**2 * mass + 2 * side * away * along * normal(t) + along**2 * (mass - side * t * normal(t))
    return squares / (2 * s * s) + np.log(s * np.sqrt(2 * np.pi)) + (mean**2 + sd**2 - 1) / 2 - np.log(sd)


DECODED = {
    "plain": (MIXTURE, (-0.5, 1.5, 0.0, 0.25), 0.3, (0.1, 0.3, 0.4)),
    "a line, 1000 from 0": (FAR, (0.9, 0.9, 0.0, 1000.0), 0.4, (-900.0, 0.9, 0.5)),
    "nearly one line": (MIXTURE, (1.0, 1.0 + 1e-9, 0.3, 0.3), 0.5, (0.0, 0.7, 0.45)),
    "small s": (MIXTURE, (0.7, 1.4, -0.2, -0.5), 0.05, (0.2, 0.6, 0.05)),
    "large s": (LAPLACE, (0.7, 1.4, -0.2, -0.5), 50.0, (0.0, 0.0, 1.0)),
    "steep": (MIXTURE, (-30.0, 40.0, 0.1, 0.0), 1.0, (0.1, 0.01, 0.05)),
    "an encoder far off": (UNIFORM, (-0.5, 1.5, 0.0, 0.25), 0.3, (6.0, -2.0, 0.02)),
    "flat": (BETA, (0.0, 0.6, 0.5, 0.4), 0.1, (-2.0, 4.0, 0.5)),
}


@pytest.mark.parametrize("name", [one if one == "plain" else pytest.param(one, marks=pytest.mark.slow) for one in DECODED])
def test_bound_of_two_pieces_is_split_into_its_integrals(name):
    data, numbers, s, encoder = DECODED[name]
    x, w = nodes(data.edges)
    p, q = data.density(x), density_of_two(numbers, s, x)
    entropy, bound = -np.sum(w * p * np.log(p)), np.sum(w * p * minus_elbo_of_two(numbers, s, *encoder, x))
    kl = np.sum(w * p * np.log(p / q))
    split = split_of_bound(data.law, two_pieces(numbers, s, *encoder))
    for found, known in ((split.objective, bound - entropy), (split.divergence, kl), (split.gap, bound - entropy - kl)):
        assert_told(found, known, 1e-9 if name == "a line, 1000 from 0" else 1e-11, 1e-14)
    assert abs(split.defect.value) <= split.defect.error < 1e-9


def test_proved_intervals_of_two_pieces_hold_the_sums():
    numbers, s = (-0.5, 1.0, 0.0, 0.0), 0.25
    law = law_of_decoder(lambda z: 1.5 * jnp.maximum(z, 0.0) - 0.5 * z, s)
    x, w = nodes(np.linspace(-10.0, 14.0, 193))
    p, q = normal(x, -0.25, 0.75), density_of_two(numbers, s, x)
    np.testing.assert_allclose(law.prob(x[::97]), q[::97], rtol=1e-12, atol=1e-300)
    inner = p > 1e-40
    of_kl = np.sum((w * p * np.log(p / np.maximum(q, 1e-300)))[inner])
    for proved, known in ((gt.rigorous.jsd, np.sum(w * jsd(p, q))), (gt.rigorous.kl, of_kl)):
        found = proved(gt.Normal(-0.25, 0.75), law, digits=7)
        assert found.lower <= known <= found.upper and found.width <= 1e-6


PLANES = {
    "plain": ([0.3, -0.2], [[2.0, 0.6], [0.6, 0.5]], 0.5, 1.0),
    "1000 from 0": ([1e3, -1e3], [[1.0, 0.3], [0.3, 1.0]], 0.4, 1.0),
    "large s": ([0.0, 0.0], [[1.0, 0.9], [0.9, 1.0]], 50.0, 1.0),
    "large W": ([0.0, 0.0], [[1.0, 0.3], [0.3, 1.0]], 0.4, 30.0),
}


@pytest.mark.slow
@pytest.mark.parametrize("latents", [1, 2])
@pytest.mark.parametrize("name", PLANES)
def test_the_linear_model_of_the_plane_is_split_into_gaussian_numbers(name, latents):
    mean, cov, s, size = PLANES[name]
    rng = np.random.default_rng(5)
    W, V = rng.normal(size=(2, latents)) * size, rng.normal(size=(latents, 2)) * 0.5 / size
    b, c, log_sd = mean + 0.1 * rng.normal(size=2), rng.normal(size=latents) - V @ mean, rng.normal(size=latents) - 0.5
    split = LinearVAE(W, b, np.float64(s + np.log(-np.expm1(-s))), V, c, log_sd).split(gt.MultivariateNormal(mean, cov))
    rest, code = np.eye(2) - W @ V, V @ mean + c
    squares = np.sum((mean - b - W @ code) ** 2) + np.trace(rest @ cov @ rest.T) + np.sum(W**2 * np.exp(2 * log_sd))
    rate = np.sum((code**2 + np.diag(V @ cov @ V.T) + np.exp(2 * log_sd) - 1) / 2 - log_sd)
    objective = squares / (2 * s * s) + np.log(2 * np.pi * s * s) + rate - np.log(2 * np.pi * np.e) - np.log(np.linalg.det(cov)) / 2
    square = W @ W.T + s * s * np.eye(2)
    inverse = np.linalg.inv(square)
    kl = ((mean - b) @ inverse @ (mean - b) + np.trace(inverse @ cov) - 2 + np.log(np.linalg.det(square) / np.linalg.det(cov))) / 2
    for found, known in ((split.objective, objective), (split.divergence, kl), (split.gap, objective - kl)):
        assert_told(found, known, 1e-9, 1e-12)
    assert abs(split.defect.value) <= split.defect.error


STATES = np.array(list(itertools.product((0.0, 1.0), repeat=3)))
MACHINES = {
    "plain": (MIXTURE, (0.3, [0.4, -1.1, 0.2], [1.5, -0.7, 2.0], -0.6), 1),
    "three steps": (MIXTURE, (0.3, [0.4, -1.1, 0.2], [1.5, -0.7, 2.0], -0.6), 3),
    "slow mixing": (MIXTURE, (-2.0, [-9.0, 1.0, 0.5], [6.0, 3.0, 0.5], -0.7), 1),
    "c far from 0": (LAPLACE, (0.0, [30.0, -40.0, 0.0], [0.7, 1.0, -1.2], 0.1), 1),
    "1000 from 0": (FAR, (1000.0, [-1501.0, 800.5, 200.0], [1.5, -0.8, -0.2], 0.0), 1),
    "wide": (LAPLACE, (0.0, [0.1, -0.2, 0.3], [1.0, -2.0, 3.0], 3.0), 2),
    "bounded": (BETA, (0.4, [0.3, -0.2, 0.5], [0.2, -0.1, 0.15], -1.8), 1),
}


class Machine:
    """An RBM of three hidden units, by its formulas, on nodes for the data and for its own law."""

    def __init__(self, data, b, c, weights, log_scale):
        self.b, self.c, self.W, self.sd = b, np.array(c), np.array(weights), np.exp(log_scale)
        self.means = b + STATES @ self.W
        log_odds = STATES @ self.c + (self.means - b) * (self.means + b) / (2 * self.sd**2)
        self.weights = np.exp(log_odds - log_odds.max())
        self.log_z = log_odds.max() + np.log(self.weights.sum() * self.sd * np.sqrt(2 * np.pi))
        self.weights /= self.weights.sum()
        self.edges = np.arange(self.means.min() - 12 * self.sd, self.means.max() + 12.5 * self.sd, self.sd / 4)
        self.own, self.of_data = nodes(self.edges), nodes(data.edges)
        self.p_data = data.density(self.of_data[0])

    def mixed(self, weights, v):
        return normal(v[:, None], self.means, self.sd) @ weights

    def free_energy(self, v):
        return (v - self.b) ** 2 / (2 * self.sd**2) - np.logaddexp(self.c + self.W * v[:, None] / self.sd**2, 0.0).sum(1)

    def on(self, v):
        return expit(self.c + self.W * v[:, None] / self.sd**2)

    def slopes(self, v):
        """∂F/∂(b, c, W, log σ), by hand."""
        on, far, square = self.on(v), v - self.b, self.sd**2
        of_scale = -(far**2) / square + 2 * (on * self.W).sum(1) * v / square
        return np.column_stack([-far / square, -on, -v[:, None] * on / square, of_scale])

    def after(self, k):
        """P(h) from which the k-th v is drawn."""
        weights = self.told(*self.of_data, self.p_data)
        for _ in range(k - 1):
            weights = self.told(*self.own, self.mixed(weights, self.own[0]))
        return weights

    def told(self, v, w, p):
        """P(h) of v with a density p."""
        on = self.on(v)[:, None, :]
        return (w * p) @ np.where(STATES, on, 1 - on).prod(2)

    def mean_slopes(self, k):
        """E[∂F/∂θ] of the data, of the model, and after k steps."""
        (x, w), (v, dv) = self.of_data, self.own
        of_own = [(dv * self.mixed(weights, v)) @ self.slopes(v) for weights in (self.weights, self.after(k))]
        return (w * self.p_data) @ self.slopes(x), *of_own

    @property
    def kl(self):
        x, w = self.of_data
        held = self.p_data > 0
        return np.sum((w * self.p_data * (np.log(self.p_data) + self.free_energy(x) + self.log_z))[held])


@pytest.mark.parametrize("name", [one if one == "plain" else pytest.param(one, marks=pytest.mark.slow) for one in MACHINES])
def test_three_hidden_units_have_the_numbers_of_their_sums(name):
    data, numbers, k = MACHINES[name]
    model, own = RBM(*numbers), Machine(data, *numbers)
    far = name == "1000 from 0"  # where sums in doubles lose digits, here too
    x = own.of_data[0][:: len(own.of_data[0]) // 50]
    assert np.abs(model.law.log_prob(x) + own.free_energy(x) + own.log_z).max() <= 2 * model.rounding + 1e-13
    both, width = nodes(np.concatenate([own.edges, data.edges]))
    inside = (both > data.edges[0]) & (both < data.edges[-1])
    p, q = np.where(inside, data.density(both), 0.0), own.mixed(own.weights, both)
    assert_told(gt.jsd(data.law, model.law), np.sum(width * jsd(p, q)), 1e-12, 1e-12 if far else 1e-14)
    of_data, of_model, of_chain = own.mean_slopes(k)
    found = directions(model, data.law, k)
    error = vector(found.error)
    for ours, known in ((found.gradient, of_data - of_model), (found.update, of_data - of_chain), (found.bias, of_model - of_chain)):
        assert np.all(np.abs(vector(ours) - known) <= error + 1e-12) and np.abs(vector(ours) - known).max() < (1e-7 if far else 1e-10)
    assert error.max() < (1e-5 if far else 1e-8)
    likelihood, contrastive = likelihood_split(data.law, model), contrastive_split(model, data.law, k)
    v, dv = own.own
    chain = own.mixed(own.after(k), v)
    seen = chain > 0
    gap = np.sum((dv * chain * (np.log(np.where(seen, chain, 1.0)) + own.free_energy(v) + own.log_z))[seen])
    for one, known in ((likelihood.objective, own.kl), (contrastive.objective, own.kl - gap), (contrastive.gap, gap)):
        assert_told(one, known, 1e-7 if far else 1e-9, 1e-12)
    for split in (likelihood, contrastive):
        assert abs(split.defect.value) <= split.defect.error


@pytest.mark.slow
def test_cd_1_and_likelihood_rest_where_their_own_updates_are_0():
    """CD-1's point of rest is above the least KL by 3e-10 nats."""
    start = RBM(0.3, [0.4, -0.6, 0.2], [1.5, -0.7, 0.6], -0.3)
    ends = []
    for rest, chosen in ((contrastive_rest(start, MIXTURE.law), 2), (likelihood_rest(start, MIXTURE.law), 1)):
        model = rest.model
        own = Machine(MIXTURE, model.visible, model.hidden, model.weights, model.log_scale)
        means = own.mean_slopes(1)
        assert np.abs(means[0] - means[chosen]).max() < 1e-10
        assert_told(rest.kl, own.kl, 1e-11, 1e-14)
        ends.append(own.kl)
    assert 1e-10 < ends[0] - ends[1] < 1e-9


def test_kl_counts_components_whose_weight_is_no_double():
    """Means -1 + Σ h of σ .05: weights down to e^-1200, which rule p where the data are. log p by a sum over states of its own."""
    states = np.array(list(itertools.product([0, 1], repeat=3)))
    means, scale = -1.0 + states.sum(1), 0.05
    log_weights = (means**2 - 1) / (2 * scale**2)
    log_weights -= np.logaddexp.reduce(log_weights)
    assert log_weights.min() < -700
    x, dx = nodes(MIXTURE.edges)
    log_p = np.logaddexp.reduce(log_weights - (((x[:, None] - means) / scale) ** 2) / 2, axis=1) - np.log(scale * np.sqrt(2 * np.pi))
    density = MIXTURE.density(x)
    known = np.sum(dx * density * (np.log(density) - log_p))
    split = likelihood_split(MIXTURE.law, RBM(-1.0, [0.0] * 3, [1.0] * 3, np.log(scale)))
    assert abs(split.divergence.value - known) <= split.divergence.error + 1e-6  # log p bends between states: the sum here is to 1e-7
    assert known == pytest.approx(461.1757311746, abs=1e-6)
    assert abs(split.defect.value) <= split.defect.error < 1e-9


@pytest.mark.parametrize(("name", "value"), [("log_scale", -800.0), ("weights", [1e200]), ("hidden", [np.inf])])
def test_numbers_whose_squares_are_no_doubles_are_refused(name, value):
    given = {"visible": 0.0, "hidden": [0.0], "weights": [1.0], "log_scale": 0.0, name: value}
    with pytest.raises(ValueError, match=f"`{name}` of RBM must be"):
        RBM(**given)


def test_a_decoder_that_is_too_steep_is_refused():
    with pytest.raises(ValueError, match="takes more than 4000 segments"):
        law_of_decoder(lambda z: 1e30 * jnp.maximum(z, 0.0), 1.0)
