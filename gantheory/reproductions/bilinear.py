"""The bilinear game xy: what each way of stepping does to its rotation, and the spectral radius that says so."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from gantheory import plot
from gantheory.dynamics.classic import bilinear
from gantheory.dynamics.integrators import trajectory
from gantheory.dynamics.portrait import phase_portrait
from gantheory.dynamics.spectra import multipliers
from gantheory.reproductions.figure import Figure, Made
from gantheory.reproductions.properties import Property
from gantheory.training.run import Progress

STEP, STEPS, START = 0.3, 120, (1.0, 1.0)
ETAS = np.linspace(0.02, 1.0, 50)  # steps at which the radius is shown
ROUNDING = 1e-9  # claimed distance of a computed radius from its closed form
MEASURED = 1e-3  # claimed distance of the radius along a run from the largest multiplier
TITLES = {"consensus": "consensus, γ 1", "sga": "SGA, λ 1", "rk4": "joint Runge-Kutta"}


def optimistic(eta: float) -> float:
    """The larger root in size of r² - (1 + 2iη) r + iη: w⁺ = w + 2ηv - ηv⁻, v = iw (Daskalakis et al. 2018)."""
    if eta <= 0.5:
        return math.sqrt((1 + math.sqrt(1 - 4 * eta**2)) / 2)
    return math.hypot(1, 2 * eta + math.sqrt(4 * eta**2 - 1)) / 2


# Spectral radii on xy by step η: Gidel et al. 2019 and Daskalakis et al. 2018. Consensus and symplectic adjustment, γ = λ = 1, make the
# eigenvalues -1 ± i.
RADII: dict[str, Callable[[float], Any]] = {
    "simultaneous": lambda eta: np.sqrt(1 + eta**2),
    "alternating": lambda eta: 1.0,
    "extragradient": lambda eta: np.sqrt(1 - eta**2 + eta**4),
    "optimistic": optimistic,
    "consensus": lambda eta: np.abs(1 + eta * (-1 + 1j)),
    "sga": lambda eta: np.abs(1 + eta * (-1 + 1j)),
    "rk4": lambda eta: np.abs(1 + 1j * eta - eta**2 / 2 - 1j * eta**3 / 6 + eta**4 / 24),
    "proximal": lambda eta: 1 / np.sqrt(1 + eta**2),
}
INKS = {
    "simultaneous": "#c0392b",
    "alternating": "black",
    "extragradient": "#1f3fd0",
    "optimistic": "#8e44ad",
    "consensus": "#e67e22",
    "rk4": "#7f8c8d",
    "proximal": "#0a8a2f",
}


@dataclass(frozen=True)
class Bilinear(Figure):
    """A phase portrait for each way of stepping on xy, and all spectral radii against the step."""

    name: ClassVar[str] = "bilinear"
    title: ClassVar[str] = "The bilinear game: who spirals out, who circles and who comes to rest"

    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        """All runs and radii; nothing is random."""
        found = {name: trajectory(bilinear(), START, name, STEP, STEPS) for name in RADII}
        radii = {name: [float(np.abs(multipliers(bilinear(), name, eta)[0])) for eta in ETAS] for name in INKS}
        numbers = {"step": STEP, "ends": {name: w[-1].tolist() for name, w in found.items()}, "eta": ETAS.tolist(), "radius": radii}
        return Made(_drawing(found, radii), numbers, _properties(found, radii), [])


def _properties(found: dict[str, np.ndarray], radii: dict[str, list[float]]) -> list[Property]:
    properties = []
    for name, radius in RADII.items():
        known = float(np.abs(radius(STEP)))
        own = float(np.abs(multipliers(bilinear(), name, STEP)[0]))
        properties.append(Property(name, "|largest multiplier at η = .3 - closed form|", abs(own - known), "<=", ROUNDING))
        properties.append(Property(name, "|radius along the run - closed form|", abs(along(found[name]) - known), "<=", MEASURED))
    for name, values in radii.items():
        # At its double root, η = ½, the optimistic radius can be told to √ε only.
        off = max(abs(value - float(np.abs(RADII[name](eta)))) for eta, value in zip(ETAS, values, strict=True))
        properties.append(Property(name, "|largest multiplier - closed form|, over all η", off, "<=", 1e-7))
    return properties


def along(w: np.ndarray) -> float:
    """By what the distance to rest changes in a step, over all that a turn begins and ends: the mean slope of its logarithm."""
    distances = np.log(np.linalg.norm(w, axis=1))
    half = len(distances) // 2
    return float(np.exp(np.polynomial.polynomial.polyfit(np.arange(half, len(distances)), distances[half:], 1)[1]))


def _drawing(found: dict[str, np.ndarray], radii: dict[str, list[float]]) -> plot.Drawing:
    with plot.drawing(9.4, 4.3) as figure:
        grid = figure.add_gridspec(2, 6)
        for place, (name, w) in enumerate(found.items()):
            ax = figure.add_subplot(grid[place // 4, place % 4])
            phase_portrait(bilinear(), ax, [w])
            ax.set_aspect("equal")
            ax.set_title(TITLES.get(name, name), fontsize=8.5)
            ax.set_xlabel("$x$" if place >= 4 else "")
            ax.set_ylabel("$y$" if place % 4 == 0 else "")
            ax.tick_params(labelbottom=place >= 4, labelleft=place % 4 == 0)
        ax = figure.add_subplot(grid[:, 4:])
        for name, ink in INKS.items():
            label = "consensus, SGA" if name == "consensus" else TITLES.get(name, name)
            ax.plot(ETAS, radii[name], color=ink, label=label)
        ax.axvline(STEP, color="black", linewidth=0.6, linestyle=(0, (1, 1.4)))
        ax.set_xlabel("$\\eta$")
        ax.set_ylabel("spectral radius")
        ax.set_ylim(0.65, 1.45)
        ax.legend(loc="upper left")
    return figure
