"""Sixteen Gaussians on a grid, learned by plain steps and by two ways of moving both players together: ODE-GAN's and SGA's.

The grid is that of both papers. ODE-GAN's networks, step and regulariser are those of its notebook (Qin et al. 2020), but with 5,000 steps
for 30,001, batches of 256 for 512, and a z of two coordinates for 32, so that p_g has a density. SGA's notebook (Balduzzi et al. 2018) has
RMSProp at a rate of 1e-4, six layers of 384 units and 10,001 steps. Here it is Adam, four layers of 48 and 4,000 steps, and symplectic
gradient adjustment has a weight of .05, without alignment.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import optax

from gantheory.distributions import grid
from gantheory.experiments.on_plane import LATENT, measured, played
from gantheory.game.losses import non_saturating
from gantheory.game.networks import Discriminator, Generator, Unit, initialized
from gantheory.game.players import Game
from gantheory.training.run import Progress, Run

SIXTEEN = grid(4, 1.0, 0.02)
SEEDS = 10  # trainings of each recipe in the figure
BATCH = 256


class Recipe(NamedTuple):
    """Settings of one training of the non-saturating game; both networks have ReLUs and one width.

    Attributes:
      title: over the recipe's panel.
      steps: iterations, each of one step of both players.
      updates: how the players move, one of ``UPDATES``.
      updates_weight: λ of the way, if it has one.
      adam: whether steps are Adam's, with a rate that falls to a hundredth by a cosine; plain ones otherwise.
      rate: the initial learning rate of both.
      width: of the hidden layers.
      depth: number of hidden layers.
      initialization: of the weights, one of ``INITIALIZATIONS``.
      scales: units in which D sees points and in which G makes them.
      average: β of the moving average of G's weights, if any.
    """

    title: str
    steps: int
    updates: str = "simultaneous"
    updates_weight: float | None = None
    adam: bool = False
    rate: float = 0.1
    width: int = 25
    depth: int = 2
    initialization: str = "uniform"
    scales: tuple[float, float] = (1.0, 1.0)
    average: float | None = None


EULER = Recipe("plain steps", 5000)
ADAM = Recipe("Adam", 4000, "simultaneous", None, True, 3e-3, 48, 4, "he_normal", (0.5, 1.5), 0.99)
RECIPES = {
    "euler": EULER,
    "rk4": EULER._replace(title="RK4", updates="rk4"),
    "ode_gan": EULER._replace(title="RK4, regularised", updates="rk4", updates_weight=0.07),
    "adam": ADAM,
    "sga": ADAM._replace(title="SGA, Adam", updates="sga", updates_weight=0.05),
}


def member(recipe: Recipe, seed: int) -> tuple[Game, Discriminator, Generator, int]:
    """One training, as :class:`Ensemble` takes it: the game, D, G and the seed.

    Args:
      recipe: its settings.
      seed: of the networks and the minibatches.
    """
    key_g, key_d = jax.random.split(jax.random.key(seed))
    optimizer = (
        optax.adam(optax.cosine_decay_schedule(recipe.rate, recipe.steps, 0.01), 0.5, 0.99) if recipe.adam else optax.sgd(recipe.rate)
    )
    shape = recipe.width, recipe.depth, "relu"
    of_d, of_g = (Unit((0.0, 0.0), scale) for scale in recipe.scales)
    discriminator = Discriminator(*shape, of_d, inputs=2, key=key_d)
    generator = Generator(*shape, of_g, skip=False, inputs=2, outputs=2, key=key_g)
    discriminator, generator = (
        eqx.tree_at(lambda n: n.mlp, network, initialized(network.mlp, recipe.initialization, key))
        for network, key in ((discriminator, key_d), (generator, key_g))
    )
    game = Game(
        p_data=SIXTEEN,
        latent=LATENT,
        loss=non_saturating,
        discriminator_optimizer=optimizer,
        generator_optimizer=optimizer,
        k=1,
        batch=BATCH,
        updates=recipe.updates,
        updates_weight=recipe.updates_weight,
        average=recipe.average,
    )
    return game, discriminator, generator, seed


def play(recipe: Recipe, seeds: range, progress: Progress | None = None) -> list[Run]:
    """The trainings of one recipe, all seeds in one program, measured at the end.

    Args:
      recipe: their settings.
      seeds: one for each training.
      progress: called along the training, without a measured state.

    Returns:
      The runs, in the order of the seeds, with ``stopped`` set where one broke down.
    """
    ends = played([member(recipe, seed) for seed in seeds], recipe.steps, progress)
    settings = {**recipe._asdict(), "batch": BATCH}
    return measured(SIXTEEN, ends, [{**settings, "seed": seed} for seed in seeds])
