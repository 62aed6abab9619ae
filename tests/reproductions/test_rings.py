"""The rings' figure from a few steps: its parts are there, and its claims are not of the drawing's making."""

import numpy as np
import pytest

from gantheory.reproductions import rings


@pytest.mark.slow
def test_a_few_steps_draw_everything_and_fail_the_claims_that_they_must(tmp_path):
    figure, numbers, claims, saved = rings.reproduce(0, tmp_path, steps=2)
    assert len(saved) == 50 and all(path.exists() for path in saved)
    assert not next(claim for claim in claims if claim.panel == "R1").holds
    for recipe in numbers["recipes"].values():
        assert [row["seed"] for row in recipe["seeds"]] == list(range(10))
        assert all(0 <= row["share"][0] <= 1 and row["two_jsd"][1] >= 0 for row in recipe["seeds"])
    assert len(figure.axes) >= 5 + 4 + 3
    assert rings.PERFECT == 1 - np.exp(-4.5)
