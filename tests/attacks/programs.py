"""Random programs: as generators, as log-densities, and as discriminators' logits. Truths by quadrature and by binned masses."""

import math
from collections.abc import Callable, Collection

import equinox as eqx
import jax
import numpy as np

import gantheory as gt
from attacks import lines
from attacks.case import Case
from attacks.judge import Truth, undefined, within
from attacks.lines import Line
from attacks.oracle import LOG_2, expectation, integral, jsd_by_cells, jsd_density, jsd_of_monotone, quantiles, total
from attacks.trees import Tree, Z, op, random_tree, some_number, straight

LATENTS = ("Normal", "Normal", "Uniform", "Uniform", "TruncatedNormal", "Laplace", "Exponential", "Histogram", "Beta")
DATA = (*LATENTS, "Cauchy", "StudentT")
ANYTHING = Truth(0.0, LOG_2 + 1e-15)
# Operations that are infinite in the doubles where a real number is finite.
OVERFLOWING = {"exp", "exp2", "expm1", "sinh", "mul", "square", "cube", "fifth", "pow", "tilted", "prod", "inverse_square", "logaddexp"}


def _overflows(tree: Tree, latent: Line) -> bool:
    """Whether the doubles leave the numbers on the way: then they say nothing of what exact arithmetic gives."""
    z = np.concatenate(
        [latent.ppf(np.linspace(0, 1, 1001)[1:-1]), latent.ppf(np.array([1e-12, 1e-6])), latent.isf(np.array([1e-12, 1e-6]))]
    )
    for node in tree.nodes():
        if node.name in OVERFLOWING:
            parts = np.array([np.abs(part(z)) for part in node.parts])
            with np.errstate(invalid="ignore"):
                if np.any((np.abs(node(z)) > 1e100) & np.all(parts < 1e100, axis=0)):
                    return True
    return False


def generator_of(kinds: Collection[str], stream: int, depth: int, measured: bool = False) -> Callable[[int], Case]:
    """The attack by random generators of operations of these kinds, which asks for intervals, or for estimates."""

    def case(number_: int) -> Case:
        rng = np.random.default_rng([stream, number_])
        latent, data = lines.random_line(rng, LATENTS), lines.random_line(rng, DATA)
        while True:
            tree = random_tree(rng, depth, kinds)
            known = jsd_by_cells(data, tree, latent, 2**13, 64)
            # Few of those without a law are kept: they are refused at once.
            if (not known.undefined or rng.random() < 0.1) and tree != Z:
                break
        if rng.random() < 0.5:
            tree = op("add", tree, op("mul", round(float(rng.uniform(0.5, 3)), 2), Z))
        monotone = jsd_of_monotone(data, tree, latent)
        digits = 6 if monotone else 3
        overflows = _overflows(tree, latent)

        def truth():
            return ANYTHING if overflows else monotone or jsd_by_cells(data, tree, latent)

        def ask():
            laws = data.law(), gt.Pushforward(tree.function(), latent.law())
            return gt.jsd(*laws) if measured else gt.rigorous.jsd(*laws, digits=digits, seconds=1.5)

        return Case(
            f"{'' if measured else 'rigorous.'}jsd({data}, Pushforward({tree}, {latent}))",
            ask,
            truth,
            again=lambda: jsd_by_cells(data, tree, latent, 2**21, 1024, 0.41),
            digits=None if measured else digits,
            sound=not overflows and not known.undefined and not (tree.kinds - {"smooth", "corner"}),
        )

    return case


def measured_generator(number_: int) -> Case:
    """JSD of a random generator by quadrature in the doubles: an estimate with its error, or a refusal."""
    kinds = [{"smooth"}, {"smooth", "corner"}, {"smooth", "corner", "jump"}, {"smooth", "corner", "jump", "odd"}][number_ % 4]
    return generator_of(kinds, 29, 2, measured=True)(number_)


class Named(eqx.Module):
    """A discriminator of a tree."""

    tree: Tree = eqx.field(static=True)

    def logit(self, x):
        return self.tree.function()(x)

    def __call__(self, x):
        return jax.nn.sigmoid(self.logit(x))


class Overridden(gt.Discriminator):
    """A subclass of the library's own network whose logit is a tree's: nothing of the network holds."""

    tree: Tree = eqx.field(static=True, default=Z)

    def __init__(self, tree: Tree):
        super().__init__(4, 1, key=jax.random.key(0))
        self.tree = tree

    def logit(self, x):
        return self.tree.function()(x)


def value(number_: int) -> Case:
    """V(G, D) of a D whose logit is a random tree, an own class or a subclass of the library's."""
    rng = np.random.default_rng([31, number_])
    kinds = [{"smooth"}, {"smooth", "corner"}, {"smooth", "corner", "jump", "odd"}][int(rng.integers(3))]
    names = ("Normal", "Uniform", "Laplace", "TruncatedNormal", "Exponential")
    rate, form = 0.0, 0
    data, latent = lines.random_line(rng, names), lines.random_line(rng, names)
    if rng.random() < 0.3:  # growth that a class does not tell: E exp(c x²) and the like
        rate, form = round(float(rng.uniform(0.01, 0.2)), 3), int(rng.integers(3))
        grown = op("exp", op("mul", rate, op("square", Z)))
        logit = [grown, op("mul", op("sign", Z), grown), op("add", Z, grown)][form]
    else:
        logit = random_tree(rng, int(rng.integers(1, 4)), kinds)
    G = straight(round(float(rng.uniform(0.3, 2)), 2), some_number(rng)) if rng.random() < 0.6 else random_tree(rng, 2, {"smooth"})
    own = Overridden(logit) if rng.random() < 0.5 else Named(logit)
    digits = 5
    p_g_of_latent = rng.random() < 0.4
    if p_g_of_latent:
        G = Z

    def truth(shift: float = 0.0) -> Truth:
        if rate:  # V is -∞ if one of the two expectations is; where the tails nearly are too heavy, quadrature tells nothing
            straight_ = {"z", "number", "mul", "add"} >= {node.name for node in G.nodes()}
            weights = [_tail(latent, rate * _slope(G) ** 2) if straight_ else 0.75, _tail(data, rate) if form == 1 else 0.0]
            if form == 1 and data.name == "Exponential":  # no tail where the logit falls
                weights[1] = 0.0
            if max(weights) >= 0.5:
                return Truth(-math.inf, -math.inf if max(weights) >= 1 else 0.0)
        cuts = np.linspace(-8, 8, 321) + shift

        def log_D(x):
            return -np.logaddexp(0, -logit(x))

        def log_rest(z):
            return -np.logaddexp(0, logit(G(z)))

        return total(expectation(data, log_D, [*cuts]), expectation(latent, log_rest, [*cuts]))

    def ask():
        q = latent.law() if p_g_of_latent else gt.Pushforward(G.function(), latent.law())
        return gt.rigorous.value(data.law(), q, own, digits=digits, seconds=1.5)

    return Case(
        f"rigorous.value({data}, Pushforward({G}, {latent}), {type(own).__name__}({logit}))",
        ask,
        lambda: _or_anything(truth(), logit, G, data, latent),
        again=lambda: _or_anything(truth(0.0123), logit, G, data, latent),
        digits=digits,
        sound=not rate and not ((logit.kinds | G.kinds) - {"smooth", "corner"}),
    )


def _slope(G: Tree) -> float:
    return float(np.diff(G(np.array([0.0, 1.0])))[0])


def _tail(line: Line, rate: float) -> float:
    """By how much exp(rate x²) outgrows a density's tail: 1 and more if its mean is infinite."""
    if line.name in ("Laplace", "Exponential"):
        return math.inf if rate else 0.0
    return 2 * rate * line.parameters[1] ** 2 if line.name == "Normal" else 0.0


def _or_anything(found: Truth, logit: Tree, G: Tree, data: Line, latent: Line) -> Truth:
    if found.high == -math.inf:
        return found
    if _overflows(logit, data) or _overflows(logit.of(G), latent) or (found.undefined and "converge" in found.undefined):
        return Truth(-math.inf, 0.0)
    return found


def density_of(number_: int) -> Case:
    """A log-density given by a random tree on a bounded interval, normalised by quadrature."""
    rng = np.random.default_rng([37, number_])
    while True:
        low = float(rng.choice([0.0, -1.0, 0.25, round(rng.normal(), 2)]))
        high = low + float(rng.choice([1.0, 2.0, round(rng.uniform(0.5, 4), 2)]))
        tree = random_tree(rng, int(rng.integers(1, 4)), {"smooth"}, scalar=False)
        told: list[float] = []
        if rng.random() < 0.4:  # a break where it is known, declared or not
            at = round(float(rng.uniform(low, high)), 3)
            name = str(rng.choice(["where_lt", "where_ge", "where_not_lt", "max", "abs"]))
            inner = random_tree(rng, 1, {"smooth"}, scalar=False)
            tree = {
                "max": op("mul", tree, op("max", Z, at)),
                "abs": op("sub", tree, op("abs", op("sub", Z, at))),
            }.get(name, op(name if name.startswith("where") else "where_lt", Z, at, tree, inner))
            told = [at]
        cuts = np.union1d(np.linspace(low, high, 65), told)
        with np.errstate(all="ignore"):
            mass, doubt = integral(lambda x, t=tree: np.exp(t(x)), cuts)
        if 1e-6 < mass < 1e6 and doubt < 1e-12 * mass:
            break
    log_p = op("sub", tree, math.log(mass))
    other = lines.uniform(low, high) if rng.random() < 0.4 else lines.random_line(rng, ("Normal", "Laplace", "Uniform", "TruncatedNormal"))
    wrong = float(rng.choice([0.0, 0.0, 0.0, 0.0, 0.01, 1e-4]))  # not a density at all
    shown = op("add", log_p, wrong) if wrong else log_p
    declared = told if rng.random() < 0.7 else []
    digits = 6

    def formula(x):
        inside = (x >= low) & (x <= high)
        return np.where(inside, log_p(x), -np.inf)

    def truth() -> Truth:
        if wrong:
            return undefined(f"a function that integrates to {math.exp(wrong)}")
        all_cuts = np.unique(np.concatenate([cuts, quantiles(other)]))
        found, gap = integral(lambda x: jsd_density(formula(x), other.log_prob(x)), all_cuts)
        return within(found, 10 * gap + 1e-10)

    ask_function = shown.function()
    return Case(
        f"rigorous.jsd(as_density({shown}, ({low}, {high}), {declared}), {other})",
        lambda: gt.rigorous.jsd(gt.as_density(ask_function, (low, high), declared), other.law(), digits=digits, seconds=1.5),
        truth,
        digits=digits,
        sound=not wrong and declared == told,
    )
