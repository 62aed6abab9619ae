"""Optimisers and schedules that settings name, against their formulas in NumPy."""

import math

import jax
import pytest

from gantheory.training.optimizers import OPTIMIZERS, SCHEDULES, optimizer

RATE, STEPS = 0.3, 40
FORMULAS = {
    "cosine": lambda t: RATE * (0.01 + 0.99 * (1 + math.cos(math.pi * t)) / 2),
    "linear": lambda t: RATE * (1 - 0.99 * t),
    "exponential": lambda t: RATE * 0.01**t,
    "constant": lambda t: RATE,
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_rate_falls_by_its_formula_and_stays_where_it_ends(name):
    schedule = SCHEDULES[name](RATE, STEPS)
    for step in (0, 13, 40, 60):
        found = schedule(step) if callable(schedule) else schedule
        assert float(found) == pytest.approx(FORMULAS[name](min(step / STEPS, 1)), rel=1e-5)


def adam(b1, b2):
    def steps(gradients):
        m = v = 0.0
        for n, g in enumerate(gradients, 1):
            m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
            yield -RATE * m / (1 - b1**n) / (math.sqrt(v / (1 - b2**n)) + 1e-8)

    return steps


def momentum(b1):
    def steps(gradients):
        m = 0.0
        for g in gradients:
            m = g + b1 * m
            yield -RATE * m

    return steps


def rmsprop(b2):
    def steps(gradients):
        v = 0.0
        for g in gradients:
            v = b2 * v + (1 - b2) * g * g
            yield -RATE * g / math.sqrt(v + 1e-8)

    return steps


BY_HAND = {
    ("adam", None, None): adam(0.5, 0.99),
    ("adam", 0.2, None): adam(0.2, 0.99),
    ("adam", 0.0, 0.8): adam(0.0, 0.8),
    ("adam, b1 = .9", None, None): adam(0.9, 0.999),
    ("adam, b1 = .9", None, 0.9): adam(0.9, 0.9),
    ("sgd", None, None): momentum(0.0),
    ("sgd", 0.9, None): momentum(0.9),
    ("rmsprop", None, None): rmsprop(0.9),
    ("rmsprop", None, 0.5): rmsprop(0.5),
}


def test_every_optimiser_is_tried():
    assert {name for name, *_ in BY_HAND} == OPTIMIZERS.keys()


@pytest.mark.parametrize("case", BY_HAND, ids=str)
def test_an_optimiser_takes_the_steps_of_its_formula(case):
    name, b1, b2 = case
    gradients, made = (0.5, -2.0, 1.0), optimizer(name, RATE, STEPS, "constant", b1, b2)
    with jax.enable_x64(True):
        memory = made.init(0.0)
        for gradient, expected in zip(gradients, BY_HAND[case](gradients), strict=True):
            update, memory = made.update(gradient, memory)
            assert float(update) == pytest.approx(expected, rel=1e-12, abs=0)


@pytest.mark.parametrize(("name", "beta"), [("sgd", "b2"), ("rmsprop", "b1")])
def test_a_beta_that_an_optimiser_does_not_have_is_refused(name, beta):
    with pytest.raises(ValueError, match=f"`{beta}` must be left alone for {name}, which has none. Got 0.9."):
        optimizer(name, RATE, STEPS, **{beta: 0.9})
