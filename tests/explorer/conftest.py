"""Fixtures: the explorer's server in its own process, and a browser to visit it with."""

import os
import re
import subprocess
import sys

import pytest


class Server:
    """``gantheory explore`` on a free port."""

    def __init__(self, *words):
        command = [sys.executable, "-m", "gantheory", "explore", "--no-browser", *words]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
        self.url = ""
        while not self.url:
            line = self.process.stdout.readline()
            assert line, self.process.stderr.read()
            if found := re.search(r"http://\S+/", line):
                self.url = found.group()
        self.host, self.token = re.fullmatch(r"http://([^/]+)/([^/]+)/", self.url).groups()

    @property
    def socket(self) -> str:
        return f"ws://{self.host}/{self.token}/ws"

    def memory(self) -> int:
        """Resident memory, in bytes."""
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def end(self) -> str:
        """Ends the server. Returns what it wrote to stderr."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.communicate(timeout=10)[1]
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


@pytest.fixture(scope="module")
def server():
    server = Server()
    yield server
    errors = server.end()
    assert server.process.returncode == 0
    assert "Traceback" not in errors, errors


@pytest.fixture
def start_server():
    """A function that starts a server for one test only."""
    started = []
    yield lambda *words: started.append(Server(*words)) or started[-1]
    for server in started:
        server.end()
