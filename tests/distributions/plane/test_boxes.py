"""A box leaves out no more mass than it is asked to."""

import jax
import numpy as np

import gantheory as gt
from gantheory.distributions.plane.shapes import Twisted


def test_the_box_of_a_turned_square_holds_its_corners():
    """[-1, 1]² in 8 places around 0: its corners reach √2."""
    turned = Twisted(gt.Product(gt.Uniform(-1.0, 1.0), gt.Uniform(-1.0, 1.0)), 0.0, 8)
    low, high = turned.box(1e-6)
    x = np.asarray(turned.sample(jax.random.key(0), (20_000,)))
    assert np.abs(x).max() > 1.35
    assert ((x >= low) & (x <= high)).all()
