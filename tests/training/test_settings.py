"""One set of settings for the command line, the explorer and the library."""

import inspect
import typing
from dataclasses import fields

import pytest

import gantheory as gt
from gantheory import cli
from gantheory.explorer.settings import BOUNDS, CHOICES, PAGE, START
from gantheory.training.options import with_settings
from gantheory.training.settings import OPTIONS, Settings, check, fields_of

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


def test_what_earlier_checkpoints_do_not_hold_is_recorded_where_it_is_not_the_default():
    settings = Settings(reach=True, optimizer_g="sgd", depth_d=3, label_smoothing=0.1)
    assert settings.options() == RECORD | {"depth": (3, 2), "reach": True, "optimizer": ("adam", "sgd"), "label_smoothing": 0.1}
    assert Settings.from_options(settings.options()) == settings


def test_what_is_given_for_one_player_wins_over_the_short_form_in_any_order():
    both = {"width": 8, "rates": (0.1, 0.2), "optimizer": "sgd"}
    for given in (
        {"width_d": 16, "rate_g": 0.3, "optimizer_g": "adam"} | both,
        both | {"width_d": 16, "rate_g": 0.3, "optimizer_g": "adam"},
    ):
        settings = Settings.from_options(given)
        assert (settings.width_d, settings.width_g, settings.rate_d, settings.rate_g) == (16, 8, 0.1, 0.3)
        assert (settings.optimizer_d, settings.optimizer_g) == ("sgd", "adam")
    assert fields_of({"depth": [3, 4]}) == {"depth_d": 3, "depth_g": 4}


def test_each_setting_of_a_player_has_an_option_of_its_own():
    of_a_player = {one.name for one in fields(Settings) if one.name.endswith(("_d", "_g"))}
    assert {name for name, own in OPTIONS.items() if own[0].metadata["option"] and len(own) == 1} == of_a_player
    assert all({f"{name.removesuffix('_d')}_g", name} <= of_a_player for name in of_a_player if name.endswith("_d"))


def test_the_command_has_an_option_for_each_with_its_default_and_its_unit():
    seen = []

    def command(settings: Settings, out: str = "runs") -> None:
        """Train."""
        seen.append((settings, out))

    made = with_settings(command)
    parameters = inspect.signature(made).parameters
    assert list(parameters) == ["config", *OPTIONS, "out"] and made.__doc__ == "Train."
    made(**{name: one.default for name, one in parameters.items()})
    assert seen == [(Settings(), "runs")]
    (described,) = parameters["measure_every"].annotation.__metadata__
    assert described.help == "Interval between exact measurements. [unit: iterations] [default: 100]"
    assert typing.get_args(parameters["rates"].annotation.__origin__)[0] == tuple[float, float]
    assert parameters["rates"].annotation.__metadata__[0].help.endswith("[default: 0.002 0.001]")
    assert parameters["width_g"].annotation.__metadata__[0].help == "The same of G alone; it wins over --width."


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
    games = {"generator_steps", "simultaneous", "average", "packing", "oracle", "population", "loss", "batch", "steps"}
    assert shared == games | {"seed", "measure_every", "p_data", "data", "latent"}


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
        ({"rate_d": 0.0}, "`rate_d` must be positive and finite. Got 0.0."),
        ({"noise": float("nan")}, "`noise` must be at least 0 and finite. Got nan."),
        ({"clip": 0.0}, "`clip` must be positive. Got 0.0."),
        ({"batch": 0}, "`batch` of train must be a whole number of at least 1. Got 0."),
        ({"activation_g": "sine"}, r"`activation_g` must be one of tanh, .*\. Got 'sine'\."),
        ({"activation_d": "relo", "activation_g": "relo"}, r"`activation` must be one of tanh, .*\. Got 'relo': did you mean 'relu'\?"),
        ({"b1_d": 1.0}, "`b1_d` must be at least 0 and below 1. Got 1.0."),
        ({"label_smoothing": 1.0}, "`label_smoothing` must be at least 0 and below 1. Got 1.0."),
        ({"initialization_d": "zeros"}, "`initialization_d` must be one of uniform, he_normal"),
        ({"schedule_g": "cosin"}, r"`schedule_g` must be one of cosine, .* Got 'cosin': did you mean 'cosine'\?"),
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
