"""The rings' figure from a few steps: every part of it is there, and the untrained networks fail its properties."""

import numpy as np
import pytest

from gantheory.reproductions import rings


@pytest.mark.slow
def test_a_few_steps_draw_everything_and_fail_the_properties_that_need_training(tmp_path):
    made = rings.Rings(steps=2).made(0, tmp_path)
    assert len(made.saved) == 50 and all(path.exists() for path in made.saved)
    assert not next(one for one in made.properties if one.panel == "R1").holds
    for recipe in made.numbers["recipes"].values():
        assert [row["seed"] for row in recipe["seeds"]] == list(range(10))
        assert all(0 <= row["share"][0] <= 1 and row["two_jsd"][1] >= 0 for row in recipe["seeds"])
    assert len(made.drawing.axes) >= 5 + 4 + 3
    assert rings.PERFECT == 1 - np.exp(-4.5)
