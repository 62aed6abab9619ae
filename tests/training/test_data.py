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
    assert data.unit == pytest.approx((kernels.mean(), kernels.std()))
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


@pytest.mark.parametrize(
    ("p_data", "sentence"),
    [
        ("Normal(1e8, 1)", "must lie within 10000 of their scale from 0, .* Got a location of 1e\\+08 with a scale of"),
        ("Normal(0, 1e-40)", "must have a scale from 1e-30 to 1e\\+30, .*: divide them first"),
        ("Normal(0, 1e40)", "must have a scale from 1e-30 to 1e\\+30"),
    ],
)
def test_data_that_float32_cannot_tell_apart_are_refused_with_the_way_out(p_data, sentence):
    with pytest.raises(ValueError, match=sentence):
        data_of(Settings(p_data=p_data))


@pytest.mark.parametrize(("scale", "shift", "word"), [(1.5e9, 1.7e18, "location"), (1e303, 0, "scale"), (1e-310, 0, "scale")])
def test_rows_that_float32_cannot_tell_apart_are_refused_too(tmp_path, scale, shift, word):
    rows = np.random.default_rng(0).normal(size=50) * scale + shift
    (tmp_path / "rows.csv").write_text("x\n" + "\n".join(map(str, rows)))
    with pytest.raises(ValueError, match=f"The data must .* Got .*{'a location' if word == 'location' else ''}"):
        data_of(Settings(data=str(tmp_path / "rows.csv")))


def test_settings_of_rows_go_with_rows_only():
    with pytest.raises(ValueError, match=r"`bandwidth` must go with --data: a density that is named has no rows"):
        data_of(Settings(p_data="Normal(0, 1)", bandwidth=0.1))
