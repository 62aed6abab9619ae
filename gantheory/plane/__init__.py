"""Two dimensions: densities on the plane with their exact facts, p_g = G#p_z by a mesh, and what can be said of both on a grid."""

from gantheory.plane.boxed import on_box as on_box
from gantheory.plane.density import PlaneDensity as PlaneDensity
from gantheory.plane.multivariate_normal import MultivariateNormal as MultivariateNormal
from gantheory.plane.product import Product as Product
from gantheory.plane.pushforward import PlanePushforward as PlanePushforward
from gantheory.plane.shapes import Twisted as Twisted
from gantheory.plane.shapes import checkerboard as checkerboard
from gantheory.plane.shapes import grid as grid
from gantheory.plane.shapes import moons as moons
from gantheory.plane.shapes import pinwheel as pinwheel
from gantheory.plane.shapes import ring as ring
from gantheory.plane.shapes import spiral as spiral
