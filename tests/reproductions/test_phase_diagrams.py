"""The phase diagrams' bounds by other ways, and the figure from few trainings."""

import numpy as np
import pytest
import scipy.integrate
import scipy.stats

import gantheory as gt
from gantheory.experiments import phase_diagrams as experiment
from gantheory.reproductions import phase_diagrams
from gantheory.training.data import data_of
from gantheory.training.settings import Settings
from gantheory.training.setup import arguments_of


@pytest.mark.parametrize("r1", [0.01, 3.0])
def test_the_stable_rate_is_that_of_the_quadratic_written_out(r1):
    """½ E[φ φᵀ] + γ E[φ' φ'ᵀ], with φ the last hidden layer and a 1: in NumPy, φ' by differences."""
    settings = Settings.from_options({**experiment.BASE, "k": 1, "batch": 128, "rate_d": 1.0, "r1": r1, "seed": 5})
    d = arguments_of(settings, data_of(settings).unit)["discriminator"]
    first, second, _ = ((np.asarray(layer.weight, float), np.asarray(layer.bias, float)) for layer in d.mlp.layers)
    normal = scipy.stats.norm
    x = np.linspace(-7, 7, 20_001)
    p = (0.3 * normal.pdf(x, -2, 0.5) + 0.7 * normal.pdf(x, 1, 1)) * (x[1] - x[0])
    loc, scale = d.unit

    def hidden(x):
        u = (x - loc) / scale
        layer = np.tanh(np.tanh(u[:, None] * first[0][:, 0] + first[1]) @ second[0].T + second[1])
        return np.concatenate([layer, np.ones((len(x), 1))], axis=1)

    slope = (hidden(x + 1e-5) - hidden(x - 1e-5)) / 2e-5
    hessian = hidden(x).T @ (p[:, None] * hidden(x)) / 2 + r1 * slope.T @ (p[:, None] * slope)
    assert experiment.largest_stable_rate(5, r1) == pytest.approx(2 / np.linalg.eigvalsh(hessian)[-1], rel=2e-3)


def test_a_monotone_d_sees_all_where_the_best_one_is_monotone():
    p, q = scipy.stats.norm(0, 1), scipy.stats.norm(1, 1)
    truth = np.log(4) + sum(
        scipy.integrate.quad(lambda x, a=a, b=b: a.pdf(x) * (a.logpdf(x) - np.logaddexp(a.logpdf(x), b.logpdf(x))), -12, 13)[0]
        for a, b in ((p, q), (q, p))
    )
    assert experiment.seen_by_monotone(gt.Normal(0, 1), gt.Normal(1, 1)) == pytest.approx(truth, abs=1e-4)
    assert experiment.seen_by_monotone(gt.Normal(1, 1), gt.Normal(1, 1)) == pytest.approx(0, abs=1e-12)


def test_of_a_bump_in_the_middle_a_monotone_d_sees_one_flank():
    """Masses (.4, .2, .4) against (.2, .6, .2): D* is (2/3, 1/4, 2/3). The best rising D pools the first two thirds: 3/7, then 2/3."""
    p, q = gt.Histogram([0, 1, 2, 3], [0.4, 0.2, 0.4]), gt.Histogram([0, 1, 2, 3], [0.2, 0.6, 0.2])
    truth = np.log(4) + 0.6 * np.log(3 / 7) + 0.8 * np.log(4 / 7) + 0.4 * np.log(2 / 3) + 0.2 * np.log(1 / 3)
    assert experiment.seen_by_monotone(p, q) == pytest.approx(truth, abs=1e-3)
    assert truth < 2 * float(gt.jsd(p, q))


def test_folds_and_lost_modes_of_known_generators():
    normal = gt.Normal(0, 1)
    assert [experiment.folds(normal, gt.Pushforward(g, normal)) for g in (lambda z: z, lambda z: z**2, lambda z: z**3 - 3 * z)] == [0, 1, 2]
    two = gt.Mixture([0.5, 0.5], [gt.Normal(-4, 1), gt.Normal(4, 1)])
    assert experiment.lost_modes(two, gt.Normal(4, 1)) == 1 and experiment.lost_modes(two, gt.Normal(0, 5)) == 0


@pytest.mark.slow
def test_few_trainings_of_other_seeds_draw_everything_and_stand_by_the_bounds(tmp_path):
    fewer = {
        "damping": {"rate_d": [0.1, 0.32, 4.2], "r1": [0.1, 10.0]},
        "minibatches": {"batch": [64], "k": [8]},
        "widths": {"width_d": [1], "width_g": [4, 16]},
    }
    made = phase_diagrams.PhaseDiagrams(seeds=1, fewer=fewer).made(100, tmp_path)
    assert [one.sentence() for one in made.properties if not one.holds] == []
    assert all(path.exists() for path in made.saved) and len(made.drawing.axes) == 7
    assert np.shape(made.numbers["planes"]["damping"]["two_jsd"]) == (2, 3, 1)
    np.testing.assert_array_equal(made.numbers["planes"]["damping"]["seed"], [100])
