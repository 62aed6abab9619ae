"""The Python of the pages runs as it stands, and prints what its comments say."""

import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[1] / "docs"


def printed(page, capsys):
    """(what the comment of each print says, what it printed)."""
    scope = {}
    blocks = re.findall(r"```python\n(.*?)```", (PAGES / page).read_text(), re.DOTALL)
    for block in blocks:
        exec(compile(block, page, "exec"), scope)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("print(")]
    return list(zip([line.partition("  # ")[2] for line in lines], capsys.readouterr().out.splitlines(), strict=False))


def test_the_page_of_small_games_prints_what_it_says(capsys):
    found = printed("dynamics.md", capsys)
    assert len(found) == 3 and all(said.startswith(out) for said, out in found)


@pytest.mark.slow
def test_the_page_of_models_runs(capsys):
    assert printed("without-labels.md", capsys)
