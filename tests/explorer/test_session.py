"""What a session does beside talking: turns of play, games kept for a lost page, pictures as bytes."""

import json
import time
from types import SimpleNamespace

import numpy as np
import pytest
from starlette.websockets import WebSocket

from gantheory.explorer import kept, session
from gantheory.explorer.kept import Kept
from gantheory.explorer.lab import Lab
from gantheory.explorer.session import Session, Workers
from gantheory.explorer.wire import packed


class Heavy(Lab):
    """A lab whose iterations take so long each, by a clock of its own."""

    def __init__(self, seconds):
        self.seconds, self.timeline, self.turns = seconds, SimpleNamespace(iteration=0), []  # type: ignore[assignment]
        self.now = 0.0

    def advance(self, iterations, only):
        self.now += iterations * self.seconds
        self.timeline.iteration += iterations
        self.turns.append(iterations)


@pytest.fixture
def played(monkeypatch):
    return lambda *arguments, **named: play(monkeypatch, *arguments, **named)


def play(monkeypatch, seconds, steps, turns, left=session.MOST_TO_PLAY):
    lab = Heavy(seconds)
    monkeypatch.setattr(session, "time", SimpleNamespace(perf_counter=lambda: lab.now, monotonic=time.monotonic))
    one = Session(WebSocket({"type": "websocket"}, None, None), tuple.__new__(Workers, (None, None)), lab)
    one.steps, one.left = steps, left
    for _ in range(turns):
        one._take_turn()
    return one, lab


def test_a_turn_of_a_heavy_game_is_short_however_many_iterations_are_asked_for(played):
    _, lab = played(seconds=0.02, steps=1000, turns=4)
    assert lab.turns == [1, 1, 1, 1]


def test_a_turn_of_a_light_game_grows_to_what_is_asked_for_and_ends_where_it_is_to(played):
    one, lab = played(seconds=0.0, steps=50, turns=8, left=200)
    assert lab.turns == [1, 4, 16, 50, 50, 50, 29, 0]
    assert lab.timeline.iteration == 200
    assert one.left == 0


def test_a_number_that_is_not_finite_is_null_in_a_picture_and_a_gap_in_a_curve():
    found = packed({"numbers": {"value": [float("nan"), float("inf")]}, "iteration": 3}, [np.array([1.0, np.nan, 1e300])])
    length = int.from_bytes(found[:4], "little")
    assert json.loads(found[4 : 4 + length]) == {"numbers": {"value": [None, None]}, "iteration": 3, "lengths": [3]}
    assert np.array_equal(np.frombuffer(found[4 + length :], "<f4"), [1.0, np.nan, np.inf], equal_nan=True)


def test_a_game_is_kept_once_for_a_while_and_not_without_end(monkeypatch):
    labs = Kept()
    monkeypatch.setattr(kept, "MOST_KEPT", 2)
    games = {key: object.__new__(Lab) for key in "abc"}
    for key, lab in games.items():
        labs.put(key, lab)
    assert labs.take("a") is None
    assert labs.take("c") is games["c"]
    assert labs.take("c") is labs.take(None) is labs.take("nonsense") is None
    monkeypatch.setattr(kept.time, "monotonic", lambda: time.perf_counter() + 1e9)
    assert labs.take("b") is None
