"""Figure 1 of Goodfellow et al. 2014, every panel from a real, saved training state, with the caption's claims measured.

The paper's caption: D (blue, dashed) tells p_data (black, dotted) from p_g (green, solid). The lower line is z, sampled uniformly; the
line above it is x; arrows show x = G(z). (a) near convergence, D partially accurate; (b) D trained to D*; (c) after an update of G,
whose samples the gradient of D has moved toward regions more likely to be classified as data; (d) p_g = p_data, D = ½.
"""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from gantheory import plot, rigorous
from gantheory.base.estimate import Divergent, Enclosure, Undecided
from gantheory.base.precision import promoted
from gantheory.experiments import goodfellow2014 as experiment
from gantheory.measurement.divergences import total_variation
from gantheory.measurement.minimax import logit_of, sigmoid
from gantheory.measurement.state import Measurement, measure
from gantheory.reproductions.claims import Claim
from gantheory.training.run import Run

NAME = "goodfellow2014-fig1"
TITLE = "Figure 1 of Goodfellow et al. 2014, four panels from one training"


def reproduce(seed: int, runs: Path, progress=None, lengths: experiment.Lengths = experiment.FULL):
    """Train, save the four states under ``runs``, measure and draw. Returns (figure, numbers, claims, files)."""
    a = experiment.panel_a(seed, lengths, progress)
    b = experiment.panel_b(a, lengths)
    c = experiment.panel_c(b, lengths)
    d = experiment.panel_d(a, seed, lengths, progress)
    states = {"a": a, "b": b, "c": c, "d": d}
    saved = [state.save(runs if name == "d" else runs / name) / "run.json" for name, state in states.items()]
    d.finished()
    measured = {name: measure(state.p_data, state.p_g, state.discriminator) for name, state in states.items()}
    apart = {name: experiment.disagreement(state) for name, state in states.items()}
    floor = experiment.floor(seed, lengths)
    least = 0.5 * measure(floor.p_data, floor.p_g, floor.discriminator).two_jsd
    moved = experiment.movement(b, c)
    claims = _claims(measured, apart, moved, d)
    numbers = {
        "panels": {name: _numbers(measured[name], apart[name]) for name in states},
        "jsd_of_d_proved": _proved(rigorous.jsd(d.p_data, d.p_g, digits=9)),
        "movement": moved,
        "floor": {"jsd": least.value, "error": least.error, "ratio": float(0.5 * measured["d"].two_jsd) / float(least)},
        "settings": {name: state.settings for name, state in states.items()},
    }
    return draw(states, claims), numbers, claims, saved


def _proved(found: Enclosure | Undecided) -> dict[str, str]:
    """Two decimals between which the number is proved to lie; or, as of a G that folds, why there are none."""
    return {"undecided": found.why} if isinstance(found, Undecided) else dict(zip(("lower", "upper"), found.in_decimals(10), strict=True))


def _claims(measured: dict[str, Measurement], apart: dict[str, experiment.Disagreement], moved: dict[str, float], d: Run) -> list[Claim]:
    jsd = {name: 0.5 * m.two_jsd for name, m in measured.items()}
    mean = 0.5 * total_variation(d.p_data, d.p_g)
    jsd_, gap_, sup_ = r"$\mathrm{JSD}(p_\mathrm{data}, p_g)$", r"$C(G) - V(G, D)$", r"$\sup\,|D - D^*|$"
    left_out, gap_ratio = apart["b"].mass_left_out, float(measured["a"].discriminator_gap) / float(measured["b"].discriminator_gap)
    return [
        Claim("a", "JSD(p_data, p_g)", jsd["a"], ">=", 0.02, jsd_),
        Claim("a", "sup |D - D*|", apart["a"].sup, ">=", 0.1, sup_),
        Claim("a", "discriminator's gap", measured["a"].discriminator_gap, ">=", 5e-3, gap_),
        Claim("a", "discriminator's gap over (b)'s", gap_ratio, ">=", 5),
        Claim("b", "JSD(p_data, p_g) less (a)'s", jsd["b"] - jsd["a"], "==", 0.0),
        Claim("b", "sup |D - D*|", apart["b"].sup, "<=", 0.03, sup_),
        Claim("b", "mass of p_data + p_g left out of the sup", left_out, "<=", experiment.MASS_LEFT_OUT, "mass left out of it"),
        Claim("b", "discriminator's gap", measured["b"].discriminator_gap, "<=", 1e-3, gap_),
        Claim("c", "JSD(p_data, p_g)", jsd["c"], "<", float(jsd["a"]), jsd_),
        Claim("c", "median |Δx|", moved["median_step"], ">=", 0.05, r"median $|\Delta x|$"),
        Claim("c", "mean Δx ∂x log D", moved["mean_step_times_gradient"], ">", 0.0, r"mean $\Delta x\,\partial_x \log D$"),
        Claim("c", "share of |Δx D'| that is aligned", moved["aligned_share"], ">=", 0.8, r"share of $|\Delta x\,D'|$ aligned"),
        Claim("d", "JSD(p_data, p_g)", jsd["d"], "<=", 2.5e-3, jsd_),
        Claim("d", "discriminator's gap", measured["d"].discriminator_gap, "<=", 1e-3, gap_),
        Claim("d", "mean |D* - ½|", mean, "<=", 0.03, r"mean $|D^* - \frac{1}{2}|$"),
    ]


def _numbers(m: Measurement, apart: experiment.Disagreement) -> dict:
    exact = {name: {"infinite": q.reason} if isinstance(q, Divergent) else {"value": q.value, "error": q.error} for name, q in m.items()}
    return {**exact, "sup_D_minus_D*": vars(apart)}


def draw(states: dict[str, Run], claims: list[Claim]):
    """The four panels in a row, in the paper's inks, with each one's measured properties below it."""
    with plot.style():
        figure = plot.figure(10.2, 3.3)
        axes = figure.subplots(1, 4)
        z = np.linspace(-1, 1, 25)
        for ax, (name, state) in zip(axes, states.items(), strict=True):
            x = plot.on_grid(-4, 4, state.p_g.breakpoints)
            D = sigmoid(logit_of(state.discriminator)(x))
            plot.game(ax, x, state.p_data.prob(x), state.p_g.prob(x), D, below=-0.62)
            with jax.enable_x64(True):
                image = np.asarray(jax.vmap(promoted(state.generator))(jnp.asarray(z)))
            plot.mapping(ax, z, image, z_line=-0.52, x_line=-0.12)
            ax.set_axis_off()
            ax.set_title(f"({name})")
            shown = [claim.drawn() for claim in claims if claim.panel == name and claim.symbol]
            ax.text(0.5, 0.0, "\n".join(shown), transform=ax.transAxes, ha="center", va="top", fontsize=8, linespacing=1.5)
        handles = [axes[0].plot([], [], **ink, label=label)[0] for ink, label in INKS]
        figure.legend(handles=handles, loc="outside upper center", ncols=3)
    return figure


INKS = ((plot.DISCRIMINATOR, "$D(x)$"), (plot.DATA, r"$p_\mathrm{data}(x)$"), (plot.GENERATED, r"$p_g(x)$, exact"))
