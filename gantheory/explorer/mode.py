"""How a game is played from some iteration on: by which settings, on which data, and by which players."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import equinox as eqx
import jax

from gantheory.distributions import Density, Pushforward
from gantheory.distributions.pushforward.transport import Transport
from gantheory.explorer.data import Data
from gantheory.explorer.live import View, view_of
from gantheory.explorer.settings import Settings, game_of, latent_of, players_of, with_rates
from gantheory.game.algorithm1 import Game, State, initial_state
from gantheory.game.networks import Generator, Unit


@dataclass(frozen=True, eq=False)
class Mode:
    settings: Settings
    data: Data
    unit: Unit  # of the networks, which stays as the data change under them
    only: str | None = None  # the player that learns, if the other is to stay as it is
    hand: Density | None = None  # p_g given by hand; then G is what carries z to it, and only D learns

    @cached_property
    def game(self) -> Game:
        return game_of(self.settings, self.data, self.unit, "D" if self.hand else self.only)

    @cached_property
    def key(self):
        return jax.random.key(self.settings.seed)

    @cached_property
    def view(self) -> View:
        return view_of(self.data.density, latent_of(self.settings), self.data.low, self.data.high)

    @cached_property
    def perfect(self) -> Transport:
        """The increasing G with the law that was given by hand."""
        assert self.hand is not None
        return Transport(latent_of(self.settings), self.hand)

    def generator(self, state: State) -> Any:
        """The G that is drawn and measured."""
        return self.perfect if self.hand else state.measured_generator

    def p_g(self, state: State) -> Any:
        """Its law, exactly."""
        if self.hand and self.hand is not self.data.density:
            return self.hand
        return Pushforward(self.generator(state), latent_of(self.settings))

    def played(self, state: State) -> State:
        """The state as the game sees it."""
        return replace(state, generator=self.perfect) if self.hand else state

    def restored(self, state: State, before: State) -> State:
        return replace(state, generator=before.generator) if self.hand else state

    def start(self) -> State:
        """The players before their first step."""
        generator, discriminator = players_of(self.settings, self.unit)
        return with_rates(self.settings, initial_state(self.game, discriminator, generator))


def moved(generator: Generator, shift: float, scale: float, about: float) -> Generator:
    """The generator of x → about + scale · (x - about) + shift, in its own weights."""
    unit = generator.unit
    offset = ((1 - scale) * (about - unit.loc) + shift) / unit.scale
    last = generator.mlp.layers[-1]
    scaled = eqx.tree_at(lambda layer: (layer.weight, layer.bias), last, replace_fn=lambda weights: scale * weights)
    return eqx.tree_at(
        lambda g: (g.slope, g.offset, g.mlp.layers[-1]),
        generator,
        (scale * generator.slope, scale * generator.offset + offset, scaled),
    )
