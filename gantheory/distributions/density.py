"""What every density on the line knows about itself: not only its formula but the facts that quadrature needs."""

import abc
from collections.abc import Sequence
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.precision import in_float64, on_host


class Density(eqx.Module):
    """A probability density on the real line.

    ``log_prob``, ``prob`` and ``cdf`` take a scalar or an array of any shape and give float64 of that shape (after the batch
    shape of the parameters, if any), whatever the user's jax.config says; under ``jit`` they trace. Natural logarithms throughout.
    """

    @abc.abstractmethod
    def _log_prob(self, x) -> Any:
        """log p(x), in JAX; -inf outside the support."""

    @abc.abstractmethod
    def _cdf(self, x) -> Any:
        """P(X <= x), in JAX."""

    @abc.abstractmethod
    def _sample(self, key, shape, dtype) -> Any:
        """Independent draws, in JAX."""

    @property
    @abc.abstractmethod
    def support(self) -> tuple[float, float]:
        """The smallest closed interval outside which the density is 0."""

    @property
    @abc.abstractmethod
    def landmarks(self) -> np.ndarray:
        """Sorted points where quadrature must cut: every break of the density, and enough places on its scale.

        The first and the last are so far out that the mass beyond them is below 1e-300.
        """

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The common shape of the parameters: () for one density, (n,) for n of them."""
        return np.broadcast_shapes(*(np.shape(parameter) for parameter in jax.tree.leaves(self)))

    def log_prob(self, x) -> Any:
        return on_host(_in_one_program("_log_prob", self, x))

    def prob(self, x) -> Any:
        return on_host(_in_one_program("_prob", self, x))

    def cdf(self, x) -> Any:
        return on_host(_in_one_program("_cdf", self, x))

    def _prob(self, x):
        return jnp.exp(self._log_prob(x))

    def sample(self, key, shape: Sequence[int] | int = (), dtype=jnp.float64) -> Any:
        """Independent draws of the given batch shape; ``dtype`` is float32 where a float32 network is trained on them."""
        shape = (shape,) if isinstance(shape, int) else tuple(shape)
        if dtype != jnp.float64:
            return self._sample(key, shape, dtype)
        return on_host(_draw(self, key, shape))


@in_float64
def _in_one_program(method, density, x):
    return _compiled(density, jnp.asarray(x, jnp.float64), method)


@eqx.filter_jit
def _compiled(density, x, method: str):
    return getattr(density, method)(x)


@in_float64
def _draw(density, key, shape):
    return density._sample(key, shape, jnp.float64)


def same(p, q) -> bool:
    """Whether two densities are the same by construction: the same family with equal parameters."""
    if jax.tree.structure(p) != jax.tree.structure(q):
        return False
    return all(np.array_equal(a, b) for a, b in zip(jax.tree.leaves(p), jax.tree.leaves(q), strict=True))
