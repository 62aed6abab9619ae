"""Exact areas of a triangle in the cells of a grid, against an independent computation: clipping by half planes."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gantheory.distributions.pushforward.raster import collected


def clipped_area(triangle, low_x, high_x, low_y, high_y):
    """The area of a triangle within a rectangle, by Sutherland and Hodgman's clipping and the shoelace formula."""
    polygon = [tuple(point) for point in triangle]
    for axis, bound, sign in ((0, low_x, 1), (0, high_x, -1), (1, low_y, 1), (1, high_y, -1)):
        kept = []
        for a, b in zip(polygon, polygon[1:] + polygon[:1], strict=True):
            inside_a, inside_b = (sign * (p[axis] - bound) >= 0 for p in (a, b))
            if inside_a != inside_b:
                t = (bound - a[axis]) / (b[axis] - a[axis])
                kept_point = tuple(a[i] + t * (b[i] - a[i]) for i in (0, 1))
                kept += [a, kept_point] if inside_a else [kept_point]
            elif inside_a:
                kept.append(a)
        polygon = kept
        if not polygon:
            return 0.0
    x, y = np.array(polygon).T
    return abs(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2


def areas_of(triangle, x_edges, y_edges):
    start, end = triangle, np.roll(triangle, -1, axis=0)
    u, v = triangle[1] - triangle[0], triangle[2] - triangle[0]
    return collected(start, end, np.full(3, np.sign(u[0] * v[1] - u[1] * v[0])), x_edges, y_edges)


coordinate = st.floats(-3, 3).map(lambda x: round(x, 3))


@settings(max_examples=300, deadline=None)
@given(
    corners=st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=3),
    x_cuts=st.sets(coordinate, min_size=2, max_size=6),
    y_cuts=st.sets(coordinate, min_size=2, max_size=6),
)
def test_areas_equal_those_of_clipping(corners, x_cuts, y_cuts):
    triangle, x_edges, y_edges = np.array(corners), np.array(sorted(x_cuts)), np.array(sorted(y_cuts))
    found = areas_of(triangle, x_edges, y_edges)
    expected = [[clipped_area(triangle, *x, *y) for y in itertools.pairwise(y_edges)] for x in itertools.pairwise(x_edges)]
    np.testing.assert_allclose(found, expected, atol=1e-13)


def test_a_triangle_outside_the_grid_has_no_area_in_any_cell():
    triangle = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    for shift in ((5, 0), (-5, 0), (0, 5), (0, -5)):
        assert np.all(areas_of(triangle + shift, np.linspace(-2, 2, 5), np.linspace(-2, 2, 5)) == 0)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_half_a_square_fills_one_quarter_and_half_of_two(order):
    triangle = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0]])[list(order)]
    np.testing.assert_allclose(areas_of(triangle, np.arange(3.0), np.arange(3.0)), [[1, 0.5], [0.5, 0]], atol=1e-15)
