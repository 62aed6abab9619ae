"""Mixtures of anything."""

import functools
import math
from collections.abc import Callable
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp

from gantheory.base.estimate import Divergent
from gantheory.base.precision import finite_parameter, is_traced, namespace_of
from gantheory.base.primitives import primitive
from gantheory.distributions.line.density import Density, Facts, broadcast
from gantheory.distributions.line.domain import mass_defect, require_normal
from gantheory.distributions.line.known import Known


def _log_sum_exp(terms):
    """log Σ e^t over the first axis."""
    return logsumexp(terms, axis=0)


log_sum_exp: Callable[..., jax.Array]
LOG_SUM_EXP_P, log_sum_exp = primitive("log_sum_exp", _log_sum_exp)

MANY = 512  # components above which they are drawn by a search
FAINTEST = -746.0  # log-density below which a density is 0 as a double
MOST = 709.0  # largest logarithm that has an exponential


@jax.custom_jvp
def _log_of_weighted_sum(weights, logs):
    """log Σ w e^t over the first axis."""
    return log_sum_exp(logs + jnp.log(weights))


@_log_of_weighted_sum.defjvp
def _derivative_of_log(primals, tangents):
    """By a weight it is e^t over the sum, also where the weight is 0 and its logarithm has no derivative."""
    (weights, logs), (of_weights, of_logs) = primals, tangents
    total = _log_of_weighted_sum(weights, logs)
    ratios = jnp.where(total > -jnp.inf, logs - total, -jnp.inf)
    # Where e^t and the sum are both 0 as doubles, an infinite ratio would make nan of an integrand that is 0.
    ratios = jnp.exp(jnp.where(logs > FAINTEST, ratios, jnp.minimum(ratios, MOST)))
    return total, jnp.sum(ratios * (of_weights + weights * of_logs), axis=0)


class Mixture(Density):
    """A finite mixture.

    .. math:: p(x) = \\sum_i w_i\\, p_i(x)

    ``components`` is a list of densities, or one density whose parameters have batch shape (..., n), such as the n kernels of a KDE;
    ``weights`` has shape (..., n). Raises ``ValueError`` unless the weights are at least 2.3e-308, sum to 1 (within 1e-12) and are
    as many as the components.
    """

    weights: np.ndarray
    components: tuple[Density, ...] | Density

    def __init__(self, weights: Any, components: Any):
        self.weights = finite_parameter("Mixture", "weights", weights, positive=True)
        require_normal("Mixture", "weights", self.weights)
        in_a_batch = isinstance(components, Density) and components.batch_shape
        self.components = components if in_a_batch else _densities([components] if isinstance(components, Density) else components)
        sums = np.ones(()) if is_traced(self.weights) else self.weights.sum(axis=-1)
        if self.weights.ndim < 1 or np.any(np.abs(sums - 1) > 1e-12):
            raise ValueError(f"`weights` of Mixture must be one list that sums to 1. Got a sum of {np.ravel(sums)[0]:.13g}.")
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
        return _log_of_weighted_sum(self._weighted(each), each)

    def _own_log_prob_from(self, anchor, offset, excess: Any = None):
        logs, doubts = zip(*self._of_each("_log_prob_from", anchor, offset, excess), strict=True)
        each = logs[0] if self._is_one else jnp.stack(jnp.broadcast_arrays(*logs))
        weights = self._weighted(each)
        log_prob = _log_of_weighted_sum(weights, each)
        if max(map(jnp.ndim, doubts)) == int(self._is_one):  # of each part one doubt at all points
            return log_prob, doubts[0].max(axis=0) if self._is_one else functools.reduce(jnp.maximum, doubts)
        doubt = doubts[0] if self._is_one else jnp.stack(jnp.broadcast_arrays(*doubts, log_prob)[:-1])
        return log_prob, _doubt_of_sum(each + jnp.log(weights) - jnp.where(log_prob > -jnp.inf, log_prob, 0.0), doubt)

    def _own_near(self, anchor, upward):
        powers, doubts = zip(*self._of_each("_near", anchor, upward), strict=True)
        return _least(powers), _most(doubts)

    def _own_tail(self, upward):
        order = self.tail_orders[upward]
        tails = [part for part, one in zip(self._of_each("_tail", upward), self._parts(), strict=True) if one.tail_orders[upward] == order]
        indices, scales = zip(*tails, strict=True) if tails else ((jnp.nan,), (jnp.nan,))
        return _least(indices), _most(scales)

    def _own_zero(self, anchor, offset):
        return self._each("_zero", anchor, offset).all(axis=0)

    def _own_log_doubt(self):
        return _most([part._log_doubt() for part in self._parts()])

    def _of_each(self, method, *arguments):
        """What a method gives for every part; for one density of many, arrays over these."""
        if not isinstance(self.components, Density):
            return [getattr(part, method)(*arguments) for part in self.components]
        spread = self.components.spread(self.components.batch_shape)
        return [jax.vmap(lambda one: tuple(jnp.asarray(a, jnp.float64) for a in getattr(one, method)(*arguments)))(spread)]

    def _own_tail_doubt(self) -> float:
        return max(part.tail_doubt for part in self._parts())

    def _own_orders(self) -> tuple[float, float]:
        sides = zip(*(part.tail_orders for part in self._parts()), strict=True)
        low, high = (math.nan if np.isnan(side).any() else min(side) for side in sides)
        return low, high

    def _cdf(self, x):
        each = self._each("_cdf", x)
        return jnp.sum(each * self._weighted(each), axis=0)

    def _sf(self, x):
        each = self._each("_sf", x)
        return jnp.sum(each * self._weighted(each), axis=0)

    def _sample(self, key, shape, dtype):
        which_key, draw_key = jax.random.split(key)
        shape = (*shape, *self.batch_shape)
        which = numbers_of_components(which_key, self.weights, shape, dtype)
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
            unseen=max(one.unseen for one in facts) + mass_defect(np.asarray(self.weights)),
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
        weights = broadcast(self.weights, (*shape, count))
        return eqx.tree_at(lambda mixture: (mixture.weights, mixture.components), self, (weights, inner))

    def _cuts(self):
        shape = self.batch_shape
        if isinstance(self.components, Density):
            positions, flags = self.components._cuts()
            count = self.weights.shape[-1]
            return broadcast(positions, (*shape, *positions.shape[-2:])).reshape(*shape, -1), np.tile(flags, count)
        each = [part._cuts() for part in self.components]
        positions = [broadcast(cuts, (*shape, cuts.shape[-1])) for cuts, _ in each]
        return namespace_of(*positions).concatenate(positions, -1), np.concatenate([flags for _, flags in each])

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

    known: ClassVar[Known] = Known(
        orders=_own_orders,
        tail=_own_tail,
        near=_own_near,
        zero=_own_zero,
        log_doubt=_own_log_doubt,
        tail_doubt=_own_tail_doubt,
        log_prob_from=_own_log_prob_from,
    )


def _doubt_of_sum(log_shares, doubt):
    """How far log Σ e^t may be off, of terms t that may be off by ``doubt`` and are e^(log_shares) of the sum."""
    near, top = doubt < 1, jnp.max(log_shares + doubt, axis=0)
    more = jnp.exp(log_shares) * jnp.expm1(jnp.where(near, doubt, 0.0))
    far = jnp.exp(jnp.minimum(log_shares + doubt, 690.0))
    return jnp.where(top > 690, top + len(doubt), jnp.log1p(jnp.sum(jnp.where(near, more, far), axis=0)))


def numbers_of_components(key: Any, weights: Any, shape: Any, dtype: Any) -> jax.Array:
    """Draws of components' numbers, by their weights; of very many components by a search, which draws one random number each."""
    if weights.shape[-1] <= MANY or weights.ndim > 1:
        return jax.random.categorical(key, jnp.log(jnp.asarray(weights, dtype)), shape=shape)
    total = jnp.cumsum(jnp.asarray(weights, dtype))
    return jnp.searchsorted(total, jax.random.uniform(key, shape, total.dtype) * total[-1], side="right").clip(0, len(total) - 1)


def _least(numbers):
    return jnp.min(jnp.concatenate([jnp.ravel(jnp.asarray(one, jnp.float64)) for one in numbers]))


def _most(numbers):
    return jnp.max(jnp.concatenate([jnp.ravel(jnp.asarray(one, jnp.float64)) for one in numbers]))


def _densities(components) -> tuple[Density, ...]:
    parts = tuple(components) if isinstance(components, list | tuple) else ()
    if not parts or not all(isinstance(part, Density) for part in parts):
        raise ValueError(f"`components` of Mixture must be densities, in a list that is not empty. Got {components!r}.")
    return parts
