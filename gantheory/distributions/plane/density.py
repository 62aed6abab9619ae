"""What every density on the plane knows about itself."""

import abc
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Scalar
from gantheory.base.precision import in_float64, on_host
from gantheory.distributions.law import Law, shape_of_draws
from gantheory.distributions.line import Density

SHARES = np.array([0.01, 0.25, 0.5, 0.75, 0.99])  # quantiles of the marginals at which quadrature first cuts


class PlaneDensity(Law, eqx.Module):
    """A probability density on the plane: of points (..., 2), values (...), in float64 whatever the user's jax.config says.

    A family defines what is abstract here, and overrides nothing.
    """

    dimension: ClassVar[int] = 2

    @abc.abstractmethod
    def _log_prob(self, x) -> Any:
        """log p at one point (2,), in JAX; -inf outside the support."""

    @abc.abstractmethod
    def _on_grids(self, x, y) -> Any:
        """log p at every (x_i, y_j) of n grids, in JAX: x (n, a) and y (n, b) give (n, a, b). ``on_points`` does it for any density."""

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

    @abc.abstractmethod
    def box(self, mass: Scalar | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """((x, y) of the low, of the high corner), each (2,), or (n, 2) for n masses at once.

        Beyond each side lies at most about ``mass``; where the support ends, the box does.
        """

    @property
    @abc.abstractmethod
    def lines(self) -> tuple[np.ndarray, np.ndarray]:
        """Where quadrature first cuts the plane in x and in y: every break, and a few places on the density's scale."""

    def log_prob(self, x: Any) -> Any:
        return on_host(_log_probs(self, x))

    @property
    def batch_shape(self) -> tuple[int, ...]:
        return ()

    def prob(self, x: Any) -> Any:
        return np.exp(self.log_prob(x))

    def sample(self, key: Any, shape: Sequence[int] | int = (), dtype: Any = jnp.float64) -> Any:
        """Independent draws, shape (*shape, 2); ``dtype`` is float32 where a float32 network is trained on them."""
        shape = shape_of_draws(key, shape)
        if dtype != jnp.float64:
            return self._sample(key, shape, dtype)
        return on_host(in_float64(self._sample)(key, shape, dtype))


Box = tuple[tuple[float, float], tuple[float, float]]  # ((x_low, x_high), (y_low, y_high))


def support_of(marginals: tuple[Density, Density]) -> Box:
    """The ``support`` of a density whose marginals are these."""
    x, y = marginals
    return x.support, y.support


def box_of(marginals: tuple[Density, Density], mass: Scalar | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A ``box`` whose sides are those of the marginals."""
    ends = [ends_of(marginal, mass) for marginal in marginals]
    low, high = (np.stack([end[side] for end in ends], -1) for side in (0, 1))
    return low, high


def lines_of(marginals: tuple[Density, Density]) -> tuple[np.ndarray, np.ndarray]:
    """The ``lines`` at the marginals' breaks and quantiles."""
    of_each = [np.union1d(marginal.breakpoints, marginal.quantile(SHARES)) for marginal in marginals]
    return of_each[0], of_each[1]


def ends_of(marginal: Density, mass: Scalar | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where so much of a law on the line is left beyond, on each side; the end of its support, if that is finite."""
    low, high = marginal.support
    return (
        np.full(np.shape(mass), low) if np.isfinite(low) else marginal.quantile(mass),
        np.full(np.shape(mass), high) if np.isfinite(high) else marginal.upper_quantile(mass),
    )


def on_points(function: Callable[[Any], Any], x: Any, y: Any) -> Any:
    """What a function of one point (2,) gives at every (x_i, y_j) of n grids (n, a) × (n, b), in JAX: (n, a, b, ...)."""
    points = jnp.stack(jnp.broadcast_arrays(x[:, :, None], y[:, None, :]), -1)
    return jax.lax.map(jax.vmap(jax.vmap(function)), points)  # grid by grid, which a cache holds


@in_float64
def _log_probs(density, x):
    x = jnp.asarray(x, jnp.float64)
    if x.shape[-1:] != (2,):
        raise ValueError(f"A point of the plane must have two coordinates, in the last axis. Got an array of shape {x.shape}.")
    return _compiled(density, x.reshape(-1, 2)).reshape(x.shape[:-1])


@eqx.filter_jit
def _compiled(density, x):
    return jax.vmap(density._log_prob)(x)
