"""What a wheel and a source distribution must hold: every file of the package, of the kinds stated here, and nothing else."""

import tarfile
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

PACKAGE = "gantheory"
# What a folder of the package holds beside Python: names, or endings. Each must be there.
DATA = {
    "gantheory": {"py.typed"},
    "gantheory/datasets": {".csv", ".md"},
    "gantheory/evidence/proofs": {".v"},
    "gantheory/explorer/page": {".js", ".css", ".html", ".svg"},
    "gantheory/theorems/page": {".css", ".html", ".woff2", ".txt"},
}
# What a wheel says of itself, in its folder NAME-VERSION.dist-info.
ABOUT = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE", "licenses/gantheory/theorems/page/math.OFL.txt"}
# What a source distribution holds beside the package.
BESIDE = {"PKG-INFO", "pyproject.toml", "constraints.txt", ".gitignore", "README.md", "LICENSE", "CHANGELOG.md", "CITATION.cff"}


def allowed(name: str) -> bool:
    """Whether a file of the package is of a kind that is stated here."""
    path = PurePosixPath(name)
    if path.parts[0] != PACKAGE or "__pycache__" in path.parts:
        return False
    return path.suffix == ".py" or bool({path.name, path.suffix} & DATA.get(str(path.parent), set()))


def in_tree(root: Path) -> set[str]:
    """The files of the package in a checkout, without caches."""
    found = (path.relative_to(root) for path in (root / PACKAGE).rglob("*") if path.is_file())
    return {path.as_posix() for path in found if "__pycache__" not in path.parts}


def faults(held: Collection[str], tree: Collection[str], beside: Collection[str]) -> Iterator[str]:
    """What is wrong with a distribution, a sentence each.

    Args:
      held: the names of its files.
      tree: those of the package in the checkout.
      beside: those that it must hold beside the package.
    """
    held, expected = set(held), {*tree, *beside}
    for name in sorted(held - expected):
        yield f"{name} is in it, and is no file of the package."
    for name in sorted(expected - held):
        yield f"{name} is missing."
    for name in sorted(held - set(beside)):
        if not allowed(name):
            yield f"{name} is of a kind that {Path(__file__).name} does not state."
    for folder, kinds in DATA.items():
        here = [PurePosixPath(name) for name in held if str(PurePosixPath(name).parent) == folder]
        for kind in sorted(kinds - {part for path in here for part in (path.name, path.suffix)}):
            yield f"{folder} holds no {kind}."


def of_wheel(path: Path) -> tuple[set[str], set[str]]:
    """(the names of a wheel's files, those that it must hold beside the package)."""
    with zipfile.ZipFile(path) as wheel:
        names = {name for name in wheel.namelist() if not name.endswith("/")}
    about = "-".join(path.name.split("-")[:2]) + ".dist-info"
    return names, {f"{about}/{name}" for name in ABOUT}


def of_source(path: Path) -> tuple[set[str], set[str]]:
    """The same of a source distribution, whose names are taken relative to its one folder."""
    with tarfile.open(path) as source:
        names = [PurePosixPath(one.name) for one in source.getmembers() if not one.isdir()]
    folder = path.name.removesuffix(".tar.gz")
    return {name.relative_to(folder).as_posix() if name.parts[0] == folder else str(name) for name in names}, BESIDE


def metadata_of(path: Path) -> bytes:
    """What a wheel says of itself to an installer."""
    with zipfile.ZipFile(path) as wheel:
        (name,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
        return wheel.read(name)
