"""p_g = G#p_z, the law of a generator's output: exact on the line, by a mesh on the plane."""

from typing import Any

from gantheory.distributions.pushforward.plane_pushforward import PlanePushforward
from gantheory.distributions.pushforward.pushforward import Pushforward

__all__ = [
    "PlanePushforward",
    "Pushforward",
    "push_forward",
]


def push_forward(generator: Any, latent: Any, dimension: int) -> Pushforward | PlanePushforward:
    """The law of G(z), z ~ ``latent``, among laws of this dimension: a ``Pushforward`` on the line, a ``PlanePushforward`` on the plane.

    Args:
      generator: G, of one point.
      latent: the law of z.
      dimension: of G(z), 1 or 2.

    Raises:
      ValueError: a ``generator`` or a ``latent`` that the class refuses.
    """
    return (Pushforward if dimension == 1 else PlanePushforward)(generator, latent)
