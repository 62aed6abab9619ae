"""WGAN 2017, Figure 2: between two Gaussians D* saturates, where a best critic stays linear."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from matplotlib.axes import Axes

from gantheory import plot
from gantheory.base.estimate import finite, single
from gantheory.experiments import shifted as experiment
from gantheory.measurement.discriminators import optimal_discriminator
from gantheory.measurement.wasserstein import wasserstein1
from gantheory.models.split import mean_of
from gantheory.reproductions.figure import Figure, Made
from gantheory.reproductions.properties import Property
from gantheory.training.run import Progress

CRITIC: dict[str, Any] = {"color": "#c0392b", "linewidth": 1.2}
FLAT = 1e-2  # claimed bound of D*'s slope where p_g has its mode, at the larger distance


@dataclass(frozen=True)
class WganCritic(Figure):
    """p_data, p_g, D* and a best critic, at two distances."""

    name: ClassVar[str] = "wgan-critic"
    title: ClassVar[str] = "Between two Gaussians D* saturates, and a best critic stays linear"

    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        """Closed forms and integrals; nothing is random."""
        distances = experiment.APART[:2]
        slopes = {d: slope_at_mode(d) for d in distances}
        numbers = {"distances": list(distances), "slope_of_d_at_the_mode_of_p_g": list(slopes.values())}
        return Made(_drawing(distances), numbers, _properties(slopes), [])


def slope_at_mode(d: float) -> float:
    """|dD*/dx| at x = d: d D* (1 - D*)."""
    D: Any = optimal_discriminator(*experiment.pair(d))
    return d * float(D(d)) * (1 - float(D(d)))


def _properties(slopes: dict[float, float]) -> list[Property]:
    properties = []
    for d in slopes:
        p_data, p_g = experiment.pair(d)
        gained = finite(single(mean_of(p_data, lambda x: -x))) - finite(single(mean_of(p_g, lambda x: -x)))
        off = gained - finite(single(wasserstein1(p_data, p_g)))
        properties.append(Property(f"d = {d:g}", "E_data f - E_g f - W1 of the critic f(x) = -x", off, "==", 0.0))
    near, far = slopes.values()
    properties.append(Property("D*", "slope at the mode of p_g, at the larger distance", far, "<=", FLAT))
    properties.append(Property("D*", "the same as a share of that at the smaller distance", far / near, "<=", 0.1))
    return properties


def _drawing(distances: tuple[float, ...]) -> plot.Drawing:
    with plot.drawing(7.2, 2.5) as figure:
        axes = figure.subplots(1, len(distances))
        for place, (ax, d) in enumerate(zip(axes, distances, strict=True)):
            _panel(ax, d, first=place == 0)
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figure


def _panel(ax: Axes, d: float, first: bool) -> None:
    x = np.linspace(-4, d + 4, 600)
    p_data, p_g = experiment.pair(d)
    ax.plot(x, p_data.prob(x), **plot.DATA, label=r"$p_\mathrm{data}$")
    ax.plot(x, p_g.prob(x), **plot.GENERATED, label="$p_g$")
    ax.plot(x, optimal_discriminator(p_data, p_g)(x), **plot.DISCRIMINATOR, label="$D^*$")
    ax.plot(x, (d / 2 - x) / (d + 8) + 0.5, **CRITIC, label="a best critic, scaled")
    ax.set_xlim(x[0], x[-1])
    ax.set_ylim(0, 1.02)
    ax.set_xlabel("$x$")
    ax.set_title(f"$d = {d:g}$")
    if not first:
        ax.tick_params(labelleft=False)
