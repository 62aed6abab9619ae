"""Proved intervals of models without labels: variational autoencoders with piecewise linear decoders, and RBMs."""

import itertools

import equinox as eqx
import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
from flint import acb, arb

import gantheory as gt
from gantheory.game.networks import Unit
from gantheory.models.contrastive import ContrastiveDivergence
from gantheory.models.decoded import PiecewiseDecoded, law_of_decoder
from gantheory.models.elbo import Bound
from gantheory.models.rbm import RBM
from gantheory.models.vae import VAE, Encoder, Line, VariationalBayes
from gantheory.rigorous.kinks import lines_of
from gantheory.rigorous.recording import program_of
from gantheory.rigorous.tilted import NetworkLaw, law_in_balls
from gantheory.rigorous.variational import _Model

P_DATA = gt.Mixture([0.3, 0.7], [gt.Normal(-2.0, 0.5), gt.Normal(1.0, 1.0)])
KEY = jax.random.key(0)
PROVED = gt.rigorous
STRAIGHT = law_of_decoder(lambda z: 0.75 * z + 0.5, 1.0)  # N(1/2, (5/4)²)
UNIT = Unit(0.25, 0.5)


def bent(z):
    """A decoder that folds at 0: its law is below 0 too, by the noise alone."""
    return 1.5 * jnp.maximum(z, 0.0) - 0.5 * z


def network(activation="relu", width=3, depth=1):
    """The weights of a small variational autoencoder before its training."""
    return VariationalBayes(width=width, depth=depth, activation=activation).init(KEY, P_DATA)


def linear(encoder):
    """f(z) = z/2 + 1/4, s = log 2: the posterior's variance is s²/(1/4 + s²), its mean (x - 1/4)/2 over the same."""
    return VAE(Line(jnp.float32(1.0), jnp.float32(0.0), UNIT), jnp.float32(0.0), encoder, 0.0)


def assert_holds(interval, value, error=0.0, width=1e-6):
    assert isinstance(interval, gt.Enclosure), interval
    assert interval.lower <= value + error and value - error <= interval.upper and interval.width <= width


def overlap(one, other):
    return one.lower <= other.upper and other.lower <= one.upper


def test_the_law_of_a_linear_decoder_is_normal():
    p, q = gt.Normal(-0.25, 0.75), gt.Normal(0.5, 1.25)
    for divergence, first, second in (
        (PROVED.jsd, (p, STRAIGHT), (p, q)),
        (PROVED.kl, (p, STRAIGHT), (p, q)),
        (PROVED.kl, (STRAIGHT, p), (q, p)),
        (PROVED.criterion, (p, STRAIGHT), (p, q)),
    ):
        one, other = divergence(*first, digits=9), divergence(*second, digits=9)
        assert one.width <= 1e-8 and overlap(one, other)


def test_the_density_of_two_pieces_is_the_integral_over_z():
    law = law_in_balls(law_of_decoder(bent, 0.25))
    for x in (-0.7, 0.0, 5.0):
        with mpmath.workdps(30):

            def joint(z, x=x):
                return mpmath.npdf(z) * mpmath.npdf(x, 1.5 * max(z, 0) - 0.5 * z, 0.25)

            known = mpmath.log(mpmath.quad(joint, [-14, *np.arange(-8.0, 8.5, 0.5), 14]))
            assert abs(mpmath.mpf(law.log_prob(acb(x), False).real.mid().str(25, radius=False)) - known) < 1e-12


def on_cells(low, high, cells, order):
    """Points and weights, (cells, order), of Gauss-Legendre on cells of one size."""
    t, w = np.polynomial.legendre.leggauss(order)
    half = (high - low) / cells / 2
    return np.linspace(low, high, cells, endpoint=False)[:, None] + half * (1 + t), np.broadcast_to(half * w, (cells, order))


def on_lines(f, scale, x, log_q=None):
    """∫ over z of N(z; 0, 1) N(x; f(z), s²), or KL(q(z|x)‖p(z|x)), for a kink at 0 only: Gauss-Legendre in NumPy."""
    z, w = (part.ravel() for part in on_cells(-10, 10, 40, 24))
    u = (x[:, None] - f(z)) / scale
    log_joint = -(z * z + u * u) / 2 - np.log(2 * np.pi * scale)
    p = np.exp(log_joint) @ w
    if log_q is None:
        return p
    q = log_q(z)
    return (np.exp(q) * (q - log_joint)) @ w + np.log(p)


def test_jsd_of_two_pieces_is_that_of_quadrature():
    x, w = (part.ravel() for part in on_cells(-9, 12, 84, 16))
    q = on_lines(lambda z: 1.5 * np.maximum(z, 0) - 0.5 * z, 0.5, x)
    p = P_DATA.prob(x)
    integrand = (p * np.log(2 * p / (p + q)) + np.where(q > 0, q * np.log(np.where(q > 0, 2 * q / (p + q), 1.0)), 0.0)) / 2
    assert_holds(PROVED.jsd(P_DATA, law_of_decoder(bent, 0.5), digits=8), integrand @ w, 1e-10, 1e-7)


def test_the_gap_of_the_exact_posterior_is_0():
    found = PROVED.elbo_gap(gt.Normal(0.0, 1.0), linear(None), digits=12)
    assert_holds(found, 0.0, width=1e-11)


def test_the_gap_of_a_gaussian_encoder_is_that_of_gaussians():
    """E KL(N(m, σ²)‖N(μ, v²)) = log(v/σ) + [σ² + E(m - μ)²]/2v² - 1/2, for m and μ linear in x."""
    mlp = eqx.nn.MLP("scalar", 2, 1, 1, jnp.tanh, key=KEY, dtype=jnp.float32)
    mlp = jax.tree.map(lambda leaf: jnp.zeros_like(leaf) if eqx.is_array(leaf) else leaf, mlp)
    mlp = eqx.tree_at(lambda net: net.layers[-1].bias, mlp, jnp.asarray([0.125, -0.5], jnp.float32))
    weights = linear(Encoder(jnp.float32(0.25), mlp, UNIT))
    s2 = np.log(2.0) ** 2
    variance = s2 / (0.25 + s2)
    mean, sd = 0.5, 0.75  # of the data; u = (x - 1/4)/½ has the mean ½ and the standard deviation 3/2
    slope = 0.25 - 0.25 / (0.25 + s2)  # of m - μ in u: μ = ½ · ½ u/(¼ + s²)
    squares = (0.5 * slope + 0.125) ** 2 + (1.5 * slope) ** 2
    known = np.log(variance) / 2 + 0.5 + (np.exp(-1.0) + squares) / (2 * variance) - 0.5
    assert_holds(PROVED.elbo_gap(gt.Normal(mean, sd), weights, digits=10), known, 1e-14, 1e-9)


def test_the_gap_of_two_pieces_is_that_of_quadrature():
    """The encoder's numbers by NumPy, KL by quadrature in z and x; u stays within the reach of the network."""
    method = VariationalBayes(width=2, depth=1)
    weights = VAE(bent, jnp.float32(0.5), method.init(KEY, gt.Normal(0.0, 1.5)).encoder, 0.25)
    encoder, p_data = weights.encoder, gt.Normal(0.0, 1.0)
    x, w = (part.ravel() for part in on_cells(-8.5, 8.5, 34, 16))
    u = encoder.unit.undone(x)
    first, last = encoder.network.layers
    hidden = np.tanh(u[:, None] * np.float64(first.weight[:, 0]) + np.float64(first.bias))
    mean, log_sd = (hidden @ np.float64(last.weight).T + np.float64(last.bias)).T
    mean = mean + float(encoder.slope) * u
    s = 0.25 + np.log1p(np.exp(0.5))

    def log_q(z):
        return -(((z - mean[:, None]) * np.exp(-log_sd[:, None])) ** 2) / 2 - log_sd[:, None] - np.log(2 * np.pi) / 2

    gap = on_lines(lambda z: 1.5 * np.maximum(z, 0) - 0.5 * z, s, x, log_q)
    assert np.abs(u).max() < 6
    assert_holds(PROVED.elbo_gap(p_data, weights, digits=7), gap @ (w * p_data.prob(x)), 1e-10, 1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
def test_the_gap_of_a_network_is_the_measured_one(activation):
    weights = network(activation)
    measured = VariationalBayes(width=3, depth=1, activation=activation).split(P_DATA, weights)
    assert_holds(PROVED.elbo_gap(P_DATA, weights, digits=6), measured.gap.value, measured.gap.error, 1e-5)
    of_law, of_network = (PROVED.kl(P_DATA, law, digits=6) for law in (weights.law, weights))
    for one in (of_law, of_network):
        assert_holds(one, measured.divergence.value, measured.divergence.error, 1e-5)


def test_lines_are_exact():
    """Also kinks that cross, that meet, and that differ by less than a double tells."""

    def f(z):
        inner = jnp.maximum(jnp.abs(z) - 1.0, 0.0) - jnp.maximum(z, 0.0)
        return jnp.where(inner > -0.5, inner, jnp.minimum(3.0 * inner, 0.25)) / 3.0 + jnp.maximum(z - 2.0**-60, 0.0) - jnp.clip(z, 0.0, 2.0)

    lines = lines_of(program_of(f, lambda f, z: f(z)))
    kinks = [float(int(line.high.p) / int(line.high.q)) for line in lines[:-1]]
    assert lines[0].low is None and lines[-1].high is None
    assert all(one.high == other.low for one, other in itertools.pairwise(lines))
    assert kinks == [-1.0, 0.0, 2.0**-60, 0.5, 1.0, 2.0]
    for line, z in zip(lines, [-3.0, -0.5, 2.0**-61, 0.25, 0.75, 1.5, 5.0], strict=True):
        value = line.slope * int(z * 2**61) / 2**61 + line.offset
        assert float(int(value.p) / int(value.q)) == pytest.approx(float(f(np.float64(z))), abs=1e-6)


def test_the_law_of_a_network_is_that_of_its_lines():
    """But for their rounding: some kink of the network lies beyond |z| = 39, where no doubles are kept."""
    weights = network(depth=2, width=4)
    law, exact = weights.law, NetworkLaw(weights)
    assert exact.exact[0].high < -39
    x = np.linspace(-5.0, 6.0, 8)
    for in_balls in (law_in_balls(law), exact.in_balls):
        np.testing.assert_allclose([float(in_balls.log_prob(acb(at), False).real) for at in x], law.log_prob(x), rtol=1e-12)


def test_moments_and_envelopes_bound():
    law = law_of_decoder(bent, 0.25)
    balls = law_in_balls(law)
    for T in (1.5, 4.0):
        x, w = (part.ravel() for part in on_cells(T, 15.0, 100, 12))
        x, p = np.concatenate([-x, x]), law.prob(np.concatenate([-x, x])) * np.concatenate([w, w])
        for bound, values in zip(balls.moments(arb(T)), (1.0, np.abs(x), x * x, np.log1p(np.abs(x))), strict=True):
            assert np.sum(p * values) <= float(bound) < 40 * np.sum(p * values)
    x = np.linspace(1.0, 30.0, 30)
    constant, linear_, square, logarithm = (float(part) for part in balls.envelope)
    assert linear_ == logarithm == 0 and (np.abs(law.log_prob(x)) <= constant + square * x * x).all()
    assert (np.abs(law.log_prob(-x)) <= constant + square * x * x).all()


def test_the_gap_on_balls_holds_those_of_their_points():
    """Also where log σ is far from real, so that the kinks seen from q are in another order."""
    model, random = _Model(network()), np.random.default_rng(0)
    for radius in (0.0, 1e-3, 0.1):
        for _ in range(20):
            parts = random.normal(size=(3, 2)) * [[1.0, 0.5], [1.0, 0.5], [0.5, 2.5]]
            wide = [acb(arb(a, radius), arb(b, radius)) for a, b in parts]
            moved = [acb(a + radius * r, b + radius * s) for (a, b), (r, s) in zip(parts, random.uniform(-0.9, 0.9, (3, 2)), strict=True)]
            assert model._squares(wide[0], wide[1], wide[2].exp()).overlaps(model._squares(moved[0], moved[1], moved[2].exp()))


def test_the_bound_of_the_gap_is_above_it():
    weights = network()
    model, x = _Model(weights), np.linspace(4.0, 15.0, 12)
    for side, ends in ((1, (arb(4), arb("inf"))), (-1, (arb("-inf"), arb(-4)))):
        most = model.most(*ends)
        assert (Bound(weights).gap(side * x) <= float(most.constant) + float(most.square) * x * x).all()


def altered(name, function, law=STRAIGHT):
    """The law with a field of another value."""
    return eqx.tree_at(lambda law: getattr(law, name), law, function(getattr(law, name)))


class Other(PiecewiseDecoded):
    """A law of another type."""


def of_another_type():
    law = object.__new__(Other)
    for name, value in vars(STRAIGHT).items():
        object.__setattr__(law, name, value)
    return law


def with_more():
    law = altered("slope", lambda slope: slope)
    object.__setattr__(law, "_log_prob", lambda x, offset=0.0: 0.0)
    return law


LAWS = {
    "another slope": lambda: altered("slope", lambda slope: slope * 1.01),
    "another start": lambda: altered("offset", lambda a: a + 1, altered("start", lambda a: a + 1)),
    "another scale": lambda: altered("scale", lambda scale: scale * 2),
    "no scale": lambda: altered("scale", lambda scale: -scale),
    "a gap": lambda: altered("low", lambda low: np.where(np.isinf(low), 0.0, low)),
    "nan": lambda: altered("end", lambda end: end * np.nan),
    "another type": of_another_type,
    "a method": with_more,
    "a mixture": lambda: gt.Mixture([0.5, 0.5], [STRAIGHT, gt.Normal(0.0, 1.0)]),
    "a curve": lambda: law_of_decoder(jnp.tanh, 0.5),
}


@pytest.mark.parametrize("name", LAWS)
def test_what_is_not_known_is_refused(name):
    found = PROVED.jsd(P_DATA, LAWS[name](), digits=3)
    assert isinstance(found, gt.Undecided) and found.narrowest is None


@pytest.mark.parametrize(
    ("p_data", "weights", "said"),
    [
        (gt.Cauchy(0.0, 1.0), linear(None), "for data that have a variance"),
        (gt.Beta(2.0, 2.0), linear(None), "not singular at an end"),
        (P_DATA, network("tanh"), "tanh, which is not piecewise linear"),
    ],
)
def test_a_gap_that_is_not_proved_says_why(p_data, weights, said):
    found = PROVED.elbo_gap(p_data, weights, digits=3)
    assert isinstance(found, gt.Undecided) and said in found.why


def test_a_gap_of_something_else_is_refused():
    with pytest.raises(TypeError, match=r"`weights` must be those of a variational autoencoder on the line, a VAE\. Got Normal\."):
        PROVED.elbo_gap(P_DATA, gt.Normal(0.0, 1.0))
    with pytest.raises(TypeError, match="`p_data` must be a density on the line"):
        PROVED.elbo_gap(gt.moons(0.2), linear(None))


def test_jsd_of_an_rbm_is_that_of_its_mixture():
    law = RBM(0.0, [0.5, -0.25], [1.0, -2.0], 0.0).law
    measured = gt.jsd(P_DATA, law)
    assert_holds(PROVED.jsd(P_DATA, law, digits=8), measured.value, measured.error, 1e-7)


@pytest.mark.slow
def test_a_trained_relu_network_is_measured_as_proved():
    """In a minute and to six digits: JSD, KL and the gap."""
    fit = gt.fit(P_DATA, VariationalBayes(activation="relu"), steps=2000, batch=512, rate=3e-3, seed=100, average=0.999, measure_every=2000)
    split = fit.split()
    for proved, measured in (
        (PROVED.jsd(P_DATA, fit.law, digits=7), gt.jsd(P_DATA, fit.law)),
        (PROVED.jsd(P_DATA, fit.weights, digits=7), gt.jsd(P_DATA, fit.law)),
        (PROVED.kl(P_DATA, fit.law, digits=7), split.divergence),
        (PROVED.elbo_gap(P_DATA, fit.weights, digits=7), split.gap),
    ):
        assert_holds(proved, measured.value, measured.error, 1e-6)


@pytest.mark.slow
def test_a_trained_rbm_of_ten_units_is_measured_as_proved():
    fit = gt.fit(P_DATA, ContrastiveDivergence(hidden=10), steps=2000, batch=512, rate=5e-3, seed=100, average=0.999, measure_every=2000)
    measured = gt.jsd(P_DATA, fit.law)
    assert_holds(PROVED.jsd(P_DATA, fit.law, digits=7), measured.value, measured.error, 1e-6)
