import json
from statistics import median

HEAVY = {"matplotlib", "typer", "rich", "sympy", "flint", "scipy.stats", "diffrax"}

IMPORT = """
import json, sys, time
import jax, equinox, optax
config = dict(jax.config.values)
start = time.perf_counter()
import gantheory
took = time.perf_counter() - start
changed = [name for name, value in jax.config.values.items() if config.get(name) != value]
print(json.dumps({"took": took, "changed": changed, "modules": list(sys.modules)}))
"""


def test_the_import_is_light_and_changes_no_global_state(new_process):
    reports = [json.loads(new_process(IMPORT)) for _ in range(3)]
    assert reports[0]["changed"] == []
    assert HEAVY.isdisjoint(reports[0]["modules"])
    assert median(report["took"] for report in reports) < 0.5


def test_the_main_public_names_exist_and_the_version_is_that_of_the_package(new_process):
    program = """
import importlib.metadata, gantheory as gt
names = "Normal Uniform Mixture kl jsd total_variation optimal_discriminator value criterion discriminator_gap Pushforward train Run load"
print(all(callable(getattr(gt, name)) for name in names.split()), gt.__version__ == importlib.metadata.version("gantheory"))
"""
    assert new_process(program).split() == ["True", "True"]
