"""What a finished run has to say: its figure and its numbers, in files beside it."""

import html
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from gantheory import plot
from gantheory.base.files import write, write_record
from gantheory.measurement.state import NAMES
from gantheory.training.figure import run_figure
from gantheory.training.held_out import HeldOut
from gantheory.training.run import Run


def write_report(
    run: Run, folder: Path, held_out: np.ndarray | None = None, judged: HeldOut | None = None, data: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Save the run, draw it, and write report.json last.

    Args:
      run: the run.
      folder: for all files.
      held_out: rows that were held out from the data, (n,) or (n, 2), to be drawn.
      judged: how they judge p_g.
      data: how p_data was made.

    Returns:
      What report.json holds, without the hashes.
    """
    run.save(folder)
    measured = run.measured()
    drawn = plot.save(run_figure(run, held_out), folder / "training")
    record = {
        "kind": "gantheory report",
        "stopped": run.stopped,
        "data": data,
        "measured": {name: quantity.record() for name, quantity in measured.items()},
        "held_out": judged._asdict() if judged else None,
        **_facts(run.p_g),
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


def write_page(run: Run, folder: Path) -> Path:
    """Write report.html, a page without links to other files, from a run whose report is in ``folder``. Returns its path."""
    figure = (folder / "training.svg").read_text()
    measured = run.measured()
    page = PAGE.format(
        title="A run of Algorithm 1",
        p_data=html.escape(str(run.settings.get("p_data") or run.settings.get("data") or type(run.p_data).__name__)),
        latent=html.escape(str(run.settings.get("latent") or type(run.latent).__name__)),
        ended=html.escape(f"It ended early: {run.stopped}." if run.stopped else ""),
        figure=figure[figure.index("<svg") :],
        rows=_rows((NAMES[name], quantity) for name, quantity in measured.items()),
        settings=_rows((name, setting) for name, setting in run.settings.items() if setting is not None),
    )
    write(folder / "report.html", page)
    return folder / "report.html"


def _facts(p_g: Any) -> dict[str, Any]:
    if p_g.dimension == 2:
        return {"singular": p_g.singular}
    return {"atoms_of_p_g": p_g.atoms, "support_of_p_g": [None if np.isinf(end) else end for end in p_g.support]}


def _rows(pairs: Iterable[tuple[Any, Any]]) -> str:
    return "".join(f"<tr><td>{html.escape(str(one))}</td><td>{html.escape(str(other))}</td></tr>" for one, other in pairs)
