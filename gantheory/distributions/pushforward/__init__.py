"""p_g = G#p_z, the law of a generator's output: exact on the line, by a mesh on the plane."""

from gantheory.distributions.pushforward.plane_pushforward import PlanePushforward
from gantheory.distributions.pushforward.pushforward import Pushforward

__all__ = [
    "PlanePushforward",
    "Pushforward",
]
