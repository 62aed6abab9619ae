"""Algorithm 1 on the plane: the same steps, packs, and a run that comes back."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import gantheory as gt
from gantheory.base.files import read_record
from gantheory.experiments import on_plane, rings
from gantheory.game import losses
from gantheory.game.algorithm1 import iterate
from gantheory.game.networks import Unit
from gantheory.game.penalties import R1
from gantheory.game.players import Game, initial_state

LATENT = gt.Product(gt.Normal(0, 1), gt.Normal(0, 1))
TINY = ("--steps", 20, "--measure-every", 20, "--width", 8, "--depth", 1, "--batch", 32)


def trained(packing=1, steps=20, loss=losses.non_saturating, p_data=None, rate=1e-3, penalty=None):
    unit = Unit((0.0, 0.0), 1.0)
    return gt.train(
        p_data or gt.ring(8, 1.0, 0.1),
        latent=LATENT,
        generator=gt.Generator(8, 1, unit=unit, inputs=2, outputs=2, key=jax.random.key(0)),
        discriminator=gt.Discriminator(8, 1, unit=unit, inputs=2 * packing, key=jax.random.key(1)),
        loss=loss,
        penalty=penalty,
        optimizers=(optax.adam(rate, b1=0.5), optax.adam(rate, b1=0.5)),
        steps=steps,
        batch=32,
        seed=0,
        measure_every=steps,
        packing=packing,
    )


@pytest.fixture(scope="module")
def run():
    return trained()


def test_a_run_comes_back_from_its_folder(run, tmp_path):
    back = gt.load(run.save(tmp_path))
    assert back.history == run.history
    points = np.random.default_rng(0).normal(size=(7, 2))
    np.testing.assert_array_equal(jax.vmap(back.discriminator.logit)(points), jax.vmap(run.discriminator.logit)(points))
    np.testing.assert_array_equal(back.p_g.mesh.x, run.p_g.mesh.x)
    assert set(run.table()) >= {"jsd_bound", "two_jsd_error", "value", "discriminator_gap"}


@pytest.mark.slow
def test_learning_brings_p_g_nearer():
    after = trained(steps=1000, rate=2e-3, penalty=R1(1.0), p_data=gt.MultivariateNormal([1.0, 0.0], np.eye(2)))
    start, end = (row.measured.two_jsd for row in (after.history[0], after.history[-1]))
    assert end.upper < start.lower


@pytest.mark.slow
def test_d_judges_packs_of_one_kind():
    """PacGAN: D's loss on packs is the mean over packs of what it says of each, data with data, generated with generated."""
    packed = trained(packing=2)
    assert packed.history[-1].measured.value is None and packed.settings["packing"] == 2
    unit = Unit((0.0, 0.0), 1.0)
    generator = gt.Generator(8, 1, unit=unit, inputs=2, outputs=2, key=jax.random.key(0))
    discriminator = gt.Discriminator(8, 1, unit=unit, inputs=4, key=jax.random.key(1))
    game = Game(
        p_data=gt.ring(),
        latent=LATENT,
        loss=losses.non_saturating,
        discriminator_optimizer=optax.sgd(0.1),
        generator_optimizer=optax.sgd(0.1),
        k=1,
        batch=32,
        packing=2,
    )
    key = jax.random.fold_in(jax.random.key(5), 0)
    key_x, key_z, _ = jax.random.split(key, 3)
    x = game.p_data.sample(key_x, (1, 32, 2), jnp.float32)[0]
    fake = jax.vmap(jax.vmap(generator))(game.latent.sample(key_z, (1, 32, 2), jnp.float32)[0])
    logits = [jnp.stack([discriminator.logit(pack) for pack in packs]) for packs in (x, fake)]
    expected = np.mean(np.logaddexp(0, -logits[0])) + np.mean(np.logaddexp(0, logits[1]))
    new = iterate(game, jax.random.key(5), initial_state(game, discriminator, generator))
    assert float(new.losses[0]) == pytest.approx(float(expected), rel=1e-5)


def test_on_the_line_too_packs_are_judged():
    run = gt.train(
        gt.Normal(1, 1),
        latent=gt.Normal(0, 1),
        generator=gt.Generator(8, 1, key=jax.random.key(0)),
        discriminator=gt.Discriminator(8, 1, inputs=3, key=jax.random.key(1)),
        loss=losses.non_saturating,
        optimizers=(optax.adam(1e-2), optax.adam(1e-2)),
        steps=200,
        batch=64,
        seed=0,
        measure_every=200,
        packing=3,
    )
    assert run.history[-1].measured.value is None
    assert run.history[-1].measured.two_jsd.value < run.history[0].measured.two_jsd.value


@pytest.mark.slow
def test_rings_play_in_an_ensemble_as_they_would_alone():
    runs = rings.play("packed2", range(2), steps=3)
    for seed, run in enumerate(runs):
        game, discriminator, generator, _ = on_plane.member(rings.RECIPES["packed2"], seed)
        state = initial_state(game, discriminator, generator)
        for _ in range(3):
            state = iterate(game, jax.random.key(seed), state)
        for one, other in zip(jax.tree.leaves(run.generator), jax.tree.leaves(state.generator), strict=True):
            if isinstance(one, jax.Array):
                np.testing.assert_allclose(one, other, rtol=2e-4, atol=2e-5)


@pytest.mark.slow
def test_the_command_trains_on_the_plane(command, tmp_path):
    said = command("train", "--p-data", "ring(8, 1, .1)", *TINY, "--out", tmp_path, "--html")
    assert said.code == 0, said.err
    for word in ("JSD(p_data, p_g) >=", "modes found", "share of p_g at modes", "V(G, D)"):
        assert word in said.out
    assert read_record(tmp_path / "report.json")["singular"] is None
    assert "modes found" in (tmp_path / "report.html").read_text()


@pytest.mark.slow
def test_the_command_trains_on_two_columns(command, tmp_path):
    said = command(
        "train", "--data", "old_faithful", "--column", "eruptions", "--column", "waiting", *TINY, "--packing", 1, "--out", tmp_path
    )
    assert said.code == 0, said.err
    assert "Against the 68 rows held out" in said.out and "W1(rows" not in said.out
    assert read_record(tmp_path / "report.json")["data"]["column"] == ["eruptions", "waiting"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--p-data", "ring()", "--latent", "Normal(0, 1)"), "`latent` must be on the line for data on the line"),
        (("--p-data", "Normal(0, 1)", "--latent", "moons()"), "`latent` must be on the line for data on the line"),
        (("--p-data", "ring(8, 1)", "--packing", 0), "`packing` of train must be a whole number of at least 1"),
        (("--data", "old_faithful", *("--column", "waiting") * 3), "must be one or two"),
    ],
)
def test_bad_settings_are_one_sentence(command, tmp_path, words, sentence):
    said = command("train", *words, *TINY, "--out", tmp_path / "out")
    assert said.code == 2 and sentence in said.err and "Traceback" not in said.err
    assert not list(tmp_path.rglob("*.json"))
