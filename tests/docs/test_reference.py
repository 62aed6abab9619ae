"""Every public name is in the reference, and its docstring says what it takes, what it refuses, in which unit, and where it is from."""

import importlib
import inspect
import re
from pathlib import Path
from types import ModuleType

import pytest

import gantheory as gt

REFERENCE = Path(__file__).parents[2] / "docs/api"
NAMES = [name for name in dir(gt) if name != "__version__" and not isinstance(getattr(gt, name), ModuleType)]
MODULES = [name for name in dir(gt) if isinstance(getattr(gt, name), ModuleType)]
# What only comes back, and is not made by anyone who reads the reference.
RETURNED = "Divergent Enclosure Fit Floor GameSpectrum Judgement Measurement Run SampleComparison Undecided".split()
ELSEWHERE = re.compile(r"are those of|the arguments of")  # a docstring that leaves the rest to another one
UNITS = re.compile(r"\bnats\b|\bunits?\b|\[0, [12]\]")
SOURCE = re.compile(r"Source|\b(?:1[89]|20)\d\d\b")


def lacking(name: str) -> set[str]:
    """The arguments that the docstring does not name, and of Raises, unit and Source those that it should have and has not."""
    thing = getattr(gt, name)
    said = inspect.getdoc(thing) or ""
    arguments = [one for one in inspect.signature(thing).parameters if one.strip("_") and one not in ("args", "kwargs")]
    found = set()
    if not ELSEWHERE.search(said):
        found |= {one for one in arguments if not re.search(rf"\b{re.escape(one)}\b", said)}
        if arguments and "Raises" not in said and name not in RETURNED:
            found.add("Raises")
    if thing.__module__.startswith("gantheory.measurement") and name not in RETURNED:
        found |= {what for what, pattern in (("unit", UNITS), ("Source", SOURCE)) if not pattern.search(said)}
    return found


def public(module: ModuleType) -> list[str]:
    """The functions and classes that a module of the reference hands out."""
    return [f"{module.__name__}.{name}" for name, thing in vars(module).items() if callable(thing) and re.match("[a-z]|[A-Z][a-z]", name)]


IN_MODULES = [name for module in (gt.dynamics, gt.rigorous, gt.plot) for name in public(module) if not name.endswith(".Drawing")]


@pytest.mark.parametrize("name", IN_MODULES)
def test_a_docstring_of_a_module_s_function_says_what_it_takes_and_where_it_is_from(name):
    thing = inspect.unwrap(getattr(importlib.import_module(name.rpartition(".")[0]), name.rpartition(".")[2]))
    said = inspect.getdoc(thing) or ""
    arguments = [one for one in inspect.signature(thing).parameters if one not in ("args", "kwargs")]
    assert said and not [one for one in arguments if not re.search(rf"\b{re.escape(one)}\b", said)]
    if not name.startswith("gantheory.plot"):  # whose Axes matplotlib checks, and which have no paper
        assert not arguments or "Raises" in said or inspect.isclass(thing)
    if name.startswith("gantheory.rigorous"):
        assert SOURCE.search(said) and "nats" in said


def test_every_function_of_these_modules_is_in_the_reference():
    text = "".join(page.read_text(encoding="utf-8") for page in REFERENCE.glob("*.md"))
    assert not [name for name in IN_MODULES if f":: {name}\n" not in text and name.rpartition(".")[2] not in NAMES]


@pytest.mark.parametrize("name", [name for name in NAMES if callable(getattr(gt, name))])
def test_a_docstring_says_what_it_should(name):
    thing = getattr(gt, name)
    own = thing.__dict__["__doc__"] if isinstance(thing, type) else thing.__doc__
    assert own and own.strip(), name
    assert not lacking(name)


def test_every_public_name_is_in_the_reference_once():
    text = "".join(page.read_text(encoding="utf-8") for page in REFERENCE.glob("*.md"))
    listed = re.findall(r"^\.\. (?:auto\w+|data):: gantheory\.(\w+)$", text, re.MULTILINE)
    assert sorted(set(listed) - set(MODULES)) == sorted(NAMES)
    assert len(listed) == len(set(listed))


def test_every_public_module_is_in_the_reference():
    text = "".join(page.read_text(encoding="utf-8") for page in REFERENCE.glob("*.md"))
    assert not [name for name in MODULES if f"`gantheory.{name}`" not in text]
