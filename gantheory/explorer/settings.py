"""The settings of a page: a training's settings within the bounds of a server, and the game that follows from them."""

import functools
from dataclasses import dataclass, fields, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from gantheory.distributions import Density, Product
from gantheory.distributions.pushforward.on_grid import grid_of
from gantheory.distributions.text import parse
from gantheory.explorer.checks import number, one_of, shortened, whole
from gantheory.explorer.data import Data
from gantheory.game.constraints import clipped
from gantheory.game.losses import LOSSES
from gantheory.game.networks import Unit
from gantheory.game.oracle import population
from gantheory.game.penalties import R1, R2, GradientPenalty
from gantheory.game.players import Game, State
from gantheory.training.optimizers import OPTIMIZERS
from gantheory.training.settings import Settings, setting

PENALTIES = ("none", "R1", "R2", "gradient penalty", "clipped weights")
LATENTS = ("Normal(0, 1)", "Uniform(-1, 1)")
LEAST_CLIP = 1e-3  # smallest bound to which weights are clipped

# The settings that a page has, in its order.
PAGE = (
    "latent loss penalty gamma optimizer_d optimizer_g rate_d rate_g k generator_steps simultaneous population batch oracle "
    "width_d depth_d activation_d reach width_g depth_g activation_g seed"
).split()
# The bounds of its numbers, so that no page can ask a server for more than it can do.
BOUNDS: dict[str, tuple[float, float]] = {
    "gamma": (0.0, 100.0),
    "rate_d": (1e-7, 1.0),
    "rate_g": (1e-7, 1.0),
    "k": (1, 50),
    "generator_steps": (1, 50),
    "batch": (2, 4096),
    "oracle": (0.0, 1.0),
    "width_d": (1, 128),
    "depth_d": (1, 4),
    "width_g": (1, 128),
    "depth_g": (1, 4),
    "seed": (0, 2**31 - 1),
}
# The settings that the shapes of the players and of their optimisers depend on: a change of one begins a new game.
SHAPES = (
    "latent",
    "seed",
    "optimizer_d",
    "optimizer_g",
    "reach",
    *(f"{what}_{who}" for what in ("width", "depth", "activation") for who in "dg"),
)


@dataclass(frozen=True, kw_only=True)
class PageSettings(Settings):
    """A training's settings with two of the page's own, in place of ``r1``, ``r2``, ``gradient_penalty`` and ``clip``.

    The command adds up any of these four. A page has one at a time, and keeps its weight while there is none.
    """

    penalty: str = setting("R1", "Penalty of D's loss, or constraint of its weights", choices=PENALTIES)
    gamma: float = setting(0.002, "Weight of the penalty for data of unit scale, or bound of the weights")

    def changed(self, changes: Any) -> "PageSettings":
        """These settings with some of them changed.

        Args:
          changes: values by the names in ``PAGE``.

        Raises:
          ValueError: a name that there is not, a value out of bounds, or values that do not go together.
        """
        if not isinstance(changes, dict):
            raise ValueError(f"Settings must be an object of names and values. Got {shortened(changes)}.")
        new = replace(self, **{name: _taken(changes, one_of(name, "a setting", PAGE)) for name in changes})
        if new.population and LOSSES[new.loss].relativistic:
            raise ValueError("`population` must be false in a game of pairs, which are independent draws. Got true.")
        if new.oracle and new.latent != LATENTS[0]:
            raise ValueError(f"`oracle` must be 0 for a bounded z: p_g ends where z does, and D* jumps there. Got {new.oracle:g}.")
        return new

    def starts_anew(self, old: "PageSettings") -> bool:
        """Whether a change from ``old`` to these begins a new game."""
        return any(getattr(self, name) != getattr(old, name) for name in SHAPES)

    def as_dict(self) -> dict[str, Any]:
        """The page's settings by their names."""
        return {name: getattr(self, name) for name in PAGE}


# What a page begins with, where that is not the default of a setting.
# docs/explorer.md says how it goes on seeds 0 to 4: to a 2 JSD of .0001 by iteration 4,000, and away from it after 8,000 to 16,000.
START = PageSettings(latent=LATENTS[0], penalty="none", rate_d=1e-3, rate_g=3e-4, k=5, batch=256, population=True, r1=0.0)
_NAMED = {one.name: one.metadata["choices"] for one in fields(PageSettings)} | {"latent": LATENTS}
CHOICES = {name: _NAMED[name] for name in PAGE if _NAMED[name]}


def _taken(changes: dict[str, Any], name: str) -> Any:
    """The value of a setting, of the kind and within the bounds that it must have."""
    if name in CHOICES:
        return one_of(changes[name], name, CHOICES[name])
    if name in BOUNDS:
        low, high = BOUNDS[name]
        return whole(changes, name, low, high) if isinstance(low, int) and isinstance(high, int) else number(changes, name, low, high)
    return one_of(changes[name], name, (True, False))


def latent_of(settings: Settings) -> Density:
    """The law of z."""
    density = parse(settings.latent or LATENTS[0])
    assert isinstance(density, Density)
    return density


def plane_latent_of(settings: Settings) -> Product:
    """The law of a z of two coordinates: each has the law that a z on the line has."""
    latent = latent_of(settings)
    return Product(latent, latent)


@functools.lru_cache(64)
def _optimizer(name: str, bound: float | None) -> optax.GradientTransformation:
    """One for all games, since a new one would be compiled anew. Its rate is part of its state, where ``with_rates`` sets it."""
    optimizer = optax.inject_hyperparams(lambda learning_rate: OPTIMIZERS[name](learning_rate))(1e-3)
    return optimizer if bound is None else clipped(optimizer, bound)


# Kinds of games between two clearings of JAX's caches: the programs of each, to train, draw and measure it, stay in memory, some 50 MB.
MOST_KINDS = 8
_kinds: set[Any] = set()


def _remember(kind: Any) -> None:
    """Note a kind of game; once there are too many, forget all and their programs. One that is still played is compiled again."""
    _kinds.add(kind)
    if len(_kinds) > MOST_KINDS:
        _kinds.clear()
        jax.clear_caches()
        _kinds.add(kind)


def _kind_of(settings: PageSettings, game: Game) -> Any:
    """What a game's programs are compiled for: the shapes of its players and of its arrays, and all that is not an array."""
    leaves, structure = jax.tree.flatten(game)
    shapes = tuple((leaf.shape, leaf.dtype) if isinstance(leaf, np.ndarray | jax.Array) else leaf for leaf in leaves)
    return structure, shapes, tuple(getattr(settings, name) for name in SHAPES if name != "seed")


def game_of(settings: PageSettings, data: Data, unit: Unit, only: str | None = None) -> Game:
    """The game of these settings.

    Numbers that a page changes often are arrays in it, so that no change of theirs is compiled anew.

    Args:
      settings: of the page.
      data: what is learned.
      unit: of the networks.
      only: "D" or "G" if only this player learns.
    """
    scale, plane = float(np.mean(unit.scale)), np.ndim(unit.loc) > 0
    latent = plane_latent_of(settings) if plane else latent_of(settings)
    gamma = jnp.float32(settings.gamma * (1.0 if settings.penalty == "gradient penalty" else scale**2))
    penalty = {"R1": R1(gamma), "R2": R2(gamma), "gradient penalty": GradientPenalty(gamma, jnp.float32(scale))}.get(settings.penalty)
    bound = max(settings.gamma, LEAST_CLIP) if settings.penalty == "clipped weights" else None
    points = (population(data.density, settings.batch), population(latent_of(settings), settings.batch)) if settings.population else None
    game = Game(
        p_data=data.density,
        latent=latent,
        loss=LOSSES[settings.loss],
        penalty=penalty,
        discriminator_optimizer=_optimizer(settings.optimizer_d, bound),
        generator_optimizer=_optimizer(settings.optimizer_g, None),
        k=settings.k,
        batch=settings.batch,
        generator_steps=settings.generator_steps,
        updates="simultaneous" if settings.simultaneous else settings.updates,
        oracle=jnp.float32(settings.oracle) if settings.oracle else None,
        grid=grid_of(latent_of(settings)) if settings.oracle else None,
        population=points,
        only=only,
    )
    _remember(_kind_of(settings, game))
    return game


def with_rates(settings: Settings, state: State) -> State:
    """The state, whose optimisers from now on take steps at the settings' rates."""
    for memory, rate in (("discriminator_memory", settings.rate_d), ("generator_memory", settings.rate_g)):
        old = getattr(state, memory)
        new = old._replace(hyperparams={**old.hyperparams, "learning_rate": jnp.asarray(rate, jnp.float32)})
        state = replace(state, **{memory: new})
    return state
