import numpy as np
import pytest

import gantheory as gt
from gantheory.base.files import read_record
from gantheory.experiments import goodfellow2014 as experiment
from gantheory.reproductions import REPRODUCTIONS, convergence, reproduce

SHORT = experiment.Lengths(before=20, moved=2, ascent=1, descent=1, main=20, floor=1, measured=4)
KNOWN = [("shift", 1, 0.1114214821847362), ("shift", 2, 0.3368308203468316), ("scale", 1, 0.0927333816664125)]
PROPERTIES = {"analytic": 2, "training": 2, "function space": 3}


@pytest.fixture(scope="module")
def figure1_run(play):
    """A saved run of the length that is looked for."""
    run = play(20, 5, seed=experiment.CARRIED_ON)
    assert run.settings["steps"] == SHORT.main
    return run


@pytest.fixture(scope="module")
def made(figure1_run, tmp_path_factory):
    """Made twice, from a saved run."""
    folders = [tmp_path_factory.mktemp("convergence") for _ in range(2)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(REPRODUCTIONS, "convergence", convergence.Convergence(SHORT))
        for folder in folders:
            figure1_run.save(folder / "runs/goodfellow2014-fig1")
            properties = reproduce("convergence", 0, folder / "figures", folder / "runs").properties
    return folders, properties


@pytest.fixture(scope="module")
def record(made):
    return read_record(made[0][0] / "figures/convergence.json")


@pytest.mark.slow
def test_twice_gives_the_same_bytes(made):
    (first, second), _ = made
    for kind in ("pdf", "svg", "png", "json"):
        name = f"figures/convergence.{kind}"
        assert (first / name).read_bytes() == (second / name).read_bytes()


@pytest.mark.slow
def test_what_is_proved_holds_whatever_was_trained(made):
    _, properties = made
    assert {panel: sum(one.panel == panel for one in properties) for panel in PROPERTIES} == PROPERTIES
    for one in properties:
        if one.panel != "training" or one.relation == "==":
            assert one.holds, one.sentence()


def test_a_training_that_did_not_converge_fails_its_property(made):
    _, properties = made
    (ratio,) = [one for one in properties if one.quantity == "2 JSD at the end over its start"]
    assert not ratio.holds and ratio.measured > 0.1


@pytest.mark.parametrize(("path", "at", "jsd"), KNOWN)
def test_the_analytic_paths_go_through_the_known_answers(record, path, at, jsd):
    (point,) = [point for point in record["analytic"][path] if at in (point.get("d"), point.get("e"))]
    assert abs(point["two_jsd"] - 2 * jsd) <= point["error"] + 1e-15


def test_function_space_is_the_known_mixture(record):
    """At η = 1 the step is p ← (p + p_data)/2, so p_n = p_data + 2⁻ⁿ (p_0 - p_data)."""
    p_data, start = convergence.P_DATA, gt.Normal(2.0, 0.7)
    for n in (0, 1, 2, 5, 9):
        at = record["function_space"][n]
        p_n = gt.Mixture([1 - 2.0**-n, 2.0**-n], [p_data, start]) if n else start
        expected = gt.jsd(p_data, p_n)
        assert at["n"] == n
        assert abs(at["two_jsd"] - 2 * expected.value) <= at["error"] + 2 * expected.error


def test_the_training_panel_is_the_saved_run(record, figure1_run):
    assert record["training"]["two_jsd"] == figure1_run.column("two_jsd")
    assert record["training"]["discriminator_gap"] == figure1_run.column("discriminator_gap")


@pytest.mark.parametrize("other", ["another seed's", "another length's", "none", "a broken one"])
def test_a_run_that_is_not_the_one_is_trained_anew(figure1_run, tmp_path, monkeypatch, other):
    asked = []
    monkeypatch.setattr(experiment, "panel_a", lambda seed, *_: asked.append(seed))
    monkeypatch.setattr(experiment, "panel_d", lambda *_: figure1_run)
    if other != "none":
        figure1_run.save(tmp_path)
    if other == "a broken one":
        (tmp_path / "generator.eqx").write_bytes(b"")
    seed, lengths = int(other == "another seed's"), experiment.Lengths() if other == "another length's" else SHORT
    assert convergence._figure1_run(seed, tmp_path, None, lengths) is figure1_run
    assert asked == [seed]


def test_the_paths_end_near_the_minimum():
    assert min(np.min(convergence.SHIFTS), np.min(convergence.SCALES)) < 0.01
