"""GAN Lab's four data sets, with a perfect generator: JSD is 0 within its error, where a histogram of samples says something else.

GAN Lab (Kahng et al. 2019) draws them in the unit square: a line, two Gaussians, a ring, and three spots far apart. Their numbers are those
of its src/ganlab_input_providers.ts, its estimate is that of its src/ganlab_evaluators.ts, both written anew.
"""

import jax
import numpy as np
import pytest

import gantheory as gt
from gantheory.distributions.plane.shapes import spots
from gantheory.explorer.lab import Lab, exact

CELLS, SHIFT = 30, 1e-4  # of its histogram along each side, and what it adds to each cell
DRAWN, COUNTED, MADE = 12_000, 450, 150  # points of the data, how many of them it means to count, and points of G


def line():
    t = (np.arange(100) + 0.5) / 100
    return spots(np.stack([0.8 - 0.75 * t, 0.6 + 0.3 * t], -1), 0.01)


def two_gaussians():
    return gt.Product(gt.Normal([0.3, 0.7], [0.1, 0.05]), gt.Normal([0.7, 0.4], [0.1, 0.2]), [0.5, 0.5])


def ring():
    t = 2 * np.pi * (np.arange(100) + 0.5) / 100
    return spots(np.stack([0.5 + 0.3 * np.cos(t), 0.45 + 0.25 * np.sin(t)], -1), 0.025)


def disjoint():
    return spots(np.array([[0.35, 0.75], [0.75, 0.6], [0.45, 0.35]]), 0.025, np.array([0.333, 0.333, 0.334]))


LAWS = (line, two_gaussians, ring, disjoint)


def text(axis):
    """A mixture of Gaussians as the page reads it."""
    listed = ", ".join(f"Normal({loc:.12g}, {scale:.12g})" for loc, scale in zip(axis.components.loc, axis.components.scale, strict=True))
    return f"Mixture([{', '.join(f'{weight!r}' for weight in axis.weights.tolist())}], [{listed}])"


@pytest.mark.slow  # a line or a ring is a mixture of a hundred, and takes minutes
@pytest.mark.parametrize(("law", "axis"), [(two_gaussians, 0), (disjoint, 1)])
def test_a_perfect_generator_of_a_coordinate_has_no_divergence(law, axis):
    lab = Lab()
    lab.data({"kind": "expression", "text": text(law().marginals[axis])})
    lab.hand({"kind": "perfect"})
    value, error = lab.frame()[0]["numbers"]["two_jsd"]
    assert value <= error
    found = exact(*lab.question())["two_jsd"]
    assert abs(found["value"]) <= found["error"] <= 1e-9


@pytest.mark.slow
@pytest.mark.parametrize("law", LAWS)
def test_in_the_plane_the_law_of_a_perfect_generator_has_none(law):
    """The same law written another way, its parts in the reverse order, so that nothing is 0 by being compared with itself."""
    data = law()
    x, y = (gt.Normal(part.components.loc[::-1], part.components.scale[::-1]) for part in data.marginals)
    found = gt.jsd(data, gt.Product(x, y, data.weights[::-1]))
    assert abs(found.value) <= found.error <= 1e-9


def histogram(points, count):
    """Shares of the cells, as GAN Lab counts them."""
    at = np.trunc(np.asarray(points) * CELLS).astype(int)
    cells = at[:, 0] + CELLS * at[:, 1]
    return np.bincount(cells[(0 <= cells) & (cells < CELLS**2)], minlength=CELLS**2) / count


def kl_of_gan_lab(law, seed):
    """KL(p_data‖p_g) in bits with p_g = p_data, as GAN Lab estimates it.

    It takes the points of the data out of their list where it means to look at them, more at each. So it comes to the list's end after
    154, and divides by 450 all the same.
    """
    key_x, key_g = jax.random.split(jax.random.key(seed))
    data, made = np.asarray(law.sample(key_x, (DRAWN,))), law.sample(key_g, (MADE,))
    rows = [i * (i + 3) // 2 for i in range(COUNTED) if i * (i + 3) < 2 * DRAWN]
    assert len(rows) == 154
    p, q = histogram(data[rows], COUNTED) + SHIFT, histogram(made, MADE) + SHIFT
    return float(np.sum(p * np.log2(p / q)))


@pytest.mark.slow
def test_gan_labs_estimate_of_the_same_is_negative_or_far_from_0():
    """KL is nonnegative, and 0 here. docs/know/wrong-elsewhere.md has the means."""
    each = np.array([[kl_of_gan_lab(law(), seed) for seed in range(20)] for law in LAWS])
    means, errors = each.mean(1), each.std(1, ddof=1) / np.sqrt(20)
    assert (np.abs(means) > 0.1 + 4 * errors).all() and (means < 0).any()
