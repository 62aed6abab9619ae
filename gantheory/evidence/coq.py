"""Coq as a command: compiles the proofs of ``evidence/proofs``, checks scripts against them, reads the axioms that it prints.

What Coq accepted is kept in the user's cache under a hash of all that it depends on, and is not asked again.
"""

import atexit
import functools
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from gantheory.base.files import cache_folder, prune, write

PROOFS = Path(__file__).parent / "proofs"
INSTALL = "apt-get install coq libcoq-mathcomp-analysis"
SECONDS = 300  # processor time of a run of Coq after which a proof counts as not checked
WAITING = 10  # times as long by the clock, on a busy machine
AT_ONCE = 2  # files that are compiled at the same time
MOST_KEPT = 2**20  # bytes of Coq's outputs in the cache
# OCaml's collector of garbage for a short run: what libraries load is never garbage, and to look there takes a third of Coq's time.
FEW_COLLECTIONS = "s=1M,o=1000"

# The head of a script about measures: the words of its statements. The proofs are imported after it, so that their words are theirs.
MATHCOMP = """From mathcomp Require Import all_ssreflect ssralg ssrnum.
From mathcomp Require Import classical_sets functions reals ereal sequences exp measure lebesgue_measure lebesgue_integral.
Local Open Scope classical_set_scope.
Local Open Scope ring_scope.
Local Open Scope ereal_scope.
"""


class NotInstalled(Exception):
    """Coq, or a library of it, is missing."""


class CannotCompile(Exception):
    """Coq is there, and does not compile a file of ``proofs``: it is another version than those that do, or broken, or the file is."""


def check(files: Sequence[str], script: str) -> str:
    """What Coq prints for a script.

    Args:
      files: the files of ``proofs`` whose names the script may use.
      script: Coq's commands.

    Returns:
      Coq's output.

    Raises:
      subprocess.CalledProcessError: Coq refuses the script.
      subprocess.TimeoutExpired: it takes more than ``SECONDS``.
      CannotCompile: Coq is there, and does not compile one of the files.
      NotInstalled: Coq, or a library of it, is missing.
    """
    whole = _prelude(files) + script
    kept = _kept(files, whole)
    with suppress(OSError):
        return kept.read_text(encoding="utf-8")
    folder = _compiled_together(files)
    with tempfile.NamedTemporaryFile("w", suffix=".v", prefix="Check", dir=folder) as scratch:
        scratch.write(whole)
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


def needs(files: Sequence[str]) -> list[str]:
    """These files of ``proofs`` and all that they require, in an order in which they can be compiled."""
    found: dict[str, None] = {}
    for file in files:
        required = re.findall(r"^From GanTheory Require \w+ ([\w ]+)\.$", _source(file), re.MULTILINE)
        found |= dict.fromkeys(needs([name for names in required for name in names.split()]))
        found[file] = None
    return list(found)


def axioms_in(output: str) -> set[str]:
    """The names that Coq's ``Print Assumptions`` lists, one to a line, each followed by its type."""
    _, _, listed = output.partition("Axioms:")
    return set(re.findall(r"^([^\s:]+)(?=\s*:|\s*$)", listed, re.MULTILINE))


def first_error(output: str) -> str:
    """The beginning of the first error message."""
    return " ".join(output.partition("Error:")[2].split())[:200] or "Coq refused it"


def _source(file: str) -> str:
    return (PROOFS / f"{file}.v").read_text(encoding="utf-8")


def _prelude(files: Sequence[str]) -> str:
    proofs = f"From GanTheory Require Import {' '.join(files)}.\n" if files else ""
    return (MATHCOMP if "Library" in needs(files) else "") + proofs


def _cache() -> Path:
    return cache_folder() / "proofs"


def _kept(files: Sequence[str], script: str) -> Path:
    """Where the output for a script is kept: under the hash of the proofs, the script and Coq's version and library."""
    depends_on = "\0".join([*map(_source, needs(files)), script, _version()])
    return _cache() / f"{hashlib.sha256(depends_on.encode()).hexdigest()}.txt"


@functools.cache
def _version() -> str:
    """Coq's version, and where it has its library from. Raises ``NotInstalled`` without it, ``CannotCompile`` if it does not say."""
    try:
        said = [
            subprocess.run([_command(), option], capture_output=True, text=True, check=True).stdout for option in ("--version", "-where")
        ]
    except (OSError, subprocess.CalledProcessError) as broken:
        raise CannotCompile(f"{_command()} is there, but does not say its version: {broken}") from broken
    library = Path(said[1].strip()) / "user-contrib"
    changed = sorted(f"{path.name} {path.stat().st_mtime_ns}" for path in library.glob("*/*"))
    return "\n".join([*said, *changed])


def _command() -> str:
    if (coqc := shutil.which("coqc")) is None:
        raise NotInstalled("coqc is not installed")
    return coqc


@functools.cache
def _folder() -> Path:
    """Where this process compiles the proofs; deleted at its end."""
    folder = tempfile.TemporaryDirectory(prefix="gantheory-proofs-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def _compiled_together(files: Sequence[str]) -> Path:
    """The folder, once it holds the files and all that they need in compiled form."""
    folder, every = _folder(), needs(files)
    with ThreadPoolExecutor(max(len(every), 1)) as pool:  # a thread each: those that wait for a file they need hold up no other
        for failure in pool.map(_failure, every):
            if failure is not None:
                raise failure
    return folder


_COMPILING: dict[str, threading.Lock] = {}  # one lock a file: it is compiled by one thread, and others wait
_SLOTS = threading.Semaphore(AT_ONCE)
_TRIED: dict[tuple[Path, str], Exception | None] = {}  # why a file did not compile, if it did not


def _failure(file: str) -> Exception | None:
    """Why a file does not compile, if it does not. It is tried once in a process."""
    with _COMPILING.setdefault(file, threading.Lock()):
        tried = (_folder(), file)
        if tried not in _TRIED:
            failures = [why for needed in needs([file])[:-1] if (why := _failure(needed)) is not None]
            _TRIED[tried] = failures[0] if failures else _compile(file)
        return _TRIED[tried]


def _compile(file: str) -> Exception | None:
    shutil.copy(PROOFS / f"{file}.v", _folder())
    try:
        with _SLOTS:
            _coqc(_folder(), _folder() / f"{file}.v")
    except subprocess.CalledProcessError as refused:
        version = _version().partition("\n")[0]
        return CannotCompile(f"{version}, is there, but does not compile {file}.v: {first_error(refused.stderr)}")
    except (NotInstalled, subprocess.TimeoutExpired) as other:
        return other
    return None


def _coqc(folder: Path, script: Path) -> str:
    limited = ["/bin/sh", "-c", f'ulimit -t {SECONDS}; exec "$@"', "coqc"]
    command = [*limited, _command(), "-q", "-w", "none", "-Q", str(folder), "GanTheory", str(script)]
    environment = {"OCAMLRUNPARAM": FEW_COLLECTIONS, **os.environ}
    try:
        return subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=True, timeout=WAITING * SECONDS, env=environment
        ).stdout
    except subprocess.CalledProcessError as refused:
        if refused.returncode < 0:  # ended by the limit
            raise subprocess.TimeoutExpired(command, SECONDS) from refused
        if re.search(r"(Cannot find a physical path bound to logical path|Unable to locate library)[^:]*mathcomp", refused.stderr):
            raise NotInstalled("mathcomp-analysis for Coq is not installed") from refused
        raise
