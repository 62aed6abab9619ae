"""The script of a run: in a process of its own it prints the numbers that the page shows."""

import re
import subprocess
import sys

import numpy as np
import pytest

from gantheory.explorer.lab import Lab, exact

SMALL = {"width_d": 8, "depth_d": 1, "width_g": 8, "depth_g": 1, "batch": 32}


def lab_of(**settings):
    lab = Lab()
    lab.set(SMALL | settings)
    return lab


def printed(script, tmp_path):
    """The numbers that the script prints, by their names."""
    (tmp_path / "run.py").write_text(script)
    done = subprocess.run([sys.executable, str(tmp_path / "run.py")], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return dict(re.findall(r"^(\w+) = (\S+) ", done.stdout, re.MULTILINE))


def agrees(lab, tmp_path):
    numbers = printed(lab.script(), tmp_path)
    assert "two_jsd" in numbers
    for name, found in exact(*lab.question()).items():
        if "value" in found and name in numbers:
            assert float(numbers[name]) == pytest.approx(found["value"], rel=1e-12, abs=1e-14)


def test_the_script_prints_the_numbers_of_the_page(tmp_path):
    lab = lab_of(seed=4)
    lab.advance(20)
    lab.advance(17)
    agrees(lab, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        {"penalty": "R1", "gamma": 0.01, "population": False, "optimizer_d": "sgd", "rate_d": 0.1},
        {"penalty": "gradient penalty", "gamma": 1.0, "loss": "wasserstein", "reach": True, "activation_d": "gelu"},
        {"penalty": "clipped weights", "gamma": 0.05, "loss": "wasserstein", "population": False, "optimizer_d": "rmsprop"},
        {"simultaneous": True, "k": 1, "generator_steps": 1, "oracle": 0.5},
    ],
)
def test_the_script_prints_the_numbers_of_the_page_whatever_the_settings(tmp_path, settings):
    lab = lab_of(**settings)
    lab.data({"kind": "formula", "text": "exp(-x**4/4 + x**2)", "low": -3, "high": 3})
    lab.advance(25)
    agrees(lab, tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        lambda lab: lab.set({"rate_d": 0.02}),
        lambda lab: lab.advance(1, "D"),
        lambda lab: lab.move(0.1, 1.0),
        lambda lab: lab.hand({"kind": "perfect"}),
        lambda lab: lab.data({"kind": "expression", "text": "Normal(0, 1)"}),
        lambda lab: lab.reset(),
    ],
)
def test_a_run_that_was_changed_on_the_way_has_no_script(change):
    lab = lab_of()
    lab.advance(3)
    assert lab.untouched()
    change(lab)
    with pytest.raises(ValueError, match="A run must be played without a change"):
        lab.script()


def test_a_move_before_the_first_step_is_a_change_and_a_file_has_no_script():
    lab = lab_of()
    lab.move(0.5, 1.0)
    assert not lab.untouched()
    lab.data({"kind": "csv", "text": "a\n" + "".join(f"{one}\n" for one in np.arange(20) % 7)})
    lab.advance(2)
    with pytest.raises(ValueError, match="Got the rows of a file"):
        lab.script()
