"""A spec holds every setting of a run, and what is given beside it wins."""

import os
import tomllib
from dataclasses import fields

import pytest

from gantheory.training.settings import OF_MODELS, OPTIONS, Settings
from gantheory.training.spec import joined, read_spec, spec_of

# A value of each setting that is not its default.
OTHERS = {
    "model": "gan",
    "p_data": 'Normal(0, 1) \\ "é\n\x7f\x01😀',
    "data": "old_faithful",
    "column": ("größe", 'a"b'),
    "encoding": "latin-1",
    "no_header": True,
    "delimiter": "\t",
    "decimal": ",",
    "thousands": "'",
    "drop_missing": True,
    "transform": "log",
    "bandwidth": 1 / 3,
    "latent": "Uniform(-1, 1)",
    "stratified": True,
    "loss": "hinge",
    "label_smoothing": 0.1,
    "r1": 1e-300,
    "r2": 5e22,
    "gradient_penalty": 10.0,
    "clip": float("inf"),
    "spectral": True,
    "width_d": 5,
    "width_g": 6,
    "depth_d": 3,
    "depth_g": 1,
    "activation_d": "relu",
    "activation_g": "elu",
    "initialization_d": "dcgan",
    "initialization_g": "orthogonal",
    "skip": False,
    "reach": True,
    "optimizer_d": "adam, b1 = .9",
    "optimizer_g": "sgd",
    "rate_d": 0.1 + 0.2,
    "rate_g": 1e-5,
    "rate": 0.25,
    "schedule_d": "linear",
    "schedule_g": "constant",
    "b1_d": 0.0,
    "b1_g": 0.9,
    "b2_d": 0.999,
    "b2_g": 0.5,
    "steps": 10**12,
    "k": 1,
    "generator_steps": 2,
    "simultaneous": True,
    "updates": "consensus",
    "updates_weight": 0.5,
    "average": 0.999,
    "noise": 0.5,
    "packing": 2,
    "packing_feature": "closeness",
    "oracle": 0.25,
    "population": True,
    "batch": 7,
    "seed": 2**63,
    "split_seed": 4,
    "measure_every": 3,
}


def test_every_setting_comes_back_from_its_spec(tmp_path):
    assert OTHERS.keys() == {one.name for one in fields(Settings)}
    for settings in (Settings(), Settings(**OTHERS)):
        (tmp_path / "run.toml").write_text(spec_of(settings, tmp_path), encoding="utf-8")
        assert joined(read_spec(tmp_path / "run.toml"), {}) == joined(read_spec(tmp_path), {}) == settings
    written = tomllib.loads((tmp_path / "run.toml").read_text(encoding="utf-8"))
    assert written == OTHERS | {"column": list(OTHERS["column"])}


def test_the_spec_of_a_model_without_a_game_holds_no_settings_of_one(tmp_path):
    settings = Settings(model="flow(units=8)", p_data="Normal(0, 1)", rate=0.01, average=0.9)
    (tmp_path / "run.toml").write_text(spec_of(settings, tmp_path), encoding="utf-8")
    assert read_spec(tmp_path).keys() <= {*OF_MODELS} and joined(read_spec(tmp_path), {}) == settings


def test_a_data_file_lies_relative_to_the_spec_that_names_it(tmp_path, monkeypatch):
    (tmp_path / "runs").mkdir()
    monkeypatch.chdir(tmp_path)
    for data in ("prices.csv", str(tmp_path / "prices.csv")):
        spec = spec_of(Settings(data=data), tmp_path / "runs")
        assert tomllib.loads(spec)["data"] == os.path.join("..", "prices.csv")
        (tmp_path / "runs/run.toml").write_text(spec)
        assert read_spec(tmp_path / "runs/run.toml")["data"] == "prices.csv"
    monkeypatch.chdir(tmp_path / "runs")
    assert read_spec(tmp_path / "runs/run.toml")["data"] == os.path.join("..", "prices.csv")


@pytest.fixture
def spec(tmp_path):
    path = tmp_path / "my.toml"
    path.write_text(
        'p_data = "Normal(0, 1)"\nwidth = 8\nwidth_d = 16\nrates = [1, 2e-3]\nb1 = [0.5, 0.9]\nsteps = 3  # few\nreach = true\n'
    )
    return path


def test_a_spec_may_use_short_forms_and_numbers_without_a_point(spec):
    settings = joined(read_spec(spec), {})
    expected = {"width_d": 16, "width_g": 8, "rate_d": 1.0, "rate_g": 2e-3, "b1_d": 0.5, "b1_g": 0.9, "steps": 3, "reach": True}
    assert settings == Settings(p_data="Normal(0, 1)", **expected)
    assert type(settings.rate_d) is float


@pytest.fixture
def given(command, monkeypatch):
    """A function that returns the settings that ``gantheory train WORDS`` trains with."""
    from gantheory.training import command as module

    def given(*words):
        seen = []
        monkeypatch.setattr(module, "train_and_report", lambda settings, *_: seen.append(settings) or ([], None))
        said = command("train", *words)
        assert said.code == 0, said.err
        return seen[0]

    return given


def test_an_option_wins_over_the_spec_and_one_of_a_player_over_the_short_form(spec, given):
    settings = given("--config", spec, "--width", 4, "--width-g", 5, "--rate-d", 0.5, "--no-reach", "--no-skip", "--seed", 0)
    assert (settings.width_d, settings.width_g, settings.rate_d, settings.rate_g) == (4, 5, 0.5, 2e-3)
    assert (settings.steps, settings.reach, settings.skip) == (3, False, False)
    assert given("--p-data", "Normal(0, 1)", "--rates", 0.1, 0.2, "--b2-g", 0.9) == Settings(
        p_data="Normal(0, 1)", rate_d=0.1, rate_g=0.2, b2_g=0.9
    )


def test_other_data_replace_those_of_the_spec(spec, given):
    assert given("--config", spec, "--data", "old_faithful", "--column", "waiting").p_data is None
    spec.write_text('data = "old_faithful"\ncolumn = ["waiting"]\nbandwidth = 2\n')
    settings = given("--config", spec, "--p-data", "Normal(0, 1)")
    assert (settings.data, settings.column, settings.bandwidth) == (None, (), None)
    assert given("--config", spec, "--bandwidth", 3).column == ("waiting",)


WRONG = {
    "widht = 3": "must give settings of `gantheory train` only. Got 'widht': did you mean 'width'?",
    "[training]\nsteps = 3": "must give settings of `gantheory train` only. Got 'training'.",
    'steps = "many"': "`steps` in {} must be a whole number. Got 'many'.",
    "steps = 3.0": "`steps` in {} must be a whole number. Got 3.0.",
    "batch = true": "`batch` in {} must be a whole number. Got True.",
    "spectral = 1": "`spectral` in {} must be true or false. Got 1.",
    "loss = 1": "`loss` in {} must be text in quotes. Got 1.",
    'column = "x"': "`column` in {} must be a list of texts, such as [\"x\"]. Got 'x'.",
    "width = [1, 2, 3]": "`width` in {} must be a whole number, or two of them, D's and G's. Got [1, 2, 3].",
    'rates = [1, "a"]': "`rate_g` in {} must be a number. Got 'a'.",
    'loss = "hings"': "`loss` must be one of minimax,",
    "steps = -1": "`steps` of train must be a whole number of at least 0. Got -1.",
    "steps: 3": "`--config` must be a file of lines such as `steps = 300`, in TOML and UTF-8. Got {}: ",
    "steps = 3\nsteps = 4": "`--config` must be a file of lines such as `steps = 300`, in TOML and UTF-8. Got {}: ",
    b"\xff\xfe": "`--config` must be a file of lines such as `steps = 300`, in TOML and UTF-8. Got {}: ",
    None: "`--config` must be a file that can be read. Got {}: No such file or directory.",
}


@pytest.mark.parametrize(("content", "sentence"), WRONG.items(), ids=map(str, WRONG))
def test_a_spec_that_makes_no_sense_is_refused_in_one_sentence(command, tmp_path, content, sentence):
    path = tmp_path / "run.toml"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    said = command("train", "--p-data", "Normal(0, 1)", "--config", path, "--out", tmp_path / "out")
    assert said.code == 2 and said.out == "" and said.err.count("\n") == 1 and said.err.startswith("gantheory: ")
    assert sentence.format(path) in said.err
    assert not (tmp_path / "out").exists()


def test_a_spec_names_what_options_name(command):
    assert {name.replace("_", "-") for name in OPTIONS} <= {word.removeprefix("--") for word in command("train", "--help").out.split()}
