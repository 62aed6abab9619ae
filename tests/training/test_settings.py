"""One set of settings for the command line, the explorer and the library."""

import inspect
from dataclasses import fields

import pytest

import gantheory as gt
from gantheory import cli
from gantheory.explorer.settings import BOUNDS, CHOICES, PAGE, START
from gantheory.training.options import with_settings
from gantheory.training.settings import OPTIONS, Settings, check

# The options of the command at its defaults, as they stand in the checkpoints and records of earlier trainings.
RECORD = {
    "p_data": None,
    "data": None,
    "column": (),
    "bandwidth": None,
    "latent": None,
    "loss": "non_saturating",
    "r1": 0.002,
    "r2": 0.0,
    "gradient_penalty": 0.0,
    "clip": None,
    "spectral": False,
    "width": 32,
    "depth": 2,
    "activation": "tanh",
    "rates": (2e-3, 1e-3),
    "steps": 5000,
    "k": 5,
    "generator_steps": 1,
    "simultaneous": False,
    "average": None,
    "noise": 0.0,
    "packing": 1,
    "oracle": 0.0,
    "population": False,
    "batch": 256,
    "seed": 0,
    "measure_every": 100,
}


def test_the_record_of_settings_is_the_one_that_earlier_checkpoints_hold():
    assert list(Settings().options().items()) == list(RECORD.items())


def test_settings_come_back_from_their_options():
    settings = Settings(p_data="Normal(0, 1)", width_d=8, width_g=8, rate_d=0.1, rate_g=0.2, column=("x",))
    assert settings.options() == RECORD | {"p_data": "Normal(0, 1)", "width": 8, "rates": (0.1, 0.2), "column": ("x",)}
    assert Settings.from_options(settings.options()) == settings


def test_what_has_no_option_is_recorded_where_it_is_not_the_default():
    settings = Settings(reach=True, optimizer_g="sgd", depth_d=3)
    assert settings.options() == RECORD | {"depth": (3, 2), "reach": True, "optimizer_g": "sgd"}


def test_the_command_has_an_option_for_each_with_its_default_and_its_unit():
    seen = []

    def command(settings: Settings, out: str = "runs") -> None:
        """Train."""
        seen.append((settings, out))

    made = with_settings(command)
    parameters = inspect.signature(made).parameters
    assert list(parameters) == [*OPTIONS, "out"] and made.__doc__ == "Train."
    made(**{name: one.default for name, one in parameters.items()})
    assert seen == [(Settings(), "runs")]
    (described,) = parameters["measure_every"].annotation.__metadata__
    assert described.help == "Interval between exact measurements. [unit: iterations]"
    assert parameters["rates"].annotation.__origin__ == tuple[float, float]


def test_every_setting_is_described():
    for one in fields(Settings):
        assert one.metadata["help"] and not one.metadata["help"].endswith(".")


def test_help_names_every_option(command):
    said = command("train", "--help")
    assert said.code == 0
    for name in OPTIONS:
        assert f"--{name.replace('_', '-')} " in said.out
    assert cli.train.__doc__.splitlines()[0][:20] in said.out


def test_the_librarys_defaults_are_the_settings_own_but_for_k_and_for_noise_which_is_a_function():
    defaults = {name: one.default for name, one in inspect.signature(gt.train).parameters.items() if one.default is not one.empty}
    shared = set(defaults) & set(RECORD) - {"k", "noise"}
    assert {name: defaults[name] for name in shared} == {name: RECORD[name] for name in shared}
    assert shared == {"generator_steps", "simultaneous", "average", "packing", "oracle", "population"}


def test_a_page_has_settings_of_a_training_with_the_same_choices():
    names = {one.name for one in fields(Settings)}
    assert set(PAGE) - names == {"penalty", "gamma"}
    assert list(START.as_dict()) == PAGE
    for one in fields(Settings):
        if one.name in CHOICES and one.name != "latent":
            assert CHOICES[one.name] == one.metadata["choices"]
    for name, (low, high) in BOUNDS.items():
        assert START.changed({name: low}).as_dict()[name] == low and START.changed({name: high}).as_dict()[name] == high


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"rate_d": 0.0}, r"`rates` must be positive and finite\. Got \(0\.0, 0\.001\)\."),
        ({"noise": float("nan")}, "`noise` must be at least 0 and finite. Got nan."),
        ({"clip": 0.0}, "`clip` must be positive. Got 0.0."),
        ({"batch": 0}, "`batch` of train must be a whole number of at least 1. Got 0."),
        ({"activation_g": "sine"}, r"`activation` must be one of tanh, .*\. Got \('tanh', 'sine'\)\."),
        ({"optimizer_d": "momentum"}, "`optimizer_d` must be one of adam"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_the_name_of_its_option(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        Settings(**changes)


def test_what_is_not_given_is_not_checked():
    check("average", None)
    check("clip", None)
    with pytest.raises(ValueError, match="`average` of train must be"):
        check("average", 1.0)
