"""How a game on the plane is played from an iteration on: as on the line, with two coordinates of z and of x."""

from dataclasses import dataclass
from functools import cached_property

from gantheory.distributions import PlanePushforward
from gantheory.distributions.pushforward.plane_pushforward import LINES
from gantheory.explorer.mode import Mode
from gantheory.explorer.plane_data import PlaneData
from gantheory.explorer.plane_live import Square, square_of
from gantheory.explorer.plane_verdict import Pieces, pieces_of
from gantheory.explorer.settings import plane_latent_of
from gantheory.game.players import State


@dataclass(frozen=True, eq=False)
class PlaneMode(Mode):
    """A ``Mode`` whose data are on the plane; p_g is never given by hand there."""

    @property
    def plane_data(self) -> PlaneData:
        """What is learned."""
        assert isinstance(self.data, PlaneData)
        return self.data

    @cached_property
    def square(self) -> Square:
        """The part of the plane that is drawn."""
        return square_of(self.plane_data, plane_latent_of(self.settings))

    @cached_property
    def pieces(self) -> Pieces:
        """The pieces of p_data."""
        return pieces_of(self.square)

    def p_g(self, state: State, lines: int = LINES) -> PlanePushforward:
        """The law of G on a mesh of z with so many lines in each coordinate."""
        return PlanePushforward(self.generator(state), plane_latent_of(self.settings), lines)
