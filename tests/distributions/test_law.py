"""Every law defines what is abstract in its bases, and overrides nothing."""

import inspect

import jax
import numpy as np
import pytest

import gantheory as gt
from gantheory.distributions.law import Law

MODULES = "gantheory."  # what equinox and Python define for every class is theirs to override


def classes_below(base):
    return [one for child in base.__subclasses__() for one in (child, *classes_below(child))]


LAWS = sorted({one for one in classes_below(Law) if one.__module__.startswith(MODULES)}, key=lambda one: one.__qualname__)


def methods_of(one) -> set[str]:
    """Names of functions and properties that a class itself defines, but for its constructor."""
    functions = {name for name, value in vars(one).items() if callable(inspect.unwrap(value)) or isinstance(value, property)}
    return {name for name in functions if not (name.startswith("__") and name.endswith("__")) and name != "_abc_impl"}


def is_abstract(one, name: str) -> bool:
    return bool(getattr(inspect.getattr_static(one, name), "__isabstractmethod__", False))


@pytest.mark.parametrize("law", LAWS, ids=lambda one: one.__qualname__)
def test_a_law_overrides_no_concrete_method(law):
    bases = [base for base in law.__mro__[1:] if base.__module__.startswith(MODULES)]
    overridden = {name for name in methods_of(law) for base in bases if name in methods_of(base) and not is_abstract(base, name)}
    assert not overridden


@pytest.mark.parametrize(
    ("law", "dimension", "support"),
    [
        (gt.Normal(0, 1), 1, (-float("inf"), float("inf"))),
        (gt.Exponential(2), 1, (0.0, float("inf"))),
        (gt.Mixture([0.5, 0.5], [gt.Uniform(-1, 0), gt.Beta(2, 3)]), 1, (-1.0, 1.0)),
        (gt.Histogram([0, 1, 2, 3], [0, 1, 0]), 1, (1.0, 2.0)),
        (gt.Pushforward(lambda z: 2 * z + 1, gt.Uniform(0, 1)), 1, (1.0, 3.0)),
        (gt.checkerboard(2), 2, ((-1.0, 1.0), (-1.0, 1.0))),
        (gt.ring(), 2, ((-float("inf"), float("inf")),) * 2),
        (gt.PlanePushforward(lambda z: 2 * z, gt.Product(gt.Uniform(0, 1), gt.Uniform(0, 1))), 2, ((0.0, 2.0), (0.0, 2.0))),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Law) else None,
)
def test_a_law_knows_its_dimension_and_where_its_density_is_0(law, dimension, support):
    assert isinstance(law, Law) and law.dimension == dimension
    assert (
        law.support == pytest.approx(support)
        if dimension == 1
        else all(a == pytest.approx(b) for a, b in zip(law.support, support, strict=True))
    )


def test_the_density_of_a_planar_pushforward_at_a_point_is_refused_in_a_sentence():
    p_g = gt.PlanePushforward(lambda z: z, gt.Product(gt.Normal(0, 1), gt.Normal(0, 1)))
    with pytest.raises(ValueError, match="The density of a `PlanePushforward` at a point is not known"):
        p_g.log_prob([0.0, 0.0])


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: gt.Normal(0, 1).sample(10), r"`key` of sample must be one JAX random key, such as jax.random.key\(0\). Got 10"),
        (lambda: gt.Normal(0, 1).sample(jax.random.key(0), 2.5), "`shape` of sample must be a whole number, or a tuple of them. Got 2.5"),
        (lambda: gt.Normal("0", 1), "`loc` of Normal must be a number or an array of numbers. Got '0'"),
        (lambda: gt.Uniform(0, ["1", "2"]), "`high` of Uniform must be a number or an array of numbers"),
        (lambda: gt.Mixture([0.3, 0.6], [gt.Normal()] * 2), r"must be one list that sums to 1. Got a sum of 0.9\."),
        (lambda: gt.Histogram([1, 3], [0, 1, 2]), "must come first, one more than `masses`, which .* Got 2 edges and 3 masses"),
        (lambda: gt.Histogram(range(11), range(10)), r"must be at least 0 and sum to 1. Got \[0, 1, … 10 in all …, 9\], a sum of 45\."),
        (lambda: gt.Histogram(range(11)[::-1], range(10)), r"must increase. Got \[10, 9, … 11 in all …, 0\]"),
        (lambda: gt.jsd(list(range(99)), gt.Normal()), r"must not be rows, .* Got a list of shape \(99,\)"),
    ],
)
def test_plausible_wrong_input_is_refused_in_a_short_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence) as caught:
        call()
    assert len(str(caught.value)) < 250


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("key", [jax.random.key(3), jax.random.PRNGKey(3)])
def test_draws_have_the_shape_that_is_asked_for(key):
    for shape in ((), 3, np.int64(3), [3], (2, np.int64(3))):
        assert gt.Normal(0, 1).sample(key, shape).shape == np.empty(shape).shape
