import jax
import numpy as np
import pytest

import gantheory as gt
from gantheory.samples import on_line
from gantheory.training.held_out import against_held_out

SAME = gt.Normal(2.0, 1.5), gt.Pushforward(lambda z: 2.0 + 1.5 * z, gt.Normal(0.0, 1.0))


class Linear:
    """A discriminator that is not the best one: logit .6 (x - 2)."""

    def logit(self, x):
        return 0.6 * (x - 2.0)


def judged(law, discriminator, seed, rows=200):
    held_out = np.asarray(law.sample(jax.random.key(1000 + seed), (rows,)))
    return against_held_out(held_out, *SAME, discriminator, seed)


def test_the_best_discriminator_of_equal_laws_bounds_jsd_by_0():
    found = judged(SAME[0], gt.optimal_discriminator(*SAME), 0)
    assert abs(found.jsd_lower_bound) < 1e-12  # D* = ½: every row says the same
    assert found.rows == 200


def test_for_equal_laws_the_bound_scatters_about_minus_half_ds_gap_with_its_standard_error(monkeypatch):
    """E[bound] = (V(r, p_g, D) + log 4)/2 = JSD - gap/2, by quadrature. 12 samples: each within 3.5 of its own standard errors."""
    monkeypatch.setattr(on_line, "PERMUTATIONS", 99)
    truth = -float(gt.discriminator_gap(*SAME, Linear())) / 2
    found = [judged(SAME[0], Linear(), seed) for seed in range(12)]
    scores = np.array([(f.jsd_lower_bound - truth) / f.standard_error for f in found])
    assert np.abs(scores).max() < 3.5
    assert 0.4 < np.sqrt(np.mean(scores**2)) < 1.7  # chi-square of 12: these are its 1e-4 tails
    assert all(f.jsd_lower_bound < 3 * f.standard_error for f in found)  # JSD is 0
    assert 0.15 < np.mean([f.p_value for f in found]) < 0.85  # uniform on [0, 1]: 4 standard errors


def test_rows_of_another_law_are_told_apart():
    law = gt.Normal(3.5, 1.5)
    found = judged(law, Linear(), 0)
    truth = float(gt.jsd(law, SAME[1]))
    assert found.p_value < 0.005
    assert found.wasserstein1 == pytest.approx(1.5, abs=5 * 1.5 / np.sqrt(200))
    assert 3 * found.standard_error < found.jsd_lower_bound < truth + 3 * found.standard_error


def test_the_judgement_is_a_function_of_its_seed_and_its_p_value_is_never_0():
    law = gt.Normal(52.0, 1.5)
    found = judged(law, Linear(), 1, rows=15)
    assert judged(law, Linear(), 1, rows=15) == found
    assert found.p_value == pytest.approx(1 / 1000)
