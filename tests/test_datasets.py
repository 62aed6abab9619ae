import numpy as np
import pytest

from gantheory import datasets
from gantheory.training.rows import read_rows


@pytest.mark.parametrize(("column", "mean", "least", "most"), [("eruptions", 3.4877830882, 1.6, 5.1), ("waiting", 70.8970588235, 43, 96)])
def test_old_faithful_has_272_eruptions_with_the_known_mean_and_range(column, mean, least, most):
    rows = read_rows(str(datasets.path("old_faithful")), [column]).values
    assert len(rows) == 272
    assert np.mean(rows) == pytest.approx(mean, abs=5e-11)
    assert (rows.min(), rows.max()) == (least, most)


def test_every_shipped_data_set_has_a_name_and_columns():
    assert "old_faithful" in datasets.names()
    assert datasets.columns("old_faithful") == ["eruptions", "waiting"]
    for name in datasets.names():
        assert len(datasets.columns(name)) >= 1


def test_an_unknown_name_is_refused_and_the_known_ones_are_listed():
    with pytest.raises(ValueError, match=r"must be one of .*old_faithful.* Got 'iris'"):
        datasets.path("iris")
