"""A law on an interval against one whose tails have no end: all of the mass beyond counts, and to the last digits."""

import mpmath as mp
import numpy as np
import pytest

import gantheory as gt

TAILS = {
    "Cauchy": (gt.Cauchy(0.0, 1.0), lambda x: 1 / (mp.pi * (1 + x * x))),
    "Laplace": (gt.Laplace(0.0, 1.0), lambda x: mp.exp(-abs(x)) / 2),
}


def jsd_of_uniform(q):
    """On [0, 1] by quadrature to 30 digits; beyond, where p is 0, ½ q log 2."""
    with mp.workdps(30):
        mass = mp.quad(q, [0, 0.25, 0.5, 1])
        inside = mp.quad(lambda x: (mp.log(2 / (1 + q(x))) + q(x) * mp.log(2 * q(x) / (1 + q(x)))) / 2, [0, 0.25, 0.5, 1])
        return inside + (1 - mass) * mp.log(2) / 2


@pytest.mark.parametrize("name", TAILS)
@pytest.mark.parametrize("swapped", [False, True])
def test_jsd_of_an_interval_and_the_whole_line(name, swapped):
    law, q = TAILS[name]
    pair = (law, gt.Uniform(0.0, 1.0)) if swapped else (gt.Uniform(0.0, 1.0), law)
    found = gt.jsd(*pair)
    assert abs(found.value - float(jsd_of_uniform(q))) <= found.error + np.spacing(0.4) and found.error < 1e-12
