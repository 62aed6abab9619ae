"""A call against its annotations fails while gantheory is tested, whether they name arrays or not."""

import jaxtyping
import numpy as np
import pytest
from beartype.roar import BeartypeCallHintViolation

import gantheory as gt
from gantheory.quadrature import line
from gantheory.quadrature.pair import Pair
from gantheory.samples import pairwise

RNG = np.random.default_rng(0)


def test_a_word_is_no_tolerance():
    with pytest.raises(BeartypeCallHintViolation, match="tolerance"):
        line.integrals_on_line(Pair(gt.Normal(0.0, 1.0), gt.Normal(1.0, 1.0)), {}, tolerance="small")


def test_two_samples_have_rows_of_one_length():
    with pytest.raises(jaxtyping.TypeCheckError):
        pairwise.median_distance(RNG.normal(size=(5, 2)), RNG.normal(size=(5, 3)), RNG)


@pytest.mark.usefixtures("unchecked")
def test_calls_as_users_make_them_are_not_checked():
    assert pairwise.median_distance(RNG.normal(size=(5, 2)), RNG.normal(size=(7, 2)).tolist(), RNG) > 0
