"""The mixture's figure from a few steps."""

import pytest

from gantheory.reproductions import mixture


@pytest.mark.slow
def test_a_few_steps_draw_everything_and_fail_the_properties(tmp_path):
    made = mixture.LearntMixture(steps=2).made(0, tmp_path)
    assert len(made.saved) == 5 and len(made.drawing.axes) == 2
    assert [row["seed"] for row in made.numbers["jsd"]] == [0, 1, 2, 3, 4]
    assert all(0 < row["value"] < 0.7 and row["error"] < 1e-9 for row in made.numbers["jsd"])
    assert not any(one.holds for one in made.properties)
