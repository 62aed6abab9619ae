"""Densities on the plane, and ``SHAPES`` on which generators are commonly tried."""

from gantheory.distributions.plane.boxed import on_box
from gantheory.distributions.plane.density import PlaneDensity
from gantheory.distributions.plane.multivariate_normal import MultivariateNormal
from gantheory.distributions.plane.product import Product
from gantheory.distributions.plane.shapes import Twisted, checkerboard, grid, moons, pinwheel, ring, spiral

FAMILIES = (Product, MultivariateNormal, Twisted)
SHAPES = (ring, grid, moons, spiral, pinwheel, checkerboard)

__all__ = [
    "MultivariateNormal",
    "PlaneDensity",
    "Product",
    "Twisted",
    "checkerboard",
    "grid",
    "moons",
    "on_box",
    "pinwheel",
    "ring",
    "spiral",
]
