"""The Gaussian."""

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr

from gantheory.base.precision import finite_parameter, one_batch
from gantheory.distributions.line.density import REAL_LINE, SCALE, Facts, Family

# Standard deviations at which to cut; exp(-39**2/2) underflows.
CUTS = np.array([-39.0, -9, -3, 3, 9, 39])
LOG_ROOT_TAU = float(np.log(2 * np.pi)) / 2


class Normal(Family):
    """N(loc, scale²).

    .. math:: p(x) = \\exp(-(x - \\mu)^2 / 2\\sigma^2) / (\\sigma\\sqrt{2\\pi})

    ``loc`` and ``scale`` are numbers or arrays of one batch shape. Raises ``ValueError`` unless ``scale`` > 0 and both are finite.
    """

    loc: np.ndarray
    scale: np.ndarray
    unbounded: ClassVar[tuple[bool, bool]] = (True, True)

    def __init__(self, loc: Any = 0.0, scale: Any = 1.0):
        self.loc = finite_parameter("Normal", "loc", loc)
        self.scale = finite_parameter("Normal", "scale", scale, positive=True)
        one_batch("Normal", loc=self.loc, scale=self.scale)

    def _log_prob(self, x, offset: Any = 0.0):
        u = ((x - self.loc) + offset) / self.scale
        return -u * u / 2 - jnp.log(self.scale) - LOG_ROOT_TAU

    def _cdf(self, x):
        return ndtr((x - self.loc) / self.scale)

    def _sf(self, x):
        return ndtr((self.loc - x) / self.scale)

    def _sample(self, key, shape, dtype):
        shape = (*shape, *self.batch_shape)
        return jnp.asarray(self.loc, dtype) + jnp.asarray(self.scale, dtype) * jax.random.normal(key, shape, dtype)

    def _cuts(self):
        return self.loc[..., None] + self.scale[..., None] * CUTS, np.full(len(CUTS), SCALE)

    def _facts(self):
        return Facts(REAL_LINE, resolution=float(np.min(self.scale)), ends_at_cuts=True)  # exp(-39²/2)

    @property
    def mean(self) -> Any:
        return self.loc + 0 * self.scale

    @property
    def variance(self) -> Any:
        return self.scale**2 + 0 * self.loc
