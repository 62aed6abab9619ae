"""What ``gantheory train`` does: a training from settings, its files, and the lines that are printed of it."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np

from gantheory.base.files import output_folder
from gantheory.measurement.state import NAMES
from gantheory.training.checkpoints import Checkpoints
from gantheory.training.data import data_of, latent_of
from gantheory.training.folder import certified, leave, leaving, require_room
from gantheory.training.held_out import HeldOut, against_held_out
from gantheory.training.history import Progress
from gantheory.training.learning import train
from gantheory.training.model_command import fit_and_report
from gantheory.training.report import write_page, write_report
from gantheory.training.run import Run
from gantheory.training.settings import Settings, is_game
from gantheory.training.setup import arguments_of
from gantheory.training.spec import spec_of

REMARKS = {
    "criterion": "   (-log 4 = -1.386)",
    "jsd_bound": "   in the cells of a grid",
    "two_jsd": "   generator's gap, C(G) + log 4",
    "discriminator_gap": "   discriminator's gap",
    "share": "   within 3 sd; a perfect sampler has 0.9889",
}
SIGNIFICANT = 0.05  # largest p-value that shows a difference


def train_and_report(
    settings: Settings,
    out: Path,
    resume: bool = False,
    force: bool = False,
    page: bool = False,
    progress: Progress | None = None,
    warn: Callable[[str], None] = print,
    certify: bool = False,
    overwrite: bool = False,
) -> tuple[list[str], str | None]:
    """Train, and write the run, its figure and its numbers into a folder.

    Args:
      settings: of the training.
      out: the folder. Its ``run.toml`` has the settings, its folder ``checkpoints`` the state at every measurement.
      resume: continue from the last state kept there.
      force: even if it was reached with other settings.
      page: write report.html too.
      progress: called at every measurement.
      warn: called with a sentence for each checkpoint that is damaged, and one before a training on rows that another model fits better.
      certify: prove an interval for JSD(p_data, p_g), or say why there is none.
      overwrite: replace the training that the folder holds.

    Returns:
      The lines to print, and why the training stopped early, if it did.

    Raises:
      ValueError: settings or data that cannot be trained with, a folder that cannot be written to, or one that holds a training, if this
        is neither resumed nor overwritten.
    """
    if not is_game(settings):
        return fit_and_report(settings, out, resume, force, page, progress, warn, certify, overwrite)
    require_room(out, resume, overwrite)
    data = data_of(settings)
    if advice := data.record.get("advice"):
        warn(advice)
    latent = latent_of(settings, data.density.dimension)
    arguments = arguments_of(settings, data.unit)
    options = settings.options()
    checkpoints = Checkpoints(output_folder(out) / "checkpoints", options, resume, force, warn)
    spec = spec_of(settings, out)
    run = train(data.density, latent=latent, **arguments, progress=leaving(spec, out, progress), checkpoints=checkpoints)
    leave(spec, out)
    run.settings.update({name: value for name, value in options.items() if name not in run.settings})
    if "column" in data.record:
        run.settings["column"] = np.atleast_1d(data.record["column"]).tolist()  # a sole one need not be given
    judged = None
    if data.held_out is not None and settings.packing == 1:
        judged = against_held_out(data.held_out, run.p_data, run.p_g, run.discriminator, settings.seed)
    report = write_report(run, out, data.held_out, judged, data.record)
    lines = _lines(run, report, judged, out, settings.label_smoothing)
    if certify:
        lines.append(certified(run.p_data, run.p_g))
    if page:
        lines.append(f"Wrote {write_page(run, out)}.")
    return lines, run.stopped


def _lines(run: Run, report: dict, judged: HeldOut | None, out: Path, s: float) -> list[str]:
    final = dict(run.history[-1].measured.items())
    lines = [] if "value" in final else ["D's output is no logit of one point in this game: V(G, D) has no meaning."]
    if s and "value" in final:
        lines.append(
            f"Labels smoothed: the best D is {1 - s:g} D*. At p_g = p_data its gap is -log(1 - {s:g}²) = {-math.log1p(-s * s):.4g}."
        )
    lines += [f"{NAMES[name]:23s} {quantity}{REMARKS.get(name, '')}" for name, quantity in final.items()]
    if judged:
        lines += _judgement(judged, report["data"])
    return [*lines, f"Wrote {out / 'report.json'}, the run and its figure beside it."]


def _judgement(judged: HeldOut, data: dict) -> list[str]:
    bound = f"{judged.jsd_lower_bound:.3g} ± {judged.standard_error:.1g} (one standard error)"
    lines = [f"Read {data['file']}: {data['read']}."] if data["read"] else []
    lines += [
        f"p_data is a model: {data['model']}, bandwidth {data['bandwidth']:.4g} ({data['bandwidth_rule']}).",
        data["said_of_scores"],
        *(["p_data, p_g and W1 are of logarithms. JSD, KL and V are the same of the columns themselves."] if data["transform"] else []),
        "JSD above is against this model. Against the rows themselves it would be log 2 = 0.6931 for every G: rows have no density.",
        f"Against the {judged.rows} rows held out from it:",
        f"  JSD(rows' law, p_g) is at least {bound}"
        if judged.jsd_lower_bound > 0
        else f"  D gives no lower bound of JSD(rows' law, p_g): {bound}",
    ]
    if judged.wasserstein1 is not None and judged.p_value is not None:
        differs = "p_g differs from their law" if judged.p_value <= SIGNIFICANT else "no difference is shown"
        lines.append(f"  W1(rows, p_g) = {judged.wasserstein1:.4g}, permutation p-value {judged.p_value:.3f}: {differs}")
    else:
        lines.append("  no W1 and no test of it: these are of one column. `gantheory samples` tests two.")
    return lines
