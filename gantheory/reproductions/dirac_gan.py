"""Mescheder, Geiger & Nowozin 2018: runs of the Dirac-GAN under every regulariser and three schedules, and what brings it to rest."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from scipy.linalg import eig

from gantheory import plot
from gantheory.dynamics.integrators import Integrator, trajectory
from gantheory.dynamics.portrait import phase_portrait
from gantheory.dynamics.spectra import step_derivative
from gantheory.experiments import dirac as experiment
from gantheory.experiments.dirac import Variant
from gantheory.reproductions.figure import Figure, Made
from gantheory.reproductions.properties import Property
from gantheory.training.run import Progress

NEAR = 1e-4  # distance from rest that counts as come to rest
LINEAR = (1e-12, 1e-2)  # distances from rest at which a step is its derivative, and no rounding
CLOSE = 1e-3  # claimed distance of the measured contraction from the predicted one
AWAY = 0.1  # distance from rest that a run which circles keeps, over its last hundred steps
FARTHEST_SEEN = 2.4  # |θ| and |ψ| shown


@dataclass(frozen=True)
class DiracGan(Figure):
    """A column for each game, a row for each schedule: the field, 500 steps from (1, 1), and the rate at which they contract."""

    name: ClassVar[str] = "dirac-gan"
    title: ClassVar[str] = "The Dirac-GAN: which ways of training bring it to rest, and at the rate of which eigenvalue"

    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        """All runs; nothing is random."""
        found = {}
        for variant in experiment.VARIANTS:
            for schedule, way in experiment.SCHEDULES.items():
                w = trajectory(variant.game, experiment.START, way, experiment.STEP, experiment.STEPS)
                found[variant.title, schedule] = w, contraction(variant, way, w)
        numbers = [
            {"game": game, "schedule": schedule, "end": w[-1].tolist(), "contraction": rates}
            for (game, schedule), (w, rates) in found.items()
        ]
        return Made(_drawing(found), {"runs_of_500_steps": numbers}, _properties(found), [])


def contraction(variant: Variant, way: Integrator, w: np.ndarray) -> dict[str, float] | None:
    """What one step multiplies the slowest part of the distance to rest by, predicted and measured; None where the run keeps away.

    Measured along the left eigenvector of the largest multiplier, in which the other parts are not seen.
    """
    if variant.game.equilibrium is None:
        return None
    distances = np.linalg.norm(w - np.asarray(variant.game.equilibrium), axis=1)
    (near,) = np.nonzero((distances > LINEAR[0]) & (distances < LINEAR[1]))
    if len(near) < 2:
        return None
    decomposed: Any = eig(step_derivative(variant.game, way, experiment.STEP), left=True, right=False)
    values, vectors = decomposed
    slowest = int(np.argmax(np.abs(values)))
    seen = np.abs((w[[near[0], near[-1]]] - np.asarray(variant.game.equilibrium)) @ vectors[:, slowest].conj())
    return {"predicted": float(np.abs(values[slowest])), "measured": float((seen[1] / seen[0]) ** (1 / (near[-1] - near[0])))}


def _properties(found: dict[tuple[str, str], tuple[np.ndarray, dict[str, float] | None]]) -> list[Property]:
    properties = []
    for variant in experiment.VARIANTS:
        for schedule, rests in zip(experiment.SCHEDULES, variant.rests, strict=True):
            w, rates = found[variant.title, schedule]
            distances = np.linalg.norm(w, axis=1)
            panel = f"{variant.title}; {schedule}"
            if rests:
                properties.append(Property(panel, "distance from rest after 500 steps", float(distances[-1]), "<=", NEAR))
                off = abs(rates["measured"] - rates["predicted"]) if rates else float("inf")
                properties.append(Property(panel, "|measured contraction - largest multiplier|", off, "<=", CLOSE))
            else:
                least = float(distances[-100:].min())
                properties.append(Property(panel, "least distance from rest in the last 100 steps", least, ">=", AWAY))
    return properties


def _drawing(found: dict[tuple[str, str], tuple[np.ndarray, dict[str, float] | None]]) -> plot.Drawing:
    count = len(experiment.VARIANTS)
    seen = (-FARTHEST_SEEN, FARTHEST_SEEN)
    with plot.drawing(1.32 * count + 0.5, 4.4) as figure:
        axes = figure.subplots(len(experiment.SCHEDULES), count, sharex=True, sharey=True)
        for column, variant in enumerate(experiment.VARIANTS):
            for row, schedule in enumerate(experiment.SCHEDULES):
                ax = axes[row, column]
                w, rates = found[variant.title, schedule]
                phase_portrait(variant.game, ax, [w], theta=seen, psi=seen)
                ax.set_aspect("equal")
                told = f"$\\rho = {rates['measured']:.4f}$" if rates else "not at rest"
                ax.text(0.5, 0.97, told, ha="center", va="top", fontsize=7.5, transform=ax.transAxes, bbox=BEHIND)
                if row == 0:
                    ax.set_title(variant.title, fontsize=8)
                if row < len(experiment.SCHEDULES) - 1:
                    ax.set_xlabel("")
                ax.set_ylabel(f"{schedule}\n$\\psi$" if column == 0 else "")
    return figure


BEHIND: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.0}
