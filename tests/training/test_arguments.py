"""What ``gt.train`` is given: a first call needs only data, names and text are understood, and what is wrong is refused in a sentence."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import scipy.stats as st

import gantheory as gt
from gantheory.training.data import data_of, latent_of
from gantheory.training.learning import train
from gantheory.training.settings import Settings
from gantheory.training.setup import arguments_of

SHORT = {"steps": 2, "batch": 8, "measure_every": 2}
ADAM = optax.adam(1e-3)
PLANE = gt.Product(gt.Normal(0, 1), gt.Normal(0, 1))


@pytest.mark.slow
def test_a_first_call_is_the_training_of_the_command_without_a_penalty(weights):
    settings = Settings(p_data="Normal(5, 2)", r1=0.0, **SHORT)
    data = data_of(settings)
    of_command = train(data.density, latent=latent_of(settings, 1), **arguments_of(settings, data.unit))
    for p_data in ("Normal(5, 2)", gt.Normal(5, 2)):
        first = gt.train(p_data, **SHORT)
        assert weights(first.generator, first.discriminator) == weights(of_command.generator, of_command.discriminator)
        assert first.settings == of_command.settings and first.generator.unit == of_command.generator.unit


@pytest.mark.slow
def test_what_is_not_given_fits_the_data():
    rows = np.random.default_rng(0).normal(5, 2, 40)
    run = gt.train(data=rows, **SHORT)
    assert run.generator.unit.loc == pytest.approx(rows.mean(), abs=0.1) and run.settings["k"] == Settings.k
    plane = gt.train(gt.ring(8), packing=2, **SHORT)
    assert plane.latent.dimension == 2 and plane.generator.outputs == 2 and plane.discriminator.inputs == 4


def test_names_and_text_are_understood(play, small_game, weights):
    by_name = gt.train("Normal(1, 0.5)", **small_game | {"latent": "Uniform(-1, 1)", "loss": "non_saturating"}, steps=2, measure_every=2)
    assert weights(by_name.generator) == weights(play(2, 2).generator) and by_name.settings == play(2, 2).settings
    assert play(2, 2, k=None).settings["k"] == 1


class Column(eqx.Module):
    weight: jax.Array

    def __call__(self, z):
        return jnp.ravel(self.weight * z)


KEY = jax.random.key(0)
WRONG = {
    "no loss of this name": ({"loss": "non_saturated"}, "`loss` must be one of .* Got 'non_saturated': did you mean 'non_saturating'"),
    "no loss": ({"loss": abs}, "`loss` of train must be a Loss, such as gt.losses.hinge, or the name of one. Got"),
    "one optimiser": ({"optimizers": ADAM}, "must be a pair of optax's, D's and G's, such as .* Got one for both"),
    "three optimisers": ({"optimizers": [ADAM] * 3}, "must be a pair of optax's, .* Got 3 of them"),
    "names of optimisers": ({"optimizers": ("adam", "adam")}, r"must be a pair of optax's, .* Got \('adam', 'adam'\)"),
    "rates": ({"optimizers": (1e-3, 1e-3)}, "`optimizers` of train must be a pair of optax's"),
    "seed": ({"seed": "a"}, "`seed` of train must be a whole number of at most 64 bits. Got 'a'"),
    "large seed": ({"seed": 2**63}, "`seed` of train must be a whole number of at most 64 bits"),
    "key for a seed": ({"seed": KEY}, "`seed` of train must be a whole number of at most 64 bits"),
    "noise": ({"noise": 0.1}, "`noise` of train must be a function, or left alone. Got 0.1"),
    "penalty": ({"penalty": 0.1}, "`penalty` of train must be a function, or left alone. Got 0.1"),
    "progress": ({"progress": "yes"}, "`progress` of train must be a function, or left alone. Got 'yes'"),
    "checkpoints": ({"checkpoints": "folder"}, "`checkpoints` of train must be a Checkpoints, or left alone. Got 'folder'"),
    "latent": ({"latent": 3}, r"`latent` of train must be a law, such as gt.Normal\(0, 1\), or its expression. Got 3"),
    "latent on the plane": ({"latent": PLANE}, "`latent` of train must be on the line for data on the line"),
    "swapped": (
        {"generator": gt.Discriminator(4, 1, key=KEY), "discriminator": gt.Generator(4, 1, key=KEY)},
        "`generator` of train must be G, and `discriminator` D, which has `logit`. Got a Discriminator for G",
    ),
    "no logit": ({"discriminator": jnp.tanh}, "`discriminator` of train must have `logit`, as gt.Discriminator has. Got"),
    "values of one coordinate": ({"generator": Column(jnp.ones(1))}, r"must give numbers, as .* Got one that gives shape \(1,\)"),
    "D of packs": ({"packing": 3}, r"must take packs of shape \(3,\), as gt.Discriminator\(inputs=3, key=…\) does, to a number. Got"),
}


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_trained_with_is_refused_in_a_sentence(play, wrong):
    changes, sentence = WRONG[wrong]
    with pytest.raises(ValueError, match=sentence):
        play(1, 1, **changes)


def test_players_and_data_of_two_dimensions_are_refused(small_game):
    needed = r"must give points of 2 coordinates, as gt.Generator\(inputs=2, outputs=2, key=…\) does of"
    with pytest.raises(ValueError, match=f"`generator` of train {needed} a `latent` of 2. Got one that gives shape"):
        gt.train(gt.ring(8), **small_game | SHORT)
    with pytest.raises(ValueError, match=f"`generator` of train {needed} 2. Got TypeError"):
        gt.train(gt.ring(8), **small_game | SHORT | {"latent": PLANE})
    generator = gt.Generator(4, 1, inputs=2, outputs=2, key=KEY)
    with pytest.raises(ValueError, match=r"`discriminator` .* must take points of 2 coordinates, as gt.Discriminator\(inputs=2, key=…\)"):
        gt.train(gt.ring(8), **small_game | SHORT | {"latent": PLANE, "generator": generator})


def test_a_density_of_which_nothing_can_be_drawn_is_refused_before_the_training():
    flat = gt.as_density(lambda x: jnp.log(0.5) + 0 * x, (-1, 1))
    with pytest.raises(
        ValueError, match=r"must be a law that can be drawn from in a compiled program\. Got as_density\(.*rows of it are given"
    ):
        gt.train(flat, **SHORT)


@pytest.mark.slow
def test_a_law_of_scipy_is_trained_on():
    assert len(gt.train(gt.from_scipy(st.norm(1.0, 0.5)), **SHORT).history) == 2


@pytest.mark.usefixtures("unchecked")
def test_a_class_is_no_law():
    with pytest.raises(ValueError, match=r"`p_data` of train must be a law\. Got the class Normal"):
        gt.train(gt.Normal, **SHORT)
