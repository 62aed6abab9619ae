"""The split of a training's JSD: Shapley's axioms, and the figure from a few steps."""

import itertools

import numpy as np
import pytest

from gantheory.experiments import oracles as experiment
from gantheory.reproductions import oracles

NONE, ALL = frozenset(), frozenset(experiment.LIMITS)


def test_there_are_six_trainings():
    assert len(experiment.trainings()) == 6
    assert experiment.in_effect(frozenset({"k", "batch"})) == {"batch"}


@pytest.mark.parametrize("seed", range(5))
def test_the_parts_are_shapley_values(seed):
    """They sum to the whole; and each is the mean over the sets of the others, weighted by 1/(3 · (2 choose size)), another formula."""
    rng = np.random.default_rng(seed)
    worth = {limits: float(rng.uniform()) for limits in experiment.trainings()}
    parts = experiment.shapley(worth)
    assert sum(parts.values()) == pytest.approx(worth[ALL] - worth[NONE], abs=1e-14)
    for limit, part in parts.items():
        others = [other for other in experiment.LIMITS if other != limit]
        expected = 0.0
        for size, weight in ((0, 1 / 3), (1, 1 / 6), (2, 1 / 3)):
            for some in itertools.combinations(others, size):
                with_it, without = experiment.in_effect(frozenset(some) | {limit}), experiment.in_effect(frozenset(some))
                expected += weight * (worth[with_it] - worth[without])
        assert part == pytest.approx(expected, abs=1e-14)


@pytest.mark.slow
def test_a_few_steps_draw_everything(tmp_path):
    made = oracles.ShapleySplit(steps=4, floor=2).made(0, tmp_path)
    assert len(made.saved) == 7 and len(made.drawing.axes) == 2
    assert set(made.numbers["jsd"]) == {"none", "batch", "capacity", "batch+capacity", "capacity+k", "batch+capacity+k"}
    assert next(one for one in made.properties if "sum of the parts" in one.quantity).holds
    assert not next(one for one in made.properties if one.panel == "D*, integrals").holds
