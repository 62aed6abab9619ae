import sys

import matplotlib
import numpy as np
import pytest
import xarray as xr
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


def swept(**axes):
    """A sweep whose 2 JSD is the number of each training, seeds 0 and 1, twice that at its last step."""
    shape = [*(len(values) for values in axes.values()), 2]
    values = np.arange(float(np.prod(shape))).reshape(shape)
    dims = (*axes, "seed", "step")
    return xr.Dataset({"two_jsd": (dims, np.stack([values, 2 * values], -1))}, {**axes, "seed": [0, 1], "step": [0, 10]})


def test_a_heatmap_has_each_setting_s_median_in_its_own_cell(axes):
    data = swept(r1=[0.01, 0.1, 1.0], k=[1, 2])
    drawn = plot.heatmap(axes, data, "k", "r1")
    np.testing.assert_array_equal(drawn.get_array(), data["two_jsd"].isel(step=-1).median("seed").values)
    x, y = drawn.get_coordinates()[0, :, 0], drawn.get_coordinates()[:, 0, 1]
    np.testing.assert_allclose(y, 10 ** np.array([-2.5, -1.5, -0.5, 0.5]))
    assert np.all(x[:-1] < data["k"].values) and np.all(data["k"].values < x[1:])
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_yscale()) == ("k", "r1", "log")
    assert [label.get_text() for label in axes.get_yticklabels()] == ["0.01", "0.1", "1"]


def test_a_heatmap_s_axis_is_linear_for_even_values_and_places_for_texts(axes):
    drawn = plot.heatmap(axes, swept(batch=[10, 20, 30], loss=["minimax", "hinge"]), "batch", "loss", reduce=np.max)
    np.testing.assert_array_equal(drawn.get_coordinates()[0, :, 0], [5, 15, 25, 35])
    assert axes.get_xscale() == "linear" and [label.get_text() for label in axes.get_yticklabels()] == ["minimax", "hinge"]
    assert drawn.get_array()[1, 2] == 2 * 11


def test_a_missing_number_leaves_its_cell_empty(axes):
    data = swept(r1=[0.1, 1.0], k=[1, 2])
    data["two_jsd"][0, 1, 0, -1] = np.nan
    np.testing.assert_array_equal(np.isnan(plot.heatmap(axes, data, "k", "r1").get_array()), [[False, True], [False, False]])


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("kk", "r1"), r"`x` of heatmap must be one of the sweep's\. Got 'kk'"),
        (("k", "r1", "two_jsdd"), "did you mean 'two_jsd'"),
        (("k", "k"), "two settings that vary"),
        (("k", "r1"), "Got k and r1, beside batch"),
    ],
)
def test_a_heatmap_of_what_is_not_there_is_refused(axes, arguments, said):
    with pytest.raises(ValueError, match=said):
        plot.heatmap(axes, swept(r1=[0.1, 1.0], k=[1, 2], batch=[1, 2]), *arguments)
