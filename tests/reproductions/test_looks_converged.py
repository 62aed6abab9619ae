from dataclasses import replace

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

import gantheory as gt
from gantheory.base.files import read_record
from gantheory.reproductions import REPRODUCTIONS, looks_converged, reproduce
from gantheory.training.run import Row, Run


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Made twice, from a training far too short to look converged."""
    folders = [tmp_path_factory.mktemp("looks") for _ in range(2)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(REPRODUCTIONS, "looks-converged", looks_converged.LooksConverged(steps=4))
        properties = [reproduce("looks-converged", 1, folder / "figures", folder / "runs").properties for folder in folders]
    return folders, properties[0]


@pytest.mark.slow
def test_twice_gives_the_same_bytes(made):
    (first, second), _ = made
    for kind in ("pdf", "svg", "png", "json"):
        name = f"figures/looks-converged.{kind}"
        assert (first / name).read_bytes() == (second / name).read_bytes()


@pytest.mark.slow
def test_properties_are_those_of_the_state_that_was_reached(made):
    (folder, _), properties = made
    found = {one.quantity: one for one in properties}
    record = read_record(folder / "figures/looks-converged.json")
    assert [claim["holds"] for claim in record["claims"]] == [one.holds for one in properties]
    two_jsd = found["2 JSD(p_data, p_g)"]
    assert two_jsd.holds and float(two_jsd.measured) == record["final"]["two_jsd"]
    assert not found["|V + log 4|"].holds
    assert record["settings"]["steps"] == 4


@pytest.mark.slow
def test_folds_of_g_are_found_where_its_slope_turns(tmp_path, monkeypatch):
    """The state is replaced by one whose G is known, and D = ½ everywhere: it looks converged, and sin(5z) turns four times."""

    class Half(eqx.Module):
        def logit(self, x):
            return 0 * x

    class Sine(eqx.Module):
        def __call__(self, z):
            return jnp.sin(5 * z)

    p_data, latent = gt.Normal(1.0, 0.5), gt.Uniform(-1.0, 1.0)
    row = Row(0, gt.measure(p_data, gt.Pushforward(Sine(), latent), Half()), 0.0, 0.0)
    run = Run(p_data, latent, Sine(), Half(), {}, [row, replace(row, step=1)])
    monkeypatch.setattr(looks_converged.experiment, "play", lambda *_: run)
    made = looks_converged.LooksConverged().made(0, tmp_path)
    assert made.numbers["folds_at"] == pytest.approx(np.pi * np.array([-0.3, -0.1, 0.1, 0.3]), abs=1e-9)
    assert {one.quantity: float(one.measured) for one in made.properties}["folds of G"] == 4
    assert all(one.holds for one in made.properties)
