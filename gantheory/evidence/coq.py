"""Coq as a command: compiles the proofs of ``evidence/proofs``, checks scripts against them, reads the axioms that it prints.

What Coq accepted is kept in the user's cache under a hash of all that it depends on, and is not asked again.
"""

import atexit
import functools
import hashlib
import re
import shutil
import subprocess
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from gantheory.base.files import cache_folder, prune, write

PROOFS = Path(__file__).parent / "proofs"
NEEDS: dict[str, tuple[str, ...]] = {
    "Pointwise": (),
    "Integral": ("Pointwise",),
    "Simplex": ("Pointwise", "Integral"),
    "Lebesgue": ("Pointwise", "Integral"),
}
INSTALL = "apt-get install coq libcoq-mathcomp-analysis"
SECONDS = 300  # processor time of a run of Coq after which a proof counts as not checked
WAITING = 10  # times as long by the clock, on a busy machine
MOST_KEPT = 2**20  # bytes of Coq's outputs in the cache

# The head of every script that uses a file.
PRELUDE = {
    "Pointwise": "From Coq Require Import Reals.\nFrom GanTheory Require Import Pointwise.\nOpen Scope R_scope.\n",
    "Integral": "From Coq Require Import Reals.\nFrom GanTheory Require Import Pointwise Integral.\nOpen Scope R_scope.\n",
    "Simplex": "From Coq Require Import Reals.\nFrom GanTheory Require Import Pointwise Integral Simplex.\nOpen Scope R_scope.\n",
    "Lebesgue": "From Coq Require Import Reals.\nFrom GanTheory Require Import Pointwise Integral Lebesgue.\n"
    "From mathcomp Require Import all_ssreflect ssralg.\nFrom mathcomp.classical Require Import classical_sets.\n"
    "From mathcomp.analysis Require Import reals ereal measure lebesgue_integral Rstruct.\n"
    "Local Open Scope classical_set_scope.\nLocal Open Scope ring_scope.\nLocal Open Scope R_scope.\n",
}


class NotInstalled(Exception):
    """Coq, or a library of it, is missing."""


def check(file: str, script: str) -> str:
    """What Coq prints for a script.

    Args:
      file: the file of ``proofs`` whose theorems the script may use.
      script: Coq's commands.

    Returns:
      Coq's output.

    Raises:
      subprocess.CalledProcessError: Coq refuses the script, or the file.
      subprocess.TimeoutExpired: it takes more than ``SECONDS``.
      NotInstalled: Coq, or a library of it, is missing.
    """
    kept = _kept(file, script)
    with suppress(OSError):
        return kept.read_text(encoding="utf-8")
    with _COMPILING:
        folder = _compiled(file)
    with tempfile.NamedTemporaryFile("w", suffix=".v", prefix="Check", dir=folder) as scratch:
        scratch.write(PRELUDE[file] + script)
        scratch.flush()
        output = _coqc(folder, Path(scratch.name))
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        write(kept, output)
        prune(kept.parent, MOST_KEPT)
    return output


def forget() -> None:
    """Ask Coq again from now on, whatever it has accepted before."""
    shutil.rmtree(_cache(), ignore_errors=True)


def _cache() -> Path:
    return cache_folder() / "proofs"


def _kept(file: str, script: str) -> Path:
    """Where the output for a script is kept: under the hash of the proofs, the script and Coq's version and library."""
    sources = [(PROOFS / f"{name}.v").read_text(encoding="utf-8") for name in (*NEEDS[file], file)]
    depends_on = "\0".join([*sources, PRELUDE[file], script, _version()])
    return _cache() / f"{hashlib.sha256(depends_on.encode()).hexdigest()}.txt"


def axioms_in(output: str) -> set[str]:
    """The names that Coq's ``Print Assumptions`` lists, one to a line, each followed by its type."""
    _, _, listed = output.partition("Axioms:")
    return set(re.findall(r"^([^\s:]+)(?=\s*:|\s*$)", listed, re.MULTILINE))


def first_error(output: str) -> str:
    """The beginning of the first error message."""
    return " ".join(output.partition("Error:")[2].split())[:200] or "Coq refused it"


@functools.cache
def _version() -> str:
    """Coq's version, and where it has its library from. Raises ``NotInstalled`` without it."""
    said = [subprocess.run([_command(), option], capture_output=True, text=True, check=True).stdout for option in ("--version", "-where")]
    library = Path(said[1].strip()) / "user-contrib"
    changed = sorted(f"{path.name} {path.stat().st_mtime_ns}" for path in library.glob("*/*"))
    return "\n".join([*said, *changed])


def _command() -> str:
    if (coqc := shutil.which("coqc")) is None:
        raise NotInstalled("coqc is not installed")
    return coqc


_COMPILING = threading.RLock()  # files are compiled one at a time, each when what it needs is there


@functools.cache
def _folder() -> Path:
    """Where this process compiles the proofs; deleted at its end."""
    folder = tempfile.TemporaryDirectory(prefix="gantheory-proofs-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


@functools.cache
def _compiled(file: str) -> Path:
    """The folder, once it holds ``file`` and all that it needs in compiled form."""
    folder = _folder()
    for needed in NEEDS[file]:
        _compiled(needed)
    shutil.copy(PROOFS / f"{file}.v", folder)
    _coqc(folder, folder / f"{file}.v")
    return folder


def _coqc(folder: Path, script: Path) -> str:
    limited = ["/bin/sh", "-c", f'ulimit -t {SECONDS}; exec "$@"', "coqc"]
    command = [*limited, _command(), "-q", "-w", "none", "-Q", str(folder), "GanTheory", str(script)]
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=WAITING * SECONDS).stdout
    except subprocess.CalledProcessError as refused:
        if refused.returncode < 0:  # ended by the limit
            raise subprocess.TimeoutExpired(command, SECONDS) from refused
        if "Cannot find a physical path" in refused.stderr or "Unable to locate library" in refused.stderr:
            raise NotInstalled("mathcomp-analysis for Coq is not installed") from refused
        raise
