"""Mutation testing itself: each operator makes the mistake that it names, in code alone, and the tests tried are the right ones."""

import ast
import importlib
from pathlib import Path
from types import SimpleNamespace

import pytest

SCRIPTS = Path(__file__).parents[1] / "scripts"
# What an operator is given: (what it makes, some of it).
MADE = {
    "arithmetic": ("a + b * c", {"(a - (b * c))", "a + (b / c)"}),
    "factor": ("(a + b) * c", {"(a + b)", "c", "(2 * ((a + b) * c))"}),
    "term": ("a - b", {"a", "(-b)"}),
    "sign": ("-a", {"a"}),
    "constant": ("2.5 + 1e-9", {"3.5 + 1e-9", "5.0 + 1e-9"}),
    "steps": ("range(n)", {"range((n - 1))", "range((n + 1))"}),
    "comparison": ("(a < b) + (n < 1)", {"((a > b)) + (n < 1)", "(a < b) + ((n <= 1))", "(a < b) + ((n > 1))"}),
    "logic": ("a and not b", {"(a or (not b))", "a", "(not b)", "a and b"}),
    "swap": ("f(a, b, at=c)", {"f(b, a, at=c)"}),
    "function": ("jnp.log(min(a))", {"jnp.log2(min(a))", "jnp.log(max(a))"}),
    "tail": ("law.cdf(x)", {"law.sf(x)"}),
    "support": ("min(self.low, np.inf)", {"min(self.high, np.inf)", "min(self.low, (-np.inf))"}),
    "slope": ("p / slope - log_slope", {"p / (slope * 0 + 1) - log_slope", "p / slope - (log_slope * 0)"}),
    "error": ("x + rounding", {"x + (rounding * 0)", "x + (rounding * 1e-3)"}),
    "branch": ("jnp.where(a, b, c) if d else e", {"jnp.where(a, b, c)", "e", "b if d else e", "c if d else e"}),
    "key": ("jax.random.split(key, 3)", {"([key] * 3)"}),
    "statement": ("a += b", {"pass"}),
}
MODULE = '''
"""A module of 1 docstring."""
import math

NEAR = math.log(2)
MOST = 2 * 64  # as it stands


@cached(7)
def near(x: Array[3], least=2.0):
    """1 + 1."""
    if x < 0:
        raise ValueError(f"{x + 1} must be {1 + 2}")
    a = x * NEAR
    for i in range(9):
        a = (
            a
            + i
        )
    return a


def far(x):
    return x / 2
'''


@pytest.fixture
def mutation(monkeypatch):
    """The tool's modules."""
    monkeypatch.syspath_prepend(SCRIPTS)
    names = ("operators", "mutants", "choice", "reach", "report", "server")
    return SimpleNamespace(**{name: importlib.import_module(f"mutation.{name}") for name in names})


def made(mutation, source, operator=None):
    found = mutation.mutants.mutants_of("gantheory/room/module.py", source.encode())
    return [each for each in found if operator in (None, each.operator)]


def test_every_operator_has_an_example(mutation):
    assert MADE.keys() == mutation.operators.OPERATORS.keys()


@pytest.mark.parametrize("operator", MADE)
def test_an_operator_makes_the_mistake_that_it_names(mutation, operator):
    source, expected = MADE[operator]
    assert {each.applied(source.encode()).decode() for each in made(mutation, source, operator)} == expected


def test_a_sign_is_flipped_before_what_is_returned_and_an_if_is_skipped(mutation):
    source = "def f(x):\n    if x:\n        x = 1\n    return x * y"
    assert {each.new for each in made(mutation, source, "sign")} == {"(-(x * y))"}
    assert {each.new for each in made(mutation, source, "branch")} == {"True", "False"}


def test_each_mutant_is_another_program(mutation):
    programs = [ast.dump(ast.parse(each.applied(MODULE.encode()))) for each in made(mutation, MODULE)]
    assert len(set(programs)) == len(programs) > 20
    assert ast.dump(ast.parse(MODULE)) not in programs


def test_nothing_is_mutated_in_docstrings_annotations_decorators_and_messages(mutation):
    lines = {each.line for each in made(mutation, MODULE)}
    texts = MODULE.splitlines()
    assert not {texts[line - 1].strip() for line in lines} & {'"""A module of 1 docstring."""', "import math", "@cached(7)", '"""1 + 1."""'}
    assert not any("raise" in texts[line - 1] or "MOST" in texts[line - 1] for line in lines)
    assert not any("Array[4]" in each.becomes for each in made(mutation, MODULE))


def test_a_mutant_is_seen_on_its_statement_a_constant_where_it_is_read_and_a_default_in_its_function(mutation):
    lines = MODULE.splitlines()
    seen = {each.becomes: sorted(lines[line - 1].strip() for line in each.seen_on) for each in made(mutation, MODULE)}
    assert seen["return x / 3"] == ["return x / 2"]
    assert "a = x * NEAR" in seen["NEAR = math.log(3)"] and "return x / 2" not in seen["NEAR = math.log(3)"]
    assert "return a" in seen["def near(x: Array[3], least=3.0):"] and "return x / 2" not in seen["def near(x: Array[3], least=3.0):"]
    assert seen["for i in range((9 + 1)):"] == ["for i in range(9):"]


def test_the_draw_takes_every_module_and_is_the_same_for_a_seed(mutation):
    every = {str(i): made(mutation, MODULE) for i in range(3)}
    taken = mutation.choice.chosen(every, 12, seed=5)
    assert len(taken) == 12 and taken == mutation.choice.chosen(every, 12, seed=5) != mutation.choice.chosen(every, 12, seed=6)
    assert len({each.operator for each in taken}) >= 4


def test_every_equivalent_is_still_a_mutant_of_the_library(mutation):
    known = mutation.choice.equivalents()
    there = {
        mutation.choice.Known.of(each)
        for module in {each.module for each in known}
        for each in mutation.mutants.mutants_of(module, (mutation.choice.ROOT / module).read_bytes())
    }
    assert not known.keys() - there
    assert all(len(why) > 20 for why in known.values())


def test_the_tests_of_a_mutant_run_its_lines_the_mirror_and_the_cheapest_first(mutation):
    (mutant,) = [each for each in made(mutation, MODULE) if each.becomes == "return x / 3"]
    line, module = hex(1 << mutant.line), mutant.module
    reach = {
        "tests/other/test_a.py": {"tests": {"tests/other/test_a.py::quick": {"cpu": 0.1, "lines": {module: line}}}},
        "tests/room/test_b.py": {
            "tests": {
                "tests/room/test_b.py::slow": {"cpu": 2.0, "lines": {module: line}},
                "tests/room/test_b.py::slower": {"cpu": 3.0, "lines": {module: line}},
                "tests/room/test_b.py::elsewhere": {"cpu": 0.1, "lines": {module: hex(1 << 5)}},
            }
        },
    }
    tests, seconds, left = mutation.reach.Index(reach).of(mutant, seconds=2.5)
    assert tests == ["tests/room/test_b.py::slow", "tests/other/test_a.py::quick"]
    assert seconds == pytest.approx(2.1) and left == 1


@pytest.mark.parametrize(
    ("code", "failed", "outcome"),
    [(0, [], "survived"), (1, ["t"], "killed"), (2, ["import"], "killed"), (None, [], "hung"), (-11, [], "killed"), (5, [], "broken")],
)
def test_what_the_tests_say_of_a_mutant(mutation, code, failed, outcome):
    notes = [{"test": "t", "failed": False}] * (code == 0) + [{"test": name, "failed": True} for name in failed]
    done = mutation.server.Done("0", code, 1.0, notes, "")
    judged = mutation.report.Judged.of(made(mutation, MODULE)[0], done, ["t"], 0)
    assert judged.outcome == outcome
    assert judged.killers == (failed or (["t"] if outcome == "killed" else []))


def test_a_test_that_did_not_run_is_no_survival(mutation):
    done = mutation.server.Done("0", 0, 1.0, [], "")
    assert mutation.report.Judged.of(made(mutation, MODULE)[0], done, ["t"], 0).outcome == "broken"


def test_the_matrix_names_what_a_test_alone_kills(mutation):
    first, second = made(mutation, MODULE)[:2]
    every = [
        mutation.report.Judged(first, "killed", ["a"], ["a", "b", "c"]),
        mutation.report.Judged(second, "killed", ["a", "b"], ["a", "b"]),
    ]
    said = "\n".join(mutation.report.matrix(every))
    assert f"    2      2      1  a  {first.name}" in said and "1 tests kill none" in said
