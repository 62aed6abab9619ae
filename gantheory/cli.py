"""The command: gantheory reproduce · verify · train · divergence · explore · list · doctor.

Bad input is one sentence on stderr and exit code 2.
"""

import os
import shutil
import sys
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

SHOWN = ("two_jsd", "discriminator_gap", "modes")  # beside the bar
app = typer.Typer(
    help="The theory of generative adversarial networks, checked against real trained networks.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Seed = Annotated[int, typer.Option(help="Every random number follows from it.")]


def main() -> None:
    _keep_compiled_programs()
    try:
        app()
    except ValueError as error:
        _end(str(error), 2)


def _keep_compiled_programs() -> None:
    """In the user's cache, from one call of the command to the next, unless the user has said where; JAX reads this when it is imported."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gantheory"
    with suppress(OSError):
        home.mkdir(parents=True, exist_ok=True)
        os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(home))
        os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.05")


def _end(sentence: str, code: int) -> NoReturn:
    print(f"gantheory: {sentence}", file=sys.stderr)
    sys.exit(code)


def _warn(sentence: str) -> None:
    print(f"gantheory: {sentence}", file=sys.stderr)


@app.callback(invoke_without_command=True)
def root(show: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False) -> None:
    if show:
        print(f"gantheory {version('gantheory')}")
        raise typer.Exit


@app.command()
def reproduce(
    figure: Annotated[str, typer.Argument(help="Its name: `gantheory list` gives them all.")],
    seed: Seed = 0,
    out: Annotated[Path, typer.Option(help="The folder for NAME.pdf, .svg, .png and .json.")] = Path("figures"),
    runs: Annotated[Path, typer.Option(help="The folder for the trained states behind it.")] = Path("runs"),
) -> None:
    """Train, measure and draw a figure of the paper; check the properties it is drawn to show. Exit code 1 if one fails."""
    from gantheory.reproductions import reproduce as make

    with _progress() as progress:
        made = make(figure, seed, out, runs, progress)
    for claim in made.claims:
        print(claim.sentence())
    print(f"Wrote {made.record} and the .pdf, .svg and .png beside it.")
    if not all(claim.holds for claim in made.claims):
        _end(f"{figure}: a claimed property does not hold.", 1)


@app.command()
def train(
    p_data: Annotated[
        str | None, typer.Option(help="The data's density, e.g. 'Mixture([.3, .7], [Normal(-2, .5), Normal(1, 1)])'.")
    ] = None,
    data: Annotated[str | None, typer.Option(help="Or a sample of it: a CSV file, or a shipped data set's name.")] = None,
    column: Annotated[list[str] | None, typer.Option(help="The CSV's column, or twice, for data on the plane.")] = None,
    bandwidth: Annotated[float | None, typer.Option(help="Of the kernel density estimate of --data; Silverman's if not given.")] = None,
    latent: Annotated[str | None, typer.Option(help="The density of z; standard Gaussian if not given.")] = None,
    loss: Annotated[str, typer.Option(help="The game: `gantheory list` gives them all.")] = "non_saturating",
    r1: Annotated[float, typer.Option(help="γ of the R1 penalty, for data of unit scale; 0 is none.")] = 0.002,
    r2: Annotated[float, typer.Option(help="γ of the R2 penalty.")] = 0.0,
    gradient_penalty: Annotated[float, typer.Option(help="λ of WGAN-GP's penalty.")] = 0.0,
    clip: Annotated[float | None, typer.Option(help="Clip D's weights to this, as WGAN does.")] = None,
    spectral: Annotated[bool, typer.Option("--spectral", help="Divide D's weight matrices by their spectral norms.")] = False,
    width: Annotated[int, typer.Option(help="Of both networks' hidden layers.")] = 32,
    depth: Annotated[int, typer.Option(help="Hidden layers of both networks.")] = 2,
    activation: Annotated[str, typer.Option(help="tanh, relu, leaky_relu, elu, gelu, silu or softplus.")] = "tanh",
    rates: Annotated[tuple[float, float], typer.Option(help="Adam's for D and for G; a cosine takes them to a hundredth.")] = (2e-3, 1e-3),
    steps: Annotated[int, typer.Option(help="Iterations of Algorithm 1.")] = 5000,
    k: Annotated[int, typer.Option(help="Steps of D in each.")] = 5,
    generator_steps: Annotated[int, typer.Option(help="Steps of G in each.")] = 1,
    simultaneous: Annotated[bool, typer.Option("--simultaneous", help="G's steps are against D as it was before its own.")] = False,
    average: Annotated[float | None, typer.Option(help="Report G with its weights averaged: β of the moving average.")] = None,
    noise: Annotated[float, typer.Option(help="Instance noise at the start, in the data's unit; it falls to 0.")] = 0.0,
    packing: Annotated[int, typer.Option(help="Points of one kind that D judges at once (PacGAN).")] = 1,
    oracle: Annotated[float, typer.Option(help="Share of D* in the logit that G's steps are against: 1 is D* itself.")] = 0.0,
    population: Annotated[bool, typer.Option("--population", help="Integrals in place of minibatches, on as many points.")] = False,
    batch: Annotated[int, typer.Option(help="The minibatch, m in the paper.")] = 256,
    seed: Seed = 0,
    measure_every: Annotated[int, typer.Option(help="Iterations between exact measurements.")] = 100,
    out: Annotated[Path, typer.Option(help="The folder for the run, its figure and its numbers.")] = Path("runs/train"),
    page: Annotated[bool, typer.Option("--html", help="Write report.html too, a page complete in itself.")] = False,
    certify: Annotated[bool, typer.Option("--certify", help="Prove an interval for JSD(p_data, p_g), or say why there is none.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last state kept in the folder.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Even with other settings.")] = False,
) -> None:
    """Play Algorithm 1 on a density, or on one or two columns of a CSV file, and report what is so, measured exactly."""
    given: dict[str, Any] = locals() | {"column": tuple(column or ())}
    from dataclasses import fields

    from gantheory.training.settings import Settings, train_and_report

    settings = Settings(**{field.name: given[field.name] for field in fields(Settings)})
    with _progress() as progress:
        lines, stopped = train_and_report(settings, out, resume, force, page, progress, _warn, certify)
    print("\n".join(lines))
    if stopped:
        _end(
            f"The training ended early: {stopped}. What was reached is saved in {out}; --resume goes on from there.",
            130 if stopped.startswith("interrupted") else 1,
        )


@app.command()
def divergence(
    name: Annotated[str, typer.Argument(help="jsd, kl, …: `gantheory list` gives them all.")],
    p: Annotated[str, typer.Argument(help="A density, such as 'Normal(0, 1)'.")],
    q: Annotated[str, typer.Argument(help="Another.")],
    digits: Annotated[int | None, typer.Option(help="Print so many decimals; exit code 1 if the error does not allow them.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print an object with value and error, or why it is infinite.")] = False,
    proved: Annotated[bool, typer.Option("--proved", help="Two fractions between which it is proved to lie: jsd, kl, criterion.")] = False,
) -> None:
    """A divergence between two densities, in nats, with a bound on its error."""
    from gantheory.named import lines_of

    lines, short = lines_of(name, p, q, digits, as_json, proved)
    print("\n".join(lines))
    if short:
        _end(short, 1)


@app.command()
def verify(
    claim: Annotated[list[str] | None, typer.Option(help="Only this claim; may be given again.")] = None,
    layer: Annotated[list[str] | None, typer.Option(help="Only this layer: symbolic, formal, enclosure, quadrature or trained.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one object.")] = False,
) -> None:
    """Judge every claim of the theory: by algebra on the shipped code, by formal proofs, proved intervals, quadrature and a training.

    Exit code 1 if a claim is refuted, or if nothing decides it.
    """
    from rich.console import Console

    from gantheory.game.ensembles import CORES
    from gantheory.theorems import verdicts

    with Console(stderr=True).status("judging") as status:

        def progress(name):
            status.update(f"judged {name}")

        judged = verdicts.verify(claim or (), layer or (), progress, processes=CORES)
    if as_json:
        print(verdicts.as_json(judged))
    else:
        Console(width=None if sys.stdout.isatty() else 160).print(verdicts.as_table(judged))
    if failing := verdicts.failed(judged):
        _end(f"{len(failing)} of {len(judged)} claims fail: {', '.join(failing)}.", 1)


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
    from gantheory.named import DIVERGENCES
    from gantheory.reproductions import REPRODUCTIONS
    from gantheory.theorems import CLAIMS

    print("reproduce:")
    for name, module in REPRODUCTIONS.items():
        print(f"  {name:22s} {module.TITLE}")
    print("verify --claim:")
    for name, claim in CLAIMS.items():
        print(f"  {name:22s} {claim.citation}")
    print("divergence:")
    for name, function in DIVERGENCES.items():
        print(f"  {name:22s} {(function.__doc__ or '').splitlines()[0]}")
    print(f"  of the densities {', '.join(one.__name__ for one in line.FAMILIES)}")
    print("train --loss:")
    for name in LOSSES:
        print(f"  {name}")
    print(f"train --p-data: those, and on the plane {', '.join(one.__name__ for one in (*plane.FAMILIES, *plane.SHAPES))}")
    print("train --data:")
    for name in datasets.names():
        print(f"  {name:22s} columns {', '.join(datasets.columns(name))}")


@app.command()
def doctor() -> None:
    """What is installed, what JAX computes on, and what is missing for which purpose."""
    import jax

    from gantheory.reproductions import VERSIONED

    for package in VERSIONED:
        print(f"{package:12s} {version(package)}")
    print(f"{'python':12s} {sys.version.split()[0]}")
    print(f"{'devices':12s} {', '.join(str(device) for device in jax.devices())}")
    for tool, purpose in (("coqc", "formal proofs"), ("chromium", "tests of pages")):
        print(f"{tool:12s} {shutil.which(tool) or f'not found: {purpose} need it'}")


@contextmanager
def _progress():
    """A bar with rate and time left for each training, on a terminal; nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn

    class Rate(ProgressColumn):
        def render(self, task):
            return f"{task.speed:.0f} it/s" if task.speed else ""

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("training")

        def progress(step, steps, row):
            if step == 0:
                bar.reset(task, total=steps)
            gaps = "training" if row is None else ", ".join(f"{name} {float(m):.4f}" for name, m in row.measured.items() if name in SHOWN)
            bar.update(task, total=steps, completed=step, description=gaps)

        try:
            yield progress
        except KeyboardInterrupt as interrupt:
            _end(str(interrupt) or "Interrupted. What was written before is whole.", 130)
