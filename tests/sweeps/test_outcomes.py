"""The rules that name what became of a training, on curves for which the name is known."""

import numpy as np
import pytest
import xarray as xr

from gantheory.sweeps.outcomes import PHASES, commonest, phases, turns

STEPS = 12
FALLING = np.geomspace(0.5, 0.01, STEPS)
# 2 JSD along a training, G's folds and the lost modes at its end, whether it failed, and the phase.
CURVES = [
    (FALLING, 0, 0, False, "converged"),
    (FALLING, 2, 0, False, "converged"),  # folds so light that 2 JSD does not see them
    (np.geomspace(0.5, 0.1, STEPS), 0, 0, False, "unfinished"),
    (np.geomspace(0.5, 0.1, STEPS), 1, 0, False, "folded"),
    (np.tile([0.05, 0.2], STEPS // 2), 1, 0, False, "cycling"),
    (np.tile([0.1, 0.19], STEPS // 2), 0, 0, False, "unfinished"),  # by less than a factor 2
    (np.full(STEPS, 0.4), 3, 1, False, "collapsed"),
    (np.full(STEPS, 1.38), 3, 1, False, "apart"),
    (FALLING, 0, 0, True, "broke down"),
]


def swept(curves, error=0.0):
    values = np.array([[curve] for curve, *_ in curves])
    at_end = {
        name: (("r1", "seed", "step"), np.repeat([[[row[at]]] for row in curves], STEPS, -1).astype(float))
        for name, at in (("folds", 1), ("lost_modes", 2))
    }
    return xr.Dataset(
        {
            "two_jsd": (("r1", "seed", "step"), values),
            "two_jsd_error": (("r1", "seed", "step"), np.full(values.shape, error)),
            "failure": (("r1", "seed"), [[int(row[3])] for row in curves]),
            **at_end,
        },
        {"r1": np.arange(len(curves)), "seed": [0], "step": np.arange(STEPS)},
    )


def test_each_curve_has_the_phase_that_its_rule_says():
    found = phases(swept(CURVES))
    assert [PHASES[number] for number in found.values[:, 0]] == [row[4] for row in CURVES]
    assert found.dims == ("r1", "seed") and found.attrs["phases"] == list(PHASES) and len(found.attrs["rules"]) == len(PHASES)


def test_what_could_hardly_be_measured_is_not_called_converged():
    assert PHASES[int(phases(swept(CURVES[:1], error=0.5)).values[0, 0])] == "broke down"


def test_folds_and_modes_are_left_out_where_they_were_not_observed():
    bare = swept(CURVES).drop_vars(["folds", "lost_modes"])
    assert PHASES[int(phases(bare).values[3, 0])] == "unfinished" and PHASES[int(phases(bare).values[6, 0])] == "unfinished"


@pytest.mark.parametrize(
    "curve, count",
    [
        ([1, 2, 4, 8], 0),
        ([8, 4, 2, 1], 0),
        ([1, 4, 1], 1),
        ([1, 4, 1, 4, 1], 3),
        ([1, 1.9, 1, 1.9, 1], 0),
        ([1, 4, 3, 4, 3, 4], 0),
        ([4, 1, 1.5, 0.9, 2], 1),
        ([np.nan, 1, 4, np.inf, 1], 1),
        ([], 0),
    ],
)
def test_lows_and_highs_are_counted_in_turn(curve, count):
    assert turns(np.asarray(curve, float)) == count


def test_the_commonest_phase_is_the_worst_of_those_as_common():
    found = xr.DataArray([[0, 0, 5], [0, 5, 3], [2, 2, 0]], dims=("r1", "seed"))
    assert commonest(found).values.tolist() == [0, 5, 2]


def test_a_sweep_measured_at_its_end_only_has_no_phases():
    with pytest.raises(ValueError, match=r"measured at least 6 times\. Got 1\."):
        phases(swept(CURVES).isel(step=[-1]))
