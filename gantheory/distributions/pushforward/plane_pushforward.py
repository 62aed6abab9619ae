"""p_g = G#p_z on the plane: z's mass is carried by a mesh of triangles, each spread evenly over its image; folds simply add."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.arrays import OnArrays
from gantheory.base.precision import afresh, in_float64, promoted
from gantheory.base.tracing import traces
from gantheory.distributions.law import Law
from gantheory.distributions.line import Density, Normal
from gantheory.distributions.plane.density import PlaneDensity
from gantheory.distributions.plane.multivariate_normal import MultivariateNormal
from gantheory.distributions.plane.product import Product
from gantheory.distributions.pushforward.mesh import THIN, Mesh, areas, cell_masses, lines_over, meets_itself

LINES = 256  # cells of the mesh in each coordinate of z
SINGULAR = 1e-12  # least |det G'|, as a share of the squared slopes, that shows p_g to have a density
SPARSE = 8  # coarse stride tried first; all lines only if it finds no such point
AFFINE = 1e-13  # largest relative deviation of a G that counts as A z + b
ASKED = 512  # points at which the slopes of such a G are compared
BLOCK = 2**16  # points in one compiled evaluation
STEP = 1e-4  # step of the difference quotients of a G that JAX cannot trace, as a share of the mesh's width in z
TOLD = 8  # times the change of the determinant with twice the step that tells it from 0
SOME = 0.01  # share of the points at which it must be told


class PlanePushforward(Law):
    """The law of x = G(z), for a generator G that takes one point, (2,) -> (2,), and a latent density of z on the plane.

    ``latent`` is a ``Product`` of two densities on the line, or a ``MultivariateNormal``. If z has one coordinate only (a density on the
    line, and G () -> (2,)), p_g has no density at all. The mesh has ``lines`` cells in each coordinate.

    A G that JAX cannot trace, such as a PyTorch network, is called with float64 NumPy arrays of points, (n, 2) -> (n, 2). Its slopes are
    difference quotients, which show whether p_g has a density, but not that G takes no two points to one: p_g is then known by its mesh.

    Raises ``ValueError`` for a latent whose tails fall like a power, and where G is not finite.
    """

    dimension: ClassVar[int] = 2

    def __init__(self, generator: Any, latent: PlaneDensity | Density, lines: int = LINES):
        if lines < SPARSE or lines % 2:
            raise ValueError(f"`lines` of PlanePushforward must be an even number of at least {SPARSE}. Got {lines!r}.")
        if (isinstance(latent, Product) and len(latent.weights) > 1) or not isinstance(latent, Product | MultivariateNormal | Density):
            raise ValueError(f"`latent` of PlanePushforward must be a product of two densities, or Gaussian. Got {latent!r}.")
        if isinstance(latent, PlaneDensity) and any(np.isfinite(factor.tail_index) for factor in latent_coordinates(latent)[0]):
            raise ValueError(f"`latent` of PlanePushforward must have light tails: no mesh follows heavy ones. Got {latent!r}.")
        self.latent: PlaneDensity | Density = latent
        self.count: int = lines
        event = (2,) if latent.dimension == 2 else ()
        self.opaque: bool = not traces(generator, event)
        with jax.enable_x64(True):
            self.generator: Any = OnArrays(generator, "generator", event, (2,)) if self.opaque else promoted(afresh(generator))

    @cached_property
    def _mesh_of_z(self) -> tuple[np.ndarray, np.ndarray]:
        """(z at the vertices (n + 1, n + 1, 2), the cells' masses (n, n))."""
        assert isinstance(self.latent, PlaneDensity)
        factors, root, mean = latent_coordinates(self.latent)
        lines = [lines_over(factor, self.count) for factor in factors]
        z = mean + np.stack(np.meshgrid(*lines, indexing="ij"), -1) @ root.T
        return z, np.multiply.outer(*(factor.mass_between(line[:-1], line[1:]) for factor, line in zip(factors, lines, strict=True)))

    @property
    def vertices(self) -> np.ndarray:
        """The z of the mesh's vertices."""
        return self._mesh_of_z[0]

    @cached_property
    def mesh(self) -> Mesh:
        z, mass = self._mesh_of_z
        return Mesh(self.values(z), mass)

    @in_float64
    def values(self, z: np.ndarray) -> np.ndarray:
        """G (..., 2) at points of z, (..., 2) or, of a latent on the line, (...)."""
        event = z.shape[-1:] if self.latent.dimension == 2 else ()
        shape = z.shape[: z.ndim - len(event)]
        points = z.reshape(-1, *event)
        blocks = [points[i : i + BLOCK] for i in range(0, len(points), BLOCK)]
        if self.opaque:
            return _finite(np.concatenate([self.generator(block) for block in blocks]), points).reshape(*shape, 2)
        padded = [np.concatenate([block, np.broadcast_to(block[:1], (min(BLOCK, len(points)) - len(block), *event))]) for block in blocks]
        values = np.concatenate([np.asarray(_values(self.generator, jnp.asarray(block))) for block in padded])[: len(points)]
        return _finite(values, points).reshape(*shape, 2)

    @cached_property
    def singular(self) -> str | None:
        """Why p_g has no density, if it has none: then its JSD to any density is log 2."""
        if isinstance(self.latent, Density):
            return "z has one coordinate, so that G(z) lies on a curve"
        # The determinant itself, because the image of a triangle under a G that bends along a curve has an area.
        if any(self._spreads(self.vertices[::step, ::step]) for step in (SPARSE, 1)):
            return None
        return "G's Jacobian determinant is 0 at every z, so that G(z) lies on a curve"

    @cached_property
    def affine(self) -> tuple[np.ndarray, np.ndarray] | None:
        """(A, b) if G(z) = A z + b with a regular A, as far as the mesh tells; None if not."""
        if not isinstance(self.latent, PlaneDensity) or self.opaque or self.singular:
            return None
        z, x = self.vertices.reshape(-1, 2), self.mesh.x.reshape(-1, 2)
        some = z[:: len(z) // ASKED]
        slopes = self._slopes(some)
        matrix = slopes[len(some) // 2]
        shift = (x - z @ matrix.T)[len(z) // 2]
        size = np.abs(x).max() + np.abs(z).max() * np.abs(matrix).max()
        same_slope = np.abs(slopes - matrix).max() <= AFFINE * np.abs(matrix).max()
        return (matrix, shift) if same_slope and np.abs(z @ matrix.T + shift - x).max() <= AFFINE * size else None

    @cached_property
    def injective(self) -> bool:
        """Whether G takes no two points to one, as far as the mesh tells.

        Every triangle keeps its side up, or every one is turned over, and the image of the mesh's border does not meet itself.
        """
        if self.affine is not None:
            return True
        if not isinstance(self.latent, PlaneDensity) or self.opaque or self.singular:
            return False
        area, size = areas(self.mesh)
        determinant = _determinants(self._slopes(self.vertices))
        one_way = all(np.all(sign * area > THIN * size) and np.all(sign * determinant > 0) for sign in [np.sign(area.flat[0])])
        return one_way and not meets_itself(self.mesh.x)

    @in_float64
    def _slopes(self, z: np.ndarray) -> np.ndarray:
        """G's Jacobian matrices (n, 2, 2) at points z."""
        return np.asarray(_slopes(self.generator, jnp.asarray(z.reshape(-1, 2))))

    def _quotients(self, z: np.ndarray, step: float) -> np.ndarray:
        """G's difference quotients (n, 2, 2) at points z, within the mesh: what is known of the slopes of a G that JAX cannot trace."""
        z, every = z.reshape(-1, 2), self.vertices.reshape(-1, 2)
        low, high = every.min(0), every.max(0)
        columns = []
        for axis in (0, 1):
            below, above = z.copy(), z.copy()
            below[:, axis] = np.maximum(z[:, axis] - step * (high - low)[axis], low[axis])
            above[:, axis] = np.minimum(z[:, axis] + step * (high - low)[axis], high[axis])
            columns.append((self.values(above) - self.values(below)) / (above - below)[:, axis, None])
        return np.stack(columns, -1)

    def _spreads(self, z: np.ndarray) -> bool:
        """Whether G takes the plane around any of the points z to more than a line."""
        if self.opaque:
            near, far = (_determinants(self._quotients(z, step)) for step in (STEP, 2 * STEP))
            return bool(np.mean(np.abs(near) > TOLD * np.abs(near - far)) > SOME)
        slopes = self._slopes(z)
        return bool(np.any(np.abs(_determinants(slopes)) > SINGULAR * np.sum(slopes**2, (1, 2))))

    def rounding(self, y_edges: np.ndarray) -> float:
        """How much of the mass rounding may put into other cells.

        Each side of a triangle adds its density times its width to every row below, down to the lowest line. Only the sum over the
        triangle's three sides is small.
        """
        area, size = areas(self.mesh)
        plain = np.abs(area) > THIN * size
        density = np.stack([self.mesh.mass / 2] * 2)[plain] / np.abs(area[plain])
        return float(4 * np.finfo(float).eps * (y_edges[-1] - y_edges[0]) * np.sum(density * np.sqrt(size[plain])))

    @property
    def batch_shape(self) -> tuple[int, ...]:
        return ()

    @property
    def support(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The box around the mesh's image; the whole plane where z is unbounded."""
        if any(np.isinf(end) for end in np.ravel(self.latent.support)):
            return (-np.inf, np.inf), (-np.inf, np.inf)
        (left, bottom), (right, top) = (end(self.mesh.x.reshape(-1, 2), axis=0).tolist() for end in (np.min, np.max))
        return (left, right), (bottom, top)

    def log_prob(self, x: Any) -> Any:
        raise ValueError("The density of a `PlanePushforward` at a point is not known: only its mass in cells is (`cell_masses`).")

    def prob(self, x: Any) -> Any:
        return np.exp(self.log_prob(x))

    def sample(self, key: Any, shape: Sequence[int] | int = (), dtype: Any = jnp.float64) -> Any:
        """G of the latent's own draws."""
        with jax.enable_x64(dtype == jnp.float64):
            return np.asarray(self.values(np.asarray(self.latent.sample(key, shape, dtype))), dtype)

    def cell_masses(self, x_edges: np.ndarray, y_edges: np.ndarray, mesh: Mesh | None = None) -> np.ndarray:
        """P(G(z) in a cell) for each cell of the grid, with G replaced by its linear interpolant on the mesh's triangles."""
        return cell_masses(mesh or self.mesh, np.asarray(x_edges), np.asarray(y_edges))


def _finite(values: np.ndarray, z: np.ndarray) -> np.ndarray:
    """The values (n, 2) of G at points z; ``ValueError`` where one is not finite."""
    finite = np.isfinite(values).all(1)
    if not finite.all():
        raise ValueError(f"G must be finite at every z. Got {values[~finite][0]} at z = {z[~finite][0]}.")
    return values


def _determinants(slopes: np.ndarray) -> np.ndarray:
    """The determinants (n,) of matrices (n, 2, 2)."""
    return slopes[:, 0, 0] * slopes[:, 1, 1] - slopes[:, 0, 1] * slopes[:, 1, 0]


@eqx.filter_jit
def _values(generator, z):
    return jax.vmap(generator)(z)


@eqx.filter_jit
def _slopes(generator, z):
    return jax.vmap(jax.jacfwd(generator))(z)


def latent_coordinates(latent: PlaneDensity) -> tuple[tuple[Density, Density], np.ndarray, np.ndarray]:
    """(two independent coordinates u, R, m) with z = R u + m."""
    if isinstance(latent, MultivariateNormal):
        return (Normal(0.0, 1.0), Normal(0.0, 1.0)), np.linalg.cholesky(latent.cov), latent.mean
    assert isinstance(latent, Product)
    return jax.tree.map(lambda leaf: leaf[0], (latent.x, latent.y)), np.eye(2), np.zeros(2)
