import numpy as np
import pytest

import gantheory as gt
from gantheory.base.files import read_record
from gantheory.experiments import goodfellow2014 as experiment
from gantheory.reproductions import REPRODUCTIONS, convergence, reproduce

SHORT = experiment.Lengths(before=20, moved=2, ascent=1, descent=1, main=20, floor=1, measured=4)
KNOWN = [("shift", 1, 0.1114214821847362), ("shift", 2, 0.3368308203468316), ("scale", 1, 0.0927333816664125)]
KINDS = ("pdf", "svg", "png", "json")
CLAIMED = [
    ("analytic", "order of 2 JSD(N(0,1), N(d,1)) in d, less 2", "<= 0.001"),
    ("analytic", "(2 JSD/(d²/4) - 1)/d² + 1/8 at the smallest d", "<= 0.001"),
    ("training", "V + log 4 - (2 JSD - discriminator's gap)", "== 0"),
    ("training", "2 JSD at the end over its start", "<= 0.1"),
    ("function space", "largest ratio of 2 JSD to KL(p_data‖p_0)/n", "<= 1"),
    ("function space", "2 JSD after the last step", "<= 1e-12"),
    ("function space", "largest increase of 2 JSD in a step", "<= 0"),
]


@pytest.fixture(scope="module")
def figure1_run(play):
    """A saved run of the length that is looked for."""
    run = play(20, 5, seed=experiment.CARRIED_ON)
    assert run.settings["steps"] == SHORT.main
    return run


def make(run, folder):
    """The figure from a saved run: its properties."""
    run.save(folder / "runs/goodfellow2014-fig1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(REPRODUCTIONS, "convergence", convergence.Convergence(SHORT))
        return reproduce("convergence", 0, folder / "figures", folder / "runs").properties


@pytest.fixture(scope="module")
def made(figure1_run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("convergence")
    return folder, make(figure1_run, folder)


@pytest.fixture(scope="module")
def record(made):
    return read_record(made[0] / "figures/convergence.json")


@pytest.mark.slow
def test_twice_gives_the_same_bytes(made, figure1_run, tmp_path):
    make(figure1_run, tmp_path)
    for kind in KINDS:
        name = f"figures/convergence.{kind}"
        assert (made[0] / name).read_bytes() == (tmp_path / name).read_bytes()


def test_what_is_proved_holds_whatever_was_trained(made):
    for one in made[1]:
        if one.panel != "training" or one.relation == "==":
            assert one.holds, one.sentence()


def test_what_is_claimed_and_measured(record):
    """Each property's relation and bound, and its value from the recorded numbers and KL(N(0, 1)‖N(2, .7²)) in closed form."""
    claims = record["claims"]
    assert [(one["panel"], one["quantity"], one["claim"]) for one in claims] == CLAIMED
    d, paths = convergence.SHIFTS, record["analytic"]
    shift, descent = (np.array([row["two_jsd"] for row in path]) for path in (paths["shift"], record["function_space"]))
    error, n = (np.array([row[key] for row in record["function_space"]]) for key in ("error", "n"))
    ratios = descent[1:] * n[1:] / (np.log(0.7) + (1 + 4) / (2 * 0.49) - 0.5)
    expected = [
        abs(np.log(shift[-2] / shift[-1]) / np.log(2) - 2),
        abs((4 * shift[-1] / d[-1] ** 2 - 1) / d[-1] ** 2 + 1 / 8),
        record["training"]["two_jsd"][-1] / record["training"]["two_jsd"][0],
        max(ratios),
        descent[-1] + error[-1],
        max(after - before - e for before, after, e in zip(descent[:-1], descent[1:], error[1:], strict=True)),
    ]
    assert [one["value"] for one in claims if one["claim"] != "== 0"] == pytest.approx(expected, rel=1e-9, abs=0)
    assert all(0 < row["error"] < 1e-12 for row in paths["shift"] + paths["scale"])


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
