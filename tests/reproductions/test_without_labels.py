"""The figure of ways to learn without labels, from a few steps."""

import pytest

from gantheory.experiments import without_labels as experiment
from gantheory.reproductions.without_labels import WithoutLabels


@pytest.mark.slow
def test_a_few_steps_draw_everything_and_every_objective_is_split(tmp_path, monkeypatch):
    monkeypatch.setattr(experiment, "SEEDS", 1)
    made = WithoutLabels(length=1e-3).made(2, tmp_path)
    assert len(made.saved) == len(experiment.WAYS) and len(made.drawing.axes) == 4 * len(experiment.WAYS)
    for way in experiment.WAYS:
        (found,) = made.numbers["ways"][way.name]
        assert (found["seed"], found["steps"]) == (experiment.FIRST_SEED + 2, round(1e-3 * way.steps))
        assert found["gap"]["value"] >= 0 and found["sign"] in (1, -1)
        assert found["objective"]["value"] == pytest.approx(found["divergence"]["value"] + found["sign"] * found["gap"]["value"], abs=1e-10)
    closed = [one for one in made.properties if one.bound == 1e-10]
    assert len(closed) == len(experiment.WAYS) and all(one.holds for one in closed)
    assert not any(one.holds for one in made.properties if one.bound != 1e-10)
