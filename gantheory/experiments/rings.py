"""Eight Gaussians on a ring, the classic test of whether a generator finds every mode: settings that collapse, and some that do not.

The rings are those of the papers. Networks, batch and number of steps are ours, small enough for two cores; z has two coordinates, so
that p_g has a density that the mesh can measure.
"""

from typing import Any, NamedTuple

import jax
import numpy as np
import optax

from gantheory.distributions import Normal, Product, ring
from gantheory.game.algorithm1 import breakdown
from gantheory.game.ensembles import Ensemble
from gantheory.game.losses import non_saturating
from gantheory.game.networks import Discriminator, Generator, Unit
from gantheory.game.penalties import R1
from gantheory.game.players import Game, State
from gantheory.measurement.state import measure_plane
from gantheory.training.run import Progress, Row, Run

LATENT = Product(Normal(0.0, 1.0), Normal(0.0, 1.0))
PACGAN = ring(8, 1.0, 0.01)  # Lin, Khetan, Fanti, Oh 2018, section 4.1
METZ = ring(8, 2.0, 0.02)  # Metz, Poole, Pfau, Sohl-Dickstein 2017, section 3.1
SEEDS = 10  # trainings of each recipe in the figure
BATCH = 256


class Recipe(NamedTuple):
    """Settings of one training of the non-saturating game with k = 1; both networks have two hidden layers.

    Attributes:
      title: over the recipe's panel.
      p_data: the ring.
      steps: iterations of Algorithm 1.
      activation: of both networks.
      width: of their hidden layers.
      rates: Adam's initial learning rates, D's and G's.
      b1: Adam's decay of the first moment.
      cosine: whether the rates fall to a hundredth, by a cosine.
      r1: γ of the R1 penalty; 0 is none.
      packing: points that D judges at once.
      skip: whether G has a skip connection.
      average: β of the moving average of G's weights, if any.
    """

    title: str
    p_data: Product
    steps: int
    activation: str = "relu"
    width: int = 64
    rates: tuple[float, float] = (1e-3, 1e-3)
    b1: float = 0.5
    cosine: bool = True
    r1: float = 0.0
    packing: int = 1
    skip: bool = False
    average: float | None = None


RECIPES = {
    "plain": Recipe("plain, Metz's ring", METZ, 5000, activation="tanh", rates=(2e-4, 1e-3), b1=0.9, cosine=False),
    "packed1": Recipe("PacGAN's ring, unpacked", PACGAN, 5000),
    "packed2": Recipe("packs of 2", PACGAN, 5000, packing=2),
    "packed4": Recipe("packs of 4", PACGAN, 5000, packing=4),
    "r1": Recipe("R1, averaged G", PACGAN, 10_000, r1=0.02, skip=True, average=0.999),
}


def member(recipe: Recipe, seed: int) -> tuple[Game, Discriminator, Generator, int]:
    """One training, as :class:`Ensemble` takes it: the game, D, G and the seed.

    Args:
      recipe: its settings.
      seed: of the networks and the minibatches.
    """
    key_g, key_d = jax.random.split(jax.random.key(seed))
    rates = [optax.cosine_decay_schedule(rate, recipe.steps, alpha=0.01) if recipe.cosine else rate for rate in recipe.rates]
    for_d, for_g = (optax.adam(rate, b1=recipe.b1, b2=0.99) for rate in rates)
    shape: dict[str, Any] = {"width": recipe.width, "activation": recipe.activation, "unit": Unit((0.0, 0.0), 1.0)}
    discriminator = Discriminator(**shape, inputs=2 * recipe.packing, key=key_d)
    generator = Generator(**shape, skip=recipe.skip, inputs=2, outputs=2, key=key_g)
    penalty = R1(recipe.r1) if recipe.r1 else None
    game = Game(
        p_data=recipe.p_data,
        latent=LATENT,
        loss=non_saturating,
        penalty=penalty,
        discriminator_optimizer=for_d,
        generator_optimizer=for_g,
        k=1,
        batch=BATCH,
        average=recipe.average,
        packing=recipe.packing,
    )
    return game, discriminator, generator, seed


def play(name: str, seeds: range, steps: int | None = None, progress: Progress | None = None, chunk: int = 500) -> list[Run]:
    """The trainings of one recipe, all seeds in one program, measured at the end.

    Args:
      name: one of RECIPES.
      seeds: one for each training.
      steps: iterations of Algorithm 1; the recipe's own number if None.
      progress: called after every chunk, without a measured state.
      chunk: iterations between two calls of ``progress``.

    Returns:
      The runs, in the order of the seeds, with ``stopped`` set where one broke down.
    """
    recipe = RECIPES[name]
    members = [member(recipe, seed) for seed in seeds]
    steps = recipe.steps if steps is None else steps
    # Optimisers and schedules are functions, and members must share theirs.
    ensemble = Ensemble([(members[0][0], *own[1:]) for own in members])
    finite = np.ones(len(seeds), bool)
    for done in range(0, steps, chunk):
        ensemble, well = ensemble.played(min(chunk, steps - done))
        finite &= well
        if progress:
            progress(min(done + chunk, steps), steps, None)
    return [_run(recipe, ensemble.member(i), seed, bool(ok)) for i, (seed, ok) in enumerate(zip(seeds, finite, strict=True))]


def _run(recipe: Recipe, state: State, seed: int, finite: bool) -> Run:
    settings = {**recipe._asdict(), "batch": BATCH, "seed": seed}
    settings.pop("p_data")
    stopped = None if finite else breakdown(state)
    run = Run(recipe.p_data, LATENT, state.measured_generator, state.discriminator, settings, [], stopped)
    judge = state.discriminator if recipe.packing == 1 else None
    run.history.append(Row(int(state.iteration), measure_plane(run.p_data, run.p_g, judge), *(float(loss) for loss in state.losses)))
    return run
