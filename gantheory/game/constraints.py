"""Constraints on D's weights, imposed after each step: optax transformations like any other."""

import jax
import jax.numpy as jnp
import optax


def clipped(optimizer: optax.GradientTransformation, bound: float) -> optax.GradientTransformation:
    """``optimizer``, after each step of which every weight is clipped to [-c, c] (Arjovsky et al. 2017, Algorithm 1).

    Raises ``ValueError`` unless ``bound``, c, is positive.
    """
    if not bound > 0:
        raise ValueError(f"`bound` of clipped must be positive. Got {bound!r}.")

    def update(updates, state, params=None):
        steps, state = optimizer.update(updates, state, params)
        return jax.tree.map(lambda step, weight: jnp.clip(weight + step, -bound, bound) - weight, steps, params), state

    return optax.GradientTransformation(optimizer.init, update)
