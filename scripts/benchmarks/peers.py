"""JSD without gantheory: SciPy's quad on the line, a rule on a grid in NumPy on the plane."""

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.integrate import quad
from scipy.special import ndtr

LogDensity = Callable[[float], float]
LOG2 = math.log(2)
STEPS = 4  # steps of a trapezoidal rule in a standard deviation
REACH = 9.0  # standard deviations beyond which a Gaussian is 0 to the doubles
NODES = 40  # of Gauss-Legendre in a side of a square


def of_mixture(weights, locs, scales) -> LogDensity:
    """log p of a mixture of Gaussians, in scalars of the math module: the fastest that quad can be given."""
    terms = [
        (math.log(w / s) - math.log(2 * math.pi) / 2, m, 1 / s)
        for w, m, s in zip(weights.tolist(), locs.tolist(), scales.tolist(), strict=True)
    ]
    exp, log = math.exp, math.log

    def log_p(x: float) -> float:
        logs = [c - 0.5 * ((x - m) * inverse) ** 2 for c, m, inverse in terms]
        largest = max(logs)
        total = 0.0
        for one in logs:
            total += exp(one - largest)
        return largest + log(total)

    return log_p


def of_mixture_in_numpy(weights, locs, scales) -> LogDensity:
    """The same in NumPy: what is usually written."""
    log_weights = np.log(weights / scales) - math.log(2 * math.pi) / 2
    return lambda x: float(np.logaddexp.reduce(log_weights - ((x - locs) / scales) ** 2 / 2))


def of_normal(loc: float, scale: float) -> LogDensity:
    c = -math.log(scale) - math.log(2 * math.pi) / 2
    return lambda x: c - 0.5 * ((x - loc) / scale) ** 2


def of_laplace(loc: float, scale: float) -> LogDensity:
    c = -math.log(2 * scale)
    return lambda x: c - abs(x - loc) / scale


def of_cauchy(loc: float, scale: float) -> LogDensity:
    c, log1p = -math.log(math.pi * scale), math.log1p
    return lambda x: c - log1p(((x - loc) / scale) ** 2)


def of_gamma(shape: float) -> LogDensity:
    c, log = -math.lgamma(shape), math.log
    return lambda x: c + (shape - 1) * log(x) - x


def of_log_normal(scale: float) -> LogDensity:
    c, log = -math.log(scale) - math.log(2 * math.pi) / 2, math.log

    def log_p(x: float) -> float:
        y = log(x)
        return c - y - 0.5 * (y / scale) ** 2

    return log_p


def jsd_by_quad(log_p: LogDensity, log_q: LogDensity, cuts: Any, tolerance: float = 1e-10) -> float:
    """By the integrand that gantheory has too, ½(p+q)[r tanh r - log cosh r]; ``cuts`` are the ends, which may be infinite, and kinks."""
    exp, expm1, log1p, sinh, tanh = math.exp, math.expm1, math.log1p, math.sinh, math.tanh

    def integrand(x: float) -> float:
        a, b = log_p(x), log_q(x)
        r = abs(a - b) / 2
        if r < 1:
            bracket = r * tanh(r) - log1p(2 * sinh(r / 2) ** 2)
        elif r < 40:
            bracket = LOG2 - log1p(exp(-2 * r)) - 2 * r / (expm1(2 * r) + 2)
        else:
            bracket = LOG2
        return (exp(a) + exp(b)) / 2 * bracket

    low, *inner, high = sorted(cuts)
    if math.isfinite(low) and math.isfinite(high):
        return quad(integrand, low, high, points=inner, epsabs=tolerance, epsrel=tolerance, limit=200)[0]
    # quad takes no points on a half-line.
    ends = [low, *inner, high]
    return sum(quad(integrand, a, b, epsabs=tolerance, epsrel=tolerance, limit=200)[0] for a, b in itertools.pairwise(ends))


def jsd_of_mixtures(p, q, log_density=of_mixture) -> float:
    """Of two mixtures of Gaussians, each (weights, locs, scales)."""
    locs, scales = np.concatenate([p[1], q[1]]), np.concatenate([p[2], q[2]])
    return jsd_by_quad(log_density(*p), log_density(*q), [(locs - 12 * scales).min(), *locs, (locs + 12 * scales).max()])


def jsd_to_spots(weights, x, y, scale: float) -> float:
    """JSD(N(0, I), Σ w_k N((x_k, y_k), scale² I)), by the trapezoidal rule: on a grid, the mixture is a product of matrices."""
    at_x, at_y = (_places(np.min(centres), np.max(centres), scale, scale) for centres in (x, y))
    kernels_x, kernels_y = (_normal((at[:, None] - centres) / scale) / scale for at, centres in ((at_x, x), (at_y, y)))
    return _by_trapezoids(at_x, at_y, (kernels_x * np.asarray(weights)) @ kernels_y.T)


def jsd_to_arms(arms: int, radial: float, tangential: float) -> float:
    """JSD(N(0, I), the mixture of Gaussians at radius 1, of these standard deviations outward and across), by the trapezoidal rule."""
    at = _places(-1.0, 1.0, radial, tangential)
    angles = 2 * np.pi * np.arange(arms) / arms
    q = np.zeros((len(at), len(at)))
    for cos, sin in zip(np.cos(angles), np.sin(angles), strict=True):
        outward, across = np.add.outer(cos * at, sin * at), np.add.outer(-sin * at, cos * at)
        q += _normal((outward - 1) / radial) * _normal(across / tangential) / (arms * radial * tangential)
    return _by_trapezoids(at, at, q)


def _places(low: float, high: float, widest: float, finest: float) -> np.ndarray:
    low, high = low - REACH * widest, high + REACH * widest
    return np.linspace(low, high, int(STEPS * (high - low) / finest) + 2)


def _by_trapezoids(x: np.ndarray, y: np.ndarray, q: np.ndarray) -> float:
    """JSD(N(0, I), q) on a grid beyond which q is 0.

    There the integrand is ½ p log 2, which is therefore subtracted everywhere, and its integral added.
    """
    return float(LOG2 / 2 + (x[1] - x[0]) * (y[1] - y[0]) * np.sum(_less_half(np.outer(_normal(x), _normal(y)), q)))


def jsd_to_squares(corners, side: float) -> float:
    """JSD(N(0, I), uniform on squares), by Gauss-Legendre in each; ``corners`` are the lower left ones."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    height, total, inside = 1 / (len(corners) * side**2), 0.0, 0.0
    for a, b in corners:
        x, y = (low + side * (1 + nodes) / 2 for low in (a, b))
        p = np.outer(_normal(x), _normal(y))
        total += side**2 / 4 * weights @ (_less_half(p, np.full_like(p, height)) + LOG2 / 2 * p) @ weights
        inside += np.prod([ndtr(low + side) - ndtr(low) for low in (a, b)])
    return float(total + LOG2 / 2 * (1 - inside))


def _normal(x: np.ndarray) -> np.ndarray:
    return np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)


def _less_half(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """The integrand of JSD less ½ p log 2: ½ [q log(2q/(p+q)) - p log(1 + q/p)]."""
    return (q * np.log(np.maximum(2 * q / (p + q), np.finfo(float).tiny)) - p * np.log1p(q / p)) / 2
