"""The game of a run on the whole laws: both losses, the field v and its Jacobian v', with integrals in place of minibatches."""

import copy
import re
from collections.abc import Callable
from functools import cached_property
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

from gantheory.base.jaxprs import walk
from gantheory.base.precision import promoted
from gantheory.distributions import Density
from gantheory.game.losses import LOSSES, Loss
from gantheory.game.networks import Discriminator
from gantheory.game.penalties import R1, R2, Sum, squared_slope
from gantheory.stability.adapted_nodes import AdaptedNodes, Nodes
from gantheory.stability.low_rank import Factors, factors_of
from gantheory.training.run import Run

MOST = 6_000  # weights of both players together
BLOCK = 16  # directions that are followed at once
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


class ExactGame:
    """Both players' losses as functions of all their weights w = (θ, ψ), in float64.

    Attributes:
      run: the run.
      loss: what each player descends.
      penalties: (γ₁, γ₂) of R1 and R2, for x in the data's own unit.
      w: the weights at the end of the run.
      sizes: numbers of G's weights, and of D's.
      x: quadrature nodes of p_data.
      z: those of p_z.
    """

    run: Run
    loss: Loss
    penalties: tuple[float, float]
    w: jax.Array
    sizes: tuple[int, int]
    x: Nodes
    z: Nodes

    def __init__(self, run: Run, loss: Loss | str | None = None, penalty: Callable[..., Any] | None = None):
        """Read a run. Arguments and errors are those of ``gt.spectrum``."""
        self.run = run
        players = [eqx.partition(promoted(one), eqx.is_inexact_array) for one in (run.generator, run.discriminator)]
        (theta, self._back_g), (psi, self._back_d) = (ravel_pytree(weights) for weights, _ in players)
        self._static_g, self._static_d = (rest for _, rest in players)
        self.w, self.sizes = jnp.concatenate([theta, psi]), (len(theta), len(psi))
        if run.p_data.dimension != 1 or not all(isinstance(law, Density) for law in (run.p_data, run.latent)):
            raise ValueError(f"`run` of spectrum must be on the line, with densities for p_data and z. Got one on {run.p_data!r}.")
        if sum(self.sizes) > MOST:
            raise ValueError(f"`run` of spectrum must have at most {MOST} weights in both players together. Got {sum(self.sizes)}.")
        _require_plain(run)
        self.loss, self.penalties = _loss(run, loss), _weights_of(_penalty_of(run) if penalty is None else penalty)
        _require_smooth("generator", run.generator)
        ends = _ends(run.discriminator)
        _require_smooth("discriminator", (run.discriminator if ends is None else _without_reach(run.discriminator)).logit)
        self._on_x, self._on_z = AdaptedNodes(run.p_data, self.of_one_x, ends), AdaptedNodes(run.latent, self.of_one_z)
        self.x, self.z = self._on_x.nodes(), self._on_z.nodes()
        if ends is not None:
            self._require_within(*ends)

    def generator(self, theta: Any) -> Callable[..., Any]:
        return eqx.combine(self._back_g(theta), self._static_g)

    def discriminator(self, psi: Any) -> Any:
        return eqx.combine(self._back_d(psi), self._static_d)

    def split(self, w: Any) -> tuple[Any, Any]:
        """(θ, ψ)."""
        return w[: self.sizes[0]], w[self.sizes[0] :]

    def of_data(self, psi: Any, x: Any) -> Any:
        """What D pays at points x of the data, with its penalty there."""
        d, gamma = self.discriminator(psi), self.penalties[0]
        paid = self.loss.on_data(jax.vmap(d.logit)(x))
        return paid + gamma / 2 * squared_slope(d.logit, x) if gamma else paid

    def of_generated(self, psi: Any, fake: Any) -> Any:
        """What D pays at generated points, with its penalty there."""
        d, gamma = self.discriminator(psi), self.penalties[1]
        paid = self.loss.on_generated(jax.vmap(d.logit)(fake))
        return paid + gamma / 2 * squared_slope(d.logit, fake) if gamma else paid

    def of_generator(self, theta: Any, psi: Any, z: Any) -> Any:
        """What G pays at points z."""
        return self.loss.of_generator(jax.vmap(self.discriminator(psi).logit)(jax.vmap(self.generator(theta))(z)))

    def of_one_x(self, x: Any) -> np.ndarray:
        """∂L_D/∂ψ of each of n points of the data alone, at the end of the run: (n, D's weights)."""
        return np.asarray(self._of_one_x(self.split(self.w)[1], x))

    def of_one_z(self, z: Any) -> np.ndarray:
        """(∂L_G/∂θ, ∂L_D/∂ψ) of each of n points of z alone, at the end of the run: (n, all weights)."""
        return np.asarray(self._of_one_z(*self.split(self.w), z))

    @cached_property
    def _of_one_x(self) -> Any:
        return jax.jit(jax.vmap(jax.grad(lambda psi, x: self.of_data(psi, x[None])[0]), (None, 0)))

    @cached_property
    def _of_one_z(self) -> Any:
        def one(theta, psi, z):
            of_g = jax.grad(lambda own: self.of_generator(own, psi, z[None])[0])(theta)
            fake = self.generator(theta)(z)[None]
            return jnp.concatenate([of_g, jax.grad(lambda own: self.of_generated(own, fake)[0])(psi)])

        return jax.jit(jax.vmap(one, (None, None, 0)))

    def field(self, w: Any, nodes: Any) -> Any:
        """v = (-∂L_G/∂θ, -∂L_D/∂ψ) at any weights, on nodes of x and z with their masses."""
        (x, of_x), (z, of_z) = nodes
        theta, psi = self.split(w)
        fake = jax.vmap(self.generator(theta))(z)
        of_g = jax.grad(lambda own: of_z @ self.of_generator(own, psi, z))(theta)
        of_d = jax.grad(lambda own: of_x @ self.of_data(own, x) + of_z @ self.of_generated(own, fake))(psi)
        return -jnp.concatenate([of_g, of_d])

    def slopes(self) -> tuple[np.ndarray, float]:
        """(v at the end of the run, the largest change of an entry where the panels are halved)."""
        field = jax.jit(self.field)
        both = (self.x, self.z), (self._on_x.nodes(halved=True), self._on_z.nodes(halved=True))
        v, finer = (np.asarray(field(self.w, one)) for one in both)
        return v, float(np.abs(v - finer).max())

    def jacobian(self) -> Factors:
        """v' at the end of the run."""

        def field(w):
            return self.field(w, (self.x, self.z))

        return factors_of(products_along(field, self.w), products_across(field, self.w), len(self.w))

    def _require_within(self, low: float, high: float) -> None:
        """Raise ``ValueError`` unless all of G's points lie between the ends of D's reach: its kinks there would move with G."""
        fake = np.asarray(jax.vmap(self.generator(self.split(self.w)[0]))(self.z[0]))
        if not (low < fake.min() and fake.max() < high):
            raise ValueError(
                f"`discriminator` of the run must have no reach, or all of G's points within it, for spectrum. "
                f"Got points from {fake.min():.4g} to {fake.max():.4g}, and a reach from {low:.4g} to {high:.4g}."
            )


def products_along(function: Callable[..., Any], at: Any) -> Callable[[np.ndarray], np.ndarray]:
    """What takes rows u to f'(at) u, in blocks, by one compiled program."""
    return _in_blocks(jax.jit(jax.vmap(lambda u: jax.jvp(function, (at,), (u,))[1])))


def products_across(function: Callable[..., Any], at: Any) -> Callable[[np.ndarray], np.ndarray]:
    """What takes rows u to uᵀ f'(at), likewise."""
    return _in_blocks(jax.jit(jax.vmap(lambda u: jax.vjp(function, at)[1](u)[0])))


def _in_blocks(program: Callable[..., Any]) -> Callable[[np.ndarray], np.ndarray]:
    def products(rows):
        padded = np.concatenate([rows, np.zeros((-len(rows) % BLOCK, rows.shape[1]))])
        return np.concatenate([np.asarray(program(padded[at : at + BLOCK])) for at in range(0, len(padded), BLOCK)])[: len(rows)]

    return products


def _ends(discriminator: Any) -> tuple[float, float] | None:
    """Where one of the library's discriminators is held constant, in x."""
    if not isinstance(discriminator, Discriminator) or discriminator.reach is None:
        return None
    reach = discriminator.reach
    return discriminator.unit.applied(-reach), discriminator.unit.applied(reach)


def _without_reach(discriminator: Discriminator) -> Discriminator:
    changed = copy.copy(discriminator)
    object.__setattr__(changed, "reach", None)
    return changed


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
    if weights["gradient_penalty"] or (told and not found and not any(weights.values())):
        raise ValueError(f"`penalty` of spectrum must be given where the run's is no R1 or R2. Got a run with {told or weights}.")
    scale = getattr(getattr(run.discriminator, "unit", None), "scale", 1.0)
    if "r1" in run.settings:
        # The command plays on (x - loc)/scale, in which slopes are scale times those in x.
        return Sum((R1(weights["r1"] * scale**2), R2(weights["r2"] * scale**2)))
    if found and scale != 1:
        raise ValueError(f"`penalty` of spectrum must be given where D has a unit: the run does not tell in which it was. Got {told}.")
    return {"R1": R1, "R2": R2}[found[1]](float(found[2])) if found else None


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
