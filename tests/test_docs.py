"""The Python of the pages runs as it stands, and prints what its comments say."""

import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[1] / "docs"


def printed(page, capsys):
    """(what the comment of each print says, what it printed), and all that was printed."""
    scope = {}
    blocks = re.findall(r"```python\n(.*?)```", (PAGES / page).read_text(), re.DOTALL)
    for block in blocks:
        exec(compile(block, page, "exec"), scope)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("print(")]
    out = capsys.readouterr().out
    return list(zip([line.partition("  # ")[2] for line in lines], out.splitlines(), strict=False)), out


def test_the_page_of_small_games_prints_what_it_says(capsys):
    found, _ = printed("dynamics.md", capsys)
    assert len(found) == 3 and all(said.startswith(out) for said, out in found)


@pytest.mark.slow
def test_the_page_of_models_prints_its_table_and_its_numbers(capsys):
    """But for the errors, which may differ from machine to machine."""
    _, out = printed("without-labels.md", capsys)
    page = (PAGES / "without-labels.md").read_text()
    rows = re.findall(r"^ +(?:b|c1|c2|W1|W2|log σ)(?: +-?\d\.\d{10}){3}", page, re.MULTILINE)
    assert len(rows) == 6 and all(row in out for row in rows)
    assert "KL(p_data‖p) 0.114394422702" in out and "KL(p_data‖p) 0.114394386838" in out
    assert ".114394422702 against .114394386838" in page


def test_the_tests_of_the_page_of_claims_pass():
    """What it shows for the test suite of somebody else."""
    (block,) = re.findall(r"```python\n(.*?)```", (PAGES / "claims.md").read_text(), re.DOTALL)
    scope = {}
    exec(compile(block, "claims.md", "exec"), scope)
    tests = [function for name, function in scope.items() if name.startswith("test_")]
    assert len(tests) == 3
    for test in tests:
        test()
