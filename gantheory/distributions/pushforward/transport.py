"""The generator that is perfect: the increasing G with G#p_z = p, which is p's quantile function where z is uniform on [0, 1]."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.distributions.line import Density
from gantheory.distributions.pushforward.on_grid import FAR

KNOTS = 513  # knots in the middle of the table
STEPS = 40  # bisections between two knots, before the Newton step


class Transport(eqx.Module):
    """G(z) = F_p⁻¹(F_z(z)), from one z to one x; dG/dz = p_z(z)/p(G(z)).

    The x between two knots of a table is found by bisection, on the side of both laws that has less mass, and a last step of Newton's
    method, which carries the derivative.
    """

    latent: Density
    p: Density
    x: Any  # the table: p's quantiles

    def __init__(self, latent: Density, p: Density):
        self.latent, self.p = latent, p
        shares = np.concatenate([[FAR, 1e-9, 1e-6, 1e-4], np.linspace(1e-3, 1 - 1e-3, KNOTS), 1 - np.array([1e-4, 1e-6, 1e-9, FAR])])
        ends = [end for end in p.support if np.isfinite(end)]
        self.x = np.unique(np.concatenate([p.quantile(shares), ends]))

    def __call__(self, z: Any) -> Any:
        x = jnp.asarray(self.x, jnp.result_type(z))
        below, above = self.latent._cdf(z), self.latent._sf(z)
        behind = jax.lax.stop_gradient(jnp.where(below < 0.5, self.p._cdf(x) < below, self.p._sf(x) > above))
        cell = jnp.clip(jnp.sum(behind) - 1, 0, len(x) - 2)

        def halve(_, ends):
            low, high = ends
            middle = (low + high) / 2
            short = self._lacks(middle, below, above) > 0
            return jnp.where(short, middle, low), jnp.where(short, high, middle)

        low, high = jax.lax.stop_gradient(jax.lax.fori_loop(0, STEPS, halve, (x[cell], x[cell + 1])))
        start = (low + high) / 2
        steepness = jnp.maximum(jnp.exp(self.p._log_prob(start)), jnp.finfo(x.dtype).tiny)
        step = self._lacks(start, below, above) / jax.lax.stop_gradient(steepness)
        # The value stays in the bracket; the derivative is p_z/p.
        return start + step + jax.lax.stop_gradient(jnp.clip(step, low - start, high - start) - step)

    def _lacks(self, x, below, above):
        """F_z - F_p at x, by the smaller masses."""
        return jnp.where(below < 0.5, below - self.p._cdf(x), self.p._sf(x) - above)
