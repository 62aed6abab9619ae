"""A whole training: Algorithm 1 played chunk by chunk. Between two chunks the state is measured exactly and kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import PRNGKeyArray

from gantheory.distributions import Law, push_forward
from gantheory.distributions.pushforward.on_grid import grid_of
from gantheory.game.algorithm1 import breakdown, chunk
from gantheory.game.losses import Loss
from gantheory.game.oracle import population as population_of
from gantheory.game.players import Game, HasLogit, State, initial_state
from gantheory.measurement.state import measure
from gantheory.training.checkpoints import Checkpoints
from gantheory.training.history import Progress, Row
from gantheory.training.run import Run
from gantheory.training.settings import Settings, check

MEASURED_TO = 1e-9  # tolerance of the quadrature along a history


def train(
    p_data: Law,
    *,
    latent: Law,
    generator: Callable[..., Any],
    discriminator: HasLogit,
    loss: Loss,
    penalty: Callable[..., Any] | None = None,
    optimizers: tuple[optax.GradientTransformation, optax.GradientTransformation],
    steps: int,
    k: int = 1,
    batch: int,
    seed: int,
    measure_every: int,
    generator_steps: int = Settings.generator_steps,
    simultaneous: bool = Settings.simultaneous,
    average: float | None = Settings.average,
    noise: Callable[..., Any] | None = None,
    packing: int = Settings.packing,
    oracle: float = Settings.oracle,
    population: bool = Settings.population,
    progress: Progress | None = None,
    checkpoints: Checkpoints | None = None,
) -> Run:
    """Play Algorithm 1, and measure the state exactly at the start, every ``measure_every`` iterations and at the end.

    Args:
      p_data: law of the data.
      latent: law of z, of the same dimension.
      generator: G, which maps one latent point to one data point: () to () on the line, (2,) to (2,) on the plane.
      discriminator: D, with ``logit`` of one data point, or of a pack of ``packing`` points.
      loss: what each player descends.
      penalty: term added to D's loss.
      optimizers: D's and G's.
      steps: length of the training, in iterations.
      k: steps of D per iteration.
      batch: points (or packs) per minibatch, m in the paper.
      seed: of all random numbers.
      measure_every: iterations between measurements.
      generator_steps: steps of G per iteration.
      simultaneous: whether G's steps are against D as it was before its own steps of the iteration.
      average: β of a moving average of G's weights, β · average + (1 - β) · G after every iteration, with 0 <= β < 1. The averaged G is
        then the one that is measured and returned.
      noise: standard deviation of instance noise, in the data's unit, as a function of the iteration (Arjovsky & Bottou 2017). D sees
        every point with noise added. What is measured are p_data and p_g without it (``gt.smoothed`` has them with it).
      packing: points of one kind that D judges together (Lin et al. 2018).
      oracle: share β of D* in the logit that G's steps are against, with 0 <= β <= 1, on the line and for an unbounded z. At 1, G plays
        against D* itself: Danskin's gradient of C(G).
      population: whether every step is taken on the same ``batch`` points, which stand for the whole of p_data and p_z. Gradients are
        then the integrals', up to the error of the midpoint rule.
      progress: called with (iterations done, ``steps``, row) at every measurement.
      checkpoints: where the state is kept at every measurement, and a kept one is continued from. The training then ends with the same
        bytes as an uninterrupted one.

    Returns:
      The run. If it ended early, at a loss or weight that is not finite or by ``KeyboardInterrupt``, it has what was reached, and
      ``Run.stopped`` says why. V and the discriminator's gap are None in games where D's output is no logit of one point.

    Raises:
      ValueError: a count below its least value, ``average`` or ``oracle`` outside its interval, ``oracle`` or ``population`` in a game
        that does not allow it, or a checkpoint of another training.

    Source:
      Goodfellow et al. 2014, Algorithm 1.
    """
    counts = {"k": k, "batch": batch, "measure_every": measure_every, "steps": steps}
    options = {"generator_steps": generator_steps, "simultaneous": simultaneous, "packing": packing}
    options |= {"oracle": oracle, "population": population, "average": average}
    for name, value in (counts | options).items():
        check(name, value)
    if not jax.tree.leaves(eqx.filter(generator, eqx.is_inexact_array)):
        raise ValueError(f"`generator` of train must have weights, as a module has; those of a closure cannot be seen. Got {generator!r}.")
    game = Game(
        p_data=p_data,
        latent=latent,
        loss=loss,
        penalty=penalty,
        discriminator_optimizer=optimizers[0],
        generator_optimizer=optimizers[1],
        k=k,
        batch=batch,
        generator_steps=generator_steps,
        simultaneous=simultaneous,
        average=average,
        noise=noise,
        packing=packing,
        **_exact(p_data, latent, loss, batch, packing, oracle, population),
    )
    state = initial_state(game, discriminator, generator)
    training = _Training(game, jax.random.key(seed), steps, measure_every, state, progress, checkpoints)
    training.play()
    settings = {"steps": steps, "k": k, "batch": batch, "seed": seed, "measure_every": measure_every}
    settings |= {"loss": loss.name, "penalty": _name_of(penalty)}
    settings |= {name: value for name, value in options.items() if value != getattr(Settings, name)}
    state = training.state
    return Run(p_data, latent, state.measured_generator, state.discriminator, settings, training.history, training.stopped)


def _exact(p_data: Any, latent: Any, loss: Loss, batch: int, packing: int, oracle: float, population: bool) -> dict[str, Any]:
    """The fields of ``Game`` for D* in G's opponent and for populations. Raises ``ValueError`` in a game that does not allow them."""
    if not (oracle or population):
        return {}
    if p_data.dimension != 1 or latent.dimension != 1:
        raise ValueError("`oracle` and `population` of train must be left alone on the plane. Got a density that is not on the line.")
    if oracle and not all(latent.unbounded):
        raise ValueError(f"`latent` must be unbounded for `oracle`: p_g ends where z does, and D* jumps there. Got {latent!r}.")
    if (loss.relativistic or packing > 1) and population:
        raise ValueError("`population` of train must be left alone in a game of pairs or packs, which are independent draws. Got True.")
    points = (population_of(p_data, batch), population_of(latent, batch)) if population else None
    return {"oracle": float(oracle) or None, "grid": grid_of(latent) if oracle else None, "population": points}


def _name_of(penalty: Callable | None) -> str | None:
    """A penalty as run.json names it, with its numbers if it has some."""
    return f"{type(penalty).__name__}{tuple(penalty)}" if isinstance(penalty, tuple) else getattr(penalty, "__name__", None)


@dataclass
class _Training:
    """A training in progress."""

    game: Game
    key: PRNGKeyArray
    steps: int
    measure_every: int
    state: State
    progress: Progress | None
    checkpoints: Checkpoints | None
    history: list[Row] = field(default_factory=list)
    stopped: str | None = None

    def play(self) -> None:
        """Play from the newest checkpoint, or from the start, to the last step, the first number that is not finite, or an interrupt."""
        if self.checkpoints and (last := self.checkpoints.last(self.state)):
            self.state, self.history = last
        try:
            if not self.history:
                self._measure()
            self._report()
            self._play_chunks()
        except KeyboardInterrupt:
            self.stopped = f"interrupted at step {int(self.state.iteration)}"
        if not self.history or self.history[-1].step != int(self.state.iteration):
            self._measure()  # the last row is of the state that is returned

    def _play_chunks(self) -> None:
        while (done := int(self.state.iteration)) < self.steps:
            length = min(self.measure_every - done % self.measure_every, self.steps - done)
            new, finite = chunk(self.game, self.key, self.state, jnp.asarray(length, jnp.int32))
            self.state = jax.block_until_ready(new)
            if not finite:
                self.stopped = breakdown(self.state)
                return
            self._measure()
            self._report()

    def _measure(self) -> None:
        game, state = self.game, self.state
        judge = state.discriminator if game.loss.logit and game.packing == 1 else None
        p_g = push_forward(state.measured_generator, game.latent, game.p_data.dimension)
        measured = measure(game.p_data, p_g, judge, MEASURED_TO)
        self.history.append(Row(int(state.iteration), measured, *(float(loss) for loss in state.losses)))

    def _report(self) -> None:
        """Keep the state, then show it."""
        if self.checkpoints:
            self.checkpoints.keep(self.state, self.history)
        if self.progress:
            self.progress(self.history[-1].step, self.steps, self.history[-1])
