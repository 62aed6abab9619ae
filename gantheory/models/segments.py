"""A decoder's mean f(z), cut into segments on which it is a polynomial and the posterior of z is no narrower than a few nodes can see."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import numpy as np

from gantheory.base.precision import in_float64, promoted
from gantheory.base.programs import compiled
from gantheory.distributions.pushforward.piecewise_linear import linear_pieces

FAR = 39.0  # |z| up to which N(0, 1) is a double
ORDER = 24  # nodes of a segment, and coefficients of f on it
WIDEST = 7.0  # most that z, or f(z)/s, changes on a segment: of e^(-u²/2) over so much the rule of 24 nodes misses 1e-16
SMOOTH = 64 * np.finfo(float).eps  # distance of a polynomial from f, as a share of f's size, that counts as rounding
NARROWEST = 2.0**-14  # width of a segment that is not halved further for the sake of f's smoothness
MOST = 4_000  # segments above which a scale is refused
BLOCK = 4096  # points in one call of a compiled f
NODES, WEIGHTS = np.polynomial.legendre.leggauss(ORDER)
POINTS = np.concatenate([NODES, [-1.0, 1.0]])  # where f is evaluated: an interpolant is furthest off at the ends
TO_COEFFICIENTS = np.linalg.inv(np.polynomial.legendre.legvander(NODES, ORDER - 1))  # takes f at the nodes to its polynomial's coefficients
AT_ENDS = np.stack([(-1.0) ** np.arange(ORDER), np.ones(ORDER)], axis=1)


class Segments(NamedTuple):
    """f between neighbouring points of ``z``, (n + 1,): Σ_k c_k P_k(t), t from -1 to 1 on each.

    Attributes:
      z: from -39 to 39, sorted.
      coefficients: (n, order); two of a piecewise linear f.
      error: most that f may differ from this, but for its rounding.
    """

    z: np.ndarray
    coefficients: np.ndarray
    error: float

    def nodes(self, order: int = ORDER) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(z, f(z), the mass of N(0, 1) that the point stands for), each (n, order): Gauss-Legendre on every segment."""
        t, w = np.polynomial.legendre.leggauss(order)
        half = np.diff(self.z)[:, None] / 2
        z = self.z[:-1, None] + half * (1 + t)
        f = self.coefficients @ np.polynomial.legendre.legvander(t, self.coefficients.shape[1] - 1).T
        return z, f, half * w * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)


class Lines(NamedTuple):
    """A piecewise linear f, piece by piece: from ``start`` at ``low`` to ``end`` at ``high``, each (n,), low and high from -39 to 39."""

    low: np.ndarray
    high: np.ndarray
    start: np.ndarray
    end: np.ndarray
    slope: np.ndarray


@compiled
def _values(f, z):
    return jax.vmap(f)(z)


@in_float64
def values_of(f: Callable[..., Any], z: np.ndarray) -> np.ndarray:
    """f at points of any number, in blocks of one size, so that it is compiled once. Raises ``ValueError`` where it is not finite."""
    flat, wide = np.ravel(z), promoted(f)
    padded = np.pad(flat, (0, -len(flat) % BLOCK)).reshape(-1, BLOCK)
    found = np.concatenate([np.asarray(_values(wide, one), np.float64) for one in padded])[: len(flat)].reshape(np.shape(z))
    if not np.isfinite(found).all():
        raise ValueError(f"`decoder` must be finite for z from -39 to 39. Got {found[~np.isfinite(found)][0]}.")
    return found


def cut(f: Callable[..., Any], scale: float) -> tuple[Segments, Lines | None]:
    """The segments of f for a posterior of this s; and its pieces, if f is piecewise linear as a program.

    Raises ``ValueError`` where f is not finite, or takes more than 4000 segments.
    """
    lines = lines_of(f)
    return (segments_of(f, scale), None) if lines is None else (segments_of_lines(lines, scale), lines)


@in_float64
def lines_of(f: Callable[..., Any]) -> Lines | None:
    """The exact pieces of an f that is piecewise linear as a program; else None."""
    found = linear_pieces(promoted(f), -FAR, FAR)
    if found is None:
        return None
    if not np.isfinite([*found.start, *found.end]).all():
        raise ValueError("`decoder` must be finite for z from -39 to 39. Got one that is not.")
    return Lines(found.z[:-1], found.z[1:], found.start, found.end, found.slope)


def segments_of_lines(lines: Lines, scale: float) -> Segments:
    """Segments of pieces, each cut evenly."""
    width = np.maximum(lines.high - lines.low, np.abs(lines.end - lines.start) / scale)
    parts = np.clip(np.ceil(width / WIDEST), 1, 2 * MOST).astype(int)
    _require_few(int(parts.sum()), scale)
    piece = np.repeat(np.arange(len(parts)), parts)
    number = np.arange(parts.sum()) - np.repeat(np.cumsum(parts) - parts, parts)
    low, high = (number / parts[piece], (number + 1) / parts[piece])

    def at(share, first, last):
        return first[piece] * (1 - share) + last[piece] * share

    z = np.append(at(low, lines.low, lines.high), FAR)
    start, end = at(low, lines.start, lines.end), at(high, lines.start, lines.end)
    return Segments(z, np.stack([(start + end) / 2, (end - start) / 2], axis=1), 0.0)


def segments_of(f: Callable[..., Any], scale: float) -> Segments:
    """Segments of a smooth f, halved until its polynomials are f to rounding, and f changes by at most 7 scales on each."""
    edges, done = np.linspace(-FAR, FAR, 27), []
    low, high = edges[:-1], edges[1:]
    usual = float(np.abs(values_of(f, np.linspace(-3.0, 3.0, 25))).max())
    while len(low):
        _require_few(len(low) + sum(len(one[0]) for one in done), scale)
        values = values_of(f, low[:, None] + (high - low)[:, None] * (1 + POINTS) / 2)
        coefficients = (values[:, :ORDER] - values[:, :1]) @ TO_COEFFICIENTS.T
        coefficients[:, 0] += values[:, 0]
        off = np.abs(coefficients @ AT_ENDS - values[:, ORDER:]).max(axis=1)
        size = np.maximum(np.abs(values).max(axis=1), usual)
        rough = (off > SMOOTH * size) & (high - low > NARROWEST)
        kept = ~(rough | (np.ptp(values, axis=1) > WIDEST * scale))
        done.append((low[kept], coefficients[kept], off[kept], size[kept]))
        low, high = low[~kept], high[~kept]
        middle = (low + high) / 2
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    low, coefficients, off, size = (np.concatenate(parts) for parts in zip(*done, strict=True))
    order = np.argsort(low)
    return Segments(np.append(low[order], FAR), coefficients[order], float(np.where(off > SMOOTH * size, 2 * off, 0.0).max()))


def _require_few(count: int, scale: float) -> None:
    if count > MOST:
        raise ValueError(f"`scale` must be larger for this decoder: its posterior takes more than {MOST} segments of z. Got {scale:.3g}.")
