"""The doubt of a smoothed density is how far a coarser partition is off at the worst of the points that are compared."""

import numpy as np
import pytest

import gantheory as gt
from gantheory.measurement import smoothing


class OffAtOnePoint:
    """A density that is off by a thousandth at one of the points."""

    def __init__(self, density):
        self.density = density

    def log_prob(self, x):
        return np.asarray(self.density.log_prob(x)) + 1e-3 * (np.arange(len(x)) == len(x) // 2)


def test_one_point_that_is_off_is_all_the_doubt(monkeypatch):
    shipped, made = smoothing._mixture, []

    def mixture(*arguments):
        made.append(shipped(*arguments))
        return made[0] if len(made) == 1 else OffAtOnePoint(made[0])

    monkeypatch.setattr(smoothing, "_mixture", mixture)
    law = gt.smoothed(gt.Uniform(0.0, 1.0), 0.3)
    assert isinstance(law, smoothing.Smoothed) and len(made) == 2
    np.testing.assert_allclose(law.inner_error, 1e-3, rtol=1e-9)


def test_a_tail_beyond_what_doubles_resolve_is_refused_in_its_own_name():
    with pytest.raises(ValueError, match=r"`scale` of smoothed must span 8 doubles wherever there is mass, at x = .*e\+36 too. Got 0.3"):
        gt.smoothed(gt.StudentT(8.0), 0.3)
