"""Figure 1 of Goodfellow et al. 2014, every panel from a real, saved training state, with the caption's claims measured.

The paper's caption: D (blue, dashed) tells p_data (black, dotted) from p_g (green, solid). The lower line is z, sampled uniformly; the
line above it is x; arrows show x = G(z). (a) near convergence, D partially accurate; (b) D trained to D*; (c) after an update of G,
whose samples the gradient of D has moved toward regions more likely to be classified as data; (d) p_g = p_data, D = ½.
"""

from dataclasses import dataclass
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from gantheory import plot
from gantheory.divergences import total_variation
from gantheory.estimate import Divergent
from gantheory.experiments import goodfellow2014 as experiment
from gantheory.measurement import Measurement, measure
from gantheory.minimax import logit_of, optimal_discriminator
from gantheory.precision import in_float64, promoted
from gantheory.reproductions.claims import Claim
from gantheory.run import Run

NAME = "goodfellow2014-fig1"
TITLE = "Figure 1 of Goodfellow et al. 2014, four panels from one training"
HALF_WIDTH, MASS_LEFT_OUT = 0.2, 0.02  # of the neighbourhoods of p_g's breakpoints: at most, in all


@dataclass(frozen=True)
class Disagreement:
    """How far D is from D* on the line, outside neighbourhoods of p_g's breakpoints, where D* jumps and no continuous D can follow."""

    sup: float
    at: float
    neighbourhoods: list[tuple[float, float]]
    mass_left_out: float  # of p_data + p_g, whose whole mass is 2


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
    apart = {name: disagreement(state) for name, state in states.items()}
    floor = experiment.floor(seed, lengths)
    least = 0.5 * measure(floor.p_data, floor.p_g, floor.discriminator).two_jsd
    movement = _movement(b, c)
    claims = _claims(measured, apart, movement, d)
    numbers = {
        "panels": {name: _numbers(measured[name], apart[name]) for name in states},
        "movement": movement,
        "floor": {"jsd": least.value, "error": least.error, "ratio": float(0.5 * measured["d"].two_jsd) / float(least)},
        "settings": {name: state.settings for name, state in states.items()},
    }
    return draw(states, claims), numbers, claims, saved


def disagreement(state: Run) -> Disagreement:
    """sup |D - D*| over the line. Around each breakpoint of p_g is left out as much as holds its share of MASS_LEFT_OUT."""
    p, q = state.p_data, state.p_g
    share = MASS_LEFT_OUT / len(q.breakpoints)
    widths = np.linspace(0, HALF_WIDTH, 2001)
    left_out, mass = [], 0.0
    for at in q.breakpoints:
        around = sum(density.cdf(at + widths) - density.cdf(at - widths) for density in (p, q))
        width = widths[np.searchsorted(around, share, side="right") - 1]
        left_out.append((float(at - width), float(at + width)))
        mass += float(np.interp(width, widths, around))
    x = np.linspace(-12, 12, 480_001)
    gap = np.abs(_sigmoid(logit_of(state.discriminator)(x)) - optimal_discriminator(p, q)(x))
    gap[np.any([(low <= x) & (x <= high) for low, high in left_out], axis=0)] = 0
    return Disagreement(float(gap.max()), float(x[gap.argmax()]), left_out, mass)


def _sigmoid(logit):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-logit))


@in_float64
def _movement(b: Run, c: Run) -> dict[str, float]:
    """How x = G(z) moved from (b) to (c), against the gradient of D's log-probability of data, at equally spaced z."""
    z = jnp.asarray(experiment.FULL_BATCH)
    before, after = (np.asarray(jax.vmap(promoted(state.generator))(z)) for state in (b, c))
    d = promoted(b.discriminator)
    step, slope = after - before, np.asarray(jax.vmap(jax.grad(d))(jnp.asarray(before)))
    climb = np.asarray(jax.vmap(jax.grad(lambda x: jax.nn.log_sigmoid(d.logit(x))))(jnp.asarray(before)))
    along = step * slope
    return {
        "median_step": float(np.median(np.abs(step))),
        "mean_step_times_gradient": float(np.mean(step * climb)),
        "aligned_share": float(along[along > 0].sum() / np.abs(along).sum()),
    }


def _claims(measured: dict[str, Measurement], apart: dict[str, Disagreement], movement, d: Run) -> list[Claim]:
    jsd = {name: 0.5 * m.two_jsd for name, m in measured.items()}
    mean = 0.5 * total_variation(d.p_data, d.p_g)
    jsd_, gap_, sup_ = r"$\mathrm{JSD}(p_\mathrm{data}, p_g)$", r"$C(G) - V(G, D)$", r"$\sup\,|D - D^*|$"
    gap_ratio = float(measured["a"].discriminator_gap) / float(measured["b"].discriminator_gap)
    return [
        Claim("a", "JSD(p_data, p_g)", jsd["a"], ">=", 0.02, jsd_),
        Claim("a", "sup |D - D*|", apart["a"].sup, ">=", 0.1, sup_),
        Claim("a", "discriminator's gap", measured["a"].discriminator_gap, ">=", 5e-3, gap_),
        Claim("a", "discriminator's gap over (b)'s", gap_ratio, ">=", 5),
        Claim("b", "JSD(p_data, p_g) less (a)'s", jsd["b"] - jsd["a"], "==", 0.0),
        Claim("b", "sup |D - D*|", apart["b"].sup, "<=", 0.03, sup_),
        Claim("b", "mass of p_data + p_g left out of the sup", apart["b"].mass_left_out, "<=", MASS_LEFT_OUT, "mass left out of it"),
        Claim("b", "discriminator's gap", measured["b"].discriminator_gap, "<=", 1e-3, gap_),
        Claim("c", "JSD(p_data, p_g)", jsd["c"], "<", float(jsd["a"]), jsd_),
        Claim("c", "median |Δx|", movement["median_step"], ">=", 0.05, r"median $|\Delta x|$"),
        Claim("c", "mean Δx ∂x log D", movement["mean_step_times_gradient"], ">", 0.0, r"mean $\Delta x\,\partial_x \log D$"),
        Claim("c", "share of |Δx D'| that is aligned", movement["aligned_share"], ">=", 0.8, r"share of $|\Delta x\,D'|$ aligned"),
        Claim("d", "JSD(p_data, p_g)", jsd["d"], "<=", 2.5e-3, jsd_),
        Claim("d", "discriminator's gap", measured["d"].discriminator_gap, "<=", 1e-3, gap_),
        Claim("d", "mean |D* - ½|", mean, "<=", 0.03, r"mean $|D^* - \frac{1}{2}|$"),
    ]


def _numbers(m: Measurement, apart: Disagreement) -> dict:
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
            D = _sigmoid(logit_of(state.discriminator)(x))
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
