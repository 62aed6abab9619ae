"""A piecewise Chebyshev interpolant of a generator that JAX cannot trace: a torch network, a scipy function."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np

KEPT = 32  # Chebyshev coefficients kept for each piece
POINTS = 64  # intervals between the Chebyshev points of the fit: twice as many as are kept, so that the fit can miss
RESOLVED = 2.0**-46  # misfit at which a piece counts as resolved, relative to its largest |G|
PARTS = 4  # parts of an unresolved piece: a kink's error falls to 1/4, that of a smooth G much further
PLATEAU = 0.3  # share of a piece's misfit that every one of its parts still has where it is noise; a kink leaves all parts but one clean
NOISE = 1e-5  # largest misfit that may be taken for noise, relative to the largest |G|
MOST_PIECES = 50_000  # most pieces between the ends of the cuts
FAR_PIECES = 1000  # most pieces beyond the cuts, on each side
FAR_VALUES = 1e100  # largest |G| that is followed beyond the cuts
NARROWEST = 256  # narrowest piece that is split, in ulps
CALLED = 2**16  # points in one call of the function, give or take a few
EPS = np.finfo(float).eps

NODES = np.sin(np.pi * (np.arange(POINTS + 1) / POINTS - 0.5))
FRESH = 2 * (np.arange(1, 9) * (np.sqrt(5) - 1) / 2 % 1) - 1  # irregular points between the nodes, where the fit is checked
BASIS = np.polynomial.chebyshev.chebvander(np.concatenate([NODES, FRESH]), POINTS)
FIT = np.linalg.inv(BASIS[: POINTS + 1])
SLOPES = np.stack([np.polynomial.Chebyshev.basis(k).deriv()(np.concatenate([NODES, FRESH])) for k in range(POINTS + 1)], axis=1)
SQUARES = np.arange(KEPT) ** 2.0  # largest |T_k'| on [-1, 1], reached at the ends
SIGNS = (-1.0) ** np.arange(KEPT)  # T_k(-1)


class Proxy(eqx.Module):
    """G as a function () -> () under JAX: on each piece a polynomial, beyond the ends linear. float64.

    ``error`` bounds |G - proxy| and ``slope_error`` |G' - proxy'| between the ends of the cuts it was asked for, as far as the
    function's own values tell: they are estimates. ``cuts`` are the edges of the pieces.
    """

    cuts: np.ndarray
    centers: np.ndarray  # of the pieces, among them the two linear ones beyond the ends
    halves: np.ndarray
    coefficients: np.ndarray
    slope_errors: np.ndarray  # of each piece
    error: float = eqx.field(static=True)
    slope_error: float = eqx.field(static=True)

    def slope_error_at(self, z: np.ndarray) -> np.ndarray:
        """What |G' - proxy'| may be at points of z: large only on the small pieces about a kink."""
        return self.slope_errors[np.searchsorted(self.cuts, z, side="right")]

    def __call__(self, z: Any) -> Any:
        z, cuts = jnp.asarray(z), jnp.asarray(self.cuts)
        piece = jnp.searchsorted(cuts, z, side="right") - (z == cuts[-1])
        u = (z - jnp.asarray(self.centers)[piece]) / jnp.asarray(self.halves)[piece]
        coefficients = jnp.asarray(self.coefficients)[piece]
        one, two = jnp.zeros_like(u), jnp.zeros_like(u)
        for degree in range(KEPT - 1, 0, -1):  # Clenshaw
            one, two = coefficients[degree] + 2 * u * one - two, one
        return coefficients[0] + u * one - two


@dataclass(frozen=True)
class _Pieces:
    low: np.ndarray
    high: np.ndarray
    values: np.ndarray  # at NODES and FRESH
    coefficients: np.ndarray
    misfit: np.ndarray
    noisy: np.ndarray  # whether what is not resolved is noise

    def __getitem__(self, index) -> "_Pieces":
        return _Pieces(*(getattr(self, name)[index] for name in self.__dataclass_fields__))

    def __len__(self) -> int:
        return len(self.low)

    @property
    def half(self) -> np.ndarray:
        return (self.high - self.low) / 2

    @property
    def size(self) -> np.ndarray:
        return np.abs(self.values).max(axis=1)

    @property
    def rounding(self) -> np.ndarray:
        """The effect of the rounding of z on G."""
        return EPS * np.maximum(np.abs(self.low), np.abs(self.high)) * np.ptp(self.values, axis=1) / (2 * self.half)


def _joined(several: list[_Pieces]) -> _Pieces:
    joined = _Pieces(*(np.concatenate([getattr(one, name) for one in several]) for name in _Pieces.__dataclass_fields__))
    return joined[np.argsort(joined.low)]


def _called(function, z: np.ndarray) -> np.ndarray:
    values = []
    for block in np.array_split(z.ravel(), -(-z.size // CALLED)):
        with np.errstate(all="ignore"):  # values that are not finite are dealt with afterwards
            values.append(np.asarray(function(block.copy()), dtype=np.float64))
        if values[-1].shape != block.shape:
            raise ValueError(f"`generator` must map an array of points to one of its shape. Got {values[-1].shape} for {block.shape}.")
    return np.concatenate(values).reshape(z.shape)


def _fitted(function, low: np.ndarray, high: np.ndarray) -> _Pieces:
    low, high = low.ravel(), high.ravel()
    z = low[:, None] + (high - low)[:, None] * ((1 + np.concatenate([NODES, FRESH])) / 2)
    z[:, POINTS] = high
    values = _called(function, z)
    if not np.isfinite(values).all():
        raise ValueError(
            f"`generator` must be finite wherever z has mass. Got one that is not at z = {float(z[~np.isfinite(values)][0])!r}."
        )
    coefficients = values[:, : POINTS + 1] @ FIT.T
    misfit = np.abs(values - coefficients[:, :KEPT] @ BASIS[:, :KEPT].T).max(axis=1)
    return _Pieces(low, high, values, coefficients, misfit, np.zeros(low.shape, bool))


def _resolved(function, cuts: np.ndarray, most: int = MOST_PIECES) -> _Pieces:
    """Pieces that are split until they are resolved, or down to the function's noise, to the last bits or to the most pieces."""
    open_, done = _fitted(function, cuts[:-1], cuts[1:]), []
    largest = open_.size.max()
    with np.errstate(over="ignore"):  # steps of one ulp are noise, too, where all values are float32
        step = 2.0**-23 if np.array_equal(open_.values.astype(np.float32), open_.values) else 0.0
    while sum(map(len, done)) + PARTS * len(open_) <= most:
        noisy = open_.misfit <= step * largest
        ulp = np.spacing(np.maximum(np.abs(open_.low), np.abs(open_.high)))
        fine = open_.misfit <= np.maximum(RESOLVED * open_.size + 2 * open_.rounding, 2 * EPS * largest)
        fine |= noisy | (2 * open_.half < NARROWEST * ulp)
        done.append(replace(open_, noisy=noisy)[fine])
        open_ = open_[~fine]
        if not len(open_):
            break
        edges = open_.low[:, None] + 2 * open_.half[:, None] * np.arange(PARTS + 1) / PARTS
        edges[:, -1] = open_.high
        parts = _fitted(function, edges[:, :-1], edges[:, 1:])
        least = parts.misfit.reshape(-1, PARTS).min(axis=1)
        # Where splitting does not help, the unsplit piece is better: its derivative amplifies the noise less.
        noisy = (least > PLATEAU * open_.misfit) & (open_.misfit < NOISE * np.maximum(largest, open_.size))
        done.append(replace(open_[noisy], noisy=noisy[noisy]))
        open_ = parts[np.repeat(~noisy, PARTS)]
    return _joined([*done, open_])


def _beyond(function, edge: float, step: float, far: float) -> np.ndarray:
    """Ever longer steps from an end of the cuts, on to ``far`` from it or to where G overflows, or nearly."""
    distances = step * (2.0 ** np.arange(1 + np.ceil(np.log2(1 + far / abs(step)))) - 1)
    edges = edge + np.sign(step) * np.minimum(np.abs(distances), far)
    finite = np.abs(_called(function, edges)) < FAR_VALUES
    return np.sort(edges[: len(edges) if finite.all() else np.argmin(finite)])


def chebyshev_proxy(function: Callable[[Any], Any], cuts: np.ndarray, far: float = 0.0) -> Proxy:
    """The interpolant of ``function``, which takes and returns a 1-D array, between the ends of the sorted ``cuts``.

    With ``far``, it is followed that much further on both sides, and is linear only from there on; ``error`` and ``slope_error`` are
    those between the ends of the cuts. Where splitting a piece does not bring it closer, the rest is taken for the noise of the
    function (a float32 network's is 1e-7 of its values) if it is less than 1e-5. Raises ``ValueError`` where values are not finite.
    """
    cuts = np.asarray(cuts, dtype=np.float64)
    sides = [_beyond(function, cuts[0], cuts[0] - cuts[1], far), _beyond(function, cuts[-1], cuts[-1] - cuts[-2], far)] if far else []
    outer = [_resolved(function, edges, FAR_PIECES) for edges in sides if len(edges) > 1]
    pieces = _joined([_resolved(function, cuts), *outer])

    # Coefficients that cannot be told from noise are dropped: they would dominate the error of the derivative.
    noise = np.sqrt(np.mean(pieces.coefficients[:, KEPT:] ** 2, axis=1, keepdims=True))
    above = np.abs(pieces.coefficients[:, :KEPT]) > 4 * noise
    kept = np.logical_or.accumulate(above[:, ::-1], axis=1)[:, ::-1]
    coefficients = np.where(kept, pieces.coefficients[:, :KEPT], 0.0)

    # At a common edge both pieces take one value, nearer to that of the better piece.
    left, right, doubt = coefficients @ SIGNS, coefficients.sum(axis=1), pieces.misfit + np.finfo(float).tiny
    shared = (right[:-1] * doubt[1:] + left[1:] * doubt[:-1]) / (doubt[:-1] + doubt[1:])
    at_left, at_right = np.append(left[0], shared) - left, np.append(shared, right[-1]) - right
    coefficients[:, 0] += (at_left + at_right) / 2
    coefficients[:, 1] += (at_right - at_left) / 2

    rest = pieces.coefficients - np.pad(coefficients, ((0, 0), (0, POINTS + 1 - KEPT)))
    missed = np.abs(pieces.values - coefficients @ BASIS[:, :KEPT].T).max(axis=1)
    error = 2 * np.maximum(missed, np.abs(rest).sum(axis=1)) + 4 * (EPS * pieces.size + pieces.rounding)
    # Noise has no derivative: its effect is how far it moves the coefficients that were kept, and whether neighbours agree, which they
    # do not where a kink hides in it.
    turned = np.where(pieces.noisy, np.abs(at_right - at_left) / 2, 2 * np.abs(rest @ SLOPES.T).max(axis=1))
    slope_error = (turned + 4 * np.maximum(noise[:, 0], EPS * pieces.size / 8) * (kept @ SQUARES)) / pieces.half
    slope_left, slope_right = -coefficients @ (SIGNS * SQUARES) / pieces.half, coefficients @ SQUARES / pieces.half
    jumps = 2 * np.abs(slope_right[:-1] - slope_left[1:]) * (pieces.noisy[:-1] | pieces.noisy[1:])
    slope_error = np.maximum(slope_error, np.maximum(np.append(jumps, 0), np.append(0, jumps)))

    core = (pieces.low >= cuts[0]) & (pieces.high <= cuts[-1])
    ends = np.zeros((2, KEPT))
    # A slope that may be 0 is that of a G that has saturated: carried on to infinity, it would be an unbounded G.
    ends[0, :2] = coefficients[0] @ SIGNS, slope_left[0] * (np.abs(slope_left[0]) > slope_error[0])
    ends[1, :2] = coefficients[-1].sum(), slope_right[-1] * (np.abs(slope_right[-1]) > slope_error[-1])
    return Proxy(
        cuts=np.append(pieces.low, pieces.high[-1]),
        centers=np.concatenate([pieces.low[:1], (pieces.low + pieces.high) / 2, pieces.high[-1:]]),
        halves=np.concatenate([[1.0], pieces.half, [1.0]]),
        coefficients=np.concatenate([ends[:1], coefficients, ends[1:]]),
        slope_errors=np.concatenate([slope_error[:1], slope_error, slope_error[-1:]]),
        error=float(error[core].max()),
        slope_error=float(slope_error[core].max()),
    )
