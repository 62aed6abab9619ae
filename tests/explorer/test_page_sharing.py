"""A teacher's link, where playing stops, drawings in a link, SVG, weights, and the key that no link holds."""

import json
import xml.etree.ElementTree as Xml
from urllib.parse import unquote

import numpy as np
import pytest
from pages import STATE, settled, state, until

from gantheory.explorer.lab import Lab


def saved(page, name):
    """What a button of *Take it along* saves."""
    page.evaluate("() => (document.getElementById('share').open = true)")
    with page.expect_download() as download:
        page.click(f"#share-{name}")
    return download.value.path().read_bytes()


def test_the_key_is_in_no_link_and_the_tab_goes_on_without_it(visit, page_server):
    page = visit('#{"set": {"seed": 3}}')
    until(page, "s.scene.settings.seed === 3")
    assert page.url.startswith(f"http://{page_server.host}/#") and page_server.token not in page.url
    page.reload()
    page.wait_for_function(STATE)
    until(page, "s.scene.settings.seed === 3")
    assert page_server.token not in page.url
    assert page.wrong == []
    other = page.context.browser.new_context().new_page()
    other.goto(page.url)
    assert "does not know the explorer's key" in other.inner_text("body")
    other.context.close()


@pytest.mark.slow
def test_a_run_stops_when_a_picture_shows_what_it_waits_for(visit):
    page = visit('#{"guide": 0}')
    page.select_option("#stop-when", "2 JSD below")
    page.fill("#stop-than", "0.05")
    page.press("#stop-than", "Tab")
    page.click("#play")
    until(page, "!s.playing && s.iteration > 0 && s.numbers.two_jsd[0] < 0.05")
    page.wait_for_function("() => document.getElementById('status').textContent.includes('is below 0.05')")
    assert '"until":{"what":"2 JSD below","than":0.05}' in unquote(page.url)
    other = visit(page.url[page.url.index("#") :])
    assert other.input_value("#stop-than") == "0.05" and other.is_visible("#stop-than")
    assert page.wrong == other.wrong == []


@pytest.mark.slow
def test_an_exercise_hides_locks_asks_and_reveals(visit):
    asked = {"hide": ["theorem", "D*"], "lock": ["data", "tools"], "ask": "Where will D* be <b>after</b> a minute?"}
    page = visit(f"#{json.dumps(asked)}")
    assert not page.is_visible("#theorem") and not page.is_visible(".key.optimal")
    assert asked["ask"] in page.inner_text("#exercise")
    assert page.evaluate("() => document.getElementById('data-controls').inert")
    assert state(page)["hidden"] == ["D*"]
    page.fill("#prediction", "at one half")
    page.click("#reveal")
    assert page.is_visible("#theorem") and page.is_visible(".key.optimal") and state(page)["hidden"] == []
    assert "You said: at one half" in page.inner_text("#exercise")
    assert page.evaluate("() => document.activeElement.id") == "predicted"
    assert page.wrong == []


@pytest.mark.slow
def test_a_teacher_makes_such_a_link(visit):
    page = visit('#{"guide": 0}')
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("() => document.querySelectorAll('#share, #share details').forEach((one) => (one.open = true))")
    page.fill("#maker [name=ask]", "What is V now?")
    page.check("#maker [value=theorem]")
    page.check("#maker [value=game]")
    page.click("#maker button")
    page.wait_for_function("() => document.getElementById('status').textContent.includes('link is copied')")
    link = unquote(page.evaluate("() => navigator.clipboard.readText()"))
    parts = json.loads(link[link.index("#") + 1 :])
    assert (parts["ask"], parts["hide"], parts["lock"], parts["guide"]) == ("What is V now?", ["theorem"], ["game"], 0)
    assert page.is_visible("#theorem")  # of the one who makes it nothing is hidden
    assert page.wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("part", [{"hide": ["body"]}, {"ask": 3}, {"until": {"what": "now"}}])
def test_a_part_of_no_exercise_is_left_out_with_a_sentence(visit, part):
    page = visit(f"#{json.dumps(part)}")
    page.wait_for_function("() => document.getElementById('status').textContent.includes('of the address must be')")
    assert page.is_visible("#theorem")
    assert page.wrong == []
    page.context.close()


@pytest.mark.slow
def test_a_drawing_is_in_the_link_to_the_last_bit(visit):
    page = visit('#{"guide": 0}')
    page.check("[name=tool][value=data]")
    page.focus("#game")
    for key in ("PageUp", "ArrowRight", "PageUp", "PageUp", "Enter"):
        page.keyboard.press(key)
    until(page, "s.scene.spec.kind === 'pen'")
    page.fill("#stop-at", "7")
    page.click("#play")
    shown = until(page, "s.iteration === 7 && !s.playing && s.digest")
    assert len(page.url) < 1000
    other = visit(page.url[page.url.index("#") :])
    found = until(other, "s.iteration === 7 && !s.playing && s.digest")
    assert (found["digest"], found["scene"]["p_data"]) == (shown["digest"], shown["scene"]["p_data"])
    assert page.wrong == other.wrong == []


@pytest.mark.slow
def test_the_picture_is_saved_as_svg_and_the_players_as_json(page):
    page.click("#forth")
    until(page, "s.iteration === 1")
    settled(page)
    picture = Xml.fromstring(saved(page, "svg"))
    space = "{http://www.w3.org/2000/svg}"
    assert len(picture.findall(f".//{space}path")) > 20
    assert {"p_data", "p_g", "D", "D*", "x", "z"} <= {one.text for one in picture.findall(f".//{space}text")}
    players = json.loads(saved(page, "weights"))
    lab = Lab()
    lab.advance(1)
    assert players["iteration"] == 1
    first = np.asarray(lab.timeline.state.generator.mlp.layers[0].weight)
    assert np.array_equal(np.asarray(players["generator"][".mlp.layers[0].weight"], np.float32), first)
    assert np.asarray(players["discriminator"][".mlp.layers[0].bias"]).shape == lab.timeline.state.discriminator.mlp.layers[0].bias.shape
