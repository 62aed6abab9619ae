"""∫∫ F(p, q) dx on the plane, for any number of F on the same rectangles: an Estimate each, or the reason why it is infinite."""

from collections.abc import Mapping, Sequence
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from gantheory.base.estimate import Divergent, Estimate, Outcome
from gantheory.base.precision import in_float64
from gantheory.distributions import Law, PlanePushforward
from gantheory.distributions.plane.boxed import Boxed
from gantheory.distributions.plane.density import on_points
from gantheory.quadrature.cubature import (
    PlaneIntegral,
    Rectangles,
    grids_of,
    in_blocks_of_rectangles,
    integrate_on_plane,
    rules_on_rectangles,
    tensor,
)
from gantheory.quadrature.integrand import MASSES, Integrand, Logit, values_of
from gantheory.quadrature.line import UNNORMALISED, misplaced_mass
from gantheory.quadrature.noise import noise_of
from gantheory.quadrature.plane_pair import LEVELS, PlanePair, pair_of
from gantheory.quadrature.rules import COARSEST

ENOUGH = 1e-10  # error below which no rectangle is halved
PARTS = (1, 3)  # parts of each side of the first rectangles, tried in turn while mass is missed
NOTICED = 1e-9  # missing mass that triggers a finer partition
ROUGHLY = 1e-2  # allowed deviation of the cells' total mass from 1, for a density that jumps inside cells
SLOW = 0.8  # ratio of two shells above which the tail counts as divergent


@in_float64
def integrals_on_plane(
    p: Law, q: Law, integrands: Mapping[str, Integrand], logit: Logit | None = None, tolerance: float = 0.0
) -> dict[str, Outcome]:
    """∫∫ F(log p, log q, logit D) dx for several F at once.

    Args:
      p: a law on the plane; a generator's must not fold.
      q: another; no second generator's, unless both are Gaussian.
      integrands: F by name. One that needs D's logit is for two densities only.
      logit: the logit of D at nodes, for integrands that need it.
      tolerance: error below which refinement ends, if larger than 1e-10.

    Returns:
      For each name an ``Estimate``, or a ``Divergent``.

    Raises:
      ValueError: two generators, one that folds, or a log-density that does not integrate to 1.
    """
    singular = [law.singular for law in (p, q) if isinstance(law, PlanePushforward) and law.singular]
    if singular:
        if isinstance(p, PlanePushforward) and isinstance(q, PlanePushforward):
            raise ValueError(f"One of `p` and `q` must be a density on the plane. Got two pushforwards, and of one {singular[0]}.")
        return {name: _of_singular(F, singular[0]) for name, F in integrands.items()}
    pair, functions = pair_of(p, q), (*MASSES, *integrands.values())
    found, before = _integrated(pair, functions, logit, 1, tolerance), None
    for parts in PARTS[1:]:
        lacking = 1 - found.value[:2] > NOTICED + found.error[:2]
        if not np.isfinite(found.value).all() or not lacking.any():
            break
        before, found = found, _integrated(pair, functions, logit, parts, tolerance)
    if np.isnan(found.value).any():
        raise ValueError(f"A density must be a number everywhere. Got nan for {p!r} and {q!r}.")
    return {name: _measured(pair, F, at, (p, q), found, before) for at, (name, F) in enumerate(integrands.items(), start=len(MASSES))}


def _of_singular(integrand: Integrand, why: str) -> Outcome:
    """F's integral where one of the laws has no density: each has all of its mass where the other has none."""
    both = _of_masses(integrand, 1.0, 1.0)
    return Estimate(both, np.spacing(abs(both))) if np.isfinite(both) else Divergent(f"{why}, where the other law has no mass")


def _integrated(pair: PlanePair, functions, logit: Logit | None, parts: int, tolerance: float) -> PlaneIntegral:
    share = np.arange(parts) / parts
    lines = [np.append((line[:-1, None] + np.diff(line)[:, None] * share).ravel(), line[-1]) for line in pair.lines]

    def rules(block: Rectangles) -> Any:
        log_p, log_q = _log_densities(pair.chart, block.low, block.high)
        if logit is None:
            return _rules(functions, log_p, log_q, 0.0, block.low, block.high)
        x = _places(pair.chart, block.low, block.high)
        return _rules(functions, log_p, log_q, logit(*(np.asarray(a) for a in (x, log_p, log_q))), block.low, block.high)

    return integrate_on_plane(lambda some: in_blocks_of_rectangles(rules, some), tensor(*lines), max(tolerance, ENOUGH))


# Apart from the rules, which are the same for all laws, so that these are compiled once.
@eqx.filter_jit
def _log_densities(chart, low, high):
    return chart.log_densities(*grids_of(low, high))


@eqx.filter_jit
def _places(chart, low, high):
    """The points x of some rectangles."""
    return on_points(chart.x, *grids_of(low, high))


@eqx.filter_jit
def _rules(functions, log_p, log_q, logit, low, high):
    values = values_of(functions, log_p, log_q, logit)
    coarse = (a[..., COARSEST] if jnp.ndim(a) else a for a in (values, log_p, log_q, logit))
    return rules_on_rectangles(values, noise_of(functions, *coarse), (high - low) / 2)


def _measured(
    pair: PlanePair, integrand: Integrand, at: int, laws: tuple[Law, Law], found: PlaneIntegral, before: PlaneIntegral | None
) -> Outcome:
    """The integral that stands at ``at``, with every doubt about it in its error."""
    value, error = float(found.value[at]), float(found.error[at])
    if not np.isfinite(value):
        return Divergent(_where_infinite(pair, found, at), -1 if value < 0 else 1)
    for i, law in enumerate(laws):
        mass, doubt = float(found.value[i]), float(found.error[i])
        if isinstance(law, Boxed):
            _check_mass(law, mass, doubt, pair.whole[i])
        lacking = 1 - mass
        if not pair.whole[i] and lacking > doubt:
            # This mass lies outside of G's image, where the other law has none. Two partitions must agree on how much it is.
            beyond = _of_masses(integrand, *(1.0 if j == i else 0.0 for j in (0, 1)))
            if not np.isfinite(beyond):
                return _mass_outside(pair, i, lacking)
            unsure = doubt + (abs(float(found.value[i] - before.value[i])) if before else 0.0)
            value, error = value + lacking * beyond, error + unsure * beyond + float(misplaced_mass(unsure))
        else:
            error += float(misplaced_mass(max(abs(lacking) - doubt, 0.0)))
        error += float(misplaced_mass(4 * LEVELS[-1]))
    error += pair.doubt * (1 + abs(value))
    if not integrand.bounded:
        alone = [np.inf] * 2 if integrand.needs_logit else [_of_masses(integrand, *masses) for masses in ((1.0, 0.0), (0.0, 1.0))]
        tail = _beyond_the_boxes(pair, found, at, alone)
        if not np.isfinite(tail):
            return Divergent("the integrand falls off too slowly, far from where the laws have their mass")
        error += tail
    return Estimate(value, error)


def _check_mass(law: Boxed, mass: float, doubt: float, whole: bool) -> None:
    """Raise ``ValueError`` for a user's function that does not integrate to 1."""
    # Where only a part of it was integrated, its own cells tell, less exactly.
    total, allowed = (mass, UNNORMALISED + doubt) if whole else (float(law.cell_masses(*law.lines).sum()), ROUGHLY)
    if abs(total - 1) > allowed:
        raise ValueError(f"A density must integrate to 1. Got one that integrates to {total:.6g}: {law!r}.")


def _mass_outside(pair: PlanePair, i: int, lacking: float) -> Divergent:
    """An integral that is infinite because a law has mass outside of G's image; ``ValueError`` if that cannot be told."""
    one, other = "pq"[i], "qp"[i]
    if pair.endless:
        raise ValueError(
            f"`{other}` of this divergence must have mass wherever `{one}` has. Got a mass of {lacking:.3g} for which no z was"
            f" found within all but {LEVELS[-1]} of the latent's."
        )
    return Divergent(f"{one} has a mass of {lacking:.3g} outside of G's image, where {other} is 0")


def _beyond_the_boxes(pair: PlanePair, found: PlaneIntegral, at: int, alone: Sequence[float]) -> float:
    """How much of an unbounded F lies beyond the largest box, by going on with the shells between the boxes as a geometric series.

    ``alone`` is F of either law where the other has no mass: that part of F is left out here, since the laws' masses are known.
    """
    middle = (found.rectangles.low + found.rectangles.high) / 2
    of_p, of_q, of_f = found.parts[0][[0, 1, at]]
    rest = of_f - sum(each * mass for each, mass in zip(alone, (of_p, of_q), strict=True) if np.isfinite(each))
    outside = [float(rest[((middle < box[0]) | (middle > box[1])).any(-1)].sum()) for box in pair.boxes[:-1]]
    shell, last = abs(outside[-2] - outside[-1]), abs(outside[-1])
    if last <= found.error[at]:
        return last
    ratio = last / max(shell, last)
    return 2 * last * ratio / (1 - ratio) if ratio < SLOW else np.inf


def _where_infinite(pair: PlanePair, found: PlaneIntegral, at: int) -> str:
    """The node at which F is infinite, by name."""
    some = found.rectangles[[int(np.argmax(~np.isfinite(found.parts[0, at])))]]
    found_there = _places(pair.chart, some.low, some.high), *_log_densities(pair.chart, some.low, some.high)
    x, log_p, log_q = (np.asarray(a).reshape(-1, *a.shape[3:]) for a in found_there)
    for which, (own, other) in enumerate(((log_p, log_q), (log_q, log_p))):
        alone = (other == -np.inf) & (own > -np.inf)
        if alone.any():
            place = x[np.argmax(np.where(alone, own, -np.inf))]
            return f"{'pq'[which]} has mass around x = ({place[0]:.6g}, {place[1]:.6g}), where {'qp'[which]} is 0"
    return "the integrand exceeds the largest double"


def _of_masses(integrand: Integrand, p: float, q: float) -> float:
    """F of a mass that p has where q has none, and the other way round."""
    none = jnp.array([-jnp.inf])
    alone = [integrand(*pair) for mass, pair in ((p, (jnp.zeros(1), none)), (q, (none, jnp.zeros(1)))) if mass]
    return float(sum(np.asarray(part)[0] for part in alone))
