"""How a game is played from an iteration on: its settings, its data, and who plays."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import equinox as eqx
import jax
from jaxtyping import PRNGKeyArray

from gantheory.distributions import Density, Pushforward
from gantheory.distributions.pushforward.transport import Transport
from gantheory.explorer import verdict
from gantheory.explorer.data import Data
from gantheory.explorer.live import View, view_of
from gantheory.explorer.settings import PageSettings, game_of, latent_of, with_rates
from gantheory.game.networks import Generator, Unit
from gantheory.game.players import Game, State, initial_state
from gantheory.training.setup import players_of


@dataclass(frozen=True, eq=False)
class Mode:
    """How a game is played.

    Attributes:
      settings: of the page.
      data: what is learned.
      unit: of the networks, fixed at their start even if the data change later.
      only: "D" or "G" if only this player learns.
      hand: p_g, if the visitor gave it; G is then the increasing map from z to it, and only D learns.
    """

    settings: PageSettings
    data: Data
    unit: Unit
    only: str | None = None
    hand: Density | None = None

    @cached_property
    def game(self) -> Game:
        """The game as Algorithm 1 plays it."""
        return game_of(self.settings, self.data, self.unit, "D" if self.hand else self.only)

    @cached_property
    def key(self) -> PRNGKeyArray:
        """The key of all random draws."""
        return jax.random.key(self.settings.seed)

    @cached_property
    def view(self) -> View:
        """The stretch of the line that is drawn."""
        return view_of(self.data.density, latent_of(self.settings), self.data.low, self.data.high)

    @cached_property
    def modes(self) -> list[verdict.Mode]:
        """The modes of p_data."""
        return verdict.modes_of(self.view)

    @cached_property
    def perfect(self) -> Transport:
        """The increasing G whose law is the one given by hand."""
        assert self.hand is not None
        return Transport(latent_of(self.settings), self.hand)

    def generator(self, state: State) -> Any:
        """The G to draw and measure."""
        return self.perfect if self.hand else state.measured_generator

    def p_g(self, state: State) -> Any:
        """The exact law of that G."""
        if self.hand and self.hand is not self.data.density:
            return self.hand
        return Pushforward(self.generator(state), latent_of(self.settings))

    def played(self, state: State) -> State:
        """The state to play from, with the G that was given by hand, if one was."""
        return replace(state, generator=self.perfect) if self.hand else state

    def restored(self, state: State, before: State) -> State:
        """The state after playing, with the network in place of a G that was given by hand."""
        return replace(state, generator=before.generator) if self.hand else state

    def start(self) -> State:
        """The players before their first step."""
        generator, discriminator = players_of(self.settings, self.unit)
        return with_rates(self.settings, initial_state(self.game, discriminator, generator))


def moved(generator: Generator, shift: float, scale: float, about: float) -> Generator:
    """The generator composed with x → about + scale · (x - about) + shift, as a change of its own weights.

    Args:
      generator: G.
      shift: how far its law is moved.
      scale: the factor by which its law is stretched.
      about: the point that the stretch leaves in place.
    """
    unit = generator.unit
    offset = ((1 - scale) * (about - unit.loc) + shift) / unit.scale
    last = generator.mlp.layers[-1]
    scaled = eqx.tree_at(lambda layer: (layer.weight, layer.bias), last, replace_fn=lambda weights: scale * weights)
    return eqx.tree_at(
        lambda g: (g.slope, g.offset, g.mlp.layers[-1]),
        generator,
        (scale * generator.slope, scale * generator.offset + offset, scaled),
    )
