"""Generators that are straight lines in disguise, so that p_g is the latent's law, moved and scaled: truths to twelve digits.

Most have a derivative, a comparison or a program that says otherwise.
"""

from collections.abc import Callable

import numpy as np

import gantheory as gt
from attacks import lines
from attacks.case import Case
from attacks.lines import Line
from attacks.oracle import jsd_by_cells, jsd_of_lines
from attacks.trees import Tree, Z, number, op, some_number, straight

PLAIN = ("neg", "zeroth", "stopped", "half_stopped", "cancelled", "lying", "deceitful", "stacked", "single", "never", "zero_only")
ODD = ("fori", "scan", "split", "cumsum", "false_log_beta", "false_logistic", "false_exp", "false_logsumexp", "false_relu", "false_where")
NAN = op("log", op("neg", op("exp", Z)))  # nan everywhere


def _same_choice(rng: np.random.Generator) -> Tree:
    name = rng.choice(["lt", "le", "gt", "ge", "not_lt", "not_ge", "either", "both", "one_of"])
    return op(f"where_{name}", Z, some_number(rng), Z, op("sub", op("add", Z, 1.0), 1.0))


def _chosen_by_nan(rng: np.random.Generator) -> Tree:
    """The comparison with nan is false, its negation true."""
    other = op("mul", Z, 3.0)
    if rng.random() < 0.5:
        return op(f"where_{rng.choice(['lt', 'le', 'gt', 'ge', 'eq'])}", NAN, some_number(rng), other, Z)
    return op(f"where_{rng.choice(['ne', 'not_lt', 'not_ge'])}", NAN, some_number(rng), Z, other)


def _equal_to_itself(rng: np.random.Generator) -> Tree:
    return op("where_eq", Z, Z, Z, 4.0)


def _clipped_and_rest(rng: np.random.Generator) -> Tree:
    c = number(some_number(rng))
    return op("sub", op("add", op("max", Z, c), op("min", Z, c)), c)


SHAPES: list[Callable[[np.random.Generator], Tree]] = [
    *(lambda rng, name=name: op(name, Z) for name in PLAIN + ODD),
    _same_choice,
    _chosen_by_nan,
    _equal_to_itself,
    _clipped_and_rest,
    lambda rng: op("log", op("exp", Z)),
    lambda rng: op("log2", op("exp2", Z)),
    lambda rng: op("log1p", op("expm1", Z)),
    lambda rng: op("asinh", op("sinh", Z)),
    lambda rng: op("cbrt", op("cube", Z)),
    lambda rng: op("cube", op("cbrt", Z)),
    lambda rng: op("div", op("square", Z), Z),
    lambda rng: op("inverse", op("inverse", Z)),
    lambda rng: op("mul", op("sign", Z), op("abs", Z)),
    lambda rng: op("mul", op("mul", op("sign", Z), Z), op("sign", Z)),
    lambda rng: op("add", op("floor", Z), op("sawtooth", Z)),
    lambda rng: op("sub", op("relu", Z), op("relu", op("neg", Z))),
    lambda rng: op("fmax", Z, NAN),
    lambda rng: op("fmin", NAN, Z),
    lambda rng: op("max", Z, Z),
    lambda rng: op("hypot", op("sqrt", op("abs", Z)), 0.0) if rng.random() < 0 else op("add", Z, op("mul", 0.0, op("tanh", Z))),
    lambda rng: op("sub", op("add", Z, op("exp", Z)), op("exp", Z)),
    lambda rng: op("add", op("mul", Z, op("square", op("sin", Z))), op("mul", Z, op("square", op("cos", Z)))),
    lambda rng: op("mul", Z, op("add", op("logistic", Z), op("logistic", op("neg", Z)))),
    lambda rng: op("mul", op("exp", op("log", op("abs", Z))), op("sign", Z)),
    lambda rng: op("pow", Z, 1.0),
    lambda rng: op("atan2", op("sin", Z), op("cos", Z)),  # z for |z| < π
    lambda rng: straight(some_number(rng) or 1.0, some_number(rng)),
]
FAMILIES: dict[str, Callable[..., Line]] = {"Normal": lines.normal, "Laplace": lines.laplace, "Cauchy": lines.cauchy}


def _line_of(tree: Tree, latent: Line) -> tuple[float, float] | None:
    """(slope, offset) of a tree that is a line on the latent's mass; None for another."""
    z = latent.ppf(np.linspace(1e-9, 1 - 1e-9, 4001) if latent.name != "Cauchy" else np.linspace(1e-3, 1 - 1e-3, 4001))
    x = tree(z)
    slope = (x[2700] - x[1300]) / (z[2700] - z[1300])
    offset = x[1300] - slope * z[1300]
    if not np.isfinite(x).all() or abs(slope) < 0.05 or abs(slope) > 50 or abs(offset) > 50:
        return None
    return (float(slope), float(offset)) if np.all(np.abs(slope * z + offset - x) <= 1e-7 * (1 + np.abs(x))) else None


def _law(latent: Line, slope: float, offset: float) -> Line:
    if latent.name == "Uniform":
        return lines.uniform(*sorted(slope * end + offset for end in latent.support))
    loc, scale = latent.parameters
    return FAMILIES[latent.name](slope * loc + offset, abs(slope) * scale)


def _drawn(number_: int) -> tuple[Line, Line, Tree, Line]:
    """(data, latent, tree, p_g)."""
    rng = np.random.default_rng([1, number_])
    latent = lines.random_line(rng, ("Normal", "Normal", "Laplace", "Uniform"))
    data = lines.random_line(rng, ("Normal", "Normal", "Laplace", "Uniform", "TruncatedNormal"))
    while True:
        tree = Z
        for _ in range(int(rng.integers(1, 4))):
            tree = SHAPES[int(rng.integers(len(SHAPES)))](rng).of(tree)
        if found := _line_of(tree, latent):
            return data, latent, tree, _law(latent, *found)


def _case(number_: int, ask: Callable, word: str, digits: int | None) -> Case:
    data, latent, tree, p_g = _drawn(number_)
    # What `_line_of` allows beside the line moves x by 1e-7 at most.
    slack = 1e-6 if "single" in repr(tree) else 1e-10

    def truth():
        found = jsd_of_lines(data, p_g)
        return type(found)(found.low - slack, found.high + slack)

    return Case(
        f"{word}({data}, Pushforward({tree}, {latent}))",
        lambda: ask(data.law(), gt.Pushforward(tree.function(), latent.law())),
        truth,
        again=lambda: jsd_by_cells(data, tree, latent, 2**21, 512, 0.43),
        digits=digits,
        sound=not (tree.kinds - {"smooth", "corner"}),
    )


def proved(number_: int) -> Case:
    return _case(number_, lambda p, q: gt.rigorous.jsd(p, q, digits=5, seconds=2.0), "rigorous.jsd", 5)


def measured(number_: int) -> Case:
    return _case(number_, gt.jsd, "jsd", None)
