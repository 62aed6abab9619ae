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
    labels: bool = False  # whether D learns to answer 1 for data and 0 for generated points, so that these labels can be smoothed

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
        labels=name == "gan",
    )


def with_smoothed_labels(loss: Loss, s: float) -> Loss:
    """The game in which D learns to answer 1 - s for data, and 0 for generated points as before (Salimans et al. 2016, section 3.4).

    .. math:: E_{p_data}[(1 - s)\\, on\\_data(v) + s\\, on\\_generated(v)] + E_{p_g}[on\\_generated(v)]

    A data point pays as one that is labelled data with probability 1 - s. For the cross-entropy of the 2014 paper that is the target
    1 - s, and for least squares too, up to a constant. The best D is then

    .. math:: D^*_s(x) = \\frac{(1 - s)\\, p_data(x)}{p_data(x) + p_g(x)} = (1 - s)\\, D^*(x),

    so that the discriminator's gap does not tend to 0: at p_g = p_data and D = D*_s it is -log(1 - s²) nats. G's loss is as before.

    Args:
      loss: a game with labels: minimax, non_saturating, least_squares, f_gan_gan.
      s: from 0 to below 1.

    Raises:
      ValueError: a game without labels, or an ``s`` outside its interval.
    """
    if not loss.labels:
        with_labels = ", ".join(one.name for one in LOSSES.values() if one.labels)
        raise ValueError(f"Labels can be smoothed only in a game that has them, one of {with_labels}. Got {loss.name!r}.")
    if not 0 <= s < 1:
        raise ValueError(f"`s` of with_smoothed_labels must be at least 0 and below 1. Got {s!r}.")
    return loss._replace(
        name=f"{loss.name}, data labelled {1 - s:g}", on_data=lambda v: (1 - s) * loss.on_data(v) + s * loss.on_generated(v)
    )


# Goodfellow et al. 2014: Algorithm 1 as printed; and G ascending log D, with much stronger gradients early in learning (section 3).
minimax: Loss = Loss("minimax", minus_log_d, minus_log_one_minus_d, log_one_minus_d, logit=True, labels=True)
non_saturating: Loss = Loss("non_saturating", minus_log_d, minus_log_one_minus_d, minus_log_d, logit=True, labels=True)
# Arjovsky, Chintala, Bottou 2017: to be played with clipped weights, or a gradient penalty.
wasserstein: Loss = Loss("wasserstein", minus, plain, minus)
# Mao et al. 2017, Eq. 9, with a = 0, b = c = 1.
least_squares: Loss = Loss("least_squares", lambda v: (v - 1) ** 2 / 2, lambda v: v**2 / 2, lambda v: (v - 1) ** 2 / 2, labels=True)
# Lim & Ye 2017; Miyato et al. 2018, Eqs. 16 and 17.
hinge: Loss = Loss("hinge", lambda v: jax.nn.relu(1 - v), lambda v: jax.nn.relu(1 + v), minus)
# Jolicoeur-Martineau 2018, section 4.1: RpGAN of Sun, Fang, Schwing 2020.
relativistic: Loss = Loss("relativistic", minus_log_d, nothing, minus_log_d, relativistic=True)

LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (minimax, non_saturating, wasserstein, least_squares, hinge, relativistic, *(from_f(name) for name in F_GAN))
}
