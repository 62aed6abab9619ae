"""What a finished run has to say: its figure and its numbers, in a folder beside it."""

import html
from pathlib import Path

import numpy as np

from gantheory import plot
from gantheory.empirical import HeldOut
from gantheory.estimate import Divergent, Measured
from gantheory.files import write, write_record
from gantheory.measurement import measure
from gantheory.minimax import LOG4, logit_of, optimal_discriminator
from gantheory.run import Run


def write_report(
    run: Run, folder: Path, held_out: np.ndarray | None = None, judged: HeldOut | None = None, data: dict | None = None
) -> dict:
    """Save the run, draw it, and write report.json last. Returns what report.json holds."""
    run.save(folder)
    measured = measure(run.p_data, run.p_g, run.discriminator)
    drawn = plot.save(run_figure(run, held_out), folder / "training")
    record = {
        "kind": "gantheory report",
        "stopped": run.stopped,
        "data": data,
        "measured": {name: _plain(quantity) for name, quantity in measured.items()},
        "held_out": judged._asdict() if judged else None,
        "atoms_of_p_g": run.p_g.atoms,
        "support_of_p_g": [None if np.isinf(end) else end for end in run.p_g.support],
    }
    write_record(folder / "report.json", record, [folder / "run.json", *drawn])
    return record


PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 16px/1.5 Georgia, serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #111; background: #fff }}
table {{ border-collapse: collapse; margin: 1rem 0 }}
td, th {{ text-align: left; padding: .15rem 1.2rem .15rem 0; border-bottom: 1px solid #ddd }}
svg {{ width: 100%; height: auto }} pre {{ white-space: pre-wrap }}
</style>
<h1>{title}</h1>
<p>{p_data}, against the exact law of G(z), z from {latent}. {ended}</p>
<figure role="img" aria-label="The densities, D and D* at the end; the two gaps along the run.">{figure}</figure>
<h2>At the end, in nats</h2>
<table><tr><th>quantity</th><th>value ± error</th></tr>{rows}</table>
<p>V(G, D) + log 4 is the generator's gap, 2 JSD, less the discriminator's gap. V near -log 4 alone shows nothing.</p>
<h2>Settings</h2>
<table>{settings}</table>
</html>
"""


LABELS = {
    "value": "V(G, D)",
    "criterion": "C(G) = max over D of V(G, D)",
    "two_jsd": "2 JSD(p_data, p_g) = C(G) + log 4",
    "discriminator_gap": "C(G) - V(G, D)",
    "kl_data_g": "KL(p_data‖p_g)",
    "kl_g_data": "KL(p_g‖p_data)",
}


def write_page(run: Run, folder: Path) -> Path:
    """A page of a run whose report is in ``folder``, complete in itself: report.html."""
    figure = (folder / "training.svg").read_text()
    measured = measure(run.p_data, run.p_g, run.discriminator)
    page = PAGE.format(
        title="A run of Algorithm 1",
        p_data=html.escape(str(run.settings.get("p_data") or run.settings.get("data") or type(run.p_data).__name__)),
        latent=html.escape(str(run.settings.get("latent") or type(run.latent).__name__)),
        ended=html.escape(f"It ended early: {run.stopped}." if run.stopped else ""),
        figure=figure[figure.index("<svg") :],
        rows=_rows((LABELS[name], quantity) for name, quantity in measured.items()),
        settings=_rows((name, setting) for name, setting in run.settings.items() if setting is not None),
    )
    write(folder / "report.html", page)
    return folder / "report.html"


def _rows(pairs) -> str:
    return "".join(f"<tr><td>{html.escape(str(one))}</td><td>{html.escape(str(other))}</td></tr>" for one, other in pairs)


def _plain(quantity: Measured) -> dict:
    return {"infinite": quantity.reason} if isinstance(quantity, Divergent) else {"value": quantity.value, "error": quantity.error}


def run_figure(run: Run, held_out: np.ndarray | None = None):
    """Left: the densities, D and D* at the end, with held-out rows as ticks. Right: the two gaps along the run."""
    with plot.style():
        figure = plot.figure(8.6, 3.1)
        left, right = figure.subplots(1, 2)
        low, high = run.p_data.quantile([0.005, 0.995])
        margin = 0.35 * (high - low)
        x = plot.on_grid(low - margin, high + margin, run.p_g.breakpoints)
        p, q = run.p_data.prob(x), run.p_g.prob(x)
        height = 1.25 * p.max()
        left.plot(x, p, **plot.DATA, label=r"$p_\mathrm{data}$")
        left.plot(x, np.minimum(q, height), **plot.GENERATED, label="$p_g$, exact")
        left.set_ylim(0, height)
        left.set_xlim(x[0], x[-1])
        left.set_xlabel("$x$")
        if held_out is not None:
            left.plot(held_out, np.zeros(len(held_out)), "|", color="black", markersize=7, markeredgewidth=0.6, clip_on=False)
        probability = left.twinx()
        probability.spines["right"].set_visible(True)
        probability.plot(x, 1 / (1 + np.exp(-logit_of(run.discriminator)(x))), **plot.DISCRIMINATOR)
        probability.plot(x, optimal_discriminator(run.p_data, run.p_g)(x), **plot.OPTIMAL)
        probability.set_ylim(0, 1)
        probability.set_ylabel("probability of being data")
        inks = ((plot.DISCRIMINATOR, "$D$"), (plot.OPTIMAL, "$D^*$"))
        handles = [*left.get_lines()[:2], *(left.plot([], [], **ink, label=label)[0] for ink, label in inks)]
        figure.legend(handles=handles, loc="outside upper center", ncols=4)

        steps, two_jsd, gap = (np.array(run.column(name)) for name in ("step", "two_jsd", "discriminator_gap"))
        right.semilogy(steps, two_jsd, color=plot.GENERATED["color"], linewidth=1.1, label=r"$C(G) + \log 4 = 2\,\mathrm{JSD}$")
        right.semilogy(steps, gap, color=plot.DISCRIMINATOR["color"], linewidth=1.1, label="$C(G) - V(G, D)$")
        right.semilogy(steps, np.abs(np.array(run.column("value")) + LOG4), color="0.6", linewidth=0.8, label=r"$|V(G, D) + \log 4|$")
        right.set_xlabel("iteration of Algorithm 1")
        right.set_ylabel("nats")
        right.legend(loc="best")
    return figure
