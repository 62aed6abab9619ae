"""How the players move, as an argument of ``gt.train`` and an option of ``gantheory train``."""

import json
import tomllib

import optax
import pytest

import gantheory as gt
from gantheory.game.penalties import R1
from gantheory.game.players import TOGETHER
from gantheory.training.checkpoints import Checkpoints


def test_simultaneous_is_one_of_the_ways_and_alternating_is_what_is_not_said(play, run, weights):
    old, new = play(20, 20, simultaneous=True), play(20, 20, updates="simultaneous")
    assert weights(old.generator, old.discriminator) == weights(new.generator, new.discriminator)
    said = play(60, 60, updates="alternating")
    assert weights(said.generator, said.discriminator) == weights(run.generator, run.discriminator)
    assert weights(said.generator) != weights(play(60, 60, simultaneous=True).generator)
    assert said.settings == {**run.settings, "measure_every": 60}
    assert old.settings["simultaneous"] is True and "updates" not in old.settings
    assert new.settings["updates"] == "simultaneous" and "simultaneous" not in new.settings


def test_a_run_records_how_its_players_moved(play):
    assert play(0, 1, k=1, updates="sga").settings.items() >= {"updates": "sga", "updates_weight": 1.0}.items()
    assert play(0, 1, k=1, updates="consensus", updates_weight=0.0).settings["updates_weight"] == 0.0
    assert "updates_weight" not in play(0, 1, k=1, updates="optimistic").settings
    assert play(0, 1, k=1, updates="rk4", optimizers=(optax.sgd(0.1), optax.sgd(0.1))).settings["updates_weight"] == 0.0


def test_players_that_move_together_do_so_once_where_k_is_not_given():
    assert gt.train("Normal(0, 1)", updates="optimistic", steps=0).settings["k"] == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"updates": "rk5"}, r"`updates` of train must be one of alternating, .*\. Got 'rk5': did you mean 'rk4'\?"),
        ({"updates": "consensus", "updates_weight": -1.0}, r"`updates_weight` of train must be at least 0 and finite\. Got -1\.0\."),
        (
            {"updates": "optimistic", "updates_weight": 2.0},
            r"`updates_weight` of train must be left alone for optimistic updates, .*\. Got 2\.0\.",
        ),
        ({"updates": "sga", "simultaneous": True}, r"`simultaneous` of train must be left alone for sga updates\. Got True\."),
        ({"updates": "sga", "k": 2}, r"`k` must be 1 for sga updates, in which both players move once, together\. Got 2\."),
        ({"updates": "rk4"}, r"`optimizers` must take plain gradient steps, .* Got one for D .*\."),
    ],
)
def test_what_does_not_go_together_is_refused_in_one_sentence(play, changes, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        play(1, 1, **{"k": 1} | changes)


SLOW = [pytest.param(updates, marks=pytest.mark.slow) for updates in TOGETHER if updates != "optimistic"]


@pytest.mark.parametrize("updates", ["optimistic", *SLOW])
def test_a_training_goes_on_to_the_same_bytes(play, weights, tmp_path, updates):
    how = {"updates": updates, "k": 1} | ({"optimizers": (optax.sgd(1e-2), optax.sgd(1e-2))} if updates == "rk4" else {})
    whole = play(6, 2, **how)

    def interrupted(step, *_):
        if step == 4:
            raise KeyboardInterrupt

    play(6, 2, **how, progress=interrupted, checkpoints=Checkpoints(tmp_path, {"updates": updates}))
    again = play(6, 2, **how, checkpoints=Checkpoints(tmp_path, {"updates": updates}, resume=True))
    assert weights(again.generator, again.discriminator) == weights(whole.generator, whole.discriminator)
    assert again.history == whole.history


SMALL = ("--p-data", "Normal(1, .5)", "--width", 4, "--depth", 1, "--batch", 16, "--steps", 4, "--measure-every", 2)


def test_the_command_refuses_what_does_not_go_together_in_one_sentence(command, tmp_path):
    said = command("train", *SMALL, "--updates", "sga", "--out", tmp_path / "run")
    assert (said.code, said.out) == (2, "")
    assert said.err == "gantheory: `k` must be 1 for sga updates, in which both players move once, together. Got 5.\n"
    said = command("train", *SMALL, "--updates", "rk4", "--k", 1, "--out", tmp_path / "run")
    assert said.code == 2 and said.err.count("\n") == 1 and "`--optimizer sgd`" in said.err


@pytest.mark.slow
def test_the_command_moves_its_players_so_and_says_so_in_every_file(command, tmp_path):
    words = ("train", *SMALL, "--updates", "consensus", "--updates-weight", 0.5, "--k", 1, "--out", tmp_path / "run")
    assert command(*words).code == 0
    told = {"updates": "consensus", "updates_weight": 0.5}
    assert tomllib.loads((tmp_path / "run/run.toml").read_text()).items() >= told.items()
    assert json.loads((tmp_path / "run/run.json").read_text())["settings"].items() >= told.items()
    assert command(*words, "--resume").code == 0
    said = command(*words, "--updates-weight", 0.25, "--resume")
    assert said.code == 2 and "must be resumed with the settings it was begun with" in said.err


@pytest.mark.slow
@pytest.mark.parametrize("updates", TOGETHER)
def test_each_way_brings_p_g_towards_p_data(play, updates):
    plain, own = (optax.sgd(0.1), optax.sgd(0.1)), (optax.adam(1e-2, b1=0.5), optax.adam(5e-3, b1=0.5))
    weight = {"updates_weight": 0.1} if updates in ("consensus", "sga") else {}
    run = play(400, 100, k=1, updates=updates, penalty=R1(0.1), optimizers=plain if updates == "rk4" else own, **weight)
    two_jsd = run.column("two_jsd")
    assert run.stopped is None and len(two_jsd) == 5
    assert two_jsd[-1] < two_jsd[0] / 2
