"""Where a page comes from: the line of a claim, the machine, the versions, and how many mistakes in the code the tests notice."""

import ast
import functools
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import metadata, version
from pathlib import Path
from typing import Any

from gantheory import theorems
from gantheory.reproductions import VERSIONED
from gantheory.theorems.page.markup import element, escaped

PACKAGE = Path(theorems.__file__).parents[1]
SCORE = PACKAGE.parent / "scripts/mutation/score.json"  # in a checkout
REPOSITORY = ("Repository", "Source", "Source Code")  # names of a project's link to its source


def line_of(name: str, files: Sequence[Path]) -> tuple[Path, int] | None:
    """The file, and the line in it, where a claim has its name: in files of one's own, or else in the theory's modules."""
    for path in files or [Path(str(module.__file__)) for module in theorems.MODULES]:
        if (line := _lines(path).get(name)) is not None:
            return path, line
    return None


@functools.cache
def _lines(path: Path) -> dict[str, int]:
    """The first line of each text in a file of Python."""
    found: dict[str, int] = {}
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return found
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found[node.value] = min(node.lineno, found.get(node.value, node.lineno))
    return found


def source(name: str, files: Sequence[Path]) -> str:
    """That place as HTML: a link where the package names its repository."""
    if (where := line_of(name, files)) is None:
        return ""
    path, line = where
    if not path.is_relative_to(PACKAGE):
        return element("code", escaped(f"{path}:{line}"))
    within = path.relative_to(PACKAGE.parent).as_posix()
    place = element("code", escaped(f"{within}:{line}"))
    home = repository()
    return element("a", place, href=f"{home}/blob/HEAD/{within}#L{line}") if home else place


def repository() -> str:
    """The address of the repository, if the package's metadata has one."""
    links = dict(link.split(", ", 1) for link in metadata("gantheory").get_all("Project-URL") or [])
    return next((links[name].rstrip("/") for name in REPOSITORY if name in links), "")


def command() -> str:
    """What was typed to have the claims judged."""
    return shlex.join(["gantheory", *sys.argv[1:]])


def machine() -> dict[str, str]:
    """The computer, and the versions of what computed on it."""
    found = {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "system": platform.platform(),
        "python": platform.python_version(),
        **{package: version(package) for package in VERSIONED},
    }
    return found | ({"coq": coq} if (coq := _coq()) else {})


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _coq() -> str:
    if (coqc := shutil.which("coqc")) is None:
        return ""
    try:
        said = subprocess.run([coqc, "--print-version"], capture_output=True, text=True, timeout=10).stdout.split()
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return said[0] if said else ""


def score() -> dict[str, Any] | None:
    """What ``scripts/mutate --record`` kept in this checkout, if it did."""
    try:
        found = json.loads(SCORE.read_text(encoding="utf-8"))
        return found if found["made"] > 0 and found["killed"] + found["hung"] <= found["made"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
