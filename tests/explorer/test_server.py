"""The server against hostile clients, and clients that simply disappear."""

import http.client
import json
import signal
import struct
import subprocess
import sys
import time
import urllib.request
from contextlib import closing

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

import gantheory as gt

MOST_MEMORY = 1.5 * 2**30  # bytes of the server with twenty pages that play
UNPACKED = struct.Struct("<I")
REFUSED = """
import sys
from gantheory import cli

for port in sys.argv[1:]:
    sys.argv = ["gantheory", "explore", "--no-browser", "--port", port]
    try:
        cli.main()
    except SystemExit as end:
        print(end.code)
"""  # in a process that is stopped if a port is not refused


def get(server, path, **headers):
    host, port = server.host.split(":")
    with closing(http.client.HTTPConnection(host, int(port), timeout=20)) as connection:
        connection.putrequest("GET", path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        return response.status, response.read().decode(), response.headers


class Page:
    """A client that speaks the page's side of the protocol."""

    def __init__(self, server, query=""):
        self.socket = connect(server.socket + query, origin=f"http://{server.host}", max_size=None, open_timeout=60).__enter__()
        self.frame = 0

    def say(self, **message):
        self.socket.send(json.dumps(message))

    def hear(self, timeout=60):
        """The next message. A picture is acknowledged, and returned as its head under ``picture``."""
        message = self.socket.recv(timeout)
        if isinstance(message, str):
            return json.loads(message)
        length = UNPACKED.unpack_from(message)[0]
        head = json.loads(message[4 : 4 + length])
        self.frame = head["frame"]
        self.say(do="ack", frame=self.frame)
        return {"picture": head}

    def until(self, wanted, timeout=60):
        """The next message that is wanted: one with this name, or one that this function accepts."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            heard = self.hear(end - time.monotonic())
            if wanted(heard) if callable(wanted) else wanted in heard:
                return heard
        raise TimeoutError(wanted)

    def leave(self):
        self.socket.close()


@pytest.fixture
def page(server):
    page = Page(server)
    page.until("picture")
    yield page
    page.leave()


def plays(page):
    page.say(do="step", steps=1, only=None)
    before = page.until("picture")["picture"]["iteration"]
    page.say(do="step", steps=1, only=None)
    return page.until("picture")["picture"]["iteration"] == before + 1


def test_the_page_and_its_files_are_served_with_headers_that_keep_others_out(server):
    status, page, headers = get(server, f"/{server.token}/")
    assert status == 200
    assert "gantheory" in page
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert "http://" not in page.replace("http://www.w3.org", "")
    for name in ("main.js", "style.css", "icon.svg"):
        assert get(server, f"/{server.token}/{name}")[0] == 200
    for name in ("no-such.js", "../server.py", "%2e%2e/server.py", "..%2fserver.py"):
        assert get(server, f"/{server.token}/{name}")[0] in (403, 404)


def test_without_the_token_nothing_is_served_but_the_way_back(server):
    status, page, _ = get(server, "/")
    assert status == 200 and "does not know the explorer's key" in page and server.token not in page
    assert get(server, "/return.js")[0] == 200
    for path in ("/nonsense/", f"/{server.token[:-1]}/", f"/{server.token}x/", "/main.js"):
        status, why, _ = get(server, path)
        assert status == 403
        assert "token" in why
    with pytest.raises(InvalidStatus) as refused, connect(f"ws://{server.host}/nonsense/ws", origin=f"http://{server.host}"):
        pass
    assert refused.value.response.status_code == 403


def test_another_host_or_origin_is_refused(server):
    for host in ("example.org", "example.org:80", f"{server.host}.example.org"):
        assert get(server, f"/{server.token}/", Host=host)[0] == 403
    assert get(server, f"/{server.token}/", Origin="http://example.org")[0] == 403
    for origin in ("http://example.org", f"https://{server.host}", "null", None):
        with pytest.raises(InvalidStatus) as refused, connect(server.socket, origin=origin):
            pass
        assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[]",
        "null",
        '{"do": 1}',
        '{"do": "nonsense"}',
        '{"do": "step"}',
        '{"do": "step", "steps": 0, "only": null}',
        '{"do": "step", "steps": 1001, "only": null}',
        '{"do": "step", "steps": 1, "only": "E"}',
        '{"do": "step", "steps": 1e308, "only": null}',
        '{"do": "play", "steps": true, "only": null}',
        '{"do": "seek", "iteration": -1}',
        '{"do": "seek", "iteration": 99999}',
        '{"do": "seek", "iteration": 1' + "0" * 5000 + "}",
        '{"do": "move", "shift": NaN, "scale": 1}',
        '{"do": "move", "shift": 0, "scale": 0}',
        '{"do": "move", "shift": 1e300, "scale": 1}',
        '{"do": "reset", "seed": -1}',
        '{"do": "ack", "frame": 1000000}',
        '{"do": "ack", "frame": -1}',
        '{"do": "set", "settings": {"batch": 1e9}}',
        '{"do": "set", "settings": {"__class__": 1}}',
        '{"do": "data", "data": {"kind": "expression", "text": "__import__(\'os\')"}}',
        '{"do": "data", "data": {"kind": "formula", "text": "open(x)", "low": 0, "high": 1}}',
        '{"do": "hand", "p_g": {"kind": "pen"}}',
        "[" * 100_000,
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(page, text):
    page.socket.send(text)
    refusal = page.until("refused")["refused"]
    assert " must " in refusal
    assert "Got " in refusal
    assert len(refusal) < 600
    assert plays(page)


def test_acknowledgements_out_of_order_do_no_harm(page):
    page.say(do="play", steps=1, only=None)
    for _ in range(5):
        page.until("picture")
        page.say(do="ack", frame=0)
    page.say(do="pause")
    page.say(do="step", steps=1, only=None)
    assert page.until("picture")


def test_a_binary_message_is_refused_and_a_too_long_one_ends_the_connection(server, page):
    page.socket.send(b"\x00" * 100)
    assert "refused" in page.until("refused")
    other = Page(server)
    other.until("picture")
    before = server.memory()
    with pytest.raises(ConnectionClosed) as closed:
        other.socket.send("a,b\n" + "1,2\n" * 25_000_000)  # 100 MB
        for _ in range(100):
            other.socket.recv(20)
    assert closed.value.rcvd is None or closed.value.rcvd.code == 1009
    assert server.memory() - before < 64 * 2**20
    assert plays(page)


def test_a_page_that_does_not_read_holds_nothing_up(server, page):
    deaf = Page(server)
    deaf.until("picture")
    deaf.say(do="play", steps=10, only=None)  # it never acknowledges a picture
    flood = Page(server)
    flood.until("picture")
    flood.say(do="play", steps=10, only=None)
    for _ in range(2000):
        flood.say(do="move", shift=0.0, scale=1.0)
    before = server.memory()
    assert plays(page)
    flood.socket.socket.close()  # without a close frame, while pictures are on their way
    assert plays(page)
    assert server.memory() - before < 128 * 2**20
    deaf.leave()


def test_pictures_wait_for_the_page(server):
    page = Page(server)
    page.until("picture")
    page.say(do="play", steps=1, only=None)
    heads = []
    time.sleep(1.5)
    with pytest.raises(TimeoutError):
        while True:
            message = page.socket.recv(1)
            if not isinstance(message, str):
                heads.append(message)
    assert len(heads) <= 2
    page.leave()


def test_a_game_can_be_played_slowly_and_pauses_at_once(page):
    page.say(do="step", steps=1, only=None)
    page.until("picture")
    page.say(do="play", steps=1, only=None, every=0.5)
    first, begun = page.until("picture")["picture"]["iteration"], time.monotonic()
    assert page.until("picture")["picture"]["iteration"] == first + 1
    assert time.monotonic() - begun > 0.4
    page.say(do="play", steps=1, only=None, every=10.0)
    page.until("picture")
    begun = time.monotonic()
    page.say(do="pause")
    page.until(lambda heard: heard.get("picture", {}).get("playing") is False)
    assert time.monotonic() - begun < 5
    page.say(do="play", steps=1, only=None, every=-1)
    assert "`every` must be" in page.until("refused")["refused"]


def test_a_lost_game_is_gone_on_with(server):
    page = Page(server)
    key = page.until("hello")["hello"]["game"]
    page.until("picture")
    page.say(do="step", steps=3, only=None)
    mark = page.until("picture")["picture"]["digest"]
    page.socket.socket.close()
    time.sleep(1)
    again = Page(server, f"?game={key}")
    assert again.until("hello")["hello"]["resumed"]
    assert again.until("picture")["picture"]["digest"] == mark
    other = Page(server, f"?game={key}")
    assert not other.until("hello")["hello"]["resumed"]
    again.leave()
    other.leave()


@pytest.mark.parametrize("text", ["Normal(0, 1e-29)", "StudentT(.02, 0, 1)"])
def test_data_at_the_edge_of_float32_do_not_end_the_game(page, text):
    page.say(do="data", data={"kind": "expression", "text": text})
    page.until(lambda heard: "picture" in heard or "refused" in heard)
    page.say(do="step", steps=1, only=None)
    page.until("picture")
    page.say(do="data", data={"kind": "expression", "text": "Normal(0, 1)"})
    page.until("picture")
    assert plays(page)


def test_two_dozen_pages_at_once_and_no_more(server):
    pages = [Page(server) for _ in range(20)]
    for page in pages:
        page.until("picture", 120)
        page.say(do="play", steps=2, only=None)
    seen = [page.until(lambda heard: heard.get("picture", {}).get("iteration", 0) >= 4, 120) for page in pages]
    assert len(seen) == 20
    assert server.memory() < MOST_MEMORY
    more = []
    with pytest.raises(ConnectionClosed) as closed:
        for _ in range(8):
            more.append(Page(server))
            more[-1].until("picture", 120)
    assert closed.value.rcvd.code == 1013
    for page in (*pages[::2], *more):
        page.socket.socket.close()  # like closing a tab while a picture is on its way
    for page in pages[1::2]:
        page.leave()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            page = Page(server)
            page.until("picture")
            break
        except ConnectionClosed:
            time.sleep(0.5)
    assert plays(page)
    page.leave()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once_also_while_something_is_compiled(start_server, number):
    server = start_server()
    page = Page(server)
    page.say(do="set", settings={"width_d": 61, "width_g": 59, "depth_d": 4, "depth_g": 4})  # shapes not compiled yet
    page.say(do="play", steps=10, only=None)
    page.until("busy")
    start = time.monotonic()
    server.process.send_signal(number)
    assert server.process.wait(10) == 0
    assert time.monotonic() - start < 2


def test_a_port_that_is_taken_or_is_none_is_refused(server):
    done = subprocess.run(
        [sys.executable, "-c", REFUSED, server.host.split(":")[1], "65536", "-1"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["2", "2", "2"]
    assert done.stderr.count("must be") == 3
    assert "Traceback" not in done.stderr


def test_in_a_notebook_it_is_a_frame():
    with urllib.request.urlopen(gt.explore(height=500).src, timeout=20) as page:
        assert "gantheory" in page.read().decode()
