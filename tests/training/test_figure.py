"""A run in the user's own Axes, by the user's own rcParams."""

import jax
import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Annotation

import gantheory as gt
from gantheory import plot
from gantheory.training.run import Run

OWN = {"font.family": ["monospace"], "font.size": 17.0}


@pytest.fixture
def ax():
    return Figure().subplots()


def test_a_run_is_drawn_as_figure_1_has_it(run, ax):
    before = dict(matplotlib.rcParams)
    assert run.plot(ax) is ax
    assert dict(matplotlib.rcParams) == before
    p_data, p_g = ax.get_lines()[:2]
    x = p_data.get_xdata()
    assert p_data.get_color() == plot.DATA["color"] and p_g.get_color() == plot.GENERATED["color"]
    np.testing.assert_array_equal(p_data.get_ydata(), run.p_data.prob(x))
    np.testing.assert_array_equal(p_g.get_ydata(), np.minimum(run.p_g.prob(x), ax.get_ylim()[1]))
    of_d, of_optimum = ax.figure.axes[1].get_lines()
    np.testing.assert_allclose(of_d.get_ydata(), run.discriminator(x), rtol=1e-5)
    np.testing.assert_allclose(of_optimum.get_ydata(), run.p_data.prob(x) / (run.p_data.prob(x) + run.p_g.prob(x)), rtol=1e-12)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [r"$p_\mathrm{data}$", "$p_g$, exact", "$D$", "$D^*$"]
    heads = [text.xy[0] for text in ax.texts if isinstance(text, Annotation)]
    z = (np.arange(25) + 0.5) / 25 * 2 - 1  # of equal mass: z is uniform on [-1, 1]
    np.testing.assert_allclose(heads, jax.vmap(run.generator)(z), rtol=1e-5)
    assert min(ax.get_yticks()) >= 0 > ax.get_ylim()[0]


def test_without_arrows_the_axis_begins_at_0(run, ax):
    run.plot(ax, arrows=False)
    assert ax.get_ylim()[0] == 0 and not [text for text in ax.texts if isinstance(text, Annotation)]


def test_the_axis_is_called_as_the_column_is(run, ax):
    assert run.plot(ax).get_xlabel() == "$x$"
    of_column = Run(run.p_data, run.latent, run.generator, run.discriminator, {"column": ["price"], "transform": "log"}, run.history)
    assert of_column.plot(Figure().subplots()).get_xlabel() == "log price"


def test_fonts_are_the_users(run):
    with matplotlib.rc_context(OWN):
        ax = Figure().subplots()
        label = run.plot(ax).xaxis.get_label()
        assert label.get_fontfamily() == ["monospace"] and label.get_fontsize() == 17
        assert run.plot_history(Figure().subplots()).yaxis.get_label().get_fontfamily() == ["monospace"]


def test_without_an_axes_there_is_a_new_figure_of_pyplots(run):
    from matplotlib import pyplot

    pyplot.switch_backend("agg")
    first, second = run.plot(), run.plot_history()
    try:
        assert {first.figure.number, second.figure.number} == set(pyplot.get_fignums())
        assert [line.get_ydata().tolist() for line in second.get_lines()][:2] == [run.column("two_jsd"), run.column("discriminator_gap")]
    finally:
        pyplot.close("all")


@pytest.mark.slow
def test_on_the_plane_p_g_is_a_map_with_lines_of_p_data_and_d(ax):
    z = gt.Product(gt.Normal(0, 1), gt.Normal(0, 1))
    players = (
        kind(8, 1, inputs=2, **more, key=jax.random.key(1)) for kind, more in ((gt.Generator, {"outputs": 2}), (gt.Discriminator, {}))
    )
    generator, discriminator = players
    run = Run(z, z, generator, discriminator, {})
    run.plot(ax)
    middle = [text.get_text() for text in ax.get_legend().get_texts()]
    assert middle[0] == r"$p_\mathrm{data}$"
    rings = ax.collections[1].get_paths()  # the first is the map
    radii = [np.linalg.norm(path.vertices, axis=1) for path in rings]
    # A standard Gaussian has a share of 1 - exp(-r²/2) within r, of what lies in the picture.
    known = [np.sqrt(-2 * np.log(1 - share)) for share in (0.9, 0.5, 0.1)]
    np.testing.assert_allclose([np.median(r) for r in radii], known, rtol=0.03)
    with pytest.raises(ValueError, match="`history` of a run must not be empty, to be drawn"):
        run.plot_history(ax)
