"""Two laws on the plane in the coordinates in which both are integrated, and where the first rectangles are cut.

For two Gaussians, coordinates in which both are products. For a p_g whose G takes no two points to one, its latent coordinates, in which
its density is the latent's and the other's is multiplied by the Jacobian determinant. For all else, x.
"""

from abc import abstractmethod
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.distributions import Law, Normal
from gantheory.distributions.plane.density import PlaneDensity, on_points
from gantheory.distributions.plane.multivariate_normal import MultivariateNormal
from gantheory.distributions.plane.product import Product
from gantheory.distributions.pushforward.plane_pushforward import PlanePushforward, latent_coordinates

LEVELS = (1e-4, 1e-8, 1e-12, 1e-16)  # mass beyond each side of the nested boxes; quadrature ends at the last
CHOLESKY = 4  # roundings of a covariance's root, in units of eps and of the condition of the correlation
SLENDER = 1e3  # condition of a Gaussian's root above which its covariance loses digits that matter
TURNED = 16  # parts per side for a rotated density, whose own cut lines no longer apply
MOST_LINES = 64  # most lines in each coordinate at first


class Chart(eqx.Module):
    """Both log-densities with respect to the coordinates u."""

    @abstractmethod
    def log_densities(self, first: Any, second: Any) -> tuple[Any, Any]:
        """(log p, log q) at every u = (first_i, second_j) of n grids, in JAX, the Jacobian in both: (n, a), (n, b) give (n, a, b)."""

    @abstractmethod
    def x(self, u: Any) -> Any:
        """The point of the plane, in JAX."""


class Straight(Chart):
    """x = root u + mean, of which the root's determinant is left out of both densities alike."""

    p: PlaneDensity
    q: PlaneDensity
    root: np.ndarray
    mean: np.ndarray

    def log_densities(self, first: Any, second: Any) -> tuple[Any, Any]:
        """(log p, log q) at u, each as it is."""
        return self.p._on_grids(first, second), self.q._on_grids(first, second)

    def x(self, u: Any) -> Any:
        """root u + mean."""
        return self.root @ u + self.mean


class Through(Chart):
    """x = G(root u + mean): the pushforward's density is that of u."""

    generator: Any
    root: np.ndarray
    mean: np.ndarray
    factors: Product
    other: PlaneDensity
    pushed: int = eqx.field(static=True)  # 0 if p is the pushforward, 1 if q is

    def x(self, u: Any) -> Any:
        """G(root u + mean)."""
        return self.generator(self.root @ u + self.mean)

    def log_densities(self, first: Any, second: Any) -> tuple[Any, Any]:
        """(log p, log q) at u: the Jacobian determinant of u ↦ x is in the one that is not pushed forward."""
        own, other = self.factors._on_grids(first, second), on_points(self._of_other, first, second)
        return (own, other) if self.pushed == 0 else (other, own)

    def _of_other(self, u):
        x, slopes = self.x(u), jax.jacfwd(self.x)(u)
        determinant = slopes[0, 0] * slopes[1, 1] - slopes[0, 1] * slopes[1, 0]
        return self.other._log_prob(x) + jnp.log(jnp.abs(determinant))


class PlanePair(NamedTuple):
    """Two laws on the plane in the chart in which they are integrated."""

    chart: Chart
    boxes: list[tuple[np.ndarray, np.ndarray]]  # nested ((low, low), (high, high)), of ``LEVELS``
    lines: tuple[np.ndarray, np.ndarray]  # lines of u, from end to end of the largest box
    whole: tuple[bool, bool]  # whether all of p's mass, and all of q's, is within reach of u; else some may lie outside G's image
    doubt: float  # relative error of the parameters in this chart
    endless: bool = False  # whether z is unbounded, so that its image goes on beyond that of the boxes


def pair_of(p: Law, q: Law) -> PlanePair:
    """Raises ``ValueError`` for two pushforwards of which none is Gaussian, and for one that folds."""
    of_p, of_q = _root(p), _root(q)
    if of_p is not None and of_q is not None:
        return _both_gaussian(of_p, of_q)
    for i, (law, root, other) in enumerate(((p, of_p, q), (q, of_q, p))):
        if root is not None and isinstance(other, PlaneDensity) and np.linalg.cond(root.matrix) > SLENDER:
            return _turned(root, other, i)
        if root is not None and isinstance(law, PlanePushforward):
            p, q = (_gaussian(root), q) if i == 0 else (p, _gaussian(root))
    if isinstance(p, PlaneDensity) and isinstance(q, PlaneDensity):
        boxes = _boxes(p, q)
        return PlanePair(Straight(p, q, np.eye(2), np.zeros(2)), boxes, _lines(boxes, (p, q)), (True, True), 0.0)
    pushed = isinstance(p, PlanePushforward), isinstance(q, PlanePushforward)
    p_g, other = (p, q) if pushed[0] else (q, p)
    if not isinstance(p_g, PlanePushforward) or not isinstance(other, PlaneDensity):
        raise ValueError("One of `p` and `q` must be a density on the plane. Got two pushforwards.")
    if not p_g.injective:
        got = "one that JAX cannot trace, of which that is not known" if p_g.opaque else "one that folds"
        raise ValueError(f"G must take no two points to one for this divergence to be integrated on the plane. Got {got}.")
    assert isinstance(p_g.latent, PlaneDensity)
    (x, y), root, mean = latent_coordinates(p_g.latent)
    factors = Product(x, y)
    boxes = _boxes(factors)
    endless = any(np.isinf(factor.support).any() for factor in (x, y))
    covers = p_g.affine is not None and all(np.isinf(factor.support).all() for factor in (x, y))
    whole = (pushed[0] or covers, pushed[1] or covers)
    chart = Through(p_g.generator, root, mean, factors, other, int(pushed[1]))
    return PlanePair(chart, boxes, _lines(boxes, (factors,)), whole, 0.0, endless)


class Root(NamedTuple):
    """A Gaussian as the law of mean + R u with u ~ N(0, I).

    ``doubt``: how far R⁻¹R' may be from I, where R' is exact. Of a covariance it is the rounding of Cholesky's factorisation, which grows
    with the condition of the correlation matrix, the square of that of its root; a scale of either coordinate costs nothing.
    """

    mean: np.ndarray
    matrix: np.ndarray
    doubt: float


def _root(law) -> Root | None:
    """Of a law that is Gaussian as it is given."""
    if isinstance(law, MultivariateNormal):
        matrix = np.linalg.cholesky(law.cov)
        of_correlation = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
        return Root(law.mean, matrix, float(CHOLESKY * np.finfo(float).eps * np.linalg.cond(of_correlation) ** 2))
    if isinstance(law, Product) and len(law.weights) == 1 and isinstance(law.x, Normal) and isinstance(law.y, Normal):
        return Root(np.array([law.x.loc[0], law.y.loc[0]]), np.diag([law.x.scale[0], law.y.scale[0]]), 0.0)
    if isinstance(law, PlanePushforward) and law.affine is not None and (of_z := _root(law.latent)) is not None:
        matrix, shift = law.affine
        return Root(matrix @ of_z.mean + shift, matrix @ of_z.matrix, of_z.doubt)
    return None


def _gaussian(root: Root) -> MultivariateNormal:
    cov = root.matrix @ root.matrix.T
    return MultivariateNormal(root.mean, (cov + cov.T) / 2)


def _both_gaussian(of_p: Root, of_q: Root) -> PlanePair:
    """With x = mean_p + R_p U u, where R_p^-1 R_q = U S V^T: p is N(0, I) in u, and q N(., S²), both products."""
    (mean, root, _), (other_mean, other_root, _) = of_p, of_q
    turn, scales, _ = np.linalg.svd(np.linalg.solve(root, other_root))
    loc = turn.T @ np.linalg.solve(root, other_mean - mean)
    p = Product(Normal(0.0, 1.0), Normal(0.0, 1.0))
    q = Product(Normal(loc[0], scales[0]), Normal(loc[1], scales[1]))
    boxes = _boxes(p, q)
    doubt = 16 * np.finfo(float).eps * np.linalg.cond(root) * np.linalg.cond(other_root) + of_p.doubt + of_q.doubt
    return PlanePair(Straight(p, q, root @ turn, mean), boxes, _lines(boxes, (p, q)), (True, True), float(doubt))


def _turned(root: Root, other: PlaneDensity, which: int) -> PlanePair:
    """A slender Gaussian along its own axes; the other's box is rotated with it."""
    mean, (turn, scales, _) = root.mean, np.linalg.svd(root.matrix)
    own = Product(Normal(0.0, scales[0]), Normal(0.0, scales[1]))
    boxes, corners = [], np.array([(i, j) for i in (0, 1) for j in (0, 1)])
    for (low, high), ends in zip(_boxes(own), map(np.stack, _boxes(other)), strict=True):
        at = (np.stack([ends[corners[:, 0], 0], ends[corners[:, 1], 1]], -1) - mean) @ turn
        boxes.append((np.minimum(low, at.min(0)), np.maximum(high, at.max(0))))
    even = np.linspace(boxes[0][0], boxes[0][1], TURNED + 1)
    lines = tuple(np.union1d(line, even[:, i]) for i, line in enumerate(_lines(boxes, (own,))))
    doubt = 16 * np.finfo(float).eps * np.linalg.cond(root.matrix) + root.doubt
    return PlanePair(Through(_itself, turn, mean, own, other, which), boxes, (lines[0], lines[1]), (True, True), float(doubt))


def _itself(x):
    return x


def _boxes(*laws: PlaneDensity) -> list[tuple[np.ndarray, np.ndarray]]:
    """The boxes around all of the laws, of ``LEVELS``."""
    lows, highs = zip(*(law.box(np.array(LEVELS)) for law in laws), strict=True)
    return list(zip(np.min(lows, 0), np.max(highs, 0), strict=True))


def _lines(boxes: list, laws) -> tuple[np.ndarray, np.ndarray]:
    """The sides of the boxes, and the lines that each law names."""
    (low, high), lines = boxes[-1], []
    for i, of_laws in enumerate(zip(*(law.lines for law in laws), strict=True)):
        inner = np.unique(np.concatenate(of_laws))
        inner = inner[np.unique(np.linspace(0, len(inner) - 1, MOST_LINES).round().astype(int))] if len(inner) > MOST_LINES else inner
        line = np.unique(np.concatenate([inner, *([box[0][i], box[1][i]] for box in boxes)]))
        lines.append(line[(line >= low[i]) & (line <= high[i])])
    return lines[0], lines[1]
