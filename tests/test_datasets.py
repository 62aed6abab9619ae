import numpy as np
import pytest

from gantheory import datasets
from gantheory.training.data import read_column


@pytest.mark.parametrize(("column", "mean", "least", "most"), [("eruptions", 3.4877830882, 1.6, 5.1), ("waiting", 70.8970588235, 43, 96)])
def test_old_faithful_is_the_272_eruptions(column, mean, least, most):
    rows = read_column(datasets.path("old_faithful"), column)
    assert len(rows) == 272
    assert np.mean(rows) == pytest.approx(mean, abs=5e-11)
    assert (rows.min(), rows.max()) == (least, most)


def test_names_and_columns_of_what_is_shipped():
    assert "old_faithful" in datasets.names()
    assert datasets.columns("old_faithful") == ["eruptions", "waiting"]
    for name in datasets.names():
        assert len(datasets.columns(name)) >= 1


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"must be one of .*old_faithful.* Got 'iris'"):
        datasets.path("iris")
