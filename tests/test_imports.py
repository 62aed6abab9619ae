import json

HEAVY = {"matplotlib", "typer", "rich", "sympy", "flint", "scipy.stats", "scipy.optimize", "scipy.ndimage", "starlette"}

IMPORT = """
import json, sys
import jax, equinox, optax
config = dict(jax.config.values)
import gantheory
changed = [name for name, value in jax.config.values.items() if config.get(name) != value]
print(json.dumps({"changed": changed, "modules": list(sys.modules)}))
"""


def test_the_import_is_light_and_changes_no_global_state(new_process):
    report = json.loads(new_process(IMPORT))
    assert report["changed"] == []
    assert HEAVY.isdisjoint(report["modules"])


def test_the_main_public_names_exist_and_the_version_is_that_of_the_package(new_process):
    program = """
import importlib.metadata, gantheory as gt
names = "Normal Uniform Mixture kl jsd total_variation optimal_discriminator value criterion discriminator_gap Pushforward train Run load"
print(all(callable(getattr(gt, name)) for name in names.split()), gt.__version__ == importlib.metadata.version("gantheory"))
"""
    assert new_process(program).split() == ["True", "True"]


def test_completion_shows_every_public_name_and_no_internal_one():
    import gantheory as gt

    shown = dir(gt)
    assert {"Normal", "jsd", "train", "judge", "explore", "rigorous", "theorems", "verify", "compare_samples", "floor"} <= set(shown)
    assert {"Any", "importlib", "sys", "base", "quadrature", "calls"}.isdisjoint(shown)
    assert all(getattr(gt, name) is not None for name in shown)
