"""What can be reproduced: a module a figure, each with NAME, TITLE and ``reproduce(seed, runs, progress)``."""

import platform
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from gantheory import plot
from gantheory.base.files import output_folder, sha256, write_record
from gantheory.reproductions import convergence, f_gan, goodfellow2014, looks_converged, mixture, oracles, rings
from gantheory.reproductions.claims import Claim

REPRODUCTIONS = {module.NAME: module for module in (goodfellow2014, convergence, looks_converged, f_gan, mixture, rings, oracles)}
VERSIONED = ("gantheory", "jax", "jaxlib", "numpy", "scipy", "equinox", "optax", "matplotlib")


@dataclass(frozen=True)
class Reproduction:
    record: Path
    claims: list[Claim]


def reproduce(
    name: str, seed: int = 0, out: Path = Path("figures"), runs: Path = Path("runs"), progress: Callable | None = None
) -> Reproduction:
    """Train, measure, check and draw one figure: OUT/NAME.pdf, .svg, .png and, last, .json with the numbers and the others' hashes.

    Raises ``ValueError`` for an unknown name or a folder that cannot be written to, before anything is trained.
    """
    if name not in REPRODUCTIONS:
        raise ValueError(f"A figure to reproduce must be one of {', '.join(REPRODUCTIONS)}. Got {name!r}.")
    out, runs = output_folder(out), output_folder(runs)
    figure, numbers, claims, saved = REPRODUCTIONS[name].reproduce(seed, runs / name, progress)
    drawn = plot.save(figure, out / name)
    record = {
        "figure": name,
        "title": REPRODUCTIONS[name].TITLE,
        "command": f"gantheory reproduce {name} --seed {seed}",
        "seed": seed,
        "versions": {"python": platform.python_version(), **{package: version(package) for package in VERSIONED}},
        "claims": [claim.record() for claim in claims],
        **numbers,
        "runs": {path.relative_to(runs).as_posix(): sha256(path) for path in saved},
    }
    write_record(out / f"{name}.json", record, drawn)
    return Reproduction(out / f"{name}.json", claims)
