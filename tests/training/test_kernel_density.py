import numpy as np
import pytest
from scipy import stats

import gantheory as gt
from gantheory.training.kernel_density import kde, silverman

ROWS = np.random.default_rng(0).normal(2, 1.5, 40)


def test_silvermans_bandwidth_by_hand():
    # 1 … 9: s = √7.5 = 2.7386, quartiles 3 and 7, 4/1.34 = 2.985, 9^(-1/5) = .644394
    assert silverman(np.arange(1.0, 10.0)) == pytest.approx(0.9 * 7.5**0.5 * 9**-0.2, rel=1e-14)
    # An outlier makes s = √(60 + 91²·…) large, and the quartiles rule.
    assert silverman(np.array([*range(1, 9), 100.0])) == pytest.approx(0.9 * (4 / 1.34) * 9**-0.2, rel=1e-14)
    # Half of the rows are one value: the quartiles say nothing.
    mostly = np.array([0.0] * 8 + [1.0, 2.0])
    assert silverman(mostly) == pytest.approx(0.9 * np.std(mostly, ddof=1) * 10**-0.2, rel=1e-14)


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
