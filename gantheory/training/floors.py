"""What a perfect D would leave: the least C(G) that a generator of a run's shape is found to reach, and what held-out rows could tell."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np

from gantheory.base.estimate import Finite
from gantheory.base.tracing import traced_shape
from gantheory.distributions import push_forward
from gantheory.distributions.law import same
from gantheory.game.capacity import least_criterion, least_criterion_by_danskin
from gantheory.measurement.discriminators import optimal_discriminator
from gantheory.measurement.divergences import jsd
from gantheory.training.data import OF_ROWS, data_of
from gantheory.training.held_out import HeldOut, against_held_out
from gantheory.training.run import Run, run_of, untrained_like
from gantheory.training.settings import Settings

ITERATIONS = 400  # of L-BFGS, from each start


@dataclass(frozen=True, repr=False)
class Floor:
    """The least 2 JSD found for a generator of a run's shape.

    Attributes:
      least: 2 JSD(p_data, p_g) of the best G found, in nats; an upper bound of the least that there is.
      reached: that of the run.
      excess: reached - least: what D, the minibatches and the optimisers cost.
      generator: the best G found.
      held_out: how rows held out from p_data, if it models rows, judge the best G, by its own D*.
      of_model: how they judge p_data itself, the law of a G that is perfect: the noise level of W1.
      of_run: how they judge the run, by its D. The bound's standard error is the noise level of a JSD. None where D gives no logit.
    """

    least: Finite
    reached: Finite
    excess: Finite
    generator: Any
    held_out: HeldOut | None
    of_model: HeldOut | None
    of_run: HeldOut | None

    def __repr__(self) -> str:
        lines = [
            f"2 JSD of the run       {self.reached}",
            f"least 2 JSD found      {self.least}   for a G of this shape against D* itself; the true least may be lower",
            f"what is left to gain   {self.excess}   at least",
        ]
        if self.held_out and self.of_model:
            lines += [
                f"Against {self.held_out.rows} rows that p_data was not made from, W1 and its permutation p-value:",
                f"  the best G found     {_tested(self.held_out)}",
                f"  p_data itself        {_tested(self.of_model)}   the noise level: what a perfect G would get",
            ]
        if self.of_run:
            error = self.of_run.standard_error
            lines.append(f"They tell a JSD by the run's D to a standard error of {error:.2g}: less than about {2 * error:.2g} is not seen.")
        return "\n".join(lines)


def floor(run: Run | str | Path, held_out: np.ndarray | None = None, *, iterations: int = ITERATIONS, seed: int = 0) -> Floor:
    """What a perfect D would leave of a run's 2 JSD: C(G) is descended itself, by D* and integrals in place of a trained D and samples.

    L-BFGS starts at the run's G and, if that is the library's, at an untrained one of its shape. With a bounded z it descends the C(G) of
    a monotone G, with an unbounded z V(G, D*) with D* held fixed, whose gradient is C's (Danskin). Each G found is measured as any other,
    and the best is taken.

    Args:
      run: on the line; or the folder that it was saved into.
      held_out: rows of the data that p_data was not made from, (n,). Those of a run of ``gantheory train --data`` are read again.
      iterations: of L-BFGS, from each start; 400 take tens of seconds.
      seed: of the untrained G, and of the permutations of W1.

    Returns:
      The floor. Its ``least`` is an upper bound: no descent shows that there is nothing below.

    Raises:
      ValueError: a run on the plane, a p_data whose slopes JAX cannot know, or rows that are not those that p_data was made from.

    Source:
      Goodfellow et al. 2014, Theorem 1: max_D V(G, D) = C(G).
    """
    run = run_of("`run` of floor", run)
    p_data, latent = run.p_data, run.latent
    if p_data.dimension != 1:
        raise ValueError(f"`run` of floor must be on the line. Got one on {p_data!r}.")
    if traced_shape(jax.grad(p_data._log_prob)) is None:
        raise ValueError(f"`p_data` of floor must be a density that JAX can differentiate. Got {p_data!r}.")
    rows = _held_out_of(run) if held_out is None else np.asarray(held_out, np.float64)
    descend = least_criterion_by_danskin if all(latent.unbounded) else least_criterion
    starts = [run.generator, *untrained_like(run.generator, jax.random.key(seed))]
    candidates = [run.generator, *(descend(p_data, latent, start, iterations) for start in starts)]
    laws = [push_forward(generator, latent, 1) for generator in candidates]
    reached, *found = (2 * jsd(p_data, law) for law in laws)
    best = int(np.argmin([reached.value, *(one.value for one in found)]))
    least = [reached, *found][best]
    judged: list[HeldOut | None] = [None] * 3
    if rows is not None:
        judged[:2] = (_judged(rows, p_data, law, seed) for law in (laws[best], p_data))
        judged[2] = None if run.judge is None else against_held_out(rows, p_data, run.p_g, run.judge, seed)
    return Floor(least, reached, reached - least, candidates[best], *judged)


def _judged(rows: np.ndarray, p_data: Any, law: Any, seed: int) -> HeldOut:
    return against_held_out(rows, p_data, law, optimal_discriminator(p_data, law), seed)


def _held_out_of(run: Run) -> np.ndarray | None:
    """The rows that a run of the command held out, read again; None of a run on a density."""
    if not run.settings.get("data"):
        return None
    given = {name: run.settings[name] for name in ("data", "seed", *OF_ROWS) if name in run.settings}
    given["column"] = tuple(given.get("column", ()))
    again = data_of(Settings(**given))
    if not same(again.density, run.p_data):
        raise ValueError(f"`held_out` of floor must be given: {run.settings['data']} no longer holds the rows that p_data was made from.")
    return again.held_out


def _tested(judged: HeldOut) -> str:
    return f"{judged.wasserstein1:.4g}, p {judged.p_value:.3f}"
