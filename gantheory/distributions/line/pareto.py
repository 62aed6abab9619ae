"""The Pareto distribution."""

from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Divergent
from gantheory.base.precision import finite_parameter, namespace_of, one_batch
from gantheory.distributions.line.density import BREAK, SCALE, Facts, Family
from gantheory.distributions.line.domain import require_range
from gantheory.distributions.line.known import Known, log_ratio

SHAPES, SCALES = (1e-4, 1e9), (1e-150, 1e150)
CUTS = np.array([3.0, 9, 25, 60])  # scales of decay from the end


class Pareto(Family):
    """The Pareto distribution (type I): a power tail above its least value.

    .. math:: p(x) = \\alpha\\, m^\\alpha / x^{\\alpha + 1} \\text{ for } x \\ge m, \\text{ else } 0

    ``shape`` is α, the index of the tail: E[X^r] is finite for r < α; ``scale`` m is the least value, as in numpyro and scipy. Numbers or
    arrays of one batch shape. Raises ``ValueError`` unless ``shape`` is from 1e-4 to 1e9 and ``scale`` from 1e-150 to 1e150.
    """

    shape: np.ndarray
    scale: np.ndarray
    unbounded: ClassVar[tuple[bool, bool]] = (False, True)

    def __init__(self, shape: Any, scale: Any = 1.0):
        self.shape = finite_parameter("Pareto", "shape", shape, positive=True)
        self.scale = finite_parameter("Pareto", "scale", scale, positive=True)
        one_batch("Pareto", shape=self.shape, scale=self.scale)
        require_range("Pareto", "shape", self.shape, *SHAPES)
        require_range("Pareto", "scale", self.scale, *SCALES)

    def _log_ratio(self, x, offset: Any = 0.0):
        """log(x/m), also near 0 and where the ratio is no double."""
        beyond = ((x - self.scale) + offset) / self.scale
        near = beyond < 1.0
        far = log_ratio(jnp.where(near, self.scale, x + offset), self.scale)
        return jnp.where(near, jnp.log1p(jnp.where(near, jnp.maximum(beyond, 0.0), 0.0)), far)

    def _log_prob(self, x, offset: Any = 0.0):
        log_prob = jnp.log(self.shape) - jnp.log(self.scale) - (self.shape + 1) * self._log_ratio(x, offset)
        return jnp.where(((x - self.scale) + offset >= 0) & (x < jnp.inf), log_prob, -jnp.inf)

    def _cdf(self, x):
        return -jnp.expm1(-self.shape * self._log_ratio(x))

    def _sf(self, x):
        return jnp.exp(-self.shape * self._log_ratio(x))

    def _sample(self, key, shape, dtype):
        log_ratio = jax.random.exponential(key, (*shape, *self.batch_shape), dtype) / jnp.asarray(self.shape, dtype)
        return jnp.asarray(self.scale, dtype) * jnp.exp(log_ratio)

    @np.errstate(over="ignore")
    def _cuts(self):
        xp = namespace_of(self.scale, self.shape)
        scale, decay = xp.broadcast_arrays(self.scale, self.scale / xp.maximum(self.shape, 1.0))
        inner = scale[..., None] + decay[..., None] * CUTS
        return xp.concatenate([scale[..., None], inner], -1), np.array([BREAK, *[SCALE] * len(CUTS)])

    def _facts(self):
        return Facts((float(np.min(self.scale)), np.inf), tail_index=float(np.min(self.shape)))

    def _own_orders(self) -> tuple[float, float]:
        return np.inf, 0.0

    def _own_tail(self, upward):
        return (self.shape if upward else jnp.inf), self.scale

    @property
    def mean(self) -> Any:
        if self.tail_index <= 1:
            return Divergent(f"E|X| is infinite for a Pareto distribution of shape {self.tail_index:g} <= 1")
        return self.shape * self.scale / (self.shape - 1)

    @property
    def variance(self) -> Any:
        if self.tail_index <= 2:
            return Divergent(f"E[X²] is infinite for a Pareto distribution of shape {self.tail_index:g} <= 2")
        return self.scale**2 * self.shape / ((self.shape - 1) ** 2 * (self.shape - 2))

    known: ClassVar[Known] = Known(orders=_own_orders, tail=_own_tail)
