"""How the time of one measurement grows: with digits, components, width, folds, mesh, rows, pairs. Beside each time is the local exponent.

The exponent is the slope of log time in log n from the row before: 1 is linear, 2 is quadratic, 0 is free.
"""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from measuring import Findings, Work, shown, table
from numerics import mixtures

import gantheory as gt
from gantheory.training.kernel_density import estimated

DIGITS = (15, 30, 50, 100)
COMPONENTS, OF_EACH = (1, 2, 4, 8, 16, 32), 200
PROVED_COMPONENTS = (2, 4, 8, 16)
WIDTHS, PROVED_WIDTHS, PROVED_DIGITS = (16, 32, 64, 128), (8, 16, 32), 10
LONG = 600.0  # seconds allowed for a proof
FOLDS = (2, 4, 8, 16, 32)
MESHES, CELLS = (64, 128, 256, 512), 256
ROWS = (1_000, 10_000, 100_000)
PAIRS = (1, 10, 100, 1000, 4000)

NORMAL = gt.Normal(0.0, 1.0)


def grown(found: Findings, name: str, title: str, sizes: Sequence[int], ways: dict[str, Callable[[Any], Work]], compiles: bool = True):
    """Time each way at each size, print the times with their exponents, and return the results, a list for each way.

    Sizes take turns, so that what else the machine does bends no slope.
    """
    columns, results = [], {}
    for way, work_at in ways.items():
        taken = Findings()
        taken.timed({str(n): work_at(n) for n in sizes}, compiles=compiles)
        results[way] = [taken.results[str(n)] for n in sizes]
        seconds = [taken.time(str(n)) for n in sizes]
        slopes = ["", *(f"n^{slope:.2f}" for slope in found.grew(f"{name}.{way}", sizes, seconds))]
        columns.append([f"{shown(one)}   {slope:>7s}" for one, slope in zip(seconds, slopes, strict=True)])
    rows = [(f"{n:,}", *cells) for n, cells in zip(sizes, zip(*columns, strict=True), strict=True)]
    table(title, ("n", *(way.replace("_", " ") for way in ways)), rows)
    return results


def proved(found: Findings, name: str, title: str, sizes: Sequence[int], ways: dict[str, Callable[[Any], Work]]) -> None:
    """The same of proved intervals. Those that are not found are named; those of one number must have a point in common."""
    for way, results in grown(found, name, title, sizes, ways, compiles=False).items():
        for n, one in zip(sizes, results, strict=True):
            if not isinstance(one, gt.Enclosure):
                found.skip(f"the proof of {name}.{way} at n = {n}, whose time is that of trying", f"{one}")
        intervals = [one for one in results if isinstance(one, gt.Enclosure)]
        if name == "digits":
            found.check(f"{name}.{way}", max(one.lower for one in intervals) <= min(one.upper for one in intervals))


def spread_out(components: int) -> gt.Mixture:
    return gt.Mixture(np.full(components, 1 / components), [gt.Normal(loc, 0.7) for loc in np.linspace(-3, 3, components)])


def with_digits(found: Findings) -> None:
    pairs = {
        "normal_normal": (NORMAL, gt.Normal(1.0, 1.0)),
        "mixture_of_2_normal": (gt.Mixture([0.3, 0.7], [gt.Normal(-2.0, 0.5), gt.Normal(1.0, 1.0)]), gt.Normal(0.0, 1.5)),
        "cauchy_cauchy": (gt.Cauchy(0.0, 1.0), gt.Cauchy(1.0, 1.0)),
    }
    ways = {name: lambda n, pair=pair: lambda: gt.rigorous.jsd(*pair, n, LONG) for name, pair in pairs.items()}
    proved(found, "digits", "gt.rigorous.jsd, proved to n digits", DIGITS, ways)


def with_components(found: Findings) -> None:
    rng = np.random.default_rng(0)

    def batch(n):
        p, q = (mixtures(rng, OF_EACH, n) for _ in range(2))
        return lambda: gt.jsd(p, q)

    title = f"gt.jsd of {OF_EACH} pairs of random mixtures of n Gaussians, together"
    grown(found, "components", title, COMPONENTS, {"batch": batch})

    def interval(n):
        return lambda: gt.rigorous.jsd(spread_out(n), gt.Normal(0.0, 1.5), seconds=LONG)

    proved(found, "proved_components", "gt.rigorous.jsd of a mixture of n Gaussians", PROVED_COMPONENTS, {"15_digits": interval})


def with_width(found: Findings) -> None:
    """Of networks 1-n-n-1; a pushforward is made anew in every call, since it remembers its branches."""

    def generator(n, activation="tanh"):
        return gt.Generator(n, 2, activation, key=jax.random.key(0))

    def measured(n, activation):
        g = generator(n, activation)
        return lambda: gt.jsd(NORMAL, gt.Pushforward(g, NORMAL))

    def state(n):
        g, d = generator(n), gt.Discriminator(n, 2, key=jax.random.key(1))
        return lambda: gt.measure(NORMAL, gt.Pushforward(g, NORMAL), d)

    ways = {
        "jsd_tanh": lambda n: measured(n, "tanh"),
        "jsd_relu": lambda n: measured(n, "relu"),
        "measurement_tanh": state,
    }
    grown(found, "width", "gt.jsd and gt.measure of a network 1-n-n-1", WIDTHS, ways)
    data = gt.Normal(0.5, 0.5)

    def interval(n, activation):
        p_g = gt.Pushforward(generator(n, activation), NORMAL)
        return lambda: gt.rigorous.jsd(data, p_g, PROVED_DIGITS, LONG)

    def interval_of_value(n):
        p_g, d = gt.Pushforward(generator(n), NORMAL), gt.Discriminator(n, 2, key=jax.random.key(1))
        return lambda: gt.rigorous.value(data, p_g, d, PROVED_DIGITS, LONG)

    ways = {
        "jsd_tanh": lambda n: interval(n, "tanh"),
        "jsd_relu": lambda n: interval(n, "relu"),
        "value_tanh": interval_of_value,
    }
    proved(found, "proved_width", f"Proved to {PROVED_DIGITS} digits, of a network 1-n-n-1", PROVED_WIDTHS, ways)


def with_folds(found: Findings) -> None:
    """G(z) = z + sin(π n z), z uniform on [-1, 1], turns at 2 n places, at values that all differ."""

    def folded(n):
        def generator(z):
            return z + jnp.sin(np.pi * n * z)

        return lambda: gt.jsd(NORMAL, gt.Pushforward(generator, gt.Uniform(-1.0, 1.0)))

    grown(found, "folds", "gt.jsd of N(0, 1) and a G with 2 n folds, made anew", FOLDS, {"jsd": folded})


def with_mesh(found: Findings) -> None:
    """The law of a 2-64-64-2 tanh network, made anew, and its masses in the cells of a grid."""
    generator = gt.Generator(64, 2, skip=False, inputs=2, outputs=2, key=jax.random.key(0))
    latent = gt.Product(NORMAL, NORMAL)

    def mesh(n):
        return lambda: gt.PlanePushforward(generator, latent, n).mesh

    def masses(n):
        p_g = gt.PlanePushforward(generator, latent, n)
        low, high = p_g.mesh.x.min((0, 1)), p_g.mesh.x.max((0, 1))
        edges = np.linspace(low, high, CELLS + 1).T
        return lambda: p_g.cell_masses(*edges)

    def divergence(n):
        return lambda: gt.jsd(latent, gt.PlanePushforward(generator, latent, n))

    title = f"p_g on the plane by a mesh of n × n lines, its masses in {CELLS} × {CELLS} cells, and its JSD"
    grown(found, "mesh", title, MESHES, {"mesh": mesh, "masses": masses, "jsd": divergence})


def with_rows(found: Findings) -> None:
    """A kernel density estimate of n rows, and one measurement of a small generator and D against it."""
    rng = np.random.default_rng(0)
    line = np.where(rng.random(ROWS[-1]) < 0.3, rng.normal(-2, 0.5, ROWS[-1]), rng.normal(1, 1, ROWS[-1]))
    plane = np.stack([line, rng.normal(0, 1, ROWS[-1])], -1)
    g, d = gt.Generator(16, 2, key=jax.random.key(0)), gt.Discriminator(16, 2, key=jax.random.key(1))
    p_g = gt.Pushforward(g, NORMAL)

    def measured(n):
        density = estimated(line[:n]).density
        return lambda: gt.measure(density, p_g, d)

    g_2 = gt.Generator(16, 2, skip=False, inputs=2, outputs=2, key=jax.random.key(0))
    d_2 = gt.Discriminator(16, 2, inputs=2, key=jax.random.key(1))

    def measured_on_plane(n):
        density = estimated(plane[:n]).density
        return lambda: gt.measure(density, gt.PlanePushforward(g_2, gt.Product(NORMAL, NORMAL)), d_2)

    ways = {
        "estimate": lambda n: lambda: estimated(line[:n]),
        "measurement": measured,
        "estimate_on_plane": lambda n: lambda: estimated(plane[:n]),
        "measurement_on_plane": measured_on_plane,
    }
    grown(found, "rows", "A kernel density estimate of n rows, and a measurement of G and D against it", ROWS, ways)
    rows = []
    for n in ROWS:
        for where, points in (("line", line[:n]), ("plane", plane[:n])):
            made = estimated(points)
            found.numbers |= {f"rows.{n}.{where}.kernels": made.kernels, f"rows.{n}.{where}.merged": made.merged}
            rows.append((f"{n:,} on the {where}", f"{made.kernels:,}", f"{made.merged:.1g}"))
    table("Their kernels after merging, and the total variation by which that may move the estimate", ("rows", "kernels", "at most"), rows)


def with_pairs(found: Findings) -> None:
    rng = np.random.default_rng(0)

    def batch(n):
        p, q = mixtures(rng, n), mixtures(rng, n)
        return lambda: gt.jsd(p, q)

    grown(found, "members", "gt.jsd of a batch of n pairs of random mixtures of 2 Gaussians", PAIRS, {"batch": batch})


def run(found: Findings) -> None:
    print(__doc__)
    for grows in (with_digits, with_components, with_width, with_folds, with_mesh, with_rows, with_pairs):
        grows(found)
