"""The explorer's web server. It listens on the loopback interface unless told otherwise.

It answers only requests that know its token, address it by its own name, and come from its own page.
"""

import asyncio
import hmac
import secrets
import signal
import socket
import sys
import webbrowser
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.resources import files
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from gantheory.explorer.kept import Kept
from gantheory.explorer.lab import Lab
from gantheory.explorer.session import Session, Workers

MOST_PAGES = 24  # pages open at once; each has a game of its own
LONGEST_MESSAGE = 8 * 2**20  # bytes of a message from a page; a CSV file of 4 MB is sent as one, escaped
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
# What is served without the token: a page that holds nothing, and leads back to the explorer a tab in which it was open.
RETURN = {"/": "return.html", "/return.js": "return.js"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self' http://localhost:* http://127.0.0.1:*",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Guard:
    """Refuses with 403 a request without the token, with another host name, or from a page of another origin.

    So neither another user of the machine nor a web page in the visitor's browser can reach the game, not even by DNS rebinding.
    """

    app: ASGIApp
    token: str
    hosts: set[str]

    def __init__(self, app: ASGIApp, token: str, hosts: set[str]):
        self.app, self.token, self.hosts = app, token, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if why := self._why_not(HTTPConnection(scope), scope["type"] == "websocket"):
            if scope["type"] == "websocket":
                await receive()
                return await send({"type": "websocket.close", "code": 1008, "reason": why})  # a close before acceptance is sent as HTTP 403
            return await PlainTextResponse(f"{why}\n", 403, HEADERS)(scope, receive, send)
        await self.app(scope, receive, send)

    def _why_not(self, connection: HTTPConnection, talks: bool) -> str | None:
        host, origin = connection.headers.get("host", ""), connection.headers.get("origin")
        if host not in self.hosts:
            return "The host must be the one that the explorer was started on."
        if (talks and origin is None) or (origin is not None and origin not in {f"http://{name}" for name in self.hosts}):
            return "The page must be the explorer's own."
        given = connection.url.path.split("/")[1]
        if connection.url.path in RETURN and not talks:
            return None
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            return "The address must hold the token that the explorer printed when it was started."
        return None


def application(token: str, hosts: set[str]) -> Guard:
    """The ASGI application: the files of the folder ``page``, and one ``Session`` for each page's WebSocket.

    Args:
        token: First part of every path that is served.
        hosts: Names with port, as in a ``Host`` header, that the server answers to.
    """
    page = {entry.name: entry.read_bytes() for entry in files("gantheory.explorer").joinpath("page").iterdir() if entry.is_file()}
    workers = Workers(ThreadPoolExecutor(2, "player"), ThreadPoolExecutor(1, "judge"))
    workers.players.submit(warm_up)
    pages: set[Session] = set()
    kept = Kept()

    async def show(request) -> Response:
        name = RETURN.get(request.url.path) or request.path_params.get("name") or "index.html"
        if name not in page:
            return PlainTextResponse("There is no such file.\n", 404, HEADERS)
        return Response(page[name], headers=HEADERS, media_type=KINDS["." + name.rpartition(".")[2]])

    async def talk(page_socket: WebSocket) -> None:
        await page_socket.accept()
        if len(pages) >= MOST_PAGES:
            return await page_socket.close(1013, f"At most {MOST_PAGES} pages at once.")
        session = Session(page_socket, workers, kept.take(page_socket.query_params.get("game")))
        pages.add(session)
        try:
            await session.run()
        finally:
            pages.discard(session)
            if lab := session.left_behind:
                kept.put(session.key, lab)

    at = "/{token}"
    back = [Route(path, show) for path in RETURN]
    routes = [*back, WebSocketRoute(f"{at}/ws", talk), Route(f"{at}/", show), Route(f"{at}/{{name}}", show)]
    return Guard(Starlette(routes=routes), token, hosts)


def warm_up() -> None:
    """Compile what the first page will ask for, while it is being opened."""
    lab = Lab()
    lab.frame()
    lab.advance(1)


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self):
        """Does nothing, since ``serve`` handles signals. uvicorn's own version raises the signal again when it ends."""
        yield


def server_on(host: str, port: int) -> tuple[uvicorn.Server, list[socket.socket], str]:
    """A server that is bound to a port but not started.

    Args:
        host: Interface to listen on.
        port: Port to listen on; 0 for any that is free.

    Returns:
        (the server, the sockets to run it on, the address to open in a browser).

    Raises:
        ValueError: The host and port cannot be bound.
    """
    token = secrets.token_urlsafe(18)
    hosts: set[str] = set()
    config = uvicorn.Config(
        application(token, hosts),
        host=host,
        port=port,
        log_level="error",
        ws="websockets-sansio",
        ws_max_size=LONGEST_MESSAGE,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=1,
        server_header=False,
    )
    bound = _bound(host, port)
    port = bound.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    hosts |= {f"{name}:{port}" for name in {"127.0.0.1", "localhost", "[::1]", shown}}
    name = "127.0.0.1" if host in ("0.0.0.0", "::") else shown
    return _Server(config), [bound], f"http://{name}:{port}/{token}/"


def _bound(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise ValueError(f"`port` must be from 0 to 65535. Got {port}.")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        bound = socket.socket(family, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(100)  # connections are accepted as soon as the address is printed
    except OSError as error:
        raise ValueError(f"`host` and `port` must be free to listen on. Got {host} and {port}: {error.strerror}.") from None
    return bound


def serve(host: str = "127.0.0.1", port: int = 0, browser: bool = True, say: Callable[[str], Any] = print) -> None:
    """Serves the explorer until SIGINT or SIGTERM.

    Args:
        host: Interface to listen on.
        port: Port to listen on; 0 for any that is free.
        browser: Whether to open the page in the default browser.
        say: Called with each line for the user.

    Raises:
        ValueError: The host and port cannot be bound.
    """
    server, sockets, url = server_on(host, port)
    if host not in ("127.0.0.1", "localhost", "::1"):
        say(f"Listening on {host}: whoever can reach this machine and has the address below can use it.")
    say(f"The explorer is at {url} (Ctrl-C ends it)")
    sys.stdout.flush()
    sys.setswitchinterval(5e-4)  # seconds; a thread that measures exactly must not hold up one that plays

    async def run() -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, server.handle_exit, number, None)
        if browser:
            loop.call_later(0.3, webbrowser.open, url)
        await server.serve(sockets)

    asyncio.run(run())
