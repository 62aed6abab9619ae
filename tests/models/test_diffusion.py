"""The exact numbers of a diffusion model, against Gaussians in closed form, sums over all of a chain's places, and its own draws."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import integrate, stats

import gantheory as gt
from gantheory.game.networks import Unit
from gantheory.models import ancestral
from gantheory.models.ancestral import Ancestral, law_of_chain, split_of_chain
from gantheory.models.chain import Chain
from gantheory.models.diffusion import DenoisingDiffusion
from gantheory.models.noising import noising_of
from gantheory.models.text import method_of, text_of
from gantheory.training.checkpoints import Checkpoints

MIXTURE = gt.Mixture([0.3, 0.7], [gt.Normal(-2.0, 0.5), gt.Normal(1.0, 1.0)])
LOC, SCALE = 0.5, 2.0


class Model(eqx.Module):
    """A chain with this v and these s_t."""

    velocity: Any
    scales: Any
    unit: Unit = eqx.field(static=True, default=Unit(LOC, SCALE))

    @property
    def noising(self):
        return noising_of(len(self.scales))


def denoiser(steps, seed=0, larger=1.0):
    """Weights at the start, those of the network larger by a factor."""
    weights = DenoisingDiffusion(steps=steps, width=8).init(jax.random.key(seed), MIXTURE)
    grown = jax.tree.map(lambda a: larger * a if eqx.is_array(a) else a, weights.network)
    return eqx.tree_at(lambda w: w.network, weights, grown)


def test_the_noise_is_a_chain_of_gaussians():
    noising = noising_of(7)
    np.testing.assert_allclose(np.cumprod(noising.shares), noising.kept[1:], rtol=1e-14)
    np.testing.assert_allclose(1 - noising.kept, noising.lost, atol=1e-15)
    np.testing.assert_allclose(1 - noising.shares, noising.betas, rtol=1e-12)
    np.testing.assert_allclose(np.diff(np.log(noising.kept[1:] / noising.lost[1:]), 2), 0, atol=1e-13)
    # Bayes' rule: 1/Var(x_{t-1}|x_t, x_0) = 1/σ_{t-1}² + a_t/β_t
    precision = 1 / noising.lost[1:-1] + noising.shares[1:] / noising.betas[1:]
    np.testing.assert_allclose(noising.least_variances[1:], 1 / precision, rtol=1e-13)


def best_for_a_gaussian(loc, scale, steps):
    """The chain that turns the noise around exactly for x_0 from N(loc, scale²), in its unit: v = E[√ᾱ ε - σ x_0|x_t], affine in x_t."""
    noising = noising_of(steps)
    kept, lost = noising.kept, noising.lost
    variances = kept * scale**2 + lost  # of x_t
    slopes = np.sqrt(kept[1:] * lost[1:]) * (1 - scale**2) / variances[1:]
    offsets = -np.sqrt(lost[1:]) * loc - slopes * np.sqrt(kept[1:]) * loc
    scales = np.sqrt(noising.betas * variances[:-1] / variances[1:])
    times = noising.times

    def velocity(x, time):
        return jnp.interp(time, times, slopes) * x + jnp.interp(time, times, offsets)

    return Model(velocity, scales), noising, slopes, offsets


def test_what_rounding_may_do_is_counted_in_the_objective_and_in_the_gap(monkeypatch):
    monkeypatch.setattr(ancestral, "_rounding", lambda *_: 1e-3)
    split = split_of_chain(MIXTURE, denoiser(2))
    assert 1e-3 <= split.objective.error < 2e-3 <= split.gap.error < 4e-3


def test_the_network_is_of_two_hidden_layers_of_32_units_unless_said_otherwise():
    layers = DenoisingDiffusion().init(jax.random.key(0), MIXTURE).network.layers
    assert [layer.weight.shape for layer in layers] == [(32, 2), (32, 32), (1, 32)]


@pytest.mark.slow
def test_of_gaussian_data_the_best_chain_pays_for_its_last_step_alone():
    """Its objective is KL(q(x_N) ‖ N(0, 1)), which is what KL(q(x_0, …, x_N) ‖ p(x_0, …, x_N)) then is; and p_0 is Gaussian."""
    loc, scale = 0.4, 0.7
    model, noising, slopes, offsets = best_for_a_gaussian(loc, scale, 3)
    split = split_of_chain(gt.Normal(LOC + SCALE * loc, SCALE * scale), model)
    kept, lost = noising.kept[-1], noising.lost[-1]
    last = gt.kl(gt.Normal(np.sqrt(kept) * loc, np.sqrt(kept * scale**2 + lost)), gt.Normal(0.0, 1.0))
    assert split.objective.value == pytest.approx(last.value, abs=1e-12)
    assert abs(split.defect.value) <= split.defect.error <= 1e-10
    mean, variance = 0.0, 1.0
    for i in (2, 1, 0):
        slope = np.sqrt(noising.shares[i]) - noising.pulls[i] * slopes[i]
        mean, variance = slope * mean - noising.pulls[i] * offsets[i], slope**2 * variance + model.scales[i] ** 2
    p = gt.Normal(LOC + SCALE * mean, SCALE * np.sqrt(variance))
    assert split.divergence.value == pytest.approx(gt.kl(gt.Normal(LOC + SCALE * loc, SCALE * scale), p).value, abs=1e-12)
    law = law_of_chain(model)
    assert gt.jsd(law, p).value < 1e-20
    for distance in (gt.kl(law, p), gt.kl(p, law), gt.wasserstein1(law, p)):
        assert distance.value <= distance.error <= 1e-11


def test_without_a_network_every_law_is_gaussian():
    """Of v = 0: V_{t-1} = a_t V_t + s_t², and E_q v² is that of √ᾱ_t ε - σ_t x_0."""
    noising = noising_of(2)
    scales = np.sqrt(noising.betas) * np.array([0.7, 0.9])
    chain = Chain(Model(lambda x, time: 0.0 * x, scales))
    x, variance = np.array([-7.0, 0.3, 2.0]), 1.0
    for i in (1, 0):
        variance = noising.shares[i] * variance + scales[i] ** 2
        assert chain.tails[i] == pytest.approx(np.sqrt(variance), rel=1e-15, abs=0)
    np.testing.assert_allclose(chain.log_prob(x), stats.norm(0, np.sqrt(variance)).logpdf(x), rtol=1e-13)
    kept, lost, before = noising.kept[1:, None], noising.lost[1:, None], noising.kept[:-1, None]
    squares = before * noising.betas[:, None] ** 2 / lost * (kept + lost * x**2) / scales[:, None] ** 2 / 2
    ratio = noising.least_variances[1:] / scales[1:] ** 2
    rest = np.sum(ratio - 1 - np.log(ratio)) / 2 + np.log(scales[0] * np.sqrt(2 * np.pi)) + (kept[-1] * (x**2 - 1) - np.log(lost[-1])) / 2
    np.testing.assert_allclose(chain.minus_elbo(x), squares.sum(axis=0) + rest, rtol=1e-13)
    np.testing.assert_allclose(chain.gap(x), chain.minus_elbo(x) + chain.log_prob(x), rtol=1e-12)


def nodes(low, high, panels):
    """Gauss-Legendre: (x, weights)."""
    t, w = np.polynomial.legendre.leggauss(16)
    edges = np.linspace(low, high, panels + 1)
    half = (high - low) / panels / 2
    return (edges[:-1, None] + half * (1 + t)).ravel(), np.tile(half * w, panels)


TWO_SCALES = np.array([0.5, 0.8])


@pytest.fixture(scope="module")
def two_steps():
    return Chain(Model(lambda x, time: jnp.tanh(1.5 * x + time) - 0.3 * time, TWO_SCALES))


def joint():
    """((x_1, weights), (x_2, weights), log p(x_1, x_2), μ_1(x_1)) of the same, by its definition."""
    noising = noising_of(2)
    (one, of_one), (two, of_two) = nodes(-9.0, 9.0, 72), nodes(-9.0, 9.0, 18)
    one = one[:, None]

    def mean(x, i, time):
        return np.sqrt(noising.shares[i]) * x - noising.pulls[i] * (np.tanh(1.5 * x + time) - 0.3 * time)

    log_p = stats.norm(0, 1).logpdf(two) + stats.norm(mean(two, 1, 1.0), TWO_SCALES[1]).logpdf(one)
    return (one, of_one[:, None]), (two, of_two), log_p, mean(one, 0, -1.0)


def test_of_two_steps_the_numbers_are_double_integrals_of_their_definitions(two_steps):
    """Over x_1 and x_2, by Gauss-Legendre on panels; nothing is closed or summed by steps."""
    noising, ((one, of_one), (two, of_two), log_model, mean) = noising_of(2), joint()
    both = of_one * of_two
    for x in (-0.8, 1.3):
        log_joint = log_model + stats.norm(mean, TWO_SCALES[0]).logpdf(x)
        log_q = stats.norm(np.sqrt(noising.shares[0]) * x, np.sqrt(noising.betas[0])).logpdf(one)
        log_q = log_q + stats.norm(np.sqrt(noising.shares[1]) * one, np.sqrt(noising.betas[1])).logpdf(two)
        p = np.sum(both * np.exp(log_joint))
        elbo = np.sum(both * np.exp(log_q) * (log_joint - log_q))
        at = np.array([x])
        assert two_steps.log_prob(at)[0] == pytest.approx(np.log(p), rel=1e-13, abs=0)
        assert two_steps.minus_elbo(at)[0] == pytest.approx(-elbo, rel=1e-12, abs=0)
        assert two_steps.gap(at)[0] == pytest.approx(np.log(p) - elbo, rel=1e-11, abs=0)


def test_the_law_of_two_steps_is_in_the_unit_of_the_data(two_steps):
    law = Ancestral(two_steps, 0.0)
    (_, of_one), (_, of_two), log_model, mean = joint()
    of_one = of_one * np.sum(of_two * np.exp(log_model), axis=1, keepdims=True)
    x = np.array([-1.0, 0.4, 3.0])
    u = ((x - LOC) / SCALE - mean) / TWO_SCALES[0]
    np.testing.assert_allclose(law.prob(x), np.sum(of_one * stats.norm.pdf(u), axis=0) / (SCALE * TWO_SCALES[0]), rtol=1e-12)
    np.testing.assert_allclose(law.cdf(x), np.sum(of_one * stats.norm.cdf(u), axis=0), rtol=1e-12)
    np.testing.assert_allclose(law.sf(x), np.sum(of_one * stats.norm.sf(u), axis=0), rtol=1e-12)
    assert law.mean == pytest.approx(LOC + SCALE * np.sum(of_one * mean), rel=1e-12, abs=0)
    # a share a_1 a_2 of the variance of x_2 is left far out, as v is bounded
    far = np.array([-60.0, 60.0])
    slopes = np.diff(law.log_prob(np.stack([far - 1, far, far + 1])), axis=0)
    np.testing.assert_allclose(np.diff(slopes, axis=0)[0], -1 / law.tails**2, rtol=1e-3)


@pytest.fixture(scope="module")
def weights():
    return denoiser(3, seed=1, larger=2.0)


@pytest.mark.slow
def test_the_split_closes_and_its_law_is_a_law(weights):
    split = split_of_chain(MIXTURE, weights)
    assert split.sign == 1 and min(split.gap.value, split.divergence.value) > 0.01
    assert abs(split.defect.value) <= split.defect.error <= 1e-10
    law = law_of_chain(weights)
    x = np.array([-3.0, 0.1, 2.5])
    np.testing.assert_allclose(law.cdf(x) + law.sf(x), 1, atol=1e-14)
    between = integrate.quad(lambda one: float(law.prob(one)), x[0], x[2], epsabs=1e-12, limit=200)[0]
    assert float(law.cdf(x[2]) - law.cdf(x[0])) == pytest.approx(between, abs=1e-11)
    draws = law.sample(jax.random.key(0), (20_000,))
    assert stats.kstest(draws, law.cdf).pvalue > 1e-3
    assert stats.kstest(np.asarray(law.sample(jax.random.key(1), (5_000,), np.float32)), law.cdf).pvalue > 1e-3
    assert abs(draws.mean() - law.mean) < 5 * np.sqrt(law.variance / 20_000)


@pytest.mark.slow
def test_the_law_is_that_of_the_chain_that_draws(weights):
    noising, scales = weights.noising, np.asarray(weights.scales)
    x, *noise = jax.random.normal(jax.random.key(3), (4, 20_000))
    for i in (2, 1, 0):
        velocity = jax.vmap(weights.velocity, (0, None))(x, noising.times[i])
        x = np.sqrt(noising.shares[i]) * x - noising.pulls[i] * velocity + scales[i] * noise[i]
    assert stats.kstest(np.asarray(weights.unit.applied(x)), law_of_chain(weights).cdf).pvalue > 1e-3


@pytest.mark.slow
def test_the_mean_of_the_loss_is_the_bound(weights):
    method = DenoisingDiffusion(steps=3, width=8)
    x = MIXTURE.sample(jax.random.key(3), (200, 100), np.float32)
    loss = jax.jit(jax.vmap(lambda x, key: method.loss(weights, x, key, ())[0]))(x, jax.random.split(jax.random.key(0), 200))
    objective = split_of_chain(MIXTURE, weights).objective
    expected = objective.value + gt.entropy(MIXTURE).value
    assert abs(np.mean(loss) - expected) < 4 * np.std(loss) / np.sqrt(200) < 0.1
    assert method.parameters(weights) == (2 * 8 + 8) + (8 * 8 + 8) + (8 + 1) + 3


def test_it_is_known_by_name():
    method = method_of("diffusion(steps=8, width=16)")
    assert method == DenoisingDiffusion(steps=8, width=16) and method_of(text_of(method)) == method


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: DenoisingDiffusion(steps=1), "`steps` of DenoisingDiffusion must be a whole number from 2 to 1000. Got 1."),
        (lambda: DenoisingDiffusion(depth=0), "`depth` of DenoisingDiffusion must be a whole number from 1 to 16. Got 0."),
        (
            lambda: DenoisingDiffusion().init(jax.random.key(0), gt.moons(0.1)),
            "`p_data` of DenoisingDiffusion must be a density on the line.",
        ),
        (lambda: Chain(Model(lambda x, time: x, np.array([1e-4, 1.0]))), "Every s_t of a chain must be neither so small nor so large"),
    ],
)
def test_what_is_no_diffusion_is_refused_in_one_sentence(make, sentence):
    with pytest.raises(ValueError) as refused:
        make()
    assert str(refused.value).startswith(sentence)


def test_data_of_which_the_bound_cannot_be_told_are_refused():
    for p_data, sentence in (
        (
            gt.StudentT(5.0, 0.0, 1.0),
            "`p_data` of a variational bound must be a density on the line whose tails fall faster than any power.",
        ),
        (gt.Normal(99.0, 1.0), "`p_data` of a diffusion must be within "),
    ):
        with pytest.raises(ValueError) as refused:
            split_of_chain(p_data, denoiser(2))
        assert str(refused.value).startswith(sentence)


@pytest.mark.slow
def test_a_fit_is_saved_and_resumed_to_the_last_bit(tmp_path):
    how = {"steps": 40, "batch": 64, "rate": 3e-3, "seed": 5, "average": 0.9, "measure_every": 20}
    whole = gt.fit(MIXTURE, "diffusion(steps=4, width=8)", **how)

    def stop(step, *_):
        if step == 20:
            raise KeyboardInterrupt

    begun = gt.fit(MIXTURE, "diffusion(steps=4, width=8)", **how, progress=stop, checkpoints=Checkpoints(tmp_path, how))
    assert begun.stopped
    again = gt.fit(MIXTURE, "diffusion(steps=4, width=8)", **how, checkpoints=Checkpoints(tmp_path, how, resume=True))
    back = gt.load(whole.save(tmp_path / "saved"))
    for other in (again, back):
        assert eqx.tree_equal(other.weights, whole.weights) and other.history == whole.history
    assert back.measured() == whole.measured()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [11, 12])
def test_a_trained_diffusion_is_near_the_mixture(seed):
    """The recipe was found on seeds 0 and 1."""
    fit = gt.fit(MIXTURE, "diffusion", steps=40_000, batch=512, rate=3e-3, average=0.999, seed=seed, measure_every=40_000)
    assert fit.measured().jsd.upper <= 1e-3
    assert abs(fit.split().defect.value) <= fit.split().defect.error <= 1e-10
    assert fit.split().gap.value > fit.split().divergence.value > 0
