"""Compiled programs: one for all modules of a kind, and one of each plain function, which ends with it."""

import functools
import gc
import weakref

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.programs import compiled, kind_of

traces = []


@compiled
def doubled(function, points):
    traces.append(function)
    return 2 * jax.vmap(function)(points)


class Line(eqx.Module):
    slope: jax.Array

    def __call__(self, z):
        return self.slope * z


class Kept:
    """Something that a weak reference can point to."""


def test_a_plain_function_is_compiled_once_and_dies_with_its_programs():
    kept, points = Kept(), jnp.arange(3.0)
    kept.factor = 5.0
    alive = weakref.ref(kept)

    def function(z, kept=kept):
        return kept.factor * z

    traces.clear()
    for _ in range(2):
        np.testing.assert_array_equal(doubled(function, points), [0.0, 10.0, 20.0])
    assert len(traces) == 1
    traces.clear()
    del function, kept
    gc.collect()
    assert alive() is None


def test_modules_of_a_kind_share_one_program():
    traces.clear()
    for slope in (1.0, 2.0, 3.0):
        np.testing.assert_array_equal(doubled(Line(jnp.asarray(slope)), jnp.arange(3.0)), 2 * slope * np.arange(3.0))
    assert len(traces) == 1


def test_a_function_that_wraps_another_has_programs_of_its_own():
    def one(z):
        return z + 1.0

    points = jnp.arange(3.0)
    np.testing.assert_array_equal(doubled(one, points), [2.0, 4.0, 6.0])

    @functools.wraps(one)
    def other(z):
        return one(z) * 10.0

    np.testing.assert_array_equal(doubled(other, points), [20.0, 40.0, 60.0])
    np.testing.assert_array_equal(doubled(one, points), [2.0, 4.0, 6.0])


def test_the_kind_of_a_module_is_all_but_the_values_of_its_arrays():
    kind = kind_of(Line(jnp.asarray(1.0)))
    assert kind is not None and kind == kind_of(Line(jnp.asarray(2.0)))
    others = [Line(jnp.zeros(2)), Line(jnp.asarray(1)), Line(1.0), Line(1), Line(True), (jnp.asarray(1.0),)]  # type: ignore[arg-type]
    assert len({kind, *map(kind_of, others)}) == 1 + len(others)


def test_what_cannot_be_compared_has_no_kind():
    assert [kind_of(what) for what in (abs, lambda z: z, Kept(), Line(np.ones(2)))] == [None] * 4  # type: ignore[arg-type]
