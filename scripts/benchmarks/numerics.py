"""How long a divergence takes: a batch of pairs against scipy's quad pair by pair, and how it grows.

Every time is the median of 5, of calls whose programs are compiled already; a ratio is of times taken in the same run.
Exits with 1 if gantheory and quad disagree.
"""

import math
import os
import platform
import statistics
import time

import jax
import numpy as np
import scipy
from scipy.integrate import quad

import gantheory as gt

REPEATS = 5
PAIRS = 1000
BY_QUAD = 200  # of them
AGREEMENT = 1e-10
COUNTS = (1, 10, 100, 1000, 4000)
COMPONENTS = (1, 2, 4, 8, 16)
PAIRS_BY_COMPONENTS = 200
MESHES, GRIDS = (64, 128, 256, 512), (64, 128, 256)


def mixtures(rng: np.random.Generator, pairs: int, components: int = 2) -> gt.Mixture:
    """Weights Dirichlet(1, ..., 1), locs N(0, 2²), scales log-uniform on [.3, 3]."""
    shape = (pairs, components)
    weights = rng.dirichlet(np.ones(components), pairs)
    return gt.Mixture(weights, gt.Normal(rng.normal(0, 2, shape), np.exp(rng.uniform(math.log(0.3), math.log(3), shape))))


def seconds(work) -> float:
    """Of one call, after one that compiles."""
    work()
    return median_of(work)


def median_of(work) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def log_density(weights, locs, scales):
    """log p of one mixture, in scalars of the math module: the fastest that quad can be given."""
    terms = [
        (math.log(w / s) - math.log(2 * math.pi) / 2, m, 1 / s)
        for w, m, s in zip(weights.tolist(), locs.tolist(), scales.tolist(), strict=True)
    ]
    exp, log = math.exp, math.log

    def log_p(x: float) -> float:
        logs = [c - 0.5 * ((x - m) * inverse) ** 2 for c, m, inverse in terms]
        largest = max(logs)
        total = 0.0
        for one in logs:
            total += exp(one - largest)
        return largest + log(total)

    return log_p


def log_density_of_arrays(weights, locs, scales):
    """log p of one mixture, in NumPy: what is usually written."""
    log_weights = np.log(weights / scales) - math.log(2 * math.pi) / 2

    def log_p(x: float) -> float:
        return float(np.logaddexp.reduce(log_weights - ((x - locs) / scales) ** 2 / 2))

    return log_p


def jsd_by_quad(p, q, log_density=log_density) -> float:
    """JSD of one pair, each (weights, locs, scales): the integrand that gantheory has too, ½(p+q)[r tanh r - log cosh r]."""
    log_p, log_q = log_density(*p), log_density(*q)
    exp, expm1, log1p, sinh, tanh, log2 = math.exp, math.expm1, math.log1p, math.sinh, math.tanh, math.log(2)

    def integrand(x: float) -> float:
        a, b = log_p(x), log_q(x)
        r = abs(a - b) / 2
        if r < 1:
            bracket = r * tanh(r) - log1p(2 * sinh(r / 2) ** 2)
        elif r < 40:
            bracket = log2 - log1p(exp(-2 * r)) - 2 * r / (expm1(2 * r) + 2)
        else:
            bracket = log2
        return (exp(a) + exp(b)) / 2 * bracket

    locs, scales = np.concatenate([p[1], q[1]]), np.concatenate([p[2], q[2]])
    low, high = (locs - 12 * scales).min(), (locs + 12 * scales).max()
    return quad(integrand, low, high, points=locs, epsabs=1e-10, epsrel=1e-10, limit=200)[0]


def table(title: str, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(line[i]) for line in [head, *rows]) for i in range(len(head))]
    print(f"\n{title}\n")
    for line in [head, *rows]:
        first, *rest = (cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(line, widths, strict=True)))
        print("  " + "   ".join([first, *rest]))


def shown(time_taken: float) -> str:
    """A time to three digits."""
    units = [("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)]
    unit, size = next((pair for pair in units if time_taken >= pair[1]), units[-1])
    return f"{time_taken / size:.3g} {unit}"


def against_quad(rng: np.random.Generator) -> bool:
    p, q = mixtures(rng, PAIRS), mixtures(rng, PAIRS)
    start = time.perf_counter()
    gt.jsd(p, q, AGREEMENT)
    first = time.perf_counter() - start
    parameters = [[(m.weights[i], m.components.loc[i], m.components.scale[i]) for m in (p, q)] for i in range(BY_QUAD)]
    # In turns, so that what else the machine is doing falls on both.
    ours, theirs, usual = [], [], []
    for _ in range(REPEATS):
        start = time.perf_counter()
        batch = gt.jsd(p, q, AGREEMENT)
        middle = time.perf_counter()
        by_quad = np.array([jsd_by_quad(*pair) for pair in parameters])
        ours.append((middle - start) / PAIRS)
        after = time.perf_counter()
        theirs.append((after - middle) / BY_QUAD)
        [jsd_by_quad(*pair, log_density_of_arrays) for pair in parameters[: BY_QUAD // 10]]
        usual.append((time.perf_counter() - after) / (BY_QUAD // 10))
    apart = np.abs(batch.value[:BY_QUAD] - by_quad)
    ratios = [b / a for a, b in zip(ours, theirs, strict=True)]
    own, other, arrays = (statistics.median(times) for times in (ours, theirs, usual))
    table(
        f"JSD of random pairs of mixtures of 2 Gaussians: one gt.jsd of {PAIRS} pairs, scipy's quad on the first {BY_QUAD} of them",
        ("", "a pair", "all"),
        [
            (f"gt.jsd, one call of {PAIRS}", shown(own), shown(own * PAIRS)),
            (f"quad, {BY_QUAD} calls, scalars of math", shown(other), shown(other * BY_QUAD)),
            ("quad, NumPy densities", shown(arrays), ""),
        ],
    )
    agree = bool((apart <= AGREEMENT).all())
    print(f"\n  quad / gt.jsd, a pair: {other / own:.3g} with scalars (in the {REPEATS} repeats {min(ratios):.3g} to {max(ratios):.3g})")
    print(f"                         {arrays / own:.3g} with NumPy densities")
    print(f"  largest disagreement: {apart.max():.2g}; within {AGREEMENT:g} for {int((apart <= AGREEMENT).sum())} of {BY_QUAD} pairs")
    print(f"  largest error that gt.jsd states: {batch.error.max():.2g}; its first call, which compiles: {shown(first)}")
    return agree


def by_pairs(rng: np.random.Generator) -> None:
    rows = []
    for count in COUNTS:
        p, q = mixtures(rng, count), mixtures(rng, count)
        taken = seconds(lambda p=p, q=q: gt.jsd(p, q))
        rows.append((str(count), shown(taken / count), shown(taken)))
    table("gt.jsd of n pairs of mixtures of 2 Gaussians", ("n", "a pair", "all"), rows)


def by_components(rng: np.random.Generator) -> None:
    rows = []
    for components in COMPONENTS:
        p, q = (mixtures(rng, PAIRS_BY_COMPONENTS, components) for _ in range(2))
        taken = seconds(lambda p=p, q=q: gt.jsd(p, q))
        rows.append((str(components), shown(taken / PAIRS_BY_COMPONENTS), shown(taken)))
    table(f"gt.jsd of {PAIRS_BY_COMPONENTS} pairs of mixtures of k Gaussians", ("k", "a pair", "all"), rows)


def square(z):
    return z**2


def one_pair(rng: np.random.Generator) -> None:
    """A pushforward is made anew in every call: it remembers its branches, which are most of the work."""
    data, z = gt.Normal(0.0, 1.0), gt.Normal(0.0, 1.0)
    generator = gt.Generator(64, 2, key=jax.random.key(0))
    mixed = [gt.Mixture([0.3, 0.7], [gt.Normal(-2.0, 0.5), gt.Normal(loc, 1.0)]) for loc in (1.0, 1.5)]
    cases = {
        "N(0, 1), N(1, 1)": lambda: gt.jsd(data, gt.Normal(1.0, 1.0)),
        "two mixtures of 2": lambda: gt.jsd(*mixed),
        "N(0, 1), z² made anew": lambda: gt.jsd(data, gt.Pushforward(square, z)),
        "N(0, 1), 1-64-64-1 tanh made anew": lambda: gt.jsd(data, gt.Pushforward(generator, z)),
    }
    kept = {"z²": gt.Pushforward(square, z), "1-64-64-1 tanh": gt.Pushforward(generator, z)}
    for name, p_g in kept.items():
        cases[f"N(0, 1), {name} kept"] = lambda p_g=p_g: gt.jsd(data, p_g)
    rows = []
    for name, work in cases.items():
        measured = work()
        rows.append((name, shown(median_of(work)), repr(measured)))
    table("One gt.jsd of a single pair", ("", "time", "JSD"), rows)


def proved() -> None:
    """Proved intervals: against digits, components of a mixture, and the width of a generator's network."""
    normal, mixture = gt.Normal(0.0, 1.0), gt.Mixture([0.3, 0.7], [gt.Normal(-2.0, 0.5), gt.Normal(1.0, 1.0)])
    pairs = {
        "N(0, 1), N(1, 1)": (normal, gt.Normal(1.0, 1.0)),
        "mixture of 2, N(0, 1.5)": (mixture, gt.Normal(0.0, 1.5)),
        "Cauchy(0, 1), Cauchy(1, 1)": (gt.Cauchy(0.0, 1.0), gt.Cauchy(1.0, 1.0)),
    }
    for components in (4, 8):
        locs = np.linspace(-3, 3, components)
        parts = [gt.Normal(loc, 0.7) for loc in locs]
        pairs[f"mixture of {components}, N(0, 1.5)"] = gt.Mixture(np.full(components, 1 / components), parts), gt.Normal(0.0, 1.5)
    digits = (15, 30, 50)
    rows = [(name, *(shown(seconds(lambda p=p, q=q, d=d: gt.rigorous.jsd(p, q, d))) for d in digits)) for name, (p, q) in pairs.items()]
    table("gt.rigorous.jsd, proved to so many digits", ("", *map(str, digits)), rows)
    rows = []
    for width in (8, 16, 32, 64):
        p_g = {a: gt.Pushforward(gt.Generator(width, 2, a, key=jax.random.key(0)), normal) for a in ("tanh", "relu")}
        data, D = gt.Normal(0.5, 0.5), gt.Discriminator(width, 2, key=jax.random.key(1))
        works = (
            lambda data=data, p_g=p_g: gt.rigorous.jsd(data, p_g["tanh"], 10),
            lambda data=data, p_g=p_g: gt.rigorous.jsd(data, p_g["relu"], 10),
            lambda data=data, p_g=p_g, D=D: gt.rigorous.value(data, p_g["tanh"], D, 10),
        )
        rows.append((str(width), *(shown(seconds(work)) for work in works)))
    table("Of a network 1-w-w-1, to 10 digits", ("w", "JSD, tanh", "JSD, ReLU", "V of two, tanh"), rows)


def on_the_plane() -> None:
    """The pushforward of a 2-64-64-2 tanh network, made anew: its mesh, and the masses in the cells of a grid."""
    generator = gt.Generator(64, 2, skip=False, inputs=2, outputs=2, key=jax.random.key(0))
    latent = gt.Product(gt.Normal(0.0, 1.0), gt.Normal(0.0, 1.0))
    rows = []
    for lines in MESHES:
        mesh = seconds(lambda lines=lines: gt.PlanePushforward(generator, latent, lines).mesh)
        p_g = gt.PlanePushforward(generator, latent, lines)
        low, high = p_g.mesh.x.min((0, 1)), p_g.mesh.x.max((0, 1))
        edges = [np.linspace(low, high, cells + 1).T for cells in GRIDS]
        rows.append((f"{lines} x {lines}", shown(mesh), *(shown(seconds(lambda e=e, p=p_g: p.cell_masses(*e))) for e in edges)))
    head = ("mesh", "G on the mesh", *(f"grid {cells} x {cells}" for cells in GRIDS))
    table("p_g = G#N(0, I) on the plane, G a 2-64-64-2 tanh network", head, rows)


def plane_pairs() -> None:
    normal = gt.Product(gt.Normal(0.0, 1.0), gt.Normal(0.0, 1.0))
    pairs = {
        "N(0, I), N((1, 0), I)": gt.MultivariateNormal([1.0, 0.0], np.eye(2)),
        "N(0, I), ring(8, 1, .1)": gt.ring(8, 1.0, 0.1),
        "N(0, I), moons(.1)": gt.moons(0.1),
        "N(0, I), checkerboard()": gt.checkerboard(),
        "N(0, I), pinwheel()": gt.pinwheel(),
    }
    rows = [(name, shown(seconds(lambda q=q: gt.jsd(normal, q))), repr(gt.jsd(normal, q))) for name, q in pairs.items()]
    table("One gt.jsd of two densities on the plane", ("", "time", "JSD"), rows)


def main() -> int:
    rng = np.random.default_rng(0)
    versions = f"gantheory {gt.__version__}, jax {jax.__version__}, numpy {np.__version__}, scipy {scipy.__version__}"
    print(f"{versions}, Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores")
    print(f"Median of {REPEATS}, after compilation. Cores may be shared: ratios within one table are worth more than times.")
    agree = against_quad(rng)
    by_pairs(rng)
    by_components(rng)
    one_pair(rng)
    proved()
    on_the_plane()
    plane_pairs()
    return 0 if agree else 1


if __name__ == "__main__":
    raise SystemExit(main())
