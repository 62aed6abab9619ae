"""Two runs side by side, of generators whose laws are Gaussian."""

import json

import equinox as eqx
import jax
import pytest

import gantheory as gt
from gantheory.base.estimate import Divergent, Estimate
from gantheory.training.run import Run
from gantheory.training.side_by_side import _compared

Z = gt.Normal(0, 1)
D = gt.Discriminator(4, 1, key=jax.random.key(0))


class Shifted(eqx.Module):
    by: float

    def __call__(self, z):
        return z + self.by


def shifted(by, **settings):
    return Run(Z, Z, Shifted(by), D, settings)


def test_results_are_compared_with_their_errors():
    found = shifted(1.0, k=1, steps=9).compare(shifted(2.0, k=5, steps=9, noise=0.1))
    assert found.settings == {"k": (1, 5), "noise": (None, 0.1)}
    for name, known in {"kl_data_g": -1.5, "kl_g_data": -1.5, "wasserstein1": -1.0}.items():  # of N(m, 1): m²/2 and m
        difference = found.results[name].difference
        assert abs(difference.value - known) <= difference.error < 1e-9
        assert found.results[name].better == "first"
    assert found.results["value"].better is None  # V is best at neither end
    lines = repr(found).splitlines()
    assert lines[0].split() == ["first", "second", "first", "-", "second", "better"]
    assert lines[2].split() == ["k", "1", "5"] and lines[3].split() == ["noise", "-", "0.1"]
    assert any(line.startswith("  KL(p_data‖p_g)") and line.endswith("first") for line in lines)


def test_a_run_is_no_better_than_itself():
    found = shifted(1.0).compare(shifted(1.0))
    assert not found.settings and "settings that differ: none" in repr(found)
    assert not any(one.better for one in found.results.values())
    assert found.results["two_jsd"].difference.value == 0


@pytest.mark.parametrize(
    ("name", "first", "second", "better", "difference"),
    [
        ("two_jsd", Estimate(1.0, 0.2), Estimate(1.3, 0.2), None, -0.3),
        ("two_jsd", Estimate(1.0, 0.1), Estimate(1.5, 0.2), "first", -0.5),
        ("two_jsd", Estimate(1.5, 0.1), Estimate(1.0, 0.2), "second", 0.5),
        ("modes", Estimate(8.0, 0.0), Estimate(7.0, 0.0), "first", 1.0),
        ("share", Estimate(0.9, 0.0), Estimate(0.5, 0.0), None, 0.4),
        ("kl_data_g", Divergent("far"), Estimate(7.0, 1.0), "second", float("inf")),
        ("kl_data_g", Divergent("far"), Divergent("near"), None, None),
        ("value", None, Estimate(7.0, 1.0), None, None),
    ],
)
def test_better_is_said_only_of_intervals_apart(name, first, second, better, difference):
    found = _compared(name, first, second)
    assert found.better == better
    assert (found.difference if difference is None else float(found.difference)) == pytest.approx(difference)
    assert len(found.row()) == 5 and found.record()["better"] == better


def test_runs_on_two_laws_are_refused():
    other = Run(gt.Normal(0, 2), Z, Shifted(1.0), D, {})
    with pytest.raises(ValueError, match=r"^Runs must have one p_data to be compared: .* Got Normal\(0, 1\) and Normal\(0, 2\)\.$"):
        shifted(1.0).compare(other)


@pytest.mark.slow
def test_the_command_compares_the_folders_of_runs(run, command, tmp_path):
    other = Run(run.p_data, run.latent, run.generator, run.discriminator, run.settings | {"seed": 9}, run.history)
    folders = run.save(tmp_path / "one"), other.save(tmp_path / "other")
    done = command("compare", *folders)
    assert done.code == 0 and "2 JSD(p_data, p_g)" in done.out
    found = json.loads(command("compare", *folders, "--json").out)
    assert found["settings"] == {"seed": [0, 9]}
    assert found["results"]["two_jsd"]["first"] == run.measured().two_jsd.record()
    assert found["results"]["kl_data_g"]["second"] == {"infinite": run.measured().kl_data_g.reason}
    refused = command("compare", folders[0], tmp_path / "none")
    assert refused.code == 2 and refused.err.count("\n") == 1 and "There is no such file" in refused.err
