"""NumPy's functions of a measurement: those of which no bound is known are refused by name."""

import numpy as np
import pytest

import gantheory as gt


@pytest.mark.parametrize(
    ("call", "name"),
    [(np.sin, "np.sin"), (np.add.reduce, "np.add.reduce"), (lambda one: np.add(one, 1.0, where=True), "np.add with where")],
)
def test_a_function_of_which_no_bound_is_known_is_refused_by_its_name(call, name):
    with pytest.raises(TypeError) as refused:
        call(gt.Estimate(1.0, 0.1))
    assert str(refused.value) == f"Estimate has no {name}: no bound on the error is known."
