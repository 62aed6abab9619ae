"""A phase portrait draws the field, the runs and the point of rest that it is given."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.quiver import Quiver

import gantheory as gt
from gantheory.dynamics import bilinear, dirac, linear_quadratic, trajectory


def test_arrows_point_along_the_field_and_runs_are_drawn():
    _, ax = plt.subplots()
    run = trajectory(bilinear(), (1.0, 0.5), "rk4", 0.1, 30)
    gt.phase_portrait(bilinear(), ax, [run], theta=(-1.0, 2.0), psi=(-2.0, 2.0))
    (arrows,) = [one for one in ax.collections if isinstance(one, Quiver)]
    x, y = arrows.XY.T
    u, v = np.asarray(arrows.U), np.asarray(arrows.V)
    away = np.hypot(x, y) > 1e-9
    np.testing.assert_allclose(np.hypot(u, v)[away], 1, atol=1e-12)
    np.testing.assert_allclose(np.stack([u, v])[:, away], (np.stack([-y, x]) / np.hypot(x, y))[:, away], atol=1e-12)
    drawn = [line.get_xydata() for line in ax.lines]
    assert any(np.array_equal(line, run) for line in drawn)
    assert any(np.array_equal(line, [[0, 0]]) for line in drawn) and any(np.array_equal(line, run[:1]) for line in drawn)
    assert ax.get_xlim() == (-1, 2) and ax.get_ylim() == (-2, 2)
    plt.close()


def test_other_games_and_ranges_are_refused():
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match="`game` of phase_portrait must have one θ and one ψ"):
        gt.phase_portrait(linear_quadratic(), ax)
    with pytest.raises(ValueError, match="`psi` of phase_portrait must be the least and the largest value shown"):
        gt.phase_portrait(dirac(), ax, psi=(1.0, 1.0))
    plt.close()
