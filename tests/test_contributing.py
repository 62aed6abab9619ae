"""CONTRIBUTING.md's lists of files are complete: one addition of each kind, made in a copy of the package, works."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOST = {"density": 4, "divergence": 2, "loss": 2, "penalty": 2, "claim": 2, "figure": 2}

SECH = '''"""The hyperbolic secant distribution."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from gantheory.distributions.line.density import REAL_LINE, Facts
from gantheory.distributions.line.location_scale import LocationScale


class Sech(LocationScale):
    """p(x) = sech(pi u/2)/(2 s), u = (x - loc)/s."""

    places = np.array([-40.0, -16, -6, -2, 0, 2, 6, 16, 40])

    def _log_prob(self, x, offset: Any = 0.0):
        size = jnp.abs(self._standard(x, offset)) * np.pi
        return -size / 2 - jnp.log1p(jnp.exp(-size)) - jnp.log(self.scale)

    def _cdf(self, x):
        return 2 / np.pi * jnp.arctan(jnp.exp(self._standard(x) * np.pi / 2))

    def _sf(self, x):
        return 2 / np.pi * jnp.arctan(jnp.exp(-self._standard(x) * np.pi / 2))

    def _sample(self, key, shape, dtype):
        def draw(key, shape, dtype):
            return 2 / np.pi * jnp.log(jnp.tan(np.pi / 2 * jax.random.uniform(key, shape, dtype, 1e-6, 1 - 1e-6)))

        return self._moved(draw, key, shape, dtype)

    def _facts(self):
        return Facts(REAL_LINE)

    @property
    def mean(self):
        return self.loc + 0 * self.scale

    @property
    def variance(self):
        return self.scale**2 + 0 * self.loc
'''

FIGURE = '''"""Two bells."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from gantheory import plot
from gantheory.distributions import Normal
from gantheory.measurement.divergences import jsd
from gantheory.reproductions.figure import Made
from gantheory.reproductions.properties import Property
from gantheory.training.run import Progress


@dataclass(frozen=True)
class TwoBells:
    name: ClassVar[str] = "two-bells"
    title: ClassVar[str] = "Two bells and their divergence"

    def made(self, seed: int, runs: Path, progress: Progress | None = None) -> Made:
        p, q = Normal(0, 1), Normal(1, 1)
        found, x = jsd(p, q), np.linspace(-4, 5, 200)
        with plot.drawing(4, 3) as drawing:
            drawing.subplots().plot(x, p.prob(x), x, q.prob(x))
        return Made(drawing, {"jsd": found.record()}, [Property("bells", "JSD", found, "<=", 0.2)], [])
'''

K_DIVERGENCE = '''
@Integrand
def k_divergence(log_p, log_q):
    """p log(p/m) - p + m, m = (p + q)/2."""
    return kl(log_p, jnp.logaddexp(log_p, log_q) - LOG2)
'''

OF_LAWS = '''
def k_divergence(p: Any, q: Any) -> Outcome:
    """Lin's K, KL(p‖m) with m = (p + q)/2, in nats."""
    return _divergence(integrands.k_divergence, p, q)
'''

HALF_OF_EACH = '''

class R12(NamedTuple):
    """(γ/4)(E_{p_data} |∂_x v|² + E_{p_g} |∂_x v|²)."""

    gamma: float

    def __call__(self, output: Callable, data: Any, generated: Any, key: Any) -> Any:
        return self.gamma / 4 * (jnp.mean(squared_slope(output, data)) + jnp.mean(squared_slope(output, generated)))
'''

HALVES = """
def halves():
    for name, (p, q) in ZOO.items():
        both = divergences.k_divergence(p, q) + divergences.k_divergence(q, p)
        yield Comparison(f"{name}: JSD and the two halves", 2 * divergences.jsd(p, q), "=", both)

"""

# For each kind: (file, text that is there, text to put after it); a new file has no text that is there.
ADDITIONS = {
    "density": [
        ("gantheory/distributions/line/sech.py", None, SECH),
        (
            "gantheory/distributions/line/__init__.py",
            "from gantheory.distributions.line.laplace import Exponential, Laplace\n",
            "from gantheory.distributions.line.sech import Sech\n",
        ),
        ("gantheory/distributions/line/__init__.py", "FAMILIES = (", "Sech, "),
        ("gantheory/distributions/line/__init__.py", "__all__ = [", '\n    "Sech",'),
    ],
    "divergence": [
        ("gantheory/measurement/integrands.py", "    return kl(log_q, log_p)\n", "\n" + K_DIVERGENCE),
        ("gantheory/measurement/divergences.py", "    return kl(q, p)\n", "\n" + OF_LAWS),
        ("gantheory/measurement/divergences.py", "IN_NATS = (", "k_divergence, "),
        ("gantheory/measurement/divergences.py", "__all__ = [", '"k_divergence", '),
    ],
    "loss": [
        (
            "gantheory/game/losses.py",
            "relativistic=True)\n",
            'exponential = Loss("exponential", lambda v: jnp.exp(-v / 2), lambda v: jnp.exp(v / 2), lambda v: jnp.exp(-v / 2))\n',
        ),
        ("gantheory/game/losses.py", "    for loss in (", "exponential, "),
    ],
    "penalty": [
        (
            "gantheory/game/penalties.py",
            "jnp.sqrt(jnp.maximum(square, 1e-24)) - 1) ** 2)\n",
            HALF_OF_EACH,
        ),
        ("gantheory/game/penalties.py", '"r2": R2', ', "r12": R12'),
        (
            "gantheory/training/settings.py",
            'r2: float = setting(0.0, "Weight γ of the R2 penalty; 0 is none", unit="squared scale of the data", must=NOT_NEGATIVE)\n',
            '    r12: float = setting(0.0, "Weight γ of both penalties; 0 is none", must=NOT_NEGATIVE)\n',
        ),
    ],
    "claim": [
        ("gantheory/theorems/lin1991.py", "MARK = 0.8125  # the number in the shipped program that stands for π\n", "\n" + HALVES),
        (
            "gantheory/theorems/lin1991.py",
            "CLAIMS = (",
            '\n    Claim("two-halves", r"2\\,\\mathrm{JSD} = K(p, q) + K(q, p)", "Lin 1991, Eq. 3.1", (Quadrature(halves),)),',
        ),
    ],
    "figure": [
        ("gantheory/reproductions/two_bells.py", None, FIGURE),
        (
            "gantheory/reproductions/__init__.py",
            "from gantheory.reproductions.rings import Rings\n",
            "from gantheory.reproductions.two_bells import TwoBells\n",
        ),
        ("gantheory/reproductions/__init__.py", "        Figure1(),\n", "        TwoBells(),\n"),
    ],
}
PROGRAM = """
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])  # before this folder, where the package itself is

import jax
import optax

import gantheory as gt
from gantheory import cli
from gantheory.distributions.record import from_record, to_record
from gantheory.distributions.text import parse
from gantheory.game import losses, penalties

copy = Path(sys.argv[1])
assert Path(gt.__file__).is_relative_to(copy)

p, q = parse("Sech(0, 1)"), gt.Normal(1, 1)
assert gt.jsd(from_record(to_record(p)), p).value == 0 and gt.jsd(p, q).error < 1e-12

both = gt.k_divergence(p, q) + gt.k_divergence(q, p)
assert abs(both.value - 2 * gt.jsd(p, q).value) < both.error + 1e-14
on_plane = gt.k_divergence(gt.MultivariateNormal([0, 0], [[1, 0], [0, 1]]), gt.MultivariateNormal([1, 0], [[1, 0], [0, 1]]))
assert abs(on_plane.value - gt.k_divergence(gt.Normal(0, 1), gt.Normal(1, 1)).value) < 1e-8

key_g, key_d = jax.random.split(jax.random.key(0))
run = gt.train(
    p,
    latent=gt.Normal(0, 1),
    generator=gt.Generator(4, 1, key=key_g),
    discriminator=gt.Discriminator(4, 1, key=key_d),
    loss=losses.LOSSES["exponential"],
    penalty=penalties.R12(0.1),
    optimizers=(optax.sgd(1e-2), optax.sgd(1e-2)),
    steps=2,
    batch=8,
    seed=0,
    measure_every=2,
)
assert run.stopped is None


def command(*words):
    sys.argv = ["gantheory", *words]
    try:
        cli.main()
    except SystemExit as end:
        assert not end.code, (words, end.code)


command("divergence", "k_divergence", "Sech(0, 1)", "Normal(0, 1)")
words = "train --loss exponential --r12 .1 --steps 2 --width 4".split()
command(*words, "--p-data", "Sech(0, 1)", "--out", str(copy / "run"))
command("verify", "--claim", "two-halves", "--layer", "quadrature")
command("reproduce", "two-bells", "--out", str(copy / "figures"), "--runs", str(copy / "runs"))
command("list")
print("all of it works")
"""


def sections() -> dict[str, list[str]]:
    """The files that CONTRIBUTING.md lists for each kind."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    found = {}
    for title, body in re.findall(r"^### An? (\w+)\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL):
        found[title] = re.findall(r"^\d+\. `([^`]+)`", body, re.MULTILINE)
    return found


def is_listed(path: str, files: list[str]) -> bool:
    """NAME and PAPER in a listed path stand for a module's name."""
    return any(re.fullmatch(re.sub("NAME|PAPER", r"\\w+", re.escape(one)), path) for one in files)


@pytest.mark.parametrize("kind", MOST)
def test_an_addition_touches_few_files_and_only_those_listed(kind):
    files = sections()[kind]
    assert 0 < len(files) <= MOST[kind]
    assert not [path for path, *_ in ADDITIONS[kind] if not is_listed(path, files)]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the package with one addition of each kind."""
    copy = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "gantheory", copy / "gantheory", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "docs", copy / "docs")
    shutil.copy(ROOT / "README.md", copy)
    for path, there, new in (change for changes in ADDITIONS.values() for change in changes):
        file = copy / path
        if there is None:
            assert not file.exists()
            file.write_text(new)
        else:
            text = file.read_text()
            assert text.count(there) == 1, (path, there)
            file.write_text(text.replace(there, there + new))
    return copy


@pytest.mark.slow
def test_one_of_each_added_in_a_copy_works(copy, new_process):
    said = new_process(PROGRAM, copy, HOME=str(copy), COLUMNS="160")
    assert said.splitlines()[-1] == "all of it works"
    for name in ("Sech", "k_divergence", "exponential", "two-halves", "two-bells"):
        assert name in said.rpartition("reproduce:")[2]


def test_the_tables_of_claims_are_made_anew_by_the_script(copy):
    before = {name: (copy / name).read_text() for name in ("README.md", "docs/claims.md")}
    subprocess.run([sys.executable, "-m", "gantheory.theorems.tables", *before], cwd=copy, check=True)
    assert (copy / "README.md").read_text() == before["README.md"]
    assert "two-halves" in (copy / "docs/claims.md").read_text()
