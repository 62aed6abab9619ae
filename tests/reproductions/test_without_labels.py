"""The figure of ways to learn without labels, from a few steps."""

import pytest
from matplotlib.text import Text

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
        assert made.numbers["least_jsd_of_family"][way.name]["value"] <= found["jsd"]["value"]
    closed = [one for one in made.properties if one.bound == 1e-10]
    assert len(closed) == len(experiment.WAYS) and all(one.holds for one in closed)
    of_seeds = [one for one in made.properties if "largest of" in one.quantity]
    assert len(of_seeds) == len(experiment.WAYS) and not any(one.holds for one in of_seeds)
    assert all(way.loses in " ".join(text.get_text() for text in made.drawing.findobj(Text)).replace("\n", " ") for way in experiment.WAYS)
