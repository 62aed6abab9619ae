"""The figures of small games, and of losses and distances in closed form: every property holds, and fails where the thing is another."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gantheory as gt
from gantheory.dynamics import dirac
from gantheory.experiments import dirac as experiment
from gantheory.experiments import shifted
from gantheory.reproductions import bilinear, dirac_gan, dirac_spectra, theis, two_intervals, vanishing_gradients, wgan_critic

pytestmark = pytest.mark.slow


def failing(made):
    return [one.sentence() for one in made.properties if not one.holds]


FIGURES = (
    dirac_gan.DiracGan(),
    dirac_spectra.DiracSpectra(),
    bilinear.Bilinear(),
    vanishing_gradients.VanishingGradients(),
    wgan_critic.WganCritic(),
    theis.Theis(),
    two_intervals.TwoIntervals(),
)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda one: one.name)
def test_every_property_holds(figure, tmp_path):
    made = figure.made(0, tmp_path)
    assert failing(made) == [] and len(made.properties) >= 3 and not made.saved


def test_the_dirac_gans_are_told_apart(tmp_path, monkeypatch):
    """R1 left out of a game that is said to come to rest, and put into one that is not."""
    plain, r1 = experiment.Variant("plain", dirac(), experiment.ALWAYS), experiment.Variant("R1", dirac(r1=1.0), experiment.NEVER)
    monkeypatch.setattr(experiment, "VARIANTS", (plain, r1))
    made = dirac_gan.DiracGan().made(0, tmp_path)
    assert len(failing(made)) == 9  # plain: neither at rest nor at its rate, three times; R1: not away from rest


def test_another_eigenvalue_is_seen(tmp_path, monkeypatch):
    """At γ = .8 to 1.2, about the double root: no property holds."""
    monkeypatch.setattr(dirac_spectra, "GAMMAS", dirac_spectra.GAMMAS[80:121])
    monkeypatch.setattr(dirac_spectra, "dirac", lambda r1: dirac(r1=r1 * 1.001))
    assert len(failing(dirac_spectra.DiracSpectra().made(0, tmp_path))) == 6


def test_another_radius_is_seen(tmp_path, monkeypatch):
    """At every fifth η: one at which it is another is enough."""
    monkeypatch.setattr(bilinear, "ETAS", bilinear.ETAS[::5])
    monkeypatch.setitem(bilinear.RADII, "rk4", lambda eta: np.sqrt(1 + eta**2))
    assert len(failing(bilinear.Bilinear().made(0, tmp_path))) == 3


def test_gradients_of_another_pair_are_seen(tmp_path, monkeypatch):
    """p_data of another width: D* is no longer that of the slope -d."""
    monkeypatch.setattr(shifted, "pair", lambda d: (gt.Normal(0.0, 1.2), gt.Normal(float(d), 1.0)))
    assert len(failing(vanishing_gradients.VanishingGradients().made(0, tmp_path))) >= 2


def test_a_critic_that_is_not_best_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(wgan_critic, "wasserstein1", lambda p, q: 1.01 * gt.wasserstein1(p, q))
    assert len(failing(wgan_critic.WganCritic().made(0, tmp_path))) == 2


def test_a_fit_by_another_distance_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(theis, "STARTS", theis.STARTS[:1])
    by_reverse = theis.nearest(theis.DISTANCES["reverse_kl"])
    monkeypatch.setattr(theis, "nearest", lambda distance: by_reverse)
    assert len(failing(theis.Theis().made(0, tmp_path))) >= 6


def test_the_best_discriminators_loss_is_the_total_variation():
    """Its value in μ, less that at the truth, is TV; and its gradient that of TV, by differences."""

    def tv(mu):
        p, q = (gt.Mixture([0.5, 0.5], [gt.Normal(one, 1.0) for one in of]) for of in (two_intervals.experiment.TRUTH, mu))
        return float(gt.total_variation(p, q))

    mu = np.array([-1.7, 0.9])
    with jax.enable_x64(True):
        slope = np.asarray(jax.grad(two_intervals.experiment.best_loss)(jnp.asarray(mu)))
    known = [(tv(mu + h) - tv(mu - h)) / 2e-4 for h in 1e-4 * np.eye(2)]
    np.testing.assert_allclose(slope, known, atol=1e-4)


def test_a_best_discriminator_that_is_not_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(two_intervals.experiment, "against_best", lambda starts: two_intervals.experiment.against_steps(starts, 1))
    assert len(failing(two_intervals.TwoIntervals().made(0, tmp_path))) == 1
