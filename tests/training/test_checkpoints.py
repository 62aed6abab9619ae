"""A training that was stopped anywhere ends, when it is resumed, with the bytes of one that never stopped."""

import os
import random
import signal
import subprocess
import sys
import time

import jax
import pytest
from problems import few

import gantheory as gt
from gantheory.training.checkpoints import Checkpoints

SETTINGS = {"seed": 0, "rates": (1e-2, 5e-3)}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "checkpoints"


def stopped_at(step):
    def progress(reached, *_):
        if reached == step:
            raise KeyboardInterrupt

    return progress


@pytest.fixture
def begun(play, folder):
    """A training of 60 steps that was interrupted at step 30."""
    run = play(60, 10, checkpoints=Checkpoints(folder, SETTINGS), progress=stopped_at(30))
    assert run.stopped == "interrupted at step 30"
    return run


def resumed(play, folder, settings=SETTINGS, **changes):
    said = []
    run = play(60, 10, checkpoints=Checkpoints(folder, settings, resume=True, warn=said.append, **changes))
    return run, said


def test_a_resumed_training_is_the_uninterrupted_one(play, run, begun, folder, weights):
    again, said = resumed(play, folder)
    assert weights(again.generator, again.discriminator) == weights(run.generator, run.discriminator)
    assert again.history == run.history and again.stopped is None and said == []


def test_an_average_and_the_optimisers_memories_are_gone_on_from(play, folder, weights):
    whole = play(60, 10, average=0.9)
    play(60, 10, average=0.9, checkpoints=Checkpoints(folder, SETTINGS), progress=stopped_at(20))
    again = play(60, 10, average=0.9, checkpoints=Checkpoints(folder, SETTINGS, resume=True))
    assert weights(again.generator, again.discriminator) == weights(whole.generator, whole.discriminator)


def test_without_resume_a_training_begins_anew(play, begun, folder, run):
    seen = []
    again = play(60, 10, checkpoints=Checkpoints(folder, SETTINGS), progress=lambda step, *_: seen.append(step))
    assert seen[0] == 0 and again.history == run.history


def test_with_nothing_to_go_on_from_a_resumed_training_begins_at_the_start(play, folder, run):
    assert resumed(play, folder)[0].history == run.history


def test_two_checkpoints_are_kept(begun, folder):
    assert sorted(path.name for path in folder.iterdir()) == ["0000000020.checkpoint", "0000000030.checkpoint"]


@pytest.mark.parametrize("damage", few(["truncate", "alter the weights", "alter the history", "empty"], 2))
def test_a_damaged_checkpoint_is_passed_over_for_the_last_good_one(play, run, begun, folder, weights, damage):
    newest = folder / "0000000030.checkpoint"
    content = bytearray(newest.read_bytes())
    if damage == "alter the weights":
        content[-10] ^= 1
    elif damage == "alter the history":
        at = content.index(b"step,value") + 300
        content[at] = ord("7") if content[at] != ord("7") else ord("8")
    newest.write_bytes(content[: len(content) // 2] if damage == "truncate" else b"" if damage == "empty" else content)
    again, said = resumed(play, folder)
    (sentence,) = said
    assert sentence.endswith("must be a checkpoint as gantheory wrote it. It was truncated or altered. The one before it is used.")
    assert weights(again.generator, again.discriminator) == weights(run.generator, run.discriminator)


def test_changed_settings_are_refused_unless_forced(play, begun, folder):
    changed = SETTINGS | {"seed": 1}
    with pytest.raises(ValueError, match=r"must be resumed with the settings it was begun with\. Got {'seed': 1} where it had {'seed': 0}"):
        resumed(play, folder, changed)
    assert len(resumed(play, folder, changed, force=True)[0].history) == 7


def test_networks_of_another_shape_are_refused_also_by_force(play, begun, folder):
    other = gt.Generator(6, 1, key=jax.random.key(0))
    with pytest.raises(ValueError, match="networks and optimisers of the shapes it had"):
        play(60, 10, generator=other, checkpoints=Checkpoints(folder, SETTINGS, resume=True, force=True))


TRAIN = "train --p-data Normal(1,.5) --latent Uniform(-1,1) --width 8 --steps 2500 --measure-every 25 --average .9".split()
SAVED = ("run.json", "history.csv", "generator.eqx", "discriminator.eqx", "report.json", "training.svg")


def started(out):
    return subprocess.Popen(
        [sys.executable, "-m", "gantheory", *TRAIN, "--resume", "--out", out], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def finished(out):
    process = started(out)
    said = process.communicate(timeout=300)[1]
    assert process.returncode == 0, said
    return {name: (out / name).read_bytes() for name in SAVED}


def newest(out):
    return max((path.name for path in (out / "checkpoints").glob("*.checkpoint")), default="")


@pytest.mark.slow
def test_a_training_killed_at_20_random_moments_ends_with_the_same_bytes(tmp_path):
    """Each kill is of a resumed process: one in four at any moment of its start, the others within a second of its first progress."""
    expected = finished(tmp_path / "whole")
    moments, kills, folders = random.Random(0), 0, [tmp_path / "0"]
    while kills < 20:
        was, process = newest(folders[-1]), started(folders[-1])
        if moments.random() < 0.25:
            time.sleep(moments.uniform(0, 4))
        else:
            while newest(folders[-1]) == was and process.poll() is None:
                time.sleep(0.01)
            time.sleep(moments.uniform(0, 1))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if process.returncode == 0:  # it was done before
            folders.append(tmp_path / str(len(folders)))
        kills += process.returncode == -signal.SIGKILL
    for out in folders:
        assert finished(out) == expected


@pytest.mark.slow
def test_the_command_resumes_and_refuses(command, tmp_path):
    out = tmp_path / "run"
    words = [
        "train",
        "--p-data",
        "Normal(1, .5)",
        "--width",
        4,
        "--steps",
        20,
        "--k",
        1,
        "--batch",
        16,
        "--measure-every",
        10,
        "--out",
        out,
    ]
    assert command(*words).code == 0
    done = command(*words, "--resume")
    assert done.code == 0, done.err
    refused = command(*words, "--resume", "--batch", 17)
    assert refused.code == 2 and "{'batch': 17} where it had {'batch': 16}" in refused.err and "Traceback" not in refused.err
    assert command(*words, "--resume", "--batch", 17, "--force").code == 0
    assert os.listdir(out / "checkpoints")
