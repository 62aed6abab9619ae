"""Games whose dynamics are known: the bilinear game, Nagarajan & Kolter's, and the linear-quadratic WGAN of a Gaussian."""

import math
from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import in_float64
from gantheory.dynamics.differentiable import DifferentiableGame
from gantheory.dynamics.dirac import loss_of
from gantheory.game.losses import Loss, minimax

X, MASS = np.polynomial.legendre.leggauss(40)  # E over U[-1, 1], with half of the weights
MASS = MASS / 2
ROUNDING = 1e-12  # |v| that counts as 0


def bilinear() -> DifferentiableGame:
    """The bilinear game min_x max_y xy, θ = x and ψ = y: v = (-y, x), whose flow is a rotation about its rest (0, 0).

    Source:
      Gidel et al. 2019, section 2.
    """
    return DifferentiableGame("bilinear game", lambda x, y: x * y, lambda x, y: -x * y, (1, 1), (0.0, 0.0))


def nagarajan_kolter(loss: Loss | str = minimax) -> DifferentiableGame:
    """Data from U[-1, 1], G(z) = az with z from U[-1, 1], D(x) = wx² as a logit.

    It is at rest at (a, w) = (1, 0) for losses that are in balance where D says nothing, as those of 2014 and WGAN's are.

    Args:
      loss: one of ``LOSSES`` that is not relativistic, or its name.

    Raises:
      ValueError: another loss.

    Source:
      Nagarajan & Kolter 2017, section 2.3.
    """
    game = loss_of(loss)
    if game.relativistic:
        raise ValueError(f"`loss` of nagarajan_kolter must not be relativistic. Got {game.name!r}.")

    def nodes(w):
        return jnp.asarray(X, jnp.result_type(w)), jnp.asarray(MASS, jnp.result_type(w))

    def generator_loss(a: Any, w: Any) -> Any:
        x, mass = nodes(w)
        return jnp.sum(mass * game.of_generator(w * (a * x) ** 2))

    def discriminator_loss(a: Any, w: Any) -> Any:
        x, mass = nodes(w)
        return jnp.sum(mass * (game.on_data(w * x**2) + game.on_generated(w * (a * x) ** 2)))

    found = DifferentiableGame(f"Nagarajan-Kolter ({game.name})", generator_loss, discriminator_loss, (1, 1), (1.0, 0.0))
    at_rest = np.abs(np.asarray(in_float64(found.field)(found.point((1.0, 0.0))))).max() < ROUNDING
    return found if at_rest else replace(found, equilibrium=None)


def linear_quadratic(loc: float = 0.0, scale: float = 1.0) -> DifferentiableGame:
    """WGAN of N(loc, scale²): G(z) = az + b with z from N(0, 1), D(x) = w₂x² + w₁x; θ = (a, b), ψ = (w₁, w₂).

    .. math:: L = w_2 (\\mu^2 + \\sigma^2 - a^2 - b^2) + w_1 (\\mu - b)

    Args:
      loc: μ.
      scale: σ > 0.

    Raises:
      ValueError: a number that is not finite, or a scale that is not positive.

    Source:
      Nagarajan & Kolter 2017, section 3.1; Feizi et al. 2017.
    """
    numbers = all(isinstance(one, int | float | np.number) and math.isfinite(one) for one in (loc, scale))
    if not numbers or scale <= 0:
        raise ValueError(f"`loc` and `scale` of linear_quadratic must be finite numbers, the scale positive. Got {loc!r} and {scale!r}.")

    def generator_loss(theta: Any, psi: Any) -> Any:
        a, b = theta
        return psi[1] * (loc**2 + scale**2 - a**2 - b**2) + psi[0] * (loc - b)

    equilibrium = (scale, loc, 0.0, 0.0)
    return DifferentiableGame("linear-quadratic WGAN", generator_loss, lambda theta, psi: -generator_loss(theta, psi), (2, 2), equilibrium)
