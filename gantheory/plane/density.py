"""What every density on the plane knows about itself."""

import abc
from collections.abc import Sequence
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.distributions import Density
from gantheory.precision import in_float64, on_host


class PlaneDensity(eqx.Module):
    """A probability density on the plane: of points (..., 2), values (...), in float64 whatever the user's jax.config says."""

    @abc.abstractmethod
    def _log_prob(self, x) -> Any:
        """log p at one point (2,), in JAX; -inf outside the support."""

    @abc.abstractmethod
    def _sample(self, key, shape, dtype) -> Any:
        """Independent draws (*shape, 2), in JAX."""

    @property
    @abc.abstractmethod
    def marginals(self) -> tuple[Density, Density]:
        """The laws of the two coordinates, or ones as wide, by which a grid is laid over the plane."""

    @abc.abstractmethod
    def cell_masses(self, x_edges: np.ndarray, y_edges: np.ndarray) -> np.ndarray:
        """P(x in a cell) for each cell of the grid, shape (len(x_edges) - 1, len(y_edges) - 1)."""

    def log_prob(self, x) -> Any:
        return on_host(_log_probs(self, x))

    def prob(self, x) -> Any:
        return np.exp(self.log_prob(x))

    def sample(self, key, shape: Sequence[int] | int = (), dtype=jnp.float64) -> Any:
        """Independent draws, shape (*shape, 2); ``dtype`` is float32 where a float32 network is trained on them."""
        shape = (shape,) if isinstance(shape, int) else tuple(shape)
        if dtype != jnp.float64:
            return self._sample(key, shape, dtype)
        return on_host(in_float64(self._sample)(key, shape, dtype))


@in_float64
def _log_probs(density, x):
    x = jnp.asarray(x, jnp.float64)
    if x.shape[-1:] != (2,):
        raise ValueError(f"A point of the plane must have two coordinates, in the last axis. Got an array of shape {x.shape}.")
    return _compiled(density, x.reshape(-1, 2)).reshape(x.shape[:-1])


@eqx.filter_jit
def _compiled(density, x):
    return jax.vmap(density._log_prob)(x)
