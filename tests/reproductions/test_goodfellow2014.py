import json
from collections.abc import Callable

import equinox as eqx
import jax
import numpy as np
import pytest

import gantheory as gt
from gantheory.base.files import read_record, sha256
from gantheory.experiments import goodfellow2014 as experiment
from gantheory.reproductions import REPRODUCTIONS, goodfellow2014, reproduce
from gantheory.training.run import Run

SHORT = experiment.Lengths(before=60, moved=2, ascent=20, descent=5, main=40, floor=20, measured=4)
KINDS = ("pdf", "svg", "png", "json")


@pytest.fixture(scope="module")
def made(command, tmp_path_factory):
    """The figure from trainings far too short for it, by the command: (its folder, what was said)."""
    folder = tmp_path_factory.mktemp("by the command")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(REPRODUCTIONS, "goodfellow2014-fig1", goodfellow2014.Figure1(SHORT))
        said = command("reproduce", "goodfellow2014-fig1", "--seed", 3, "--out", folder / "figures", "--runs", folder / "runs")
    return folder, said


def test_the_command_writes_every_file_and_states_every_property(made):
    folder, said = made
    assert {path.name for path in (folder / "figures").iterdir()} == {f"goodfellow2014-fig1.{kind}" for kind in KINDS}
    claims = read_record(folder / "figures/goodfellow2014-fig1.json")["claims"]
    stated = [line for line in said.out.splitlines() if line.startswith("(")]
    assert len(stated) == len(claims) > 0
    for claim, line in zip(claims, stated, strict=True):
        assert line.startswith(f"({claim['panel']}) {claim['quantity']} = ")
        assert line.endswith(f"claimed {claim['claim']}: {'holds' if claim['holds'] else 'FAILS'}")


def test_a_failed_property_is_exit_code_1(made):
    folder, said = made
    claims = read_record(folder / "figures/goodfellow2014-fig1.json")["claims"]
    assert not all(claim["holds"] for claim in claims)  # so short a training cannot reach (d)
    assert said.code == 1
    assert said.err == "gantheory: goodfellow2014-fig1: a claimed property does not hold.\n"


@pytest.mark.slow
def test_the_function_gives_the_same_bytes(made, tmp_path, monkeypatch):
    folder, said = made
    monkeypatch.setitem(REPRODUCTIONS, "goodfellow2014-fig1", goodfellow2014.Figure1(SHORT))
    again = reproduce("goodfellow2014-fig1", 3, tmp_path / "figures", tmp_path / "runs")
    assert [line for line in said.out.splitlines() if line.startswith("(")] == [one.sentence() for one in again.properties]
    for kind in KINDS:
        name = f"figures/goodfellow2014-fig1.{kind}"
        assert (folder / name).read_bytes() == (tmp_path / name).read_bytes()


def test_the_record_holds_seed_versions_properties_and_hashes(made):
    folder, _ = made
    record = read_record(folder / "figures/goodfellow2014-fig1.json")
    assert record["command"] == "gantheory reproduce goodfellow2014-fig1 --seed 3"
    assert record["seed"] == 3
    assert record["versions"].keys() >= {"python", "gantheory", "jax", "numpy"}
    assert {claim["holds"] for claim in record["claims"]} == {True, False}
    assert set(record["files"]) == {f"goodfellow2014-fig1.{kind}" for kind in ("pdf", "svg", "png")}
    assert len(record["runs"]) == 4
    for name, digest in record["runs"].items():
        assert sha256(folder / "runs" / name) == digest


def test_the_panels_numbers_are_the_saved_states_measured(made):
    first, *_ = made
    panels = json.loads((first / "figures/goodfellow2014-fig1.json").read_text(encoding="utf-8"))["panels"]
    for name, folder in (("b", "b"), ("d", ".")):
        run = gt.load(first / "runs/goodfellow2014-fig1" / folder)
        jsd = gt.jsd(run.p_data, run.p_g)
        assert abs(panels[name]["two_jsd"]["value"] - 2 * jsd.value) <= panels[name]["two_jsd"]["error"] + 2 * jsd.error


def test_the_last_panels_jsd_is_proved(made):
    first, *_ = made
    proved = json.loads((first / "figures/goodfellow2014-fig1.json").read_text(encoding="utf-8"))["jsd_of_d_proved"]
    run = gt.load(first / "runs/goodfellow2014-fig1")
    jsd = gt.jsd(run.p_data, run.p_g)
    assert float(proved["lower"]) <= jsd.upper and jsd.lower <= float(proved["upper"])
    assert float(proved["upper"]) - float(proved["lower"]) <= 1e-8


def test_the_panels_are_the_papers_inner_loop(made, weights):
    """(b) is (a)'s G with another D, and D gained; (c) is (b)'s D with another G."""
    folder = made[0] / "runs/goodfellow2014-fig1"
    a, b, c = (gt.load(folder / name) for name in "abc")
    assert weights(a.generator) == weights(b.generator) != weights(c.generator)
    assert weights(a.discriminator) != weights(b.discriminator) == weights(c.discriminator)
    gaps = [gt.discriminator_gap(run.p_data, run.p_g, run.discriminator) for run in (a, b)]
    assert gaps[1].upper < gaps[0].lower


class Logit(eqx.Module):
    """A discriminator by its logit."""

    logit: Callable = eqx.field(static=True)

    def __call__(self, x):
        return jax.nn.sigmoid(self.logit(x))


def state(generator, logit):
    return Run(gt.Normal(0.0, 1.0), gt.Uniform(-1.0, 1.0), generator, Logit(logit), {})


def test_disagreement_by_hand():
    """p_g uniform on [-2, 2] and D = ½: |D - D*| is ½ outside, where D* = 1, and less inside."""
    found = experiment.disagreement(state(lambda z: 2 * z, lambda x: 0 * x))
    assert found.sup == pytest.approx(0.5, abs=1e-12)
    assert abs(found.at) > 2
    assert [sum(ends) / 2 for ends in found.neighbourhoods] == pytest.approx([-2, 2])
    # Each neighbourhood holds half of .02 of p_data + p_g, whose density near ±2 is .054 + (¼ on one side).
    mass = [
        sum(float(p.cdf(high) - p.cdf(low)) for p in (gt.Normal(0.0, 1.0), gt.Uniform(-2.0, 2.0))) for low, high in found.neighbourhoods
    ]
    assert found.mass_left_out == pytest.approx(sum(mass), rel=1e-6)
    assert 0.019 < found.mass_left_out <= 0.02


def test_disagreement_of_the_best_discriminator_is_nothing():
    p, q = gt.Normal(0.0, 1.0), gt.Pushforward(lambda z: 0.5 + 1.1 * z, gt.Normal(0.0, 1.0))

    def logit(x):
        return -(x**2) / 2 + ((x - 0.5) / 1.1) ** 2 / 2 + np.log(1.1)

    found = experiment.disagreement(Run(p, gt.Normal(0.0, 1.0), q.generator, Logit(logit), {}))
    assert found.sup < 1e-9


@pytest.mark.parametrize(("slope", "aligned"), [(1.0, 1.0), (-1.0, 0.0)])
def test_movement_by_hand(slope, aligned):
    """G moves by +.3 everywhere against D with logit ±x: Δx ∂x log D = .3 · ±D(∓x), along D's gradient or against it."""
    before, after = state(lambda z: 2 * z, lambda x: slope * x), state(lambda z: 2 * z + 0.3, lambda x: slope * x)
    found = experiment.movement(before, after)
    x = 2 * experiment.FULL_BATCH
    assert found["median_step"] == pytest.approx(0.3, rel=1e-9)
    assert found["aligned_share"] == aligned
    assert found["mean_step_times_gradient"] == pytest.approx(0.3 * slope * np.mean(1 / (1 + np.exp(slope * x))), rel=1e-9)


def test_movement_half_along_and_half_against():
    """Spread by a factor 1.1 against the logit x: |Δx D'| is symmetric in x, so half of it is aligned."""
    found = experiment.movement(state(lambda z: z, lambda x: x), state(lambda z: 1.1 * z, lambda x: x))
    assert found["aligned_share"] == pytest.approx(0.5, abs=1e-9)
