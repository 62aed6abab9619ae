"""When a direction is a symmetry, and when an iteration is known to contract."""

import numpy as np
import optax
import pytest

from gantheory.stability.one_iteration import OneIteration
from gantheory.stability.optimizer_rules import rule_of
from gantheory.stability.symmetries import _stays


def test_a_curve_that_leaves_a_weight_at_0_is_none_along_a_direction_that_moves_it():
    """f(w) = w₂ changes along (1, 1), from (1, 0) too, where w exp(t u/w) would leave it; along (1, 0) it does not."""
    own = np.array([1.0, 0.0])
    assert not _stays(lambda w: w[1:], own, np.array([1.0, 1.0]))
    assert _stays(lambda w: w[1:], own, np.array([1.0, 0.0]))


@pytest.mark.parametrize(
    ("size", "left_out", "contracts"), [(0.9, 0.0, True), (1.1, 0.0, False), (1 - 1e-13, 0.0, None), (0.9, 0.2, None), (1.1, 0.2, None)]
)
def test_an_iteration_contracts_where_neither_rounding_nor_what_was_left_out_decides(size, left_out, contracts):
    rule = rule_of(optax.sgd(0.1), 0)
    assert rule is not None
    assert OneIteration(np.array([size]), 0, left_out, (rule, rule), "simultaneous").contracts is contracts
