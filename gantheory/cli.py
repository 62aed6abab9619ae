"""The command line: gantheory reproduce · train · sweep · compare · spectrum · divergence · samples · verify · explore · list · doctor.

Bad input gives one sentence on stderr and exit code 2.
"""

import os
import sys
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from gantheory.base.compiled import keep_compiled_programs
from gantheory.training.options import with_settings
from gantheory.training.settings import OPTIONS, Settings

app: typer.Typer = typer.Typer(
    help="The theory of generative adversarial networks, checked against real trained networks.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Seed = Annotated[int, typer.Option(help="Seed of all random numbers.")]


def main() -> None:
    """Run the command line; the exit code is 2 for bad input."""
    keep_compiled_programs()
    try:
        app()
    except ValueError as error:
        _end(str(error), 2)


def _end(sentence: str, code: int) -> NoReturn:
    print(f"gantheory: {sentence}", file=sys.stderr)
    sys.exit(code)


def _warn(sentence: str) -> None:
    print(f"gantheory: {sentence}", file=sys.stderr)


@app.callback(invoke_without_command=True)
def root(show: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False) -> None:
    """What precedes every command: print the version if asked for it."""
    if show:
        print(f"gantheory {version('gantheory')}")
        raise typer.Exit


@app.command()
def reproduce(
    figure: Annotated[str, typer.Argument(help="Its name: `gantheory list` gives them all.")],
    seed: Seed = 0,
    out: Annotated[Path, typer.Option(help="The folder for NAME.pdf, .svg, .png and .json.")] = Path("figures"),
    runs: Annotated[Path, typer.Option(help="The folder for the trained states behind it.")] = Path("runs"),
    data: Annotated[bool, typer.Option("--data", help="Write NAME.csv too: each point of what is drawn.")] = False,
) -> None:
    """Train, measure and draw a figure of the paper; check the properties it is drawn to show. Exit code 1 if one fails."""
    from gantheory.reproductions import reproduce as make

    with _progress() as progress:
        made = make(figure, seed, out, runs, progress, data)
    for one in made.properties:
        print(one.sentence())
    print(f"Wrote {made.record} and the .pdf, .svg{', .csv' if data else ''} and .png beside it.")
    if not all(one.holds for one in made.properties):
        _end(f"{figure}: a claimed property does not hold.", 1)


@app.command()
@with_settings
def train(
    settings: Settings,
    out: Annotated[Path, typer.Option(help="Folder for the run, its figure and its numbers.")] = Path("runs/train"),
    page: Annotated[bool, typer.Option("--html", help="Write report.html too, a page complete in itself.")] = False,
    certify: Annotated[bool, typer.Option("--certify", help="Prove an interval for JSD(p_data, p_g), or say why there is none.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Continue from the last state kept in the folder.")] = False,
    force: Annotated[bool, typer.Option("--force", help="With --resume, continue also where the settings differ.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the training that the folder holds.")] = False,
) -> None:
    """Play Algorithm 1 on a density, or on one or two columns of a CSV file, and report the exact measurements.

    D is the discriminator, G the generator. An option such as --width is for both, --width-d and --width-g are for one of them.

    With --model another model than a GAN learns the same data, measured in the same way. Its own options are its arguments.

    The folder --out must hold no training yet, unless that is to be continued (--resume) or replaced (--overwrite).
    """
    from gantheory.training.command import train_and_report

    with _progress() as progress:
        lines, stopped = train_and_report(settings, out, resume, force, page, progress, _warn, certify, overwrite)
    print("\n".join(lines))
    if stopped:
        _end(
            f"The training ended early: {stopped}. What was reached is saved in {out}; --resume goes on from there.",
            130 if stopped.startswith("interrupted") else 1,
        )


@app.command()
def sweep(
    spec: Annotated[Path, typer.Argument(help="A TOML file: tables base, over and draws, and seeds.")],
    out: Annotated[Path, typer.Option(help="The zarr folder of the results; what it holds of this sweep is not run again.")],
    workers: Annotated[int | None, typer.Option(help="Processes; one a core if not given.", min=1)] = None,
    dask: Annotated[str | None, typer.Option(help="Address of a Dask scheduler that runs the sweep, in place of processes here.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the sweep that the folder holds.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Begin also a very long sweep.")] = False,
) -> None:
    """Train in every combination of settings and seeds, and measure each training exactly; the results are an xarray Dataset in zarr."""
    try:
        from gantheory.sweeps.command import sweep_and_report
    except ImportError as error:
        _end(f"Sweeps need `pip install 'gantheory[sweep]'`. Missing: {error.name}.", 2)
    with _progress("training") as progress:
        print("\n".join(sweep_and_report(spec, out, workers, dask, overwrite, yes, progress)))


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(help="The folder of a run.")],
    second: Annotated[Path, typer.Argument(help="That of another, on the same p_data.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one object.")] = False,
) -> None:
    """Two runs side by side: settings that differ, results with errors, and which is better where the errors allow to tell."""
    import json

    from gantheory.training.run import run_of

    found = run_of("The first folder", first).compare(second)
    print(json.dumps(found.record(), ensure_ascii=False) if as_json else found)


@app.command()
def spectrum(run: Annotated[Path, typer.Argument(help="The folder of a run on the line, of smooth networks.")]) -> None:
    """What a run would do next: the eigenvalues of the game at its end, its symmetries, whether its own steps return there, and D's gap."""
    from gantheory.stability.game_spectrum import spectrum as at_end

    print(at_end(run))


@app.command()
def divergence(
    name: Annotated[str, typer.Argument(help="jsd, kl, …: `gantheory list` gives them all.")],
    p: Annotated[str, typer.Argument(help="A density, such as 'Normal(0, 1)'.")],
    q: Annotated[str, typer.Argument(help="Another.")],
    digits: Annotated[int | None, typer.Option(help="Print so many decimals; exit code 1 if the error does not allow them.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print an object with value and error, or why it is infinite.")] = False,
    proved: Annotated[bool, typer.Option("--proved", help="Two fractions between which it is proved to lie: jsd, kl, criterion.")] = False,
    alpha: Annotated[float | None, typer.Option(help="The α of alpha_divergence, renyi and skew_geometric_jsd.")] = None,
) -> None:
    """A divergence between two densities, in nats, with a bound on its error."""
    from gantheory.named import lines_of

    lines, short = lines_of(name, p, q, digits, as_json, proved, alpha)
    print("\n".join(lines))
    if short:
        _end(short, 1)


def _help_of(setting: str) -> str:
    """What a setting of ``train`` is, for a command that has the same."""
    return f"{OPTIONS[setting][0].metadata['help']}."


@app.command()
def samples(
    data: Annotated[Path, typer.Argument(help="A file with a row of the data on each line.")],
    generated: Annotated[Path, typer.Argument(help="Another, with what the generator made.")],
    column: Annotated[list[str] | None, typer.Option(help="A column of both files; again for each dimension. All if not given.")] = None,
    encoding: Annotated[str | None, typer.Option(help=_help_of("encoding"))] = None,
    no_header: Annotated[
        bool | None, typer.Option("--no-header/--header", help=f"{_help_of('no_header')} Found if neither is given.")
    ] = None,
    delimiter: Annotated[str | None, typer.Option(help=_help_of("delimiter"))] = None,
    decimal: Annotated[str | None, typer.Option(help=_help_of("decimal"))] = None,
    thousands: Annotated[str | None, typer.Option(help=_help_of("thousands"))] = None,
    drop_missing: Annotated[bool, typer.Option("--drop-missing/--no-drop-missing", help=_help_of("drop_missing"))] = False,
    level: Annotated[float, typer.Option(help="Confidence of the verdict, and of the lower bound of JSD.")] = 0.95,
    seed: Seed = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one object.")] = False,
) -> None:
    """Whether two files of rows differ, by tests; JSD of their laws from below, and what stays unknown.

    Both files are read in the same way: text, packed or not, a NumPy array, or Parquet.
    """
    import json

    from gantheory.samples.comparison import compare_samples
    from gantheory.samples.two_files import read_both
    from gantheory.training.columns import file_of_columns
    from gantheory.training.containers import unpacked
    from gantheory.training.rows import Reading, read_rows
    from gantheory.training.text_table import TextTable, decoded

    reading = Reading(encoding, None if no_header is None else not no_header, delimiter, decimal, thousands, drop_missing)

    def names_of(path):
        try:
            table = file_of_columns(path)
            content = b"" if table else unpacked(path.read_bytes(), str(path))
        except OSError:
            return read_rows(path, (), reading).columns  # which says so
        return (
            table or TextTable.of(decoded(content, str(path), encoding), str(path), reading.header, delimiter, decimal, thousands)
        ).names

    rows, columns = read_both((data, generated), column or (), names_of, lambda path, names: read_rows(path, names, reading))
    for path, one in zip((data, generated), rows, strict=True):
        if one.said:
            _warn(f"{path}: {one.said}.")
    if columns and not column:
        _warn(f"All columns are compared: {', '.join(columns)}.")
    found = compare_samples(*(one.values for one in rows), level=level, seed=seed)
    print(json.dumps(found.record(), ensure_ascii=False) if as_json else found)


@app.command()
def verify(
    file: Annotated[list[Path] | None, typer.Argument(help="A Python file of your own claims, judged in place of the theory's.")] = None,
    claim: Annotated[list[str] | None, typer.Option(help="Only this claim; may be given again.")] = None,
    layer: Annotated[list[str] | None, typer.Option(help="Only this layer: symbolic, formal, enclosure, quadrature or trained.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ask Coq again, also of proofs that it has accepted before.")] = False,
    run: Annotated[Path | None, typer.Option(help="The folder of a run of your own, whose end is judged in place of Figure 1's.")] = None,
    timeout: Annotated[float, typer.Option(help="Seconds that a claim of a FILE may take, and the reading of it.")] = 120.0,
    html: Annotated[Path | None, typer.Option(help="Write the verdicts to this file too: a page complete in itself.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one object.")] = False,
) -> None:
    """Judge every claim of the theory: by algebra on the shipped code, by formal proofs, proved intervals, quadrature and a training.

    With --run the trained layer is about your own run, and the only one.

    With a FILE its claims are judged instead. One that raises, hangs or ends its process is UNDECIDED; the others are judged.

    Exit code 1 if a claim is refuted, or if nothing decides it; 2 if a FILE cannot be read.
    """
    from rich.console import Console
    from rich.markup import escape

    from gantheory.game.ensembles import CORES
    from gantheory.theorems import own_claims, page, tables, verdicts

    if file and run:
        raise ValueError("A FILE and --run must not be given together. In Python, `gt.verify(my_claim, on=run)` judges a claim on a run.")
    if html:
        page.refuse_unwritable(html)
    with Console(stderr=True).status("judging") as status:

        def progress(name):
            status.update(f"judged {escape(name)}")

        if file:
            found = own_claims.verify_files(file, claim or (), layer or (), timeout, progress, fresh)
        else:
            found = own_claims.Found(verdicts.verify(claim or (), layer or (), progress, CORES, fresh, run), [])
    for sentence in (*found.unreadable, *(found.complaints() if file else ())):
        _warn(sentence)
    if as_json:
        print(tables.as_json(found.judged))
    elif found.judged:
        Console(width=None if sys.stdout.isatty() else 160).print(tables.as_table(found.judged))
    if html and found.judged:
        page.write_page(html, found.judged, file or (), found.unreadable)
    if failing := verdicts.failed(found.judged):
        _warn(f"{len(failing)} of {len(found.judged)} claims fail: {', '.join(failing)}.")
    if failing or found.unreadable:
        sys.exit(2 if found.unreadable else 1)


@app.command()
def explore(
    port: Annotated[int, typer.Option(help="To listen on; any that is free if not given.")] = 0,
    host: Annotated[str, typer.Option(help="To listen on; others than the loopback interface let other machines in.")] = "127.0.0.1",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")] = True,
) -> None:
    """Open the explorer: a GAN on the line that plays, pauses, steps back and answers, measured exactly, in the browser."""
    try:
        from gantheory.explorer.server import serve
    except ImportError as error:
        _end(f"The explorer needs `pip install 'gantheory[explore]'`. Missing: {error.name}.", 2)
    serve(host, port, browser)
    sys.stdout.flush()
    os._exit(0)  # not by waiting for the workers: a compilation cannot be interrupted


@app.command("list")
def list_() -> None:
    """What can be reproduced and measured, and which data sets are shipped."""
    from gantheory import datasets
    from gantheory.distributions import line, plane
    from gantheory.game.losses import LOSSES
    from gantheory.game.players import UPDATES
    from gantheory.models.text import METHODS, usage_of
    from gantheory.named import DIVERGENCES
    from gantheory.reproductions import REPRODUCTIONS
    from gantheory.theorems import CLAIMS

    print("reproduce:")
    for name, figure in REPRODUCTIONS.items():
        print(f"  {name:22s} {figure.title}")
    print("verify --claim:")
    for name, claim in CLAIMS.items():
        print(f"  {name:22s} {claim.citation}")
    print("divergence:")
    for name, function in DIVERGENCES.items():
        print(f"  {name:22s} {(function.__doc__ or '').splitlines()[0]}")
    print(f"  of the densities {', '.join(one.__name__ for one in line.FAMILIES)}")
    print("train --model:")
    print("  gan")
    for method in METHODS.values():
        print(f"  {usage_of(method)}")
    for option, names in (("--loss", LOSSES), ("--updates", UPDATES)):
        print("\n  ".join([f"train {option}:", *names]))
    print(f"train --p-data: those, and on the plane {', '.join(one.__name__ for one in (*plane.FAMILIES, *plane.SHAPES))}")
    print("train --data:")
    for name in datasets.names():
        print(f"  {name:22s} columns {', '.join(datasets.columns(name))}")


@app.command()
def doctor() -> None:
    """What is installed, what JAX computes on, and what is missing for which purpose. Exit code 1 if files of the package are missing."""
    from gantheory.doctor import findings, missing

    for name, found in findings():
        print(f"{name:12s} {found}")
    if gone := missing():
        _end(f"Files of the package are missing, so that it must be installed again: {', '.join(gone)}.", 1)


@contextmanager
def _progress(counted: str = "step"):
    """A progress bar for the trainings of a command; an interrupt ends the command with exit code 130."""
    from gantheory.training.progress import progress_bar

    try:
        with progress_bar(counted) as progress:
            yield progress
    except KeyboardInterrupt as interrupt:
        _end(str(interrupt) or "Interrupted. What was written before is whole.", 130)
