"""Densities on the plane, and ``SHAPES`` on which generators are commonly tried."""

from gantheory.distributions.plane.boxed import on_box
from gantheory.distributions.plane.density import PlaneDensity
from gantheory.distributions.plane.multivariate_normal import MultivariateNormal
from gantheory.distributions.plane.product import Product
from gantheory.distributions.plane.shapes import (
    Twisted,
    checkerboard,
    circles,
    concentric_rings,
    cosine,
    grid,
    moons,
    pinwheel,
    ring,
    spiral,
    swiss_roll,
)

FAMILIES = (Product, MultivariateNormal, Twisted)
SHAPES = (ring, grid, moons, spiral, pinwheel, checkerboard, swiss_roll, circles, concentric_rings, cosine)

__all__ = [
    "MultivariateNormal",
    "PlaneDensity",
    "Product",
    "Twisted",
    "checkerboard",
    "circles",
    "concentric_rings",
    "cosine",
    "grid",
    "moons",
    "on_box",
    "pinwheel",
    "ring",
    "spiral",
    "swiss_roll",
]
