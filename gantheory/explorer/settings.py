"""What a page may set of the game, each within bounds, and the game and players that follow."""

import functools
import itertools
from dataclasses import asdict, dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import optax

from gantheory.distributions import Density
from gantheory.distributions.pushforward.on_grid import grid_of
from gantheory.distributions.text import parse
from gantheory.explorer.checks import number, one_of, shortened, whole
from gantheory.explorer.data import Data
from gantheory.game.algorithm1 import Game
from gantheory.game.constraints import clipped
from gantheory.game.losses import LOSSES
from gantheory.game.networks import ACTIVATIONS, STANDARD, Discriminator, Generator, Unit
from gantheory.game.oracle import population
from gantheory.game.penalties import R1, R2, GradientPenalty

OPTIMIZERS = {
    "adam": lambda learning_rate: optax.adam(learning_rate, b1=0.5, b2=0.99),
    "adam, b1 = .9": lambda learning_rate: optax.adam(learning_rate),
    "rmsprop": lambda learning_rate: optax.rmsprop(learning_rate),
    "sgd": lambda learning_rate: optax.sgd(learning_rate),
}
PENALTIES = ("none", "R1", "R2", "gradient penalty", "clipped weights")
LATENTS = ("Normal(0, 1)", "Uniform(-1, 1)")
CHOICES = {
    "latent": LATENTS,
    "loss": tuple(LOSSES),
    "penalty": PENALTIES,
    "optimizer_d": tuple(OPTIMIZERS),
    "optimizer_g": tuple(OPTIMIZERS),
    "activation_d": tuple(ACTIVATIONS),
    "activation_g": tuple(ACTIVATIONS),
}
BOUNDS = {
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
# What the players' shapes follow from, so that a change of it starts anew.
SHAPES = (
    "latent",
    "seed",
    "optimizer_d",
    "optimizer_g",
    "reach",
    *(f"{what}_{who}" for what in ("width", "depth", "activation") for who in "dg"),
)


@dataclass(frozen=True)
class Settings:
    latent: str = "Normal(0, 1)"
    loss: str = "non_saturating"
    penalty: str = "R1"
    gamma: float = 0.002  # the penalty's weight, for data of unit scale, or the bound of the weights
    optimizer_d: str = "adam"
    optimizer_g: str = "adam"
    rate_d: float = 1e-2
    rate_g: float = 3e-4
    k: int = 1
    generator_steps: int = 1
    simultaneous: bool = False
    population: bool = False
    batch: int = 128
    oracle: float = 0.0
    width_d: int = 32
    depth_d: int = 2
    activation_d: str = "tanh"
    reach: bool = False  # D is held constant beyond four units of the data
    width_g: int = 32
    depth_g: int = 2
    activation_g: str = "tanh"
    seed: int = 0

    def changed(self, changes: Any) -> "Settings":
        """These with some of them changed. Raises ``ValueError`` with one sentence for what there is not, or what is out of bounds."""
        if not isinstance(changes, dict):
            raise ValueError(f"Settings must be an object of names and values. Got {shortened(changes)}.")
        kinds = self.as_dict()
        taken = {name: self._taken(changes, one_of(name, "a setting", tuple(kinds))) for name in changes}
        new = replace(self, **taken)
        if new.population and LOSSES[new.loss].relativistic:
            raise ValueError("`population` must be false in a game of pairs, which are independent draws. Got true.")
        if new.oracle and new.latent != LATENTS[0]:
            raise ValueError(f"`oracle` must be 0 for a bounded z: p_g ends where z does, and D* jumps there. Got {new.oracle:g}.")
        return new

    def _taken(self, changes: dict, name: str) -> Any:
        if name in CHOICES:
            return one_of(changes[name], name, CHOICES[name])
        if name in BOUNDS:
            low, high = BOUNDS[name]
            return whole(changes, name, low, high) if isinstance(low, int) and isinstance(high, int) else number(changes, name, low, high)
        return one_of(changes[name], name, (True, False))

    def starts_anew(self, old: "Settings") -> bool:
        return any(getattr(self, name) != getattr(old, name) for name in SHAPES)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def latent_of(settings: Settings) -> Density:
    density = parse(settings.latent)
    assert isinstance(density, Density)
    return density


@functools.lru_cache(64)
def _optimizer(name: str, bound: float | None) -> optax.GradientTransformation:
    """One for all games, since a new one would be compiled anew; its rate is part of its memory, where ``with_rates`` sets it."""
    optimizer = optax.inject_hyperparams(OPTIMIZERS[name])(1e-3)
    return optimizer if bound is None else clipped(optimizer, bound)


_games = itertools.count(1)
MOST_GAMES = 200  # after which what was compiled is forgotten: each new kind of game is a program that stays in memory


def game_of(settings: Settings, data: Data, unit: Unit, only: str | None = None) -> Game:
    """The game of ``algorithm1``; ``only`` one player learns, if given."""
    if next(_games) % MOST_GAMES == 0:
        jax.clear_caches()
    scale, latent = float(unit.scale), latent_of(settings)
    gamma = jnp.float32(settings.gamma * (1.0 if settings.penalty == "gradient penalty" else scale**2))
    penalty = {"R1": R1(gamma), "R2": R2(gamma), "gradient penalty": GradientPenalty(gamma, jnp.float32(scale))}.get(settings.penalty)
    bound = max(settings.gamma, 1e-3) if settings.penalty == "clipped weights" else None
    points = (population(data.density, settings.batch), population(latent, settings.batch)) if settings.population else None
    return Game(
        data.density,
        latent,
        LOSSES[settings.loss],
        penalty,
        _optimizer(settings.optimizer_d, bound),
        _optimizer(settings.optimizer_g, None),
        settings.k,
        settings.batch,
        settings.generator_steps,
        settings.simultaneous,
        oracle=jnp.float32(settings.oracle) if settings.oracle else None,
        grid=grid_of(latent) if settings.oracle else None,
        population=points,
        only=only,
    )


def players_of(settings: Settings, unit: Unit = STANDARD) -> tuple[Generator, Discriminator]:
    """G and D at their start, which follows from the seed."""
    key_g, key_d = jax.random.split(jax.random.key(settings.seed))
    generator = Generator(settings.width_g, settings.depth_g, settings.activation_g, unit, key=key_g)
    reach = 4.0 if settings.reach else None
    return generator, Discriminator(settings.width_d, settings.depth_d, settings.activation_d, unit, reach, key=key_d)


def with_rates(settings: Settings, state):
    """The state, whose optimisers from now on take steps at the settings' rates."""
    for memory, rate in (("discriminator_memory", settings.rate_d), ("generator_memory", settings.rate_g)):
        old = getattr(state, memory)
        new = old._replace(hyperparams={**old.hyperparams, "learning_rate": jnp.asarray(rate, jnp.float32)})
        state = replace(state, **{memory: new})
    return state
