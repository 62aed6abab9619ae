"""What a trained game would do next: the eigenvalues of its field at the end of a run, over all weights of both players.

The gradients are those of the whole laws, by quadrature, and not of minibatches.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

from gantheory.base.jaxprs import walk
from gantheory.base.precision import in_float64, promoted
from gantheory.distributions import Density, Law
from gantheory.game.losses import LOSSES, Loss
from gantheory.game.penalties import R1, R2, Sum, squared_slope
from gantheory.quadrature.pair import Pair
from gantheory.training.run import Run, run_of

PARTS = 4  # panels of every row of quadrature
MOST = 6_000  # weights of both players together
BLOCK = 64  # directions that are followed at once
FIRST_RANK = 256  # directions tried first as the range of v'
FLAT = 1e-13  # share of v' that counts as rounding
AT_REST = 1e-7  # |v| that counts as 0, beside what quadrature leaves open
KINKED = {
    "max",
    "min",
    "abs",
    "sign",
    "select_n",
    "floor",
    "round",
    "clamp",
    "sort",
    "argmax",
    "reduce_max",
}  # operations that bend, or jump
NULL = 1e-9  # size of an eigenvalue, as a share of the largest, that counts as 0


@dataclass(frozen=True, repr=False)
class GameSpectrum:
    """Eigenvalues of v' at the end of a run, v the field of both players' exact gradients.

    Attributes:
      eigenvalues: all of them, by falling real part.
      slopes: largest |v| of G's weights, and of D's; both are 0 at rest.
      null: how many eigenvalues count as 0, at a 1e-9th of the largest.
      quadrature: largest change of an entry of v where the panels are doubled.
      sizes: numbers of G's weights, and of D's.
    """

    eigenvalues: np.ndarray
    slopes: tuple[float, float]
    null: int
    quadrature: float
    sizes: tuple[int, int]

    @property
    def growing(self) -> np.ndarray:
        """The eigenvalues along which the flow leaves the point, besides those that count as 0."""
        return self.eigenvalues[np.real(self.eigenvalues) > NULL * np.abs(self.eigenvalues).max()]

    def __repr__(self) -> str:
        leading = ", ".join(f"{value:.4g}" for value in self.eigenvalues[:4])
        fastest = self.eigenvalues[int(np.argmax(np.abs(np.imag(self.eigenvalues))))]
        return "\n".join(
            [
                f"{sum(self.sizes)} eigenvalues of v', {self.sizes[0]} weights of G and {self.sizes[1]} of D",
                f"largest real parts     {leading}",
                f"fastest turning        {fastest:.4g}",
                f"growing                {len(self.growing)}",
                f"counted as 0           {self.null}",
                f"|v| at the end         {self.slopes[0]:.2g} of G, {self.slopes[1]:.2g} of D: {self._rest()}",
            ]
        )

    def _rest(self) -> str:
        return "at rest" if max(self.slopes) <= AT_REST + self.quadrature else "not at rest, so that v' tells what is next, and no more"


@in_float64
def spectrum(run: Run | str | Path, *, loss: Loss | str | None = None, penalty: Callable[..., Any] | None = None) -> GameSpectrum:
    """The eigenvalues of the game's Jacobian v' at the end of a run, v = (-∂L_G/∂θ, -∂L_D/∂ψ) by quadrature over p_data and p_z.

    Args:
      run: on the line; or the folder that it was saved into.
      loss: what each player descends; that of the run's settings if None.
      penalty: an ``R1``, an ``R2`` or a ``Sum`` of them; that of the run's settings if None.

    Returns:
      A ``GameSpectrum``. The time is that of some thousand gradients, and of the eigenvalues of a dense matrix.

    Raises:
      ValueError: a run on the plane; players that have kinks, as ReLU has, or more than 6000 weights; a law that is no density; a loss that
        is relativistic or has kinks; another penalty; packs, noise or smoothed labels.

    Source:
      Mescheder, Nowozin & Geiger 2017, section 3; Berard et al. 2020 for trained networks.
    """
    run = run_of("`run` of spectrum", run)
    players = [eqx.partition(promoted(one), eqx.is_inexact_array) for one in (run.generator, run.discriminator)]
    (theta, back_g), (psi, back_d) = (ravel_pytree(weights) for weights, _ in players)
    static_g, static_d = (rest for _, rest in players)
    size = len(theta) + len(psi)
    if run.p_data.dimension != 1 or not all(isinstance(law, Density) for law in (run.p_data, run.latent)):
        raise ValueError(f"`run` of spectrum must be on the line, with densities for p_data and z. Got one on {run.p_data!r}.")
    if size > MOST:
        raise ValueError(f"`run` of spectrum must have at most {MOST} weights in both players together. Got {size}.")
    _require_plain(run)
    played, squared = _loss(run, loss), _weights_of(_penalty_of(run) if penalty is None else penalty)
    for name, one in (("generator", run.generator), ("discriminator", run.discriminator.logit)):
        _require_smooth(name, one)

    def field(w, nodes):
        """v, on nodes of x and z with their masses."""
        (x, of_x), (z, of_z) = nodes

        def loss_d(own):
            d, g = _made(own, back_d, static_d), _made(w[: len(theta)], back_g, static_g)
            fake = jax.vmap(g)(z)
            total = of_x @ played.on_data(jax.vmap(d.logit)(x)) + of_z @ played.on_generated(jax.vmap(d.logit)(fake))
            on_data, on_fake = squared
            total = total + on_data / 2 * (of_x @ squared_slope(d.logit, x)) if on_data else total
            return total + on_fake / 2 * (of_z @ squared_slope(d.logit, fake)) if on_fake else total

        def loss_g(own):
            d, g = _made(w[len(theta) :], back_d, static_d), _made(own, back_g, static_g)
            return of_z @ played.of_generator(jax.vmap(d.logit)(jax.vmap(g)(z)))

        return -jnp.concatenate([jax.grad(loss_g)(w[: len(theta)]), jax.grad(loss_d)(w[len(theta) :])])

    w = jnp.concatenate([theta, psi])
    nodes, finer = ([_nodes(law, parts) for law in (run.p_data, run.latent)] for parts in (PARTS, 2 * PARTS))
    slope = _jacobian(field, w, nodes)
    v, other = (np.asarray(jax.jit(field)(w, one)) for one in (nodes, finer))
    values = _eigenvalues(slope)
    values = values[np.lexsort((-np.imag(values), -np.real(values)))]
    slopes = float(np.abs(v[: len(theta)]).max()), float(np.abs(v[len(theta) :]).max())
    null = int((np.abs(values) <= NULL * np.abs(values).max()).sum())
    return GameSpectrum(values, slopes, null, float(np.abs(v - other).max()), (len(theta), len(psi)))


def _made(flat: Any, back: Callable[[Any], Any], static: Any) -> Any:
    return eqx.combine(back(flat), static)


def _jacobian(field: Callable[..., Any], w: Any, nodes: Any) -> np.ndarray:
    """v', column by column in blocks, by one compiled program."""
    along = jax.jit(jax.vmap(lambda direction: jax.jvp(lambda at: field(at, nodes), (w,), (direction,))[1]))
    identity = np.eye(len(w))
    rows = np.concatenate([identity, np.zeros((-len(w) % BLOCK, len(w)))])
    columns = [np.asarray(along(rows[start : start + BLOCK])) for start in range(0, len(rows), BLOCK)]
    return np.concatenate(columns)[: len(w)].T


def _eigenvalues(matrix: np.ndarray) -> np.ndarray:
    """Those of a matrix of which most directions are flat: on a basis of its range, found from random combinations of its columns.

    With Q of orthonormal columns and Q Qᵀ A = A but for rounding, the eigenvalues of A that are not 0 are those of Qᵀ A Q.
    """
    size, rank = len(matrix), FIRST_RANK
    random = np.random.default_rng(0)
    while 2 * rank < size:
        basis, _ = np.linalg.qr(matrix @ random.standard_normal((size, rank)))
        basis, _ = np.linalg.qr(matrix @ (matrix.T @ basis))
        if np.linalg.norm(matrix - basis @ (basis.T @ matrix)) <= FLAT * np.linalg.norm(matrix):
            return np.concatenate([np.linalg.eigvals(basis.T @ matrix @ basis), np.zeros(size - rank)])
        rank *= 2
    return np.linalg.eigvals(matrix)


def _nodes(law: Law, parts: int) -> tuple[np.ndarray, np.ndarray]:
    """Quadrature nodes of a law, and their masses."""
    x, log_mass, _ = Pair(law, law).fixed_nodes(parts)
    return x, np.exp(log_mass)


def _loss(run: Run, loss: Loss | str | None) -> Loss:
    name = run.settings.get("loss") if loss is None else loss
    found = name if isinstance(name, Loss) else LOSSES.get(str(name))
    if found is None or found.relativistic or found.name == "hinge":
        raise ValueError(f"`loss` of spectrum must be one of the library's that is smooth and compares no pairs. Got {name!r}.")
    return found


def _require_smooth(name: str, network: Callable[..., Any]) -> None:
    """Raise ``ValueError`` for a program with kinks: they move with the weights, which a sum over fixed nodes does not see."""
    found: set[str] = set()

    def noted(eqn, inputs):
        found.add(eqn.primitive.name)
        return [None] * len(eqn.outvars)

    walk(jax.make_jaxpr(network)(0.5), [None], noted)
    if bent := sorted(KINKED & found):
        raise ValueError(
            f"`{name}` of the run must be a program without kinks for spectrum, such as a tanh, gelu or silu network. "
            f"Got one with {', '.join(bent)}."
        )


def _require_plain(run: Run) -> None:
    """Raise ``ValueError`` for a run whose field is not that of its loss and penalty alone."""
    for name, plain in (("packing", 1), ("noise", 0), ("label_smoothing", 0), ("oracle", 0)):
        if (value := run.settings.get(name)) not in (None, plain):
            raise ValueError(f"`{name}` of the run must be {plain} for spectrum. Got {value!r}.")


def _penalty_of(run: Run) -> Any:
    """The penalty in a run's settings: weights of the command, or the text of ``gt.train``'s. Raises ``ValueError`` for another one."""
    weights = {name: run.settings.get(name) or 0.0 for name in ("r1", "r2", "gradient_penalty")}
    told = run.settings.get("penalty")
    found = re.fullmatch(r"(R1|R2)\(([^,()]+),?\)", told) if isinstance(told, str) else None
    if weights["gradient_penalty"] or (told and not found):
        raise ValueError(f"`penalty` of spectrum must be given where the run's is no R1 or R2. Got a run with {told or weights}.")
    if found:
        return {"R1": R1, "R2": R2}[found[1]](float(found[2]))
    return Sum((R1(weights["r1"]), R2(weights["r2"])))


def _weights_of(penalty: Any) -> tuple[float, float]:
    """(γ₁, γ₂) of R1 and R2."""
    match penalty:
        case None:
            return 0.0, 0.0
        case R1(gamma):
            return gamma, 0.0
        case R2(gamma):
            return 0.0, gamma
        case Sum(parts):
            each = [_weights_of(part) for part in parts]
            return sum(one for one, _ in each), sum(other for _, other in each)
    raise ValueError(f"`penalty` of spectrum must be an R1, an R2 or a Sum of them, whose mean is an integral. Got {penalty!r}.")
