"""The shape of the house: which room may import which, how long modules are, and that no two things share a name."""

import ast
import inspect
from pathlib import Path
from statistics import median

import pytest

import gantheory as gt

ROOT = Path(gt.__file__).parent
# From the top down. A room imports only from rooms that stand after it, and from itself.
ROOMS = (
    "__main__",
    "cli",
    "doctor",
    "__init__",
    "named",
    "explorer",
    "theorems",
    "evidence",
    "reproductions",
    "experiments",
    "judgement",
    "stability",
    "sweeps",
    "training",
    "rigorous",
    "dynamics",
    "models",
    "game",
    "samples",
    "plot",
    "measurement",
    "quadrature",
    "distributions",
    "datasets",
    "base",
)
LOOSE = 6  # modules that may lie loose beside the rooms, besides __init__ and __main__
MEDIAN, LONGEST = 150, 350  # lines of a module


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name; a package's __init__ has the package's name."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = [*path.relative_to(ROOT).with_suffix("").parts]
        found[".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)] = path
    return found


MODULES = modules()


def imported_by(name: str, everywhere: bool = True) -> set[str]:
    """The modules of the package that a module imports, anywhere in its text or at its top level."""
    tree = ast.parse(MODULES[name].read_text())
    found = set()
    for node in ast.walk(tree) if everywhere else tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "gantheory":
            inner = (node.module or "").partition(".")[2]
            for alias in node.names:
                whole = f"{inner}.{alias.name}".strip(".")
                found.add(whole if whole in MODULES else inner or "__init__")
        elif isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[2] or "__init__" for alias in node.names if alias.name.split(".")[0] == "gantheory"}
    return found & MODULES.keys()


@pytest.mark.parametrize("name", MODULES)
def test_a_room_imports_only_from_those_below_it(name):
    room = name.split(".")[0]
    assert room in ROOMS, f"{room} has no place among the rooms"
    upward = {other for other in imported_by(name) if ROOMS.index(other.split(".")[0]) < ROOMS.index(room)}
    assert not upward


def test_modules_import_each_other_in_no_circle():
    """Imports inside functions count too, but for those of the package's own __init__, which only hands out names."""
    left = {name: imported_by(name) - {name, "__init__"} for name in MODULES}
    while left:
        free = {name for name, needs in left.items() if not needs & left.keys()}
        assert free, f"a circle among {sorted(left)}"
        left = {name: needs for name, needs in left.items() if name not in free}


def test_few_modules_lie_loose():
    loose = [name for name in MODULES if "." not in name and MODULES[name].parent == ROOT and not name.startswith("__")]
    assert len(loose) <= LOOSE


def test_modules_are_short():
    lines = {name: path.read_text().count("\n") for name, path in MODULES.items() if path.name != "__init__.py"}
    assert median(lines.values()) < MEDIAN
    assert not {name: count for name, count in lines.items() if count > LONGEST}


def test_no_module_has_the_name_of_a_public_function():
    functions = {name for name in dir(gt) if inspect.isfunction(getattr(gt, name))}
    assert "jsd" in functions
    assert not functions & {name.split(".")[-1] for name in MODULES}


def test_the_tests_mirror_the_tree():
    """A folder of tests for each room that computes, and no folder that is no room's."""
    tests = Path(__file__).parent
    folders = {path.parent.relative_to(tests) for path in tests.rglob("test_*.py") if path.parent != tests}
    rooms = {path.parent.relative_to(ROOT) for path in MODULES.values()}
    assert {folder for folder in folders if folder not in rooms} <= {Path("honesty"), Path("attacks"), Path("docs")}
