"""The timeline: every past state comes back to the bit."""

import jax
import numpy as np
import optax
import pytest

import gantheory as gt
from gantheory.explorer import settings as page
from gantheory.explorer import timeline as timelines
from gantheory.explorer.data import data_of
from gantheory.explorer.lab import Lab, digest, exact
from gantheory.explorer.settings import _optimizer, game_of
from gantheory.training.setup import players_of


@pytest.fixture
def lab():
    lab = Lab()
    lab.set({"width_d": 8, "depth_d": 1, "width_g": 8, "depth_g": 1, "batch": 32})
    return lab


def seen(lab):
    return digest(lab.timeline.state)


def test_every_iteration_comes_back_to_the_bit(lab):
    marks = {}
    for steps in (1, 1, 7, 60, 31, 100):
        lab.advance(steps)
        marks[lab.timeline.iteration] = seen(lab)
    for iteration in (2, 200, 1, 69, 100, 9):
        lab.seek(iteration)
        assert lab.timeline.iteration == iteration
        assert seen(lab) == marks[iteration]


def test_changes_come_back_too_and_what_follows_a_new_one_is_forgotten(lab):
    lab.advance(10)
    lab.set({"rate_d": 0.05})
    lab.advance(10)
    lab.advance(5, "D")
    lab.set({"loss": "minimax"})
    lab.advance(10)
    marks = seen(lab)
    lab.seek(3)
    lab.advance(32)  # through every change again
    assert (lab.timeline.iteration, seen(lab)) == (35, marks)
    assert lab.mode.settings.loss == "minimax"
    lab.seek(12)
    assert (lab.mode.settings.rate_d, lab.mode.settings.loss) == (0.05, "non_saturating")
    lab.set({"rate_d": 0.01})
    assert lab.timeline.end == 12
    with pytest.raises(ValueError, match="`iteration` must be from 0 to 12"):
        lab.seek(13)
    lab.advance(23)
    assert seen(lab) != marks


def test_memory_is_bounded_and_the_past_still_comes_back(lab, monkeypatch):
    monkeypatch.setattr(timelines, "MEMORY", 1)
    lab.advance(730)
    mark = seen(lab)
    lab.advance(2000)
    assert len(lab.timeline.keyframes) <= 8
    lab.seek(730)
    assert seen(lab) == mark


def test_only_one_player_learns(lab):
    before = lab.timeline.state
    lab.advance(3, "D")
    assert digest(lab.timeline.state.generator) == digest(before.generator)
    assert digest(lab.timeline.state.discriminator) != digest(before.discriminator)
    before = lab.timeline.state
    lab.advance(3, "G")
    assert digest(lab.timeline.state.generator) != digest(before.generator)
    assert digest(lab.timeline.state.discriminator) == digest(before.discriminator)


def test_a_fork_plays_on_beside_its_ghost(lab):
    lab.advance(20)
    lab.fork()
    lab.set({"rate_g": 0.01})
    lab.advance(20)
    assert lab.ghost.iteration == lab.timeline.iteration == 40
    other = Lab()
    other.set(lab.ghost.mode.settings.as_dict())
    other.advance(40)
    assert digest(lab.ghost.state) == seen(other) != seen(lab)
    lab.seek(25)
    assert lab.ghost.iteration == 25
    assert lab.frame()[0]["ghost"]["iteration"] == 25


def test_a_reset_gives_the_same_networks_and_a_new_seed_gives_others(lab):
    start = seen(lab)
    lab.advance(5)
    lab.reset()
    assert seen(lab) == start
    lab.reset(seed=7)
    assert seen(lab) != start
    assert lab.mode.settings.seed == 7


def test_the_labs_game_is_the_librarys(lab):
    """``gt.train`` with the same settings gives the same bits, and the page's exact numbers are the library's."""
    lab.advance(37)
    settings, data = lab.mode.settings, lab.mode.data
    generator, discriminator = players_of(settings, data.unit)
    game = game_of(settings, data, data.unit)
    rates = [optax.inject_hyperparams(lambda learning_rate: optax.adam(learning_rate, b1=0.5, b2=0.99))(rate) for rate in (1e-3, 3e-4)]
    run = gt.train(
        gt.Mixture([0.3, 0.7], [gt.Normal(-2, 0.5), gt.Normal(1, 1)]),
        latent=gt.Normal(0, 1),
        generator=generator,
        discriminator=discriminator,
        loss=game.loss,
        penalty=game.penalty,
        optimizers=tuple(rates),
        steps=37,
        k=5,
        population=True,
        batch=32,
        seed=settings.seed,
        measure_every=37,
    )
    assert digest(run.generator) == digest(lab.timeline.state.generator)
    assert digest(run.discriminator) == digest(lab.timeline.state.discriminator)
    for name, found in exact(*lab.question()).items():
        assert found["value"] == pytest.approx(float(getattr(run.measured(), name)), abs=1e-14)


@pytest.mark.slow
def test_slow_motion_ends_where_training_does(lab):
    lab.set({"k": 2})
    lab.advance(4)
    there = lab.timeline.forked()
    there.advance(1)
    lines = []
    while lab.timeline.iteration == 4:
        lab.next_line()
        head, _ = lab.frame()
        if "line" in head:
            lines.append((head["line"]["line"], head["line"]["repeat"]))
            last = lab.slow[-1].state
    assert lines == [(0, "1 of 2"), (1, "1 of 2"), (2, "1 of 2"), (0, "2 of 2"), (1, "2 of 2"), (2, "2 of 2"), (3, "1 of 1"), (4, "1 of 1")]
    assert seen(lab) == digest(there.state)
    for slow, fast in zip(*(jax.tree.leaves(s.generator) for s in (last, there.state)), strict=True):
        if hasattr(slow, "dtype"):
            assert np.asarray(slow) == pytest.approx(np.asarray(fast), abs=1e-5)


@pytest.mark.slow
def test_p_g_given_by_hand_is_measured_and_g_stays(lab):
    lab.advance(5)
    network = digest(lab.timeline.state.generator)
    lab.hand({"kind": "perfect"})
    found = exact(*lab.question())
    assert found["two_jsd"]["value"] <= 1e-12
    lab.advance(3)  # only D learns
    assert digest(lab.timeline.state.generator) == network
    lab.hand({"kind": "expression", "text": "Normal(3, 1)"})
    found = exact(*lab.question())
    assert found["two_jsd"]["value"] == pytest.approx(float(2 * gt.jsd(lab.mode.data.density, gt.Normal(3, 1))), abs=1e-12)
    value, error = lab.frame()[0]["numbers"]["two_jsd"]
    assert abs(value - found["two_jsd"]["value"]) <= error
    with pytest.raises(ValueError, match="p_g must be G's own"):
        lab.move(0.1, 1.0)
    lab.hand(None)
    before = lab.frame()[1][4]
    lab.move(0.5, 2.0)
    after = lab.frame()[1][4]
    middle = float(lab.timeline.state.generator(np.float32(0))) - 0.5
    assert after == pytest.approx(middle + 2 * (before - middle) + 0.5, abs=1e-4)


def test_a_game_that_breaks_down_keeps_its_last_finite_state(lab):
    lab.set({"loss": "f_gan_pearson", "penalty": "none", "optimizer_d": "sgd", "optimizer_g": "sgd", "rate_d": 1.0, "rate_g": 1.0})
    lab.set({"batch": 2})
    for _ in range(20):
        lab.advance(100)
        if lab.timeline.stopped:
            break
    assert "no longer finite" in (lab.timeline.stopped or "")
    assert all(np.isfinite(curve).all() for curve in (lab.frame()[1][0], lab.frame()[1][1]))


@pytest.mark.parametrize(
    "changes",
    [
        {"batch": 0},
        {"batch": 2.5},
        {"batch": True},
        {"rate_d": -1},
        {"rate_d": "1e-3"},
        {"rate_d": float("nan")},
        {"rate_d": 10**400},
        {"loss": "nonsense"},
        {"loss": ["minimax"]},
        {"no_such_thing": 1},
        {"simultaneous": 1},
        {"latent": "Uniform(-1, 1)", "oracle": 0.5},
        {"loss": "relativistic", "population": True},
        {"seed": 2**40},
        [],
        None,
    ],
)
def test_settings_out_of_bounds_are_refused_in_a_sentence(lab, changes):
    before = lab.mode.settings
    with pytest.raises(ValueError, match=r"must be .* Got ") as refusal:
        lab.set(changes)
    assert len(str(refusal.value)) < 500
    assert lab.mode.settings == before


@pytest.mark.parametrize(
    "spec",
    [
        None,
        {"kind": "nonsense"},
        {"kind": "expression", "text": "__import__('os').system('true')"},
        {"kind": "expression", "text": "moons(.1)"},
        {"kind": "expression", "text": "Normal([0, 1], 1)"},
        {"kind": "formula", "text": "__import__('os')", "low": 0, "high": 1},
        {"kind": "formula", "text": "x.real", "low": 0, "high": 1},
        {"kind": "formula", "text": "(lambda: 1)()", "low": 0, "high": 1},
        {"kind": "formula", "text": "exp(x, x)", "low": 0, "high": 1},
        {"kind": "formula", "text": "+".join(["x"] * 400), "low": 0, "high": 1},
        {"kind": "formula", "text": "x", "low": -1, "high": 1},
        {"kind": "formula", "text": "1/x - 1/x", "low": -1, "high": 1},
        {"kind": "formula", "text": "0*x", "low": -1, "high": 1},
        {"kind": "formula", "text": "1", "low": 1, "high": -1},
        {"kind": "formula", "text": "9**9**9**9", "low": 0, "high": 1},
        {"kind": "formula", "text": "1", "low": 0, "high": 1e-300},
        {"kind": "expression", "text": "Normal(0, 1e-40)"},
        {"kind": "expression", "text": "Normal(0, 1e200)"},
        {"kind": "expression", "text": "Normal(1e300, 1)"},
        {"kind": "expression", "text": "Normal(1e12, 1)"},
        {"kind": "expression", "text": "StudentT(.01, 0, 1)"},
        {"kind": "pen", "low": 0, "high": 1, "heights": [0.0] * 256},
        {"kind": "pen", "low": 0, "high": 1, "heights": [1.0] * 255},
        {"kind": "pen", "low": 0, "high": 1, "heights": [-1.0] * 256},
        {"kind": "pen", "low": 0, "high": 1, "heights": "many"},
        {"kind": "csv", "text": "a\n1\n2\n"},
        {"kind": "csv", "text": "a\n" + "1\n" * 20},
        {"kind": "csv", "text": "a\n" + "x\n" * 20},
        {"kind": "csv", "text": ""},
        {"kind": "csv", "text": "a\n1\n", "column": "b"},
    ],
)
def test_bad_data_are_refused_in_a_sentence(spec):
    with pytest.raises(ValueError, match=r"must .* Got "):
        data_of(spec)


@pytest.mark.parametrize(
    ("text", "column", "rows", "middle"),
    [
        ("".join(f"{i}.5\n" for i in range(11)), None, "11 rows", 5.5),
        ("a;b\n" + "".join(f"{i},5;{i},25\n" for i in range(11)), "b", "11 rows of b", 5.25),
    ],
)
def test_a_file_without_a_header_or_with_decimal_commas_is_read_whole(text, column, rows, middle):
    data = data_of({"kind": "csv", "text": text, "column": column})
    assert rows in data.said
    assert data.density.quantile(0.5) == pytest.approx(middle, abs=1e-6)
    assert ("decimal commas" in data.said) == (column == "b")


def test_a_change_is_taken_back_with_the_past_that_it_erased(lab):
    lab.advance(30)
    mark = seen(lab)
    lab.seek(10)
    lab.set({"rate_d": 0.05})
    assert lab.timeline.end == 10
    lab.reset(seed=3)
    assert lab.frame()[0]["saved"][0] == "new start"
    lab.undo()
    assert (lab.timeline.iteration, lab.mode.settings.rate_d, lab.mode.settings.seed) == (10, 0.05, 0)
    lab.undo()
    assert (lab.timeline.end, lab.mode.settings.rate_d) == (30, 1e-3)
    lab.seek(30)
    assert seen(lab) == mark
    lab.undo()  # the fixture's own change of shapes
    with pytest.raises(ValueError, match="must have been made"):
        lab.undo()


def test_a_drag_is_one_change_and_few_are_remembered(lab):
    lab.advance(1)
    mark = seen(lab)
    for _ in range(5):
        lab.move(0.1, 1.0)
    lab.undo()
    assert seen(lab) == mark
    for seed in range(9):
        lab.reset(seed)
    assert len(lab.saved) == 3


def test_optimisers_are_made_once():
    assert _optimizer("adam", None) is _optimizer("adam", None)


def test_programs_are_forgotten_after_so_many_kinds_of_games_and_not_after_many_games_of_a_kind(lab, monkeypatch):
    cleared = []
    monkeypatch.setattr(page, "MOST_KINDS", 3)
    monkeypatch.setattr(page, "_kinds", set())
    monkeypatch.setattr(page.jax, "clear_caches", lambda: cleared.append(len(page._kinds)))

    def played(**changes):
        lab.set(changes)
        return lab.mode.game

    for seed in range(8):
        played(seed=seed, gamma=0.01 * (seed + 1), rate_g=1e-3 / (seed + 1))
    assert len(page._kinds) == 1 and not cleared
    for width in (9, 10, 11, 12, 13, 14):
        played(width_d=width)
        assert 1 <= len(page._kinds) <= 3
    assert len(cleared) == 2
