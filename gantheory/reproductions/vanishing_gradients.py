"""Arjovsky & Bottou 2017: G's gradient at D* vanishes as generated and data come apart; the non-saturating one and a critic's do not."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from gantheory import plot
from gantheory.base.estimate import Estimate
from gantheory.experiments import shifted as experiment
from gantheory.measurement.minimax import criterion
from gantheory.reproductions.figure import Figure, Made
from gantheory.reproductions.properties import Property
from gantheory.training.run import Progress

STEP = 1e-4  # of the central difference of C(G) that a gradient is held against
CLOSE = 1e-6  # claimed distance of both, as a share
INKS = {"saturating": "#1f3fd0", "non_saturating": "#0a8a2f", "critic": "#c0392b"}
TITLES = {
    "saturating": r"saturating, $\nabla E \log(1 - D^*)$",
    "non_saturating": r"non-saturating, $\nabla E[-\log D^*]$",
    "critic": "a best critic's, WGAN",
}


@dataclass(frozen=True)
class VanishingGradients(Figure):
    """G's three gradients as N(d, 1) moves away from N(0, 1), and the bound under which one of them vanishes."""

    name: ClassVar[str] = "vanishing-gradients"
    title: ClassVar[str] = "G's gradient at a perfect D, as generated and data come apart"

    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        """All gradients, by quadrature; nothing is random."""
        found = [experiment.gradients(d) for d in experiment.DISTANCES]
        numbers = {
            "distance": experiment.DISTANCES.tolist(),
            **{name: [one[name].record() for one in found] for name in INKS},
        }
        return Made(_drawing(found), numbers, _properties(), [])


def bound(d: float) -> float:
    """d/2 e^(-d²/8), under which the saturating gradient lies."""
    return d / 2 * float(np.exp(-(d**2) / 8))


def _properties() -> list[Property]:
    properties = []
    for d in experiment.APART:
        found = experiment.gradients(d)
        panel = f"d = {d:g}"
        ends = [criterion(*experiment.pair(d + h)) for h in (STEP, -STEP)]
        difference = (float(ends[0]) - float(ends[1])) / (2 * STEP)
        off = abs(float(found["saturating"]) / difference - 1) if difference else float("inf")
        if d < max(experiment.APART):  # beyond, C(G) changes by less than its rounding
            properties.append(Property(panel, "|saturating gradient / slope of C(G) - 1|", off, "<=", CLOSE))
        properties.append(Property(panel, "saturating gradient", found["saturating"], "<=", bound(d)))
        properties.append(Property(panel, "non-saturating gradient", found["non_saturating"], ">=", d / 2))
    return properties


def _drawing(found: list[dict[str, Estimate]]) -> plot.Drawing:
    with plot.drawing(5.2, 3.2) as figure:
        ax = figure.subplots()
        for name, ink in INKS.items():
            ax.plot(experiment.DISTANCES, [float(one[name]) for one in found], color=ink, label=TITLES[name])
        under = [bound(d) for d in experiment.DISTANCES]
        ax.plot(experiment.DISTANCES, under, color="black", linewidth=0.8, linestyle=(0, (1, 1.4)), label=r"bound $\frac{d}{2} e^{-d^2/8}$")
        ax.set_yscale("log")
        ax.set_ylim(1e-9, 40)
        ax.set_xlim(0, experiment.DISTANCES[-1])
        ax.set_xlabel("distance $d$ of $p_g = N(d, 1)$ from $p_\\mathrm{data} = N(0, 1)$")
        ax.set_ylabel("gradient in $d$")
        ax.legend(loc="lower left")
    return figure
