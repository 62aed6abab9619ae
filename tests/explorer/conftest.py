"""Fixtures: the explorer's server in its own process, and its page in a browser."""

import os
import re
import subprocess
import sys

import pytest
from pages import STATE


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


def served():
    server = Server()
    yield server
    errors = server.end()
    assert server.process.returncode == 0
    assert "Traceback" not in errors, errors


@pytest.fixture(scope="module")
def server():
    yield from served()


@pytest.fixture(scope="session")
def page_server():
    """One for the pages of all files: each has a game of its own."""
    yield from served()


@pytest.fixture(scope="module")
def visit(page_server, chromium):
    """A function that opens a new page, which collects what goes wrong under ``wrong``: what the console says, and other hosts asked."""
    contexts = []

    def visit(address="", through=None, **settings):
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **settings})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(90_000)
        page.wrong = []
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("console", lambda message: message.type in ("error", "warning") and page.wrong.append(message.text))
        page.on(
            "request", lambda request: request.url.startswith((f"http://{page_server.host}/", "data:")) or page.wrong.append(request.url)
        )
        if through:
            page.route_web_socket("**", through)
        page.goto(page_server.url + address)
        page.wait_for_function(STATE, timeout=60_000)
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def page(visit):
    page = visit()
    yield page
    assert page.wrong == []
    page.context.close()


@pytest.fixture
def start_server():
    """A function that starts a server for one test only."""
    started = []
    yield lambda *words: started.append(Server(*words)) or started[-1]
    for server in started:
        server.end()
