"""The final JSD of a training split into what finite k, finite batch and D's finite capacity cost: a figure and a table."""

from pathlib import Path

import numpy as np

from gantheory import plot
from gantheory.experiments import oracles as experiment
from gantheory.measurement.divergences import jsd
from gantheory.reproductions.claims import Claim, number_drawn
from gantheory.training.run import Run

NAME = "oracles"
TITLE = "What finite k, finite batch and finite capacity of D each cost G"
INKS = {"k": "#1f3fd0", "batch": "#c78a1e", "capacity": "#c0392b"}


def label(limits: frozenset[str]) -> str:
    if "capacity" not in limits:
        return "$D^*$" + (", samples" if "batch" in limits else ", integrals")
    k = experiment.K if "k" in limits else experiment.MANY
    return f"$D$, $k = {k}$" + (", samples" if "batch" in limits else ", integrals")


def reproduce(seed: int, runs: Path, progress=None, steps: int = experiment.STEPS, floor: int = experiment.FLOOR):
    """Train, save, measure and draw. Returns (figure, numbers, claims, files)."""
    played, saved = {}, []
    for limits in experiment.trainings():
        run = experiment.play(limits, seed, progress, steps)
        saved.append(run.save(runs / ("-".join(sorted(limits)) or "none")) / "run.json")
        played[limits] = run.finished()
    worth = {limits: run.history[-1].measured.two_jsd.value / 2 for limits, run in played.items()}
    parts = experiment.shapley(worth)
    best = experiment.floor(seed, floor)
    saved.append(best.save(runs / "floor") / "run.json")
    least = jsd(best.p_data, best.p_g)
    none, everything = frozenset(), frozenset(experiment.LIMITS)
    claims = [
        Claim("D*, integrals", "JSD(p_data, p_g)", worth[none], "<=", 5e-4),
        Claim("split", "JSD with all limits less JSD with none", worth[everything] - worth[none], ">", 0),
        Claim("split", "|sum of the parts less that|", abs(sum(parts.values()) - worth[everything] + worth[none]), "<=", 1e-12),
        Claim("floor", "JSD found by L-BFGS less JSD with no limits", least - worth[none], "<", 0),
    ]
    numbers = {
        "jsd": {"+".join(sorted(limits)) or "none": {"label": label(limits), "value": value} for limits, value in worth.items()},
        "shapley": parts,
        "floor": {"value": least.value, "error": least.error},
        "settings": played[everything].settings,
    }
    return draw(played, parts, worth[none], least.value), numbers, claims, saved


def draw(played: dict[frozenset[str], Run], parts: dict[str, float], own: float, floor: float):
    with plot.style():
        figure = plot.figure(9.2, 3.4)
        left, right = figure.subplots(1, 2, width_ratios=(1.5, 1))
        for limits, run in played.items():
            ink = INKS["k"] if "k" in limits else INKS["capacity"] if "capacity" in limits else plot.GENERATED["color"]
            dashes = "--" if "batch" in limits else "-"
            left.semilogy(
                run.column("step"), np.array(run.column("two_jsd")) / 2, color=ink, linestyle=dashes, linewidth=1.2, label=label(limits)
            )
        left.axhline(floor, color="black", linewidth=0.8, linestyle=":", label="least found for such a $G$")
        left.set_xlabel("iteration of Algorithm 1")
        left.set_ylabel(r"$\mathrm{JSD}(p_\mathrm{data}, p_g)$, exact (nats)")
        left.set_title("one limit lifted after another")
        left.legend(loc="upper right", ncols=2)
        left.set_ylim(floor / 2, 3)
        names = {"G's own": own, "finite k": parts["k"], "finite batch": parts["batch"], "D's capacity": parts["capacity"]}
        inks = [plot.GENERATED["color"], *(INKS[limit] for limit in experiment.LIMITS)]
        right.bar(range(len(names)), list(names.values()), color=inks, width=0.6)
        for place, value in enumerate(names.values()):
            right.text(place, value, number_drawn(value), ha="center", va="bottom" if value >= 0 else "top", fontsize=8)
        right.axhline(0, **plot.LINE)
        right.set_xticks(range(len(names)), list(names))
        right.set_ylabel("nats")
        right.set_title("the final JSD, split (Shapley values)")
        right.margins(y=0.15)
    return figure
