"""A worker of train.py: steps of gantheory's Algorithm 1, and the machine's own arithmetic."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from measuring import seconds_a_step, timed
from processes import answer

import gantheory as gt
from gantheory.game import losses
from gantheory.game.algorithm1 import chunk, discriminator_step, generator_step
from gantheory.game.ensembles import Ensemble
from gantheory.game.players import Game, initial_state

DEPTH = 2
ADAM = optax.adam(1e-3, b1=0.5)  # one object, so that members are alike
SQUARE, VECTOR = 768, 1 << 16  # sizes at which multiplying and tanh are at their fastest
kept: dict = {}
counts: dict[str, int] = {}


def member(batch: int, width: int, seed: int = 0):
    keys = jax.random.split(jax.random.key(seed))
    networks = gt.Discriminator(width, DEPTH, key=keys[0]), gt.Generator(width, DEPTH, skip=False, key=keys[1])
    game = Game(
        p_data=gt.Normal(1.0, 0.5),
        latent=gt.Normal(0.0, 1.0),
        loss=losses.non_saturating,
        discriminator_optimizer=ADAM,
        generator_optimizer=ADAM,
        k=1,
        batch=batch,
    )
    return game, *networks, seed


def step(batch: int, width: int) -> float:
    """Seconds."""
    if (batch, width) not in kept:
        game, discriminator, generator, seed = member(batch, width)
        kept[batch, width] = game, jax.random.key(seed), initial_state(game, discriminator, generator)
    game, key, state = kept[batch, width]
    return seconds_a_step(lambda count: jax.block_until_ready(chunk(game, key, state, jnp.int32(count))), counts, f"step {batch} {width}")


def ensemble(batch: int, width: int, members: int) -> float:
    """Seconds a step of one member."""
    key = batch, width, members
    if key not in kept:
        kept[key] = Ensemble([member(batch, width, seed) for seed in range(members)])
    return seconds_a_step(kept[key].played, counts, f"ensemble {key}") / members


def training(number: int) -> float:
    """Seconds of a short ``gt.train`` with new optimisers, and rates and a seed of its own."""
    key_d, key_g = jax.random.split(jax.random.key(0))
    given: dict[str, Any] = {"discriminator": gt.Discriminator(key=key_d), "generator": gt.Generator(key=key_g)}
    given |= {"steps": 100, "measure_every": 100, "seed": number}
    given["optimizers"] = tuple(optax.adam((1 + number) * rate, b1=0.5) for rate in (1e-4, 2e-4))
    return timed(lambda: gt.train(gt.Normal(1.0, 2.0), **given))[0]


def roofline(batch: int, width: int) -> float:
    """Seconds of the networks' own arithmetic: multiplications at the rate of a large sgemm, and every tanh.

    Of one network's forward pass there are 12: G and two of D, D's backward (4), then G, D, back through D (1) and through G (2). Memory
    adds nothing: a minibatch's activations, 128 KiB each at batch 1,024 and width 32, stay in the second cache.
    """
    if "roofline" not in kept:
        kept["roofline"] = np.ones((SQUARE, SQUARE), np.float32), jnp.linspace(-2, 2, VECTOR, dtype=jnp.float32), jax.jit(jnp.tanh)
    a, x, tanh = kept["roofline"]
    multiply = seconds_a_step(lambda count: [a @ a for _ in range(count)], counts, "sgemm") / (2 * SQUARE**3)
    each = seconds_a_step(lambda count: [tanh(x).block_until_ready() for _ in range(count)], counts, "tanh") / VECTOR
    forward = 2 * (2 * width + (DEPTH - 1) * width**2)
    return batch * (12 * forward * multiply + 5 * DEPTH * width * each)


def first() -> dict:
    """Weights of fixed networks, and D's and G's losses on fixed points, to be compared with PyTorch's."""
    game, d, g, _ = member(64, 32)
    state = initial_state(game, d, g)
    x, z = (jnp.asarray(np.random.default_rng(i).normal(size=64), jnp.float32) for i in (0, 1))
    new, _, loss_d = discriminator_step(game, d, state.discriminator_memory, x, jax.vmap(g)(z))
    _, _, loss_g = generator_step(game, g, state.generator_memory, new, z)
    weights = {
        name: [[np.asarray(part).tolist() for part in (layer.weight, layer.bias)] for layer in m.mlp.layers]
        for name, m in (("d", d), ("g", g))
    }
    return {"weights": weights, "losses": [float(loss_d), float(loss_g)]}


if __name__ == "__main__":
    answer({"step": step, "ensemble": ensemble, "training": training, "roofline": roofline, "first": first})
