"""The figures that can be reproduced, one module each, and the function that makes one and writes it to files."""

import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from gantheory import plot
from gantheory.base.files import output_folder, sha256, write, write_record
from gantheory.base.words import got
from gantheory.plot.data import as_csv
from gantheory.reproductions.bilinear import Bilinear
from gantheory.reproductions.convergence import Convergence
from gantheory.reproductions.dirac_gan import DiracGan
from gantheory.reproductions.dirac_spectra import DiracSpectra
from gantheory.reproductions.f_gan import FGanTable
from gantheory.reproductions.figure import Figure
from gantheory.reproductions.goodfellow2014 import Figure1
from gantheory.reproductions.looks_converged import LooksConverged
from gantheory.reproductions.mixture import LearntMixture
from gantheory.reproductions.oracles import ShapleySplit
from gantheory.reproductions.pacgan_grid import PacganGrid
from gantheory.reproductions.phase_diagrams import PhaseDiagrams
from gantheory.reproductions.properties import Property
from gantheory.reproductions.rings import Rings
from gantheory.reproductions.salmona import Salmona
from gantheory.reproductions.sixteen import Sixteen
from gantheory.reproductions.theis import Theis
from gantheory.reproductions.two_intervals import TwoIntervals
from gantheory.reproductions.vanishing_gradients import VanishingGradients
from gantheory.reproductions.wgan_critic import WganCritic
from gantheory.reproductions.wgan_gp_toys import WganGpToys
from gantheory.reproductions.without_labels import WithoutLabels
from gantheory.training.run import Progress

REPRODUCTIONS: dict[str, Figure] = {
    figure.name: figure
    for figure in (
        Figure1(),
        Convergence(),
        LooksConverged(),
        FGanTable(),
        LearntMixture(),
        Rings(),
        Sixteen(),
        PacganGrid(),
        WganGpToys(),
        ShapleySplit(),
        WithoutLabels(),
        DiracGan(),
        DiracSpectra(),
        Bilinear(),
        VanishingGradients(),
        WganCritic(),
        Theis(),
        TwoIntervals(),
        Salmona(),
        PhaseDiagrams(),
    )
}
VERSIONED = ("gantheory", "jax", "jaxlib", "numpy", "scipy", "equinox", "optax", "matplotlib")


@dataclass(frozen=True)
class Reproduction:
    """A figure that was made and written.

    Attributes:
      record: the path of its JSON.
      properties: what it is drawn to show, each measured.
    """

    record: Path
    properties: list[Property]


def reproduce(
    name: str,
    seed: int = 0,
    out: Path = Path("figures"),
    runs: Path = Path("runs"),
    progress: Progress | None = None,
    data: bool = False,
) -> Reproduction:
    """Make one figure and write it: ``out``/NAME.pdf, .svg, .png and, last, .json with the numbers and the hashes of the other files.

    Args:
      name: one of ``REPRODUCTIONS``.
      seed: the figure's only source of randomness.
      out: the folder for the figure.
      runs: the folder for its runs, in a folder NAME of their own.
      progress: called at every measurement of a training.
      data: write ``out``/NAME.csv too, what is drawn as a table: :func:`gantheory.plot.data_of`.

    Returns:
      The path of the JSON, and the measured properties.

    Raises:
      ValueError: an unknown name or a folder that cannot be written to, before anything is trained; or a training that broke down.
      KeyboardInterrupt: a training was interrupted.
    """
    if name not in REPRODUCTIONS:
        raise ValueError(f"A figure to reproduce must be one of {', '.join(REPRODUCTIONS)}. {got(name, REPRODUCTIONS)}")
    figure = REPRODUCTIONS[name]
    out, runs = output_folder(out), output_folder(runs)
    made = figure.made(seed, runs / name, progress)
    files = plot.save(made.drawing, out / name)
    if data:
        files.append(out / f"{name}.csv")
        write(files[-1], as_csv(plot.data_of(made.drawing)))
    record = {
        "figure": name,
        "title": figure.title,
        "command": f"gantheory reproduce {name} --seed {seed}",
        "seed": seed,
        "versions": {"python": platform.python_version(), **{package: version(package) for package in VERSIONED}},
        "claims": [one.record() for one in made.properties],
        **made.numbers,
        "runs": {path.relative_to(runs).as_posix(): sha256(path) for path in made.saved},
    }
    write_record(out / f"{name}.json", record, files)
    return Reproduction(out / f"{name}.json", made.properties)
