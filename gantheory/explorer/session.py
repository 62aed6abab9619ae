"""The conversation with one page. Its commands are executed in order, and pictures are sent as fast as it paints them.

The page acknowledges each picture once it is painted, and at most ``WINDOW`` pictures are unacknowledged. So a slow page slows down the
training, and a pause takes effect at once. JAX runs in threads; the event loop only waits.

page/connection.js describes every message in both directions.
"""

import asyncio
import json
import struct
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, NamedTuple

import numpy as np
from starlette.websockets import WebSocket, WebSocketDisconnect

from gantheory.explorer.checks import whole
from gantheory.explorer.commands import command_of, message_of, only_of, steps_of
from gantheory.explorer.lab import Lab, choices, estimates, exact
from gantheory.explorer.mode import Mode

WINDOW = 2  # pictures sent but not acknowledged
INBOX = 32  # commands that wait; reading from the page stops while it is full
BUSY_AFTER = 0.25  # seconds of work after which the page is told that the server is busy
MOST_TO_PLAY = 10**9  # iterations after which playing ends by itself


class Workers(NamedTuple):
    """Thread pools that all sessions share."""

    players: Executor  # for training and drawing
    judges: Executor  # for exact measurements, which may take seconds


class Fault(Exception):
    """A fault of the program, not of the page's request. Its traceback is on stderr."""


def _whole(function: Callable, arguments: tuple) -> Any:
    """The function's result; an exception other than ``ValueError`` becomes a ``Fault``."""
    try:
        return function(*arguments)
    except ValueError:
        raise
    except Exception as fault:
        traceback.print_exc(file=sys.stderr)
        raise Fault(f"This could not be done, by a fault of the program: {fault!s:.200}") from None


class Session:
    """One page's game, and the two tasks that serve it: one reads the page's messages, the other executes them and sends pictures."""

    socket: WebSocket
    workers: Workers
    lab: Lab  # made by ``run``, in a thread of the players
    sent: int  # pictures sent
    acknowledged: int  # pictures painted
    playing: bool
    steps: int  # iterations between two pictures
    only: str | None  # the player that learns, if only one does
    left: int  # iterations still to play

    def __init__(self, socket: WebSocket, workers: Workers):
        self.socket, self.workers = socket, workers
        self.inbox: asyncio.Queue[Callable[[Lab], None]] = asyncio.Queue(INBOX)
        self.news: asyncio.Event = asyncio.Event()
        self.sent = self.acknowledged = 0
        self.playing, self.steps, self.only, self.left = False, 10, None, MOST_TO_PLAY
        self.redraw: bool = True  # whether a picture is due even if nothing is played
        self.staged: Mode | None = None  # the mode of the last scene that was sent
        self.version: int = 0  # counts changes of the state, to recognise answers that come too late
        self.questions: set[asyncio.Task[Any]] = set()

    async def run(self) -> None:
        """Serves the page until it leaves or the server ends."""
        tasks = [asyncio.create_task(work()) for work in (self._read, self._work)]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except (WebSocketDisconnect, RuntimeError, OSError):
            pass  # the page has gone
        finally:
            for task in (*tasks, *self.questions):
                task.cancel()
            await asyncio.gather(*tasks, *self.questions, return_exceptions=True)

    # Reading the page's messages.

    async def _read(self) -> None:
        while True:
            received = await self.socket.receive()
            if received["type"] == "websocket.disconnect":
                return
            try:
                await self._hear(message_of(received.get("text") or ""))
            except ValueError as refusal:
                await self._tell(refused=str(refusal))
            self.news.set()

    async def _hear(self, message: dict) -> None:
        match message["do"]:
            case "ack":
                # An acknowledgement that comes out of order has no effect.
                self.acknowledged = max(self.acknowledged, whole(message, "frame", 0, self.sent))
            case "play":
                steps, only = steps_of(message), only_of(message)
                left = MOST_TO_PLAY if message.get("left") is None else whole(message, "left", 1, MOST_TO_PLAY)
                self.playing, self.steps, self.only, self.left = True, steps, only, left
            case "pause":
                self.playing, self.redraw = False, True
            case "exact":
                self._ask("exact", exact)
            case "estimates":
                self._ask("estimates", estimates)
            case _:
                await self.inbox.put(command_of(message))

    # Executing commands and sending pictures.

    async def _work(self) -> None:
        self.lab = await self._in_thread(Lab)
        await self._tell(hello=choices())
        while True:
            self.news.clear()
            if not self.inbox.empty():
                self.redraw |= await self._do(self.inbox.get_nowait())
            elif self.sent - self.acknowledged >= WINDOW or not (self.redraw or self.playing):
                await self.news.wait()
            else:
                played, self.redraw = self.playing and not self.redraw, False
                try:
                    head, curves = await self._in_thread(self._next, played)
                except (ValueError, Fault) as refusal:
                    self.playing = False
                    await self._tell(paused=str(refusal))
                    continue
                self.sent += 1
                await self.socket.send_bytes(packed({"frame": self.sent, "playing": self.playing, **head}, curves))
                if played:
                    await self._count(head["stopped"])

    async def _do(self, command: Callable[[Lab], None]) -> bool:
        """Executes a command. Returns whether it was done; if not, the page is told why."""
        self.version += 1
        try:
            await self._in_thread(command, self.lab)
            return True
        except (ValueError, Fault) as refusal:
            await self._tell(refused=str(refusal))
            return False

    def _next(self, play: bool) -> tuple[dict, list[np.ndarray]]:
        """The next picture, with its scene if that is new. One call for all, since a change of threads costs as much as a training step."""
        if play:
            self.version += 1
            self.lab.advance(min(self.steps, self.left), self.only)
        head, curves = self.lab.frame(full=not play)
        if self.staged is not self.lab.mode:
            self.staged, head = self.lab.mode, {**head, "scene": self.lab.scene()}
        return head, curves

    async def _count(self, stopped: str | None) -> None:
        """Pauses when the iterations to play are used up, or the game has ``stopped``."""
        self.left -= min(self.steps, self.left)
        if self.left <= 0 or stopped:
            self.playing, self.redraw = False, True
            await self._tell(paused=stopped or "")

    async def _in_thread(self, function: Callable, *arguments) -> Any:
        """The function's result. The page is told if it takes long, usually because something is compiled."""
        future = asyncio.get_running_loop().run_in_executor(self.workers.players, _whole, function, arguments)
        done, _ = await asyncio.wait({future}, timeout=BUSY_AFTER)
        if not done:
            await self._tell(busy=True)
        return await future

    def _ask(self, name: str, answer: Callable) -> None:
        """Starts measuring the present state. A question is dropped while another is being answered."""
        if not self.questions and hasattr(self, "lab"):
            task = asyncio.create_task(self._answer(name, answer))
            self.questions.add(task)
            task.add_done_callback(self.questions.discard)

    async def _answer(self, name: str, answer: Callable) -> None:
        version, iteration = self.version, self.lab.timeline.iteration
        question = self.lab.question()
        try:
            found = await asyncio.get_running_loop().run_in_executor(self.workers.judges, _whole, answer, question)
        except (ValueError, Fault) as refusal:  # for example, of a generator with jumps
            return await self._tell(refused=str(refusal))
        await self._tell(**{name: found, "iteration": iteration, "current": version == self.version})

    async def _tell(self, **message) -> None:
        await self.socket.send_text(json.dumps(message))


def packed(head: dict[str, Any], curves: list[np.ndarray]) -> bytes:
    """A picture as bytes: the length of its JSON, the JSON padded to a multiple of four bytes, and its curves, all little-endian."""
    arrays = [np.asarray(curve, "<f4") for curve in curves]
    text = json.dumps({**head, "lengths": [len(array) for array in arrays]}, allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    return struct.pack("<I", len(text)) + text + b"".join(array.tobytes() for array in arrays)
