"""The command, in this process where that will do, and in one of its own where a signal is sent to it."""

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from importlib.metadata import version

import numpy as np
import pytest
from problems import few

import gantheory as gt
from gantheory import datasets, reproductions
from gantheory.base.files import read_record
from gantheory.training import learning

TINY = ("--steps", 60, "--measure-every", 30, "--width", 8, "--depth", 1, "--batch", 64)
NORMAL = ("--p-data", "Normal(1, .5)")
RUN_FILES = {"run.json", "history.csv", "history.nc", "generator.eqx", "discriminator.eqx"}
REPORT_FILES = {"run.toml", "report.json", "training.pdf", "training.svg", "training.png"}


@pytest.fixture(scope="module")
def on_data(command, tmp_path_factory):
    out = tmp_path_factory.mktemp("data")
    return out, command("train", "--data", "old_faithful", "--column", "eruptions", *TINY, "--seed", 4, "--out", out)


@pytest.fixture(scope="module")
def on_density(command, tmp_path_factory):
    out = tmp_path_factory.mktemp("density")
    return out, command("train", *NORMAL, "--latent", "Uniform(-1, 1)", *TINY, "--seed", 4, "--out", out)


@pytest.mark.parametrize("made", few(["on_density", "on_data"], 1))
def test_train_writes_run_report_and_figure(made, request):
    out, said = request.getfixturevalue(made)
    assert said.code == 0, said.err
    assert {path.name for path in out.iterdir()} == RUN_FILES | REPORT_FILES | {"checkpoints"}
    assert f"Wrote {out / 'report.json'}" in said.out
    assert said.err == ""


@pytest.mark.parametrize("made", few(["on_density", "on_data"], 1))
def test_the_reports_numbers_are_the_loaded_runs_measured_again(made, request):
    out, said = request.getfixturevalue(made)
    run, report = gt.load(out), read_record(out / "report.json")
    for name, quantity in gt.measure(run.p_data, run.p_g, run.discriminator).items():
        if isinstance(quantity, gt.Divergent):
            assert report["measured"][name] == {"infinite": quantity.reason}
        else:
            assert report["measured"][name] == {"value": quantity.value, "error": quantity.error}
    two_jsd = re.search(r"2 JSD\(p_data, p_g\) +(\S+) ±", said.out)
    assert two_jsd and float(two_jsd[1]) == pytest.approx(report["measured"]["two_jsd"]["value"], rel=1e-3)
    assert run.column("step") == [0, 30, 60]


def test_data_is_modelled_by_a_stated_density_and_judged_by_rows_held_out(on_data):
    out, said = on_data
    report = read_record(out / "report.json")
    assert (report["data"]["rows_modelled"], report["data"]["rows_held_out"]) == (204, 68)
    assert report["data"]["bandwidth"] == pytest.approx(float(gt.load(out).p_data.components.scale))
    assert report["held_out"]["rows"] == 68
    assert f"{report['held_out']['jsd_lower_bound']:.3g}" in said.out
    assert "Against the rows themselves it would be log 2 = 0.6931 for every G" in said.out


def test_the_settings_are_kept_with_the_run(on_density):
    settings = gt.load(on_density[0]).settings
    assert settings["steps"] == 60 and settings["seed"] == 4 and settings["width"] == 8
    assert settings["p_data"] == "Normal(1, .5)" and settings["loss"] == "non_saturating"


@pytest.mark.slow
def test_the_same_command_writes_the_same_bytes(on_density, command, tmp_path):
    first = on_density[0]
    assert command("train", *NORMAL, "--latent", "Uniform(-1, 1)", *TINY, "--seed", 4, "--out", tmp_path).code == 0
    assert [name for name in RUN_FILES | REPORT_FILES if (first / name).read_bytes() != (tmp_path / name).read_bytes()] == []


def test_a_run_is_made_again_to_the_last_bit_from_the_spec_that_it_left(on_density, command, tmp_path):
    first = on_density[0]
    assert command("train", "--config", first / "run.toml", "--out", tmp_path).code == 0
    assert [name for name in RUN_FILES | REPORT_FILES if (first / name).read_bytes() != (tmp_path / name).read_bytes()] == []


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_second_training_into_a_folder_is_refused_and_leaves_the_first(on_density, command, tmp_path):
    out = on_density[0]
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "0000000030.checkpoint").write_text("an interrupted one")
    for folder in (out, tmp_path):
        before = contents(folder)
        said = command("train", *NORMAL, *TINY, "--seed", 5, "--out", folder)
        refused(
            said, f"must hold no training yet. Got {folder}, which holds one: --resume continues it, --overwrite replaces it, and --out"
        )
        assert contents(folder) == before
    refused(
        command("train", *NORMAL, "--resume", "--overwrite", "--out", out), "continued by --resume or replaced by --overwrite. Got both."
    )


@pytest.fixture(scope="module")
def still(command, tmp_path_factory):
    out = tmp_path_factory.mktemp("still")
    return out, command("train", *NORMAL, *TINY, "--steps", 0, "--out", out, "--html")


def test_zero_steps_report_the_start_and_a_page_if_asked(still):
    out, said = still
    assert said.code == 0, said.err
    assert gt.load(out).column("step") == [0]
    assert (out / "report.html").exists() and f"Wrote {out / 'report.html'}" in said.out


def test_a_training_is_replaced_if_that_is_asked_for_and_the_new_one_is_sound(still, command, tmp_path):
    out = shutil.copytree(still[0], tmp_path / "out")
    words, before = ("train", *NORMAL, *TINY, "--steps", 0, "--overwrite", "--out", out), contents(out)
    refused(command(*words, "--latent", "Uniform(0, 1)", "--oracle", 1), "`latent` must be unbounded for `oracle`")
    assert contents(out) == before
    said = command(*words, "--seed", 5, "--label-smoothing", 0.1)
    assert said.code == 0 and "the best D is 0.9 D*. At p_g = p_data its gap is -log(1 - 0.1²) = 0.01005." in said.out
    assert gt.load(out).settings["seed"] == 5 and "seed = 5\n" in (out / "run.toml").read_text()
    assert not (out / "report.html").exists()


COLUMN = ("--column", "x")
BAD_INPUT = {
    "neither density nor data": ((), "one of --p-data and --data. Got neither"),
    "both density and data": ((*NORMAL, "--data", "old_faithful"), "one of --p-data and --data. Got both"),
    "negative scale": (("--p-data", "Normal(0, -1)"), "`scale` of Normal must be positive"),
    "code for a density": (("--p-data", "__import__('os').getcwd()"), "A density must be built from"),
    "no density": (("--p-data", "Normal(0,"), "A density must be an expression"),
    "bad latent": ((*NORMAL, "--latent", "Uniform(1, 0)"), "`high` of Uniform must be above `low`"),
    "k = 0": ((*NORMAL, "--k", 0), "`k` of train must be a whole number of at least 1. Got 0"),
    "batch = 0": ((*NORMAL, "--batch", 0), "`batch` of train must be"),
    "steps = -1": ((*NORMAL, "--steps", -1), "`steps` of train must be"),
    "measure_every = 0": ((*NORMAL, "--measure-every", 0), "`measure_every` of train must be"),
    "unknown loss": ((*NORMAL, "--loss", "hings"), "`loss` must be one of minimax, non_saturating, wasserstein"),
    "unknown activation": ((*NORMAL, "--activation", "sine"), "`activation` must be one of tanh"),
    "width = 0": ((*NORMAL, "--width", 0), "`width` of a network must be at least 1"),
    "rate = 0": ((*NORMAL, "--rates", 0, 1e-3), "`rate_d` must be positive and finite"),
    "rate = nan": ((*NORMAL, "--rates", 1e-3, "nan"), "`rate_g` must be positive and finite"),
    "rate = inf": ((*NORMAL, "--rates", 1e-3, "inf"), "`rate_g` must be positive and finite"),
    "no momentum": ((*NORMAL, "--optimizer-g", "sgd", "--b2", 0.9), "`b2` must be left alone for sgd, which has none. Got 0.9."),
    "no labels": ((*NORMAL, "--loss", "wasserstein", "--label-smoothing", 0.1), "Labels can be smoothed only in a game that has them"),
    "no strata": ((*NORMAL, "--latent", "Beta(2, 2)", "--stratified"), "`latent` must be one of Normal, Uniform"),
    "r1 < 0": ((*NORMAL, "--r1", -1), "`r1` must be"),
    "no column": (("--data", "old_faithful"), "must be one of eruptions, waiting, or two of them for data on the plane. Got none"),
    "unknown column": (("--data", "old_faithful", *COLUMN), "The column must be one of eruptions, waiting. Got 'x'"),
    "bandwidth = 0": (("--data", "old_faithful", "--column", "waiting", "--bandwidth", 0), "must be positive"),
    "no such file": (("--data", "nowhere.csv", *COLUMN), "must be a file that can be read"),
}


def refused(said, sentence):
    """One sentence on stderr, exit code 2, nothing on stdout."""
    assert said.code == 2
    assert sentence in said.err
    assert said.err.startswith("gantheory: ") and said.err.count("\n") == 1 and "Traceback" not in said.err
    assert said.out == ""


@pytest.mark.parametrize(("words", "sentence"), BAD_INPUT.values(), ids=BAD_INPUT)
def test_bad_input_is_one_sentence_and_leaves_no_file(command, tmp_path, monkeypatch, words, sentence):
    monkeypatch.chdir(tmp_path)
    refused(command("train", *words, "--out", tmp_path / "out"), sentence)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


TEN = "".join(f"{i}\n" for i in range(10))
BAD_CSV = {
    "empty": ("", "which is empty"),
    "no such column": ("y\n" + TEN, "The column must be one of y. Got 'x'"),
    "text": ("x\n" + TEN + "one\n", "finite numbers only. Got 'one' on line 12"),
    "nan": ("x\n" + TEN + "nan\n", "finite numbers only. Got 'nan' on line 12"),
    "nine rows": ("x\n" + TEN[:-2], "at least 10 rows. Got 9"),
    "constant": ("x\n" + "7\n" * 20, "must vary. Got 7 in all 20 rows"),
}


@pytest.mark.parametrize(("content", "sentence"), BAD_CSV.values(), ids=BAD_CSV)
def test_a_csv_that_cannot_be_learnt_from_is_one_sentence(command, tmp_path, content, sentence):
    (tmp_path / "data.csv").write_text(content)
    refused(command("train", "--data", tmp_path / "data.csv", *COLUMN, "--out", tmp_path / "out"), sentence)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "words", [("train", *NORMAL), ("reproduce", "convergence"), ("reproduce", "looks-converged", "--runs", "file/runs")]
)
def test_an_output_folder_that_cannot_be_written_to_is_refused_before_training(command, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(learning, "chunk", None)
    (tmp_path / "file").write_text("")
    refused(
        command(*words, "--out", "file/out" if "--runs" not in words else "out"), "The output folder must be one that can be written to"
    )


def test_an_unknown_figure_is_refused_with_the_known_ones(command, tmp_path):
    out = tmp_path / "out"
    refused(command("reproduce", "fig2", "--out", out, "--runs", out), "must be one of goodfellow2014-fig1, convergence, looks-converged")
    assert not out.exists()


def test_a_word_that_is_no_number_is_refused_by_name(command, tmp_path):
    said = command("train", *NORMAL, "--k", "two", "--out", tmp_path / "out")
    assert said.code == 2
    assert "--k" in said.err and "Traceback" not in said.err
    assert not (tmp_path / "out").exists()


def test_version(command):
    said = command("--version")
    assert (said.code, said.out) == (0, f"gantheory {version('gantheory')}\n")


def test_list_names_every_figure_and_data_set(command):
    said = command("list")
    assert said.code == 0
    for name in (*reproductions.REPRODUCTIONS, *datasets.names(), "eruptions", "waiting"):
        assert name in said.out


def test_doctor_names_versions_devices_and_tools(command):
    said = command("doctor")
    assert said.code == 0
    for word in (*reproductions.VERSIONED, version("jax"), "devices", "coqc", "chromium", "proofs", "fonts"):
        assert word in said.out


def test_doctor_says_so_where_files_of_the_package_are_missing(command, tmp_path, monkeypatch):
    monkeypatch.setattr("gantheory.doctor.PACKAGE", tmp_path)
    said = command("doctor")
    assert said.code == 1 and "must be installed again: proofs, data sets, pages, fonts." in said.err


def test_the_module_is_the_command():
    done = subprocess.run([sys.executable, "-m", "gantheory", "--version"], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, f"gantheory {version('gantheory')}\n")


def test_a_training_that_is_no_longer_finite_is_exit_code_1_and_saves_and_prints_the_same_state(command, tmp_path):
    said = command("train", *NORMAL, *TINY, "--rates", 1e38, 1e38, "--r1", 0, "--out", tmp_path)
    assert said.code == 1
    assert "The training ended early: a loss or weight was no longer finite" in said.err and "Traceback" not in said.err
    report = read_record(tmp_path / "report.json")
    assert report["stopped"] == gt.load(tmp_path).stopped is not None
    two_jsd = re.search(r"2 JSD\(p_data, p_g\) +(\S+) ±", said.out)
    assert two_jsd and float(two_jsd[1]) == pytest.approx(report["measured"]["two_jsd"]["value"], rel=1e-3)


@pytest.mark.parametrize("at", [0, 1])
def test_an_interrupt_while_measuring_saves_what_was_reached(command, tmp_path, monkeypatch, at):
    """At the very first measurement, before which nothing is known, and at the next."""
    calls, measure = [], learning.measure

    def interrupted(*arguments):
        calls.append(arguments)
        if len(calls) == at + 1:
            raise KeyboardInterrupt
        return measure(*arguments)

    monkeypatch.setattr(learning, "measure", interrupted)
    said = command("train", *NORMAL, *TINY, "--out", tmp_path)
    assert said.code == 130
    assert f"interrupted at step {30 * at}" in said.err and "Traceback" not in said.err
    assert gt.load(tmp_path).stopped == f"interrupted at step {30 * at}"
    two_jsd = re.search(r"2 JSD\(p_data, p_g\) +(\S+) ±", said.out)
    assert two_jsd and float(two_jsd[1]) == pytest.approx(read_record(tmp_path / "report.json")["measured"]["two_jsd"]["value"], rel=1e-3)


def test_an_interrupted_reproduction_is_exit_code_130(command, tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(reproductions.LooksConverged, "made", interrupted)
    said = command("reproduce", "looks-converged", "--out", tmp_path / "figures", "--runs", tmp_path / "runs")
    assert said.code == 130
    assert "nterrupted" in said.err and "Traceback" not in said.err
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def wait_for(pattern, terminal, seconds):
    """What the terminal has shown, once it shows the pattern."""
    shown, deadline = b"", time.monotonic() + seconds
    while not re.search(pattern, shown):
        if time.monotonic() > deadline:
            pytest.fail(f"{pattern} was not shown in {seconds} s, but {shown!r}")
        if select.select([terminal], [], [], 0.5)[0]:
            shown += os.read(terminal, 65536)
    return shown


def shown_until_exit(process, terminal, seconds):
    """What the terminal shows until the process has ended, or the time is over."""
    shown, deadline = b"", time.monotonic() + seconds
    while time.monotonic() < deadline:
        ended = process.poll() is not None
        while select.select([terminal], [], [], 0.1)[0]:
            try:
                shown += os.read(terminal, 65536)
            except OSError:  # the other end is closed
                break
        if ended:
            break
    return shown.decode()


@pytest.mark.slow
def test_ctrl_c_ends_a_training_with_all_that_it_reached_saved(tmp_path):
    words = "train --p-data Normal(1,.5) --width 8 --depth 1 --batch 32 --steps 50000000 --measure-every 200 --r1 .1".split()
    ours, theirs = pty.openpty()
    training = subprocess.Popen(
        [sys.executable, "-m", "gantheory", *words, "--out", tmp_path],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "120"},
    )
    os.close(theirs)
    try:
        wait_for(rb"[1-9]\d*/50000000", ours, 90)
        training.send_signal(signal.SIGINT)
        said = shown_until_exit(training, ours, 240)
    finally:
        training.kill()
        training.wait()
        os.close(ours)
    assert training.returncode == 130
    run = gt.load(tmp_path)
    step = re.fullmatch(r"interrupted at step (\d+)", run.stopped)
    assert step and int(step[1]) >= 200 and int(step[1]) % 200 == 0
    assert f"The training ended early: {run.stopped}. What was reached is saved in" in said
    assert "Traceback" not in said
    assert run.history[-1].step == int(step[1])
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["stopped"] == run.stopped
    assert np.isfinite(float(gt.jsd(run.p_data, run.p_g)))


PAIR = ("Normal(0, 1)", "Normal(1, 1)")


def test_divergence_prints_value_and_error(command):
    said = command("divergence", "jsd", *PAIR)
    value, error = map(float, said.out.split("±"))
    assert said.code == 0 and abs(value - 0.111421482184736179717236812217560244) <= error <= 1e-13  # Arb and mpmath


def test_divergence_json_is_one_object(command):
    said = json.loads(command("divergence", "kl", "Normal(0, 1)", "Normal(0, 2)", "--json").out)
    assert abs(said["value"] - (np.log(2) - 3 / 8)) <= said["error"] + 1e-16
    assert (said["divergence"], said["units"], said["p"]) == ("kl", "nats", {"Normal": {"loc": 0.0, "scale": 1.0}})
    infinite = json.loads(command("divergence", "kl", "Normal(0, 1)", "TruncatedNormal(0, 1, 0, inf)", "--json").out)
    assert "value" not in infinite and "is 0" in infinite["infinite"]
    assert infinite["q"]["TruncatedNormal"]["high"] == "inf"


def test_digits_are_decimals_that_the_error_must_allow(command):
    assert command("divergence", "jsd", *PAIR, "--digits", 12).out == "0.111421482185\n"
    too_many = command("divergence", "jsd", *PAIR, "--digits", 17)
    assert too_many.code == 1 and "17 decimals must be known" in too_many.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("jsd", "Normal(0, -1)", "Normal(0, 1)"), "`scale` of Normal must be positive and finite. Got -1.0."),
        (("jsd", "Histogram([0, 1, 2], [.5, .6])", "Normal(0, 1)"), "`masses` of Histogram must be at least 0 and sum to 1."),
        (("jsd", "Histogram([0, 2, 1], [.5, .5])", "Normal(0, 1)"), "`edges` of Histogram must increase."),
        (("jsd", "Normal(nan, 1)", "Normal(0, 1)"), "A density must be built from numbers, lists and"),
        (("jsd", "Normol(0, 1)", "Normal(0, 1)"), "A density must be built from numbers, lists and"),
        (("jsd", "__import__('os').system('touch smuggled')", "Normal(0, 1)"), "A density must be built from numbers, lists and"),
        (("jsd", "Normal([0, 1], 1)", "Normal(0, 1)"), "Each density must be one"),
        (("jsx", *PAIR), "A divergence must be one of jsd"),
        (("jsd", *PAIR, "--digits", 40), "`--digits` must be between 0 and 17."),
    ],
)
def test_divergence_refuses_in_one_sentence(command, words, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = command("divergence", *words)
    assert said.code == 2 and sentence in said.err and said.out == "" and said.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_in_a_game_whose_d_is_no_logit_the_command_says_so_instead_of_v(command, tmp_path):
    words = "train --p-data Normal(1,.5) --width 4 --steps 2 --k 1 --batch 16 --measure-every 2 --out".split()
    plain, critic = command(*words, tmp_path / "a"), command(*words, tmp_path / "b", "--loss", "wasserstein")
    assert "V(G, D)      " in plain.out and "discriminator's gap" in plain.out
    assert "V(G, D) has no meaning" in critic.out and "discriminator's gap" not in critic.out and "2 JSD" in critic.out


def test_what_was_compiled_is_kept_for_the_next_call(new_process, tmp_path):
    program = "import sys; from gantheory.cli import main; sys.argv[1:] = 'divergence jsd Normal(0,1) Normal(1,1)'.split(' '); main()"
    environment = {"XDG_CACHE_HOME": str(tmp_path), "JAX_COMPILATION_CACHE_DIR": ""}
    first = new_process(program, **environment)
    compiled = {path: path.stat().st_mtime_ns for path in (tmp_path / "gantheory/compiled").glob("*-cache")}
    assert new_process(program, **environment) == first and compiled
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "gantheory/compiled").glob("*-cache")} == compiled
