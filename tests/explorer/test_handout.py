"""A run as one HTML file: small, whole, and without anything that a browser would fetch."""

import json
import re

import pytest

from gantheory.explorer import handout as handouts
from gantheory.explorer.handout import handout
from gantheory.explorer.lab import Lab

MOST = 2.5e6  # bytes of a handout


def recorded(html):
    return json.loads(re.search(r'<script id="recorded" type="application/json">(.*?)</script>', html, re.DOTALL)[1])


def test_a_handout_holds_the_run_in_few_bytes_and_leaves_the_lab_as_it_was(monkeypatch):
    monkeypatch.setattr(handouts, "FRAMES", 11)
    lab = Lab()
    lab.set({"width_d": 8, "depth_d": 1, "width_g": 8, "depth_g": 1, "batch": 32})
    lab.advance(30)
    lab.data({"kind": "expression", "text": "Normal(0, 1)"})
    lab.advance(30)
    before = lab.frame()[0]
    html = handout(lab)
    assert lab.frame()[0] == before
    found = recorded(html)
    assert [frame["head"]["iteration"] for frame in found["frames"]] == list(range(0, 61, 6))
    assert [scene["said"][:6] for scene in found["scenes"]] == ["Mixtur", "Normal"]
    assert found["frames"][-1]["head"]["numbers"] == before["numbers"]
    frames = [len(json.dumps(frame)) for frame in found["frames"]]
    assert len(html.encode()) - sum(frames) + 400 * max(frames) < MOST  # of a handout of full length
    assert not re.search(r"(src|href)=|^import |^export ", html, re.MULTILINE)
    assert "%" + "MODULES%" not in html


def test_a_run_that_has_not_begun_has_no_handout():
    with pytest.raises(ValueError, match="A run must have begun"):
        handout(Lab())
