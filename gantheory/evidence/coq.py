"""Coq as a command: compiles the proofs of ``evidence/proofs``, checks scripts against them, reads the axioms that it prints."""

import atexit
import functools
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

PROOFS = Path(__file__).parent / "proofs"
NEEDS: dict[str, tuple[str, ...]] = {
    "Pointwise": (),
    "Integral": ("Pointwise",),
    "Simplex": ("Pointwise", "Integral"),
    "Lebesgue": ("Pointwise", "Integral"),
}
INSTALL = "apt-get install coq libcoq-mathcomp-analysis"
SECONDS = 300.0  # longest run of Coq before a proof counts as not checked

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
    folder = _compiled(file)
    with tempfile.NamedTemporaryFile("w", suffix=".v", prefix="Check", dir=folder) as scratch:
        scratch.write(PRELUDE[file] + script)
        scratch.flush()
        return _coqc(folder, Path(scratch.name))


def axioms_in(output: str) -> set[str]:
    """The names that Coq's ``Print Assumptions`` lists, one to a line, each followed by its type."""
    _, _, listed = output.partition("Axioms:")
    return set(re.findall(r"^([^\s:]+)(?=\s*:|\s*$)", listed, re.MULTILINE))


def first_error(output: str) -> str:
    """The beginning of the first error message."""
    return " ".join(output.partition("Error:")[2].split())[:200] or "Coq refused it"


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
    if (coqc := shutil.which("coqc")) is None:
        raise NotInstalled("coqc is not installed")
    command = [coqc, "-q", "-w", "none", "-Q", str(folder), "GanTheory", str(script)]
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=SECONDS).stdout
    except subprocess.CalledProcessError as refused:
        if "Cannot find a physical path" in refused.stderr or "Unable to locate library" in refused.stderr:
            raise NotInstalled("mathcomp-analysis for Coq is not installed") from refused
        raise
