"""The live numbers against the exact ones: the true error must be within the reported error."""

import jax
import numpy as np
import pytest
from problems import few

import gantheory as gt
from gantheory.distributions.pushforward.transport import Transport
from gantheory.distributions.text import parse
from gantheory.explorer.data import ZOO, data_of, stretch
from gantheory.explorer.live import picture, view_of
from gantheory.measurement.discriminators import logit_of

LATENTS = (gt.Normal(0, 1), gt.Uniform(-1, 1))


def shown(p, latent, generator, discriminator, logit=True):
    return picture(view_of(p, latent, *stretch(p)), generator, discriminator, logit)


@pytest.mark.parametrize("name", few(ZOO, 2))
@pytest.mark.parametrize(
    "latent", [pytest.param(LATENTS[0], id="normal z", marks=pytest.mark.slow), pytest.param(LATENTS[1], id="uniform z")]
)
def test_true_errors_are_within_the_reported_ones(name, latent):
    p = parse(ZOO[name])
    for seed in range(2):
        key_g, key_d = jax.random.split(jax.random.key(seed))
        generator, discriminator = gt.Generator(16, key=key_g), gt.Discriminator(16, key=key_d)
        live = shown(p, latent, generator, discriminator).numbers
        exact = dict(gt.measure(p, gt.Pushforward(generator, latent), discriminator, 1e-9).items())
        for quantity, (value, error) in live.items():
            assert abs(value - float(exact[quantity])) <= error + exact[quantity].error, (quantity, value, error, exact[quantity])


def test_the_reported_error_covers_a_fold():
    p, latent = gt.Normal(0, 1), gt.Normal(0, 1)
    discriminator = gt.Discriminator(8, key=jax.random.key(0))

    def folded(z):
        return 0.7 * z**3 - 1.2 * z

    value, error = shown(p, latent, folded, discriminator).numbers["two_jsd"]
    exact = 2 * gt.jsd(p, gt.Pushforward(folded, latent))
    assert abs(value - float(exact)) <= error
    assert error < 0.1


@pytest.mark.slow
def test_a_perfect_generator_is_known_to_be_one():
    p, latent = parse(ZOO["two bells"]), gt.Normal(0, 1)
    perfect = Transport(latent, p)
    discriminator = gt.Discriminator(8, key=jax.random.key(0))
    live = shown(p, latent, perfect, discriminator)
    value, error = live.numbers["two_jsd"]
    assert value <= error < 1e-4
    exact = gt.jsd(p, gt.Pushforward(perfect, latent))
    assert exact.value <= 1e-12
    middle = slice(len(live.d_star) // 4, 3 * len(live.d_star) // 4)
    assert np.abs(live.d_star[middle] - 0.5).max() < 0.01
    optimal = gt.optimal_discriminator(p, gt.Pushforward(perfect, latent))
    assert np.abs(optimal(np.linspace(-3, 3, 101)) - 0.5).max() < 1e-12


def test_curves_are_those_of_the_networks_and_of_the_exact_density():
    p, latent = gt.Normal(0, 1), gt.Normal(0, 1)
    discriminator, generator = gt.Discriminator(8, key=jax.random.key(0)), lambda z: 0.5 * z + 1
    view = view_of(p, latent, *stretch(p))
    live = picture(view, generator, discriminator, True)
    at = view.edges[1::2]
    assert live.p_g == pytest.approx(gt.Normal(1, 0.5).prob(at), abs=2e-3)
    assert live.graph == pytest.approx(0.5 * view.z_drawn + 1, abs=1e-6)
    assert live.arrows == pytest.approx(0.5 * view.z_arrows + 1, abs=1e-6)
    assert live.logit == pytest.approx(np.asarray(jax.vmap(discriminator.logit)(at.astype(np.float32))), abs=1e-5)
    step = 1e-2
    d = logit_of(discriminator)
    sigmoid = lambda x: 1 / (1 + np.exp(-d(x)))  # noqa: E731
    assert live.slope == pytest.approx((sigmoid(at[::8] + step) - sigmoid(at[::8] - step)) / (2 * step), abs=1e-4)


def test_a_critic_has_no_value():
    p, latent = gt.Normal(0, 1), gt.Normal(0, 1)
    critic = gt.Discriminator(8, key=jax.random.key(0))
    live = shown(p, latent, lambda z: z, critic, logit=False)
    assert set(live.numbers) == {"two_jsd", "criterion"}
    at = view_of(p, latent, *stretch(p)).edges[1::2][::8].astype(np.float32)
    assert live.slope == pytest.approx(np.asarray(jax.vmap(jax.grad(critic.logit))(at)), abs=1e-5)  # of its output, not of a share


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Normal(0, 1)", marks=pytest.mark.slow),
        "Uniform(-1, 1)",
        pytest.param("Mixture([.5, .5], [Normal(-3, .3), Normal(2, 1)])", marks=pytest.mark.slow),
        "Exponential(1)",
    ],
)
def test_transport_has_the_law_it_was_given(text):
    p = parse(text)
    for latent in LATENTS:
        perfect = Transport(latent, p)
        u = np.linspace(0.01, 0.99, 33)
        with jax.enable_x64(True):
            x, slope = jax.vmap(jax.value_and_grad(perfect))(latent.quantile(u))
        assert np.asarray(x) == pytest.approx(p.quantile(u), rel=1e-9, abs=1e-9)
        assert np.asarray(slope) == pytest.approx(latent.prob(latent.quantile(u)) / p.prob(p.quantile(u)), rel=1e-7)


def test_data_from_a_page_are_normalised_and_exact():
    for spec in (
        {"kind": "formula", "text": "exp(-x**4/4 + x**2)", "low": -3, "high": 3},
        {"kind": "pen", "low": -1, "high": 1, "heights": [1.0] * 128 + [3.0] * 128},
        {"kind": "csv", "text": "a,b\n" + "".join(f"{i % 7},{i * i % 11}\n" for i in range(200)), "column": "b"},
    ):
        data = data_of(spec)
        assert data.density.cdf(1e6) == pytest.approx(1, abs=1e-12)
        assert data.low < data.high
    drawn = data_of({"kind": "pen", "low": -1, "high": 1, "heights": [1.0] * 128 + [3.0] * 128}).density
    assert drawn.prob([-0.5, 0.5]) == pytest.approx([0.25, 0.75])
    formula = data_of({"kind": "formula", "text": "exp(-x^2/2)", "low": -8, "high": 8}).density
    middle = 0.53125  # the middle of a step
    assert formula.prob(middle) == pytest.approx(gt.Normal(0, 1).prob(middle), abs=1e-9)
