"""The players, the penalties and the optimisers that settings describe: everything that ``train`` needs beside the two laws."""

from typing import Any

import jax
import numpy as np
import optax

from gantheory.game.constraints import clipped
from gantheory.game.losses import LOSSES
from gantheory.game.networks import STANDARD, Discriminator, Generator, Unit
from gantheory.game.penalties import PENALTIES, Sum
from gantheory.training.optimizers import OPTIMIZERS
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
    generator = Generator(settings.width_g, settings.depth_g, settings.activation_g, unit, inputs=size, outputs=size, key=key_g)
    reach = REACH if settings.reach else None
    shape = settings.width_d, settings.depth_d, settings.activation_d
    return generator, Discriminator(*shape, unit, reach, settings.spectral, inputs=judged, key=key_d)


def arguments_of(settings: Settings, unit: Unit) -> dict[str, Any]:
    """The arguments of ``train``, other than the laws, for data of this unit.

    γ of R1 and R2 and the instance noise are given for data of unit scale, and are scaled to the data's.
    """
    generator, discriminator = players_of(settings, unit)
    scale = float(np.sqrt(np.prod(unit.scale))) if np.ndim(unit.scale) else unit.scale
    optimizer_d = _optimizer(settings.optimizer_d, settings.rate_d, settings.steps * settings.k)
    optimizer_g = _optimizer(settings.optimizer_g, settings.rate_g, settings.steps * settings.generator_steps)
    same = "steps k generator_steps simultaneous average packing oracle population batch seed measure_every".split()
    return {
        "generator": generator,
        "discriminator": discriminator,
        "loss": LOSSES[settings.loss],
        "penalty": _penalty(settings, scale),
        "optimizers": (optimizer_d if settings.clip is None else clipped(optimizer_d, settings.clip), optimizer_g),
        "noise": optax.linear_schedule(settings.noise * scale, 0.0, max(1, settings.steps)) if settings.noise else None,
        **{name: getattr(settings, name) for name in same},
    }


def _optimizer(name: str, rate: float, steps: int) -> optax.GradientTransformation:
    """An optimiser whose rate falls to a hundredth over so many steps, by a cosine."""
    return OPTIMIZERS[name](optax.cosine_decay_schedule(rate, max(1, steps), alpha=0.01))


def _penalty(settings: Settings, scale: float) -> Any:
    """The penalties that are not 0, for data of this scale; None if there are none."""
    weights = {name: getattr(settings, name) for name in PENALTIES}
    parts = tuple(PENALTIES[name].for_scale(weight, scale) for name, weight in weights.items() if weight)
    return Sum(parts) if len(parts) > 1 else parts[0] if parts else None
