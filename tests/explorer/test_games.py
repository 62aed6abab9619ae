"""The lab of small games: known eigenvalues, multipliers and steps, and the runs of ``dynamics``."""

import math

import numpy as np
import pytest

from gantheory import dynamics
from gantheory.explorer.games import FIRST, MOST_RUNS, portrait


def sizes(found):
    return [math.hypot(*pair) for pair in found["multipliers"]]


def test_simultaneous_steps_of_the_bilinear_game_diverge_by_the_known_factor():
    found = portrait({"game": "bilinear", "h": 0.3, "steps": 3, "starts": [[1.0, 0.0], [0.0, 2.0]]})
    assert np.array(found["eigenvalues"]) == pytest.approx(np.array([[0, 1], [0, -1]]))
    assert sizes(found) == pytest.approx([math.sqrt(1 + 0.09)] * 2)  # |1 + ih|
    assert (found["rule"], found["largest_step"]) == ("diverges", "none")
    assert [np.hypot(*run[-1]) for run in found["runs"]] == pytest.approx([1.09**1.5, 2 * 1.09**1.5], rel=1e-5)
    assert found["left"] == [False, False]


def test_the_dirac_gan_with_r1_has_the_eigenvalues_of_its_paper_and_converges_below_the_known_step():
    found = portrait({"r1": 0.5, "h": 0.2, "steps": 5})
    assert np.array(found["eigenvalues"]) == pytest.approx(np.array([[-0.25, math.sqrt(3) / 4], [-0.25, -math.sqrt(3) / 4]]))
    assert found["largest_step"] == "2"  # 2 |Re λ| / |λ|², with |λ|² = 1/4
    assert found["rule"] == "converges" and "Lemma 4" in found["words"]
    assert portrait({"r1": 0.5, "h": 2.1, "steps": 5})["rule"] == "diverges"


def test_runs_are_those_of_the_library_and_the_plane_of_the_linear_quadratic_game_is_never_left():
    found = portrait({"game": "linear-quadratic", "h": 0.1, "steps": 20, "starts": [[1.5, 0.5]], "integrator": "extragradient"})
    whole = dynamics.trajectory(dynamics.linear_quadratic(), (1.5, 0.0, 0.0, 0.5), "extragradient", 0.1, 20)
    assert np.all(whole[:, 1:3] == 0)
    assert np.array(found["runs"][0]) == pytest.approx(whole[:, [0, 3]], rel=1e-5)
    assert found["labels"] == ["a", "w₂"]


def test_a_run_that_leaves_is_cut_off_and_said_to():
    found = portrait({"game": "bilinear", "h": 10.0, "steps": 50})
    assert found["left"] == [True]
    assert len(found["runs"][0]) < 10


@pytest.mark.parametrize(
    "spec",
    [
        None,
        [],
        {"nonsense": 1},
        {"game": "chess"},
        {"game": ["bilinear"]},
        {"loss": "relativistic"},
        {"h": float("nan")},
        {"h": 0},
        {"h": "0.1"},
        {"steps": 1e9},
        {"steps": 0},
        {"integrator": "<script>"},
        {"starts": []},
        {"starts": [[0, 0]] * (MOST_RUNS + 1)},
        {"starts": [[1]]},
        {"starts": [[1, float("inf")]]},
        {"starts": [["a", 1]]},
        {"reach": 1e300},
    ],
)
def test_a_bad_plane_is_refused_in_a_sentence(spec):
    with pytest.raises(ValueError, match=r"must .* Got ") as refusal:
        portrait(spec)
    assert len(str(refusal.value)) < 500


@pytest.mark.slow
@pytest.mark.parametrize("integrator", dynamics.INTEGRATORS)
@pytest.mark.parametrize("game", ["Dirac-GAN", "bilinear", "Nagarajan-Kolter", "linear-quadratic"])
def test_every_game_has_a_plane_whatever_the_steps(game, integrator):
    found = portrait({"game": game, "integrator": integrator, "steps": 300})
    largest = {"none": 0.0, "any": math.inf}.get(found["largest_step"])
    assert found["rule"] in ("converges", "diverges", "open")
    if found["rule"] != "open":
        assert (found["rule"] == "converges") == (FIRST["h"] < (float(found["largest_step"]) if largest is None else largest))
