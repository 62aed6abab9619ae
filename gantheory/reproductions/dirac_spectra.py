"""The eigenvalues of the Dirac-GAN with R1 as γ grows, and how fast each way of stepping contracts there."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from matplotlib.axes import Axes

from gantheory import plot
from gantheory.dynamics.dirac import dirac
from gantheory.dynamics.spectra import Spectrum, largest_stable_step, multipliers, spectrum_at
from gantheory.experiments.dirac import GAMMAS, SCHEDULES, STEP
from gantheory.reproductions.figure import Figure, Made
from gantheory.reproductions.properties import Property
from gantheory.training.run import Progress

STRIDE = 3  # of the γ at which steps are looked at
DOUBLE = 1.0  # γ = 2|f'(0)|, of the double root
INKS = ("#0a8a2f", "#1f3fd0", "#c0392b")
CLOSE = 1e-7  # claimed distance of an eigenvalue from its closed form: near a double root √ε is what doubles can tell


@dataclass(frozen=True)
class DiracSpectra(Figure):
    """Eigenvalues in the complex plane from γ = 0 to 1.5; the rate of the flow; the contraction of one step of .2 by schedule."""

    name: ClassVar[str] = "dirac-spectra"
    title: ClassVar[str] = "The Dirac-GAN with R1: eigenvalues from γ = 0 to 1.5, with a double root at γ = 1"

    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        """All spectra; nothing is random."""
        spectra = [spectrum_at(dirac(r1=gamma)) for gamma in GAMMAS]
        radii = {
            schedule: [float(np.abs(multipliers(dirac(r1=gamma), way, STEP))[0]) for gamma in GAMMAS[::STRIDE]]
            for schedule, way in SCHEDULES.items()
        }
        numbers = {
            "gamma": GAMMAS.tolist(),
            "eigenvalues": [[[value.real, value.imag] for value in one.eigenvalues] for one in spectra],
            "largest_multiplier": {"step": STEP, "gamma": GAMMAS[::STRIDE].tolist(), **radii},
        }
        return Made(_drawing(spectra, radii), numbers, _properties(spectra), [])


def closed_form(gamma: float) -> np.ndarray:
    """-γ/2 ± √(γ²/4 - 1/4), by falling real part and then imaginary part."""
    root = np.sqrt(complex(gamma**2 / 4 - 1 / 4))
    return np.array([-gamma / 2 + root, -gamma / 2 - root])


def _properties(spectra: list[Spectrum]) -> list[Property]:
    off = max(float(np.abs(one.eigenvalues - closed_form(gamma)).max()) for gamma, one in zip(GAMMAS, spectra, strict=True))
    rates = np.array([one.rate for one in spectra])
    at = int(np.argmin(np.abs(GAMMAS - DOUBLE)))
    bound = largest_stable_step(dirac(r1=0.3), "simultaneous")
    return [
        Property("a", "|eigenvalue - closed form|, largest", off, "<=", CLOSE),
        Property("a", "repeated roots with one eigenvector, besides γ = 1", sum(one.defective for one in spectra) - 1, "==", 0),
        Property("a", "defective at γ = 1", int(spectra[at].defective), "==", 1),
        Property("b", "γ of the fastest flow", float(GAMMAS[int(np.argmin(rates))]), "==", DOUBLE),
        Property("b", "|rate at γ = 1 - (-1/2)|", abs(float(rates[at]) + 0.5), "<=", CLOSE),
        Property("c", "|largest stable step at γ = .3 - 2|Re λ|/|λ|²|", abs(bound - 0.3 / 0.25), "<=", CLOSE),
    ]


def _drawing(spectra: list[Spectrum], radii: dict[str, list[float]]) -> plot.Drawing:
    with plot.drawing(8.6, 2.7) as figure:
        paths, rates, steps = figure.subplots(1, 3, width_ratios=(1.25, 1, 1))
        _paths(paths, spectra)
        rates.plot(GAMMAS, [one.rate for one in spectra], color=INKS[0])
        rates.axvline(DOUBLE, color="black", linewidth=0.7, linestyle=(0, (1, 1.4)))
        rates.set_xlabel("$\\gamma$")
        rates.set_ylabel("largest real part")
        rates.set_title("rate of the flow")
        for ink, (schedule, found) in zip(INKS, radii.items(), strict=True):
            steps.plot(GAMMAS[::STRIDE], found, color=ink, label=schedule)
        steps.axhline(1, color="black", linewidth=0.7)
        steps.set_xlabel("$\\gamma$")
        steps.set_ylabel("largest multiplier")
        steps.set_title(f"one step of {STEP:g}")
        steps.legend(loc="lower right")
    return figure


def _paths(ax: Axes, spectra: list[Spectrum]) -> None:
    """Both eigenvalues along γ, with marks at some of its values."""
    values = np.array([one.eigenvalues for one in spectra])
    for which in (0, 1):
        ax.plot(np.real(values[:, which]), np.imag(values[:, which]), color=INKS[which], linewidth=1.4)
    for gamma, beside in ((0.0, (3, 5)), (0.5, (-36, 0)), (1.0, (3, -12)), (1.5, (-8, 5))):
        at = values[int(np.argmin(np.abs(GAMMAS - gamma)))]
        ax.plot(np.real(at), np.imag(at), color="black", marker="o", markersize=3, linestyle="")
        place = (np.real(at[0]), np.imag(at[0]))
        ax.annotate(f"$\\gamma={gamma:g}$", place, beside, textcoords="offset points", fontsize=7.5)
    ax.axvline(0, color="black", linewidth=0.7)
    ax.axhline(0, color="black", linewidth=0.4)
    ax.set_xlim(-1.4, 0.25)
    ax.set_xlabel("real part")
    ax.set_ylabel("imaginary part")
    ax.set_title("eigenvalues of $v'(0, 0)$")
