"""Trainings on the plane, all seeds side by side, measured at their end; z has two coordinates, so that p_g has a density."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import jax
import numpy as np
import optax

from gantheory.distributions import Normal, PlanePushforward, Product
from gantheory.distributions.pushforward.plane_pushforward import LINES
from gantheory.game.algorithm1 import breakdown
from gantheory.game.ensembles import CORES, Ensemble
from gantheory.game.losses import non_saturating
from gantheory.game.networks import Discriminator, Generator, Unit
from gantheory.game.penalties import R1
from gantheory.game.players import Game, HasLogit, State
from gantheory.measurement.cells import CELLS
from gantheory.measurement.state import measure_plane
from gantheory.training.run import Progress, Row, Run

LATENT = Product(Normal(0.0, 1.0), Normal(0.0, 1.0))
CHUNK = 500  # iterations between two calls of ``progress``


class Recipe(NamedTuple):
    """Settings of one training of the non-saturating game with k = 1; both networks have hidden layers of one width.

    Attributes:
      title: over the recipe's panel.
      p_data: law of the data.
      steps: iterations of Algorithm 1.
      activation: of both networks.
      width: of their hidden layers.
      depth: how many of them each network has.
      rates: Adam's initial learning rates, D's and G's.
      b1: Adam's decay of the first moment.
      cosine: whether the rates fall to a hundredth, by a cosine.
      r1: γ of the R1 penalty; 0 is none.
      packing: points that D judges at once.
      skip: whether G has a skip connection.
      average: β of the moving average of G's weights, if any.
      batch: points (or packs) per minibatch.
      unit: scale in which both networks work.
      stratified: whether the z of a minibatch are one from each of ``batch`` strata.
      lines: of the mesh on which p_g is measured, in each coordinate of z.
      cells: of the grid on which it is, in each coordinate of x.
    """

    title: str
    p_data: Product
    steps: int
    activation: str = "relu"
    width: int = 64
    depth: int = 2
    rates: tuple[float, float] = (1e-3, 1e-3)
    b1: float = 0.5
    cosine: bool = True
    r1: float = 0.0
    packing: int = 1
    skip: bool = False
    average: float | None = None
    batch: int = 256
    unit: float = 1.0
    stratified: bool = False
    lines: int = LINES
    cells: int = CELLS


def member(recipe: Recipe, seed: int) -> tuple[Game, Discriminator, Generator, int]:
    """One training, as :class:`Ensemble` takes it: the game, D, G and the seed.

    Args:
      recipe: its settings.
      seed: of the networks and the minibatches.
    """
    key_g, key_d = jax.random.split(jax.random.key(seed))
    rates = [optax.cosine_decay_schedule(rate, recipe.steps, alpha=0.01) if recipe.cosine else rate for rate in recipe.rates]
    for_d, for_g = (optax.adam(rate, b1=recipe.b1, b2=0.99) for rate in rates)
    unit = Unit((0.0, 0.0), recipe.unit)
    shape: dict[str, Any] = {"width": recipe.width, "depth": recipe.depth, "activation": recipe.activation, "unit": unit}
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
        batch=recipe.batch,
        average=recipe.average,
        packing=recipe.packing,
        stratified=recipe.stratified,
    )
    return game, discriminator, generator, seed


def trained(recipe: Recipe, seeds: range, steps: int | None = None, progress: Progress | None = None) -> list[Run]:
    """The trainings of one recipe, all seeds in one program, measured at the end.

    Args:
      recipe: their settings.
      seeds: one for each training.
      steps: iterations of Algorithm 1; the recipe's own number if None.
      progress: called along the training, without a measured state.

    Returns:
      The runs, in the order of the seeds, with ``stopped`` set where one broke down.
    """
    ends = played([member(recipe, seed) for seed in seeds], recipe.steps if steps is None else steps, progress)
    settings = recipe._asdict()
    p_data = settings.pop("p_data")
    told = [{**settings, "seed": seed} for seed in seeds]
    return measured(p_data, ends, told, recipe.packing == 1, recipe.lines, recipe.cells)


class End(NamedTuple):
    """How a training ended: its last state with finite losses, and why it stopped there, if it broke down."""

    state: State
    stopped: str | None


def played(members: Sequence[tuple[Game, HasLogit, Callable[..., Any], int]], steps: int, progress: Progress | None = None) -> list[End]:
    """The ends of trainings side by side, in one program.

    Args:
      members: (game, D, G, seed) of each. All play the first one's game: optimisers and schedules are functions, which they must share.
      steps: iterations of each.
      progress: called along the training, without a measured state.
    """
    ensemble = Ensemble([(members[0][0], *own[1:]) for own in members])
    finite = np.ones(len(members), bool)
    for done in range(0, steps, CHUNK):
        ensemble, well = ensemble.played(min(CHUNK, steps - done), donate=True)
        finite &= well
        if progress:
            progress(min(done + CHUNK, steps), steps, None)
    states = [ensemble.member(i) for i in range(len(members))]
    return [End(state, None if ok else breakdown(state)) for state, ok in zip(states, finite, strict=True)]


def measured(
    p_data: Product,
    ends: Sequence[End],
    settings: Sequence[dict[str, Any]],
    judged: bool = True,
    lines: int = LINES,
    cells: int = CELLS,
) -> list[Run]:
    """The runs of trainings, each with one row: its end, measured. As many are measured at once as there are cores.

    Args:
      p_data: law of the data.
      ends: of the trainings.
      settings: those of each run's record.
      judged: whether D judges single points, so that V is measured too.
      lines: of the mesh, in each coordinate of z.
      cells: of the grid, in each coordinate of x.
    """

    def one(end, told):
        state = end.state
        run = Run(p_data, LATENT, state.measured_generator, state.discriminator, told, [], end.stopped)
        found = measure_plane(p_data, PlanePushforward(run.generator, LATENT, lines), state.discriminator if judged else None, cells)
        run.history.append(Row(int(state.iteration), found, *(float(loss) for loss in state.losses)))
        return run

    with ThreadPoolExecutor(CORES) as pool:
        return list(pool.map(one, ends, settings))
