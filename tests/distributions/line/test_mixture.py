"""Draws of a mixture."""

import jax
import numpy as np

import gantheory as gt


def test_which_components_are_drawn_tells_nothing_of_the_draws():
    """Far apart, so that a draw tells its component: no later draw may hang on it. Two numbers are drawn to choose one of two."""
    count = 20_000
    x = np.asarray(gt.Mixture([0.5, 0.5], gt.Normal([-100.0, 100.0], [1.0, 1.0])).sample(jax.random.key(0), (count,)))
    side = np.sign(x)
    noise = (x - 100 * side).reshape(-1, 2)
    for other in (noise[:, 0], noise[:, 1], noise[:, 1] - noise[:, 0]):
        assert abs(np.corrcoef(side[: count // 2], other)[0, 1]) < 5 / np.sqrt(count / 2)
