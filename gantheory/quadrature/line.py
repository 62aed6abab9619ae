"""∫ F(p, q) dx to an Estimate, for any number of F on the same nodes; or the reason why it is infinite."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Divergent, Estimate, Estimates
from gantheory.base.precision import in_float64
from gantheory.distributions import Pushforward
from gantheory.distributions.line.external import External
from gantheory.quadrature.pair import Pair, log_prob_of, nodes_of
from gantheory.quadrature.rows import LINEAR, PLAIN, TAIL, Rows, beyond, far_end, first_panels, nodes
from gantheory.quadrature.rules import COARSEST, Panels, apply_rules, few_sizes, in_blocks, integrate

LOG_ROUNDING = 4 * np.finfo(float).eps  # of a log-density, relative to 1 + |log p|
NUDGE = 1e-8  # by which log-densities are moved to see what their rounding does
LOGIT_ROUNDING = 1e-14  # of a discriminator's logit, relative to 1 + |logit|
OPTIMAL = "optimal"  # the logit of D* for this very pair
BLOCKS = (64, 2048)  # panels in one call of a compiled program
PARTS = (1, 8, 64)  # of every row at first, if mass is missed
NOTICED = 1e-10  # of it
FAINT = 1e-3  # of the tolerance: rows of less mass are left out, and counted in the error
UNNORMALISED = 1e-6  # of its mass: what is further from 1 is no density


@in_float64
def integrals(pair: Pair, integrands: dict[str, Callable], logit: Any = None, tolerance: float = 0.0) -> dict:
    """∫ F(log p, log q, logit D) dx for several F at once, each homogeneous of degree 1 in (p, q).

    An Estimate or a Divergent for each, or Estimates for a batch. The masses of p and q are integrated on the same nodes: what they
    lack or have too much of, beyond their own error, is something this partition did not see, and enters every error. Atoms of a
    pushforward are added exactly. An integrand that is infinite somewhere, or falls off too slowly, makes its integral ``Divergent``,
    never nan. Under jit or grad the partition is fixed, and a Divergent is inf. Raises ``ValueError`` for a mass that is not 1.
    """
    functions = (*KNOWN, *integrands.values())
    if pair.traced:
        value, error = (a.astype(pair.dtype) for a in _in_one_program(pair, functions))
        return {name: Estimates(value[i], error[i], {}).reshape(pair.batch_shape) for i, name in enumerate(integrands, start=len(KNOWN))}
    result, panels, left_out = None, first_panels(pair.rows.kind), np.zeros(pair.count)
    looked_at = np.ones(len(pair.rows.kind), bool)
    if all(function in KNOWN or getattr(function, "bounded", False) for function in functions):  # F <= p + q
        if pair.ends_at_cuts:
            looked_at &= pair.rows.kind != TAIL  # nothing is there
        if pair.count > 1 and tolerance > 0:
            most = pair.most_mass()
            faint = looked_at & (most < tolerance * FAINT)
            looked_at, left_out = looked_at & ~faint, np.bincount(pair.rows.owner[faint], most[faint], pair.count)
    for parts in PARTS:
        panels = first_panels(pair.rows.kind, parts)
        panels = panels[looked_at[panels.row]]
        result = integrate(lambda some: _rules(pair, functions, some, logit), panels, pair.rows.owner, tolerance)
        result.error[:] += left_out
        if pair.has_surprises():
            return integrals(Pair(pair.p, pair.q), integrands, logit, tolerance)
        expected = np.array([[1 - density.unresolved - sum(mass for _, mass in atoms_of(density))] for density in (pair.p, pair.q)])
        if (np.abs(result.value[:2] - expected) < NOTICED + 10 * result.error[:2]).all():
            break  # else mass was missed: look closer
    assert result is not None
    value, error = result.value.copy(), result.error.copy()
    alone = (
        integrate(lambda some: _rules(pair, ALONE, some, None), panels, pair.rows.owner, 1e-6).value
        if result.infinite
        else np.zeros((2, pair.count))
    )
    if np.isnan(value).any():
        raise ValueError(f"A density or an integrand must be a number everywhere. Got nan for {pair.p!r} and {pair.q!r}.")
    divergent = {key: _why_infinite(pair, functions[key[0]], logit, row, alone[:, key[1]]) for key, row in result.infinite.items()}
    _close_ends(pair, functions, logit, value, error, divergent)
    _add_atoms(pair, functions, logit, value, divergent)
    for row, density in enumerate((pair.p, pair.q)):
        if isinstance(density, External) and not abs(value[row, 0] - 1) <= UNNORMALISED + error[row, 0]:
            raise ValueError(f"A density must integrate to 1. Got one that integrates to {value[row, 0]:.6g}: {density.of!r}.")
        error = error + unseen(np.maximum(np.abs(value[row] - 1) - error[row], density.unresolved))
    if not pair.plain:
        error = error + pair.charts.misplaced
    return {name: _measured(pair, i, value, error, divergent) for i, name in enumerate(integrands, start=len(KNOWN))}


def atoms_of(density) -> list[tuple[float, float]]:
    return density.atoms if isinstance(density, Pushforward) else []


def unseen(mass):
    """How far a mass that is not where it should be moves an integral of p log(p/·): x log(1/x) and the mass itself."""
    return mass * (1 - np.log(np.maximum(mass, 1e-300)) / 2)


def _measured(pair: Pair, function: int, value, error, divergent):
    own = {owner: why for (row, owner), why in divergent.items() if row == function}
    if not pair.batch_shape:
        return own[0] if own else Estimate(float(value[function, 0]), float(error[function, 0]))
    values, errors = value[function].copy(), error[function].copy()
    for owner, why in own.items():
        values[owner], errors[owner] = float(why), 0.0
    return Estimates(values, errors, own).reshape(pair.batch_shape)


def _rules(pair: Pair, functions, panels: Panels, logit: Any) -> np.ndarray:
    """The rules on some panels, in blocks of few sizes, so that little is compiled.

    A batch is one program from the parameters on; a single pair is not worth its compilation: its densities are evaluated first.
    """

    def rules(panels: Panels) -> Any:
        rows = pair.rows.take(panels.row)
        if pair.count > 1 and logit is None:
            p, q = pair.stacked
            return _plain_rules(functions, p, q, rows, panels.low, panels.high)
        offset, log_jacobian, half = nodes_of(rows.reach, rows.kind, panels.low, panels.high)
        x, log_p, log_q, doubt_p, doubt_q = pair.at(rows, offset, log_jacobian)
        return _apply_rules(*_values_with_noise(functions, log_p, log_q, _logits(logit, x, log_p, log_q), doubt_p, doubt_q), half)

    return in_blocks(rules, panels, BLOCKS[len(panels) > 4 * BLOCKS[0]] if pair.count > 1 else BLOCKS[0])


def _logits(logit: Any, x, log_p, log_q):
    """The discriminator's logit at the nodes; D*'s own, from the densities there, if it is OPTIMAL."""
    if logit is None:
        return 0.0
    if logit == OPTIMAL:
        neither = (np.asarray(log_p) == -np.inf) & (np.asarray(log_q) == -np.inf)
        with np.errstate(invalid="ignore"):
            return np.where(neither, 0.0, np.asarray(log_p) - np.asarray(log_q))
    return np.asarray(logit(np.asarray(x).ravel())).reshape(x.shape)  # pyright: ignore[reportCallIssue]


@eqx.filter_jit
def _plain_rules(functions, p, q, rows: Rows, low, high):
    """``apply_rules`` for plain densities, from the parameters on: what is differentiated."""
    offset, log_jacobian, half = nodes(rows.reach, rows.kind, low, high)
    log_p, log_q = (log_prob_of(density, rows.owner, rows.anchor, offset, log_jacobian) for density in (p, q))
    return apply_rules(*values_with_noise(functions, log_p, log_q, 0.0, 0.0, 0.0), half)


def values_with_noise(functions, log_p, log_q, logit, doubt_p, doubt_q):
    """What ``apply_rules`` takes."""
    values = values_of(functions, log_p, log_q, logit)
    coarse = [a[:, COARSEST] if jnp.ndim(a) else a for a in (log_p, log_q, logit, doubt_p, doubt_q)]
    # Computed once, and not again in each loop that XLA makes of what follows: a third of the time.
    at_coarse, coarse = jax.lax.optimization_barrier((values[..., COARSEST], coarse))
    return values, noise_of(functions, at_coarse, *coarse)


_values_with_noise, _apply_rules = eqx.filter_jit(values_with_noise), jax.jit(apply_rules)


def values_of(functions, log_p, log_q, logit):
    """F at every point: shape (functions, *points)."""
    return jnp.stack([f(log_p, log_q, logit) for f in functions])


_values_of = eqx.filter_jit(values_of)


def noise_of(functions, values, log_p, log_q, logit, doubt_p=0.0, doubt_q=0.0):
    """How far the rounding of log p and log q, and what else is in doubt about them, may move each F.

    F is homogeneous of degree 1, so that its derivatives in log p and log q add up to F (Euler): one difference tells both. It is taken
    in the fainter density, whose logarithm, and what the difference has of its own rounding, may be of any size.
    """
    size_p, size_q, size = (1 + jnp.where(jnp.isfinite(a), jnp.abs(a), 0.0) for a in (log_p, log_q, logit))

    def slopes(step, *moved):
        change = jax.lax.optimization_barrier(values_of(functions, *moved)) - values
        return jnp.where(jnp.isfinite(change), change, 0.0) / step

    fainter = log_p < log_q
    step_p, step_q = jnp.where(fainter, NUDGE * size_p, 0.0), jnp.where(fainter, 0.0, NUDGE * size_q)
    in_fainter = slopes(step_p + step_q, log_p + step_p, log_q + step_q, logit)
    in_other = jnp.where(jnp.isfinite(values), values, 0.0) - in_fainter
    in_p, in_q = (jnp.where(fainter == own, in_fainter, in_other) for own in (True, False))
    noise = jnp.abs(in_p) * (LOG_ROUNDING * size_p + doubt_p) + jnp.abs(in_q) * (LOG_ROUNDING * size_q + doubt_q)
    if jnp.ndim(logit):
        noise = noise + jnp.abs(slopes(NUDGE * size, log_p, log_q, logit + NUDGE * size)) * LOGIT_ROUNDING * size
    return noise


@in_float64
def evaluate(function, log_p, log_q) -> tuple[np.ndarray, np.ndarray]:
    """(F, how far rounding may move it) at every point, of an F that needs no discriminator."""
    values, noise = _values_and_noise((function,), jnp.asarray(log_p), jnp.asarray(log_q))
    return np.asarray(values)[0], np.asarray(noise)[0]


@eqx.filter_jit
def _values_and_noise(functions, log_p, log_q):
    values = values_of(functions, log_p, log_q, 0.0)
    return values, noise_of(functions, values, log_p, log_q, 0.0)


def _in_one_program(pair: Pair, functions):
    """Values and errors on a fixed partition: what can be traced."""
    panels = first_panels(pair.rows.kind, parts=4)
    rows = pair.rows.take(panels.row)
    p, q = pair.stacked
    results = _plain_rules(functions, p, q, rows, panels.low, panels.high)
    value, error, noise, _ = _sums(results, rows.owner, pair.count)
    rows = pair.rows.take(np.flatnonzero(pair.rows.kind != LINEAR))
    if len(rows.owner):
        offset, log_jacobian = far_end(rows.reach, rows.kind)
        rest, *_ = beyond(_values_of(functions, *pair.at(rows, offset, log_jacobian)[1:3], 0.0))
        value = value + _sums(jnp.where(rows.reach == 0, 0.0, rest), rows.owner, pair.count)
    return value, error + noise


def _sums(results, owner, count: int):
    """Sums over the last axis, for each owner."""
    flat = results.reshape(-1, results.shape[-1])
    return jax.vmap(lambda row: jax.ops.segment_sum(row, jnp.asarray(owner), count))(flat).reshape(*results.shape[:-1], count)


def _close_ends(pair: Pair, functions, logit, value, error, divergent) -> None:
    """Add what lies beyond the far ends of POWER and TAIL rows; or note that it is infinite."""
    at = np.flatnonzero(pair.rows.kind != LINEAR)
    if not at.size:
        return
    rows = pair.rows.take(np.resize(at, few_sizes(at.size)))
    x, log_p, log_q, *_ = pair.at(rows, *far_end(rows.reach, rows.kind))
    ends = np.asarray(_values_of(functions, log_p, log_q, _logits(logit, x, log_p, log_q)))
    with np.errstate(invalid="ignore"):  # of an F that is infinite there
        rest, doubt, slope = beyond(ends[:, : at.size])
    for function, row in zip(*np.nonzero(rest), strict=True):
        key = (int(function), int(rows.owner[row]))
        if np.isfinite(rest[function, row]):
            value[key] += rest[function, row]
            error[key] += doubt[function, row]
        else:
            divergent[key] = _why_not_integrable(pair, int(at[row]), rest[function, row], slope[function, row])


def _is_upward(pair: Pair, row: int) -> bool:
    """Whether x grows along a row, away from its anchor."""
    start, end = pair.in_x(row)
    return end > start


def _why_infinite(pair: Pair, function, logit, row: int, alone: np.ndarray) -> Divergent:
    """Name the region on which an integrand is infinite; ``alone`` are the masses that p and q
    have where the other is 0."""
    rows, upward = pair.rows.take([row]), _is_upward(pair, row)
    offset, log_jacobian, _ = nodes_of(rows.reach, rows.kind, np.zeros(1), np.ones(1))
    x, log_p, log_q = (np.asarray(a)[0] for a in pair.at(rows, offset, log_jacobian)[:3])
    values = np.asarray(_values_of((function,), *(jnp.asarray(a) for a in (log_p, log_q, _logits(logit, x, log_p, log_q)))))[0]
    at = int(np.argmax(~np.isfinite(values)))
    sign = -1 if values[at] < 0 else 1
    kind = rows.kind[0]
    where = f"at x = {x[at]:.6g}" if kind != TAIL else f"as x -> {'+' if upward else '-'}∞"
    for which, (own, other, density) in enumerate(((log_p, log_q, pair.q), (log_q, log_p, pair.p))):
        low, high = density.support
        if other[at] == -np.inf and own[at] > -np.inf and (kind != TAIL or not low <= x[at] <= high):
            region = f"around x = {x[at]:.6g}" if low <= x[at] <= high else f"outside [{low:.4g}, {high:.4g}]"
            mass = f"a mass of {alone[which]:.3g}" if alone[which] > 0 else "a mass below 1e-300"
            return Divergent(f"{'pq'[which]} has {mass} {region}, where {'qp'[which]} is 0", sign)
    return Divergent(f"the integrand {'grows' if kind == TAIL else 'exceeds the largest double'} {where}", sign)


def _why_not_integrable(pair: Pair, row: int, value, slope) -> Divergent:
    """Name the end at which an integrand, going like a power, is not integrable; ``slope`` is that of x times the integrand."""
    anchor, upward, sign = float(pair.rows.anchor[row]), _is_upward(pair, row), -1 if value < 0 else 1
    if pair.rows.kind[row] == TAIL:
        how = f"falls off only like |x|^{slope - 1:.3g}" if slope < 1 else "grows"
        return Divergent(f"the integrand {how} as x -> {'+' if upward else '-'}∞", sign)
    place = pair.in_x(row)[0]
    how = (
        f"grows like |{'x' if pair.rows.chart[row] == PLAIN else 'z'} - {anchor:.6g}|^{-slope - 1:.3g}"
        if np.isfinite(slope)
        else "is infinite"
    )
    return Divergent(f"the integrand {how} just {'above' if upward else 'below'} it, at x = {place:.6g}", sign)


def _add_atoms(pair: Pair, functions, logit, value, divergent) -> None:
    """What a pushforward's atoms contribute, exactly."""
    for mine, density in enumerate((pair.p, pair.q)):
        for x, mass in atoms_of(density):
            own, none = jnp.array([np.log(mass)]), jnp.array([-jnp.inf])
            log_p, log_q = (none, own) if mine else (own, none)
            at_atom = np.asarray(_values_of(functions, log_p, log_q, _logits(logit, np.array([x]), log_p, log_q)))
            for function in np.flatnonzero(~np.isfinite(at_atom[:, 0])):
                sign = -1 if at_atom[function, 0] < 0 else 1
                divergent[int(function), 0] = Divergent(f"a mass of {mass:.3g} sits on the point x = {x:.6g} of one alone", sign)
            with np.errstate(invalid="ignore"):
                value += at_atom


def _mass_of_p(log_p, log_q, logit):
    return jnp.exp(log_p)


def _mass_of_q(log_p, log_q, logit):
    return jnp.exp(log_q)


def _p_alone(log_p, log_q, logit):
    return jnp.where(log_q == -jnp.inf, jnp.exp(log_p), 0.0)


def _q_alone(log_p, log_q, logit):
    return jnp.where(log_p == -jnp.inf, jnp.exp(log_q), 0.0)


KNOWN = (_mass_of_p, _mass_of_q)  # always integrated beside
ALONE = (_p_alone, _q_alone)  # only if something is infinite
