"""The data that settings name; that bad ones are refused is shown with the command, in test_cli.py."""

import numpy as np
import pytest

import gantheory as gt
from gantheory.training.data import data_of, latent_of
from gantheory.training.settings import Settings

FROM_ROWS = {"data": "old_faithful", "column": ("waiting",)}


def test_a_named_density_is_p_data_and_its_unit_is_its_median_and_half_its_middle_68_percent():
    data = data_of(Settings(p_data="Normal(3, 2)"))
    assert float(data.density.prob(3.0)) == float(gt.Normal(3.0, 2.0).prob(3.0))
    # 4096 draws: the median's standard error is 1.25 · 2/64, and that of half the middle 68 % is less.
    assert data.unit == pytest.approx((3.0, 2.0), abs=5 * 1.25 * 2 / 64)
    assert data.held_out is None


def test_rows_are_modelled_without_those_held_out():
    data = data_of(Settings(**FROM_ROWS))
    kernels = np.asarray(data.density.components.loc)
    assert len(kernels) == 204 and len(data.held_out) == 68
    assert data.unit == pytest.approx((kernels.mean(), kernels.std(ddof=1)), abs=kernels.std() / 256)  # of eight bits
    assert data.record["bandwidth_rule"].startswith("Silverman")


def test_a_given_bandwidth_is_the_one_used():
    data = data_of(Settings(**FROM_ROWS, bandwidth=1.5))
    assert float(data.density.components.scale) == 1.5
    assert (data.record["bandwidth"], data.record["bandwidth_rule"]) == (1.5, "given")


def test_two_columns_are_points_of_the_plane_and_z_is_of_their_dimension():
    settings = Settings(data="old_faithful", column=("eruptions", "waiting"))
    data = data_of(settings)
    assert data.density.dimension == latent_of(settings, data.density.dimension).dimension == 2
    assert data.held_out.shape == (68, 2) and np.shape(data.unit.loc) == (2,)
    assert data.record["bandwidth_rule"].startswith("Scott")


@pytest.mark.parametrize("p_data", ["Normal(1e8, 1)", "Normal(0, 1e-40)", "Normal(0, 1e40)", "Uniform(1e9, 1000000001)"])
def test_a_named_density_may_lie_anywhere_and_have_any_scale(p_data):
    data = data_of(Settings(p_data=p_data))
    assert float(np.asarray(data.density.cdf(data.unit.loc))) == pytest.approx(0.5, abs=0.05)
    assert data.unit.scale == pytest.approx(float(np.sqrt(data.density.variance)), rel=0.25)  # of a uniform density 1.18 times that


def test_one_without_a_location_is_refused_where_float32_does_not_tell_its_points_apart():
    with pytest.raises(ValueError, match=r"The data must have a scale from 1e-30 to 1e\+30, .*: their law must have a location"):
        data_of(Settings(p_data="Exponential(1e40)"))


def of_rows(tmp_path, rows):
    (tmp_path / "rows.csv").write_text("x\n" + "\n".join(map(repr, rows.tolist())))
    return data_of(Settings(data=str(tmp_path / "rows.csv")))


@pytest.mark.parametrize("n", [50, 3000])
@pytest.mark.parametrize("shift", [1e9, -3.0 * 2**40])
def test_the_model_of_rows_that_were_moved_is_the_model_moved(tmp_path, n, shift):
    rows = np.round(np.random.default_rng(0).standard_cauchy(size=n) * 2**10) / 2**10
    here, there = of_rows(tmp_path, rows), of_rows(tmp_path, rows + shift)
    assert there.unit == (here.unit.loc + shift, here.unit.scale) and there.record["model"] == here.record["model"]
    assert np.array_equal(here.density.components.loc, there.density.components.loc - shift)
    assert np.array_equal(here.density.weights, there.density.weights)
    assert here.density.components.scale == there.density.components.scale


@pytest.mark.parametrize(("scale", "shift"), [(1.5e9, 1.7e18), (1e-40, 0), (1e40, 0), (1e270, 0)])
def test_rows_may_lie_anywhere_and_have_any_scale(tmp_path, scale, shift):
    data = of_rows(tmp_path, np.random.default_rng(0).normal(size=50) * scale + shift)
    assert data.unit.scale == pytest.approx(scale, rel=0.3) and abs(data.unit.loc - shift) < scale


@pytest.mark.parametrize(
    ("scale", "shift", "sentence"),
    [
        (1e303, 0, "The data must have a scale from 1e-280 to 1e\\+280: multiply them first. Got 7.54e\\+302"),
        (1.7e308, 0, "The data must have a scale from 1e-280 to 1e\\+280: multiply them first. Got inf"),
        (1e-310, 0, "The data must have a scale from 1e-280"),
        (1, 1e15, "must span 8 doubles where the rows lie: their location must be subtracted before they are rounded. Got 0"),
    ],
)
def test_rows_beyond_the_doubles_are_refused_in_a_sentence(tmp_path, scale, shift, sentence):
    with pytest.raises(ValueError, match=sentence):
        of_rows(tmp_path, np.clip(np.random.default_rng(0).normal(size=50), -1, 1) * scale + shift)


def test_settings_of_rows_go_with_rows_only():
    with pytest.raises(ValueError, match=r"`bandwidth` must go with --data: a density that is named has no rows"):
        data_of(Settings(p_data="Normal(0, 1)", bandwidth=0.1))
