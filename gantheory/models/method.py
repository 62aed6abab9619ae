"""What a way to train without labels is: pure functions of its weights, a minibatch and a key, as those of Algorithm 1."""

import abc
from typing import Any, ClassVar

import equinox as eqx
import jax
import numpy as np

from gantheory.distributions import Law
from gantheory.models.split import Split


class Method(abc.ABC):
    """A family of models and what it minimises. Its options are its fields; its weights, a tree of float32 arrays, are not.

    ``gantheory.models.learning`` trains any of them: Adam on fresh minibatches of the law of the data.
    """

    name: ClassVar[str]  # as ``gantheory train --model`` calls it

    @abc.abstractmethod
    def init(self, key: Any, p_data: Law) -> Any:
        """The weights at the start, for data of this law."""

    def memory(self, key: Any, p_data: Law, batch: int) -> Any:
        """What goes from step to step besides the weights, such as the chains of persistent contrastive divergence; () if nothing."""
        return ()

    def parameters(self, weights: Any) -> int:
        """How many numbers are trained."""
        return sum(np.size(leaf) for leaf in jax.tree.leaves(eqx.filter(weights, eqx.is_inexact_array_like)))

    @abc.abstractmethod
    def loss(self, weights: Any, x: Any, key: Any, memory: Any) -> tuple[Any, Any]:
        """(the scalar whose gradient in the weights a step descends, the next memory), of a minibatch x of shape (m,) or (m, 2). In JAX."""

    @abc.abstractmethod
    def law(self, weights: Any) -> Law:
        """The model's exact law, in float64."""

    def log_prob(self, weights: Any, x: Any) -> Any:
        """log p of points (n,), in JAX, for a descent in the weights. An integral over z has a fixed rule, whose error is not known.

        Raises ``ValueError`` for a method that has none.
        """
        raise ValueError(f"`method` must have a `log_prob` in JAX for a descent of JSD. Got {self.name}.")

    @abc.abstractmethod
    def split(self, p_data: Law, weights: Any) -> Split:
        """The expectation of the objective over the law of the data, split exactly."""
