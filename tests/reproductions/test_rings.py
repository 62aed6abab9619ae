"""The rings' figure from a few steps: every part of it is there, and the untrained networks fail its properties."""

import numpy as np
import pytest

from gantheory.experiments import rings as experiment
from gantheory.reproductions import rings


@pytest.mark.slow
def test_a_few_steps_draw_everything_and_fail_the_properties_that_need_training(tmp_path, monkeypatch):
    """On coarse meshes and grids: what is measured of untrained networks need not be near."""
    coarse = {name: recipe._replace(lines=64, cells=64) for name, recipe in experiment.RECIPES.items()}
    monkeypatch.setattr(experiment, "RECIPES", coarse)
    made = rings.Rings(steps=2, seeds=2).made(0, tmp_path)
    assert len(made.saved) == 12 and all(path.exists() for path in made.saved)
    assert {one.panel for one in made.properties if not one.holds} >= {"R1", "wide"}
    for recipe in made.numbers["recipes"].values():
        assert [row["seed"] for row in recipe["seeds"]] == [0, 1]
        assert all(0 <= row["share"][0] <= 1 and row["two_jsd"][1] >= 0 for row in recipe["seeds"])
    assert len(made.drawing.axes) >= 6 + 4 + 3
    assert rings.PERFECT == 1 - np.exp(-4.5)


@pytest.mark.slow
def test_every_claim_holds_of_two_seeds_that_are_not_the_figures(tmp_path):
    made = rings.Rings(seeds=2).made(10, tmp_path)
    assert [one.sentence() for one in made.properties if not one.holds] == []
