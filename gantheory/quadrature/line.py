"""∫ F(p, q) dx on the line, for any number of F on the same nodes: an Estimate each, or the reason why it is infinite."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Divergent, Estimate, Estimates, Outcome
from gantheory.base.precision import in_float64
from gantheory.distributions import Density, Pushforward
from gantheory.distributions.line.external import External
from gantheory.quadrature.ends import STRIDES, WIDE, close, exponents, far_points, strides
from gantheory.quadrature.infinite import EXCEEDS, is_upward, may_be_left_out, rounded_atom, rounding_of, why_infinite, why_not_integrable
from gantheory.quadrature.integrand import MASSES, MASSES_ALONE, Integrand, Logit, values_of
from gantheory.quadrature.noise import noise_of
from gantheory.quadrature.pair import AnyDensity, Pair, both_with_doubt
from gantheory.quadrature.rows import LINEAR, STEPS, TAIL, Rows, first_panels, nodes, places
from gantheory.quadrature.rules import BLOCK, COARSEST, POINTS, ROUNDING, Panels, apply_rules, error_or_wide, in_blocks, integrate
from gantheory.quadrature.traced import traced_integrals

LARGE_BLOCK = 2048  # panels in one call of a compiled program, of a batch that has many
AS_NODES = np.minimum(np.arange(len(POINTS)), STRIDES - 1)  # points at a far end, repeated to be as many as those of a panel
PARTS = (8, 64)  # parts of each row to begin with, tried in turn while mass is missed
NOTICED = 1e-10  # missing mass that triggers a finer partition
FAINT = 1e-3  # share of the tolerance below which a row's mass is left out, and counted in the error
RESCUED = "smaller"  # name of an integrand taken times SMALL
SMALL = 2.0**-400  # factor by which an integrand is taken that overflows
LARGEST = float(np.finfo(float).max)
MUCH = 1e-3  # misplaced mass above which nothing is known of an unbounded integrand
UNNORMALISED = 1e-6  # deviation of the mass from 1 beyond which a function is no density


@in_float64
def integrals_on_line(
    pair: Pair, integrands: Mapping[str, Integrand], logit: Logit | None = None, tolerance: float = 0.0
) -> dict[str, Outcome]:
    """∫ F(log p, log q, logit D) dx for several F at once.

    The masses of p and q are integrated on the same nodes. What they lack or have too much of, beyond their own error, is something that
    the partition did not see, and enters every error. Atoms of a pushforward are added exactly.

    Args:
      pair: p and q, one pair of densities or a batch of pairs.
      integrands: F by name.
      logit: the logit of D at nodes, for integrands that need it.
      tolerance: share of Σ|w f| at which refinement ends; the error is what was reached.

    Returns:
      For each name an ``Estimate``, or a ``Divergent`` where F is infinite on some mass or falls off too slowly; ``Estimates`` for a
      batch. Never nan. Under jit or grad the partition is fixed, and a Divergent is inf.

    Raises:
      ValueError: a density that does not integrate to 1, or that is nan somewhere.
    """
    functions = (*MASSES, *integrands.values())
    if pair.traced:
        value, error = _in_users_type(pair, *traced_integrals(pair, functions, _in_one_program))
        return {name: Estimates(value[i], error[i], {}).reshape(pair.batch_shape) for i, name in enumerate(integrands, start=len(MASSES))}
    looked_at, left_out = _rows_worth_a_look(pair, functions, tolerance)
    kind = pair.rows.kind
    endless = (kind[looked_at] != LINEAR).any()
    depth = max(STEPS[-1], pair.far.depth) if endless else STEPS[-1]
    finer = pair.count == 1 and 2 * looked_at.sum() <= BLOCK  # as good as free, and mostly a round of halving less
    result, panels = None, first_panels(kind)
    for parts in (2 if finer else 1, *PARTS):
        panels = first_panels(kind, parts, depth)
        panels = panels[looked_at[panels.row]]
        result = integrate(lambda some: _rules(pair, functions, some, logit), panels, pair.rows.owner, tolerance)
        result.error[:] += left_out
        if pair.has_surprises():
            return integrals_on_line(Pair(pair.p, pair.q), integrands, logit, tolerance)
        expected = np.array([[1 - density.unresolved - sum(mass for _, mass in atoms_of(density))] for density in (pair.p, pair.q)])
        if (np.abs(result.value[:2] - expected) < NOTICED + 10 * result.error[:2]).all():
            break
    assert result is not None
    value, error = result.value.copy(), result.error.copy()
    alone = (
        integrate(lambda some: _rules(pair, MASSES_ALONE, some, None), panels, pair.rows.owner, 1e-6).value
        if result.infinite
        else np.zeros((2, pair.count))
    )
    if np.isnan(value).any():
        raise ValueError(f"A density or an integrand must be a number everywhere. Got nan for {pair.p!r} and {pair.q!r}.")
    found = {key: _infinite_on(pair, functions[key[0]], logit, row, alone[:, key[1]]) for key, row in result.infinite.items()}
    divergent = {key: why for key, why in found.items() if why}
    for key in found.keys() - divergent.keys():
        value[key], error[key] = 0.0, WIDE
    if endless:
        _close_ends(pair, functions, logit, value, error, divergent)
    _add_atoms(pair, functions, logit, value, error, divergent)
    unbounded = [not function.bounded for function in functions]
    for row, density in enumerate((pair.p, pair.q)):
        if isinstance(density, External) and not abs(value[row, 0] - 1) <= UNNORMALISED + error[row, 0]:
            raise ValueError(f"A density must integrate to 1. Got one that integrates to {value[row, 0]:.6g}: {density}.")
        hidden = density.unseen if isinstance(density, Density) else density.unresolved
        lost = np.maximum(np.abs(value[row] - 1) - error[row], hidden)
        error = error + misplaced_mass(lost)
        error[unbounded] = np.where(lost > MUCH, WIDE, error[unbounded])  # log(p/q) may be anything there
    if not pair.plain:
        error = error + pair.charts.misplaced
    measured = {name: _measured(pair, i, value, error, divergent) for i, name in enumerate(integrands, start=len(MASSES))}
    return {name: _rescued(pair, integrands[name], one) if name != RESCUED else one for name, one in measured.items()}


def _rescued(pair: Pair, integrand: Integrand, measured: Outcome) -> Outcome:
    """An integral that is a double though its integrand is none at some node: taken of F times a small number."""
    if not isinstance(measured, Divergent) or not measured.reason.endswith(EXCEEDS) or integrand.needs_logit:
        return measured
    again = integrals_on_line(pair, {RESCUED: _smaller(integrand)})[RESCUED] if pair.count == 1 else measured
    if not isinstance(again, Estimate) or again.value + again.error >= LARGEST * SMALL:
        return measured
    return Estimate(again.value / SMALL, again.error / SMALL * (1 + ROUNDING))


@functools.cache
def _smaller(integrand: Integrand) -> Integrand:
    """F times ``SMALL``; it is homogeneous."""
    return Integrand(
        lambda log_p, log_q: integrand(log_p + np.log(SMALL), log_q + np.log(SMALL)), integrand.bounded, growth=integrand.growth
    )


def atoms_of(density: AnyDensity) -> list[tuple[float, float]]:
    """The points that have a mass of their own, each with its mass; only a pushforward has any."""
    return density.atoms if isinstance(density, Pushforward) else []


def misplaced_mass(mass: Any) -> Any:
    """Bound on the change of ∫ p log(p/·) from a misplaced mass δ: δ (1 + ½ log 1/δ), and δ where it is above 1."""
    return mass * (1 - np.log(np.clip(mass, 1e-300, 1.0)) / 2)


def _rows_worth_a_look(pair: Pair, functions, tolerance: float) -> tuple[np.ndarray, np.ndarray]:
    """(which rows may matter, the mass on the others for each pair)."""
    looked_at, left_out = np.ones(len(pair.rows.kind), bool), np.zeros(pair.count)
    if all(function.bounded for function in functions):
        if pair.ends_at_cuts:
            looked_at &= pair.rows.kind != TAIL  # no mass is there
        if pair.count > 1 and tolerance > 0:
            most = pair.most_mass()
            faint = looked_at & (most < tolerance * FAINT)
            looked_at, left_out = looked_at & ~faint, np.bincount(pair.rows.owner[faint], most[faint], pair.count)
    return looked_at, left_out


def _measured(pair: Pair, function: int, value, error, divergent) -> Outcome:
    own = {owner: why for (row, owner), why in divergent.items() if row == function}
    for owner in np.flatnonzero(~np.isfinite(value[function])):
        own.setdefault(int(owner), Divergent(f"the integral {EXCEEDS}", -1 if value[function, owner] < 0 else 1))
    error = error_or_wide(error)
    if not pair.batch_shape:
        return own[0] if own else Estimate(float(value[function, 0]), float(error[function, 0]))
    values, errors = value[function].copy(), error[function].copy()
    for owner, why in own.items():
        values[owner], errors[owner] = float(why), 0.0
    return Estimates(values, errors, own).reshape(pair.batch_shape)


def _rules(pair: Pair, functions, panels: Panels, logit: Logit | None) -> np.ndarray:
    """The rules on some panels, in blocks of few sizes, so that little is compiled.

    A batch is one program from the parameters on; a single pair is not worth its compilation: its densities are evaluated first.
    """

    def rules(panels: Panels) -> Any:
        if pair.count > 1 and logit is None:
            p, q = pair.stacked
            stop = pair.far.stop[panels.row] if pair.far.deep else None
            return _plain_rules(functions, p, q, pair.rows.take(panels.row), panels.low, panels.high, stop)
        rows, offset, excess, log_jacobian, half = pair.places(panels)
        x, log_p, log_q, doubt_p, doubt_q = pair.at(rows, offset, log_jacobian, excess)
        values, noise = _values_with_noise(functions, log_p, log_q, _logits(logit, x, log_p, log_q), doubt_p, doubt_q)
        return apply_rules(np.asarray(values), np.asarray(noise), half)

    return in_blocks(rules, panels, LARGE_BLOCK if pair.count > 1 and len(panels) > 4 * BLOCK else BLOCK)


def _logits(logit: Logit | None, x, log_p, log_q) -> Any:
    return 0.0 if logit is None else logit(*map(np.asarray, (x, log_p, log_q)))


@functools.partial(jax.jit, static_argnums=0)
def _plain_rules(functions, p, q, rows: Rows, low, high, stop):
    """``apply_rules`` for plain densities, from the parameters on: what is differentiated."""
    if stop is None:
        excess, (offset, log_jacobian, half) = None, nodes(rows.reach, rows.kind, low, high)
    else:
        offset, excess, log_jacobian, half = places(rows.reach, rows.kind, low, high, stop)
    # Barriers have XLA compute this once, and not again in each loop that it makes of what follows: nearly half of the time.
    log_p, log_q, doubt_p, doubt_q = jax.lax.optimization_barrier(both_with_doubt(p, q, rows, offset, log_jacobian, excess))
    values, noise = jax.lax.optimization_barrier(values_with_noise(functions, log_p, log_q, 0.0, doubt_p, doubt_q))
    return apply_rules(values, noise, half)


def values_with_noise(
    functions: Sequence[Integrand], log_p: Any, log_q: Any, logit: Any, doubt_p: Any, doubt_q: Any
) -> tuple[jax.Array, jax.Array]:
    """The values and the noise that ``apply_rules`` takes."""
    values = values_of(functions, log_p, log_q, logit)
    coarse = [a[:, COARSEST] if jnp.ndim(a) else a for a in (log_p, log_q, logit, doubt_p, doubt_q)]
    # The barrier has XLA compute these once, not again in each loop that it makes of what follows: a third of the time.
    at_coarse, coarse = jax.lax.optimization_barrier((values[..., COARSEST], coarse))
    return values, noise_of(functions, at_coarse, *coarse)


_values_with_noise, _values_of = (jax.jit(function, static_argnums=0) for function in (values_with_noise, values_of))


def _in_one_program(pair: Pair, functions):
    """Values and errors on a fixed partition: what can be traced."""
    far = pair.far
    panels = first_panels(pair.rows.kind, 4, max(STEPS[-1], far.depth))
    rows = pair.rows.take(panels.row)
    p, q = pair.stacked
    results = _plain_rules(functions, p, q, rows, panels.low, panels.high, far.stop[panels.row] if far.deep else None)
    value, error, noise, size = _sums(results, rows.owner, pair.count)
    if far.at.size:
        rest, doubt, _ = _beyond(pair, functions, None)
        rest, doubt = (jnp.where(far.rows.reach == 0, 0.0, a) for a in (rest, jax.lax.stop_gradient(doubt)))
        value, error = value + _sums(rest, far.rows.owner, pair.count), error + _sums(doubt, far.rows.owner, pair.count)
    return value, error_or_wide(error + noise + ROUNDING * size)


def _in_users_type(pair: Pair, value, error):
    """Both in the type of the user's arrays: what that rounds is in the error."""
    short = value.astype(pair.dtype)
    lost = jnp.where(jnp.isfinite(short), jnp.abs(value - short), 0.0)
    return short, ((error + lost) * (1 + 4 * jnp.finfo(pair.dtype).eps)).astype(pair.dtype)


def _sums(results, owner, count: int):
    """Sums over the last axis, for each owner."""
    flat = results.reshape(-1, results.shape[-1])
    return jax.vmap(lambda row: jax.ops.segment_sum(row, jnp.asarray(owner), count))(flat).reshape(*results.shape[:-1], count)


def _beyond(pair: Pair, functions, logit: Logit | None):
    """(∫, its error, the power by which F falls) of every F beyond the far ends of ``pair.far``'s rows."""
    far = pair.far
    offset, excess, log_jacobian = far_points(far.rows, far.own_stop)
    alone = pair.count == 1 and not pair.traced
    if alone:  # by the programs that evaluate panels
        offset, excess, log_jacobian = (a[:, AS_NODES] for a in (offset, excess, log_jacobian))
    x, log_p, log_q, *doubts = pair.at(far.rows, offset, log_jacobian, excess if far.deep else None)
    logits = _logits(logit, x, log_p, log_q)
    values = _values_with_noise(functions, log_p, log_q, logits, *doubts)[0] if alone else _values_of(functions, log_p, log_q, logits)
    values = values if pair.traced else np.asarray(values)[..., :STRIDES]
    return close(values, strides(far.rows, far.own_stop), *exponents(functions, pair.p, pair.q, far))


def _close_ends(pair: Pair, functions, logit: Logit | None, value, error, divergent) -> None:
    """Add what lies beyond the far ends of POWER and TAIL rows; or note that it is infinite."""
    at = pair.far.at
    if not at.size:
        return
    with np.errstate(all="ignore"):  # where F is infinite
        rest, doubt, kappa = (a[:, : at.size] for a in _beyond(pair, functions, logit))
    some = [function.bounded for function in functions]
    most = np.where(np.isfinite(rest[:2]), np.abs(rest[:2]) + doubt[:2], WIDE).sum(axis=0)  # of p and q beyond
    doubt[some] = np.minimum(doubt[some], most)
    for function, number in zip(*np.nonzero((rest != 0) | (doubt != 0)), strict=True):
        row = int(at[number])
        key, kind = (int(function), int(pair.rows.owner[row])), pair.rows.kind[row]
        if np.isfinite(rest[function, number]):
            value[key] += rest[function, number]
            error[key] = min(float(error[key]) + float(doubt[function, number]), WIDE)
        elif kind == TAIL and any(may_be_left_out(*laws, is_upward(pair, row)) for laws in ((pair.p, pair.q), (pair.q, pair.p))):
            error[key] = WIDE
        elif not functions[function].bounded:
            falls = kappa[function, number] > 0
            grows = (
                Divergent(f"the integral {EXCEEDS}")
                if falls
                else why_not_integrable(pair, row, rest[function, number], -kappa[function, number])
            )
            if key not in divergent or divergent[key].reason.startswith("the integrand"):
                divergent[key] = grows


def _infinite_on(pair: Pair, function: Integrand, logit: Logit | None, row: int, alone: np.ndarray) -> Divergent | None:
    """Why an integrand is infinite on a row; None if it may be so by rounding alone."""
    rows = pair.rows.take(np.full(BLOCK, row))
    offset, log_jacobian, _ = nodes(rows.reach, rows.kind, np.zeros(BLOCK), np.ones(BLOCK))
    x, log_p, log_q, *_ = pair.at(rows, offset, log_jacobian)

    def values_less(rounding: Any) -> np.ndarray:
        lower = (jnp.asarray(a) for a in (log_p - rounding, log_q - rounding, _logits(logit, x, log_p, log_q)))
        return np.asarray(_values_of((function,), *lower))[0, 0]

    return why_infinite(pair, row, x[0], log_p[0], log_q[0], values_less, rounding_of(function, log_p[0], log_q[0]), alone)


def _add_atoms(pair: Pair, functions, logit: Logit | None, value, error, divergent) -> None:
    """Add what a pushforward's atoms contribute, exactly; where an atom may be none, and F is infinite at it, nothing is known of ∫ F."""
    for mine, density in enumerate((pair.p, pair.q)):
        for x, mass in atoms_of(density):
            own, none = jnp.array([np.log(mass)]), jnp.array([-jnp.inf])
            log_p, log_q = (none, own) if mine else (own, none)
            at_atom = np.array(_values_of(functions, log_p, log_q, _logits(logit, np.array([x]), log_p, log_q)))
            around = rounded_atom(density, x)
            if around is not None:
                error += misplaced_mass(_mass_within(pair.p if mine else pair.q, *around))
            for function in np.flatnonzero(~np.isfinite(at_atom[:, 0])):
                sign = -1 if at_atom[function, 0] < 0 else 1
                if around is not None:
                    at_atom[function], error[function] = 0.0, WIDE
                else:
                    divergent[int(function), 0] = Divergent(f"a mass of {mass:.3g} sits on the point x = {x:.6g} of one alone", sign)
            with np.errstate(invalid="ignore"):
                value += at_atom


def _mass_within(law: Any, low: float, high: float) -> float:
    """P(low < x <= high), from the side on which the tail is smaller; of a density that knows no more, by its values there."""
    if isinstance(law, External):
        return float(np.max(law.prob(np.linspace(low, high, 9)))) * (high - low)
    cdf, sf = (np.asarray(tail(np.array([low, high]))).ravel() for tail in (law.cdf, law.sf))
    return float(max(cdf[1] - cdf[0] if cdf[1] < sf[0] else sf[0] - sf[1], 0.0))
