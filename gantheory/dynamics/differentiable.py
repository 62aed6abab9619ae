"""A game of two players with few parameters, each of whom descends a loss of its own (Balduzzi et al. 2018; Mescheder et al. 2017)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import finite_parameter, in_float64


@dataclass(frozen=True)
class DifferentiableGame:
    """A game of two players, each of whom descends a loss of its own along the field v(w) = (-∂L_G/∂θ, -∂L_D/∂ψ).

    G has the parameters θ, (m,), D has ψ, (n,); w = (θ, ψ) is one row. Losses are functions of (θ, ψ) in JAX, in nats.

    Attributes:
      name: for reports.
      generator_loss: what G descends.
      discriminator_loss: what D descends; -generator_loss in a zero-sum game.
      sizes: (m, n).
      equilibrium: w at which the field is 0, if one is known.
      projected: what a step of w ends with, such as the clipping of ψ; None for nothing.

    Source:
      Balduzzi et al. 2018, section 2; Mescheder, Nowozin & Geiger 2017, section 2.
    """

    name: str
    generator_loss: Callable[[Any, Any], Any]
    discriminator_loss: Callable[[Any, Any], Any]
    sizes: tuple[int, int] = (1, 1)
    equilibrium: tuple[float, ...] | None = None
    projected: Callable[[Any], Any] | None = None

    def field(self, w: Any) -> Any:
        """v(w) = (-∂L_G/∂θ, -∂L_D/∂ψ), the direction in which both players go, in nats for each unit of w. In JAX.

        Args:
          w: (θ, ψ), of shape (m + n,).

        Returns:
          An array of shape (m + n,).
        """
        theta, psi = w[: self.sizes[0]], w[self.sizes[0] :]
        of_g = jax.grad(lambda own: jnp.sum(self.generator_loss(own, psi)))(theta)
        of_d = jax.grad(lambda own: jnp.sum(self.discriminator_loss(theta, own)))(psi)
        return -jnp.concatenate([of_g, of_d])

    def jacobian(self, w: Any) -> Any:
        """v'(w), the derivative of the field, whose eigenvalues decide near a point of rest. In JAX.

        Args:
          w: (θ, ψ), of shape (m + n,).

        Returns:
          An array of shape (m + n, m + n).
        """
        return jax.jacfwd(self.field)(w)

    @in_float64
    def at(self, w: Any) -> tuple[np.ndarray, np.ndarray]:
        """(v(w), v'(w)) in float64.

        Args:
          w: (θ, ψ), of shape (m + n,).

        Raises:
          ValueError: a shape that is not the game's, or a number that is not finite.
        """
        # Not compiled: of so few numbers that takes longer than all else.
        point = jnp.asarray(self.point(w))
        return np.asarray(self.field(point)), np.asarray(self.jacobian(point))

    def point(self, w: Any) -> np.ndarray:
        """w as a row of float64.

        Args:
          w: (θ, ψ), of shape (m + n,).

        Raises:
          ValueError: a shape that is not the game's, or a number that is not finite.
        """
        row = finite_parameter(self.name, "w", w)
        if row.shape != (sum(self.sizes),):
            raise ValueError(f"A point of {self.name} must have {sum(self.sizes)} numbers, θ and then ψ. Got {w!r}.")
        return row


def positive(name: str, owner: str, number: Any, or_zero: bool = False) -> float:
    """A positive number as a float, or 0 where that may be. Raises ``ValueError`` for anything else."""
    is_number = isinstance(number, int | float | np.number) and not isinstance(number, bool)
    if not is_number or not np.isfinite(number) or number < 0 or (number == 0 and not or_zero):
        wanted = "a finite number of at least 0" if or_zero else "a positive, finite number"
        raise ValueError(f"`{name}` of {owner} must be {wanted}. Got {number!r}.")
    return float(number)


def with_consensus(game: DifferentiableGame, gamma: float) -> DifferentiableGame:
    """The game in which both players also descend γ/2 ‖v‖², so that the field is v - γ v'ᵀv.

    Args:
      game: the game.
      gamma: γ >= 0.

    Returns:
      Another game, of the same parameters and the same equilibrium.

    Raises:
      ValueError: a γ that is below 0, or no finite number.

    Source:
      Mescheder, Nowozin & Geiger 2017, Eq. 8.
    """
    positive("gamma", "with_consensus", gamma, or_zero=True)

    def also(loss):
        return lambda theta, psi: jnp.sum(loss(theta, psi)) + gamma / 2 * jnp.sum(game.field(jnp.concatenate([theta, psi])) ** 2)

    losses = also(game.generator_loss), also(game.discriminator_loss)
    return replace(game, name=f"{game.name} with consensus {gamma:g}", generator_loss=losses[0], discriminator_loss=losses[1])


def with_time_scale(game: DifferentiableGame, tau: float) -> DifferentiableGame:
    """τ-GDA, the game in which D moves τ times as fast: v = (-∂L_G/∂θ, -τ ∂L_D/∂ψ).

    Args:
      game: the game.
      tau: τ > 0.

    Returns:
      Another game, of the same parameters and the same equilibrium.

    Raises:
      ValueError: a τ that is not positive, or no finite number.

    Source:
      Heusel et al. 2017; Fiez & Ratliff 2021.
    """
    positive("tau", "with_time_scale", tau)
    loss = game.discriminator_loss
    return replace(
        game, name=f"{game.name}, D {tau:g} times as fast", discriminator_loss=lambda theta, psi: tau * jnp.sum(loss(theta, psi))
    )
