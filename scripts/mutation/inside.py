"""What runs in a forked process: pytest on some tests, with a plugin that writes down what came of each, and, if asked, the lines it ran.

One JSON object a line: {"test", "failed", "cpu", "lines": {module: a number with a bit for each line}}. What is written stays, also if the
process is killed.
"""

import json
import resource
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

QUIET = ("-q", "--no-header", "--tb=line", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", "ignore::pytest.PytestAssertRewriteWarning")
AT_IMPORT = "import"  # the name of what failed before any test did


class Notes:
    """A pytest plugin."""

    def __init__(self, path: Path, wanted: list[str] | None, trace: bool):
        self.out, self.wanted, self.trace = path.open("w", encoding="utf-8"), wanted, trace
        self.root = str(Path.cwd())
        self.lines: dict[str, int] = {}
        self.since = time.process_time()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Only the tests wanted, in that order."""
        if self.wanted is not None:
            place = {name: i for i, name in enumerate(self.wanted)}
            items[:] = sorted((item for item in items if item.nodeid in place), key=lambda item: place[item.nodeid])

    def pytest_runtest_logstart(self) -> None:
        self.since, self.lines = time.process_time(), {}
        if self.trace:
            import jax

            jax.clear_caches()  # else only the first test runs the lines of a function that is compiled for several
            threading.settrace(self._called)
            sys.settrace(self._called)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._write(report.nodeid, True)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        sys.settrace(None)
        threading.settrace(None)
        self._write(nodeid, False)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._write(AT_IMPORT, True)

    def _called(self, frame: Any, event: str, _: Any) -> Any:
        path = frame.f_code.co_filename
        at = path.rfind("/gantheory/")
        if at < 0 or not path.startswith(self.root):
            return None
        module, lines = path[at + 1 :], self.lines

        def line(frame: Any, event: str, _: Any) -> Any:
            if event == "line":
                lines[module] = lines.get(module, 0) | 1 << frame.f_lineno
            return line

        return line

    def _write(self, test: str, failed: bool) -> None:
        lines = {module: hex(found) for module, found in self.lines.items()} if self.trace else {}
        self.out.write(json.dumps({"test": test, "failed": failed, "cpu": time.process_time() - self.since, "lines": lines}) + "\n")
        self.out.flush()


def run(files: list[str], notes: Path, wanted: list[str] | None, trace: bool, first: bool, cpu: int) -> int:
    """pytest's exit code. ``first``: stop at the first failure. After ``cpu`` seconds of the processor the system ends the process."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 2))
    return int(pytest.main([*files, *QUIET, *(["-x"] if first else [])], plugins=[Notes(notes, wanted, trace)]))
