"""What ``gantheory train --model`` does for a model that plays no game: a fit from settings, its files, and the lines printed of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gantheory import plot
from gantheory.base.files import output_folder, write_record
from gantheory.models.measuring import NAMES
from gantheory.models.text import method_of, text_of
from gantheory.training.checkpoints import Checkpoints
from gantheory.training.data import Data, data_of
from gantheory.training.fit_figure import fit_figure
from gantheory.training.fitted import Fit
from gantheory.training.fitting import fit
from gantheory.training.folder import certified, leave, leaving, require_room
from gantheory.training.history import Progress
from gantheory.training.settings import OF_MODELS, RATE, Settings
from gantheory.training.spec import spec_of
from gantheory.training.transforms import Score, score_of

SAME = ("steps", "batch", "seed", "average", "measure_every")  # settings that are arguments of ``fit``


def fit_and_report(
    settings: Settings,
    out: Path,
    resume: bool,
    force: bool,
    page: bool,
    progress: Progress | None,
    warn: Callable[[str], None],
    certify: bool,
    overwrite: bool,
) -> tuple[list[str], str | None]:
    """Fit, and write the run, its figure and its numbers into a folder: as ``train_and_report``, whose arguments and returns these are."""
    method = method_of(str(settings.model), "`--model`", ("gan",))
    if page:
        raise ValueError(f"`--html` must be left alone beside --model {method.name}: the page is of a game. Got it given.")
    require_room(out, resume, overwrite)
    data = data_of(settings)
    if advice := data.record.get("advice"):
        warn(advice)
    arguments: dict[str, Any] = {name: getattr(settings, name) for name in SAME}
    arguments["rate"] = RATE if settings.rate is None else settings.rate
    fit(data.density, method, **{**arguments, "steps": 0})  # refuses what the method does not take, before the folder is made
    options = {name: value for name, value in settings.options().items() if name in OF_MODELS}
    checkpoints = Checkpoints(output_folder(out) / "checkpoints", options, resume, force, warn)
    spec = spec_of(settings, out)
    done = fit(data.density, method, **arguments, progress=leaving(spec, out, progress), checkpoints=checkpoints)
    leave(spec, out)
    done.settings.update({name: value for name, value in options.items() if name not in done.settings})
    report = _write_report(done, out, data)
    lines = _lines(done, report, out)
    if certify:
        lines.append(certified(done.p_data, done.law, "p"))
    return lines, done.stopped


def _write_report(done: Fit, out: Path, data: Data) -> dict[str, Any]:
    """Save the fit, draw it, and write report.json last. Returns what that holds, without the hashes."""
    done.save(out)
    drawn = plot.save(fit_figure(done, data.held_out), out / "training")
    held_out = None
    if data.held_out is not None:
        score = score_of(done.law, data.held_out, bool(done.settings.get("transform")))
        held_out = {"rows": len(data.held_out), **score._asdict()}
    record = {
        "kind": "gantheory report",
        "stopped": done.stopped,
        "model": text_of(done.method),
        "parameters": done.parameters,
        "data": data.record,
        "measured": {name: quantity.record() for name, quantity in done.measured().items()},
        "held_out": held_out,
    }
    write_record(out / "report.json", record, [out / "run.json", *drawn])
    return record


def _lines(done: Fit, report: dict[str, Any], out: Path) -> list[str]:
    lines = [f"{text_of(done.method)}, {done.parameters} parameters: objective = divergence {'+' if done.split().sign > 0 else '-'} gap"]
    lines += [f"{NAMES[name]:23s} {quantity}" for name, quantity in done.measured().items()]
    if held := report["held_out"]:
        score = Score(held["mean"], held["standard_error"])
        lines += [f"p_data is a model: {report['data']['model']}.", report["data"]["said_of_scores"]]
        lines.append(f"Under p it is {score} nats.")
    return [*lines, f"Wrote {out / 'report.json'}, the run and its figure beside it."]
