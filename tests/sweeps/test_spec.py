"""What a sweep may be, and which settings it runs."""

import math

import pytest

from gantheory.sweeps.spec import Between, Draws, Spec, read_spec, spec_of

BASE = {"p_data": "Normal(0, 1)", "steps": 100}


def test_a_product_runs_every_combination_once():
    spec = spec_of(BASE, {"loss": ["minimax", "hinge"], "r1": [0.0, 0.1, 1.0], "rates": [(1e-3, 2e-3), (1e-2, 1e-2)]}, 3, None)
    assert spec.shape == (2, 3, 2, 3) and len(spec) == 36
    settings = [spec.settings(member) for member in range(len(spec))]
    assert len({(one.loss, one.r1, one.rate_d, one.rate_g, one.seed) for one in settings}) == 36
    assert (settings[0].rate_d, settings[0].rate_g, settings[-1].loss, settings[-1].seed) == (1e-3, 2e-3, "hinge", 2)
    assert Spec.from_json(spec.as_json()) == spec


def test_it_is_measured_at_the_end_or_along_the_way():
    assert spec_of(BASE, {}, 1, None).steps == [100]
    assert spec_of(BASE | {"measure_every": 40}, {}, 1, None).steps == [0, 40, 80, 100]


@pytest.mark.parametrize("kind", ["sobol", "random"])
def test_draws_fill_their_intervals_evenly(kind):
    spec = spec_of(BASE, {"r1": Between(1e-4, 1.0, log=True), "batch": Between(8, 512)}, 1, Draws(256, kind, seed=3))
    logs = [math.log10(value) for value in spec.drawn["r1"]]
    assert spec.shape == (256, 1) and all(-4 <= log <= 0 for log in logs)
    # A quarter of them in each quarter: exactly for Sobol' points, within 5 standard deviations for independent ones.
    off = max(abs(sum(-4 + i <= log < -3 + i for log in logs) - 64) for i in range(4))
    assert off <= (1 if kind == "sobol" else 5 * math.sqrt(256 * 3 / 16))
    assert all(isinstance(value, int) and 8 <= value <= 512 for value in spec.drawn["batch"])
    assert spec.settings(7).r1 == spec.drawn["r1"][7]


def test_a_file_of_a_sweep(tmp_path):
    file = tmp_path / "spec.toml"
    file.write_text('seeds = 2\n[base]\np_data = "Normal(0, 1)"\nsteps = 50\n[over]\nr1 = {log = [1e-3, 1e-1, 3]}\nloss = ["hinge"]\n')
    spec = read_spec(file)
    assert spec.over == {"r1": [1e-3, 1e-2, 1e-1], "loss": ["hinge"]} and spec.seeds == [0, 1]


@pytest.mark.parametrize(
    ("base", "over", "seeds", "draws", "said"),
    [
        (BASE, {"los": ["minimax"]}, 1, None, "did you mean 'loss'"),
        (BASE, {"loss": []}, 1, None, "`loss` of a sweep must have at least one value. Got none."),
        (BASE, {"loss": ["minimal"]}, 1, None, "`loss`.*Got 'minimal': did you mean"),
        (BASE, {"steps": [1, 2]}, 1, None, "`steps` must be one for a whole sweep"),
        (BASE | {"r1": 1.0}, {"r1": [1.0]}, 1, None, "`r1` must be in `base` or vary, not both"),
        (BASE, {"r1": [-1.0]}, 1, None, "`r1` must be"),
        (BASE, {"r1": "0.1"}, 1, None, "`r1` of a sweep must be a list of values. Got '0.1'."),
        (BASE, {"r1": {"log": [0.0, 1.0, 3]}}, 1, None, "`r1` of a sweep must have a whole number of values"),
        (BASE, {"r1": [0.1]}, [], None, "`seeds` of a sweep must be at least one, each once"),
        (BASE, {"r1": [0.1]}, [1, 1], None, "`seeds` of a sweep must be at least one, each once"),
        (BASE, {"r1": [0.1]}, 1, 4, "`r1` must be an interval where settings are drawn"),
        (BASE, {"r1": Between(1.0, 0.5)}, 1, 4, "The interval of `r1` must have low < high"),
        (BASE, {"loss": Between(1.0, 2.0)}, 1, 4, "`loss` must be listed: only numbers are drawn"),
        (BASE, {"r1": [object()]}, 1, None, "must be numbers, texts, or pairs"),
    ],
)
def test_what_is_no_sweep_is_refused_in_one_sentence(base, over, seeds, draws, said):
    with pytest.raises(ValueError, match=said) as refused:
        spec_of(base, over, seeds, draws)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text", ["seeds = ", "sedes = 1\n[over]\nr1 = [1.0]", '[draws]\nkind = "sobol"'])
def test_a_file_of_none_is_refused(tmp_path, text):
    file = tmp_path / "spec.toml"
    file.write_text(text)
    with pytest.raises(ValueError, match="spec"):
        read_spec(file)
