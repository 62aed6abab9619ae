"""The planar densities on which generators are commonly tried, each with a stated formula."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp

from gantheory.base.estimate import Scalar
from gantheory.base.precision import finite_parameter, shown
from gantheory.distributions.line import Density, Normal, Uniform
from gantheory.distributions.plane.density import Box, PlaneDensity, ends_of, on_points
from gantheory.distributions.plane.product import Product

FINE = 4096  # points by which a curve is drawn
MOST = 10**6  # Gaussians of a curve
COUNTS = ("n", "arms")  # arguments that are whole numbers of at least 1
SIGNED = ("spacing", "turns", "rate")  # those that are finite; all others are positive too

Arguments = ParamSpec("Arguments")
Made = TypeVar("Made", bound=PlaneDensity)


def _checked(shape: Callable[Arguments, Made]) -> Callable[Arguments, Made]:
    """The function with its arguments checked by their names."""
    owner, signature = shape.__name__, inspect.signature(shape)

    @functools.wraps(shape)
    def made(*given: Arguments.args, **named: Arguments.kwargs) -> Made:
        for name, value in signature.bind(*given, **named).arguments.items():
            if name in COUNTS:
                _require_count(owner, name, value)
            elif np.ndim(finite_parameter(owner, name, value, positive=name not in SIGNED)):
                raise ValueError(f"`{name}` of {owner} must be one number. Got {shown(value)}.")
        return shape(*given, **named)

    return made


def _require_count(owner: str, name: str, n: Any) -> None:
    if not isinstance(n, int | float | np.number) or isinstance(n, bool) or not float(n) >= 1 or float(n) % 1:
        raise ValueError(f"`{name}` of {owner} must be a whole number of at least 1. Got {n!r}.")


def spots(centres: np.ndarray, scale: Scalar, weights: Any = None) -> Product:
    """A mixture of N((x_i, y_i), scale² I), with equal weights unless they are given."""
    scale = finite_parameter("A planar mixture", "scale", scale, positive=True)
    weights = np.full(len(centres), 1 / len(centres)) if weights is None else weights
    return Product(Normal(centres[:, 0], scale), Normal(centres[:, 1], scale), weights)


@_checked
def ring(n: Scalar = 8, radius: Scalar = 1.0, scale: Scalar = 0.01) -> Product:
    """n Gaussians of standard deviation ``scale`` at equal angles on a circle.

    The defaults are PacGAN's ring (Lin et al. 2018, section 4.1); Metz et al. 2017 have radius 2 and scale .02.

    Raises ``ValueError`` unless ``n`` is a whole number of at least 1 and ``radius`` and ``scale`` are positive and finite.
    """
    angle = 2 * np.pi * np.arange(int(n)) / n
    return spots(radius * np.stack([np.cos(angle), np.sin(angle)], -1), scale)


@_checked
def grid(n: Scalar = 5, spacing: Scalar = 2.0, scale: Scalar = 0.05) -> Product:
    """n × n Gaussians of standard deviation ``scale``: VEEGAN's and PacGAN's grid of 25 as it stands, on -4, -2, 0, 2, 4.

    Raises ``ValueError`` unless ``n`` is a whole number of at least 1, ``spacing`` is finite and ``scale`` positive and finite.
    """
    line = spacing * (np.arange(int(n)) - (n - 1) / 2)
    return spots(np.stack(np.meshgrid(line, line, indexing="ij"), -1).reshape(-1, 2), scale)


@_checked
def moons(scale: Scalar = 0.1) -> Product:
    """Two half circles of radius 1, around (0, 0) and upside down around (1, ½), with noise of standard deviation ``scale``.

    Each is a mixture of Gaussians whose centres lie less than ``scale`` apart, so that no bump shows.

    Raises ``ValueError`` unless ``scale`` is positive and finite, and a million Gaussians are enough.
    """
    t = np.linspace(0, np.pi, _kernels(np.pi, scale))
    upper, lower = np.stack([np.cos(t), np.sin(t)], -1), np.stack([1 - np.cos(t), 0.5 - np.sin(t)], -1)
    return spots(np.concatenate([upper, lower]), scale)


@_checked
def spiral(turns: Scalar = 1.5, scale: Scalar = 0.05) -> Product:
    """Two arms of Archimedes' spiral, r from 0 to 1 over ``turns``, with noise of standard deviation ``scale``, as for ``moons``.

    The centres are equally far apart along the arm.

    Raises ``ValueError`` unless ``turns`` is finite and ``scale`` as for ``moons``.
    """
    t = np.linspace(0, 1, FINE)
    radius, angle = t, 2 * np.pi * turns * t
    centres, _ = _along(np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1), scale)
    return spots(np.concatenate([centres, -centres]), scale)


@_checked
def swiss_roll(scale: Scalar = 0.2) -> Product:
    """(t cos t, t sin t)/5, t uniform from 1.5 π to 4.5 π, with noise of standard deviation ``scale``, as for ``moons``.

    The default is that of FFJORD (Grathwohl et al. 2019), scikit-learn's roll with noise 1, seen from the side, over 5.

    Raises ``ValueError`` unless ``scale`` is as for ``moons``.
    """
    t = np.linspace(1.5 * np.pi, 4.5 * np.pi, FINE)
    return spots(*_weighted(np.stack([t * np.cos(t), t * np.sin(t)], -1) / 5, scale))


@_checked
def two_spirals(scale: Scalar = 0.1) -> Product:
    """±((-t cos t, t sin t) + u)/3, t² uniform from 0 to (3 π)², u uniform on [0, ½]², with noise of standard deviation ``scale``.

    FFJORD's two spirals. u/3 and the noise together are taken as a Gaussian of the same mean and variance, which moves the law by .0024 in
    total variation at the default.

    Raises ``ValueError`` unless ``scale`` is positive and finite.
    """
    t = 3 * np.pi * np.sqrt(np.linspace(0, 1, FINE))
    centres, scale, weights = _weighted(np.stack([-t * np.cos(t), t * np.sin(t)], -1) / 3 + 1 / 12, np.hypot(scale, 1 / 6 / np.sqrt(12)))
    return spots(np.concatenate([centres, -centres]), scale, np.concatenate([weights, weights]) / 2)


@_checked
def line_segment(scale: Scalar = 0.1) -> Product:
    """(t, t), t uniform from -2.5 to 2.5: FFJORD's line, with noise of standard deviation ``scale``: without, it has no density.

    Raises ``ValueError`` unless ``scale`` is as for ``moons``.
    """
    t = np.linspace(-2.5, 2.5, FINE)
    return spots(*_weighted(np.stack([t, t], -1), scale))


def gaussians_25() -> Product:
    """The 25 Gaussians of WGAN-GP's toy code (Gulrajani et al. 2017): ``grid(5, 2, .05)`` divided by 2.828, so that σ is 1 in x and y."""
    return grid(5, 2 / 2.828, 0.05 / 2.828)


@_checked
def cosine(scale: Scalar = 0.1) -> Product:
    """(t, 2.5 sin t), t uniform from -2.5 to 2.5, as in FFJORD, with noise of standard deviation ``scale``: without, it has no density.

    Raises ``ValueError`` unless ``scale`` is as for ``moons``.
    """
    t = np.linspace(-2.5, 2.5, FINE)
    return spots(*_weighted(np.stack([t, 2.5 * np.sin(t)], -1), scale))


@_checked
def concentric_rings(n: Scalar = 4, radius: Scalar = 3.0, scale: Scalar = 0.08) -> Product:
    """n circles around 0 of equal mass, of radii r/n, 2 r/n … r, with noise of standard deviation ``scale``; the defaults are FFJORD's.

    Raises ``ValueError`` unless ``n`` is a whole number of at least 1, the ``radius`` r positive and finite and ``scale`` as for ``moons``.
    """
    radii = radius * np.arange(1, int(n) + 1) / n
    return _circles(radii, scale)


@_checked
def circles(factor: Scalar = 0.5, radius: Scalar = 3.0, scale: Scalar = 0.24) -> Product:
    """Two circles around 0 of equal mass, of radii r and ``factor`` r, with noise of standard deviation ``scale``.

    The defaults are FFJORD's: scikit-learn's circles with factor .5 and noise .08, times 3.

    Raises ``ValueError`` unless ``factor`` and the ``radius`` r are positive and finite and ``scale`` is as for ``moons``.
    """
    return _circles(np.array([factor * radius, radius]), scale)


def _circles(radii: np.ndarray, scale: Scalar) -> Product:
    centres, weights = [], []
    for radius in radii:
        count = _kernels(2 * np.pi * radius, scale)
        angle = 2 * np.pi * np.arange(count) / count
        centres.append(radius * np.stack([np.cos(angle), np.sin(angle)], -1))
        weights.append(np.full(count, 1 / (count * len(radii))))
    return spots(np.concatenate(centres), scale, np.concatenate(weights))


def _along(curve: np.ndarray, scale: Scalar) -> tuple[np.ndarray, np.ndarray]:
    """(places equally far apart along a curve, less than ``scale``; which share of its points (m, 2) comes before each)."""
    length = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(curve, axis=0).T))])
    at = np.linspace(0, length[-1], _kernels(length[-1], scale))
    places = np.stack([np.interp(at, length, curve[:, i]) for i in (0, 1)], -1)
    return places, np.interp(at, length, np.linspace(0, 1, len(curve)))


def _weighted(curve: np.ndarray, scale: Scalar) -> tuple[np.ndarray, Scalar, np.ndarray]:
    """The spots of a point that moves along a curve: where it takes its time there is more mass."""
    places, before = _along(curve, scale)
    middles = np.concatenate([[0], (before[1:] + before[:-1]) / 2, [1]])
    return places, scale, np.diff(middles)


@_checked
def checkerboard(n: Scalar = 4, width: Scalar = 1.0) -> Product:
    """Uniform on the dark squares of an n × n board whose squares have side ``width``, centred at 0.

    Raises ``ValueError`` unless ``n`` is a whole number of at least 1 and ``width`` positive and finite.
    """
    side = int(n)
    i, j = np.array([(i, j) for i in range(side) for j in range(side) if (i + j) % 2 == 0]).T
    low_x, low_y = width * (i - n / 2), width * (j - n / 2)
    return Product(Uniform(low_x, low_x + width), Uniform(low_y, low_y + width), np.full(len(i), 1 / len(i)))


class Twisted(PlaneDensity):
    """The law of a point that is turned about 0 by an angle ``rate`` · log r, and by one of ``arms`` equal parts of a full turn.

    These maps keep areas, so that the density is the mean over the arms of that of ``straight`` at the point turned back. Raises
    ``ValueError`` unless ``rate`` is finite and ``arms`` a whole number of at least 1.
    """

    straight: Product
    rate: float
    arms: int = eqx.field(static=True, default=1)

    def __check_init__(self) -> None:
        finite_parameter("Twisted", "rate", self.rate)
        _require_count("Twisted", "arms", self.arms)

    def _log_prob(self, x):
        untwisted = _turned(x, -self.rate * _log_radius(x))
        return logsumexp(jax.vmap(lambda angle: self.straight._log_prob(_turned(untwisted, -angle)))(self._angles)) - np.log(self.arms)

    def _on_grids(self, x, y):
        return on_points(self._log_prob, x, y)

    def _sample(self, key, shape, dtype):
        key, angle_key = jax.random.split(key)
        x = self.straight._sample(key, shape, dtype)
        angle = jax.random.choice(angle_key, jnp.asarray(self._angles, dtype), shape)
        return _turned(x, self.rate * _log_radius(x) + angle)

    @property
    def _angles(self) -> np.ndarray:
        return 2 * np.pi * np.arange(self.arms) / self.arms

    @property
    def marginals(self) -> tuple[Density, Density]:
        reach = max(float(np.abs(part.quantile([1e-12, 1 - 1e-12])).max()) for part in self.straight.marginals)
        return Uniform(-reach, reach), Uniform(-reach, reach)

    @property
    def support(self) -> Box:
        return (-np.inf, np.inf), (-np.inf, np.inf)

    def box(self, mass: Scalar | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Around a disk: what turns stays at its distance from 0."""
        reach = np.sqrt(2) * np.max([np.abs(ends_of(part, mass)).max(0) for part in self.straight.marginals], 0)
        high = np.stack([reach, reach], -1)
        return -high, high

    @property
    def lines(self) -> tuple[np.ndarray, np.ndarray]:
        """Evenly, and through 0, about which it turns ever faster."""
        even = np.linspace(*self.box(1e-4), 17)
        return even[:, 0], even[:, 1]

    def cell_masses(self, x_edges: np.ndarray, y_edges: np.ndarray) -> np.ndarray:
        """By Gauss-Legendre, 6 × 6 points on parts of the cells that are no wider than the narrowest kernel."""
        scale = min(float(np.min(np.sqrt(part.variance))) for part in (self.straight.x, self.straight.y))
        (x, wx, by_x), (y, wy, by_y) = (_composite(np.asarray(edges), scale) for edges in (x_edges, y_edges))
        density = self.prob(np.stack(np.meshgrid(x, y, indexing="ij"), -1))
        return np.add.reduceat(np.add.reduceat(wx[:, None] * density * wy, by_x, axis=0), by_y, axis=1)


def _turned(x, angle):
    cos, sin = jnp.cos(angle), jnp.sin(angle)
    return jnp.stack([cos * x[..., 0] - sin * x[..., 1], sin * x[..., 0] + cos * x[..., 1]], -1)


def _log_radius(x):
    return jnp.log(jnp.maximum(jnp.linalg.norm(x, axis=-1), 1e-30))


def _composite(edges: np.ndarray, widest: Scalar) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(points, weights, where each cell's points begin)."""
    nodes, weights = np.polynomial.legendre.leggauss(6)
    parts = np.ceil(np.diff(edges) / widest).astype(int)
    width = np.repeat(np.diff(edges) / parts, parts)
    low = np.concatenate([np.linspace(a, b, n, endpoint=False) for a, b, n in zip(edges[:-1], edges[1:], parts, strict=True)])
    points, weights = low[:, None] + width[:, None] * (1 + nodes) / 2, width[:, None] * weights / 2
    return points.ravel(), weights.ravel(), 6 * (np.cumsum(parts) - parts)


@_checked
def pinwheel(arms: Scalar = 5, radial: Scalar = 0.3, tangential: Scalar = 0.05, rate: Scalar = 1.0) -> Twisted:
    """``arms`` Gaussians at radius 1, of standard deviation ``radial`` outward and ``tangential`` across, twisted by ``rate`` · log r.

    Raises ``ValueError`` unless ``arms`` is a whole number of at least 1, ``rate`` finite, and the two deviations positive and finite.
    """
    return Twisted(Product(Normal(1.0, radial), Normal(0.0, tangential)), float(rate), int(arms))


def _kernels(length: Scalar, scale: Scalar) -> int:
    """So many centres over a length that they lie less than ``scale`` apart."""
    if length / scale > MOST:
        raise ValueError(f"`scale` of a curve of length {length:.3g} must be at least {length / MOST:.3g}. Got {scale!r}.")
    return int(np.ceil(length / scale)) + 1
