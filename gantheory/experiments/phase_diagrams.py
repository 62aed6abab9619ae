"""For which settings two bumps are learnt: three planes of settings, several seeds each, with plain gradient steps of constant rate.

With plain steps the theory of the linearised game speaks of the training itself, not of what Adam makes of it. Where D = 1/2 and
p_g = p_data, a step of D at rate h multiplies its deviations by 1 - h λ, with λ the eigenvalues of the Hessian of D's loss: D is stable for
h < 2/λ_max, and R1 raises λ_max in proportion to γ. Rates and γ were chosen on seeds 100 and 101.
"""

from itertools import pairwise
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from scipy.optimize import isotonic_regression

from gantheory.base.precision import in_float64, promoted
from gantheory.distributions import Law, Pushforward
from gantheory.judgement.modes import modes_found
from gantheory.measurement.integrands import LOG4
from gantheory.training.data import data_of
from gantheory.training.history import Progress
from gantheory.training.settings import Settings
from gantheory.training.setup import arguments_of

SEEDS = 3  # trainings of each setting
STEPS, MEASURED = 3000, 12  # iterations, and measurements along the way
RATE_G = 0.1
BASE: dict[str, Any] = {
    "p_data": "Mixture([.3, .7], [Normal(-2, .5), Normal(1, 1)])",
    "optimizer": "sgd",
    "schedule": "constant",
    "rate_g": RATE_G,
    "steps": STEPS,
    "measure_every": STEPS // MEASURED,
}
MODERATE = {"r1": 0.3, "rate_d": 0.3}
WIDTHS = [1, 2, 4, 8, 16, 32]
# What is the same and what varies in each plane.
PLANES: dict[str, tuple[dict[str, Any], dict[str, list[Any]]]] = {
    "damping": (
        {"k": 1, "batch": 128},
        {"rate_d": [0.01, 0.024, 0.056, 0.13, 0.32, 0.75, 1.8, 4.2, 10.0], "r1": [0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0]},
    ),
    "minibatches": (MODERATE, {"batch": [4, 16, 64, 256], "k": [1, 2, 4, 8]}),
    "widths": ({**MODERATE, "k": 1, "batch": 128}, {"width_d": WIDTHS, "width_g": WIDTHS}),
}
POINTS = 2048  # points of equal mass that stand for p_data in D's Hessian
CELLS = 4096  # cells of x in which a monotone D is constant


def play(plane: str, seeds: range, out: Path, steps: int = STEPS, progress: Progress | None = None, **fewer: list[Any]) -> Any:
    """The trainings of a plane, as the Dataset of ``gt.sweep``, made anew.

    Args:
      plane: one of ``PLANES``.
      seeds: of each setting.
      out: folder of the results.
      steps: of each training.
      progress: called after every shard.
      **fewer: values of a setting that varies, in place of the plane's own.
    """
    from gantheory.sweeps import sweep  # needs the extra of sweeps

    base, over = PLANES[plane]
    base = BASE | base | {"steps": steps, "measure_every": max(1, steps // MEASURED)}
    observe = {"folds": folds, "lost_modes": lost_modes, "seen_by_monotone": seen_by_monotone}
    return sweep(base, over | fewer, seeds=seeds, out=out, overwrite=out.exists(), progress=progress, observe=observe)


def folds(p_data: Law, p_g: Pushforward) -> float:
    """How often G turns back; p_g has a spike at each."""
    ways = [branch.increasing for branch in p_g.branches]
    return float(sum(one != other for one, other in pairwise(ways)))


def lost_modes(p_data: Law, p_g: Law) -> float:
    """How many modes of p_data have less than a twentieth of their mass under p_g."""
    return float(sum(not mode.found for mode in modes_found(p_data, p_g)))


def seen_by_monotone(p_data: Any, p_g: Any) -> float:
    """The largest V(G, D) + log 4, in nats, of any D that is monotone in x: of D*'s isotonic regression, rising or falling.

    D is constant in each of ``CELLS`` cells, which merging lowers a little.
    """
    x = p_data.quantile(np.linspace(0, 1, CELLS + 1)[1:-1])
    p, q = (np.diff(np.concatenate([[0.0], law.cdf(x), [1.0]])) for law in (p_data, p_g))
    mass = np.maximum(p + q, np.finfo(float).tiny)
    found = []
    for rising in (True, False):
        d = isotonic_regression(p / mass, weights=mass, increasing=rising).x
        found.append(np.sum(np.where(p > 0, p * np.log(np.maximum(d, np.finfo(float).tiny)), 0.0)))
        found[-1] += np.sum(np.where(q > 0, q * np.log(np.maximum(1 - d, np.finfo(float).tiny)), 0.0))
    return max(found) + LOG4


@in_float64
def largest_stable_rate(seed: int, r1: float) -> float:
    """The rate 2/λ_max at which D is no longer stable where D = 1/2 and p_g = p_data, against a G at rest, for the hidden layers of a seed.

    There D's last layer is 0, so that its loss depends on the other layers in no second derivative.

    Args:
      seed: of the networks.
      r1: the weight γ of R1.

    Source:
      Mescheder, Geiger, Nowozin 2018, section 4.1; the bound of a step is that of gradient descent on a quadratic.
    """
    settings = Settings.from_options({**BASE, **PLANES["damping"][0], "rate_d": 1.0, "r1": r1, "seed": seed})
    data = data_of(settings)
    given = arguments_of(settings, data.unit)
    hidden = promoted(given["discriminator"])
    last, unravel = ravel_pytree((hidden.mlp.layers[-1].weight, hidden.mlp.layers[-1].bias))
    density: Any = data.density
    x = jnp.asarray(density.quantile((np.arange(POINTS) + 0.5) / POINTS))

    def loss(weights):
        d = eqx.tree_at(lambda d: (d.mlp.layers[-1].weight, d.mlp.layers[-1].bias), hidden, unravel(weights))
        v = jax.vmap(d.logit)(x)
        return given["loss"].discriminator(v, v) + given["penalty"](d.logit, x, x, jax.random.key(0))

    return float(2 / jnp.linalg.eigvalsh(jax.hessian(loss)(jnp.zeros_like(last)))[-1])
