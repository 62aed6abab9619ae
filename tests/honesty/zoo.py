"""Random pairs of densities, written as text, on which the library's answers are compared with reference.csv."""

import itertools
import math

import numpy as np

SIMPLE = ("Normal", "Uniform", "Laplace", "Cauchy", "StudentT", "Exponential", "Beta", "TruncatedNormal", "Histogram")
FAMILIES = (*SIMPLE, "Mixture")
COMPACT = ("Uniform", "Beta", "TruncatedNormal", "Histogram")
GRID = 2**53  # number of steps between 0 and 1: weights are multiples of 2**-53, whose sum is exactly 1


def _log_uniform(rng, low, high):
    return float(math.exp(rng.uniform(math.log(low), math.log(high))))


def _masses(raw):
    """Weights proportional to raw, as doubles whose exact sum is 1; zeros stay zero."""
    total = math.fsum(raw)
    counts = [round(value / total * GRID) for value in raw]
    largest = max(range(len(counts)), key=counts.__getitem__)
    counts[largest] += GRID - sum(counts)
    return [count / GRID for count in counts]


def _scale(rng, extreme):
    return _log_uniform(rng, 1e-4, 1e4) if extreme else _log_uniform(rng, 0.1, 10)


def _loc(rng):
    return float(2 * rng.standard_normal())


def _truncated(rng, extreme):
    loc, scale = _loc(rng), _scale(rng, extreme)
    if rng.random() < 0.75:  # limits about the bulk
        low, high = loc - scale * rng.uniform(-0.5, 3), loc + scale * rng.uniform(0.6, 3)
    else:  # limits in one tail
        near = rng.uniform(1, 5)
        far = near + _log_uniform(rng, 0.1, 3)
        low, high = (loc + scale * near, loc + scale * far) if rng.random() < 0.5 else (loc - scale * far, loc - scale * near)
    return ("TruncatedNormal", loc, scale, float(low), float(high))


def _histogram(rng, extreme):
    bins = int(rng.integers(2, 9))
    widths = [_scale(rng, extreme) / bins for _ in range(bins)]
    start = _loc(rng) - math.fsum(widths) / 2
    edges = [float(start + math.fsum(widths[:i])) for i in range(bins + 1)]
    raw = [0.0 if rng.random() < 0.08 else float(rng.exponential()) + 0.02 for _ in range(bins)]
    if sum(value > 0 for value in raw) < 2:  # with a single mass, `perturb` could not change it
        raw[0] = raw[-1] = 1.0
    return ("Histogram", edges, _masses(raw))


def _mixture(rng, extreme):
    size = int(rng.integers(2, 6))
    names = ["Normal"] * size if rng.random() < 0.35 else [SIMPLE[int(i)] for i in rng.integers(len(SIMPLE), size=size)]
    weights = _masses([float(rng.exponential()) + 0.02 for _ in range(size)])
    return ("Mixture", weights, [draw(rng, name, extreme) for name in names])


def draw(rng, family, extreme=False):
    """One random density of the family, as a tuple (family, *parameters)."""
    if family in ("Normal", "Laplace", "Cauchy"):
        return (family, _loc(rng), _scale(rng, extreme))
    if family == "StudentT":
        return (family, _log_uniform(rng, 0.8, 40), _loc(rng), _scale(rng, extreme))
    if family == "Exponential":
        return (family, 1 / _scale(rng, True) if extreme else _log_uniform(rng, 0.2, 5))
    if family == "Beta":
        return (family, _log_uniform(rng, 0.3, 8), _log_uniform(rng, 0.3, 8))
    if family == "Uniform":
        low = _loc(rng)
        return (family, low, low + _scale(rng, extreme))
    return {"TruncatedNormal": _truncated, "Histogram": _histogram, "Mixture": _mixture}[family](rng, extreme)


def perturb(rng, density, size):
    """The density with scales and shapes changed by about size, relatively, and locations by about size times the scale."""

    def step():
        return float(size * rng.uniform(0.3, 1) * rng.choice((-1.0, 1.0)))

    family, *args = density
    if family in ("Normal", "Laplace", "Cauchy"):
        loc, scale = args
        if family == "Cauchy" and rng.random() < 0.3:  # a pure shift: equal tails
            return (family, loc + scale * step(), scale)
        return (family, loc + scale * step(), scale * (1 + step()))
    if family == "StudentT":
        df, loc, scale = args
        if rng.random() < 0.3:
            return (family, df, loc + scale * step(), scale)
        return (family, df * (1 + step()), loc + scale * step(), scale * (1 + step()))
    if family in ("Exponential", "Beta"):
        return (family, *(value * (1 + step()) for value in args))
    if family == "Uniform":
        low, high = args
        return (family, low + (high - low) * step(), high + (high - low) * step())
    if family == "TruncatedNormal":
        loc, scale, low, high = args
        if rng.random() < 0.5:  # equal supports
            return (family, loc + scale * step(), scale * (1 + step()), low, high)
        width = high - low
        return (family, loc + scale * step(), scale * (1 + step()), low + width * step(), high + width * step())
    if family == "Histogram":
        edges, masses = args
        if rng.random() < 0.5:
            width = min(b - a for a, b in itertools.pairwise(edges))
            edges = [edge + width * step() / 3 for edge in edges]
        return (family, edges, _masses([mass * (1 + step()) for mass in masses]))
    weights, components = args
    return (family, _masses([weight * (1 + step()) for weight in weights]), [perturb(rng, part, size) for part in components])


def _shift(density, offset):
    """The density moved by offset; Exponential and Beta, which have no location, stay where they are."""
    family, *args = density
    if family in ("Normal", "Laplace", "Cauchy"):
        return (family, args[0] + offset, args[1])
    if family == "StudentT":
        return (family, args[0], args[1] + offset, args[2])
    if family == "Uniform":
        return (family, args[0] + offset, args[1] + offset)
    if family == "TruncatedNormal":
        return (family, args[0] + offset, args[1], args[2] + offset, args[3] + offset)
    if family == "Histogram":
        return (family, [edge + offset for edge in args[0]], args[1])
    return density


def _apart(rng):
    """Two densities with little or no mass in common."""
    kind = int(rng.integers(3))
    if kind == 0:  # compact supports with a gap
        p = draw(rng, COMPACT[int(rng.integers(4))])
        q = _shift(draw(rng, ("Uniform", "TruncatedNormal", "Histogram")[int(rng.integers(3))]), float(rng.uniform(40, 90)))
    elif kind == 1:  # uniforms that share a sliver or touch
        low, width, other = _loc(rng), _log_uniform(rng, 0.1, 10), _log_uniform(rng, 0.1, 10)
        start = low + width * (1 - float(rng.choice((0.0, 1e-9, 1e-5, 1e-2))))
        p, q = ("Uniform", low, low + width), ("Uniform", start, start + other)
    else:  # light tails, many scales apart
        names = ("Normal", "Laplace", "Exponential", "TruncatedNormal")
        p = draw(rng, names[int(rng.integers(4))])
        scale = _log_uniform(rng, 0.1, 2)
        q = ("Normal" if rng.random() < 0.6 else "Laplace", -float(rng.uniform(15, 60)) * scale - 20, scale)
    return (p, q) if rng.random() < 0.5 else (q, p)


def text(density):
    """The density as constructor text; every number is the repr of a double."""

    def show(value):
        if isinstance(value, tuple):
            return text(value)
        if isinstance(value, list):
            return "[" + ", ".join(show(item) for item in value) + "]"
        return repr(float(value))

    return density[0] + "(" + ", ".join(show(value) for value in density[1:]) + ")"


def _one(rng, first, second):
    """A random pair (p, q), and whether it is one of the two families.

    In 12 % of cases both are of the first family and nearly identical; in 5 % they are of any families and have little in common.
    """
    chance = rng.random()
    extreme = bool(rng.random() < 0.05)
    if chance < 0.12:
        p = draw(rng, first, extreme)
        return p, perturb(rng, p, 10.0 ** -int(rng.integers(1, 8))), False
    if chance < 0.17:
        return *_apart(rng), False
    return draw(rng, first, extreme), draw(rng, second, extreme), True


def pairs(count=1000, seed=2014):
    """The first count random pairs (p, q) as text; a larger count continues the same list."""
    rng = np.random.default_rng(seed)
    result, queue = [], []
    while len(result) < count:
        if not queue:  # all ordered pairs of families, in random order
            queue = [divmod(int(i), len(FAMILIES)) for i in rng.permutation(len(FAMILIES) ** 2)]
        first, second = queue[-1]
        p, q, used = _one(rng, FAMILIES[first], FAMILIES[second])
        if used:
            queue.pop()
        else:  # a special pair: these two families wait, and others come next
            queue.insert(0, queue.pop())
        result.append((text(p), text(q)))
    return result
