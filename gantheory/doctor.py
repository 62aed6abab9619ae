"""`gantheory doctor`: what is installed, what JAX computes on, which files of the package are there, and what is missing for what."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

PACKAGE = Path(__file__).parent
# Programs that are no Python packages, and what needs each.
TOOLS = {"coqc": "formal proofs", "chromium": "tests of pages"}
# Files that are no Python: what they are, their folder, and their names.
FILES = (
    ("proofs", "evidence/proofs", "*.v"),
    ("data sets", "datasets", "*.csv"),
    ("pages", "explorer/page", "index.html"),
    ("fonts", "theorems/page", "*.woff2"),
)
MEASURE_THEORY = "user-contrib/mathcomp/analysis"  # in Coq's own folder
SECONDS = 20  # that Coq may take to say where that is


def findings() -> Iterator[tuple[str, str]]:
    """(name, what was found) of everything that is there."""
    import jax

    from gantheory.reproductions import VERSIONED

    for package in VERSIONED:
        yield package, version(package)
    yield "python", sys.version.split()[0]
    yield "devices", ", ".join(str(device) for device in jax.devices())
    for tool, purpose in TOOLS.items():
        yield tool, shutil.which(tool) or f"not found: {purpose} need it"
    if coqc := shutil.which("coqc"):
        yield "mathcomp", _measure_theory(coqc)
    for what, folder, names in FILES:
        yield what, f"{len(_files(folder, names))} in {PACKAGE / folder}"


def missing() -> list[str]:
    """The kinds of files of the package itself that are not there: then the installation is broken."""
    return [what for what, folder, names in FILES if not _files(folder, names)]


def _files(folder: str, names: str) -> list[Path]:
    return [path for path in (PACKAGE / folder).glob(names) if path.stat().st_size]


def _measure_theory(coqc: str) -> str:
    """Where Coq has the library of measure theory that the proofs are in."""
    try:
        said = subprocess.run([coqc, "-where"], capture_output=True, text=True, timeout=SECONDS).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        said = ""
    there = Path(said or "/") / MEASURE_THEORY
    return str(there) if there.is_dir() else "not found: formal proofs need it (libcoq-mathcomp-analysis)"
