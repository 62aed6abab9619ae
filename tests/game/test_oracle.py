"""D* as an opponent: the right D*, the right gradient, and what training against it reaches."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import gantheory as gt
from gantheory.distributions.pushforward.on_grid import grid_of
from gantheory.experiments import oracles
from gantheory.game import losses
from gantheory.game.capacity import least_criterion_by_danskin
from gantheory.game.oracle import Blend, Optimal, population

P_DATA, LATENT = gt.Mixture([0.3, 0.7], [gt.Normal(-2, 0.5), gt.Normal(1, 1)]), gt.Normal(0, 1)


class Affine(eqx.Module):
    slope: jax.Array
    offset: jax.Array

    def __call__(self, z):
        return self.slope * z + self.offset


AFFINE = Affine(jnp.asarray(1.4), jnp.asarray(-0.3))


def optimal(generator):
    return Optimal(P_DATA, generator, LATENT, jnp.asarray(grid_of(LATENT), jnp.float32))


def test_its_logit_is_that_of_d_star():
    exact = gt.optimal_discriminator(P_DATA, gt.Pushforward(AFFINE, LATENT))
    x = np.linspace(-5, 5, 101)
    np.testing.assert_allclose(jax.jit(jax.vmap(optimal(AFFINE).logit))(jnp.asarray(x, jnp.float32)), exact.logit(x), atol=2e-4)


def test_a_blend_is_linear_in_the_logits():
    d, best, x = gt.Discriminator(8, 1, key=jax.random.key(0)), optimal(AFFINE), jnp.asarray(0.7, jnp.float32)
    blended, of_d, of_best = (float(eqx.filter_jit(one.logit)(x)) for one in (Blend(d, best, 0.25), d, best))
    assert blended == pytest.approx(0.75 * of_d + 0.25 * of_best, rel=1e-6)


def test_of_a_pack_it_is_the_sum():
    """D* between p⊗p and q⊗q: log p(x)p(y) - log q(x)q(y)."""
    logit, pack = eqx.filter_jit(optimal(AFFINE).logit), jnp.asarray([0.3, -1.2], jnp.float32)
    assert float(logit(pack)) == pytest.approx(float(logit(pack[0])) + float(logit(pack[1])), rel=1e-6)


@pytest.mark.slow
def test_danskins_gradient_is_that_of_the_criterion():
    """V's gradient at D*, with D* held fixed, against finite differences of the exact C(G)."""
    z = jnp.asarray(population(LATENT, 20_000), jnp.float32)

    def v(generator):
        return jnp.mean(jax.vmap(lambda t: losses.log_one_minus_d(optimal(AFFINE).logit(generator(t))))(z))

    found = jax.grad(v)(AFFINE)
    h = 1e-4
    for name in ("slope", "offset"):
        sides = []
        for sign in (1, -1):
            moved = eqx.tree_at(lambda g: getattr(g, name), AFFINE, getattr(AFFINE, name) + sign * h)  # noqa: B023
            with jax.enable_x64(True):
                parameters = {field: float(getattr(AFFINE, field)) + sign * h * (field == name) for field in ("slope", "offset")}
                moved = Affine(*(jnp.asarray(parameters[field]) for field in ("slope", "offset")))
            sides.append(gt.criterion(P_DATA, gt.Pushforward(moved, LATENT)).value)
        assert float(getattr(found, name)) == pytest.approx((sides[0] - sides[1]) / (2 * h), rel=5e-3, abs=1e-4)


def test_a_population_has_its_densitys_moments():
    x = population(P_DATA, 4096)
    assert x.mean() == pytest.approx(float(P_DATA.mean), abs=1e-4)
    assert x.var() == pytest.approx(float(P_DATA.variance), rel=2e-3)


def trained(**options):
    return gt.train(
        P_DATA,
        **{"latent": LATENT, "batch": 128, "steps": 300, "loss": losses.minimax} | options,
        generator=gt.Generator(8, 1, key=jax.random.key(0)),
        discriminator=gt.Discriminator(8, 1, key=jax.random.key(1)),
        optimizers=(optax.adam(1e-2, b1=0.5), optax.adam(1e-2, b1=0.5)),
        seed=0,
        measure_every=300,
    )


@pytest.mark.slow
def test_against_d_star_g_learns_much_faster_than_against_d():
    alone, oracle = (trained(oracle=share).history[-1].measured.two_jsd.value for share in (0.0, 1.0))
    assert oracle < 0.5 * alone


@pytest.mark.slow
def test_with_populations_the_seed_makes_no_difference():
    one, two = (trained(population=True, steps=5).column("two_jsd") for _ in range(2))
    assert one == two
    settings = trained(population=True, oracle=0.5, steps=2).settings
    assert settings["population"] is True and settings["oracle"] == 0.5


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"oracle": 1.5}, "`oracle` of train must be from 0 to 1. Got 1.5"),
        ({"oracle": 1.0, "latent": gt.Uniform(-1, 1)}, "`latent` must be unbounded for `oracle`"),
        ({"population": True, "loss": losses.relativistic}, "`population` of train must be left alone in a game of pairs"),
        ({"population": True, "packing": 2}, "`population` of train must be left alone"),
    ],
)
def test_what_an_oracle_cannot_do_is_one_sentence(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        trained(**options)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_teachers_law_is_reached_to_a_millionth(seed):
    p_data = oracles.teacher(seed)
    start = oracles.untrained(seed)[0]
    best = least_criterion_by_danskin(p_data, oracles.LATENT, start, 80)
    before, after = (gt.jsd(p_data, gt.Pushforward(generator, oracles.LATENT)) for generator in (start, best))
    assert before.lower > 1e-4 and after.upper <= 1e-6


@pytest.mark.slow
def test_a_small_teacher_is_reached(seed=4):
    teacher, student = (gt.Generator(6, 1, "gelu", key=jax.random.key(key)) for key in (seed, seed + 1))
    p_data = gt.Pushforward(teacher, LATENT)
    best = least_criterion_by_danskin(p_data, LATENT, student, 100)
    assert gt.jsd(p_data, gt.Pushforward(student, LATENT)).lower > 1e-4
    assert gt.jsd(p_data, gt.Pushforward(best, LATENT)).upper < 1e-6


def test_a_bounded_latent_is_refused_there():
    with pytest.raises(ValueError, match="must be unbounded"):
        least_criterion_by_danskin(P_DATA, gt.Uniform(-1, 1), AFFINE, 1)
