import json

import pytest

HEAVY = {"matplotlib", "typer", "rich", "sympy", "flint", "scipy.stats", "scipy.optimize", "scipy.ndimage", "starlette"}

NAMES = "Normal Uniform Mixture kl jsd total_variation optimal_discriminator value criterion discriminator_gap Pushforward train Run load"
MODULES = "losses penalties ensembles plot rigorous theorems datasets plane distributions"

IMPORT = """
import json, sys
import jax, equinox, optax
config = dict(jax.config.values)
import gantheory
said = {"changed": [name for name, value in jax.config.values.items() if config.get(name) != value], "modules": list(sys.modules)}

import importlib, importlib.metadata
names, modules = (words.split() for words in sys.argv[1:])
said["callable"] = [callable(getattr(gantheory, name)) for name in names]
said["version"] = [gantheory.__version__, importlib.metadata.version("gantheory")]
said["same"] = [importlib.import_module("gantheory." + name) is getattr(gantheory, name) for name in modules]
from gantheory.losses import hinge
from gantheory.plane import PlanePushforward
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def imported(new_process):
    return json.loads(new_process(IMPORT, NAMES, MODULES))


def test_the_import_is_light_and_changes_no_global_state(imported):
    assert imported["changed"] == []
    assert HEAVY.isdisjoint(imported["modules"])


def test_the_main_public_names_exist_and_the_version_is_that_of_the_package(imported):
    assert imported["callable"] == [True] * len(NAMES.split())
    assert len(set(imported["version"])) == 1


def test_import_paths_of_earlier_versions_still_work(imported):
    assert imported["same"] == [True] * len(MODULES.split())


def test_completion_shows_every_public_name_and_no_internal_one():
    import gantheory as gt

    shown = dir(gt)
    assert {"Normal", "jsd", "train", "judge", "explore", "rigorous", "theorems", "verify", "compare_samples", "floor"} <= set(shown)
    assert {"Any", "importlib", "sys", "base", "quadrature", "calls"}.isdisjoint(shown)
    assert all(getattr(gt, name) is not None for name in shown)
