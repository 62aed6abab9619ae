"""The maps and numbers of one state of the game on the plane.

p_g's mass in each cell is that of the library's mesh: triangles of z, each spread evenly over its image under G. JSD stands between
bounds, as ``measure_plane`` has them, on a grid and a mesh coarse enough to follow a training; at rest a finer one is measured.
"""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import numpy as np

from gantheory.distributions import PlanePushforward, Product
from gantheory.distributions.pushforward.mesh import Mesh, areas
from gantheory.explorer.plane_data import PlaneData
from gantheory.measurement.cells import Edges, jsd_bounds, value_by_mesh
from gantheory.measurement.integrands import LOG2, LOG4

CELLS = 96  # cells of the maps along each side
LINES = 64  # cells of the mesh over z along each side
DRAWN = 32  # those of the mesh that is drawn
SHOWN_Z = 0.995  # quantile of each coordinate of z at which the drawn mesh ends
SAMPLES = 400  # points drawn of p_data, and of p_g
SLOPES = 80  # points of p_g at which D's gradient is drawn
KEY = 0  # of the drawn points: the same z in every picture, so that each point is seen to move


class Square(NamedTuple):
    """The part of the plane that is drawn, with everything on it that does not change while the players learn."""

    edges: Edges  # lines of x and of y, (CELLS + 1,) each
    p_data: np.ndarray  # mass of each cell, (columns, rows)
    middles: np.ndarray  # of the cells, (columns, rows, 2)
    z_drawn: np.ndarray  # vertices of the drawn mesh, (DRAWN + 1, DRAWN + 1, 2)
    z_samples: np.ndarray  # the z of p_g's points, (SAMPLES, 2)
    samples: np.ndarray  # points of p_data, (SAMPLES, 2)


def square_of(data: PlaneData, latent: Product) -> Square:
    """The square on which the page draws the data, and G on ``latent``."""
    edges = np.linspace(data.low, data.high, CELLS + 1), np.linspace(data.bottom, data.top, CELLS + 1)
    middles = np.stack(np.meshgrid(*((line[1:] + line[:-1]) / 2 for line in edges), indexing="ij"), -1)
    ends = [part.quantile(np.array([1 - SHOWN_Z, SHOWN_Z])).tolist() for part in latent.marginals]
    lines = [np.linspace(first, last, DRAWN + 1) for first, last in ends]
    key_x, key_z = jax.random.split(jax.random.key(KEY))
    drawn = latent.sample(key_z, (SAMPLES,)), data.density.sample(key_x, (SAMPLES,))
    return Square(edges, data.density.cell_masses(*edges), middles, np.stack(np.meshgrid(*lines, indexing="ij"), -1), *drawn)


class Sight(NamedTuple):
    """What is drawn of G and D themselves, in float32."""

    logit: np.ndarray  # D's output at the cells' middles, a logit or a critic's, (columns, rows)
    points: np.ndarray  # G at the z of the samples, (SAMPLES, 2)
    slope: np.ndarray  # ∇D at the first of them; of a critic, that of its output, (SLOPES, 2)
    mesh: np.ndarray  # G at the drawn mesh, (DRAWN + 1, DRAWN + 1, 2)


def sight(square: Square, generator: Any, discriminator: Any, logit: bool) -> Sight:
    """What is drawn of a state's G and D; ``logit`` says whether D's output is a logit."""
    middles, z_samples, z_drawn = (np.asarray(part, np.float32) for part in (square.middles, square.z_samples, square.z_drawn))
    return Sight(*map(np.asarray, _sight(middles, z_samples, z_drawn, generator, discriminator, logit)))


@eqx.filter_jit
def _sight(middles, z_samples, z_drawn, generator, discriminator, logit: bool):
    points = jax.vmap(generator)(z_samples)
    output = (lambda x: jax.nn.sigmoid(discriminator.logit(x))) if logit else discriminator.logit
    everywhere = jax.vmap(jax.vmap(discriminator.logit))(middles)
    return everywhere, points, jax.vmap(jax.grad(output))(points[:SLOPES]), jax.vmap(jax.vmap(generator))(z_drawn)


class Weight(NamedTuple):
    """p_g's law: its masses, and the numbers that follow, as (value, error), in nats."""

    p_g: np.ndarray  # mass of each cell, (columns, rows)
    d_star: np.ndarray  # p_data/(p_data + p_g) of the cells' masses; nan where both are 0 and D* is arbitrary
    folded: float  # mass of the z at which G turns the plane over
    numbers: dict[str, tuple[float, float]]
    interval: tuple[float, float]  # that 2 JSD lies in


def weight(square: Square, p_g: PlanePushforward, discriminator: Any | None) -> Weight:
    """p_g's masses and the numbers of a state; without a D whose output is a logit, V and its gap have no meaning and are left out."""
    bound, jsd = jsd_bounds(square.edges, square.p_data, p_g)
    two_jsd, masses = 2 * jsd, p_g.cell_masses(*square.edges)
    found = {"two_jsd": two_jsd, "criterion": two_jsd - LOG4, "jsd_bound": bound}
    if discriminator is not None:
        value = value_by_mesh(square.edges, square.p_data, p_g.mesh, discriminator)
        found |= {"value": value, "discriminator_gap": two_jsd - LOG4 - value}
    numbers = {name: (float(one.value), float(one.error)) for name, one in found.items()}
    low, high = max(two_jsd.value - two_jsd.error, 2 * (bound.value - bound.error), 0.0), min(two_jsd.value + two_jsd.error, 2 * LOG2)
    with np.errstate(invalid="ignore"):
        d_star = square.p_data / (square.p_data + masses)
    return Weight(masses, d_star, folded_mass(p_g.mesh), numbers, (float(low), float(high)))


def turned(x: np.ndarray, mass: np.ndarray | None = None) -> np.ndarray:
    """The triangles of a mesh (n + 1, n + 1, 2) whose images lie the other way up than most, (2, n, n)."""
    mass = np.ones((len(x) - 1, len(x) - 1)) if mass is None else mass
    area, _ = areas(Mesh(x, mass))
    return np.sign(area) == -np.sign(np.sum(np.sign(area) * mass))


def folded_mass(mesh: Mesh) -> float:
    """The mass of z on the triangles that lie the other way up than most."""
    return float(np.sum(turned(mesh.x, mesh.mass) * mesh.mass / 2))
