"""The phase portrait of a game of two numbers: its field, runs through it, and where it is at rest."""

from collections.abc import Iterable
from typing import Any

import jax
import numpy as np

from gantheory.base.precision import in_float64
from gantheory.dynamics.differentiable import DifferentiableGame

ARROWS = 13  # arrows of the field along each side
FIELD, RUN = "#9aa3ad", "#0a8a2f"  # their colours


@in_float64
def phase_portrait(
    game: DifferentiableGame,
    ax: Any,
    runs: Iterable[Any] = (),
    *,
    theta: tuple[float, float] = (-2.0, 2.0),
    psi: tuple[float, float] = (-2.0, 2.0),
) -> None:
    """Draw a game's phase plane: arrows of the field, all of one length, and runs, each with a dot where it starts.

    Args:
      game: with one θ and one ψ.
      ax: matplotlib's Axes to draw on; its limits become those of θ and ψ.
      runs: rows of w, such as those of ``trajectory``, (steps + 1, 2) each.
      theta: the least and the largest θ shown.
      psi: the same of ψ.

    Raises:
      ValueError: a game with more parameters, or a range that is none.
    """
    if game.sizes != (1, 1):
        raise ValueError(f"`game` of phase_portrait must have one θ and one ψ. Got {game.name} with {game.sizes[0]} and {game.sizes[1]}.")
    for name, shown in {"theta": theta, "psi": psi}.items():
        numbers = [one for one in shown if isinstance(one, int | float | np.number)]
        if not (len(shown) == len(numbers) == 2 and np.isfinite(numbers).all() and numbers[0] < numbers[1]):
            raise ValueError(f"`{name}` of phase_portrait must be the least and the largest value shown. Got {shown!r}.")
    drawn = [np.asarray(run, np.float64) for run in runs]
    for run in drawn:
        if run.ndim != 2 or run.shape[1] != 2 or not len(run):
            raise ValueError(
                f"`runs` of phase_portrait must be runs of rows (θ, ψ), of shape (steps, 2) each. Got one of shape {run.shape}."
            )
    grid = np.stack(np.meshgrid(*(np.linspace(low, high, ARROWS + 2)[1:-1] for low, high in (theta, psi))), axis=-1)
    field = np.asarray(jax.jit(jax.vmap(game.field))(grid.reshape(-1, 2))).reshape(grid.shape)
    length = np.linalg.norm(field, axis=-1, keepdims=True)
    unit = np.divide(field, length, out=np.zeros_like(field), where=length > 0)
    ax.quiver(*np.moveaxis(grid, -1, 0), *np.moveaxis(unit, -1, 0), color=FIELD, scale=1.35 * ARROWS, width=0.006, pivot="mid", zorder=1)
    for at in drawn:
        ax.plot(at[:, 0], at[:, 1], color=RUN, linewidth=0.7, zorder=2)
        ax.plot(*at[0], color=RUN, marker="o", markersize=3, zorder=3)
    if game.equilibrium is not None:
        ax.plot(*game.equilibrium, color="black", marker="+", markersize=5, markeredgewidth=0.9, zorder=4)
    ax.set_xlim(theta)
    ax.set_ylim(psi)
    ax.set_xlabel("$\\theta$")
    ax.set_ylabel("$\\psi$")
