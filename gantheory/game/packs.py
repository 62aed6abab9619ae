"""What D may be given of a pack as a whole, beside its points (Lin et al. 2018): how alike the points of a pack are."""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp

LEAST_VARIANCE = 1e-8  # added to a variance, whose square root has no slope at 0


def deviation(pack: Any) -> Any:
    """The standard deviation over a pack's points, averaged over the coordinates (Karras et al. 2018, section 3).

    Args:
      pack: (points,) or (points, coordinates).
    """
    return jnp.mean(jnp.sqrt(jnp.var(pack, 0) + LEAST_VARIANCE))


def closeness(pack: Any) -> Any:
    """The mean over pairs of a pack's points of exp(-Σ|u_i - u_j|) (Salimans et al. 2016, section 3.2, without its weights).

    Args:
      pack: (points,) or (points, coordinates).
    """
    points = pack.reshape(len(pack), -1)
    first, second = jnp.triu_indices(len(pack), 1)
    return jnp.mean(jnp.exp(-jnp.sum(jnp.abs(points[first] - points[second]), 1)))


FEATURES: dict[str, Callable[[Any], Any]] = {"deviation": deviation, "closeness": closeness}
