"""p_g inside a compiled program, for a G that changes at every step: its branches are looked for on a fixed grid of z.

Fast, and good enough to learn against; what is reported is measured by ``Pushforward``.
"""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp

from gantheory.distributions.line import Density

CELLS = 512  # cells of the grid
BRANCHES = 8  # branches told apart at one x; a G that folds more often loses the rest
NEWTON = 3  # Newton steps; one would do far from a fold
FAR = 1e-13  # mass of z beyond the grid, on each side


def grid_of(latent: Density, cells: int = CELLS) -> np.ndarray:
    """Points of z, half of them evenly spaced and half with equal masses between."""
    low, high = latent.quantile([FAR, 1 - FAR])
    shares = np.linspace(FAR, 1 - FAR, cells // 2 + 1)
    return np.unique(np.concatenate([np.linspace(low, high, cells // 2 + 1), latent.quantile(shares)]))


class OnGrid(eqx.Module):
    """The law of G(z): ``log_prob`` of one x, differentiable in x and in G's weights.

    Wherever G passes x between two points of the grid, z is found by linear interpolation and steps of Newton's method, the last of which
    gives dz/dx = 1/G'. Two folds within one cell are not seen.
    """

    generator: Any
    latent: Density
    z: Any
    x: Any

    def __init__(self, generator: Any, latent: Density, z: Any):
        self.generator, self.latent, self.z = generator, latent, z
        self.x = jax.vmap(generator)(jnp.asarray(z))

    def log_prob(self, x: Any) -> Any:
        below = self.x <= x
        (cell,) = jnp.nonzero(below[:-1] != below[1:], size=BRANCHES, fill_value=len(self.x))
        met = cell < len(self.x)
        cell = jnp.where(met, cell, 0)
        z, width = self.z[cell], self.z[cell + 1] - self.z[cell]
        share = (x - self.x[cell]) / jnp.where(met, self.x[cell + 1] - self.x[cell], 1.0)
        found = z + width * share
        for _ in range(NEWTON):
            start = jax.lax.stop_gradient(found)
            value, slope = self._jet(start)
            found = jnp.clip(start + (x - value) / jnp.where(slope == 0, 1.0, slope), z, z + width)
        z = found
        slope = jnp.abs(self._jet(z)[1])
        tiny = jnp.finfo(slope.dtype).tiny
        return logsumexp(jnp.where(met, self.latent._log_prob(z) - jnp.log(jnp.maximum(slope, tiny)), -jnp.inf))

    def _jet(self, z):
        return jax.vmap(lambda t: jax.jvp(self.generator, (t,), (jnp.ones_like(t),)))(z)
