"""JSD of unequal weights where one density is 0, against its closed form."""

import mpmath as mp
import numpy as np
import pytest

import gantheory as gt


def closed_form(weight, share):
    """π KL(p‖m) + (1 - π) KL(q‖m): p uniform, q with this share of its mass on p and the rest apart, to 40 digits."""
    with mp.workdps(40):
        inside, outside = (mp.mpf(float(one)) for one in np.asarray(share))
        inside, outside = inside / (inside + outside), outside / (inside + outside)
        of_p = mp.mpf(weight)
        both, alone = of_p + (1 - of_p) * inside, (1 - of_p) * outside
        return of_p * mp.log(1 / both) + (1 - of_p) * (inside * mp.log(inside / both) + outside * mp.log(outside / alone))


@pytest.mark.parametrize("weight", [0.1, 0.35, 0.45, 0.9])
@pytest.mark.parametrize("share", [0.1, 0.3])
def test_where_one_density_is_0_the_error_holds(weight, share):
    q = gt.Mixture([share / (1 + share), 1 / (1 + share)], [gt.Uniform(0.0, 1.0), gt.Uniform(2.0, 3.0)])
    found = gt.skew_jsd(gt.Uniform(0.0, 1.0), q, weight)
    assert abs(mp.mpf(found.value) - closed_form(weight, q.weights)) <= found.error < 1e-14
