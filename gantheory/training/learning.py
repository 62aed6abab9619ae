"""A whole training: Algorithm 1 played chunk by chunk. Between two chunks the state is measured exactly and kept."""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

import jax
import numpy as np
import optax
from jaxtyping import Array, Bool, Int, PRNGKeyArray

from gantheory.distributions import Law, push_forward
from gantheory.distributions.line.external import as_law
from gantheory.game.algorithm1 import chunk
from gantheory.game.joint import require_flow
from gantheory.game.losses import Loss
from gantheory.game.networks import Unit
from gantheory.game.players import TOGETHER, Game, HasLogit, State, initial_state
from gantheory.game.units import checked_unit, in_unit, require_told_apart, with_unit
from gantheory.measurement.state import TOLERANCE, measure
from gantheory.training.arguments import checked_loss, filled, require_kinds, require_players, require_points
from gantheory.training.checkpoints import Checkpoints
from gantheory.training.columns import points_of
from gantheory.training.data import unit_of_law, unit_of_rows
from gantheory.training.games import game_of
from gantheory.training.history import Progress, Row
from gantheory.training.kernel_density import from_samples
from gantheory.training.loop import Loop
from gantheory.training.progress import reporting
from gantheory.training.run import NETWORKS, Run
from gantheory.training.settings import Settings, check

MEASURED_TO = 1e-9  # tolerance of the quadrature along a history, but at its end


def train(
    p_data: Law | str | None = None,
    *,
    data: Any = None,
    latent: Law | str | None = None,
    generator: Callable[..., Any] | None = None,
    discriminator: HasLogit | None = None,
    loss: Loss | str = Settings.loss,
    penalty: Callable[..., Any] | None = None,
    optimizers: tuple[optax.GradientTransformation, optax.GradientTransformation] | None = None,
    steps: int = Settings.steps,
    k: int | None = None,
    batch: int = Settings.batch,
    seed: int = Settings.seed,
    measure_every: int = Settings.measure_every,
    generator_steps: int = Settings.generator_steps,
    simultaneous: bool = Settings.simultaneous,
    updates: str = Settings.updates,
    updates_weight: float | None = Settings.updates_weight,
    average: float | None = Settings.average,
    noise: Callable[..., Any] | None = None,
    packing: int = Settings.packing,
    oracle: float = Settings.oracle,
    population: bool = Settings.population,
    stratified: bool = Settings.stratified,
    unit: Sequence[Any] | None = None,
    progress: Progress | bool | None = None,
    checkpoints: Checkpoints | None = None,
) -> Run:
    """Play Algorithm 1, and measure the state exactly at the start, every ``measure_every`` iterations and at the end.

    Args:
      p_data: law of the data, or its expression as text.
      data: rows in its place, as :func:`from_samples` takes them, such as a column of a data frame: p_data is then the kernel density
        estimate of all of them, and ``unit`` is their mean and standard deviation, if the players are the library's without a unit.
      latent: law of z, of the same dimension, or its expression; standard Gaussian if not given.
      generator: G, which maps one latent point to one data point: () to () on the line, (2,) to (2,) on the plane. A player that is not
        given is that of ``gantheory train``, and works in the data's unit.
      discriminator: D, with ``logit`` of one data point, or of a pack of ``packing`` points.
      loss: what each player descends, or its name in ``LOSSES``.
      penalty: term added to D's loss.
      optimizers: D's and G's; those of ``gantheory train``, with its rates and schedules, if not given.
      steps: length of the training, in iterations.
      k: steps of D per iteration; if not given 1, or, where no player is given and the players move in turn, that of ``gantheory train``.
      batch: points (or packs) per minibatch, m in the paper.
      seed: of all random numbers.
      measure_every: iterations between measurements.
      generator_steps: steps of G per iteration.
      simultaneous: the same as ``updates="simultaneous"``.
      updates: how the players move (:mod:`gantheory.game.joint`): "alternating", as in Algorithm 1; "simultaneous", G's steps against D as
        it was before its own; or both together, one step each on one minibatch: by "extragradient", "optimistic", "consensus", "sga"
        (symplectic gradient adjustment) or "rk4" (Runge-Kutta, for optimisers of plain steps).
      updates_weight: γ of consensus, λ of sga, or λ of ODE-GAN's regulariser in rk4, at least 0; if not given 1, and 0 for rk4.
      average: β of a moving average of G's weights, β · average + (1 - β) · G after every iteration, with 0 <= β < 1. The averaged G is
        then the one that is measured and returned.
      noise: standard deviation of instance noise, in the data's unit, as a function of the iteration (Arjovsky & Bottou 2017). D sees
        every point with noise added. What is measured are p_data and p_g without it (``gt.smoothed`` has them with it).
      packing: points of one kind that D judges together (Lin et al. 2018).
      oracle: share β of D* in the logit that G's steps are against, with 0 <= β <= 1, on the line and for an unbounded z. At 1, G plays
        against D* itself: Danskin's gradient of C(G).
      population: whether every step is taken on the same ``batch`` points, which stand for the whole of p_data and p_z. Gradients are
        then the integrals', up to the error of the midpoint rule.
      stratified: whether the z of a minibatch are one from each of ``batch`` strata of equal mass, for a z whose quantiles have a formula;
        on the plane, in each coordinate (:mod:`gantheory.game.strata`).
      unit: (location, scale) of the data, pairs on the plane, for data that float32 does not tell apart. The game is then played on
        (x - location)/scale, taken in float64: the players, the penalty and the noise are those of data in this unit. What is measured, and
        the run, are in the data's own.
      progress: called with (iterations done, ``steps``, row) at every measurement. True writes a line on stderr instead: on a terminal
        one that is overwritten, elsewhere a new one at each tenth of the training. Silent if not given.
      checkpoints: where the state is kept at every measurement, and a kept one is continued from. The training then ends with the same
        bytes as an uninterrupted one.

    Returns:
      The run. If it ended early, at a loss or weight that is not finite or by ``KeyboardInterrupt``, it has what was reached, and
      ``Run.stopped`` says why. V and the discriminator's gap are None in games where D's output is no logit of one point.

    Raises:
      ValueError: an argument of another kind, players of points of another dimension, a count below its least value, ``average`` or
        ``oracle`` outside its interval, ``oracle``, ``population``, ``stratified`` or ``updates`` in a game that does not allow it, or a
        checkpoint of another training.

    Source:
      Goodfellow et al. 2014, Algorithm 1.
    """
    own = [player for player in (generator, discriminator) if player is not None]
    k = k if k is not None else 1 if own or updates in TOGETHER else Settings.k
    counts = {"k": k, "batch": batch, "measure_every": measure_every, "steps": steps}
    options = {"generator_steps": generator_steps, "simultaneous": simultaneous, "packing": packing}
    options |= {"oracle": oracle, "population": population, "average": average, "stratified": stratified}
    options |= {"updates": updates, "updates_weight": updates_weight}
    for name, value in (counts | options).items():
        check(name, value)
    loss = checked_loss(loss)
    require_kinds(seed, optimizers, checkpoints, penalty=penalty, noise=noise, progress=None if isinstance(progress, bool) else progress)
    require_players(generator, discriminator)
    p_data, unit = given(p_data, data, unit, *own)
    if len(own) < 2 and unit is None and all(map(_has_no_unit, own)):
        unit = unit_of_law(p_data)
    settings = Settings(steps=steps, k=k, generator_steps=generator_steps, packing=packing, seed=seed)
    whole = filled(p_data.dimension, latent, generator, discriminator, optimizers, settings)
    played = played_law(p_data, whole.generator, whole.discriminator, unit)
    game = game_of(played, whole.latent, loss, penalty, whole.optimizers, k=k, batch=batch, noise=noise, **options)
    options["updates_weight"] = game.updates_weight
    require_flow(game, whole.generator, whole.discriminator)
    require_points(whole.generator, whole.discriminator, p_data, whole.latent, packing)
    state = initial_state(game, whole.discriminator, whole.generator)
    with reporting(progress) as report:
        how = {"steps": steps, "measure_every": measure_every, "progress": report, "checkpoints": checkpoints}
        training = _Training(state, game=game, p_data=p_data, unit=unit, key=jax.random.key(seed), **how)
        training.play()
    record = {"steps": steps, "k": k, "batch": batch, "seed": seed, "measure_every": measure_every}
    record |= {"loss": loss.name, "penalty": _name_of(penalty)}
    record |= {name: value for name, value in options.items() if value != getattr(Settings, name)}
    return Run(p_data, whole.latent, *in_own_unit(training.state, unit), record, training.history, training.stopped)


def given(p_data: Any, data: Any, unit: Any, *players: Any) -> tuple[Law, Unit | None]:
    """(p_data, the unit of the game), of a law or of rows. Raises ``ValueError`` unless one of both is given."""
    if (p_data is None) == (data is None):
        raise ValueError(f"Either `p_data` or `data` of train must be given. Got {'neither' if data is None else 'both'}.")
    if data is None:
        named = isinstance(p_data, str) or (hasattr(p_data, "log_prob") and not isinstance(p_data, type))
        p_data = as_law(p_data) if named else p_data
        if not isinstance(p_data, Law):
            said = f"the class {p_data.__name__}" if isinstance(p_data, type) else f"a {type(p_data).__name__}: rows are given as `data`"
            raise ValueError(f"`p_data` of train must be a law. Got {said}.")
        _require_draws(p_data)
        return p_data, None if unit is None else checked_unit(unit, p_data.dimension)
    points = points_of(data, "`data` of train")
    if unit is not None:
        unit = checked_unit(unit, points.ndim)
    elif all(_has_no_unit(player) for player in players):
        unit = unit_of_rows(points)
    return from_samples(points), unit


def _require_draws(p_data: Law) -> None:
    """Raise ``ValueError`` unless a compiled training can draw from a law; a bare density cannot be drawn from."""
    try:
        jax.eval_shape(lambda key: p_data.sample(key, (1,), np.float32), jax.random.key(0))
    except Exception as raised:  # whatever a law of somebody else's says to a tracer
        sentence = (
            f"`p_data` of train must be a law that can be drawn from in a compiled program. Got {p_data!r}: rows of it are given as `data`."
        )
        raise ValueError(sentence) from raised


def _has_no_unit(network: Any) -> bool:
    """Whether it is one of the library's networks, and works in the data's own unit."""
    unit = getattr(network, "unit", None) if isinstance(network, tuple(NETWORKS.values())) else None
    return unit is not None and not np.any(unit.loc) and bool(np.all(np.equal(unit.scale, 1)))


def played_law(p_data: Law, generator: Any, discriminator: Any, unit: Unit | None) -> Law:
    """The law that the game is played on. Raises ``ValueError`` where float32 networks cannot tell its points apart."""
    if unit is None:
        require_told_apart(p_data)
        return p_data
    for name, network in (("generator", generator), ("discriminator", discriminator)):
        if not _has_no_unit(network):
            raise ValueError(f"`{name}` of train must be one of the library's, without a unit of its own, beside `unit`. Got {network!r}.")
    return in_unit(p_data, unit)


def _name_of(penalty: Callable | None) -> str | None:
    """A penalty as run.json names it, with its numbers if it has some."""
    return f"{type(penalty).__name__}{tuple(penalty)}" if isinstance(penalty, tuple) else getattr(penalty, "__name__", None)


@dataclass
class _Training(Loop):
    """A training in progress."""

    _: KW_ONLY
    game: Game
    p_data: Law
    unit: Unit | None
    key: PRNGKeyArray

    def advanced(self, iterations: Int[Array, ""]) -> tuple[State, Bool[Array, ""]]:
        return chunk(self.game, self.key, self.state, iterations)

    def row(self, step: int) -> Row:
        p_g = generated(self.game, self.p_data, self.unit, self.state)
        return measured_row(self.game, self.p_data, p_g, self.unit, self.state, TOLERANCE if step == self.steps else MEASURED_TO)


def in_own_unit(state: State, unit: Unit | None) -> tuple[Any, Any]:
    """G, the averaged one if an average is kept, and D, as functions of the data's own points."""
    both = state.measured_generator, state.discriminator
    return both if unit is None else tuple(with_unit(one, unit) for one in both)


def generated(game: Game, p_data: Law, unit: Unit | None, state: State) -> Law:
    """p_g of a state, in the data's own unit."""
    return push_forward(in_own_unit(state, unit)[0], game.latent, p_data.dimension)


def measured_row(game: Game, p_data: Law, p_g: Law, unit: Unit | None, state: State, tolerance: float) -> Row:
    """A state of a game and its p_g, measured in the data's own unit; V and D's gap only where D's output is the logit of one point."""
    judge = in_own_unit(state, unit)[1] if game.loss.logit and game.packing == 1 else None
    measured = measure(p_data, p_g, judge, tolerance)
    return Row(int(state.iteration), measured, *(float(loss) for loss in state.losses))
