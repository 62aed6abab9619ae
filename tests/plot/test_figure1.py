"""Figure 1 of anybody's states, and the styles that it is drawn in."""

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Annotation

import gantheory as gt
from gantheory import plot

ROUND = gt.MultivariateNormal([0, 0], [[1, 0], [0, 1]])


def coin(x):
    return 0.5 + 0 * x


@pytest.fixture(scope="module")
def folded():
    """p_g of a G that folds, against a D that says ½ everywhere."""
    return gt.State(gt.Normal(0, 1), gt.Pushforward(lambda z: z**2 - 1, gt.Normal(0, 1)), coin)


@pytest.fixture(scope="module")
def shifted():
    """A p_g that is a density, and so no generator's."""
    return gt.State(gt.Normal(0, 1), gt.Normal(1, 0.5), coin)


def curve(ax, ink):
    (line,) = [line for line in ax.get_lines() if line.get_color() == ink["color"] and len(line.get_xdata()) > 2]
    return line


def test_a_panel_has_both_laws_by_one_scale_and_d_by_its_own(folded, shifted):
    figure = plot.figure1({"one": folded, "other": shifted})
    first, second = figure.axes
    x = curve(first, plot.DATA).get_xdata()
    p = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    np.testing.assert_allclose(curve(first, plot.DATA).get_ydata(), 0.8 * p / p.max(), rtol=1e-6)
    x = curve(second, plot.GENERATED).get_xdata()
    np.testing.assert_allclose(curve(second, plot.GENERATED).get_ydata(), 0.8 * 2 * np.exp(-(((x - 1) / 0.5) ** 2) / 2), rtol=1e-6)
    assert set(curve(first, plot.DISCRIMINATOR).get_ydata()) == {0.5}
    assert [ax.get_title() for ax in figure.axes] == ["one", "other"]


def test_arrows_lead_from_z_to_g_of_z_where_there_is_a_generator(folded, shifted):
    first, second = plot.figure1([folded, shifted]).axes
    ends = [text.xy[0] for text in first.texts if isinstance(text, Annotation)]
    z = gt.Normal(0, 1).quantile((np.arange(25) + 0.5) / 25)
    seen = z**2 - 1 <= curve(first, plot.DATA).get_xdata()[-1]
    np.testing.assert_allclose(ends, (z**2 - 1)[seen], rtol=1e-6)
    assert not [text for text in second.texts if isinstance(text, Annotation)]


def test_both_gaps_stand_below_with_their_errors(folded):
    (said,) = [text.get_text() for text in plot.figure1(folded).axes[0].texts if "JSD" in text.get_text()]
    assert str(folded.measured.two_jsd) in said and str(folded.measured.discriminator_gap) in said
    assert not [text for text in plot.figure1(folded, numbers=False).axes[0].texts if "JSD" in text.get_text()]


def test_a_run_is_a_state(run):
    (ax,) = plot.figure1(run).axes
    assert curve(ax, plot.DISCRIMINATOR).get_ydata().std() > 0


def test_on_axes_of_one_s_own_one_s_own_settings_hold(folded, shifted):
    figure = Figure()
    axes = figure.subplots(1, 2)
    with matplotlib.rc_context({"lines.linewidth": 3.0}):
        assert plot.figure1([folded, shifted], axes, numbers=False) is figure
    assert curve(axes[0], plot.DATA).get_linewidth() == 2 * plot.DATA["linewidth"]
    plot.figure1([folded, shifted], figure.subplots(1, 2), numbers=False, style="poster")


def test_each_style_is_larger_than_the_one_before(folded):
    sizes = []
    for name, settings in plot.STYLES.items():
        figure = plot.figure1(folded, style=name)
        line = curve(figure.axes[0], plot.DATA)
        sizes.append((settings["font.size"], settings["lines.linewidth"], line.get_linewidth(), *figure.get_size_inches()))
    assert list(plot.STYLES) == ["paper", "slides", "poster"] and (np.diff(sizes, axis=0) > 0).all()


def test_styles_are_settings_of_matplotlib_and_hold_only_inside(folded):
    before = dict(matplotlib.rcParams)
    for name, settings in plot.STYLES.items():
        with plot.style(name):
            assert matplotlib.rcParams["font.size"] == settings["font.size"]
            assert matplotlib.rcParams["lines.linewidth"] == settings["lines.linewidth"]
        plot.figure1(folded, style=name)
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize(
    "states, arguments, said",
    [
        ([], {}, "must be one state or more"),
        (3.0, {}, "must be runs, or have p_data"),
        (gt.State(ROUND, ROUND, coin), {}, "on the line"),
        (gt.State(gt.Normal(), gt.Normal(1, 1), coin), {"style": "slide"}, "did you mean 'slides'"),
        (gt.State(gt.Normal(), gt.Normal(1, 1), coin), {"axes": [1, 2]}, "must be 1 matplotlib Axes"),
    ],
)
def test_what_cannot_be_drawn_is_refused(states, arguments, said):
    with pytest.raises(ValueError, match=said):
        plot.figure1(states, **arguments)
