"""Eight Gaussians on a ring, the classic test of whether a generator finds every mode: settings that collapse, and some that do not.

The rings are as in the papers; networks, batch and number of steps are this library's, of a size that two cores can do, with a z of two
coordinates, so that p_g has a density that the mesh knows.
"""

from typing import Any, NamedTuple

import jax
import numpy as np
import optax

from gantheory.distributions import Normal, Product, ring
from gantheory.game.algorithm1 import Game, State
from gantheory.game.ensembles import Ensemble
from gantheory.game.losses import non_saturating
from gantheory.game.networks import Discriminator, Generator, Unit
from gantheory.game.penalties import R1
from gantheory.measurement.cells import measure_plane
from gantheory.training.run import Row, Run

LATENT = Product(Normal(0.0, 1.0), Normal(0.0, 1.0))
PACGAN = ring(8, 1.0, 0.01)  # Lin, Khetan, Fanti, Oh 2018, section 4.1
METZ = ring(8, 2.0, 0.02)  # Metz, Poole, Pfau, Sohl-Dickstein 2017, section 3.1
SEEDS = 10
BATCH = 256


class Recipe(NamedTuple):
    """Both networks are of two layers of ``width``; the non-saturating game, k = 1."""

    title: str
    p_data: Product
    steps: int
    activation: str = "relu"
    width: int = 64
    rates: tuple[float, float] = (1e-3, 1e-3)  # Adam's for D and for G
    b1: float = 0.5
    cosine: bool = True  # whether they fall to a hundredth, by a cosine
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
    """One training of an ensemble."""
    key_g, key_d = jax.random.split(jax.random.key(seed))
    rates = [optax.cosine_decay_schedule(rate, recipe.steps, alpha=0.01) if recipe.cosine else rate for rate in recipe.rates]
    for_d, for_g = (optax.adam(rate, b1=recipe.b1, b2=0.99) for rate in rates)
    shape: dict[str, Any] = {"width": recipe.width, "activation": recipe.activation, "unit": Unit((0.0, 0.0), 1.0)}
    discriminator = Discriminator(**shape, inputs=2 * recipe.packing, key=key_d)
    generator = Generator(**shape, skip=recipe.skip, inputs=2, outputs=2, key=key_g)
    penalty = R1(recipe.r1) if recipe.r1 else None
    game = Game(recipe.p_data, LATENT, non_saturating, penalty, for_d, for_g, 1, BATCH, average=recipe.average, packing=recipe.packing)
    return game, discriminator, generator, seed


def play(name: str, seeds: range, chunk: int = 500, progress=None, steps: int | None = None) -> list[Run]:
    """The runs of a recipe, all seeds at once, measured at the end."""
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
    stopped = None if finite else f"a loss or weight was no longer finite at step {int(state.iteration) + 1}; the state before it was kept"
    run = Run(recipe.p_data, LATENT, state.measured_generator, state.discriminator, settings, [], stopped)
    judge = state.discriminator if recipe.packing == 1 else None
    run.history.append(Row(int(state.iteration), measure_plane(run.p_data, run.p_g, judge), *(float(loss) for loss in state.losses)))
    return run
