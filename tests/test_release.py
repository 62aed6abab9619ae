"""What a release holds and says of itself. `./scripts/release` builds one, and uses it in an environment of its own."""

import importlib
import re
import tomllib
from pathlib import Path

import pytest

import gantheory as gt

ROOT = Path(__file__).parents[1]


@pytest.fixture
def contents(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scripts/releasing")
    return importlib.import_module("contents")


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_file_of_the_package_is_of_a_stated_kind_and_every_kind_is_there(contents):
    tree = contents.in_tree(ROOT)
    assert len(tree) > 400
    assert not list(contents.faults(tree, tree, ()))


@pytest.mark.parametrize(
    "more, less, said",
    [
        ("tests/test_cli.py", None, "is in it, and is no file of the package"),
        ("gantheory/base/__pycache__/words.cpython-311.pyc", None, "is in it"),
        (None, "gantheory/evidence/proofs/Log.v", "proofs/Log.v is missing"),
        (None, "gantheory/py.typed", "gantheory holds no py.typed"),
        (None, "gantheory/theorems/page/math.woff2", "holds no .woff2"),
        (None, "LICENSE", "LICENSE is missing"),
    ],
)
def test_a_file_too_many_or_too_few_is_named(contents, more, less, said):
    tree, beside = contents.in_tree(ROOT), {"LICENSE"}
    held = ({*tree, *beside} | {more}) - {None, less}
    assert any(said in one for one in contents.faults(held, tree, beside))


def test_a_file_of_another_kind_is_named_also_where_the_checkout_has_it(contents):
    tree = {*contents.in_tree(ROOT), "gantheory/datasets/notes.xlsx"}
    assert list(contents.faults(tree, tree, ())) == ["gantheory/datasets/notes.xlsx is of a kind that contents.py does not state."]


def test_what_a_source_distribution_must_hold_is_in_the_checkout(contents):
    made = {"PKG-INFO"}
    assert all((ROOT / name).is_file() for name in contents.BESIDE - made)
    named = tomllib.loads(text("pyproject.toml"))["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    assert {name.removeprefix("/") for name in named} | {*made, "pyproject.toml", ".gitignore"} == contents.BESIDE | {"gantheory"}


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads(text("pyproject.toml"))["project"]["version"]
    (cited,) = re.findall(r"^version: (\S+)$", text("CITATION.cff"), re.MULTILINE)
    newest = next(one for one in re.findall(r"^## \[(\S+?)\]", text("CHANGELOG.md"), re.MULTILINE) if one != "Unreleased")
    assert project == cited == newest == gt.__version__


def test_every_extra_that_users_ask_for_is_in_the_page_of_installing():
    extras = set(tomllib.loads(text("pyproject.toml"))["project"]["optional-dependencies"])
    assert extras == set(re.findall(r"\[(\w+)\]'", text("docs/do/install.md")))
