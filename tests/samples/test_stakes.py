"""A bet is a supermartingale only if its stake on a value knows nothing of that value."""

import numpy as np

from gantheory.samples import betting


def test_the_stake_on_a_value_is_set_by_the_values_before_it():
    x = np.random.default_rng(0).uniform(size=20)
    for place in (0, 7, 18):
        moved = x.copy()
        moved[place] = 0.3 + 0.5 * x[place]
        before, after = betting._variances_before(x), betting._variances_before(moved)
        np.testing.assert_array_equal(before[: place + 1], after[: place + 1])
        assert (before[place + 1 :] != after[place + 1 :]).all()


def test_before_the_first_value_and_after_it_the_variance_is_that_of_the_formula():
    """¼ at first; after x₁ the mean of ¼ and (x₁ - μ̂₁)², μ̂₁ = (½ + x₁)/2 (Waudby-Smith & Ramdas 2024, Eq. 26)."""
    found = betting._variances_before(np.array([0.9, 0.1]))
    np.testing.assert_allclose(found, [0.25, (0.25 + (0.9 - 0.7) ** 2) / 2], rtol=1e-14)
