"""A sweep cut into shards: each an ensemble of trainings of one program, which one worker plays and measures."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import jax
import numpy as np

from gantheory.base.divergent import Divergent
from gantheory.distributions import Law
from gantheory.game.algorithm1 import breakdown
from gantheory.game.ensembles import Ensemble
from gantheory.game.joint import require_flow
from gantheory.sweeps.spec import Spec
from gantheory.training.data import Data, data_of, latent_of
from gantheory.training.games import game_of
from gantheory.training.learning import MEASURED_TO, generated, measured_row, played_law
from gantheory.training.settings import Settings
from gantheory.training.setup import arguments_of, penalty_of, tuned_optimizers

MEMBERS = 50  # of a shard at most: with 3,000 iterations each about half a minute of a core
NUMBERS = ("r1", "r2", "gradient_penalty")  # weights that are arguments of a program; at 0 their penalty is no part of it
SCHEDULES = ("cosine", "constant")  # of rates that are arguments of a program, and leave the bits of a single training as they are


# What a sweep measures besides the quantities of a history: a number of (p_data, p_g).
Observer = Callable[[Law, Law], float]


class Shard(NamedTuple):
    """Trainings of a sweep, by their numbers."""

    number: int
    members: list[int]


class Result(NamedTuple):
    """What became of a shard's trainings.

    Attributes:
      shard: which.
      columns: each quantity, its error, and the minibatch losses, (members, steps); nan at a step that a training did not reach.
      reached: iterations of each training whose losses and weights were finite.
      failures: why a training has no number at its last step; an empty text if it has.
    """

    shard: Shard
    columns: dict[str, np.ndarray]
    reached: np.ndarray
    failures: list[str]


def shards_of(spec: Spec, members: int = MEMBERS) -> list[Shard]:
    """The shards, in order: trainings of one program together, at most so many."""
    groups: dict[Any, list[int]] = {}
    seeds = len(spec.seeds)
    for start in range(0, len(spec), seeds):  # the seeds of one setting share a program
        groups.setdefault(_program(spec.settings(start)), []).extend(range(start, start + seeds))
    parts = [group[i : i + members] for group in groups.values() for i in range(0, len(group), members)]
    return [Shard(number, part) for number, part in enumerate(parts)]


def _program(settings: Settings) -> tuple[Any, ...]:
    """What two trainings must share to be of one ensemble."""
    free = {"seed": None} | {name: bool(getattr(settings, name)) for name in NUMBERS}
    free |= {f"rate_{player}": None for player in "dg" if getattr(settings, f"schedule_{player}") in SCHEDULES}
    return tuple((one.name, free.get(one.name, getattr(settings, one.name))) for one in dataclasses.fields(settings))


def play(spec_as_json: str, shard: Shard, observe: Mapping[str, Observer]) -> Result:
    """Play and measure a shard. What fails is told in the result, and ends no other training.

    Args:
      spec_as_json: the sweep, :meth:`Spec.as_json`.
      shard: which of its trainings.
      observe: what else is measured of (p_data, p_g), by name.
    """
    spec = Spec.from_json(spec_as_json)
    settings = [spec.settings(member) for member in shard.members]
    shape = len(settings), len(spec.steps)
    columns: dict[str, np.ndarray] = {}
    failures, reached = [""] * len(settings), np.zeros(len(settings), np.int64)
    try:
        data = data_of(settings[0])
        members = _members(settings, data)
        ensemble = Ensemble(members, cores=1)  # the others have workers of their own
    except ValueError as error:
        return Result(shard, columns, reached, [str(error)] * len(settings))
    done = 0
    for column, step in enumerate(spec.steps):
        if step > done:
            ensemble, finite = ensemble.played(step - done, donate=True)
            done = step
            for i in np.flatnonzero(~finite).tolist():
                failures[i] = failures[i] or breakdown(ensemble.member(i)).split(" at step")[0]
        for i, (game, *_) in enumerate(members):
            state = ensemble.member(i)
            reached[i] = int(state.iteration)
            if failures[i]:
                continue
            try:
                p_g = generated(game, data.density, data.unit, state)
                row = measured_row(game, data.density, p_g, data.unit, state, MEASURED_TO)
                observed = {name: float(function(data.density, p_g)) for name, function in observe.items()}
            except (ValueError, ArithmeticError) as error:
                failures[i] = f"not measured: {error}"
                continue
            for name, value in (*_numbers(row), *observed.items()):
                columns.setdefault(name, np.full(shape, np.nan))[i, column] = value
    return Result(shard, columns, reached, failures)


def _numbers(row: Any) -> Iterator[tuple[str, float]]:
    """The columns of a measured row, as in a run's history: an infinite quantity is ±inf, and its error 0."""
    for name, measured in row.measured.items():
        yield name, float(measured)
        yield f"{name}_error", 0.0 if isinstance(measured, Divergent) else measured.error
    yield "discriminator_loss", row.discriminator_loss
    yield "generator_loss", row.generator_loss


def _members(settings: Sequence[Settings], data: Data) -> list[tuple[Any, Any, Any, int]]:
    """The members of an ensemble, as :class:`Ensemble` takes them. Raises ``ValueError`` for settings of no game."""
    first = arguments_of(settings[0], data.unit)
    latent = latent_of(settings[0], data.density.dimension)
    generator, discriminator, unit, optimizers = (first.pop(name) for name in ("generator", "discriminator", "unit", "optimizers"))
    loss, penalty = first.pop("loss"), first.pop("penalty")
    own = {name: value for name, value in first.items() if name not in ("steps", "seed", "measure_every")}
    played = played_law(data.density, generator, discriminator, unit)
    game = game_of(played, latent, loss, penalty, optimizers, **own)
    require_flow(game, generator, discriminator)
    members = []
    for one in settings:
        arguments = arguments_of(one, data.unit)
        weights = jax.tree.map(lambda weight: np.asarray(weight, np.float32), penalty_of(one))
        of_d, of_g = tuned_optimizers(one)
        own_game = dataclasses.replace(game, penalty=weights, discriminator_optimizer=of_d, generator_optimizer=of_g)
        members.append((own_game, arguments["discriminator"], arguments["generator"], one.seed))
    return members
