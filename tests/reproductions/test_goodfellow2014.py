import json
from collections.abc import Callable
from dataclasses import replace

import equinox as eqx
import jax
import numpy as np
import pytest

import gantheory as gt
from gantheory.base.files import read_record, sha256
from gantheory.base.precision import values_at
from gantheory.experiments import goodfellow2014 as experiment
from gantheory.reproductions import REPRODUCTIONS, goodfellow2014, reproduce
from gantheory.training.run import Run

SHORT = experiment.Lengths(before=60, moved=2, ascent=20, descent=5, main=40, floor=20, measured=4)
COMPARED_AT = np.linspace(-12, 12, 4801)
# What each panel claims: quantity, relation and bound; (c)'s JSD is compared with (a)'s.
CLAIMED = [
    ("a", "JSD(p_data, p_g)", ">= 0.02"),
    ("a", "sup |D - D*|", ">= 0.1"),
    ("a", "discriminator's gap", ">= 0.005"),
    ("a", "discriminator's gap over (b)'s", ">= 5"),
    ("b", "JSD(p_data, p_g) less (a)'s", "== 0"),
    ("b", "sup |D - D*|", "<= 0.03"),
    ("b", "mass of p_data + p_g left out of the sup", "<= 0.02"),
    ("b", "discriminator's gap", "<= 0.001"),
    ("c", "JSD(p_data, p_g)", "< "),
    ("c", "median |Δx|", ">= 0.05"),
    ("c", "mean Δx ∂x log D", "> 0"),
    ("c", "share of |Δx D'| that is aligned", ">= 0.8"),
    ("d", "JSD(p_data, p_g)", "<= 0.0025"),
    ("d", "discriminator's gap", "<= 0.001"),
    ("d", "mean |D* - ½|", "<= 0.03"),
]
KINDS = ("pdf", "svg", "png", "json")


@pytest.fixture(scope="module")
def made(command, tmp_path_factory):
    """The figure from trainings far too short for it, D and D* compared at few x, by the command: (its folder, what was said)."""
    folder = tmp_path_factory.mktemp("by the command")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(experiment, "COMPARED_AT", COMPARED_AT)
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
    monkeypatch.setattr(experiment, "COMPARED_AT", COMPARED_AT)
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
    assert record["seed"] == record["settings"]["a"]["seed"] == record["settings"]["d"]["seed"] - experiment.CARRIED_ON == 3
    assert record["versions"].keys() >= {"python", "gantheory", "jax", "numpy"}
    assert {claim["holds"] for claim in record["claims"]} == {True, False}
    assert set(record["files"]) == {f"goodfellow2014-fig1.{kind}" for kind in ("pdf", "svg", "png")}
    assert len(record["runs"]) == 4
    for name, digest in record["runs"].items():
        assert sha256(folder / "runs" / name) == digest


@pytest.fixture(scope="module")
def record(made):
    return json.loads((made[0] / "figures/goodfellow2014-fig1.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def runs(made):
    """The saved states, by panel."""
    return {name: gt.load(made[0] / "runs/goodfellow2014-fig1" / ("." if name == "d" else name)) for name in "abcd"}


@pytest.fixture(scope="module")
def jsd(runs):
    """JSD of every saved state."""
    return {name: gt.jsd(run.p_data, run.p_g) for name, run in runs.items()}


def agree(value, error, other):
    return abs(value - other.value) <= error + other.error


def test_the_panels_numbers_are_the_saved_states_measured(record, jsd):
    for name, panel in record["panels"].items():
        assert agree(panel["two_jsd"]["value"], panel["two_jsd"]["error"], 2 * jsd[name])


def test_what_is_claimed_and_measured(record, runs, jsd):
    """Each property's relation and bound, and its value from the saved states by other functions, or by the midpoint rule on the line."""
    claims = record["claims"]
    bounds = [f"< {jsd['a'].value:g}" if claim == "< " else claim for *_, claim in CLAIMED]
    assert [(one["panel"], one["quantity"], one["claim"]) for one in claims] == [(*c[:2], b) for c, b in zip(CLAIMED, bounds, strict=True)]
    found = {(one["panel"], one["quantity"]): one for one in claims}
    assert all(agree(one["value"], one["error"], jsd[panel]) for (panel, what), one in found.items() if what == "JSD(p_data, p_g)")
    gap = {name: gt.discriminator_gap(run.p_data, run.p_g, run.discriminator) for name, run in runs.items()}
    assert all(agree(one["value"], one["error"], gap[panel]) for (panel, what), one in found.items() if what == "discriminator's gap")
    assert found["a", "discriminator's gap over (b)'s"]["value"] == pytest.approx(gap["a"].value / gap["b"].value, rel=1e-9, abs=0)
    for name in "ab":
        sup, at = record["panels"][name]["sup_D_minus_D*"]["sup"], np.array([record["panels"][name]["sup_D_minus_D*"]["at"]])
        p, q = runs[name].p_data.prob(at), runs[name].p_g.prob(at)
        assert found[name, "sup |D - D*|"]["value"] == sup == pytest.approx(abs(values_at(runs[name].discriminator, at) - p / (p + q))[0])
    x = (np.arange(50_000) + 0.5) / 2500 - 10
    p, q = runs["d"].p_data.prob(x), runs["d"].p_g.prob(x)
    assert found["d", "mean |D* - ½|"]["value"] == pytest.approx(np.sum(np.abs(p / (p + q) - 0.5) * (p + q) / 2) / 2500, rel=1e-3)


def test_the_movement_is_from_b_to_c(record, runs):
    """Δx of midpoints z, and log D by differences."""
    found = {one["quantity"]: one["value"] for one in record["claims"] if one["panel"] == "c"}
    z = (np.arange(4096) + 0.5) / 2048 - 1
    before, after = (values_at(runs[name].generator, z) for name in "bc")
    below, above = (values_at(runs["b"].discriminator, before + step) for step in (-1e-5, 1e-5))
    along = (after - before) * (above - below)
    assert found["median |Δx|"] == pytest.approx(np.median(np.abs(after - before)), rel=1e-9, abs=0)
    assert found["mean Δx ∂x log D"] == pytest.approx(np.mean((after - before) * np.log(above / below)) / 2e-5, rel=1e-5)
    assert found["share of |Δx D'| that is aligned"] == pytest.approx(along[along > 0].sum() / np.abs(along).sum(), rel=1e-5)


def test_the_floor_is_beside_ds_jsd(record, jsd):
    floor = record["floor"]
    assert 0 < floor["error"] < 1e-12
    assert floor["ratio"] == pytest.approx(jsd["d"].value / floor["jsd"], rel=1e-9, abs=0)


def test_the_last_panels_jsd_is_proved(record, jsd):
    proved = record["jsd_of_d_proved"]
    assert float(proved["lower"]) <= jsd["d"].upper and jsd["d"].lower <= float(proved["upper"])
    assert float(proved["upper"]) - float(proved["lower"]) <= 1e-8


def test_the_panels_are_the_papers_inner_loop(runs, weights):
    """(b) is (a)'s G with another D, and D gained; (c) is (b)'s D with another G."""
    a, b, c, _ = runs.values()
    assert weights(a.generator) == weights(b.generator) != weights(c.generator)
    assert weights(a.discriminator) != weights(b.discriminator) == weights(c.discriminator)
    gaps = [gt.discriminator_gap(run.p_data, run.p_g, run.discriminator) for run in (a, b)]
    assert gaps[1].upper < gaps[0].lower


def test_every_phase_has_its_data_length_and_seed(monkeypatch):
    asked = []

    def train(p_data, *, latent, generator, discriminator, **settings):
        asked.append((float(p_data.loc), *(settings[name] for name in ("steps", "k", "seed", "measure_every"))))
        return Run(p_data, latent, generator, discriminator, {})

    monkeypatch.setattr(experiment, "train", train)
    monkeypatch.setattr(experiment, "best_discriminator", lambda p_data, p_g, d, iterations: asked.append((p_g, iterations)) or d)
    monkeypatch.setattr(experiment, "least_criterion", lambda p_data, latent, g, iterations: asked.append((latent, iterations)) or g)
    monkeypatch.setattr(experiment, "full_batch_descent", lambda game, g, d, z, steps: asked.append((float(z[0]), steps)) or g)
    lengths = replace(SHORT, floor=30)
    states = experiment.panels(3, lengths)
    experiment.floor(3, lengths)
    trained = (0.6, 60, 10, 3, 60), (0, 2, 1, 3, 2), (0, 40, 10, 1_000_003, 10)
    assert asked == [*trained[:2], (states["a"].p_g, 20), (-1 + 1 / 4096, 5), trained[2], (experiment.LATENT, 30)]


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
    assert found["median_step"] == pytest.approx(0.3, rel=1e-9, abs=0)
    assert found["aligned_share"] == aligned
    assert found["mean_step_times_gradient"] == pytest.approx(0.3 * slope * np.mean(1 / (1 + np.exp(slope * x))), rel=1e-9, abs=0)


def test_movement_half_along_and_half_against():
    """Spread by a factor 1.1 against the logit x: |Δx D'| is symmetric in x, so half of it is aligned."""
    found = experiment.movement(state(lambda z: z, lambda x: x), state(lambda z: 1.1 * z, lambda x: x))
    assert found["aligned_share"] == pytest.approx(0.5, abs=1e-9)
