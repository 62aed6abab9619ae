"""Losses: what each player pays for one point, as functions of D's raw output v there, in nats; averaged over a minibatch.

For the games of the 2014 paper v is the logit of D. The critics of f-GAN, WGAN and the others give other meanings to it, so that V and
the discriminator's gap, which read v as a logit, say nothing of them; p_g, and every divergence of it, is as exact as ever.

To add one: a ``Loss`` here, listed in ``LOSSES``.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.nn import softplus

from gantheory.measurement.f_divergences import F_GAN


class Loss(NamedTuple):
    """D descends E_{p_data}[on_data(v)] + E_{p_g}[on_generated(v)], G descends E_{p_g}[of_generator(v)].

    In a relativistic game a data point and a generated one are compared: v is the difference of D's outputs, D descends
    E[on_data(v_data - v_g)] and G descends E[of_generator(v_g - v_data)], over pairs.
    """

    name: str
    on_data: Callable[..., Any]
    on_generated: Callable[..., Any]
    of_generator: Callable[..., Any]
    relativistic: bool = False
    logit: bool = False  # whether v is the logit of D, as V and the discriminator's gap read it

    def discriminator(self, data: Any, generated: Any) -> Any:
        """What D descends, on outputs (m,) at data points and (m,) at generated ones."""
        if self.relativistic:
            return jnp.mean(self.on_data(data - generated))
        return jnp.mean(self.on_data(data)) + jnp.mean(self.on_generated(generated))

    def generator(self, data: Any, generated: Any) -> Any:
        """What G descends."""
        return jnp.mean(self.of_generator(generated - data if self.relativistic else generated))


def minus_log_d(v: Any) -> Any:
    """-log D, D = sigmoid(v)."""
    return softplus(-v)


def minus_log_one_minus_d(v: Any) -> Any:
    """-log(1 - D)."""
    return softplus(v)


def log_one_minus_d(v: Any) -> Any:
    """log(1 - D): what Algorithm 1 descends. It saturates where D is sure."""
    return -softplus(v)


def minus(v: Any) -> Any:
    return -v


def plain(v: Any) -> Any:
    return v


def nothing(v: Any) -> Any:
    return jnp.zeros_like(v)


def from_f(name: str) -> Loss:
    """f-GAN's game for a row of ``F_GAN``.

    D ascends, and G descends, E_{p_data}[T] - E_{p_g}[f*(T)] with T = g_f(v) (Nowozin, Cseke, Tomioka 2016, Eq. 4): a lower bound of
    D_f(p_data‖p_g), tight at T* = f'(p_data/p_g).
    """
    row = F_GAN[name]
    return Loss(
        f"f_gan_{name}",
        lambda v: -row.activation(v),
        lambda v: row.conjugate(row.activation(v)),
        lambda v: -row.conjugate(row.activation(v)),
        logit=name == "gan",
    )


# Goodfellow et al. 2014: Algorithm 1 as printed; and G ascending log D, with much stronger gradients early in learning (section 3).
minimax: Loss = Loss("minimax", minus_log_d, minus_log_one_minus_d, log_one_minus_d, logit=True)
non_saturating: Loss = Loss("non_saturating", minus_log_d, minus_log_one_minus_d, minus_log_d, logit=True)
# Arjovsky, Chintala, Bottou 2017: to be played with clipped weights, or a gradient penalty.
wasserstein: Loss = Loss("wasserstein", minus, plain, minus)
# Mao et al. 2017, Eq. 9, with a = 0, b = c = 1.
least_squares: Loss = Loss("least_squares", lambda v: (v - 1) ** 2 / 2, lambda v: v**2 / 2, lambda v: (v - 1) ** 2 / 2)
# Lim & Ye 2017; Miyato et al. 2018, Eqs. 16 and 17.
hinge: Loss = Loss("hinge", lambda v: jax.nn.relu(1 - v), lambda v: jax.nn.relu(1 + v), minus)
# Jolicoeur-Martineau 2018, section 4.1: RpGAN of Sun, Fang, Schwing 2020.
relativistic: Loss = Loss("relativistic", minus_log_d, nothing, minus_log_d, relativistic=True)

LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (minimax, non_saturating, wasserstein, least_squares, hinge, relativistic, *(from_f(name) for name in F_GAN))
}
