"""The figure of PacGAN's grid at a reduced size: fewer seeds, the ends of the packings, the same claims."""

import pytest

from gantheory.experiments import pacgan_grid as experiment
from gantheory.reproductions.pacgan_grid import PacganGrid

pytestmark = pytest.mark.slow


def failing(made):
    return [one.sentence() for one in made.properties if not one.holds]


def test_every_claim_holds_of_four_seeds_that_are_not_the_figures(tmp_path, monkeypatch):
    monkeypatch.setattr(experiment, "PACKS", (1, 4))
    made = PacganGrid(seeds=4).made(25, tmp_path)
    assert failing(made) == [] and len(made.properties) == 5
    assert len(made.saved) == 8 and all(path.exists() for path in made.saved)
    for packing, own in made.numbers["packs"].items():
        assert own["settings"]["packing"] == int(packing)
        assert [row["seed"] for row in own["seeds"]] == [100, 101, 102, 103]
        assert all(0 <= row["share"]["value"] <= 1 and row["jsd"]["error"] >= 0 for row in own["seeds"])


def test_packs_that_are_none_fail(tmp_path, monkeypatch):
    """Every D judges single points, and each packing comes to the same."""
    monkeypatch.setattr(experiment, "PACKS", (1, 4))
    play = experiment.play
    monkeypatch.setattr(experiment, "play", lambda _, *others: play(1, *others))
    made = PacganGrid(steps=200, seeds=2).made(50, tmp_path)
    assert {one.quantity.partition(",")[0] for one in made.properties if not one.holds} == {
        "reverse KL over modes",
        "modes found",
        "share within 3 sd of a mode",
    }
