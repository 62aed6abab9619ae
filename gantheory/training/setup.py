"""The players, the penalties and the optimisers that settings describe: everything that ``train`` needs beside the two laws."""

from typing import Any

import equinox as eqx
import jax
import numpy as np
import optax

from gantheory.game.constraints import clipped
from gantheory.game.losses import LOSSES, with_smoothed_labels
from gantheory.game.networks import STANDARD, Discriminator, Generator, Unit, initialized
from gantheory.game.penalties import PENALTIES, Sum
from gantheory.training.optimizers import Tuned, optimizer
from gantheory.training.settings import Settings

REACH = 4.0  # where D is held constant if asked, in units of the data


def players_of(settings: Settings, unit: Unit = STANDARD) -> tuple[Generator, Discriminator]:
    """G and D at their start, which follows from the seed.

    Args:
      settings: of the training.
      unit: where the data lie and how wide they are; pairs on the plane.
    """
    key_g, key_d = jax.random.split(jax.random.key(settings.seed))
    size = len(unit.loc) if np.ndim(unit.loc) else None
    judged = size if settings.packing == 1 else settings.packing * (size or 1)
    shape = settings.width_g, settings.depth_g, settings.activation_g
    generator = Generator(*shape, unit, settings.skip, inputs=size, outputs=size, key=key_g)
    reach = REACH if settings.reach else None
    shape = settings.width_d, settings.depth_d, settings.activation_d
    discriminator = Discriminator(*shape, unit, reach, settings.spectral, inputs=judged, feature=settings.packing_feature, key=key_d)
    starts = (generator, settings.initialization_g, key_g), (discriminator, settings.initialization_d, key_d)
    generator, discriminator = (eqx.tree_at(lambda n: n.mlp, one, initialized(one.mlp, name, key)) for one, name, key in starts)
    return generator, discriminator


def arguments_of(settings: Settings, unit: Unit) -> dict[str, Any]:
    """The arguments of ``train``, other than the laws, for data of this unit: all else is for data of unit scale."""
    generator, discriminator = players_of(settings, Unit((0.0, 0.0), (1.0, 1.0)) if np.ndim(unit.loc) else STANDARD)
    optimizer_d, optimizer_g = _optimizer(settings, "d", settings.k), _optimizer(settings, "g", settings.generator_steps)
    loss = LOSSES[settings.loss]
    game = "k generator_steps simultaneous updates updates_weight average packing oracle population stratified".split()
    return {
        "generator": generator,
        "discriminator": discriminator,
        "loss": with_smoothed_labels(loss, settings.label_smoothing) if settings.label_smoothing else loss,
        "penalty": penalty_of(settings),
        "optimizers": (optimizer_d if settings.clip is None else clipped(optimizer_d, settings.clip), optimizer_g),
        "noise": optax.linear_schedule(settings.noise, 0.0, max(1, settings.steps)) if settings.noise else None,
        "unit": unit,
        **{name: getattr(settings, name) for name in ("steps", *game, "batch", "seed", "measure_every")},
    }


def _optimizer(settings: Settings, player: str, each: int) -> optax.GradientTransformation:
    """The optimiser of "d" or "g", which takes so many steps in each iteration."""
    name, rate, schedule, b1, b2 = (getattr(settings, f"{what}_{player}") for what in ("optimizer", "rate", "schedule", "b1", "b2"))
    return optimizer(name, rate, settings.steps * each, schedule, b1, b2)


def tuned_optimizers(settings: Settings) -> tuple[optax.GradientTransformation, optax.GradientTransformation]:
    """D's and G's optimisers with their rates as arrays."""
    return _tuned(settings, "d", settings.k, settings.clip), _tuned(settings, "g", settings.generator_steps, None)


def _tuned(settings: Settings, player: str, each: int, clip: float | None) -> optax.GradientTransformation:
    name, rate, schedule, b1, b2 = (getattr(settings, f"{what}_{player}") for what in ("optimizer", "rate", "schedule", "b1", "b2"))
    return Tuned(np.asarray(rate, np.float32), name, settings.steps * each, schedule, b1, b2, clip).transformation


def penalty_of(settings: Settings) -> Any:
    """The penalties that are not 0, for data of unit scale; None if there are none."""
    weights = {name: getattr(settings, name) for name in PENALTIES}
    parts = tuple(PENALTIES[name](weight) for name, weight in weights.items() if weight)
    return Sum(parts) if len(parts) > 1 else parts[0] if parts else None
