"""A conversation with one page: what it asks for is done in order, and no picture is sent that it has no room for.

A page acknowledges each picture when it has painted it, and at most ``WINDOW`` are on their way, so that a slow page slows the training
down and a pause is a pause at once. JAX works in threads; this loop only waits.
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

WINDOW = 2
INBOX = 32  # commands that wait; whoever sends more waits too
BUSY_AFTER = 0.25  # seconds after which the page is told that something takes long
MOST_TO_PLAY = 10**9


class Workers(NamedTuple):
    players: Executor  # train and draw
    judges: Executor  # measure exactly, at their leisure


class Fault(Exception):
    """Of the program, not of the page: its traceback is on stderr."""


def _whole(function: Callable, arguments: tuple) -> Any:
    try:
        return function(*arguments)
    except ValueError:
        raise
    except Exception as fault:
        traceback.print_exc(file=sys.stderr)
        raise Fault(f"This could not be done, by a fault of the program: {fault!s:.200}") from None


class Session:
    def __init__(self, socket: WebSocket, workers: Workers):
        self.socket, self.workers = socket, workers
        self.inbox: asyncio.Queue[Callable[[Lab], None]] = asyncio.Queue(INBOX)
        self.news = asyncio.Event()
        self.sent = self.acknowledged = 0
        self.playing, self.steps, self.only, self.left = False, 10, None, MOST_TO_PLAY
        self.redraw = True  # whether there is something new to draw, or to say of it
        self.staged: Mode | None = None  # what the page's scene is of
        self.version = 0  # of the state, for answers that come late
        self.questions: set[asyncio.Task] = set()

    async def run(self) -> None:
        """Until either side has had enough."""
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

    # What the page says.

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
                # One out of order acknowledges nothing.
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

    # What is done about it.

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
        """Whether it was done; if not, the page is told why."""
        self.version += 1
        try:
            await self._in_thread(command, self.lab)
            return True
        except (ValueError, Fault) as refusal:
            await self._tell(refused=str(refusal))
            return False

    def _next(self, play: bool) -> tuple[dict, list[np.ndarray]]:
        """The next picture, with its scene if that is new. All in one go: a step between threads costs as much as a step of training."""
        if play:
            self.version += 1
            self.lab.advance(min(self.steps, self.left), self.only)
        head, curves = self.lab.frame(full=not play)
        if self.staged is not self.lab.mode:
            self.staged, head = self.lab.mode, {**head, "scene": self.lab.scene()}
        return head, curves

    async def _count(self, stopped: str | None) -> None:
        self.left -= min(self.steps, self.left)
        if self.left <= 0 or stopped:
            self.playing, self.redraw = False, True
            await self._tell(paused=stopped or "")

    async def _in_thread(self, function: Callable, *arguments) -> Any:
        """Its result; the page is told if it takes long, as when something is compiled."""
        future = asyncio.get_running_loop().run_in_executor(self.workers.players, _whole, function, arguments)
        done, _ = await asyncio.wait({future}, timeout=BUSY_AFTER)
        if not done:
            await self._tell(busy=True)
        return await future

    def _ask(self, name: str, answer: Callable) -> None:
        """An exact answer about the present state; one question at a time."""
        if not self.questions and hasattr(self, "lab"):
            task = asyncio.create_task(self._answer(name, answer))
            self.questions.add(task)
            task.add_done_callback(self.questions.discard)

    async def _answer(self, name: str, answer: Callable) -> None:
        version, iteration = self.version, self.lab.timeline.iteration
        question = self.lab.question()
        try:
            found = await asyncio.get_running_loop().run_in_executor(self.workers.judges, _whole, answer, question)
        except (ValueError, Fault) as refusal:  # as of a G that jumps
            return await self._tell(refused=str(refusal))
        await self._tell(**{name: found, "iteration": iteration, "current": version == self.version})

    async def _tell(self, **message) -> None:
        await self.socket.send_text(json.dumps(message))


def packed(head: dict[str, Any], curves: list[np.ndarray]) -> bytes:
    """A picture for the wire: the length of its JSON, its JSON, padded to four bytes, and its curves as float32, little-endian."""
    arrays = [np.asarray(curve, "<f4") for curve in curves]
    text = json.dumps({**head, "lengths": [len(array) for array in arrays]}, allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    return struct.pack("<I", len(text)) + text + b"".join(array.tobytes() for array in arrays)
