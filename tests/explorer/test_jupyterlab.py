"""``gt.explore()`` in JupyterLab, in a browser: the cell shows the explorer, and it plays. JupyterLab is no dependency."""

import json
import re
import subprocess
import sys
import time

import pytest

TOKEN = "of-this-test"
CELL = {
    "cell_type": "code",
    "id": "a",
    "metadata": {},
    "source": "import gantheory as gt\ngt.explore(700)",
    "outputs": [],
    "execution_count": None,
}
NOTEBOOK = {
    "cells": [CELL],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """The address of a JupyterLab that serves a folder with one notebook."""
    pytest.importorskip("jupyterlab", reason="there is no JupyterLab: pip install jupyterlab")
    (tmp_path / "explore.ipynb").write_text(json.dumps(NOTEBOOK))
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    words = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--ServerApp.port=0", f"--IdentityProvider.token={TOKEN}"]
    command = [sys.executable, "-m", "jupyterlab", *words, f"--ServerApp.root_dir={tmp_path}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            end, url = time.monotonic() + 60, None
            while not url and time.monotonic() < end:
                url = re.search(r"http://127\.0\.0\.1:[1-9]\d*/", process.stdout.readline())
            assert url
            yield url.group()
        finally:
            process.terminate()


@pytest.mark.slow
def test_the_cell_shows_the_explorer_and_it_plays(lab, chromium):
    page = chromium.new_page(viewport={"width": 1440, "height": 1000})
    page.set_default_timeout(90_000)
    page.goto(f"{lab}lab/tree/explore.ipynb?token={TOKEN}")
    page.wait_for_selector(".jp-CodeCell .cm-content")
    page.get_by_text("| Idle").wait_for()  # the kernel is there
    page.click(".jp-CodeCell .cm-content")
    page.keyboard.press("Shift+Enter")
    page.wait_for_selector(".jp-OutputArea iframe")
    frame = page.query_selector(".jp-OutputArea iframe").content_frame()
    frame.wait_for_function("() => window.explorer && explorer.state")
    frame.click("#play")
    frame.wait_for_function("() => explorer.state.iteration > 20")
    frame.click("#play")
    frame.wait_for_function("() => !explorer.state.playing")
    page.close()
