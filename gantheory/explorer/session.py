"""The conversation with one page. Its commands are executed in order, and pictures are sent as fast as it paints them.

The page acknowledges each picture once it is painted, and at most ``WINDOW`` pictures are unacknowledged. So a slow page slows down the
training, and a pause takes effect at once. JAX runs in threads; the event loop only waits.

page/connection.js describes every message in both directions.
"""

import asyncio
import contextlib
import json
import secrets
import sys
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, NamedTuple

import numpy as np
from starlette.websockets import WebSocket, WebSocketDisconnect

from gantheory.explorer.checks import number, one_of, whole
from gantheory.explorer.commands import command_of, message_of, only_of, steps_of
from gantheory.explorer.games import games_choices, portrait
from gantheory.explorer.handout import handout
from gantheory.explorer.lab import Lab, choices, estimates, exact
from gantheory.explorer.mode import Mode
from gantheory.explorer.plane_lab import PlaneLab, plane_choices
from gantheory.explorer.stops import Stop, reached, stop_of
from gantheory.explorer.weights import weights
from gantheory.explorer.wire import packed, without_nan

WINDOW = 2  # pictures sent but not acknowledged
INBOX = 32  # commands that wait; reading from the page stops while it is full
BUSY_AFTER = 0.25  # seconds of work after which the page is told that the server is busy
MOST_TO_PLAY = 10**9  # iterations after which playing ends by itself
TURN = 0.03  # seconds of play between two pictures: a heavy game leaves the threads to others, and hears a pause
SLOWEST = 10.0  # seconds between two pictures at most, where the page wants to play slowly
GROWTH = 4  # largest factor between the iterations of one turn and of the next


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
    every: float  # seconds between two pictures of play, at least
    due: float  # when the next picture of play may come, on the clock of ``time.monotonic``
    turn: int  # iterations that fit into the next turn

    def __init__(self, socket: WebSocket, workers: Workers, lab: Lab | None = None):
        self.socket, self.workers = socket, workers
        self.key: str = secrets.token_urlsafe(12)  # by which the page may go on with the game on another connection
        if lab:
            self.lab = lab
        self.inbox: asyncio.Queue[Callable[[Lab], None]] = asyncio.Queue(INBOX)
        self.news: asyncio.Event = asyncio.Event()
        self.sent = self.acknowledged = 0
        self.playing, self.steps, self.only, self.left = False, 10, None, MOST_TO_PLAY
        self.redraw: bool = True  # whether a picture is due even if nothing is played
        self.staged: Mode | None = None  # the mode of the last scene that was sent
        self.turn, self.every, self.due = 1, 0.0, 0.0
        self.until: Stop | None = None  # what ends playing
        self.version: int = 0  # counts the beginnings and ends of changes; a picture and an answer of one version are of one state
        self.questions: set[asyncio.Task[Any]] = set()
        self.at_work: asyncio.Future[Any] | None = None  # what a thread does with the lab

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

    @property
    def left_behind(self) -> Lab | None:
        """The game of a page that has gone, unless a thread is still at it."""
        return self.lab if hasattr(self, "lab") and self.at_work and self.at_work.done() else None

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
                every = 0.0 if message.get("every") is None else number(message, "every", 0.0, SLOWEST)
                self.until = stop_of(message.get("until"))
                self.playing, self.steps, self.only, self.left, self.every, self.due = True, steps, only, left, every, 0.0
            case "pause":
                self.playing, self.redraw = False, True
            case "exact":
                self._ask("exact", exact)
            case "estimates":
                self._ask("estimates", estimates)
            case "script":
                await self._write("script", Lab.script)
            case "handout":
                await self._write("handout", handout)
            case "weights":
                await self._write("weights", weights)
            case "lab":
                dimension = one_of(message.get("lab"), "lab", ("line", "two"))
                self.playing = False  # now, since a wish to play may come before this is done
                await self.inbox.put(lambda _: self._turn_to(dimension))
            case "portrait":
                await self._portray(message.get("plane"))
            case _:
                await self.inbox.put(command_of(message))

    # Executing commands and sending pictures.

    async def _work(self) -> None:
        resumed = hasattr(self, "lab")
        if not resumed:
            self.lab = await self._in_thread(Lab)
        await self._tell(hello=choices() | {"games": games_choices(), "two": plane_choices(), "game": self.key, "resumed": resumed})
        while True:
            self.news.clear()
            if not self.inbox.empty():
                self.redraw |= await self._do(self.inbox.get_nowait())
            elif self.sent - self.acknowledged >= WINDOW or not (self.redraw or self.playing):
                await self.news.wait()
            elif not self.redraw and (early := self.due - time.monotonic()) > 0:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.news.wait(), early)
            else:
                played, self.redraw = self.playing and not self.redraw, False
                self.due = time.monotonic() + self.every
                try:
                    head, curves = await self._in_thread(self._next, played)
                except (ValueError, Fault) as refusal:
                    self.playing = False
                    await self._tell(paused=str(refusal))
                    continue
                self.sent += 1
                await self.socket.send_bytes(packed({"frame": self.sent, "playing": self.playing, **head}, curves))
                if played:
                    await self._count(head)

    async def _do(self, command: Callable[[Lab], None]) -> bool:
        """Executes a command. Returns whether it was done; if not, the page is told why."""
        self.version += 1
        try:
            await self._in_thread(command, self.lab)
            return True
        except (ValueError, Fault) as refusal:
            await self._tell(refused=str(refusal))
            return False
        finally:
            self.version += 1

    def _turn_to(self, dimension: str) -> None:
        """Show the visitor's game on the line, or that in two dimensions; the other one waits."""
        if isinstance(self.lab, PlaneLab) == (dimension == "two"):
            return
        other = self.lab.beside or (PlaneLab() if dimension == "two" else Lab())
        other.beside, self.lab.beside = self.lab, None
        self.lab = other

    def _next(self, play: bool) -> tuple[dict, list[np.ndarray]]:
        """The next picture, with its scene if that is new. One call for all, since a change of threads costs as much as a training step."""
        if play:
            self.version += 1
            self._take_turn()
            self.version += 1
        head, curves = self.lab.frame(full=not play)
        head["version"] = self.version
        if self.staged is not self.lab.mode:
            self.staged, head, self.turn = self.lab.mode, {**head, "scene": self.lab.scene()}, 1
        return head, curves

    def _take_turn(self) -> None:
        """Play the iterations up to the next picture: as many as the page wants, but no more than fit into ``TURN``."""
        iterations, before, begun = min(self.steps, self.left, self.turn), self.lab.timeline.iteration, time.perf_counter()
        self.lab.advance(iterations, self.only)
        fits = iterations * TURN / max(time.perf_counter() - begun, 1e-6)
        self.turn = max(1, min(int(fits), GROWTH * iterations))
        self.left -= self.lab.timeline.iteration - before

    async def _count(self, head: dict[str, Any]) -> None:
        """Pauses when the iterations to play are used up, the game has stopped, or the picture shows what it is played until."""
        stopped, end = head["stopped"], reached(self.until, head)
        if self.left <= 0 or stopped or end:
            self.playing, self.redraw = False, True
            await self._tell(paused=stopped or "", reached=end)

    async def _in_thread(self, function: Callable, *arguments) -> Any:
        """The function's result. The page is told if it takes long, usually because something is compiled."""
        self.at_work = future = asyncio.get_running_loop().run_in_executor(self.workers.players, _whole, function, arguments)
        done, _ = await asyncio.wait({future}, timeout=BUSY_AFTER)
        if not done:
            await self._tell(busy=True)
        return await asyncio.shield(future)

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
        await self._tell(**{name: found, "iteration": iteration, "version": version})

    async def _write(self, name: str, write: Callable[[Lab], str]) -> None:
        """Sends the run as a text."""
        if not hasattr(self, "lab"):
            return
        try:
            await self._tell(**{name: await self._in_thread(write, self.lab)})
        except (ValueError, Fault) as refusal:
            await self._tell(refused=str(refusal))

    async def _portray(self, plane: Any) -> None:
        """Sends a phase plane. The page asks for the next one when it has this one."""
        try:
            found = await asyncio.get_running_loop().run_in_executor(self.workers.judges, _whole, portrait, (plane,))
            await self._tell(portrait=found)
        except (ValueError, Fault) as refusal:
            await self._tell(refused=str(refusal), portrait=None)

    async def _tell(self, **message) -> None:
        await self.socket.send_text(json.dumps(without_nan(message), allow_nan=False))
