"""A whole training: Algorithm 1 played chunk by chunk, each state between two chunks measured exactly, kept, and gone on from."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from gantheory.distributions import Density, PlaneDensity, PlanePushforward, Pushforward
from gantheory.distributions.pushforward.on_grid import grid_of
from gantheory.game.algorithm1 import Game, chunk, initial_state
from gantheory.game.losses import Loss
from gantheory.game.oracle import population as population_of
from gantheory.measurement.cells import measure_plane
from gantheory.measurement.state import measure
from gantheory.training.checkpoints import Checkpoints
from gantheory.training.run import Row, Run

MEASURED_TO = 1e-9  # the quadrature's aim along a history


def check_counts(**counts) -> None:
    """Raise ``ValueError`` unless steps is a whole number of at least 0, and every other count one of at least 1."""
    for name, number in counts.items():
        least = 0 if name == "steps" else 1
        if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < least:
            raise ValueError(f"`{name}` of train must be a whole number of at least {least}. Got {number!r}.")


def _exact(game: Game, oracle: float, population: bool) -> Game:
    """The game with D* in G's opponent, and with populations in place of samples."""
    if not 0 <= oracle <= 1:
        raise ValueError(f"`oracle` of train must be from 0 to 1. Got {oracle!r}.")
    if not (isinstance(game.p_data, Density) and isinstance(game.latent, Density)):
        raise ValueError("`oracle` and `population` of train must be left alone on the plane. Got a density that is not on the line.")
    if oracle and not all(game.latent.unbounded):
        raise ValueError(f"`latent` must be unbounded for `oracle`: p_g ends where z does, and D* jumps there. Got {game.latent!r}.")
    if (game.loss.relativistic or game.packing > 1) and population:
        raise ValueError("`population` of train must be left alone in a game of pairs or packs, which are independent draws. Got True.")
    points = (population_of(game.p_data, game.batch), population_of(game.latent, game.batch)) if population else None
    return game._replace(oracle=float(oracle) or None, grid=grid_of(game.latent) if oracle else None, population=points)


def train(
    p_data: Any,
    *,
    latent: Any,
    generator,
    discriminator,
    loss: Loss,
    penalty: Callable | None = None,
    optimizers: tuple[optax.GradientTransformation, optax.GradientTransformation],
    steps: int,
    k: int = 1,
    batch: int,
    seed: int,
    measure_every: int,
    generator_steps: int = 1,
    simultaneous: bool = False,
    average: float | None = None,
    noise: Callable | None = None,
    packing: int = 1,
    oracle: float = 0.0,
    population: bool = False,
    progress: Callable[[int, int, Row], None] | None = None,
    checkpoints: Checkpoints | None = None,
) -> Run:
    """Play Algorithm 1 for ``steps`` iterations and measure the state exactly, at the start, every ``measure_every`` and at the end.

    ``generator`` maps one latent point () to one data point (), or (2,) to (2,) where both densities are on the plane; ``discriminator``
    has ``logit`` of one data point, or of a pack of ``packing`` > 1, which are of one kind (Lin et al. 2018). ``optimizers`` are
    (D's, G's). D takes ``k`` steps an iteration, G ``generator_steps``; ``simultaneous``: G's are against D as it was before its own.
    ``average``, if given, is the β of an exponential moving average of G's weights, β · average + (1 - β) · G after every iteration:
    the averaged G is then the one that is measured and returned. ``noise``, if given, is the standard deviation, as a function of the
    iteration, of Gaussian noise that is added to every point, data or generated, that D sees (Arjovsky & Bottou 2017); what is measured
    are p_data and p_g without it (``gt.smoothed`` has them with it). V and the discriminator's gap are measured where D's output is a logit
    of one point, and are None elsewhere.

    ``oracle`` is the share β of D* in the logit that G's steps are against (on the line only, with a z that is not bounded): 1 is G
    against D* itself, Danskin's gradient of C(G). ``population``: in place of minibatches, the same ``batch`` points at every step that
    stand for the whole of p_data and p_z, so that gradients are the integrals', up to the midpoint rule's error.
    ``progress(step, steps, row)`` is called at every measurement.

    The run ends early, with what was reached and ``Run.stopped`` saying why, at the first loss or weight that is not finite, and on
    KeyboardInterrupt. With ``checkpoints`` its state is kept in a folder at every measurement, and an earlier one is gone on from, to
    the very bytes that an uninterrupted run ends with. Raises ``ValueError`` if ``k``, ``generator_steps``, ``batch``, ``packing``
    or ``measure_every`` is below 1, ``steps`` below 0, or ``average`` not in [0, 1).
    """
    check_counts(k=k, batch=batch, measure_every=measure_every, steps=steps, generator_steps=generator_steps, packing=packing)
    if average is not None and not 0 <= average < 1:
        raise ValueError(f"`average` of train must be at least 0 and below 1. Got {average!r}.")
    game = Game(p_data, latent, loss, penalty, *optimizers, k, batch, generator_steps, simultaneous, average, noise, packing)
    if oracle or population:
        game = _exact(game, oracle, population)
    key = jax.random.key(seed)
    state = initial_state(game, discriminator, generator)
    history: list[Row] = []
    stopped = None
    if checkpoints and (last := checkpoints.last(state)):
        state, history = last

    def record():
        judge = state.discriminator if loss.logit and packing == 1 else None
        if isinstance(p_data, PlaneDensity):
            measured = measure_plane(p_data, PlanePushforward(state.measured_generator, latent), judge)
        else:
            measured = measure(p_data, Pushforward(state.measured_generator, latent), judge, MEASURED_TO)
        history.append(Row(int(state.iteration), measured, *(float(value) for value in state.losses)))

    def show():
        if checkpoints:
            checkpoints.keep(state, history)
        if progress:
            progress(history[-1].step, steps, history[-1])

    try:
        if not history:
            record()
        show()
        while (done := int(state.iteration)) < steps:
            new, finite = chunk(game, key, state, jnp.asarray(min(measure_every - done % measure_every, steps - done), jnp.int32))
            state = jax.block_until_ready(new)
            if not finite:
                stopped = f"a loss or weight was no longer finite at step {int(state.iteration) + 1}; the state before it was kept"
                break
            record()
            show()
    except KeyboardInterrupt:
        stopped = f"interrupted at step {int(state.iteration)}"
    if not history or history[-1].step != int(state.iteration):
        record()  # the state that is kept is the one whose numbers come last
    settings = {"steps": steps, "k": k, "batch": batch, "seed": seed, "measure_every": measure_every, "loss": loss.name}
    settings["penalty"] = f"{type(penalty).__name__}{tuple(penalty)}" if isinstance(penalty, tuple) else getattr(penalty, "__name__", None)
    if generator_steps > 1:
        settings["generator_steps"] = generator_steps
    if simultaneous:
        settings["simultaneous"] = True
    if packing > 1:
        settings["packing"] = packing
    if oracle:
        settings["oracle"] = oracle
    if population:
        settings["population"] = True
    if average is not None:
        settings["average"] = average
    return Run(p_data, latent, state.measured_generator, state.discriminator, settings, history, stopped)
