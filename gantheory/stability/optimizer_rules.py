"""Optimisers that are known by their formula: Adam, RMSprop, and gradient descent with or without momentum."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

# Gradients on which an optimiser is tried, in this order; the small entry tells its ε.
GRADIENTS = np.array([[1.0, -2.0, 1e-8, 3.0], [-0.7, 4.1, 3e-9, 1.0], [2.3, 1.0, -1e-8, 0.1]])
WEIGHTS = np.array([0.5, -2.0, 30.0, 1e3])  # at which it is tried: a rule that clips or decays weights shows here
AGREE = 1e-6  # largest difference of its steps from the formula's, as a share


class Rule(NamedTuple):
    """What one step does with a gradient g: m ← β₁ m + c g, w ← w - m, where c is of each weight.

    Attributes:
      name: "adam", "rmsprop" or "sgd".
      rate: learning rate at this time.
      memory: β₁.
      decay: β₂, of the average of g²; 0 where there is none.
      epsilon: ε: beside the root of Adam's average, in that of RMSprop's.
    """

    name: str
    rate: float
    memory: float
    decay: float
    epsilon: float

    def gain(self, square: Any) -> Any:
        """c where the average of g² is held at ``square``."""
        if self.name == "adam":
            return self.rate * (1 - self.memory) / (np.sqrt(square) + self.epsilon)
        return self.rate / np.sqrt(square + self.epsilon) if self.name == "rmsprop" else self.rate * np.ones_like(square)

    def steps(self, taken: int) -> np.ndarray:
        """What it adds to weights at the gradients it is tried on, each as if it came after so many steps."""
        m = square = np.zeros(GRADIENTS.shape[1])
        found, time = [], taken + 1
        for g in GRADIENTS:
            share = 1 - self.memory if self.name == "adam" else 1.0
            m, square = self.memory * m + share * g, self.decay * square + (1 - self.decay) * g**2
            if self.name == "adam":
                corrected = np.sqrt(square / (1 - self.decay**time)) + self.epsilon
                found.append(-self.rate * m / (1 - self.memory**time) / corrected)
            else:
                found.append(-self.rate * m / np.sqrt(square + self.epsilon) if self.name == "rmsprop" else -self.rate * m)
        return np.array(found)

    def __str__(self) -> str:
        return f"{self.name} at {self.rate:.2g}"


def rule_of(optimizer: optax.GradientTransformation, taken: int) -> Rule | None:
    """The rule by which an optimiser moves after so many steps, if it is one of these: its steps are compared with the formula's.

    Args:
      optimizer: an optax optimiser, whose schedule counts the steps.
      taken: how many.
    """
    weights = jnp.asarray(WEIGHTS)

    def aged(leaf):
        return jnp.full_like(leaf, taken) if jnp.issubdtype(leaf.dtype, jnp.integer) else leaf

    steps, memories, memory = [], [], optimizer.init(weights)
    for g in jnp.asarray(GRADIENTS):
        step, memory = optimizer.update(g, jax.tree.map(aged, memory), weights)
        steps.append(np.asarray(step))
        memories.append({path[-1].name: np.asarray(leaf) for path, leaf in _leaves(memory) if hasattr(path[-1], "name")})
    if not np.all(steps[0]):
        return None
    told = _told(memories, steps, taken)
    return told if np.allclose(told.steps(taken), steps, rtol=AGREE, atol=0) else None


def _leaves(tree: Any) -> Any:
    return jax.tree_util.tree_flatten_with_path(tree)[0]


def _told(memories: list[dict[str, np.ndarray]], steps: list[np.ndarray], taken: int) -> Rule:
    """The rule that fits what an optimiser remembers, and its first steps."""
    first, second, *_ = memories
    g, large, small = np.abs(GRADIENTS[0]), 0, 2
    decay = float(1 - first["nu"][large] / g[large] ** 2) if "nu" in first else 0.0
    if "mu" in first and "nu" in first:
        memory = float(1 - np.abs(first["mu"][large]) / g[large])
        # What the first step is divided by: (√(average of g²) + ε)/rate, a line in |g|.
        over = (1 - memory) * g / (1 - memory ** (taken + 1)) / np.abs(steps[0])
        size = g * np.sqrt((1 - decay) / (1 - decay ** (taken + 1)))
        slope = (over[large] - over[small]) / (size[large] - size[small])
        return Rule("adam", float(1 / slope), memory, decay, float(over[small] / slope - size[small]))
    if "nu" in first:
        # Its square: (average of g² + ε)/rate², a line in g².
        over, square = (g / steps[0]) ** 2, (1 - decay) * g**2
        slope = (over[large] - over[small]) / (square[large] - square[small])
        return Rule("rmsprop", float(slope**-0.5), 0.0, decay, float(over[small] / slope - square[small]))
    memory = float((second["trace"][large] - GRADIENTS[1][large]) / first["trace"][large]) if "trace" in first else 0.0
    return Rule("sgd", float(-steps[0][large] / GRADIENTS[0][large]), memory, 0.0, 0.0)
