"""How often the best discriminator is right, from bounds of JSD."""

from types import SimpleNamespace

import pytest

import gantheory as gt
from gantheory.judgement.verdict import right_by_best


def test_on_the_plane_it_lies_between_jsd_over_log_2_and_the_root_of_2_jsd():
    """JSD = .02: TV from .0289 to .2, so that D* is right in 51.4 to 60 % of the cases."""
    state = SimpleNamespace(total_variation=None, measured=SimpleNamespace(two_jsd=gt.Estimate(0.04, 0.0)))
    assert right_by_best(state) == pytest.approx((0.5144269504088896, 0.6), rel=1e-12)


def test_on_the_line_it_is_by_the_measured_tv():
    state = SimpleNamespace(total_variation=gt.Estimate(0.3, 0.01))
    assert right_by_best(state) == pytest.approx((0.645, 0.655), rel=1e-12)
