"""Derivatives of ∫ F(p, q) dx in the parameters of p and q, by Leibniz's rule: over the inside at fixed x, and at breaks that move.

    d/dθ ∫ F dx  =  ∫ ∂F/∂(log p) · ∂(log p)/∂θ dx  +  Σ_b (F(b-) - F(b+)) · ∂b/∂θ

The first is integrated as F itself is, on panels that are halved until they agree, kinks of F included. In the second, one density's
break moves while the other stays: where both jump at one point, the slopes to the left and to the right differ.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.precision import in_float64
from gantheory.distributions.line.density import SCALE
from gantheory.quadrature.integrand import Integrand, values_of
from gantheory.quadrature.pair import Pair, log_prob_of, log_prob_with_doubt
from gantheory.quadrature.rows import STEPS, Rows, first_panels, nodes, places
from gantheory.quadrature.rules import COARSEST, EPSILON, FINE_WEIGHTS, NODES, POINTS, Panels, apply_rules, in_blocks, integrate

BLOCK = 64  # panels in one call of a compiled program
BESIDE = 1e-290  # distance from a break at which its two sides are looked at
ALIKE = 1e-9  # relative difference of two one-sided slopes that counts as none
LOWEST = -1e300  # log-density below which a density counts as 0
SAME = 1e-12  # |log p - log q| of densities that count as equal on a panel
STEP = 1e-6  # step in log p that tells whether F has a kink at p = q
KINK = 0.1  # F over p and the step, above which it has
NOTICED = 1e-9  # mass on which p = q that counts

Pull = Callable[[Any], tuple[Any, Any]]


class _Panels(NamedTuple):
    """Pieces of rows, with the rows' properties gathered."""

    rows: Rows
    low: np.ndarray
    high: np.ndarray
    stop: Any  # u at which the rows end, if that is beyond the doubles

    def places(self):
        """(offsets (panels, 33), excess, log Jacobian, half of each panel's length), as ``rows.places`` has them. In JAX."""
        if self.stop is not None:
            return places(self.rows.reach, self.rows.kind, self.low, self.high, self.stop)
        offset, log_jacobian, half = nodes(self.rows.reach, self.rows.kind, self.low, self.high)
        return offset, None, log_jacobian, half


def _log_prob(density, rows: Rows, offset, log_jacobian, excess):
    """log-densities at places; -inf where they are below all doubles."""
    if excess is None:
        return log_prob_of(density, rows.owner, rows.anchor, offset, log_jacobian)
    log_prob = log_prob_with_doubt(density, rows, offset, log_jacobian, excess)[0]
    return jnp.where(log_prob > LOWEST, log_prob, -jnp.inf)


def value_and_pull(pair: Pair, functions: Sequence[Integrand]) -> tuple[np.ndarray, np.ndarray, Pull]:
    """Integrals of several F, and what takes weights of them to their derivatives in all parameters.

    Args:
      pair: plain densities, one pair or a batch, of parameters that are known.
      functions: the integrands.

    Returns:
      The values (functions, n), their errors, and the function ``pull(weights)`` of weights (functions, n), which gives the derivatives
      of Σ weight · value in the parameters of ``pair.stacked``.

    Raises:
      ValueError: from ``pull``, where there is no derivative in a parameter.
    """
    functions = tuple(functions)
    panels, results = _partition(pair, functions)
    value, error = results.value[: len(functions)], results.error[: len(functions)]

    @in_float64
    def pull(weights):
        weights = np.asarray(weights, np.float64)
        _refuse_kinks(pair, functions, panels, weights)
        inside = _inside(pair, functions, panels, results.value[len(functions) :], weights)
        at_breaks = tuple(_at_breaks(pair, functions, weights, in_p) for in_p in (True, False))
        whole = jax.tree.map(lambda one, other: np.asarray(one) + np.asarray(other), inside, at_breaks)
        if any(np.isnan(leaf).any() for leaf in jax.tree.leaves(whole)):
            laws = f"{pair.p} and {pair.q}"
            raise ValueError(f"A divergence must have a derivative in its parameters. Got one that is no double, for {laws}.")
        return whole

    return value, error, pull


def _partition(pair: Pair, functions):
    """(the panels on which every F and its derivatives in all parameters are integrated, their integrals)."""
    seen: set[tuple[int, float, float]] = set()

    def block(some: Panels):
        gathered = _gathered(pair, some)
        return _rules(functions, *(_moved(density, gathered) for density in pair.stacked))

    def rules(some: Panels):
        seen.update(zip(some.row.tolist(), some.low.tolist(), some.high.tolist(), strict=True))
        return in_blocks(block, some, BLOCK)

    results = integrate(rules, first_panels(pair.rows.kind, 1, max(STEPS[-1], pair.far.depth)), pair.rows.owner)
    whole = [(row, low, high) for row, low, high in sorted(seen) if (row, low, (low + high) / 2) not in seen]
    return Panels(*(np.array(part) for part in zip(*whole, strict=True))), results


def _gathered(pair: Pair, some: Panels) -> _Panels:
    return _Panels(pair.rows.take(some.row), some.low, some.high, pair.far.stop[some.row] if pair.far.deep else None)


def _pieces(pair: Pair, panels: Panels):
    """Panels in blocks of one size; the last is filled with panels of no length."""
    count = -len(panels) % BLOCK
    row, low = (np.concatenate([a, np.repeat(a[-1:], count)]) for a in (panels.row, panels.low))
    high = np.concatenate([panels.high, low[len(panels) :]])
    for start in range(0, len(row), BLOCK):
        some = slice(start, start + BLOCK)
        yield _gathered(pair, Panels(row[some], low[some], high[some]))


def _directions(density):
    """One direction for every field of a density, along a new first axis: it alone moves, its entries by different amounts."""
    leaves, tree = jax.tree.flatten(density)
    return tree.unflatten([jnp.zeros((len(leaves), *leaf.shape)).at[i].set(_ramp(leaf)) for i, leaf in enumerate(leaves)])


def _along_each(function, density):
    """The derivatives of a function of a density along each of ``_directions``."""
    return jax.vmap(lambda direction: jax.jvp(function, (density,), (direction,))[1])(_directions(density))


def _ramp(leaf):
    return jnp.broadcast_to(np.cos(np.arange(leaf.shape[-1])) if leaf.ndim > 1 else 1.0, leaf.shape)


def _slopes_in_log(functions, log_p, log_q, in_p: bool):
    """∂F/∂(log p), or ∂F/∂(log q), at every point: shape (functions, *points). It is 0 where that density is 0."""
    own = log_p if in_p else log_q
    at = (lambda a: values_of(functions, a, log_q)) if in_p else (lambda a: values_of(functions, log_p, a))
    slope = jax.jvp(at, (own,), (jnp.ones_like(own),))[1]
    return jnp.where(own > -jnp.inf, slope, 0.0)


@eqx.filter_jit
def _moved(density, panels: _Panels):
    """(log p at places, its derivatives along ``_directions``, half of each panel's length). p and q of one family share the program."""
    offset, excess, log_jacobian, half = panels.places()

    def log_prob(density):
        return _log_prob(density, panels.rows, offset, log_jacobian, excess)

    log = log_prob(density)
    return log, jnp.where(log > -jnp.inf, _along_each(log_prob, density), 0.0), half


@eqx.filter_jit
def _rules(functions, of_p, of_q):
    """``apply_rules`` of every F, and of its derivatives along ``_directions``, from what ``_moved`` gives."""
    logs, half = (of_p[0], of_q[0]), of_p[2]
    size = jnp.exp(jnp.maximum(*logs)) * EPSILON * sum(1 + jnp.where(jnp.isfinite(a), jnp.abs(a), 0.0) for a in logs)
    values = values_of(functions, *logs)
    every, noises = [values], [4 * (size + EPSILON * jnp.abs(values))]
    for (log, moved, _), in_p in ((of_p, True), (of_q, False)):
        slope = _slopes_in_log(functions, *logs, in_p)
        every.append((moved[:, None] * slope).reshape(-1, *log.shape))
        noises.append((4 * jnp.abs(moved[:, None]) * (size + EPSILON * jnp.abs(slope))).reshape(-1, *log.shape))
    noise = jnp.concatenate(noises)
    return apply_rules(jnp.concatenate(every), jnp.where(jnp.isfinite(noise), noise, 0.0)[..., COARSEST], half)


def _inside(pair: Pair, functions, panels: Panels, slopes: np.ndarray, weights: np.ndarray):
    """The first term, for all parameters: ``slopes`` are it where a field of a density is one number."""
    both = pair.stacked
    leaves, tree = jax.tree.flatten(both)
    if all(leaf.ndim == 1 for leaf in leaves):
        return tree.unflatten(np.einsum("lfn,fn->ln", slopes.reshape(len(leaves), *weights.shape), weights))
    return jax.tree.map(
        lambda *parts: sum(np.asarray(part) for part in parts),
        *(_in_reverse(functions, both[0], both[1], piece, weights) for piece in _pieces(pair, panels)),
    )


@eqx.filter_jit
def _in_reverse(functions, p, q, panels: _Panels, weights):
    """The first term on some panels, in reverse mode: for any number of parameters."""
    offset, excess, log_jacobian, half = panels.places()
    offset, log_jacobian = offset[:, :NODES], jnp.broadcast_to(log_jacobian, offset.shape)[:, :NODES]
    excess = None if excess is None else jnp.broadcast_to(excess, (len(half), POINTS.size))[:, :NODES]
    logs = tuple(_log_prob(density, panels.rows, offset, log_jacobian, excess) for density in (p, q))
    share = jnp.asarray(weights)[:, panels.rows.owner] * half
    back = []
    for density, log, in_p in ((p, logs[0], True), (q, logs[1], False)):
        slope = jnp.einsum("fnm,fn,m->nm", _slopes_in_log(functions, logs[0], logs[1], in_p), share, FINE_WEIGHTS)
        back.append(_pulled(density, panels.rows, offset, excess, log, slope))
    return tuple(back)


def _pulled(density, rows: Rows, offset, excess, log, weights):
    """Σ weight · ∂(log p)/∂θ over nodes; where p is 0, at a node where it is not, with no weight: its derivative is finite there."""
    positive = log > -jnp.inf
    some = positive.any(axis=1)
    row = jnp.where(some, jnp.arange(len(log)), jnp.argmax(some))
    column = jnp.where(positive[row], jnp.arange(log.shape[1]), jnp.argmax(log, axis=1)[row][:, None])
    rows = Rows(*(jnp.asarray(part)[row] for part in rows))
    offset, excess = (None if a is None else jnp.take_along_axis(a[row], column, axis=1) for a in (offset, excess))
    weights = jnp.where(positive, weights, 0.0)
    return jax.vjp(lambda own: _log_prob(own, rows, offset, 0.0, excess), density)[1](weights)[0]


def _at_breaks(pair: Pair, functions, weights, in_p: bool):
    """The second term, for all parameters of one density."""
    own, other = pair.stacked if in_p else pair.stacked[::-1]
    breaks = tuple(np.flatnonzero(own._cuts()[1] != SCALE).tolist())
    at, moves = (np.asarray(a) for a in _breaks(own, breaks))
    if not moves.any():
        return jax.tree.map(np.zeros_like, own)
    above, below = _sides(functions, own, other, at, in_p)
    shared = (at[:, :, None] == at[:, None, :]).sum(axis=2) > 1  # of a mixture: which of its parts jumps there is not known
    jumps = (above != 0) | (below != 0)
    slopes = np.where(moves, np.where(shared & jumps, np.nan, _one_slope(above, below)), 0.0)
    for function, owner, which in zip(*np.nonzero(np.isnan(slopes) & (weights != 0)[..., None]), strict=True):
        left, right = below[function, owner, which], above[function, owner, which]
        raise ValueError(
            f"A divergence must have a derivative in its parameters. Got one that, as {'p' if in_p else 'q'} moves its break at "
            f"x = {at[owner, which]:.6g}, changes at a rate of {left:.4g} to the left and {right:.4g} to the right."
        )
    return _pull_breaks(own, breaks, np.einsum("fn,fnb->nb", weights, np.where(np.isnan(slopes), 0.0, slopes)))


def _positions(density, breaks: tuple[int, ...]):
    """The breaks of n densities, an array (n, breaks)."""
    positions = density._cuts()[0][:, list(breaks)]
    return jnp.broadcast_to(positions, (len(jax.tree.leaves(density)[0]), len(breaks)))


_log_prob_of, _values_of = eqx.filter_jit(log_prob_of), jax.jit(values_of, static_argnums=0)


@eqx.filter_jit
def _breaks(density, breaks: tuple[int, ...]):
    """(where they are, whether a parameter moves them)."""
    moved = _along_each(lambda own: _positions(own, breaks), density)
    return _positions(density, breaks), (moved != 0).any(axis=0)


@eqx.filter_jit
def _pull_breaks(density, breaks: tuple[int, ...], weights):
    return jax.vjp(lambda own: _positions(own, breaks), density)[1](weights)[0]


def _sides(functions, own, other, at, in_p: bool):
    """(dF/db to the right, to the left) for every break b of ``own``, arrays (functions, n, breaks)."""
    n, count = at.shape
    owner = np.repeat(np.arange(n), count)

    def just(density, sign: int):
        return np.asarray(_log_prob_of(density, owner, at.ravel(), np.full((n * count, 1), sign * BESIDE), 0.0)).reshape(n, count)

    (own_low, own_high), (other_low, other_high) = ((just(density, -1), just(density, 1)) for density in (own, other))

    def value(mine, its):
        return np.asarray(_values_of(functions, *((mine, its) if in_p else (its, mine))))

    with np.errstate(invalid="ignore"):
        right = value(own_low, other_high) - value(own_high, other_high)
        left = value(own_low, other_low) - value(own_high, other_low)
    return right, left


def _one_slope(above, below):
    """The slope where both sides agree, or only one is finite; else nan."""
    with np.errstate(invalid="ignore"):
        alike = np.abs(above - below) <= ALIKE * (np.abs(above) + np.abs(below)) + 1e-300
    one = np.where(np.isfinite(above), above, below)
    both = np.isfinite(above) & np.isfinite(below)
    return np.where(both, np.where(alike, (above + below) / 2, np.nan), np.where(np.isfinite(one), one, np.nan))


def _refuse_kinks(pair: Pair, functions, panels: Panels, weights) -> None:
    """Raise ``ValueError`` where p = q on a set that has mass and F has a kink there, as |p - q| has."""
    bent = np.asarray(_values_of(functions, np.full(1, STEP), np.zeros(1)))[:, 0] > KINK * STEP
    if not any(bent & (weights != 0).any(axis=1)):
        return
    p, q = pair.stacked
    if sum(float(_equal_mass(p, q, piece)) for piece in _pieces(pair, panels)) > NOTICED:
        raise ValueError("A divergence with a kink at p = q must be differentiated where p and q differ. Got p = q on a set that has mass.")


@eqx.filter_jit
def _equal_mass(p, q, panels: _Panels):
    offset, excess, log_jacobian, half = panels.places()
    log_p, log_q = (_log_prob(density, panels.rows, offset, log_jacobian, excess)[:, :NODES] for density in (p, q))
    equal = (jnp.abs(log_p - log_q) < SAME).all(axis=1)
    return jnp.sum(jnp.where(equal, (jnp.exp(log_p) @ FINE_WEIGHTS) * half, 0.0))
