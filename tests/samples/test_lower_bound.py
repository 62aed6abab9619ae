import re

import numpy as np
import pytest

import gantheory as gt
from gantheory.samples import lower_bound
from gantheory.samples.lower_bound import jsd_lower_bound

LEVEL, REPEATS, ROWS = 0.95, 500, 200


def jsd_of(shift):
    return float(gt.jsd(gt.Normal(0, 1), gt.Normal(shift, 1)))


def bounds_of(shift, repeats, rows=ROWS):
    for seed in range(repeats):
        rng = np.random.default_rng(seed)
        yield jsd_lower_bound(rng.normal(size=(rows, 1)), rng.normal(shift, 1, (rows, 1)), LEVEL, rng)


class Best:
    """D* of N(0, 1) and N(shift, 1): its logit is log p - log q."""

    def __init__(self, shift):
        self.shift = shift

    def logit(self, x):
        return (x[:, 0] - self.shift) ** 2 / 2 - x[:, 0] ** 2 / 2


@pytest.mark.slow
@pytest.mark.parametrize("shift", [0.0, 0.3])
def test_the_bound_of_a_trained_d_holds_with_its_level(shift):
    """And so does J(D): no D is better than JSD by more than chance."""
    found = list(bounds_of(shift, REPEATS))
    truth = jsd_of(shift)
    assert sum(one.bound <= truth for one in found) >= LEVEL * REPEATS
    assert np.mean([one.value for one in found]) <= truth + 4 * np.std([one.value for one in found]) / REPEATS**0.5


@pytest.mark.slow
@pytest.mark.parametrize("shift", [0.3, 1.5])
def test_the_bound_of_the_best_d_whose_j_is_jsd_holds_with_its_level(shift, monkeypatch):
    """The hardest case: for D* nothing is given away but by chance."""
    monkeypatch.setattr(lower_bound, "trained_separation", lambda *_: Best(shift))
    found = list(bounds_of(shift, REPEATS))
    truth = jsd_of(shift)
    assert sum(one.bound <= truth for one in found) >= LEVEL * REPEATS
    scores = np.array([(one.value - truth) / one.standard_error for one in found])
    assert abs(scores.mean()) < 0.3 and 0.9 < scores.std() < 1.15  # the tail of D* that is clipped costs a little
    assert np.mean([one.bound for one in found]) > (0.3 * truth if shift == 1.5 else 0)


def test_d_is_judged_on_rows_that_it_has_not_seen():
    """Of one law a D that is judged on its own rows would seem to tell them apart."""
    found = list(bounds_of(0.0, 8, 40))
    assert all(one.bound == 0 for one in found) and np.mean([one.value for one in found]) < 0
    assert found[0].rows == (20, 20) and str(found[0]) == "0: nothing above 0 is shown with 95 % confidence"


def test_laws_that_are_far_apart_are_bounded_well_below_and_by_log_2():
    for one in bounds_of(5.0, 3, 40):
        assert 0 < one.bound < one.value <= np.log(2)
        assert one.criterion_bound == pytest.approx(2 * one.bound - np.log(4), rel=1e-12, abs=0)
        printed = [float(number) for number in re.match(r"(0\.\d+), with 95 % .* at least (-?\d\.\d+)$", str(one)).groups()]
        assert one.bound - 1e-4 < printed[0] <= one.bound and one.criterion_bound - 1e-3 < printed[1] <= one.criterion_bound


def test_more_generated_rows_than_data_are_all_used(monkeypatch):
    monkeypatch.setattr(lower_bound, "trained_separation", lambda *_: Best(2.0))
    rng = np.random.default_rng(0)
    found = jsd_lower_bound(rng.normal(size=(100, 1)), rng.normal(2, 1, (1000, 1)), LEVEL, rng)
    assert found.rows == (50, 500) and 0.1 < found.bound < found.value < 0.45
