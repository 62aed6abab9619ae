"""The counter-example that justifies the toolkit: V near -log 4, D near ½, and p_g far from p_data."""

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from matplotlib.axes import Axes

from gantheory import plot
from gantheory.base.precision import values_at
from gantheory.experiments import looks_converged as experiment
from gantheory.measurement.discriminators import probability_of
from gantheory.measurement.integrands import LOG4
from gantheory.measurement.state import measure
from gantheory.reproductions.figure import Figure, Made
from gantheory.reproductions.properties import Property
from gantheory.training.run import Progress, Run

CENTRE, SD = float(experiment.P_DATA.loc), float(experiment.P_DATA.scale)
TOP = 2.2  # upper end of the density's axis; the spikes of p_g are cut there


@dataclass(frozen=True)
class LooksConverged(Figure):
    """Three panels of one training: the densities with D, the folded generator, and V beside 2 JSD along the run."""

    name: ClassVar[str] = "looks-converged"
    title: ClassVar[str] = "A GAN with V on -log 4 and D near ½ whose p_g is far from p_data"
    steps: int = experiment.STEPS

    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        """One training, measured at its end and drawn."""
        run = experiment.play(seed, self.steps, progress)
        saved = [run.save(runs) / "run.json"]
        run.finished()
        final = measure(run.p_data, run.p_g, run.discriminator)
        return Made(_drawing(run), _numbers(run, final), _properties(run, final), saved)


def _properties(run: Run, final: Any) -> list[Property]:
    x = np.linspace(CENTRE - 2 * SD, CENTRE + 2 * SD, 4001)
    from_half = float(np.abs(probability_of(run.discriminator)(x) - 0.5).max())
    folds = sum(one.increasing != two.increasing for one, two in itertools.pairwise(run.p_g.branches))
    return [
        Property("looks", "|V + log 4|", abs(float(final.value) + LOG4), "<=", 0.01),
        Property("looks", "sup |D - ½| within two sd of the data", from_half, "<=", 0.05),
        Property("is", "2 JSD(p_data, p_g)", final.two_jsd, ">=", 0.1),
        Property("is", "folds of G", folds, ">=", 1),
    ]


def _numbers(run: Run, final: Any) -> dict[str, Any]:
    return {
        "final": {"value": float(final.value), "two_jsd": float(final.two_jsd), "discriminator_gap": float(final.discriminator_gap)},
        "folds_at": [float(branch.z[0]) for branch in run.p_g.branches[1:]],
        "settings": run.settings,
    }


def _drawing(run: Run) -> plot.Drawing:
    with plot.drawing(10.2, 3.1) as figure:
        left, middle, right = figure.subplots(1, 3)
        _draw_densities(left, run)
        _draw_generator(middle, run)
        _draw_history(right, run)
    return figure


def _draw_densities(ax: Axes, run: Run) -> None:
    x = plot.x_grid(CENTRE - 4 * SD, CENTRE + 4 * SD, run.p_g.breakpoints, 8001)
    ax.fill_between(x, np.minimum(run.p_g.prob(x), TOP), color=plot.GENERATOR_GAP, linewidth=0)
    ax.plot(x, run.p_g.prob(x), **plot.GENERATED, label="$p_g$, exact")
    ax.plot(x, run.p_data.prob(x), **plot.DATA, label=r"$p_\mathrm{data}$")
    ax.plot(x, probability_of(run.discriminator)(x), **plot.DISCRIMINATOR, label="$D$")
    plot.over_x(ax, x, TOP)
    ax.set_title(r"$D \approx \frac{1}{2}$, and $p_g$ is not $p_\mathrm{data}$")
    ax.legend(loc="upper right")


def _draw_generator(ax: Axes, run: Run) -> None:
    """G over z, its folds marked."""
    z = np.linspace(-1, 1, 2001)
    ax.plot(z, values_at(run.generator, z), color="black", linewidth=1.1)
    folds = [(float(b.z[0]), float(b.x[0])) for b in run.p_g.branches[1:]]
    if folds:
        ax.plot(*np.transpose(folds), "o", color=plot.OPTIMAL["color"], markersize=4, label="$G' = 0$: a spike of $p_g$")
        ax.legend(loc="best")
    ax.set_xlabel("$z$")
    ax.set_ylabel("$x = G(z)$")
    ax.set_title("the generator folds")


def _draw_history(ax: Axes, run: Run) -> None:
    """2 JSD, and the distance of V from -log 4."""
    steps, seen = run.column("step"), np.abs(np.array(run.column("value")) + LOG4)
    ax.semilogy(steps, run.column("two_jsd"), color=plot.GENERATED["color"], linewidth=1.1, label=r"$2\,\mathrm{JSD}$, exact")
    ax.semilogy(steps, seen, color=plot.DISCRIMINATOR["color"], linewidth=0.8, label=r"$|V(G, D) + \log 4|$")
    ax.set_xlim(0, steps[-1])
    ax.set_ylim(1e-4, 20)
    ax.set_xlabel("iteration")
    ax.set_title("what is watched, and what is so")
    ax.legend(loc="upper right")
