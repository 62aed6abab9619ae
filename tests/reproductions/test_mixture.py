"""The mixture's figure from a few steps."""

import pytest

from gantheory.reproductions import mixture


@pytest.mark.slow
def test_a_few_steps_draw_everything_and_fail_the_claims(tmp_path):
    figure, numbers, claims, saved = mixture.reproduce(0, tmp_path, steps=2)
    assert len(saved) == 5 and len(figure.axes) == 2
    assert [row["seed"] for row in numbers["jsd"]] == [0, 1, 2, 3, 4]
    assert all(0 < row["value"] < 0.7 and row["error"] < 1e-9 for row in numbers["jsd"])
    assert not any(claim.holds for claim in claims)
