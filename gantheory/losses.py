"""What each player minimises, as a pair of functions of D's logits. Both are means over a minibatch, in nats."""

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jax.nn import softplus


class Loss(NamedTuple):
    """``discriminator(real_logits, fake_logits)`` and ``generator(fake_logits)``, both to be descended."""

    name: str
    discriminator: Callable
    generator: Callable


def minus_value(real, fake):
    """-V(G, D) on samples: -mean log D(x) - mean log(1 - D(G(z))), which is twice the binary cross-entropy on a half-half batch."""
    return jnp.mean(softplus(-real)) + jnp.mean(softplus(fake))


def log_one_minus_d(fake):
    """mean log(1 - D(G(z))): what Algorithm 1 descends. It saturates where D is sure."""
    return -jnp.mean(softplus(fake))


def minus_log_d(fake):
    """-mean log D(G(z)): the same fixed point, much stronger gradients early in learning (Goodfellow et al. 2014, section 3)."""
    return jnp.mean(softplus(-fake))


minimax = Loss("minimax", minus_value, log_one_minus_d)
non_saturating = Loss("non_saturating", minus_value, minus_log_d)

LOSSES = {loss.name: loss for loss in (minimax, non_saturating)}
