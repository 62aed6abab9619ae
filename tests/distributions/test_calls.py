"""How a law is written: with the parameters that it was made with."""

import jax.numpy as jnp
import numpy as np

import gantheory as gt
from gantheory.distributions.calls import call_of, parameter


class Both:
    """A law of another library that can be called too."""

    def log_prob(self, x):
        return -x * x

    def __call__(self, x):
        return x

    def __repr__(self):
        return "Both(1)"


def test_a_function_is_written_by_its_name_and_a_law_as_it_writes_itself():
    assert parameter(np.sin) == "sin" and parameter(Both()) == "Both(1)"
    assert parameter(gt.Normal(0, 1)) == "Normal(0, 1)"
    assert call_of(gt.Pushforward(jnp.sinh, gt.Normal(0, 1))) == "Pushforward(sinh, Normal(0, 1))"


def test_an_array_is_cut_to_its_ends():
    assert parameter(np.arange(6.0)) == "[0, 1, 2, 3, 4, 5]"
    assert parameter(np.arange(7.0)) == "[0, 1, … 7 in all …, 6]"
    assert parameter([1.5, (2, gt.Uniform(0, 1))]) == "[1.5, [2, Uniform(0, 1)]]"
