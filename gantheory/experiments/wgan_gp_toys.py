"""Three laws on the plane learned by WGAN with its gradient penalty (Gulrajani et al. 2017, Figure 3, which draws the critic alone).

The laws, λ, the five steps of D and the batch are those of the authors' program, where every network has three layers of 512 ReLUs and
Adam a rate of 1e-4 for 100,000 steps of G. Here layers have 128, and the rate falls by a cosine over fewer steps.
"""

from typing import NamedTuple

import jax
import optax

from gantheory.distributions import Product, grid, ring, swiss_roll
from gantheory.experiments.on_plane import LATENT, measured, played
from gantheory.game.losses import wasserstein
from gantheory.game.networks import Discriminator, Generator, Unit
from gantheory.game.penalties import GradientPenalty
from gantheory.game.players import Game
from gantheory.training.run import Progress, Run

SEEDS = 3  # trainings of each law in the figure
STEPS = 3000  # of G
WIDTH, DEPTH, BATCH, K = 128, 3, 256, 5
RATE = 2e-3  # of both players, at first
WEIGHT = 0.1  # λ


class Toy(NamedTuple):
    """A law and the unit of both networks: the program divides the points by it.

    Attributes:
      title: over the law's panel.
      p_data: the law, in its own unit.
      unit: by which the points are divided.
    """

    title: str
    p_data: Product
    unit: float


TOYS = {
    "ring": Toy("8 Gaussians", ring(8, 2.0, 0.02), 1.414),
    "grid": Toy("25 Gaussians", grid(5, 2.0, 0.05), 2.828),
    # The roll's noise is .25 before the points are divided, here by 5, and then by 1.5: by 7.5 in all.
    "roll": Toy("Swiss roll", swiss_roll(0.25 / 5), 1.5),
}


def member(toy: Toy, seed: int, steps: int) -> tuple[Game, Discriminator, Generator, int]:
    """One training, as :class:`gantheory.game.ensembles.Ensemble` takes it: the game, D, G and the seed."""
    key_g, key_d = jax.random.split(jax.random.key(seed))
    optimizer = optax.adam(optax.cosine_decay_schedule(RATE, steps, alpha=0.01), b1=0.5, b2=0.9)
    shape = WIDTH, DEPTH, "relu", Unit((0.0, 0.0), toy.unit)
    game = Game(
        p_data=toy.p_data,
        latent=LATENT,
        loss=wasserstein,
        penalty=GradientPenalty(WEIGHT, toy.unit),
        discriminator_optimizer=optimizer,
        generator_optimizer=optimizer,
        k=K,
        batch=BATCH,
    )
    return game, Discriminator(*shape, inputs=2, key=key_d), Generator(*shape, skip=False, inputs=2, outputs=2, key=key_g), seed


def play(name: str, seeds: range, steps: int = STEPS, progress: Progress | None = None) -> list[Run]:
    """The trainings on one of TOYS, all seeds in one program, measured at the end.

    Args:
      name: of the law.
      seeds: one for each training.
      steps: of G, at whose end the rate is a hundredth.
      progress: called along the training, without a measured state.
    """
    toy = TOYS[name]
    ends = played([member(toy, seed, steps) for seed in seeds], steps, progress)
    settings = {"title": toy.title, "unit": toy.unit, "steps": steps, "k": K, "batch": BATCH, "width": WIDTH, "depth": DEPTH}
    settings |= {"rate": RATE, "gradient_penalty": WEIGHT, "loss": wasserstein.name}
    # A critic is no logit of D: V has no meaning, and is not measured.
    return measured(toy.p_data, ends, [{**settings, "seed": seed} for seed in seeds], judged=False)
