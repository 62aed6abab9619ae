"""Networks that are not what their class says: subclasses with a call of their own, and an activation that was replaced."""

import math
from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

import gantheory as gt
from attacks import lines
from attacks.case import Case
from attacks.judge import Truth
from attacks.oracle import expectation, jsd_by_cells, jsd_of_monotone, total
from attacks.trees import Tree, Z, op, straight

DIGITS, SECONDS = 5, 1.5


class OtherGenerator(gt.Generator):
    """A network that computes something else."""

    tree: Tree = eqx.field(static=True, default=Z)

    def __init__(self, tree: Tree):
        super().__init__(4, 1, key=jax.random.key(1))
        self.tree = tree

    def __call__(self, z):
        return self.tree.function()(z)


class OtherPushforward(gt.Pushforward):
    """A law that says it has atoms and no branches."""

    @property
    def branches(self):
        return []

    @property
    def support(self):
        return (0.0, 0.0)


def subclass(number: int) -> Case:
    """A subclass of the library's generator, or of its law of one, that computes something else."""
    rng = np.random.default_rng([67, number])
    data, latent = lines.normal(0.3, 1.2), lines.random_line(rng, ("Normal", "Uniform", "Laplace"))
    slope, offset = round(float(rng.uniform(0.3, 2)), 2), round(float(rng.normal()), 2)
    tree = [
        straight(slope, offset),
        op("cube", straight(slope, offset)),
        op("exp", op("mul", slope, Z)),
        op("stopped", straight(slope, offset)),
    ][int(rng.integers(4))]
    lies = rng.random() < 0.3
    law = OtherPushforward if lies else gt.Pushforward
    G = tree.function() if lies else OtherGenerator(tree)
    return Case(
        f"rigorous.jsd({data}, {law.__name__}({'' if lies else 'OtherGenerator '}{tree}, {latent}))",
        lambda: gt.rigorous.jsd(data.law(), law(G, latent.law()), digits=DIGITS, seconds=SECONDS),
        lambda: jsd_of_monotone(data, tree, latent) or jsd_by_cells(data, tree, latent),
        again=lambda: jsd_by_cells(data, tree, latent, 2**21, 512, 0.4),
        digits=DIGITS,
        sound=not lies,
    )


ACTIVATIONS: dict[str, tuple[Callable, Callable]] = {
    "cube": (lambda u: u**3, lambda u: u**3),
    "exp": (lambda u: jnp.exp(u), lambda u: np.exp(u)),
    "exp of a square": (lambda u: jnp.exp(u * u / 8), lambda u: np.exp(u * u / 8)),
    "sin": (jnp.sin, np.sin),
    "square": (lambda u: u * u, lambda u: u * u),
    "tanh": (jnp.tanh, np.tanh),
}


def network(number: int) -> Case:
    """V(G, D) of a network of the library's own whose activation was replaced: it grows as its class says no network does."""
    rng = np.random.default_rng([79, number])
    name = str(rng.choice([*ACTIVATIONS]))
    traced, truth = ACTIVATIONS[name]
    data, latent = lines.random_line(rng, ("Normal", "Uniform", "Laplace")), lines.random_line(rng, ("Normal", "Uniform"))
    D = gt.Discriminator(3, 1, "tanh", key=jax.random.key(int(rng.integers(100))))
    object.__setattr__(D.mlp, "activation", traced)
    (hidden, last) = D.mlp.layers
    W, c, w, b = (np.asarray(part, np.float64) for part in (hidden.weight, hidden.bias, last.weight, last.bias))

    def logit(x):
        return np.tensordot(w.ravel(), truth(np.multiply.outer(W.ravel(), x) + c.reshape(-1, *[1] * np.ndim(x))), axes=1) + float(
            b.ravel()[0]
        )

    def known() -> Truth:
        if name == "exp of a square" and data.name == "Laplace":  # may be infinite; nothing is known here
            return Truth(-math.inf, 0.0)
        with np.errstate(all="ignore"):
            return total(
                expectation(data, lambda x: -np.logaddexp(0, -logit(x))), expectation(latent, lambda x: -np.logaddexp(0, logit(x)))
            )

    return Case(
        f"rigorous.value({data}, {latent}, Discriminator(3, 1) with {name} for its activation, seed of number {number})",
        lambda: gt.rigorous.value(data.law(), latent.law(), D, digits=DIGITS, seconds=SECONDS),
        known,
        digits=DIGITS,
        sound=name in ("tanh", "sin"),
    )
