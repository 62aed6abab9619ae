"""What the site makes of docstrings: values of defaults, words before a colon that are no type, and the gallery's captions.

They are slow tests since Sphinx is there only once the site has been built, which .ci/run does before those.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

import gantheory as gt
from gantheory.reproductions import REPRODUCTIONS

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture
def extension(monkeypatch):
    """A module of the site's extensions by its name."""
    pytest.importorskip("sphinx")
    monkeypatch.syspath_prepend(str(ROOT / "docs/_extensions"))

    def module(name: str) -> Any:
        sys.modules.pop(name, None)
        return importlib.import_module(name)

    return module


def test_what_is_returned_has_no_type_before_its_first_colon(extension):
    lines = ["Summary: more.", "", "Returns:", "  An Estimate, for α < 1: where they part.", "", "Raises:", "  ValueError: why."]
    extension("docstrings").untype(None, "function", "f", gt.jsd, None, lines)
    assert lines[3] == "  : An Estimate, for α < 1: where they part." and lines[0] == "Summary: more." and lines[6] == "  ValueError: why."
    said = ["The law: exact."]
    extension("docstrings").untype(None, "property", "p", gt.jsd, None, said)
    assert said == [": The law: exact."]


def test_a_signature_shows_the_values_of_constants(extension):
    shown = extension("docstrings").show_values
    signature, _ = shown(None, "function", "train", gt.train, None, "(loss=Settings.loss, average=Settings.average, other=Missing.one)", "")
    assert signature == "(loss='non_saturating', average=None, other=Missing.one)"


@pytest.mark.parametrize("name", REPRODUCTIONS)
def test_the_page_of_a_figure_says_what_it_is_and_how_it_is_made(name, extension):
    record = json.loads((ROOT / f"figures/{name}.json").read_text(encoding="utf-8"))
    page = extension("gallery").page(name, record)
    assert "`--data`" in page and "Attributes:" not in page and "``" not in page.replace("```", "")
    assert f"gantheory/reproductions/{type(REPRODUCTIONS[name]).__module__.rpartition('.')[2]}.py" in page


def test_the_page_of_the_rings_has_their_sizes_and_the_number_of_seeds(extension):
    made = extension("gallery").making("rings")
    assert "`PACGAN = ring(8, 1.0, 0.01)`: Lin" in made and "`seeds` = 10: trainings of each recipe." in made
