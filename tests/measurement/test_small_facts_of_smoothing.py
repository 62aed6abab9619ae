"""How little a law can be smoothed."""

import pytest

import gantheory as gt
from gantheory.distributions import Density


@pytest.mark.parametrize(("doubles", "enough"), [(12, True), (4, False)])
def test_noise_that_spans_eight_doubles_is_enough(doubles, enough):
    """At 2^40 doubles are 2^-12 apart."""
    low, scale = 2.0**40, doubles * 2.0**-12
    law = gt.Uniform(low, low + 1 / 64)
    if enough:
        found = gt.smoothed(law, scale)
        assert isinstance(found, Density)
        assert float(found.mean) - low == pytest.approx(1 / 128, abs=2.0**-12)
    else:
        with pytest.raises(ValueError, match="`scale` of smoothed must span 8 doubles"):
            gt.smoothed(law, scale)
