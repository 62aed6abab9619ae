import numpy as np
import pytest
from scipy import stats

import gantheory as gt
from gantheory.training.kernel_density import estimated, kde, silverman

ROWS = np.random.default_rng(0).normal(2, 1.5, 40)


def test_silvermans_bandwidth_by_hand():
    # 1 … 9: s = √7.5 = 2.7386, quartiles 3 and 7, 4/1.34 = 2.985, 9^(-1/5) = .644394
    assert silverman(np.arange(1.0, 10.0)) == pytest.approx(0.9 * 7.5**0.5 * 9**-0.2, rel=1e-14, abs=0)
    # An outlier makes s = √(60 + 91²·…) large, and the quartiles rule.
    assert silverman(np.array([*range(1, 9), 100.0])) == pytest.approx(0.9 * (4 / 1.34) * 9**-0.2, rel=1e-14, abs=0)
    # Half of the rows are one value: the quartiles say nothing.
    mostly = np.array([0.0] * 8 + [1.0, 2.0])
    assert silverman(mostly) == pytest.approx(0.9 * np.std(mostly, ddof=1) * 10**-0.2, rel=1e-14, abs=0)


def test_kde_is_scipys():
    density, other = kde(ROWS, 0.4), stats.gaussian_kde(ROWS, 0.4 / np.std(ROWS, ddof=1))
    x = np.linspace(-5, 9, 57)
    np.testing.assert_allclose(density.prob(x), other(x), rtol=1e-11)
    np.testing.assert_allclose(density.cdf(x), [other.integrate_box_1d(-np.inf, at) for at in x], rtol=1e-11, atol=1e-15)


def test_jsd_from_a_density_to_the_rows_themselves_is_log_2():
    """The kernels of a KDE shrink to the rows: JSD rises to log 2, though the rows were drawn from that very density.

    What is left at width h is the data's mass under the kernels, below 10 · 40 · h · max p, times log(1 + q/p) < 12.
    """
    jsd = [gt.jsd(gt.Normal(2.0, 1.5), kde(ROWS, width)) for width in (1e-2, 1e-4, 1e-6)]
    assert jsd[0].upper < jsd[1].lower < jsd[2].lower
    assert 0 < np.log(2) - jsd[2].value < 400e-6 / (1.5 * np.sqrt(2 * np.pi)) * 12


def full(rows, scales):
    """A kernel at every row, by NumPy."""

    def density(x):
        u = (x[:, None] - rows) / scales
        return np.exp(-(u**2) / 2).prod(-1).mean(-1) / np.prod(scales * np.sqrt(2 * np.pi))

    return density


@pytest.mark.parametrize("draw", ["normal", "standard_cauchy", "exponential"])
def test_merged_kernels_are_within_their_total_variation_of_a_kernel_at_every_row(draw):
    rows = getattr(np.random.default_rng(1), draw)(size=2000)
    found = estimated(rows)
    assert found.kernels < len(rows) and 0 < found.merged < 0.02
    x = np.linspace(-8, 8, 3001)
    off = np.abs(found.density.prob(x) - full(rows[:, None], np.array([found.bandwidth]))(x[:, None]))
    assert 0 < off.sum() * (x[1] - x[0]) / 2 <= found.merged
    assert found.density.mean == pytest.approx(rows.mean(), rel=1e-12, abs=0)
    assert str(found).endswith(f"its kernels merged to {found.kernels} (total variation at most {found.merged:.1g})")


@pytest.mark.slow
def test_merged_kernels_on_the_plane_are_too():
    rows = np.random.default_rng(1).normal(size=(20_000, 2)) @ np.array([[1.0, 0.8], [0.0, 3.0]])
    found = estimated(rows, 0.3)
    axes = np.linspace(-4, 4, 41), np.linspace(-12, 12, 41)
    x = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 2)
    off = np.abs(found.density.prob(x) - full(rows, 0.3 * rows.std(0, ddof=1))(x))
    assert found.kernels <= 2000 and 0 < off.sum() * 0.2 * 0.6 / 2 <= found.merged < 0.05
    assert found.rule == "given"


def test_a_thousand_rows_keep_their_own_kernels():
    rows = np.random.default_rng(1).normal(size=1000)
    found = estimated(rows)
    assert (found.kernels, found.merged, str(found)) == (1000, 0.0, "Gaussian kernel density estimate of 1000 rows")
    assert np.array_equal(found.density.components.loc, rows)


def test_rows_are_modelled_in_python_and_refused_where_a_density_is_asked_for():
    density = gt.from_samples(ROWS)
    assert np.array_equal(density.prob(1.0), kde(ROWS, silverman(ROWS)).prob(1.0))
    assert gt.from_samples(ROWS[:, None].tolist()).batch_shape == () and gt.from_samples(np.stack([ROWS, ROWS**2], -1)).dimension == 2
    with pytest.raises(ValueError, match=r"must not be rows, which have none: gt\.from_samples models them"):
        gt.jsd(gt.Normal(), ROWS)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (["a"] * 12, "must be finite numbers. Column '1' must be an array"),
        (np.zeros((12, 3)), r"must be of shape \(n,\) or \(n, 2\), n at least 10. Got \(12, 3\)"),
        (ROWS[:9], r"Got \(9,\)"),
        (np.append(ROWS, np.nan), "must be finite. Got nan"),
        (np.ones(12), "must vary. Got 1 in all 12"),
    ],
)
def test_rows_that_no_density_models_are_refused(rows, sentence):
    with pytest.raises(ValueError, match=f"`rows` of from_samples {sentence}" if sentence.startswith("must") else sentence):
        gt.from_samples(rows)
    with pytest.raises(ValueError, match="`bandwidth` of from_samples must be positive"):
        gt.from_samples(ROWS, 0.0)


@pytest.mark.usefixtures("unchecked")
def test_a_bandwidth_that_is_no_number_is_refused():
    for bandwidth in ("silverman", [1.0], True):
        with pytest.raises(ValueError, match=r"`bandwidth` of from_samples must be positive and finite, or None for the usual rule. Got"):
            gt.from_samples(ROWS, bandwidth)
