"""The figure of WGAN-GP's toys at a reduced size: one seed, the same claims."""

import pytest

from gantheory.experiments import wgan_gp_toys as experiment
from gantheory.reproductions.wgan_gp_toys import WganGpToys

pytestmark = pytest.mark.slow


def failing(made):
    return [one.panel for one in made.properties if not one.holds]


def test_every_claim_holds_of_a_seed_that_is_not_the_figures(tmp_path):
    made = WganGpToys(seeds=1).made(100, tmp_path)
    assert failing(made) == [] and len(made.properties) == 3
    assert len(made.saved) == 3 and all(path.exists() for path in made.saved)
    for law in made.numbers["laws"].values():
        assert [row["seed"] for row in law["seeds"]] == [100]
        assert all(row["two_jsd"][1] >= 0 for row in law["seeds"])


def test_a_critic_without_its_penalty_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(experiment, "WEIGHT", 0.0)
    assert failing(WganGpToys(steps=100, seeds=1).made(100, tmp_path)) == ["8 Gaussians", "25 Gaussians", "Swiss roll"]
