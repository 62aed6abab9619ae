import sys

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from gantheory import plot


@pytest.fixture
def axes():
    with plot.drawing(3, 2) as figure:
        return figure.subplots()


def drawn():
    with plot.drawing(3, 2) as figure:
        axes = figure.subplots()
        axes.plot([0, 1], [1, 0], **plot.DATA, label=r"$p_\mathrm{data}$")
        axes.legend()
    return figure


def test_save_writes_a_pdf_an_svg_and_a_png(tmp_path):
    paths = plot.save(drawn(), tmp_path / "a.b")
    assert [path.name for path in paths] == ["a.b.pdf", "a.b.svg", "a.b.png"]
    assert [path.read_bytes()[:5] for path in paths] == [b"%PDF-", b"<?xml", b"\x89PNG\r"]


def test_the_same_figure_gives_the_same_bytes(tmp_path):
    first, second = (plot.save(drawn(), tmp_path / name) for name in ("one", "two"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_no_file_contains_a_date(tmp_path):
    for path in plot.save(drawn(), tmp_path / "a"):
        content = path.read_bytes()
        assert b"CreationDate" not in content and b"dc:date" not in content


def test_drawing_changes_no_global_setting(tmp_path):
    before = dict(matplotlib.rcParams)
    plot.save(drawn(), tmp_path / "a")
    assert dict(matplotlib.rcParams) == before
    assert isinstance(drawn(), Figure)
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()


def test_curves_draws_each_array_in_its_colour(axes):
    x = np.linspace(-1, 1, 5)
    plot.curves(axes, x, x + 2, x + 3, x + 4, below=-0.5)
    lines = {line.get_color(): (line.get_ydata() - x).tolist()[0] for line in axes.get_lines()}
    assert lines == {plot.DATA["color"]: 2, plot.GENERATED["color"]: 3, plot.DISCRIMINATOR["color"]: 4}
    assert axes.get_xlim() == (-1, 1)
    assert axes.get_ylim()[0] == -0.5


def test_mapping_draws_an_arrow_from_each_z_to_its_x_in_order(axes):
    axes.set_xlim(-4, 4)
    z, x = np.linspace(0, 1, 5), np.array([3.0, 1.0, 0.0, -1.0, -2.0])
    plot.mapping(axes, z, x, z_line=-0.5, x_line=-0.1)
    arrows = [text for text in axes.texts if isinstance(text, Annotation)]
    assert [arrow.xy for arrow in arrows] == [(head, -0.1) for head in x]
    starts = np.array([arrow.xyann for arrow in arrows])
    assert (starts[:, 1] == -0.5).all()
    np.testing.assert_allclose(np.diff(starts[:, 0], 2), 0, atol=1e-12)  # equally spaced
    assert (np.diff(starts[:, 0]) > 0).all() and abs(starts[:, 0].mean()) < 1e-12


def test_x_grid_has_a_point_on_either_side_of_each_inner_breakpoint():
    x = plot.x_grid(-1, 1, [-5.0, 0.1, 0.75, 1.0], points=11)
    assert (x[0], x[-1], len(x)) == (-1, 1, 15)
    assert (np.diff(x) > 0).all()
    for at in (0.1, 0.75):
        assert {np.nextafter(at, -1), np.nextafter(at, 1)} <= set(x)
    assert len(plot.x_grid(-1, 1, [], points=11)) == 11
