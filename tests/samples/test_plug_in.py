import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon

from gantheory.samples.plug_in import by_histogram, by_kernel, jsd_of_cells

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(200, 1)), RNG.normal(1, 1, (300, 1))


def test_jsd_of_cells_is_scipys():
    p, q = np.array([[3.0, 0.0], [1.0, 0.0]]), np.array([[1.0, 2.0], [5.0, 0.0]])
    assert jsd_of_cells(p, q) == pytest.approx(jensenshannon(p.ravel(), q.ravel()) ** 2, rel=1e-14, abs=0)
    assert jsd_of_cells(p, p) == 0 and jsd_of_cells(np.eye(2), 1 - np.eye(2)) == pytest.approx(np.log(2), rel=1e-15, abs=0)


def test_the_histograms_are_numpys():
    found = by_histogram(X, Y)
    count = int(np.ceil(2 * 200 ** (1 / 3)))
    edges = np.linspace(min(X.min(), Y.min()), max(X.max(), Y.max()), count + 1)
    known = jensenshannon(*(np.histogram(rows, edges)[0] for rows in (X, Y))) ** 2
    assert found.value == pytest.approx(known, rel=1e-12, abs=0) and f"{count} cells" in found.how
    assert found.extrapolated == 2 * found.value - found.of_halves


def test_the_kernel_estimate_is_scipys():
    width, x = np.std(X, ddof=1) * 200**-0.2, np.linspace(-8, 9, 20001)
    known = jensenshannon(*(stats.gaussian_kde(rows[:, 0], width / np.std(rows, ddof=1))(x) for rows in (X, Y))) ** 2
    assert by_kernel(X, Y, 1.0).value == pytest.approx(known, rel=0.01)  # on a grid of a quarter of the bandwidth


def test_rows_of_one_law_seem_apart_less_so_the_more_they_are():
    """The bias: 0 is the truth. Of twice as many rows in the same cells it is half as large, which the extrapolation takes off."""
    estimates = [method(*RNG.normal(size=(2, 400, 1))) for _ in range(60) for method in (by_histogram, lambda x, y: by_kernel(x, y, 1.0))]
    for mine in (estimates[::2], estimates[1::2]):
        values, halves = np.mean([one.value for one in mine]), np.mean([one.of_halves for one in mine])
        assert halves > 1.7 * values > 0
        assert abs(np.mean([one.extrapolated for one in mine])) < 0.25 * values


def test_on_the_plane_there_are_both_and_beyond_it_none():
    x, y = RNG.normal(size=(2, 500, 2))
    assert 0 < by_histogram(x, y).value < by_histogram(x, y + 2).value < np.log(2)
    assert 0 < by_kernel(x, y, 1.0).value < by_kernel(x, y + 2, 1.0).value < np.log(2)
    assert by_histogram(*RNG.normal(size=(2, 20, 3))) is None and by_kernel(*RNG.normal(size=(2, 20, 3)), 1.0) is None
    assert by_kernel(np.ones((10, 1)), np.ones((10, 1)), 1.0) is None
