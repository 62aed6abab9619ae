"""What the enclosures rest on, piece by piece: each against its formula, at points where a neighbouring formula gives something else."""

import itertools
import math

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
from flint import acb, arb
from jax import lax

import gantheory as gt
from gantheory.base.jaxprs import UnknownOperationError
from gantheory.base.primitives import half_log_tau
from gantheory.rigorous import balls
from gantheory.rigorous.balls import UndecidedError, exact
from gantheory.rigorous.bounds import NOT_A_NUMBER, made, multiplied
from gantheory.rigorous.evaluation import Evaluation, decisions_at
from gantheory.rigorous.integration import softplus
from gantheory.rigorous.linear import _clusters
from gantheory.rigorous.masses import has_mass
from gantheory.rigorous.monotone import _next_to_ends, atom_of
from gantheory.rigorous.operations import of_floats
from gantheory.rigorous.ranges import range_of
from gantheory.rigorous.recording import _of_reals, recorded
from gantheory.rigorous.straight import Straight
from gantheory.rigorous.tails import Envelope, Moments
from gantheory.rigorous.variational import _is_finite

INFINITE = arb("inf")
# Beside the branch point of each, where it is analytic still.
BESIDE = {"atan": 0.9j, "asinh": 0.9j, "asin": 0.9, "acos": -0.9, "atanh": 0.9, "acosh": 1.1}


@pytest.mark.parametrize("name", BESIDE)
def test_beside_its_branch_cut_a_function_is_analytic(name):
    z = complex(BESIDE[name])
    found = getattr(balls, name)(acb(z.real, z.imag), True)
    known = getattr(mpmath, name)(z)
    assert abs(complex(found) - complex(known)) < 1e-14


def test_a_comparison_gives_what_holds_on_all_of_an_interval():
    for low, high, ends in ((0.25, 0.5, (1, 1)), (-0.5, -0.25, (-1, -1)), (-0.5, 0.5, (-1, 1)), (0.0, 1.0, (-1, 1))):
        (found,) = range_of(recorded(jnp.sign), exact(low), exact(high))
        assert (float(found.low), float(found.high)) == ends


def test_a_product_of_numbers_that_may_be_infinite_is_no_range():
    at_0, infinite = made(arb(0), arb(1)), made(-INFINITE, arb(0), is_infinite=True)
    for one, other in ((at_0, infinite), (infinite, at_0)):
        with pytest.raises(UndecidedError):
            multiplied(one, other)
    found = multiplied(made(arb(-2), arb(3)), made(arb(-5), arb(7)))
    assert (float(found.low), float(found.high)) == (-15, 21)


def test_an_envelope_is_weighed_term_by_term():
    """An infinite moment counts only where its coefficient is not 0."""
    moments = Moments(arb(0.5), arb(0.25), INFINITE, arb(0.125))
    assert float(Envelope(arb(1), arb(2), arb(0), arb(3)).weighed(moments)) == 0.5 + 0.5 + 0.375
    assert float(Envelope(arb(1), arb(2), arb(1), arb(3)).weighed(moments)) == math.inf
    assert float(Envelope().weighed(Moments(*[INFINITE] * 4))) == math.inf


def test_a_histogram_has_mass_wherever_a_bin_with_some_is_met():
    law = gt.Histogram([0.0, 1.0, 2.0, 3.0], [0.5, 0.0, 0.5])
    for low, high, expected in ((0.5, 1.5, True), (1.25, 1.75, False), (1.5, 2.5, True), (-1.0, 0.5, True), (3.0, 4.0, False)):
        assert has_mass(law, low, high) is expected
    assert has_mass(gt.Normal(), 3.0, 4.0) and not has_mass(gt.Uniform(0, 1), 1.0, 2.0)


def test_real_constants_become_the_whole_numbers_that_they_are():
    """As JAX has it, towards 0; one that is no double, or no number of that type, is refused."""
    for kind, value, known in (
        ("int32", 2.75, 2),
        ("int32", -2.75, -2),
        ("int64", -3.0, -3),
        ("uint8", 255.0, 255),
        ("int8", -128.0, -128),
    ):
        found = _of_reals("convert_element_type", [np.asarray([value])], np.dtype(kind))
        assert found == known and found.dtype == kind
    for kind, value in (("uint8", 256.0), ("uint8", -1.0), ("int64", 2.0**53 + 2), ("int64", -(2.0**53) - 2), ("int32", math.nan)):
        with pytest.raises(UnknownOperationError):
            _of_reals("convert_element_type", [np.asarray([value])], np.dtype(kind))
    assert _of_reals("convert_element_type", [np.asarray([0.0, 0.5])], np.dtype(bool)).tolist() == [False, True]
    with pytest.raises(UnknownOperationError):
        _of_reals("cumsum", [np.asarray([1.0])], np.dtype("int32"))


def test_a_choice_narrows_the_number_that_it_is_made_by():
    """In where(x > 1, x, 1) the one side is above 1."""
    (found,) = range_of(recorded(lambda x: jnp.where(x > 1.0, x, 1.0)), exact(-4.0), exact(3.0))
    assert (float(found.low), float(found.high)) == (1.0, 3.0)


def test_two_numbers_are_apart_only_as_far_as_they_do_not_meet():
    """The expression at 0.25, where 2x is not 1, is that of all x on an interval without ½."""
    program = recorded(lambda x: jnp.where(2 * x == 1.0, 0.0, x))
    for witness, meets in ((0.25, (0.0, 0.75)), (0.75, (0.25, 1.0))):
        holds = Straight(program, decisions_at(program, exact(witness))).holds(exact(witness))
        assert holds(exact(witness - 0.125), exact(witness + 0.125)) and not holds(*map(exact, meets))


@pytest.mark.parametrize("z", [0.5 + 4j, -0.5 + 4j, 2 - 5j, 0.25 + 0.5j])
def test_softplus_is_continued_from_the_real_line(z):
    """For Re z > 0 it is z + log(1 + e^-z), whose branch cuts lie where Re z = 0."""
    known = z + mpmath.log(1 + mpmath.exp(-z)) if z.real > 0 else mpmath.log(1 + mpmath.exp(z))
    assert abs(complex(softplus(acb(z.real, z.imag), True)) - complex(known)) < 1e-14


def test_what_may_be_infinite_or_no_number_is_not_finite():
    assert _is_finite(made(arb(0), arb(1)))
    assert not _is_finite(made(-INFINITE, arb(0), is_infinite=True)) and not _is_finite(NOT_A_NUMBER)


@pytest.mark.parametrize(("first", "last"), [(0.0, 1.0), (-3.0, 5.0), (-math.inf, 0.5), (0.5, math.inf), (-math.inf, math.inf)])
def test_intervals_next_to_the_ends_of_a_latent_shrink_to_them(first, last):
    found = list(_next_to_ends(first, last))[:40]  # later ones are empty in doubles
    assert all(first <= low < high <= last for low, high in found)
    left, right = found[::2], found[1::2]
    assert all(low == first for low, _ in left) and all(high == last for _, high in right)
    assert all(later < high for (_, high), (_, later) in itertools.pairwise(left)) and left[0][1] <= max(first + 1, -1.0)
    assert all(later > low for (low, _), (later, _) in itertools.pairwise(right)) and right[0][0] >= min(last - 1, 1.0)


def test_clusters_are_apart_and_hold_every_point():
    points = [arb(x) for x in (3.0, 0.0, 0.5, -2.0, 3.0)]
    found = [(float(low), float(high)) for low, high in _clusters(points, arb(0.5))]
    assert found == [(-2.5, -1.5), (-0.5, 1.0), (2.5, 3.5)]
    with pytest.raises(UndecidedError):
        _clusters([*points, INFINITE], arb(0.5))


def test_an_atom_is_told_by_a_stretch_on_which_g_is_constant():
    unit = gt.Uniform(-1.0, 1.0)
    of = lambda function, latent: atom_of(gt.Pushforward(function, latent), math.inf)  # noqa: E731
    assert of(jax.nn.relu, unit) == 0
    assert float(of(lambda z: jnp.maximum(z, 0.5) + 1, unit)) == 1.5
    assert of(lambda z: 2 * z, unit) is None and of(jax.nn.relu, gt.Normal()) is None


ARITHMETIC = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "neg": np.negative,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
}


@pytest.mark.parametrize("name", ARITHMETIC)
def test_operations_of_infinite_numbers_are_numpys(name):
    """Or undecided, where a number that is no double might give another."""
    function, decided = ARITHMETIC[name], 0
    for given in itertools.product((-math.inf, -2.5, 0.0, 2.5, math.inf, math.nan), repeat=function.nin):
        if np.isfinite(given).all():
            continue
        try:
            found = of_floats(name, tuple(acb(x) if math.isfinite(x) else x for x in given))
        except UndecidedError:
            continue
        decided += 1
        with np.errstate(all="ignore"):
            np.testing.assert_equal(float(found.real) if isinstance(found, acb) else found, float(function(*given)))
    assert decided >= 2


@pytest.mark.parametrize(
    ("function", "known"),
    [
        (lambda x: jnp.exp(lax.reduce_max_p.bind(jnp.broadcast_to(x, (0,)), axes=(0,), out_sharding=None)), 0.0),
        (lambda x: jnp.exp(-lax.reduce_min_p.bind(jnp.broadcast_to(x, (0,)), axes=(0,), out_sharding=None)), 0.0),
        (lambda x: x * jnp.prod(jnp.broadcast_to(x, (0,))), 0.5),
        (lambda x: x - x + half_log_tau(), math.log(2 * math.pi) / 2),
    ],
)
def test_the_reductions_of_nothing_and_the_constants_are_what_they_are(function, known):
    program = recorded(function)
    (value,) = Evaluation(program, acb(0.5), decisions_at(program, exact(0.5))).values()
    (found,) = range_of(program, exact(0.5), exact(0.5))
    for one in (value.real, found.low, found.high):
        assert float(one) == pytest.approx(known, rel=1e-14, abs=1e-300)
