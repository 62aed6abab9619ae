"""What a game is made of."""

import jax.numpy as jnp
import numpy as np
import optax
import pytest

import gantheory as gt
from gantheory.game import losses
from gantheory.game.players import Game

ON_LINE = {"p_data": gt.Normal(0, 1), "latent": gt.Normal(0, 1)}
ON_PLANE = {"p_data": gt.ring(), "latent": gt.Product(gt.Normal(0, 1), gt.Normal(0, 1))}
REST = {
    "loss": losses.minimax,
    "discriminator_optimizer": optax.sgd(0.1),
    "generator_optimizer": optax.sgd(0.1),
    "k": 1,
    "batch": 8,
}


def test_a_game_is_given_by_keywords_alone():
    with pytest.raises(TypeError, match="positional argument"):
        Game(*ON_LINE.values(), *REST.values())


def test_a_minibatch_is_of_points_or_of_packs():
    assert Game(**ON_LINE, **REST).minibatch == (8,)
    assert Game(**ON_LINE, **REST, packing=3).minibatch == (8, 3)


@pytest.mark.parametrize(("laws", "point"), [(ON_LINE, ()), (ON_PLANE, (2,))], ids=["line", "plane"])
def test_g_is_applied_to_each_latent_point_whatever_the_axes_before(laws, point):
    z = np.random.default_rng(0).normal(size=(2, 3, 4, *point)).astype(np.float32)
    seen = []

    def generator(one):
        seen.append(one.shape)
        return 2 * one

    np.testing.assert_array_equal(Game(**laws, **REST).generated(generator, jnp.asarray(z)), 2 * z)
    assert seen == [point]
