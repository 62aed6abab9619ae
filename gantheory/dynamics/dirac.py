"""The Dirac-GAN of Mescheder, Geiger & Nowozin 2018: data at 0, G at θ, and D(x) = ψx, which says how generated x looks."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from gantheory.dynamics.differentiable import DifferentiableGame, positive
from gantheory.game.losses import LOSSES, Loss, minimax

NODES = np.linspace(-8.5, 8.5, 341)  # of the trapezoidal rule for E over N(0, 1): for |ψ|σ up to 10 it is exact to rounding
MASSES = np.exp(-(NODES**2) / 2) / np.exp(-(NODES**2) / 2).sum()


def dirac(
    loss: Loss | str = minimax,
    *,
    r1: float = 0.0,
    r2: float = 0.0,
    penalty: float = 0.0,
    target: float = 1.0,
    noise: float = 0.0,
    clip: float | None = None,
) -> DifferentiableGame:
    """The Dirac-GAN with any of the library's losses, which read -ψx as D's output, so that θ' = -ψ f'(ψθ) and ψ' = θ f'(ψθ).

    .. math:: L_D = E[\\mathrm{on\\_data}(-\\psi\\epsilon)] + E[\\mathrm{on\\_generated}(-\\psi(\\theta + \\epsilon))]
        + \\tfrac{\\gamma_1 + \\gamma_2}{2} \\psi^2 + \\tfrac{\\lambda}{2} (|\\psi| - \\mathrm{target})^2,
        \\quad \\epsilon \\sim N(0, \\sigma^2)

    Args:
      loss: one of ``LOSSES``, or its name.
      r1: γ₁ >= 0 of the penalty on data; here |∂_x D|² = ψ² everywhere, so that R2 is the same.
      r2: γ₂ >= 0 of the penalty on generated points.
      penalty: λ >= 0 of the gradient penalty.
      target: what the gradient penalty wants |ψ| to be.
      noise: σ >= 0 of the instance noise.
      clip: the largest |ψ| that clipping leaves; None for no clipping.

    Raises:
      ValueError: an unknown loss, or a number outside its range.

    Source:
      Mescheder, Geiger & Nowozin 2018, Definition 2.1 and section 3.
    """
    game = loss_of(loss)
    for name, number in {
        "r1": r1,
        "r2": r2,
        "penalty": penalty,
        "noise": noise,
        "target": target,
        "clip": 0 if clip is None else clip,
    }.items():
        positive(name, "dirac", number, or_zero=True)
    shifts, masses = (noise * NODES, MASSES) if noise else (np.zeros(1), np.ones(1))

    def mean(function, outputs):
        return jnp.sum(jnp.asarray(masses, outputs.dtype) * function(outputs))

    def outputs(at, psi, size=1.0):
        """D at a point with noise, of so many times its standard deviation."""
        return -psi * (at + jnp.asarray(size * shifts, jnp.result_type(psi)))

    def apart(theta, psi):
        """D at a generated point less D at a data point: two noises, whose difference has twice the variance of one."""
        return outputs(theta, psi, np.sqrt(2.0))

    def generator_loss(theta: Any, psi: Any) -> Any:
        return mean(game.of_generator, apart(theta, psi) if game.relativistic else outputs(theta, psi))

    def discriminator_loss(theta: Any, psi: Any) -> Any:
        if game.relativistic:
            played = mean(game.on_data, -apart(theta, psi))
        else:
            played = mean(game.on_data, outputs(0.0, psi)) + mean(game.on_generated, outputs(theta, psi))
        if r1 or r2:
            played = played + (r1 + r2) / 2 * jnp.sum(psi**2)
        return played + penalty / 2 * jnp.sum((jnp.abs(psi) - target) ** 2) if penalty else played

    settings = {"r1": r1, "r2": r2, "penalty": penalty, "noise": noise, "clip": clip}
    told = ", ".join([game.name, *(f"{name} {number:g}" for name, number in settings.items() if number)])
    projected = None if clip is None else lambda w: jnp.stack([w[0], jnp.clip(w[1], -clip, clip)])
    # With the gradient penalty the point is no equilibrium: |ψ| has a kink there.
    return DifferentiableGame(f"Dirac-GAN ({told})", generator_loss, discriminator_loss, (1, 1), None if penalty else (0.0, 0.0), projected)


def loss_of(loss: Loss | str) -> Loss:
    """A loss, or the one of that name. Raises ``ValueError`` for another name."""
    if isinstance(loss, Loss):
        return loss
    if not isinstance(loss, str) or loss not in LOSSES:
        raise ValueError(f"`loss` must be one of {', '.join(LOSSES)}. Got {loss!r}.")
    return LOSSES[loss]
