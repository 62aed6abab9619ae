"""The lines of the README, and of the page of trainings, work as they stand, one after the other in one folder."""

import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SMALL = "--steps 0 --k 1 --batch 8 --width 4 --width-d 4 --width-g 4 --depth 1".split()
SMALL_MODEL = "--steps 0 --batch 8".split()


def trainings(page):
    """The words of each line that trains, without its comment."""
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines()
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("gantheory train ")]


@pytest.mark.slow
@pytest.mark.parametrize("page, resumes", [("README.md", False), ("docs/training.md", True)])
def test_the_trainings_run_in_their_order_in_one_folder_each_made_small(page, resumes, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = trainings(page)
    assert len(lines) > 2 and any("--resume" in words for words in lines) == resumes
    for words in lines:
        said = command(*words, *(SMALL_MODEL if "--model" in words else SMALL))
        assert said.code == 0, (words, said.err)
