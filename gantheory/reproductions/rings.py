"""Rings of eight Gaussians (Metz et al. 2017; Lin et al. 2018): which recipes find every mode, and how far p_g is from p_data even so."""

from pathlib import Path

import numpy as np

from gantheory import plot
from gantheory.base.estimate import Estimate
from gantheory.experiments import rings as experiment
from gantheory.measurement.cells import WITHIN
from gantheory.measurement.maps import maps
from gantheory.reproductions.claims import Claim
from gantheory.training.run import Run

NAME = "rings"
TITLE = "Rings of eight Gaussians: modes found, lost, and what p_g does between them"
PERFECT = 1 - np.exp(-(WITHIN**2) / 2)  # of a perfect sampler's points lie within 3 sd of a mode
COLUMNS = {
    "modes": "modes found",
    "share": "share within 3 sd of a mode",
    "reverse_kl": "reverse KL over modes",
    "two_jsd": r"$\mathrm{JSD}(p_\mathrm{data}, p_g)$",
}


def reproduce(seed: int, runs: Path, progress=None, steps: int | None = None):
    """Train, save, measure and draw, seeds 10 · ``seed`` and on. Returns (figure, numbers, claims, files)."""
    seeds = range(experiment.SEEDS * seed, experiment.SEEDS * (seed + 1))
    played = {name: experiment.play(name, seeds, progress=progress, steps=steps) for name in experiment.RECIPES}
    saved = [run.save(runs / name / str(run.settings["seed"])) / "run.json" for name, own in played.items() for run in own]
    found = {name: [float(measured(run, "modes")) for run in own] for name, own in played.items()}
    whole = {name: sum(count == 8 for count in counts) for name, counts in found.items()}
    claims = [
        Claim("R1", f"seeds of {len(seeds)} with all 8 modes", whole["r1"], ">=", 8),
        Claim("plain", f"seeds of {len(seeds)} with all 8 modes", whole["plain"], "<=", 2),
        Claim("packs of 2", "modes found, all seeds, less those without packing", sum(found["packed2"]) - sum(found["packed1"]), ">=", 0),
    ]
    numbers = {
        name: {
            "title": experiment.RECIPES[name].title,
            "settings": own[0].settings,
            "seeds": [
                {"seed": run.settings["seed"], **{name: [float(m), m.error] for name, m in run.history[-1].measured.items()}} for run in own
            ],
        }
        for name, own in played.items()
    }
    return draw(played), {"perfect_share": float(PERFECT), "recipes": numbers}, claims, saved


def measured(run: Run, name: str) -> Estimate:
    return getattr(run.history[-1].measured, name)


def draw(played: dict[str, list[Run]]):
    with plot.style():
        figure = plot.figure(10.2, 8.2)
        top, numbers, judged = np.asarray(figure.subfigures(3, 1, height_ratios=(1, 1.05, 1)))
        for ax, (name, own) in zip(top.subplots(1, len(played)), played.items(), strict=True):
            seen = maps(own[0].p_data, own[0].p_g)
            plot.masses(ax, seen.edges, seen.of_g, experiment.RECIPES[name].title)
        top.supylabel("$p_g$, first seed", fontsize=9)
        for ax, (column, label) in zip(numbers.subplots(1, len(COLUMNS)), COLUMNS.items(), strict=True):
            for place, own in enumerate(played.values()):
                values = np.array([float(measured(run, column)) for run in own]) / (2 if column == "two_jsd" else 1)
                spread = np.linspace(-0.3, 0.3, len(values)) if len(values) > 1 else 0.0
                ax.plot(place + spread, values, "o", color=plot.GENERATED["color"], markersize=3)
            ax.set_title(label)
            ax.set_xticks(range(len(played)), ["plain", "pack 1", "pack 2", "pack 4", "R1"][: len(played)])
            ax.set_ylim(0, 1.05 if column == "share" else None)
            if column == "share":
                ax.axhline(PERFECT, color="black", linewidth=0.7, linestyle=":")
            if column == "two_jsd":
                ax.axhline(np.log(2), color="black", linewidth=0.7, linestyle=":")
                ax.text(len(played) - 0.5, np.log(2), "log 2", ha="right", va="bottom", fontsize=8)
        seen = maps(played["r1"][0].p_data, played["r1"][0].p_g, played["r1"][0].discriminator)
        plot.judgements(judged, judged.subplots(1, 3), seen.edges, seen.discriminator, seen.optimal)
        judged.supylabel("R1, first seed", fontsize=9)
    return figure
