"""The record of a benchmark: its shape, its ratios and exponents, and the exit code when values disagree. No time is judged."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "scripts/benchmarks"
TINY = """
def run(found):
    found.timed({"slow": lambda: sum(range(1000)), "quick": lambda: sum(range(100))}, each={"slow": 2})
    found.ratio("slow_to_quick", "slow", "quick")
    found.check("sum", found.results["slow"] == EXPECTED, "the sum")
    found.skip("nothing", "It is a test.")
"""


@pytest.fixture
def measuring(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("measuring")


def bench(*words):
    return subprocess.run([sys.executable, *map(str, words)], capture_output=True, text=True, timeout=60)


def tiny(folder, expected):
    """A copy of the runner with one benchmark, `plane`, that takes no time."""
    for name in ("__main__.py", "measuring.py", "record.py"):
        (folder / name).write_text((BENCHMARKS / name).read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "plane.py").write_text(TINY.replace("EXPECTED", str(expected)), encoding="utf-8")
    return folder


def test_a_benchmark_leaves_a_record_of_one_shape(tmp_path):
    done = bench(tiny(tmp_path, 499_500), "plane", "--json")
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert {"format", "when", "machine", "versions", "commit", "seconds", "agrees", "benchmarks"} == record.keys()
    assert {"cpu", "cores", "memory_bytes", "system", "load"} == record["machine"].keys()
    assert {"python", "gantheory", "jax", "numpy", "scipy"} <= record["versions"].keys()
    found = record["benchmarks"]["plane"]
    assert found["agrees"] and found["checks"] == {"sum": True} and found["skipped"] == {"nothing": "It is a test."}
    assert found["times"].keys() == {"slow", "quick"}
    for one in [*found["times"].values(), *found["ratios"].values()]:
        assert 0 < one["least"] <= one["median"] <= one["most"] and one["repeats"] == 5
    assert (found["ratios"]["slow_to_quick"]["over"], found["ratios"]["slow_to_quick"]["under"]) == ("slow", "quick")


def test_values_that_disagree_and_benchmarks_that_break_down_end_with_1(tmp_path):
    (tiny(tmp_path, 0) / "growth.py").write_text("def run(found):\n    raise RuntimeError\n", encoding="utf-8")
    done = bench(tmp_path, "plane", "growth", "--json", tmp_path / "record.json")
    assert done.returncode == 1
    record = json.loads((tmp_path / "record.json").read_text(encoding="utf-8"))
    assert not record["agrees"] and record["benchmarks"]["growth"] == {"agrees": False, "broke_down": 1}
    assert record["benchmarks"]["plane"]["checks"] == {"sum": False} and "DISAGREE" in done.stdout


@pytest.mark.parametrize("words", [(), ("nonsense",), ("plane", "--json", "no/such/folder/record.json")])
def test_bad_arguments_end_with_2_before_anything_is_timed(words):
    done = bench(BENCHMARKS, *words)
    assert done.returncode == 2 and "usage" in done.stderr and not done.stdout


def test_ratios_are_of_the_same_repeats_and_exponents_are_slopes(measuring):
    found = measuring.Findings(taken={"a": [2.0, 30.0, 4.0], "b": [1.0, 10.0, 1.0]})
    assert found.ratio("a_to_b", "a", "b") == "3 (2 to 4)"
    assert found.ratios["a_to_b"] == {"over": "a", "under": "b", "median": 3.0, "least": 2.0, "most": 4.0, "repeats": 3}
    assert found.grew("cubic", [1, 2, 4], [1.0, 8.0, 64.0]) == pytest.approx([3, 3])


def test_the_docs_list_every_benchmark_and_each_has_its_module(measuring):
    spec = importlib.util.spec_from_file_location("bench", BENCHMARKS / "__main__.py")
    assert spec and spec.loader
    spec.loader.exec_module(runner := importlib.util.module_from_spec(spec))
    table = (BENCHMARKS.parents[1] / "docs/speed.md").read_text(encoding="utf-8").partition("| --- |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [*runner.BENCHMARKS, *runner.LONG]
    assert all("def run(" in (BENCHMARKS / f"{name}.py").read_text(encoding="utf-8") for name in [*runner.BENCHMARKS, *runner.LONG])
