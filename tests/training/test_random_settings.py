"""Whatever the settings, a training ends with finite numbers, or says in one sentence why it does not go on."""

import math
import random

import pytest

import gantheory as gt
from gantheory.game.losses import LOSSES
from gantheory.game.networks import ACTIVATIONS, INITIALIZATIONS
from gantheory.game.players import UPDATES
from gantheory.training.optimizers import OPTIMIZERS, SCHEDULES

DENSITIES = (
    "Normal(1, .5)",
    "Mixture([.3, .7], [Normal(-2, .5), Normal(1, 1)])",
    "Uniform(-1, 3)",
    "Laplace(0, 2)",
    "Cauchy(0, 1)",
    "StudentT(3, 1, 2)",
    "Exponential(.5)",
    "Beta(.5, 2)",
    "Histogram([0, 1, 3], [.2, .8])",
    "Normal(1e6, 1e-3)",
    "Normal(0, 1e-6)",
    "TruncatedNormal(0, 1, -1, 4)",
)
LATENTS = ("Normal(0, 1)", "Uniform(-1, 1)", "Laplace(0, 1)", "Exponential(1)")
PLANE = (
    "ring()",
    "grid(2)",
    "moons(.3)",
    "spiral(1, .2)",
    "pinwheel(3, .3, .1)",
    "checkerboard(2, 3)",
    "MultivariateNormal([1e3, 0], [[1, .9], [.9, 1]])",
    "Product(Cauchy(0, 1), Uniform(0, 1))",
)
PLANE_LATENTS = (
    "Product(Normal(0, 1), Normal(0, 1))",
    "Product(Uniform(0, 1), Laplace(0, 1))",
    "MultivariateNormal([0, 0], [[1, 0], [0, 2]])",
)
# Switches, and how often each is set.
FLAGS = {"--simultaneous": 0.2, "--spectral": 0.2, "--population": 0.1, "--stratified": 0.2, "--no-skip": 0.3, "--reach": 0.2}


def drawn(seed: int) -> list:
    """The words of a ``gantheory train``, each setting of any sensible size and now and then of a senseless one."""
    r = random.Random(seed)

    def size(low, high, senseless=()):
        return r.choice(senseless) if senseless and r.random() < 0.03 else math.exp(r.uniform(math.log(low), math.log(high)))

    plane = r.random() < 0.25
    words = {
        "--p-data": r.choice(PLANE if plane else DENSITIES),
        "--latent": r.choice(PLANE_LATENTS if plane else LATENTS),
        "--loss": r.choice(list(LOSSES)),
        "--label-smoothing": r.choice((0, 0, 0, 0.1)),
        "--activation": r.choice(list(ACTIVATIONS)),
        "--initialization": r.choice(list(INITIALIZATIONS)),
        "--optimizer-d": r.choice(list(OPTIMIZERS)),
        "--optimizer-g": r.choice(list(OPTIMIZERS)),
        "--schedule": r.choice(list(SCHEDULES)),
        "--width": r.choice((1, 2, 8)),
        "--depth": r.choice((1, 2, 3)),
        "--batch": r.choice((1, 2, 16)),
        "--k": r.choice((1, 3)),
        "--generator-steps": r.choice((1, 1, 2)),
        "--r1": r.choice((0, size(1e-4, 1e3, (-1, "nan", "inf")))),
        "--r2": r.choice((0, size(1e-4, 1e3))),
        "--gradient-penalty": r.choice((0, 0, size(1e-2, 1e3))),
        "--packing": r.choice((1, 1, 1, 2)),
        "--oracle": r.choice((0, 0, 0, 0.5, 1)),
        "--noise": r.choice((0, size(1e-3, 10, ("nan",)))),
        "--steps": r.choice((0, 1, 3, 20)),
        "--measure-every": r.choice((5, 10, 50)),  # a generator that broke down may have folds that take seconds to measure
        "--seed": r.randrange(1000),
    }
    flags = [flag for flag, odds in FLAGS.items() if r.random() < odds]
    optional = [("--average", size(0.1, 1, (1, -1, "nan"))), ("--clip", size(1e-3, 10, (0, -1, "nan")))]
    chosen = [word for pair in optional if r.random() < 0.25 for word in pair]
    rates = ["--rates", size(1e-6, 1e3, (0, -1, "nan")), size(1e-6, 1e3)]
    moves = ["--updates", r.choice(UPDATES), "--k", 1, "--generator-steps", 1] if r.random() < 0.3 else []
    return [word for pair in words.items() for word in pair] + flags + chosen + rates + moves


def judge(command, out, seed: int) -> None:
    done = command("train", *drawn(seed), "--out", out)
    assert "Traceback" not in done.err
    if done.code == 2:
        assert done.err.startswith("gantheory: ") and done.err.count("\n") == 1, done.err
        assert not (out / "run.json").exists()
        return
    run = gt.load(out)
    assert done.code == (0 if run.stopped is None else 1), done.err
    if run.stopped:
        assert run.stopped in done.err.splitlines()[-1]  # lines before it say how far the training is
    for row in run.history:
        for name, quantity in row.measured.items():
            assert isinstance(quantity, gt.Divergent) or math.isfinite(quantity.value + quantity.error), (name, quantity)
        assert math.isfinite(row.discriminator_loss) and math.isfinite(row.generator_loss)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_random_settings_end_well(command, tmp_path, seed):
    judge(command, tmp_path / "run", seed)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_120_random_settings_end_well(command, tmp_path, part):
    for seed in range(100 + 12 * part, 112 + 12 * part):
        judge(command, tmp_path / str(seed), seed)
