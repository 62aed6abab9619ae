"""What a figure holds, read back as a table."""

import csv
import io

import numpy as np
import pytest
from matplotlib.figure import Figure

from gantheory import plot
from gantheory.plot.data import COLUMNS, as_csv


@pytest.fixture
def axes():
    return Figure().subplots(1, 2)


def rows(table, **wanted):
    """The x, y and value of the rows that have these words."""
    chosen = np.all([table[name] == word for name, word in wanted.items()], axis=0)
    return np.array([table[name][chosen] for name in ("x", "y", "value")]).T


def test_a_line_has_the_points_that_it_was_given(axes):
    x = np.array([0.1, 0.2, 1 / 3])
    axes[0].plot(x, x**2, label="square")
    axes[1].plot(x, -x, color="#0a8a2f")
    axes[1].set_title("second")
    table = plot.data_of(axes[0].figure)
    assert tuple(table) == COLUMNS and {len(column) for column in table.values()} == {6}
    np.testing.assert_array_equal(rows(table, panel=1, series="square", kind="line")[:, :2], np.stack([x, x**2], 1))
    np.testing.assert_array_equal(rows(table, title="second", series="#0a8a2f 0")[:, 1], -x)


def drawn_and_named(folder, named):
    """A panel's curves with their names or without, as the bytes of an SVG, and the table of what is drawn."""
    with plot.drawing(3, 2) as figure:
        ax = figure.subplots()
        x = np.linspace(-1, 1, 5)
        plot.curves(ax, x, x, x**2, x**3, below=-1)
        plot.mapping(ax, x, x, z_line=-0.5, x_line=-0.1)
        for number, line in enumerate([] if named else ax.get_lines()):
            line.set_label(f"_child{number}")
        assert ax.get_legend_handles_labels() == ([], [])
        (svg,) = (path for path in plot.save(figure, folder / str(named)) if path.suffix == ".svg")
    return svg.read_bytes(), plot.data_of(figure)


def test_the_curves_of_figure_1_are_called_what_they_are_which_no_legend_and_no_file_shows(tmp_path):
    (svg, table), (without, unnamed) = drawn_and_named(tmp_path, True), drawn_and_named(tmp_path, False)
    assert svg == without
    assert sorted(set(table["series"][table["kind"] == "line"])) == ["D", "line of x", "line of z", "p_data", "p_g"]
    np.testing.assert_array_equal(rows(table, series="p_g")[:, 1], np.linspace(-1, 1, 5) ** 2)
    assert {"#000000 0", "#0a8a2f 1"} < set(unnamed["series"])


def test_marks_are_points_and_so_is_a_scatter_with_its_values(axes):
    axes[0].plot([1, 2], [3, 4], "o", label="marks")
    axes[0].scatter([5, 6], [7, 8], c=[0.5, 1.5], label="coloured")
    axes[0].scatter([9], [10], color="red", label="plain")
    table = plot.data_of(axes[0])
    assert set(table["kind"]) == {"points"}
    assert rows(table, series="coloured").tolist() == [[5, 7, 0.5], [6, 8, 1.5]]
    assert rows(table, series="marks")[:, :2].tolist() == [[1, 3], [2, 4]] and np.isnan(rows(table, series="plain")[0, 2])


def test_a_map_has_the_middle_of_each_cell_and_its_value(axes):
    plot.cells(axes[0], [np.array([0.0, 1, 3]), np.array([0.0, 2])], np.array([[5.0], [np.nan]]))
    found = rows(plot.data_of(axes[0]), kind="cells")
    np.testing.assert_array_equal(found, [[0.5, 1, 5], [2, 1, np.nan]])


def test_what_is_filled_and_arrows_have_their_corners(axes):
    axes[0].fill_between([0, 1], [2, 3], label="area")
    axes[0].annotate("", xy=(1, 2), xytext=(3, 4), arrowprops={"arrowstyle": "->"})
    table = plot.data_of(axes[0])
    corners = rows(table, series="area", kind="edges")[:, :2].tolist()
    assert [1, 3] in corners and [0, 2] in corners and [1, 0] in corners
    assert rows(table, kind="arrow")[:, :2].tolist() == [[3, 4], [1, 2]]


def test_what_is_placed_by_shares_of_the_axes_and_empty_lines_of_legends_are_left_out(axes):
    axes[0].axhline(0.5)
    axes[0].plot([], [], label="legend")
    axes[0].text(0, 0, "words")
    assert len(plot.data_of(axes[0])["x"]) == 0


def test_as_text_it_comes_back_to_the_last_digit(axes):
    axes[0].set_title('a "b", c')
    axes[0].plot([1 / 3, np.nan], [1e-300, 2.0], label="x")
    first, second = csv.DictReader(io.StringIO(as_csv(plot.data_of(axes[0]))))
    assert (float(first["x"]), float(first["y"])) == (1 / 3, 1e-300)
    assert (first["title"], first["value"], second["x"]) == ('a "b", c', "", "")


def test_what_is_no_figure_is_refused():
    with pytest.raises(ValueError, match=r"must be a matplotlib figure, or Axes\. Got str"):
        plot.data_of("figure")
