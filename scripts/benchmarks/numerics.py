"""How long a divergence on the line takes: a batch of pairs, a single pair, and the first of a new process, against SciPy's quad."""

import itertools
import math
import tempfile

import jax
import numpy as np
import peers
import processes
from measuring import Findings, shown, table, timed
from scipy import stats

import gantheory as gt

PAIRS = 1000
BY_QUAD = 200  # of them
AGREEMENT = 1e-10
SCALARS = 20  # calls of one repeat, each of another pair
NEW_PROCESSES = 3


def mixtures(rng: np.random.Generator, pairs: int, components: int = 2) -> gt.Mixture:
    """Weights Dirichlet(1, ..., 1), locs N(0, 2²), scales log-uniform on [.3, 3]."""
    shape = (pairs, components)
    weights = rng.dirichlet(np.ones(components), pairs)
    return gt.Mixture(weights, gt.Normal(rng.normal(0, 2, shape), np.exp(rng.uniform(math.log(0.3), math.log(3), shape))))


def batches(found: Findings) -> None:
    rng = np.random.default_rng(0)
    p, q = mixtures(rng, PAIRS), mixtures(rng, PAIRS)
    pairs = [[(m.weights[i], m.components.loc[i], m.components.scale[i]) for m in (p, q)] for i in range(BY_QUAD)]
    few = BY_QUAD // 10
    first, _ = timed(lambda: gt.jsd(p, q, AGREEMENT))
    works = {
        "mixtures.gantheory": lambda: gt.jsd(p, q, AGREEMENT),
        "mixtures.quad": lambda: np.array([peers.jsd_of_mixtures(*pair) for pair in pairs]),
        "mixtures.quad_numpy": lambda: [peers.jsd_of_mixtures(*pair, peers.of_mixture_in_numpy) for pair in pairs[:few]],
    }
    names = tuple(works)
    found.timed(works, each=dict(zip(names, (PAIRS, BY_QUAD, few), strict=True)))
    own, other, arrays = (found.time(name) for name in names)
    table(
        f"JSD of random pairs of mixtures of 2 Gaussians: one gt.jsd of {PAIRS} pairs, SciPy's quad on the first {BY_QUAD} of them",
        ("", "a pair", "all"),
        [
            (f"gt.jsd, one call of {PAIRS}", shown(own), shown(own * PAIRS)),
            (f"quad, {BY_QUAD} calls, scalars of math", shown(other), shown(other * BY_QUAD)),
            ("quad, NumPy densities", shown(arrays), ""),
        ],
    )
    print(f"\n  quad / gt.jsd, a pair: {found.ratio('mixtures.quad_to_gantheory', names[1], names[0])} with scalars")
    print(f"                         {found.ratio('mixtures.quad_numpy_to_gantheory', names[2], names[0])} with NumPy densities")
    batch, by_quad, _ = (found.results[name] for name in names)
    apart, error = np.abs(batch.value[:BY_QUAD] - by_quad), batch.error.max()
    found.numbers |= {
        "mixtures.largest_disagreement": float(apart.max()),
        "mixtures.largest_error": float(error),
        "mixtures.first_call_seconds": first,
    }
    print(f"  largest error that gt.jsd states: {error:.2g}; its first call, which compiles: {shown(first)}")
    found.check("mixtures", (apart <= AGREEMENT).all(), f"largest disagreement {apart.max():.2g}, {AGREEMENT:g} allowed")


INFINITE = math.inf
# Pairs of classic families, the second of which moves: gantheory's laws, log-densities in scalars of math, SciPy's laws, quad's cuts.
CLASSIC = {
    "normal_normal": (
        lambda t: (gt.Normal(0.0, 1.0), gt.Normal(t, 1.0)),
        lambda t: (peers.of_normal(0.0, 1.0), peers.of_normal(t, 1.0)),
        lambda t: (stats.norm(0, 1), stats.norm(t, 1)),
        lambda t: (-12.0, 0.0, t, t + 12),
    ),
    "laplace_normal": (
        lambda t: (gt.Laplace(0.0, 1.0), gt.Normal(t, 1.0)),
        lambda t: (peers.of_laplace(0.0, 1.0), peers.of_normal(t, 1.0)),
        lambda t: (stats.laplace(0, 1), stats.norm(t, 1)),
        lambda t: (-INFINITE, 0.0, t, INFINITE),
    ),
    "normal_cauchy": (
        lambda t: (gt.Normal(0.0, 1.0), gt.Cauchy(t, 1.0)),
        lambda t: (peers.of_normal(0.0, 1.0), peers.of_cauchy(t, 1.0)),
        lambda t: (stats.norm(0, 1), stats.cauchy(t, 1)),
        lambda t: (-INFINITE, -8.0, 0.0, t, 8.0, INFINITE),
    ),
    "gamma_log_normal": (
        lambda t: (gt.Gamma(1 + t), gt.LogNormal(0.0, 1.0)),
        lambda t: (peers.of_gamma(1 + t), peers.of_log_normal(1.0)),
        lambda t: (stats.gamma(1 + t), stats.lognorm(1)),
        lambda t: (0.0, 1.0, 8.0, INFINITE),
    ),
}


def scalars(found: Findings) -> None:
    """Every call is of another pair, whose laws are made in it: nothing but compiled programs can be kept from the one before."""
    places = itertools.cycle(np.linspace(0.5, 2.5, 997).tolist())
    rows = []
    for name, (laws, densities, usual, cuts) in CLASSIC.items():

        def ours(t, laws=laws):
            return gt.jsd(*laws(t))

        def theirs(t, densities=densities, cuts=cuts):
            return peers.jsd_by_quad(*densities(t), cuts(t))

        def with_stats(t, usual=usual, cuts=cuts):
            return peers.jsd_by_quad(*(law.logpdf for law in usual(t)), cuts(t))

        ways = {f"{name}.gantheory": (ours, SCALARS), f"{name}.quad": (theirs, SCALARS), f"{name}.quad_stats": (with_stats, 1)}
        works = {key: lambda way=way, calls=calls: [way(next(places)) for _ in range(calls)] for key, (way, calls) in ways.items()}
        found.timed(works, each={key: calls for key, (_, calls) in ways.items()})
        found.check(name, all(abs((a := ours(t)).value - theirs(t)) <= a.error + AGREEMENT for t in (0.7, 1.3, 2.1)))
        by_gt, *others = ways
        ratios = (found.ratio(f"{other}_to_gantheory", other, by_gt) for other in others)
        rows.append((name, *(shown(found.time(key)) for key in ways), *ratios, "agree" if found.checks[name] else "DISAGREE"))
    head = ("", "gt.jsd", "quad, scalars of math", "quad, scipy.stats", "first ratio to gt.jsd", "second", "values")
    table(f"One gt.jsd of a pair of classic families, each of {SCALARS} calls of other laws", head, rows)


def square(z):
    return z**2


def generators(found: Findings) -> None:
    """A pushforward that is made anew in every call; it remembers its branches, which are most of the work."""
    data, z = gt.Normal(0.0, 1.0), gt.Normal(0.0, 1.0)
    laws = {"square": square, "tanh_64_64": gt.Generator(64, 2, key=jax.random.key(0))}
    kept = {name: gt.Pushforward(generator, z) for name, generator in laws.items()}
    rows = []
    for name, generator in laws.items():
        works = {
            f"{name}.made_anew": lambda generator=generator: gt.jsd(data, gt.Pushforward(generator, z)),
            f"{name}.kept": lambda p_g=kept[name]: gt.jsd(data, p_g),
        }
        found.timed(works)
        ratio = found.ratio(f"{name}.made_anew_to_kept", *works)
        rows.append((name, *(shown(found.time(work)) for work in works), ratio, repr(gt.jsd(data, kept[name]))))
    table("JSD(N(0, 1), p_g), p_g the law of G(z), z of N(0, 1)", ("G", "made anew", "kept", "ratio", "JSD"), rows)


OURS = """
import time
start = time.perf_counter()
import gantheory as gt
p, q = gt.{p}, gt.{q}
imported = time.perf_counter()
value = gt.jsd(p, q).value
first = time.perf_counter()
gt.jsd(p, q)
second = time.perf_counter()
import json
print(json.dumps({{"value": value, "import": imported - start, "first": first - imported, "second": second - first}}))
"""
BY_SCIPY = """
import json, math
import numpy as np
from scipy import stats
from scipy.integrate import quad
p, q = stats.{p}, stats.{q}

def integrand(x):
    a, b = p.logpdf(x), q.logpdf(x)
    m = np.logaddexp(a, b) - math.log(2)
    return (math.exp(a) * (a - m) + math.exp(b) * (b - m)) / 2

print(json.dumps({{"value": quad(integrand, -12, 12, points=[0, 1], limit=200)[0]}}))
"""
FIRST = {
    "normal_normal": (("Normal(0, 1)", "Normal(1, 1)"), ("norm(0, 1)", "norm(1, 1)")),
    "laplace_normal": (("Laplace(0, 1)", "Normal(1, 1)"), ("laplace(0, 1)", "norm(1, 1)")),
}


def first_calls(found: Findings) -> None:
    """With nothing kept, and with the programs kept that an earlier process compiled, as `gantheory` keeps them."""
    rows = []
    for name, (ours, theirs) in FIRST.items():
        program, peer = (text.format(p=p, q=q) for text, (p, q) in ((OURS, ours), (BY_SCIPY, theirs)))
        said: dict[str, list[dict]] = {"nothing_kept": [], "kept": [], "scipy": []}
        for _ in range(NEW_PROCESSES):
            with tempfile.TemporaryDirectory() as folder:
                said["nothing_kept"].append(processes.program(program, **processes.cache(folder)))
                said["kept"].append(processes.program(program, **processes.cache(folder)))
            said["scipy"].append(processes.program(peer))
        for way, answers in said.items():
            found.taken[f"process.{name}.{way}"] = [one["process"] for one in answers]
        for way in ("nothing_kept", "kept"):
            found.taken[f"first_call.{name}.{way}"] = [one["first"] for one in said[way]]
            process = found.ratio(f"process.{name}.{way}_to_scipy", f"process.{name}.{way}", f"process.{name}.scipy")
            times = (found.time(f"{what}.{name}.{way}") for what in ("first_call", "process"))
            rows.append((f"{name}, {way.replace('_', ' ')}", *map(shown, times), shown(found.time(f"process.{name}.scipy")), process))
        values = [one["value"] for answers in said.values() for one in answers]
        found.check(f"process.{name}", max(values) - min(values) <= 1e-8)
    head = ("", "first call", "process", "process with SciPy", "ratio of processes")
    table(f"The first gt.jsd of a new process, {NEW_PROCESSES} processes each", head, rows)


def run(found: Findings) -> None:
    batches(found)
    scalars(found)
    generators(found)
    first_calls(found)
