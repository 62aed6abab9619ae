"""D* as an opponent: what G would learn from a discriminator of unlimited capacity, trained to its optimum at every step.

By Danskin's theorem the gradient of C(G) = max_D V(G, D) in G's weights is that of V(G, D*) with D* held fixed, if p_g is positive
wherever p_data is. With a bounded z, p_g jumps at its ends, and what C gains from moving them is not in V's gradient.
"""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.distributions import Density
from gantheory.distributions.pushforward.on_grid import OnGrid
from gantheory.game.units import InUnit


class Optimal(eqx.Module):
    """D*(x) = p_data(x)/(p_data(x) + p_g(x)) of the present G, whose weights are held fixed."""

    p_data: Density | InUnit
    p_g: OnGrid

    def __init__(self, p_data: Density | InUnit, generator: Any, latent: Density, z: Any):
        weights, static = eqx.partition(generator, eqx.is_inexact_array)
        self.p_data, self.p_g = p_data, OnGrid(eqx.combine(jax.lax.stop_gradient(weights), static), latent, z)

    def logit(self, x: Any) -> Any:
        """Of one point; of a pack of independent ones the sum of theirs."""
        if jnp.ndim(x):
            return jnp.sum(jax.vmap(self.logit)(x))
        # A density's constants beyond float32 become infinite, which is harmless: no point is drawn so far out.
        with np.errstate(over="ignore"):
            log_ratio = self.p_data._log_prob(x) - self.p_g.log_prob(x)
        # Beyond the ends of p_g, where D* = 1, a bounded logit keeps the gradients finite.
        return jnp.clip(log_ratio, -50.0, 50.0)


class Blend(eqx.Module):
    """The discriminator whose logit is (1 - β) D's + β D*'s."""

    discriminator: Any
    optimal: Optimal
    share: Any

    def logit(self, x: Any) -> Any:
        return (1 - self.share) * self.discriminator.logit(x) + self.share * self.optimal.logit(x)


def population(density: Density | InUnit, points: int) -> np.ndarray:
    """Points that stand for the whole density, each with mass 1/n: x_i = F⁻¹((i + ½)/n), the midpoint rule in F."""
    return density.quantile((np.arange(points) + 0.5) / points)
