"""Gulrajani et al. 2017, Figure 3: the critic's levels on three laws of the plane, and what they do not show, p_g and its exact JSD."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from matplotlib.axes import Axes

from gantheory import plot
from gantheory.base.estimate import Estimate
from gantheory.experiments import wgan_gp_toys as experiment
from gantheory.measurement.discriminators import logits_at
from gantheory.measurement.maps import Maps, maps_of
from gantheory.reproductions.figure import Figure, Made
from gantheory.reproductions.properties import Property
from gantheory.training.run import Progress, Run

MODES = {"ring": 8, "grid": 25}  # the roll has none to count
MOST = 1.0  # largest 2 JSD that is claimed of a roll, against 2 log 2 = 1.39 of laws that lie apart
LEVELS = 14  # of the critic


@dataclass(frozen=True)
class WganGpToys(Figure):
    """Two rows: p_g of each law's first seed, and the critic's levels over p_data. Seeds from ``seeds`` · ``seed`` on.

    Attributes:
      steps: of G.
      seeds: trainings of each law.
    """

    name: ClassVar[str] = "wgan-gp-toys"
    title: ClassVar[str] = "WGAN with a gradient penalty on three laws of the plane: every mode, and how far p_g is from p_data"
    steps: int = experiment.STEPS
    seeds: int = experiment.SEEDS

    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        """The trainings of each law and seed, drawn together."""
        seeds = range(self.seeds * seed, self.seeds * (seed + 1))
        played = {name: experiment.play(name, seeds, self.steps, progress) for name in experiment.TOYS}
        saved = [run.save(runs / name / str(run.settings["seed"])) / "run.json" for name, own in played.items() for run in own]
        return Made(_drawing(played), {"laws": {name: _numbers(own) for name, own in played.items()}}, _properties(played), saved)


def _measured(run: Run, name: str) -> Estimate:
    return getattr(run.history[-1].measured, name)


def _properties(played: dict[str, list[Run]]) -> list[Property]:
    found = {name: float(np.mean([float(_measured(run, "modes")) == count for run in played[name]])) for name, count in MODES.items()}
    farthest = max((_measured(run, "two_jsd") for run in played["roll"]), key=float)
    return [
        *(Property(experiment.TOYS[name].title, "share of seeds with every mode", share, ">=", 1) for name, share in found.items()),
        Property(experiment.TOYS["roll"].title, "largest 2 JSD", farthest, "<=", MOST),
    ]


def _numbers(own: list[Run]) -> dict[str, Any]:
    rows = [
        {"seed": run.settings["seed"], **{name: [float(m), m.error] for name, m in run.history[-1].measured.items() if m is not None}}
        for run in own
    ]
    return {"settings": own[0].settings, "seeds": rows}


def _drawing(played: dict[str, list[Run]]) -> plot.Drawing:
    with plot.drawing(7.4, 5.4) as figure:
        for column, (name, own) in zip(figure.subplots(2, 3).T, played.items(), strict=True):
            run = own[0]
            seen = maps_of(run.p_data, run.p_g)
            jsd = _measured(run, "two_jsd") / 2
            plot.masses(column[0], seen.edges, seen.of_g, f"{experiment.TOYS[name].title}, JSD {float(jsd):.2f} ± {jsd.error:.2f}")
            _draw_levels(column[1], seen, run)
        figure.axes[0].set_ylabel("$p_g$, first seed")
        figure.axes[3].set_ylabel("the critic's levels over $p_{\\mathrm{data}}$")
    return figure


def _draw_levels(ax: Axes, seen: Maps, run: Run) -> None:
    """Level curves of the critic, as the paper's figure has them, over p_data's masses."""
    x, y = ((edge[1:] + edge[:-1]) / 2 for edge in seen.edges)
    middles = np.stack(np.meshgrid(x, y, indexing="ij"), -1)
    plot.cells(ax, seen.edges, np.sqrt(seen.of_data), cmap="Greys")
    ax.contour(x, y, logits_at(run.discriminator, middles, (2,)).T, levels=LEVELS, cmap="viridis", linewidths=0.8)
