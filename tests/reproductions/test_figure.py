"""The protocol of a figure, over every figure there is."""

import pytest
from matplotlib.figure import Figure as Drawing

from gantheory.base.files import read_record
from gantheory.reproductions import REPRODUCTIONS, reproduce
from gantheory.reproductions.figure import Figure, Made
from gantheory.reproductions.properties import Property


@pytest.mark.parametrize("name", REPRODUCTIONS)
def test_every_figure_has_the_name_that_it_is_listed_by_and_a_title_of_one_line(name):
    figure = REPRODUCTIONS[name]
    assert figure.name == name
    assert figure.title and "\n" not in figure.title


def test_a_figure_that_cannot_be_made_is_refused():
    class Unmade(Figure):
        name = "unmade"
        title = "A figure without `made`"

    with pytest.raises(TypeError, match="made"):
        Unmade()


def test_a_new_figure_needs_no_more_than_the_protocol(tmp_path, monkeypatch):
    class Tiny(Figure):
        name = "tiny"
        title = "An empty picture"

        def made(self, seed, runs, progress=None):
            drawing = Drawing(figsize=(1, 1))
            drawing.subplots().plot([0, 1], [2, 3], label="line")
            return Made(drawing, {"seven": 7}, [Property("a", "seed", seed, "==", 3)], [])

    monkeypatch.setitem(REPRODUCTIONS, "tiny", Tiny())
    reproduction = reproduce("tiny", 3, tmp_path / "figures", tmp_path / "runs")
    assert reproduction.record == tmp_path / "figures/tiny.json"
    assert reproduction.properties[0].holds
    assert {path.name for path in (tmp_path / "figures").iterdir()} == {f"tiny.{kind}" for kind in ("pdf", "svg", "png", "json")}

    reproduce("tiny", 3, tmp_path / "figures", tmp_path / "runs", data=True)
    assert (tmp_path / "figures/tiny.csv").read_text().splitlines()[1:] == ["1,,line,line,0.0,2.0,", "1,,line,line,1.0,3.0,"]
    assert "tiny.csv" in read_record(tmp_path / "figures/tiny.json")["files"]
