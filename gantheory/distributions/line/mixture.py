"""Mixtures of anything."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp

from gantheory.base.estimate import Divergent
from gantheory.base.precision import finite_parameter, is_traced
from gantheory.distributions.line.density import Density, Facts


@jax.jit
def log_sum_exp(terms):
    """log Σ e^t over the first axis. Jitted under its own name, so that interpreters of programs can recognise it."""
    return logsumexp(terms, axis=0)


class Mixture(Density):
    """A finite mixture.

    .. math:: p(x) = \\sum_i w_i\\, p_i(x)

    ``components`` is a list of densities, or one density whose parameters have batch shape (..., n), such as the n kernels of a KDE;
    ``weights`` has shape (..., n). Raises ``ValueError`` unless the weights are positive, sum to 1 (within 1e-12) and are as many as
    the components.
    """

    weights: np.ndarray
    components: tuple[Density, ...] | Density

    def __init__(self, weights: Any, components: Any):
        self.weights = finite_parameter("Mixture", "weights", weights, positive=True)
        self.components = components if isinstance(components, Density) else _densities(components)
        sums = np.ones(()) if is_traced(self.weights) else self.weights.sum(axis=-1)
        if self.weights.ndim < 1 or np.any(np.abs(sums - 1) > 1e-12):
            raise ValueError(f"`weights` of Mixture must be one list that sums to 1. Got a sum of {np.ravel(sums)[0]:.17g}.")
        count = (self.components.batch_shape or (1,))[-1] if isinstance(self.components, Density) else len(self.components)
        if count != self.weights.shape[-1]:
            raise ValueError(f"`components` of Mixture must be as many as `weights`. Got {count} for {self.weights.shape[-1]} weights.")

    @property
    def _is_one(self) -> bool:
        return isinstance(self.components, Density)

    def _parts(self) -> tuple[Density, ...]:
        return (self.components,) if isinstance(self.components, Density) else self.components

    def _each(self, method, x, *offset):
        """The components' values, stacked along a new first axis: a sum over it runs along the points, which is fastest."""
        if isinstance(self.components, Density):
            spread = self.components.spread(self.components.batch_shape)
            return jax.vmap(lambda one: getattr(one, method)(x, *offset), in_axes=len(self.batch_shape))(spread)
        return jnp.stack(jnp.broadcast_arrays(*(getattr(part, method)(x, *offset) for part in self.components)))

    def _weighted(self, values):
        """The weights, along the first axis of the components' values."""
        first = jnp.moveaxis(jnp.asarray(self.weights), -1, 0)
        return first.reshape(len(first), *[1] * (values.ndim - first.ndim), *first.shape[1:])

    def _log_prob(self, x, offset: Any = 0.0):
        each = self._each("_log_prob", x, offset)
        return log_sum_exp(each + jnp.log(self._weighted(each)))

    def _cdf(self, x):
        each = self._each("_cdf", x)
        return jnp.sum(each * self._weighted(each), axis=0)

    def _sf(self, x):
        each = self._each("_sf", x)
        return jnp.sum(each * self._weighted(each), axis=0)

    def _sample(self, key, shape, dtype):
        which_key, draw_key = jax.random.split(key)
        shape = (*shape, *self.batch_shape)
        which = jax.random.categorical(which_key, jnp.log(jnp.asarray(self.weights, dtype)), shape=shape)
        if isinstance(self.components, Density) and not self.batch_shape:
            chosen = jax.tree.map(lambda leaf: jnp.asarray(leaf, dtype)[which], self.components.spread(self.components.batch_shape))
            return chosen._sample(draw_key, (), dtype)
        keys = jax.random.split(draw_key, len(self._parts()))
        each = [
            part._sample(k, shape[: len(shape) - len(part.batch_shape) + self._is_one], dtype)
            for part, k in zip(self._parts(), keys, strict=True)
        ]
        drawn = each[0] if self._is_one else jnp.stack([jnp.broadcast_to(draw, shape) for draw in each], -1)
        return jnp.take_along_axis(drawn, which[..., None], axis=-1)[..., 0]

    @property
    def unbounded(self) -> tuple[bool, bool]:  # pyright: ignore[reportIncompatibleVariableOverride]
        low, high = zip(*(part.unbounded for part in self._parts()), strict=True)
        return any(low), any(high)

    def _facts(self):
        parts = self._parts()
        facts = [part._facts() for part in parts]
        low, high = zip(*(one.support for one in facts), strict=True)
        own_breaks = any(one.breakpoints is not None for one in facts)
        return Facts(
            support=(min(low), max(high)),
            breakpoints=np.unique(np.concatenate([part.breakpoints for part in parts])) if own_breaks else None,
            tail_index=min(one.tail_index for one in facts),
            resolution=min(one.resolution for one in facts),
            ends_at_cuts=all(part.ends_at_cuts for part in parts),
            cdf_rounding=max(one.cdf_rounding for one in facts),
        )

    @property
    def batch_shape(self) -> tuple[int, ...]:
        parts = [part.batch_shape[:-1] if self._is_one else part.batch_shape for part in self._parts()]
        return np.broadcast_shapes(self.weights.shape[:-1], *parts)

    def spread(self, shape: tuple[int, ...]) -> Any:
        count = self.weights.shape[-1]
        one = self.components
        inner = one.spread((*shape, count)) if isinstance(one, Density) else tuple(part.spread(shape) for part in one)
        weights = jnp.broadcast_to(self.weights, (*shape, count))
        return eqx.tree_at(lambda mixture: (mixture.weights, mixture.components), self, (weights, inner))

    def _cuts(self):
        shape = self.batch_shape
        if isinstance(self.components, Density):
            positions, flags = self.components._cuts()
            count = self.weights.shape[-1]
            return jnp.broadcast_to(positions, (*shape, *positions.shape[-2:])).reshape(*shape, -1), np.tile(flags, count)
        each = [part._cuts() for part in self.components]
        positions = [jnp.broadcast_to(cuts, (*shape, cuts.shape[-1])) for cuts, _ in each]
        return jnp.concatenate(positions, -1), np.concatenate([flags for _, flags in each])

    def _moments(self, name):
        each = [getattr(part, name) for part in self._parts()]
        divergent = [moment for moment in each if isinstance(moment, Divergent)]
        return divergent[0] if divergent else each[0] if self._is_one else np.stack(np.broadcast_arrays(*each), -1)

    @property
    def mean(self) -> Any:
        means = self._moments("mean")
        return means if isinstance(means, Divergent) else (self.weights * means).sum(-1)

    @property
    def variance(self) -> Any:
        means, variances = self._moments("mean"), self._moments("variance")
        if isinstance(means, Divergent) or isinstance(variances, Divergent):
            return variances if isinstance(variances, Divergent) else means
        mean = (self.weights * means).sum(-1)
        return (self.weights * (variances + (means - mean[..., None]) ** 2)).sum(-1)


def _densities(components) -> tuple[Density, ...]:
    parts = tuple(components) if isinstance(components, list | tuple) else ()
    if not parts or not all(isinstance(part, Density) for part in parts):
        raise ValueError(f"`components` of Mixture must be densities, in a list that is not empty. Got {components!r}.")
    return parts
