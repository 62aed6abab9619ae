"""What ``gt.train`` is given: checked before anything is trained, and made where it is not given, as ``gantheory train`` makes it."""

import math
from collections.abc import Callable
from numbers import Integral
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp

from gantheory.base.precision import shown
from gantheory.distributions import Law
from gantheory.game.losses import LOSSES, Loss
from gantheory.game.networks import STANDARD, Unit
from gantheory.training.checkpoints import Checkpoints
from gantheory.training.data import latent_of
from gantheory.training.settings import Settings, check
from gantheory.training.setup import arguments_of


def checked_loss(loss: Any) -> Loss:
    """A loss, or the one of this name in ``LOSSES``."""
    if isinstance(loss, str):
        check("loss", loss)
        return LOSSES[loss]
    if not isinstance(loss, Loss):
        raise ValueError(f"`loss` of train must be a Loss, such as gt.losses.hinge, or the name of one. Got {shown(loss)}.")
    return loss


def require_kinds(seed: Any, optimizers: Any, checkpoints: Any, **functions: Any) -> None:
    """Raise ``ValueError`` for a seed or checkpoints that are none, not two optimisers, or what is no function; None is one not given."""
    if not isinstance(seed, Integral) or not -(2**63) <= int(seed) < 2**63:
        raise ValueError(f"`seed` of train must be a whole number of at most 64 bits. Got {shown(seed)}.")
    for name, given in functions.items():
        if given is not None and not callable(given):
            raise ValueError(f"`{name}` of train must be a function, or left alone. Got {shown(given)}.")
    if not isinstance(checkpoints, Checkpoints | None):
        raise ValueError(f"`checkpoints` of train must be a Checkpoints, or left alone. Got {shown(checkpoints)}.")
    several = isinstance(optimizers, tuple | list) and all(map(_is_optimizer, optimizers))
    if optimizers is not None and not (several and len(optimizers) == 2):
        said = "one for both" if _is_optimizer(optimizers) else f"{len(optimizers)} of them" if several else shown(optimizers)
        pair = "a pair of optax's, D's and G's, such as (optax.adam(2e-3), optax.adam(1e-3))"
        raise ValueError(f"`optimizers` of train must be {pair}. Got {said}.")


def _is_optimizer(one: Any) -> bool:
    return callable(getattr(one, "init", None)) and callable(getattr(one, "update", None))


def require_players(generator: Any, discriminator: Any) -> None:
    """Raise ``ValueError`` unless G has weights and D ``logit``; None is one not given."""
    if hasattr(generator, "logit") and not hasattr(discriminator, "logit"):
        raise ValueError(f"`generator` of train must be G, and `discriminator` D, which has `logit`. Got {_kind(generator)} for G.")
    if discriminator is not None and not callable(getattr(discriminator, "logit", None)):
        raise ValueError(f"`discriminator` of train must have `logit`, as gt.Discriminator has. Got {_kind(discriminator)}.")
    if generator is not None and not jax.tree.leaves(eqx.filter(generator, eqx.is_inexact_array)):
        raise ValueError(f"`generator` of train must have weights, as a module has; those of a closure cannot be seen. Got {generator!r}.")


class Filled(NamedTuple):
    """What every training has."""

    latent: Law
    generator: Any
    discriminator: Any
    optimizers: Any


def filled(dimension: int, latent: Any, generator: Any, discriminator: Any, optimizers: Any, settings: Settings) -> Filled:
    """The law of z, both players and both optimisers: those that are not given, None, are the ones that settings describe."""
    if latent is None or isinstance(latent, str):
        latent = latent_of(Settings(latent=latent), dimension)
    if not isinstance(latent, Law):
        raise ValueError(f"`latent` of train must be a law, such as gt.Normal(0, 1), or its expression. Got {shown(latent)}.")
    given = {"generator": generator, "discriminator": discriminator, "optimizers": optimizers}
    if any(one is None for one in given.values()):
        made = arguments_of(settings, STANDARD if dimension == 1 else Unit((0.0, 0.0), (1.0, 1.0)))
        given = {name: made[name] if one is None else one for name, one in given.items()}
    return Filled(latent, **given)


def require_points(generator: Any, discriminator: Any, p_data: Law, latent: Law, packing: int) -> None:
    """Raise ``ValueError`` unless G takes a point of z to one of the data, and D such a point, or a pack of them, to a number."""
    z, x = (() if law.dimension == 1 else (2,) for law in (latent, p_data))
    if z > x:
        raise ValueError(f"`latent` of train must be on the line for data on the line. Got {latent!r}.")
    points = "points of 2 coordinates" if x else "numbers"
    taken = "of a `latent` of 2" if z < x else "of 2" if x else "of numbers"
    words = f"give {points}, as gt.Generator({'inputs=2, outputs=2, ' if x else ''}key=…) does {taken}"
    _require("generator", generator, z, x, words)
    judged, words = (x, points) if packing == 1 else ((packing, *x), f"packs of shape {(packing, *x)}")
    size = f"inputs={math.prod(judged)}, " if judged else ""
    _require("discriminator", discriminator.logit, judged, (), f"take {words}, as gt.Discriminator({size}key=…) does, to a number")


def _require(name: str, function: Callable[..., Any], into: tuple[int, ...], out: tuple[int, ...], words: str) -> None:
    try:
        shape = jnp.shape(jax.eval_shape(function, jax.ShapeDtypeStruct(into, jnp.float32)))
        if shape == out or (name == "discriminator" and shape == (1,)):
            return
        said = f"one that gives shape {shape}"
    except Exception as failure:  # whatever a network says to a point that it does not take
        said = f"{type(failure).__name__}: {' '.join(str(failure).split())}".rstrip(".")
    raise ValueError(f"`{name}` of train must {words}. Got {said}.")


def _kind(thing: Any) -> str:
    return thing.__name__ if isinstance(thing, type) else f"a {type(thing).__name__}"
