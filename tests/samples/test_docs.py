"""The table of docs/samples.md, made again."""

import re
from pathlib import Path

import numpy as np
import pytest

import gantheory as gt

PAGE = Path(__file__).parents[2] / "docs" / "samples.md"
ROWS = re.findall(r"^\| (\d+) \| (.*) \|$", PAGE.read_text().split("table of samples")[1].split("end of table")[0], re.M)


@pytest.mark.slow
@pytest.mark.parametrize(("n", "cells"), ROWS, ids=[n for n, _ in ROWS])
def test_the_table_says_what_is_found(n, cells):
    rng = np.random.default_rng(0)
    found = gt.compare_samples(rng.normal(0, 1, int(n)), rng.normal(0.5, 1.2, int(n)))
    bound, by_histogram, by_kernel, w1 = found.jsd, found.histogram, found.kernel, found.wasserstein1
    of_rows = [by_histogram.value, by_histogram.extrapolated, by_kernel.value, by_kernel.extrapolated]
    numbers = [bound.value, bound.standard_error, bound.bound, *of_rows, w1.value, w1.if_equal, w1.p_value]
    for cell, number in zip(cells.split(" | "), numbers, strict=True):
        assert abs(float(cell) - number) <= 0.75 * 10.0 ** -len(cell.partition(".")[2])
    truth = float(gt.jsd(gt.Normal(0, 1), gt.Normal(0.5, 1.2)))
    assert bound.bound <= truth == pytest.approx(0.0321, abs=5e-5)


def test_the_table_is_read():
    assert [n for n, _ in ROWS] == ["200", "2000", "20000"]


def test_the_page_shows_what_is_printed():
    """But for its numbers, which may differ in the last digits from machine to machine; so half of the page's rows will do."""
    shown = PAGE.read_text().split("This prints\n\n```\n")[1].split("\n```")[0]
    rng = np.random.default_rng(0)
    found = gt.compare_samples(rng.normal(0, 1, 1000), rng.normal(0.5, 1.2, 1000))
    without = [re.sub(r" *-?\d[\d.e-]*", " #", text) for text in (shown, repr(found))]
    assert without[0] == without[1]
