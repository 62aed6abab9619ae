"""A law: a probability distribution on the line or on the plane, given by a density or as the law of a generator's output."""

import abc
from collections.abc import Sequence
from numbers import Integral
from typing import Any, ClassVar

import jax
import numpy as np

from gantheory.base.precision import is_traced, require_key
from gantheory.distributions.calls import call_of


class Law(abc.ABC):
    """What every law can be asked. Each method is abstract or final: a law defines what is abstract here and overrides nothing.

    Points have shape (...) on the line and (..., 2) on the plane; densities of them have shape (...), in float64 whatever the user's
    jax.config says. Logarithms are natural.
    """

    dimension: ClassVar[int]  # 1 on the line, 2 on the plane

    @abc.abstractmethod
    def log_prob(self, x: Any) -> Any:
        """log p(x); -inf outside the support. Raises ``ValueError`` where a point's density cannot be known."""

    @abc.abstractmethod
    def prob(self, x: Any) -> Any:
        """p(x)."""

    @abc.abstractmethod
    def sample(self, key: Any, shape: Sequence[int] | int = (), dtype: Any = np.float64) -> Any:
        """Independent draws of batch shape ``shape``, by a JAX random key; ``dtype`` is float32 where a float32 network trains on them."""

    @property
    @abc.abstractmethod
    def support(self) -> Any:
        """The smallest known interval (low, high), or box ((low, high), (low, high)), outside which the density is 0."""

    @property
    @abc.abstractmethod
    def batch_shape(self) -> tuple[int, ...]:
        """() for one law, (n,) for n laws of one family in a batch, which only densities on the line can be."""

    def __repr__(self) -> str:
        return call_of(self)


def shape_of_draws(key: Any, shape: Any) -> tuple[int, ...]:
    """The batch shape of ``sample`` as a tuple. Raises ``ValueError`` for what is no shape, or a key that is none."""
    require_key("sample", key)
    sizes = tuple(shape) if isinstance(shape, list | tuple) else (shape,)
    if not all(isinstance(size, Integral) and int(size) >= 0 for size in sizes):
        raise ValueError(f"`shape` of sample must be a whole number, or a tuple of them. Got {shape!r}.")
    return tuple(map(int, sizes))


def same(p: Any, q: Any) -> bool:
    """Whether two laws are the same by construction: of one family, with equal parameters that are not traced."""
    if not isinstance(p, Law) or jax.tree.structure(p) != jax.tree.structure(q) or is_traced(*jax.tree.leaves((p, q))):
        return False
    return all(np.array_equal(a, b) for a, b in zip(jax.tree.leaves(p), jax.tree.leaves(q), strict=True))
