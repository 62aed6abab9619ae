"""The envelope of |log p| of a heavy tail, against the density itself."""

import math

import pytest
import scipy.stats
from flint import arb

from gantheory.rigorous.tails import PowerTail


@pytest.mark.parametrize(("df", "scale"), [(0.01, 1.0), (0.1, 1.0), (0.5, 0.3), (3.0, 1.0), (3.0, 20.0)])
@pytest.mark.parametrize("x", [0.0, 1.5, 1e3, 1e30, -1e100])
def test_students_envelope_holds_for_few_degrees_of_freedom_too(df, scale, x):
    """|log p(x)| <= constant + (ν + 1) log(1 + |x|): below one degree of freedom √ν is less than 1."""
    envelope = PowerTail(arb(df), arb(0.25), arb(scale)).envelope
    bound = float(envelope.constant) + float(envelope.logarithm) * math.log1p(abs(x))
    assert abs(float(scipy.stats.t.logpdf(x, df, 0.25, scale))) <= bound
