"""The counter-example that justifies the toolkit: V on -log 4, D near ½, and p_g far from p_data."""

import itertools
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from gantheory import plot
from gantheory.base.precision import promoted
from gantheory.experiments import looks_converged as experiment
from gantheory.measurement.minimax import LOG4, logit_of, sigmoid
from gantheory.measurement.state import measure
from gantheory.reproductions.claims import Claim
from gantheory.training.run import Run

NAME = "looks-converged"
TITLE = "A GAN with V on -log 4 and D near ½ whose p_g is far from p_data"


def reproduce(seed: int, runs: Path, progress=None, steps: int = experiment.STEPS):
    """Train, save, measure and draw. Returns (figure, numbers, claims, files)."""
    run = experiment.run(seed, progress, steps)
    saved = [run.save(runs) / "run.json"]
    run.finished()
    final = measure(run.p_data, run.p_g, run.discriminator)
    centre, sd = float(experiment.P_DATA.loc), float(experiment.P_DATA.scale)
    x = np.linspace(centre - 2 * sd, centre + 2 * sd, 4001)
    from_half = float(np.abs(sigmoid(logit_of(run.discriminator)(x)) - 0.5).max())
    folds = sum(one.increasing != two.increasing for one, two in itertools.pairwise(run.p_g.branches))
    claims = [
        Claim("looks", "|V + log 4|", abs(float(final.value) + LOG4), "<=", 0.01),
        Claim("looks", "sup |D - ½| within two sd of the data", from_half, "<=", 0.05),
        Claim("is", "2 JSD(p_data, p_g)", final.two_jsd, ">=", 0.1),
        Claim("is", "folds of G", folds, ">=", 1),
    ]
    numbers = {
        "final": {"value": float(final.value), "two_jsd": float(final.two_jsd), "discriminator_gap": float(final.discriminator_gap)},
        "folds_at": [float(branch.z[0]) for branch in run.p_g.branches[1:]],
        "settings": run.settings,
    }
    return draw(run), numbers, claims, saved


def draw(run: Run):
    with plot.style():
        figure = plot.figure(10.2, 3.1)
        left, middle, right = figure.subplots(1, 3)
        centre, sd = float(experiment.P_DATA.loc), float(experiment.P_DATA.scale)
        x = plot.on_grid(centre - 4 * sd, centre + 4 * sd, run.p_g.breakpoints, 8001)
        D = sigmoid(logit_of(run.discriminator)(x))
        top = 2.2
        left.fill_between(x, np.minimum(run.p_g.prob(x), top), color=plot.GENERATOR_GAP, linewidth=0)
        for curve, ink, label in (
            (run.p_g.prob(x), plot.GENERATED, "$p_g$, exact"),
            (run.p_data.prob(x), plot.DATA, r"$p_\mathrm{data}$"),
            (D, plot.DISCRIMINATOR, "$D$"),
        ):
            left.plot(x, curve, **ink, label=label)
        left.set_ylim(0, top)
        left.set_xlim(x[0], x[-1])
        left.set_xlabel("$x$")
        left.set_title(r"$D \approx \frac{1}{2}$, and $p_g$ is not $p_\mathrm{data}$")
        left.legend(loc="upper right")

        z = np.linspace(-1, 1, 2001)
        with jax.enable_x64(True):
            image = np.asarray(jax.vmap(promoted(run.generator))(jnp.asarray(z)))
        middle.plot(z, image, color="black", linewidth=1.1)
        folds = [(float(b.z[0]), float(b.x[0])) for b in run.p_g.branches[1:]]
        if folds:
            middle.plot(*np.transpose(folds), "o", color=plot.OPTIMAL["color"], markersize=4, label="$G' = 0$: a spike of $p_g$")
            middle.legend(loc="best")
        middle.set_xlabel("$z$")
        middle.set_ylabel("$x = G(z)$")
        middle.set_title("the generator folds")

        steps = run.column("step")
        right.semilogy(steps, run.column("two_jsd"), color=plot.GENERATED["color"], linewidth=1.1, label=r"$2\,\mathrm{JSD}$, exact")
        right.semilogy(
            steps,
            np.abs(np.array(run.column("value")) + LOG4),
            color=plot.DISCRIMINATOR["color"],
            linewidth=0.8,
            label=r"$|V(G, D) + \log 4|$",
        )
        right.set_xlim(0, steps[-1])
        right.set_ylim(1e-4, 20)
        right.set_xlabel("iteration")
        right.set_title("what is watched, and what is so")
        right.legend(loc="upper right")
    return figure
