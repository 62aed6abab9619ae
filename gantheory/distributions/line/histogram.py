"""A density that is constant on bins."""

import math
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import finite_parameter, is_traced, namespace_of
from gantheory.distributions.calls import parameter
from gantheory.distributions.line.density import BREAK, Facts, Family
from gantheory.distributions.line.domain import mass_defect, require_normal, require_width


class Histogram(Family):
    """The density that spreads ``masses[i]`` evenly over the bin from ``edges[i]`` to ``edges[i + 1]``.

    .. math:: p(x) = m_i / (e_{i+1} - e_i) \\text{ for } e_i \\le x < e_{i+1}, \\text{ else } 0

    ``edges`` has shape (..., n + 1), ``masses`` (..., n). Raises ``ValueError`` unless the edges are at least 1e-300
    apart and the masses are 0 or at least 2.3e-308, one fewer than the edges, and sum to 1 (within 1e-12).
    """

    edges: np.ndarray
    masses: np.ndarray
    trailing: ClassVar[int] = 1
    unbounded: ClassVar[tuple[bool, bool]] = (False, False)

    def __init__(self, edges: Any, masses: Any):
        self.edges = finite_parameter("Histogram", "edges", edges)
        self.masses = finite_parameter("Histogram", "masses", masses)
        if self.edges.ndim < 1 or self.masses.ndim < 1 or self.edges.shape[-1] != self.masses.shape[-1] + 1 or self.masses.shape[-1] < 1:
            sizes = f"{self.edges.size} edges and {self.masses.size} masses"
            raise ValueError(f"`edges` of Histogram must come first, one more than `masses`, which must sum to 1. Got {sizes}.")
        if is_traced(self.edges, self.masses):
            return
        if np.any(np.diff(self.edges, axis=-1) <= 0):
            raise ValueError(f"`edges` of Histogram must increase. Got {parameter(self.edges)}.")
        require_normal("Histogram", "masses", self.masses)
        require_width("Histogram", self.edges[..., :-1], self.edges[..., 1:])
        sums = np.ravel(self.masses.sum(axis=-1))
        if np.any(self.masses < 0) or np.any(np.abs(sums - 1) > 1e-12):
            said = f"{parameter(self.masses)}, a sum of {sums[np.argmax(np.abs(sums - 1))]:.13g}"
            raise ValueError(f"`masses` of Histogram must be at least 0 and sum to 1. Got {said}.")

    def _log_prob(self, x, offset: Any = 0.0):
        x, offset = jnp.asarray(x)[..., None], jnp.asarray(offset)[..., None]
        above = (x - self.edges) + offset >= 0
        in_bin = above[..., :-1] & ~above[..., 1:]
        mass, width = (jnp.sum(jnp.where(in_bin, each, 0.0), axis=-1) for each in (self.masses, jnp.diff(self.edges, axis=-1)))
        positive = mass > 0
        return jnp.where(positive, jnp.log(jnp.where(positive, mass, 1.0)) - jnp.log(jnp.where(positive, width, 1.0)), -jnp.inf)

    def _share_below(self, x):
        """How much of each bin lies below x, in [0, 1]."""
        return jnp.clip((jnp.asarray(x)[..., None] - self.edges[..., :-1]) / jnp.diff(self.edges, axis=-1), 0, 1)

    def _cdf(self, x):
        return jnp.sum(self.masses * self._share_below(x), axis=-1)

    def _sf(self, x):
        return jnp.sum(self.masses * (1 - self._share_below(x)), axis=-1)

    def _sample(self, key, shape, dtype):
        bin_key, place_key = jax.random.split(key)
        which = jax.random.categorical(bin_key, jnp.log(jnp.asarray(self.masses, dtype)), shape=(*shape, *self.batch_shape))
        edges = jnp.broadcast_to(jnp.asarray(self.edges, dtype), (*which.shape, self.edges.shape[-1]))
        low, high = (jnp.take_along_axis(edges, which[..., None] + i, axis=-1)[..., 0] for i in (0, 1))
        return low + (high - low) * jax.random.uniform(place_key, which.shape, dtype)

    def _cuts(self):
        xp = namespace_of(self.edges)
        return xp.broadcast_to(self.edges, (*self.batch_shape, self.edges.shape[-1])), np.full(self.edges.shape[-1], BREAK)

    def _facts(self):
        masses, low, high = np.broadcast_arrays(self.masses, self.edges[..., :-1], self.edges[..., 1:])
        return Facts((float(low[masses > 0].min()), float(high[masses > 0].max())), resolution=math.inf, unseen=mass_defect(self.masses))

    @property
    def mean(self) -> Any:
        return ((self.edges[..., 1:] + self.edges[..., :-1]) / 2 * self.masses).sum(-1)

    @property
    def variance(self) -> Any:
        middles, widths = (self.edges[..., 1:] + self.edges[..., :-1]) / 2, np.diff(self.edges, axis=-1)
        return (((middles - self.mean[..., None]) ** 2 + widths**2 / 12) * self.masses).sum(-1)
