"""From a density's text to its atoms; every number is exactly its double."""

import ast

from gmpy2 import mpq

from .atoms import INF, Atom, Beta, Constant, Exponential, Gaussian, Power


def parse(source: str) -> list[Atom]:
    """The atoms of a density's text."""
    return _parse(ast.parse(source, mode="eval").body, mpq(1))


def _parse(node: ast.expr, weight: mpq) -> list[Atom]:
    family = node.func.id
    if family != "Mixture":
        return BUILDERS[family](weight, *(ast.literal_eval(argument) for argument in node.args))
    weights = ast.literal_eval(node.args[0])
    if sum(map(mpq, weights)) != 1:
        raise ValueError("weights must sum to 1 exactly")
    return [atom for w, component in zip(weights, node.args[1].elts, strict=True) for atom in _parse(component, weight * mpq(w))]


def _uniform(weight: mpq, low: float, high: float) -> list[Atom]:
    return [Constant(low, high, weight, weight / (mpq(high) - mpq(low)))]


def _histogram(weight: mpq, edges: list[float], masses: list[float]) -> list[Atom]:
    if sum(map(mpq, masses)) != 1:
        raise ValueError("masses must sum to 1 exactly")
    bins = zip(edges[:-1], edges[1:], masses, strict=True)
    return [Constant(low, high, weight, weight * mpq(mass) / (mpq(high) - mpq(low))) for low, high, mass in bins if mass > 0]


def _exponential(weight: mpq, rate: float) -> list[Atom]:
    rate = mpq(rate)
    return [Exponential(0.0, INF, weight, weight * rate, mpq(0), -rate)]


def _laplace(weight: mpq, loc: float, scale: float) -> list[Atom]:
    rate = 1 / mpq(scale)
    height = weight * rate / 2
    return [
        Exponential(-INF, loc, weight, height, mpq(loc), rate),
        Exponential(loc, INF, weight, height, mpq(loc), -rate),
    ]


def _normal(weight: mpq, loc: float, scale: float) -> list[Atom]:
    return [Gaussian(-INF, INF, weight, loc, scale)]


def _truncated_normal(weight: mpq, loc: float, scale: float, low: float, high: float) -> list[Atom]:
    return [Gaussian(low, high, weight, loc, scale)]


def _cauchy(weight: mpq, loc: float, scale: float) -> list[Atom]:
    return [Power(-INF, INF, weight, 1.0, loc, scale)]


def _student(weight: mpq, df: float, loc: float, scale: float) -> list[Atom]:
    return [Power(-INF, INF, weight, df, loc, scale)]


def _beta(weight: mpq, a: float, b: float) -> list[Atom]:
    return [Beta(0.0, 1.0, weight, a, b)]


BUILDERS = {
    "Uniform": _uniform,
    "Histogram": _histogram,
    "Exponential": _exponential,
    "Laplace": _laplace,
    "Normal": _normal,
    "TruncatedNormal": _truncated_normal,
    "Cauchy": _cauchy,
    "StudentT": _student,
    "Beta": _beta,
}
