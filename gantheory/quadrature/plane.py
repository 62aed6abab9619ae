"""∫∫ F(p, q) over the plane to an Estimate, or the reason why it is infinite."""

from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Divergent, Estimate, Outcome
from gantheory.base.precision import in_float64
from gantheory.distributions.line.density import same
from gantheory.distributions.plane.boxed import Boxed
from gantheory.distributions.plane.density import PlaneDensity
from gantheory.distributions.pushforward.plane_pushforward import PlanePushforward
from gantheory.quadrature.cubature import (
    PlaneIntegral,
    Rectangles,
    in_blocks_of_rectangles,
    integrate_on_plane,
    points_of,
    rules_on_rectangles,
    tensor,
)
from gantheory.quadrature.line import UNNORMALISED, noise_of, unseen, values_of
from gantheory.quadrature.plane_pair import LEVELS, PlanePair, pair_of
from gantheory.quadrature.rules import COARSEST

ENOUGH = 1e-10  # an error below which no rectangle is halved any more
PARTS = (1, 3)  # of every first rectangle's sides, if mass is missed
NOTICED = 1e-9  # of it
ROUGHLY = 1e-2  # by which the cells' masses of a density that jumps inside them may not add up
SLOW = 0.8  # of what lies between the last but one box and the last is beyond it: no tail that comes to an end


def on_plane(*laws) -> bool:
    """Whether any of them is a law on the plane."""
    return any(isinstance(law, PlaneDensity | PlanePushforward) for law in laws)


@in_float64
def plane_divergence(integrand: Callable, p, q, tolerance: float = 0.0) -> Outcome:
    """∫∫ F(log p, log q) dx, F ≥ 0 and homogeneous of degree 1 in (p, q).

    Raises ``ValueError`` for what is no law on the plane, for a log-density that does not integrate to 1, and where G folds, of which
    only the JSD is known (``measure_plane``).
    """
    for law in (p, q):
        if not isinstance(law, PlaneDensity | PlanePushforward):
            raise ValueError(f"`p` and `q` must both be laws on the plane, or both on the line. Got {law!r} beside one on the plane.")
    if p is q or (isinstance(p, PlaneDensity) and isinstance(q, PlaneDensity) and same(p, q)):
        return Estimate(0.0, 0.0)
    singular = [law.singular for law in (p, q) if isinstance(law, PlanePushforward) and law.singular]
    if singular:
        if isinstance(p, PlanePushforward) and isinstance(q, PlanePushforward):
            raise ValueError(f"One of `p` and `q` must be a density on the plane. Got two pushforwards, and of one {singular[0]}.")
        both = _of_masses(integrand, 1.0, 1.0)
        return Estimate(both, 0.0) if np.isfinite(both) else Divergent(f"{singular[0]}, where the other law has no mass")
    pair = pair_of(p, q)
    functions = (_mass_of_p, _mass_of_q, integrand)
    found, before = _integrated(pair, functions, 1, tolerance), None
    for parts in PARTS[1:]:
        lacking = 1 - found.value[:2] > NOTICED + found.error[:2]
        if not np.isfinite(found.value[2]) or not lacking.any():
            break
        before, found = found, _integrated(pair, functions, parts, tolerance)
    return _measured(pair, integrand, (p, q), found, before)


def _integrated(pair: PlanePair, functions, parts: int, tolerance: float) -> PlaneIntegral:
    share = np.arange(parts) / parts
    lines = [np.append((line[:-1, None] + np.diff(line)[:, None] * share).ravel(), line[-1]) for line in pair.lines]

    def rules(some: Rectangles) -> np.ndarray:
        return in_blocks_of_rectangles(lambda block: _rules(functions, pair.chart, block.low, block.high), some)

    return integrate_on_plane(rules, tensor(*lines), max(tolerance, ENOUGH))


@eqx.filter_jit
def _rules(functions, chart, low, high):
    points = points_of(low, high)
    log_p, log_q = (a.reshape(points.shape[:-1]) for a in jax.vmap(chart.log_densities)(points.reshape(-1, 2)))
    values = values_of(functions, log_p, log_q, 0.0)
    noise = noise_of(functions, values[..., COARSEST], log_p[..., COARSEST], log_q[..., COARSEST], 0.0)
    return rules_on_rectangles(values, noise, (high - low) / 2)


def _measured(pair: PlanePair, integrand, laws, found: PlaneIntegral, before: PlaneIntegral | None) -> Outcome:
    value, error = float(found.value[2]), float(found.error[2])
    if np.isnan(found.value).any():
        raise ValueError(f"A density must be a number everywhere. Got nan for {laws[0]!r} and {laws[1]!r}.")
    if not np.isfinite(value):
        return Divergent(_where_infinite(pair, found))
    bounded = getattr(integrand, "bounded", False)
    for i, law in enumerate(laws):
        mass, doubt = float(found.value[i]), float(found.error[i])
        if isinstance(law, Boxed):
            # Where only a part of it was integrated, its own cells tell, less exactly.
            total, allowed = (mass, UNNORMALISED + doubt) if pair.whole[i] else (float(law.cell_masses(*law.lines).sum()), ROUGHLY)
            if abs(total - 1) > allowed:
                raise ValueError(f"A density must integrate to 1. Got one that integrates to {total:.6g}: {law!r}.")
        lacking = 1 - mass
        if not pair.whole[i] and lacking > doubt:
            # What is not where G goes is where the other law has none. How much that is two partitions must agree on.
            beyond = _of_masses(integrand, *(1.0 if j == i else 0.0 for j in (0, 1)))
            if not np.isfinite(beyond) and pair.endless:
                one, other = "pq"[i], "qp"[i]
                raise ValueError(
                    f"`{other}` of this divergence must have mass wherever `{one}` has. Got a mass of {lacking:.3g} for which no z was"
                    f" found within all but {LEVELS[-1]} of the latent's."
                )
            if not np.isfinite(beyond):
                return Divergent(f"{'pq'[i]} has a mass of {lacking:.3g} outside of G's image, where {'qp'[i]} is 0")
            unsure = doubt + (abs(float(found.value[i] - before.value[i])) if before else 0.0)
            value, error = value + lacking * beyond, error + unsure * beyond + float(unseen(unsure))
        else:
            error += float(unseen(max(abs(lacking) - doubt, 0.0)))
        error += float(unseen(4 * LEVELS[-1]))
    error += pair.doubt * (1 + value)
    if not bounded:
        tail = _beyond_the_boxes(pair, found, [_of_masses(integrand, *alone) for alone in ((1.0, 0.0), (0.0, 1.0))])
        if not np.isfinite(tail):
            return Divergent("the integrand falls off too slowly, far from where the laws have their mass")
        error += tail
    return Estimate(value, error)


def _beyond_the_boxes(pair: PlanePair, found: PlaneIntegral, alone: list[float]) -> float:
    """How much of an F that no mass bounds lies beyond the largest box: as the shells between the boxes go on, as a geometric series. What
    F is of either law ``alone`` is left out: it is known of its mass."""
    middle = (found.rectangles.low + found.rectangles.high) / 2
    of_p, of_q, of_f = found.parts[0]
    rest = of_f - sum(each * mass for each, mass in zip(alone, (of_p, of_q), strict=True) if np.isfinite(each))
    outside = [float(rest[((middle < box[0]) | (middle > box[1])).any(-1)].sum()) for box in pair.boxes[:-1]]
    shell, last = abs(outside[-2] - outside[-1]), abs(outside[-1])
    if last <= found.error[2]:
        return last
    ratio = last / max(shell, last)
    return 2 * last * ratio / (1 - ratio) if ratio < SLOW else np.inf


def _where_infinite(pair: PlanePair, found: PlaneIntegral) -> str:
    """At which node F is infinite, by name."""
    at = int(np.argmax(~np.isfinite(found.parts[0, 2])))
    some = found.rectangles[[at]]
    points = np.asarray(points_of(some.low, some.high)).reshape(-1, 2)
    log_p, log_q = (np.asarray(a) for a in eqx.filter_jit(lambda t: jax.vmap(pair.chart.log_densities)(t))(jnp.asarray(points)))
    for which, (own, other) in enumerate(((log_p, log_q), (log_q, log_p))):
        alone = (other == -np.inf) & (own > -np.inf)
        if alone.any():
            x = np.asarray(pair.chart.x(jnp.asarray(points[np.argmax(np.where(alone, own, -np.inf))])))
            return f"{'pq'[which]} has mass around x = ({x[0]:.6g}, {x[1]:.6g}), where {'qp'[which]} is 0"
    return "the integrand exceeds the largest double"


def _of_masses(integrand: Callable, p: float, q: float) -> float:
    """F of a mass that p has where q has none, and the other way round."""
    none = jnp.array([-jnp.inf])
    alone = [integrand(*pair) for mass, pair in ((p, (jnp.zeros(1), none)), (q, (none, jnp.zeros(1)))) if mass]
    return float(sum(np.asarray(part)[0] for part in alone))


def _mass_of_p(log_p, log_q, logit):
    return jnp.exp(log_p)


def _mass_of_q(log_p, log_q, logit):
    return jnp.exp(log_q)
