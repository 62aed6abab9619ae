"""C(G) → -log 4 as p_g → p_data, three ways: along analytic paths, along a real training run, and in function space (Proposition 2)."""

from pathlib import Path

import numpy as np

from gantheory import plot
from gantheory.distributions import Normal
from gantheory.experiments import goodfellow2014 as experiment
from gantheory.game.proposition2 import functional_descent
from gantheory.measurement.divergences import jsd, kl
from gantheory.reproductions.claims import Claim
from gantheory.training.run import Run, load

NAME = "convergence"
TITLE = "C(G) → -log 4 along analytic paths, along a training run, and in function space"
P_DATA = Normal(0.0, 1.0)
SHIFTS = 2.0 ** -np.arange(-2, 8)  # N(d, 1), d → 0
SCALES = 2.0 ** -np.arange(-2, 8)  # N(0, (1+e)²), e → 0
STEPS = 24


def reproduce(seed: int, runs: Path, progress=None, lengths: experiment.Lengths = experiment.FULL):
    """Take Figure 1's run if it is there, else train it; measure and draw. Returns (figure, numbers, claims, files)."""
    run = _figure1_run(seed, runs.parent / "goodfellow2014-fig1", progress, lengths)
    shifted = [2 * jsd(P_DATA, Normal(d, 1.0)) for d in SHIFTS]
    scaled = [2 * jsd(P_DATA, Normal(0.0, 1.0 + e)) for e in SCALES]
    start = Normal(2.0, 0.7)
    two_jsd, error, n = functional_descent(P_DATA, start, STEPS)
    bound = float(kl(P_DATA, start)) / np.maximum(n, 1)
    final = run.history[-1].measured
    closing = final.two_jsd - final.discriminator_gap
    slope = np.log2(shifted[-2].value / shifted[-1].value)
    excess = [(float(s) / (d * d / 4) - 1) / (d * d) for s, d in zip(shifted, SHIFTS, strict=True)]
    claims = [
        Claim("analytic", "order of 2 JSD(N(0,1), N(d,1)) in d, less 2", abs(float(slope) - 2), "<=", 1e-3),
        Claim("analytic", "(2 JSD/(d²/4) - 1)/d² + 1/8 at the smallest d", abs(excess[-1] + 1 / 8), "<=", 1e-3),
        Claim("training", "V + log 4 - (2 JSD - discriminator's gap)", final.value + float(np.log(4)) - closing, "==", 0.0),
        Claim("training", "2 JSD at the end over its start", float(final.two_jsd) / float(run.history[0].measured.two_jsd), "<=", 0.1),
        Claim("function space", "largest ratio of 2 JSD to KL(p_data‖p_0)/n", float(np.max(two_jsd[1:] / bound[1:])), "<=", 1.0),
        Claim("function space", "2 JSD after the last step", float(two_jsd[-1] + error[-1]), "<=", 1e-12),
        Claim("function space", "largest increase of 2 JSD in a step", float(np.max(np.diff(two_jsd) - error[1:])), "<=", 0.0),
    ]
    numbers = {
        "analytic": {
            "shift": [{"d": float(d), "two_jsd": s.value, "error": s.error} for d, s in zip(SHIFTS, shifted, strict=True)],
            "scale": [{"e": float(e), "two_jsd": s.value, "error": s.error} for e, s in zip(SCALES, scaled, strict=True)],
        },
        "function_space": [{"n": int(i), "two_jsd": float(v), "error": float(e)} for i, v, e in zip(n, two_jsd, error, strict=True)],
        "training": {"steps": run.column("step"), "two_jsd": run.column("two_jsd"), "discriminator_gap": run.column("discriminator_gap")},
    }
    return draw(shifted, scaled, run, n, two_jsd, bound), numbers, claims, []


def _figure1_run(seed: int, saved: Path, progress, lengths) -> Run:
    try:
        run = load(saved)
        if run.settings["seed"] == seed + experiment.CARRIED_ON and run.settings["steps"] == lengths.main:
            return run
    except ValueError:
        pass  # not there, or not whole: train it
    return experiment.panel_d(experiment.panel_a(seed, lengths, progress), seed, lengths, progress).finished()


def draw(shifted, scaled, run: Run, n, two_jsd, bound):
    with plot.style():
        figure = plot.figure(10.2, 3.1)
        left, middle, right = figure.subplots(1, 3)

        left.loglog(SHIFTS, [float(s) for s in shifted], "o", color="black", markersize=3.5, label=r"$\mathcal{N}(d, 1)$")
        left.loglog(
            SCALES,
            [float(s) for s in scaled],
            "s",
            color="black",
            markerfacecolor="white",
            markersize=3.5,
            label=r"$\mathcal{N}(0, (1+d)^2)$",
        )
        left.loglog(SHIFTS, SHIFTS**2 / 4, color="black", linewidth=0.7, label=r"$d^2/4$")
        left.loglog(SCALES, SCALES**2 / 2, color="black", linewidth=0.7, linestyle=":", label=r"$d^2/2$")
        left.set_xlabel("$d$")
        left.set_ylabel(r"$C(G) + \log 4 = 2\,\mathrm{JSD}$  (nats)")
        left.set_title(r"analytic paths $p_t \to p_\mathrm{data}$")
        left.legend(loc="lower right")

        steps = np.array(run.column("step"))
        criterion, value = np.array(run.column("criterion")), np.array(run.column("value"))
        minimum = -np.log(4)
        middle.fill_between(steps, minimum, criterion, color=plot.GENERATOR_GAP, linewidth=0, label="generator's gap, 2 JSD")
        middle.fill_between(steps, value, criterion, color=plot.DISCRIMINATOR_GAP, linewidth=0, label="discriminator's gap", alpha=0.8)
        middle.plot(steps, criterion, color=plot.GENERATED["color"], linewidth=1.1, label="$C(G)$")
        middle.plot(steps, value, color=plot.DISCRIMINATOR["color"], linewidth=1.1, label="$V(G, D)$")
        middle.axhline(minimum, color="black", linewidth=0.7, linestyle=":")
        middle.text(steps[-1], minimum, r"$-\log 4$ ", ha="right", va="top", fontsize=8)
        middle.set_ylim(minimum - 0.006, minimum + 0.022)
        middle.set_xlim(0, steps[-1])
        middle.set_xlabel("iteration of Algorithm 1")
        middle.set_title("a training run")
        middle.legend(loc="upper right")

        right.semilogy(n, two_jsd, "o-", color=plot.GENERATED["color"], markersize=3, linewidth=0.9, label=r"$C(p_n) + \log 4$")
        right.semilogy(n[1:], bound[1:], color="black", linewidth=0.7, label=r"$\mathrm{KL}(p_\mathrm{data}\,\Vert\,p_0)/n$")
        right.set_xlabel("$n$")
        right.set_title(r"function space, $p_{n+1} \propto p_n/(1 - D^*_n)$")
        right.legend(loc="lower left")
    return figure
