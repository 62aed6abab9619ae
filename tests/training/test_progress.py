"""What ``gt.train(progress=True)`` says, and where."""

from itertools import pairwise

import numpy as np
import pytest

from gantheory.training import progress
from gantheory.training.progress import progress_bar, reporting


class Terminal:
    """A stderr that is one, and keeps what it is told."""

    def __init__(self):
        self.text = ""

    def isatty(self):
        return True

    def write(self, text):
        self.text += text

    def flush(self):
        pass


def test_a_training_says_how_far_it_is_only_if_asked(play, capsys):
    play(20, 10)
    play(20, 10, progress=False)
    assert capsys.readouterr() == ("", "")
    play(20, 10, progress=True)
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert not out and [line.split(",")[0] for line in lines] == ["step 0 of 20", "step 10 of 20", "step 20 of 20"]
    assert all(", 2 JSD " in line and ", C - V " in line for line in lines) and "s left" in lines[1] and "left" not in lines[2]


def test_where_there_is_no_terminal_a_line_comes_at_each_tenth(capsys):
    with reporting(True) as report:
        for step in range(1001):
            report(step, 1000, None)
    assert [line.split(",")[0] for line in capsys.readouterr().err.splitlines()] == [f"step {100 * tenth} of 1000" for tenth in range(11)]


def test_a_command_without_a_terminal_says_lines_after_a_while(capsys, monkeypatch):
    for quiet, said in ((60.0, 0), (0.0, 11)):
        monkeypatch.setattr(progress, "QUIET", quiet)
        with progress_bar() as report:
            for step in range(1001):
                report(step, 1000, None)
        assert len(capsys.readouterr().err.splitlines()) == said


def test_on_a_terminal_one_line_is_overwritten_and_ended(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with pytest.raises(KeyboardInterrupt), reporting(True) as report:
        for step in (100, 20, 3):
            report(step, 1000, None)
        raise KeyboardInterrupt
    assert terminal.text.count("\n") == 1 and terminal.text.endswith("\n")
    shown = terminal.text.rstrip("\n").split("\r")[1:]
    assert [line.split(",")[0].strip() for line in shown] == [f"step {step} of 1000" for step in (100, 20, 3)]
    assert all(len(later) >= len(earlier.rstrip()) for earlier, later in pairwise(shown))  # nothing is left over


def test_a_function_is_reported_to_as_it_is():
    def own(*_):
        pass

    with reporting(own) as report:
        assert report is own
    with reporting(None) as report:
        assert report is None


def test_a_sweep_s_lines_count_trainings_at_three_digits_of_a_low_rate(capsys, monkeypatch):
    monkeypatch.setattr(progress, "QUIET", 0.0)
    clock = iter(np.arange(100.0))
    monkeypatch.setattr(progress.time, "monotonic", lambda: float(next(clock)))
    with progress_bar("training") as report:
        for done in (0, 5, 10):
            report(done, 10, None)
    first, *later = capsys.readouterr().err.splitlines()
    assert first == "training 0 of 10" and all("trainings/s" in line for line in later) and later[-1].startswith("training 10 of 10")
