"""∫ f over panels, to a value with an error: two nested rules on every panel, and halving where they do not yet agree.

Fejér's second rule has 31 open nodes, of which every other one is the 15-point rule, and of those every other one the 7-point rule.
The error of the finest, as a share of A, the integral of |f - its mean|, is the largest of three:

    (50 d15)²  where f is analytic the rules converge geometrically, and twice the nodes give the square of the error
    (30 d7)⁴   likewise; two rules may agree by chance, three hardly
    2 d∞       how far the interpolant at the nodes is from f just inside the ends, which is not small by accident: a kink or a
               singularity anywhere in the panel makes it ring there

with d15 and d7 the distances of the coarser rules. The three were fixed on 4 million single panels of known integral, with a kink, a
root, a logarithm or a narrow feature at a random place on a random background: no kind had more than 4 in 10^5 errors understated, and
none by more than a factor of 3.3. No rule sees a jump between the last node and the end of a panel: the interpolant's
error there counts over that gap. Panels are halved until the error is below the noise, the effect of rounding on f, also estimated.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import in_float64

NODES = 31  # nodes of the finest rule
BLOCK = 64  # panels in one call of a compiled program
SPREAD = 1_000  # panels in a block that is large enough to be spread over the cores
MOST_PANELS = 4_000  # most panels of one integral
MOST_ROUNDS = 100  # most rounds of halving
PATIENCE = 12  # rounds in which the error must at least halve
STALLED = 1e-11  # share of a panel's Σ|w f| below which an error that halving does not reduce counts as noise
LOST = 1e-15  # share of the integral's Σ|w f| below which one that halving hardly reduces does: at a kink it falls to a quarter
WIDE = 1e308  # error of an integral of which nothing is known
EPSILON = np.finfo(float).eps
ROUNDING = 8 * EPSILON  # rounding of the integrand's last bits and of the sum, as a share of Σ|w f|


def fejer(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights on [-1, 1] of Fejér's second rule (Davis & Rabinowitz, Methods of Numerical Integration, section 2.5.5)."""
    angle = np.arange(1, n + 1) * np.pi / (n + 1)
    odd = np.arange(1, n + 1, 2)
    return np.cos(angle), 4 / (n + 1) * np.sin(angle) * (np.sin(np.outer(angle, odd)) / odd).sum(axis=1)


FINE_NODES, FINE_WEIGHTS = fejer(NODES)
COARSE_WEIGHTS = fejer(NODES // 2)[1]
COARSE = slice(1, NODES, 2)  # nodes of the 15-point rule
COARSEST, COARSEST_WEIGHTS = slice(3, NODES, 4), fejer(NODES // 4)[1]
ENDS = np.array([1, -1]) * (1 - 2.0**-30)  # points just inside the ends of a panel
POINTS = np.concatenate([FINE_NODES, ENDS])  # points at which f is evaluated
GAP = 1 - FINE_NODES[0]  # distance from the outermost node to the end of the panel


def _interpolation(nodes: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The matrix that takes values at the nodes to their interpolant's values (barycentric, Berrut & Trefethen 2004)."""
    n = len(nodes)
    weights = (-1.0) ** np.arange(n) * np.sin(np.arange(1, n + 1) * np.pi / (n + 1)) ** 2
    terms = weights / (at[:, None] - nodes)
    return terms / terms.sum(axis=1, keepdims=True)


TO_ENDS = _interpolation(FINE_NODES, ENDS)  # interpolation from the nodes to the points just inside the ends
LEBESGUE = 1 + np.abs(TO_ENDS).sum(axis=1).max()  # largest growth of rounding errors in the difference of f and its interpolant


def apply_rules(values: Any, noise: Any, half: Any) -> Any:
    """(integral, error, noise, Σ|w f|) on every panel: an array (4, functions, panels). In JAX if ``values`` are, else in NumPy.

    ``values`` (functions, panels, 33) are f at ``POINTS``, ``noise`` (functions, panels, 7) how far each may be off at the coarsest
    rule's nodes, ``half`` (panels,) is half of each panel's length, 0 for an empty one. f may be infinite.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        return _on_panels(values, noise, half)


def _on_panels(values: Any, noise: Any, half: Any) -> Any:
    xp = values.__array_namespace__()
    held = jax.lax.stop_gradient if xp is jnp else lambda a: a
    values, ends = values[..., :NODES], held(values[..., NODES:])
    fine = values @ FINE_WEIGHTS
    values, mean, noise = (held(a) for a in (values, fine / 2, noise))
    spread = xp.abs(values - mean[..., None]) @ FINE_WEIGHTS
    scale = xp.where(spread > 0, spread, 1.0)
    coarse, coarsest = (xp.abs(2 * mean - values[..., s] @ w) / scale for s, w in ((COARSE, COARSE_WEIGHTS), (COARSEST, COARSEST_WEIGHTS)))
    off = xp.abs(ends - values @ TO_ENDS.T)
    off = xp.where(xp.isnan(off), xp.inf, off)
    rounding = LEBESGUE * (noise.max(axis=-1) + EPSILON * xp.abs(values).max(axis=-1))
    ringing = xp.maximum(off.max(axis=-1) - rounding, 0.0) / scale
    error = spread * xp.minimum(xp.maximum(xp.maximum((50 * coarse) ** 2, (30 * coarsest) ** 4), 2 * ringing), 1.0)
    missed = off.sum(axis=-1) * GAP
    stacked = xp.stack([fine, error + missed, noise @ COARSEST_WEIGHTS, xp.abs(values) @ FINE_WEIGHTS])
    return xp.where(half > 0, stacked * half, 0.0)


@dataclass(frozen=True)
class Panels:
    """Pieces of rows: a row's number, and the fractions of it at which a piece begins and ends. What a row is, the caller decides."""

    row: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def __getitem__(self, which: Any) -> "Panels":
        return Panels(self.row[which], self.low[which], self.high[which])

    def __len__(self) -> int:
        return len(self.row)

    def halves(self) -> "Panels":
        """Both halves of every panel."""
        middle = (self.low + self.high) / 2
        return joined(Panels(self.row, self.low, middle), Panels(self.row, middle, self.high))


def joined(one: Panels, other: Panels) -> Panels:
    """The panels of both."""
    return Panels(*(np.concatenate([getattr(part, name) for part in (one, other)]) for name in ("row", "low", "high")))


@dataclass(frozen=True)
class Integral:
    """Several functions' integrals for each of several owners: arrays (functions, owners). A value is ±inf where f is, at some node."""

    value: np.ndarray
    error: np.ndarray
    infinite: dict[tuple[int, int], int]  # (function, owner) -> the row on which f is infinite


def integrate(rules: Callable[[Panels], np.ndarray], panels: Panels, owner: np.ndarray, tolerance: float = 0.0) -> Integral:
    """Sum ``rules``, as ``apply_rules`` gives them, over panels that are halved until their error is below the noise.

    ``owner[row]`` is the integral to which a row belongs. ``tolerance``, a share of Σ|w f| (or of 1, if that is more), ends the halving
    earlier. An error that does not get there is reported as it is.
    """
    results = rules(panels)
    parents = np.full(results[1].shape, np.inf)
    owners = int(owner.max()) + 1
    totals = []
    for _ in range(MOST_ROUNDS):
        totals.append(_finite(results[1]).sum())
        if len(totals) > PATIENCE and totals[-1] > totals[-PATIENCE] / 2:
            break  # halving no longer helps: noise that was not foreseen
        split = _wanting(panels, results, parents, owner[panels.row], owners, tolerance)
        if not split.any():
            break
        halves = panels[split].halves()
        parents = np.concatenate([parents[:, ~split], np.tile(results[1][:, split], 2)], axis=1)
        panels = joined(panels[~split], halves)
        results = np.concatenate([results[:, :, ~split], rules(halves)], axis=2)
    value, error, noise, size = _by_owner(results, owner[panels.row], owners)
    infinite = {}
    for function, panel in zip(*np.nonzero(~np.isfinite(results[0])), strict=True):
        infinite.setdefault((int(function), int(owner[panels.row[panel]])), int(panels.row[panel]))
    with np.errstate(over="ignore", invalid="ignore"):
        whole = error_or_wide(error + noise + ROUNDING * size)
    return Integral(value, np.where(np.isfinite(value), whole, 0.0), infinite)


def error_or_wide(error: Any) -> Any:
    """The error, WIDE where it is larger or is nan: of such an integral nothing is known. In JAX if it is."""
    return error.__array_namespace__().where(error < WIDE, error, WIDE)


def in_blocks(rules: Callable[[Panels], Any], panels: Panels, size: int) -> np.ndarray:
    """The rules on any number of panels, by calls on ``size`` of them, so that they are compiled once.

    Large blocks are spread over the cores: one program of elementwise operations uses one.
    """
    count = len(panels)
    blocks = [panels[np.minimum(np.arange(start, start + size), count - 1)] for start in range(0, count, size)]
    if size < SPREAD or len(blocks) < 3:
        done = [np.asarray(rules(block)) for block in blocks]
    else:
        done = [np.asarray(rules(blocks[0]))]  # compiles
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            done += pool.map(in_float64(lambda block: np.asarray(rules(block))), blocks[1:])
    return np.concatenate(done, axis=-1)[..., :count]


def _by_owner(results: np.ndarray, owner: np.ndarray, owners: int) -> np.ndarray:
    """Sums over each owner's panels."""
    flat = results.reshape(-1, results.shape[-1])
    with np.errstate(invalid="ignore"):  # inf - inf, where an integrand is infinite
        if owners == 1:
            return flat.sum(axis=1).reshape(*results.shape[:-1], 1)
        return np.stack([np.bincount(owner, row, owners) for row in flat]).reshape(*results.shape[:-1], owners)


def _finite(a: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(a), a, 0.0)


def _wanting(panels: Panels, results: np.ndarray, parents: np.ndarray, owner: np.ndarray, owners: int, tolerance: float) -> np.ndarray:
    """Which panels to halve."""
    fine, error, _, size = results
    value, total, noise, sizes = _by_owner(results, owner, owners)
    sizes, noise = _finite(sizes), _finite(noise)
    goal = np.maximum(noise + ROUNDING * sizes, tolerance * np.maximum(sizes, 1))
    count = np.bincount(owner, minlength=owners)
    late = np.isfinite(value) & (total > goal / 2) & (count < MOST_PANELS)
    # A small error that halving did not reduce is noise that was not foreseen: it stays in the error.
    with np.errstate(invalid="ignore"):
        stalled = ((error > 0.5 * parents) & (parents < STALLED * size)) | ((error > 0.3 * parents) & (parents < (LOST * sizes)[:, owner]))
    divisible = panels.high - panels.low > 64 * np.spacing(panels.high)
    return (late[:, owner] & (error > (goal / (4 * count))[:, owner]) & ~stalled & np.isfinite(fine)).any(axis=0) & divisible
