"""What has no law or is no density, what happens on null sets only, and what is infinite by facts: each with random numbers in it."""

import math
from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

import gantheory as gt
from attacks import lines
from attacks.case import Case
from attacks.judge import INFINITE, Truth, undefined, within
from attacks.lines import Line
from attacks.oracle import jsd_by_cells, jsd_of_lines
from attacks.trees import Tree, Z, number, op

NAN, INF = number(math.nan), number(math.inf)
QUESTIONS: dict[str, Callable[..., Any]] = {
    "rigorous.jsd": lambda p, q: gt.rigorous.jsd(p, q, digits=4, seconds=1.5),
    "rigorous.kl": lambda p, q: gt.rigorous.kl(p, q, digits=4, seconds=1.5),
    "rigorous.criterion": lambda p, q: gt.rigorous.criterion(p, q, digits=4, seconds=1.5),
    "rigorous.kl, swapped": lambda p, q: gt.rigorous.kl(q, p, digits=4, seconds=1.5),
}


def generator(number_: int) -> Case:
    """G that is nan or infinite on a share of the latent's mass: there is no law, and so no answer."""
    rng = np.random.default_rng([41, number_])
    latent = lines.random_line(rng, ("Normal", "Uniform", "Laplace", "Beta", "TruncatedNormal"))
    c = float(latent.ppf(rng.choice([0.5, 0.9, 0.1, 1e-3])))
    above, below = op("sub", Z, c), op("sub", c, Z)
    trees = [
        op("sqrt", above),
        op("log", above),
        op("where_gt", Z, c, Z, NAN),
        op("where_lt", Z, c, NAN, Z),
        op("where_gt", Z, c, Z, INF),
        op("where_not_ge", Z, c, op("div", 1.0, 0.0), Z),
        op("inverse", op("relu", above)),
        op("add", Z, op("mul", 0.0, op("log", below))),
        op("add", Z, op("mul", 0.0, op("sqrt", above))),
        op("pow", above, 0.5),
        op("pow", above, 1.5),
        op("log1p", op("mul", -1.0, op("exp", above))),
        op("max", op("log", above), -3.0),
        op("min", op("sqrt", below), 1.0),
        op("clip", op("log", above)),
        op("add", op("relu", op("log", above)), Z),
        op("rsqrt", above),
        op("div", Z, op("relu", above)),
        op("mul", op("sign", above), op("sqrt", below)),
        op("atan", op("log", above)),
        op("logistic", op("sqrt", above)),
        op("sub", op("inverse", op("relu", above)), op("inverse", op("relu", above))),
    ]
    tree = trees[int(rng.integers(len(trees)))]
    data = lines.random_line(rng, ("Normal", "Uniform", "Laplace"))
    word = str(rng.choice([*QUESTIONS]))
    return Case(
        f"{word}({data}, Pushforward({tree}, {latent}))",
        lambda: QUESTIONS[word](data.law(), gt.Pushforward(tree.function(), latent.law())),
        lambda: undefined("G is not finite on a share of the latent's mass"),
        again=lambda: jsd_by_cells(data, tree, latent),
        digits=4,
        sound=False,
    )


def density(number_: int) -> Case:
    """A function that is no log-density: nan or +inf on an interval however thin, or of another mass."""
    rng = np.random.default_rng([43, number_])
    low, high = 0.0, float(rng.choice([1.0, 2.0, 0.5]))
    at = float(rng.uniform(low, high))
    wide = at + float(rng.choice([2.0**-40, 1e-9, 1e-3, 0.1]))
    height = -math.log(high - low)
    bad = float(rng.choice([math.nan, math.inf]))
    forms: list[Callable] = [
        lambda x: jnp.where((x > at) & (x < wide), bad, height + 0 * x),
        lambda x: jnp.where(x > at, bad, height + 0 * x),
        lambda x: height + 0 * jnp.log(x - at),
        lambda x: height + jnp.where(x > at, jnp.sqrt(at - x), 0.0),
        lambda x: height + 0 * x + jnp.float64(rng_shift),
        lambda x: height - jnp.log1p(x - at),
    ]
    rng_shift = float(rng.choice([1e-3, -1e-5, 1.0]))
    which = int(rng.integers(len(forms)))
    if which == 5:  # integrates to another number, unless by chance
        forms[5] = lambda x: height + jnp.float64(2 * rng_shift) * x + rng_shift**2
    told = [t for t in (at, wide) if t < high] if rng.random() < 0.6 else []
    word = str(rng.choice(["rigorous.jsd", "rigorous.kl", "rigorous.criterion", "rigorous.kl, swapped"]))
    # KL of a density that reaches beyond is infinite whatever this one is.
    other = [lines.uniform(low, high), lines.normal(0.3, 1.0)][int(rng.integers(2)) if "swapped" not in word else 0]

    def truth() -> Truth:
        return undefined(f"form {which} is no density")

    return Case(
        f"{word}(as_density(form {which}, at {at}, {wide}, bad {bad}, shift {rng_shift}, (0, {high}), {told}), {other})",
        lambda: QUESTIONS[word](gt.as_density(forms[which], (low, high), told), other.law()),
        truth,
        digits=4,
        sound=False,
    )


def null_set(number_: int) -> Case:
    """A generator that leaves its line at single points only, which have no mass: KL and JSD are those of the line."""
    rng = np.random.default_rng([47, number_])
    low = float(rng.integers(-2, 2))
    latent = lines.uniform(low, low + float(rng.choice([1.0, 2.0])))
    ends, far = latent.support, float(rng.choice([-7.0, 9.0, math.nan, math.inf]))
    inner = float(rng.uniform(*ends))
    away = number(far)
    trees = [
        op("where_gt", Z, ends[0], Z, away),
        op("where_lt", Z, ends[1], Z, away),
        op("where_ne", Z, inner, Z, away),
        op("where_eq", Z, inner, away, Z),
        op("where_ge", Z, ends[0], Z, away),
        op("where_le", Z, ends[1], Z, away),
        op("where_gt", Z, ends[1], away, Z),
        op("where_not_ge", Z, ends[0], away, Z),
        op("where_eq", op("sub", Z, inner), 0.0, away, Z),
        op("div", op("square", op("sub", Z, inner)), op("sub", Z, inner)),
    ]
    which = int(rng.integers(len(trees)))
    tree: Tree = trees[which]
    shift = inner if which == len(trees) - 1 else 0.0
    law = lines.uniform(ends[0] - shift, ends[1] - shift)
    room = float(rng.choice([0.0, 0.0, 1.0]))
    data = lines.uniform(law.support[0] - room, law.support[1] + room)
    word = str(rng.choice([*QUESTIONS]))
    width, wider = law.support[1] - law.support[0], data.support[1] - data.support[0]

    def truth() -> Truth:
        if word == "rigorous.kl":  # of the data to p_g
            return INFINITE if room else within(0.0, 1e-12)
        if "swapped" in word:
            return within(math.log(wider / width), 1e-12)
        jsd = jsd_of_lines(data, law)
        return jsd if "jsd" in word else Truth(2 * jsd.low - math.log(4) - 1e-14, 2 * jsd.high - math.log(4) + 1e-14)

    return Case(
        f"{word}({data}, Pushforward({tree}, {latent}))",
        lambda: QUESTIONS[word](data.law(), gt.Pushforward(tree.function(), latent.law())),
        truth,
        digits=4,
        sound=math.isfinite(far),
    )


def infinite(number_: int) -> Case:
    """KL that is infinite by a fact, or only just not: a little mass where the other has none, a tail, a bounded generator."""
    rng = np.random.default_rng([53, number_])
    sliver = float(2.0 ** -rng.integers(3, 60))
    kind = int(rng.integers(7))
    c = round(float(rng.uniform(0.2, 0.8)), 3)
    unit = lines.uniform(0.0, 1.0)
    leak: Line = lines.histogram([0.0, 1.0, 2.0], [1.0 - sliver, sliver])
    narrow = lines.uniform(0.0, 1.0)

    def pushed(tree: Tree, latent: Line) -> Any:
        return gt.Pushforward(tree.function(), latent.law())

    # (text, p, q, truth)
    match kind:
        case 0:
            made = f"kl({leak}, {narrow})", leak.law, narrow.law, INFINITE if leak.parameters[1][1] else within(0.0, 1e-15)
        case 1:  # a little of p_g beyond
            tree = op("where_lt", Z, sliver, op("add", Z, 2.0), Z)
            made = f"kl(Pushforward({tree}, {unit}), {unit})", lambda: pushed(tree, unit), unit.law, INFINITE
        case 2:  # an atom of p_g
            tree = op("max", Z, c)
            made = f"kl(Pushforward({tree}, {unit}), {unit})", lambda: pushed(tree, unit), unit.law, INFINITE
        case 3:  # bounded p_g, data on the whole line
            tree, wide = op("tanh", Z), lines.normal(0.0, c)
            made = f"kl({wide}, Pushforward({tree}, {wide}))", wide.law, lambda: pushed(tree, wide), INFINITE
        case 4:  # a fold only: p_g is uniform still
            tree = op("sub", 1.0, op("abs", op("sub", op("mul", 2.0, Z), 1.0)))
            made = f"kl(Pushforward({tree}, {unit}), {unit})", lambda: pushed(tree, unit), unit.law, within(0.0, 1e-13)
        case 5:  # two halves changed for each other
            tree = op("where_lt", Z, 0.5, op("add", Z, 0.5), op("sub", Z, 0.5))
            made = f"kl({unit}, Pushforward({tree}, {unit}))", unit.law, lambda: pushed(tree, unit), within(0.0, 1e-13)
        case _:  # p_g has a gap of the data's mass
            tree = op("where_lt", Z, c, op("mul", Z, 1.0 - sliver), Z)
            gap = INFINITE if c * (1 - sliver) < c else within(0.0, 1e-13)
            made = f"kl({unit}, Pushforward({tree}, {unit}))", unit.law, lambda: pushed(tree, unit), gap
    text, p, q, truth = made
    return Case(f"rigorous.{text}", lambda: gt.rigorous.kl(p(), q(), digits=4, seconds=1.5), lambda: truth, digits=4)
