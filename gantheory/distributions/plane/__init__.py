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
    gaussians_25,
    grid,
    line_segment,
    moons,
    pinwheel,
    ring,
    spiral,
    swiss_roll,
    two_spirals,
)

FAMILIES = (Product, MultivariateNormal, Twisted)
SHAPES = (
    ring,
    grid,
    gaussians_25,
    moons,
    spiral,
    two_spirals,
    pinwheel,
    checkerboard,
    swiss_roll,
    circles,
    concentric_rings,
    cosine,
    line_segment,
)

__all__ = [
    "MultivariateNormal",
    "PlaneDensity",
    "Product",
    "Twisted",
    "checkerboard",
    "circles",
    "concentric_rings",
    "cosine",
    "gaussians_25",
    "grid",
    "line_segment",
    "moons",
    "on_box",
    "pinwheel",
    "ring",
    "spiral",
    "swiss_roll",
    "two_spirals",
]
