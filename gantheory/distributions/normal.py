"""The Gaussian."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr

from gantheory.distributions.density import Density
from gantheory.precision import finite_parameter, one_batch

# Standard deviations at which to cut; exp(-39**2/2) underflows, so nothing is left beyond the last.
CUTS = np.array([-39.0, -20, -12, -8, -6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6, 8, 12, 20, 39])


class Normal(Density):
    """N(loc, scale²).

    .. math:: p(x) = \\exp(-(x - \\mu)^2 / 2\\sigma^2) / (\\sigma\\sqrt{2\\pi})

    ``loc`` and ``scale`` are numbers or arrays of one batch shape. Raises ``ValueError`` unless ``scale`` > 0 and both are finite.
    """

    loc: np.ndarray
    scale: np.ndarray

    def __init__(self, loc: Any = 0.0, scale: Any = 1.0):
        self.loc = finite_parameter("Normal", "loc", loc)
        self.scale = finite_parameter("Normal", "scale", scale, positive=True)
        one_batch("Normal", loc=self.loc, scale=self.scale)

    def _log_prob(self, x):
        u = (x - self.loc) / self.scale
        return -u * u / 2 - jnp.log(self.scale) - np.log(2 * np.pi) / 2

    def _cdf(self, x):
        return ndtr((x - self.loc) / self.scale)

    def _sample(self, key, shape, dtype):
        shape = (*shape, *np.broadcast_shapes(np.shape(self.loc), np.shape(self.scale)))
        return jnp.asarray(self.loc, dtype) + jnp.asarray(self.scale, dtype) * jax.random.normal(key, shape, dtype)

    @property
    def support(self):
        return -np.inf, np.inf

    @property
    def landmarks(self):
        cuts = np.unique(self.loc[..., None] + self.scale[..., None] * CUTS)
        if self.loc.size == self.scale.size == 1:
            return cuts
        # Many kernels overlap: half of the narrowest one's scale is as fine as any of them needs.
        steps = np.floor((cuts - cuts[0]) / (self.scale.min() / 2))
        kept = cuts[np.unique(steps, return_index=True)[1]]
        return np.append(kept, cuts[-1]) if kept[-1] < cuts[-1] else kept
