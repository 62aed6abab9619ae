"""Figure 1 of Goodfellow et al. 2014, every panel from a real, saved training state, with the caption's claims measured.

The paper's caption: D (blue, dashed) tells p_data (black, dotted) from p_g (green, solid). The lower line is z, sampled uniformly; the
line above it is x; arrows show x = G(z). (a) near convergence, D partially accurate; (b) D trained to D*; (c) after an update of G,
whose samples the gradient of D has moved toward regions more likely to be classified as data; (d) p_g = p_data, D = ½.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from gantheory import plot, rigorous
from gantheory.base.estimate import single
from gantheory.experiments import goodfellow2014 as experiment
from gantheory.measurement.divergences import total_variation
from gantheory.measurement.state import measure
from gantheory.reproductions.figure import Figure, Made
from gantheory.reproductions.properties import Property
from gantheory.training.run import Progress, Run

# How the panels write three of their quantities.
JSD, GAP, SUP = f"${plot.JSD}$", r"$C(G) - V(G, D)$", r"$\sup\,|D - D^*|$"


@dataclass(frozen=True)
class Figure1(Figure):
    """Four panels of one training, each with its measured properties below it."""

    name: ClassVar[str] = "goodfellow2014-fig1"
    title: ClassVar[str] = "Figure 1 of Goodfellow et al. 2014, four panels from one training"
    lengths: experiment.Lengths = experiment.FULL

    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        """The four states, each measured and drawn as a panel."""
        states = experiment.panels(seed, self.lengths, progress)
        saved = [state.save(runs if name == "d" else runs / name) / "run.json" for name, state in states.items()]
        d = states["d"].finished()
        measured = {name: measure(state.p_data, state.p_g, state.discriminator) for name, state in states.items()}
        apart = {name: experiment.disagreement(state) for name, state in states.items()}
        floor = experiment.floor(seed, self.lengths)
        least = 0.5 * measure(floor.p_data, floor.p_g, floor.discriminator).two_jsd
        moved = experiment.movement(states["b"], states["c"])
        properties = _properties(measured, apart, moved, d)
        numbers = {
            "panels": {name: _numbers(measured[name], apart[name]) for name in states},
            "jsd_of_d_proved": rigorous.jsd(d.p_data, d.p_g, digits=9).record(decimals=10),
            "movement": moved,
            "floor": {"jsd": least.value, "error": least.error, "ratio": float(0.5 * measured["d"].two_jsd) / float(least)},
            "settings": {name: state.settings for name, state in states.items()},
        }
        return Made(_drawing(states, properties), numbers, properties, saved)


def _properties(measured: dict[str, Any], apart: dict[str, experiment.Disagreement], moved: dict[str, float], d: Run) -> list[Property]:
    jsd = {name: 0.5 * m.two_jsd for name, m in measured.items()}
    mean = 0.5 * single(total_variation(d.p_data, d.p_g))
    left_out, gap_ratio = apart["b"].mass_left_out, float(measured["a"].discriminator_gap) / float(measured["b"].discriminator_gap)
    return [
        Property("a", "JSD(p_data, p_g)", jsd["a"], ">=", 0.02, JSD),
        Property("a", "sup |D - D*|", apart["a"].sup, ">=", 0.1, SUP),
        Property("a", "discriminator's gap", measured["a"].discriminator_gap, ">=", 5e-3, GAP),
        Property("a", "discriminator's gap over (b)'s", gap_ratio, ">=", 5),
        Property("b", "JSD(p_data, p_g) less (a)'s", jsd["b"] - jsd["a"], "==", 0.0),
        Property("b", "sup |D - D*|", apart["b"].sup, "<=", 0.03, SUP),
        Property("b", "mass of p_data + p_g left out of the sup", left_out, "<=", experiment.MASS_LEFT_OUT, "mass left out of it"),
        Property("b", "discriminator's gap", measured["b"].discriminator_gap, "<=", 1e-3, GAP),
        Property("c", "JSD(p_data, p_g)", jsd["c"], "<", float(jsd["a"]), JSD),
        Property("c", "median |Δx|", moved["median_step"], ">=", 0.05, r"median $|\Delta x|$"),
        Property("c", "mean Δx ∂x log D", moved["mean_step_times_gradient"], ">", 0.0, r"mean $\Delta x\,\partial_x \log D$"),
        Property("c", "share of |Δx D'| that is aligned", moved["aligned_share"], ">=", 0.8, r"share of $|\Delta x\,D'|$ aligned"),
        Property("d", "JSD(p_data, p_g)", jsd["d"], "<=", 2.5e-3, JSD),
        Property("d", "discriminator's gap", measured["d"].discriminator_gap, "<=", 1e-3, GAP),
        Property("d", "mean |D* - ½|", mean, "<=", 0.03, r"mean $|D^* - \frac{1}{2}|$"),
    ]


def _numbers(m: Any, apart: experiment.Disagreement) -> dict[str, Any]:
    return {**{name: quantity.record() for name, quantity in m.items()}, "sup_D_minus_D*": vars(apart)}


def _drawing(states: dict[str, Run], properties: list[Property]) -> plot.Drawing:
    """The four panels in a row, in the paper's inks."""
    with plot.drawing(10.2, 3.3) as figure:
        axes = figure.subplots(1, 4)
        for ax, (name, state) in zip(axes, states.items(), strict=True):
            plot.panel(ax, state, plot.x_grid(-4, 4, state.p_g.breakpoints), z=np.linspace(-1, 1, 25))
            ax.set_title(f"({name})")
            shown = [one.drawn() for one in properties if one.panel == name and one.symbol]
            ax.text(0.5, 0.0, "\n".join(shown), transform=ax.transAxes, ha="center", va="top", fontsize=8, linespacing=1.5)
        handles = [axes[0].plot([], [], **ink, label=label)[0] for ink, label in plot.INKS]
        figure.legend(handles=handles, loc="outside upper center", ncols=3)
    return figure
