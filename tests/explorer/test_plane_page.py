"""The tab of two dimensions in a browser, used as a visitor would; the console must stay empty."""

import json
from urllib.parse import quote, unquote

import pytest
from pages import state, until

from gantheory.explorer.plane_live import CELLS, DRAWN


@pytest.fixture
def two(visit):
    page = visit()
    page.click("[data-lab=two]")
    until(page, "s.scene.lab === 'two'")
    yield page
    assert page.wrong == []
    page.context.close()


def pixels(page, canvas):
    """What a canvas shows, as a text."""
    return page.evaluate(f"() => document.getElementById('{canvas}').toDataURL()")


def test_the_tab_shows_the_game_and_plays_it(two):
    shown = state(two)
    assert two.is_visible("#laws") and not two.is_visible("#game")
    assert len(shown["modes"]) == len(shown["scene"]["modes"]) == 8
    drawn = two.evaluate("() => explorer.curves")
    assert len(drawn["p_g"]) == len(drawn["logit"]) == CELLS**2 and len(drawn["turned"]) == 2 * DRAWN**2
    two.click("#play")
    until(two, "s.iteration > 20")
    two.click("#play")
    shown = until(two, "!s.playing && s.digest !== null && s.measured === s.iteration")
    assert shown["interval"][0] <= shown["numbers"]["two_jsd"][0] <= shown["interval"][1]
    assert f"Iteration {shown['iteration']}." in two.inner_text("#interval-said")
    two.click("[data-lab=line]")
    until(two, "s.scene.lab === undefined")
    assert two.is_visible("#game") and not two.is_visible("#laws")


@pytest.mark.slow
def test_layers_and_the_right_squares_choice_change_what_is_drawn(two):
    before = pixels(two, "laws")
    for layer in ("p_data", "p_g", "points", "mesh", "slope", "modes"):
        two.click(f"[data-layer={layer}]")
        after = pixels(two, "laws")
        assert after != before, layer
        before = after
    before = pixels(two, "judge")
    for choice in ("D*", "D-D*"):
        two.check(f"[name=judged][value='{choice}']")
        after = pixels(two, "judge")
        assert after != before, choice
        before = after


@pytest.mark.slow
def test_steps_back_undo_seed_and_reset_are_those_of_the_transport(two):
    first = state(two)["digest"]
    two.click("#forth")
    until(two, "s.iteration === 1")
    two.click("#step-d")
    reached = until(two, "s.iteration === 2 && s.digest !== null")["digest"]
    two.click("#back")
    until(two, "s.iteration === 1")
    two.click("#back")
    assert until(two, "s.iteration === 0 && s.digest !== null")["digest"] == first
    two.evaluate("() => { scrub.value = 2; scrub.dispatchEvent(new Event('input')); }")
    assert until(two, "s.iteration === 2 && s.digest !== null")["digest"] == reached
    two.click("#seed")
    assert until(two, "s.scene.settings.seed === 1 && s.digest !== null")["digest"] != first
    two.click("#undo")
    assert until(two, "s.scene.settings.seed === 0 && s.digest !== null")["digest"] == reached
    two.click("#line")
    until(two, "s.line && s.line.line === 0")
    assert "sample minibatch" in two.inner_text("#verdict")
    two.click("#again")
    assert until(two, "s.iteration === 0 && s.end === 0 && s.digest !== null")["digest"] == first


@pytest.mark.slow
def test_data_are_chosen_typed_and_painted(two):
    two.select_option("#zoo", "moons")
    until(two, "s.scene.said === 'moons(.1)' && s.scene.modes.length === 2")
    two.fill("#expression [name=text]", "grid(3, 1, .1)")
    two.press("#expression [name=text]", "Enter")
    until(two, "s.scene.modes.length === 9")
    two.fill("#expression [name=text]", "Normal(0, 1)")
    two.press("#expression [name=text]", "Enter")
    two.wait_for_function("() => document.getElementById('status').textContent.includes('on the plane')")
    two.set_input_files("#csv [type=file]", {"name": "two.csv", "mimeType": "text/csv", "buffer": rows()})
    until(two, "s.scene.spec.kind === 'csv'")
    two.check("[name=brush][value=paint]")
    box = two.locator("#laws").bounding_box()
    stroke(two, box, 0.3)
    painted = until(two, "s.scene.spec.kind === 'brush'")["scene"]
    assert len(painted["modes"]) == 1 and painted["spec"]["shades"].strip("0")
    stroke(two, box, 0.75)
    assert len(until(two, "s.scene.modes.length === 2")["scene"]["modes"]) == 2
    two.click("#brush-blank")
    stroke(two, box, 0.6)
    until(two, "s.scene.modes.length === 1")


def rows():
    return "\n".join(["a,b", *(f"{i % 9},{(i * 7) % 11}" for i in range(60))]).encode()


def stroke(page, box, height):
    page.mouse.move(box["x"] + 0.35 * box["width"], box["y"] + height * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + height * box["height"], steps=12)
    page.mouse.up()


@pytest.mark.slow
def test_settings_change_the_game_and_bad_ones_are_refused(two):
    assert not two.is_visible("#set-population") and not two.is_visible("#oracle")
    two.fill("#set-batch", "64")
    two.press("#set-batch", "Enter")
    until(two, "s.scene.settings.batch === 64")
    two.fill("#set-k", "500")
    two.press("#set-k", "Enter")
    two.wait_for_function("() => document.getElementById('status').textContent.includes('`k` must be')")
    two.select_option("#set-loss", "wasserstein")
    until(two, "!s.scene.logit")
    assert two.is_disabled("[name=judged][value='D*']")
    assert two.inner_text("#number-value") == "no meaning here"
    two.click("#forth")
    until(two, "s.iteration === 1")


@pytest.mark.slow
def test_a_link_brings_back_the_same_state_and_a_hostile_one_a_sentence(visit, two):
    two.select_option("#zoo", "moons")
    until(two, "s.scene.said === 'moons(.1)'")
    for i in range(3):
        two.click("#forth")
        until(two, f"s.iteration === {i + 1}")
    reached = until(two, "s.iteration === 3 && s.digest !== null")["digest"]
    two.wait_for_function("() => decodeURIComponent(location.hash).includes('\"at\":3')")
    hash_ = two.evaluate("() => location.hash")
    assert json.loads(unquote(hash_[1:]))["two"] == {"data": {"kind": "expression", "text": "moons(.1)"}, "at": 3}
    other = visit(hash_)
    assert until(other, "s.scene.lab === 'two' && s.iteration === 3 && s.digest !== null")["digest"] == reached
    assert other.wrong == []
    for two in ([], {"at": -1}, {"nonsense": 1}, {"set": 3}, {"data": {"kind": "brush", "shades": "<script>"}}, {"set": {"batch": 1e99}}):
        bad = visit("#" + quote(json.dumps({"lab": "two", "two": two})))
        until(bad, "s.scene.lab === 'two'")
        bad.wait_for_function("() => document.getElementById('status').textContent.includes('must be')")
        assert bad.wrong == []
        bad.context.close()


@pytest.mark.slow
def test_the_exact_numbers_follow_at_rest_and_lie_in_the_live_interval(two):
    two.select_option("#zoo", "ring of 8, apart")
    until(two, "s.scene.said === 'ring(8, 1, .1)'")
    two.click("#forth")
    until(two, "s.iteration === 1")
    shown = until(two, "s.answer && s.answer.iteration === 1")
    exact = shown["answer"]["found"]["two_jsd"]
    assert shown["interval"][0] - exact["error"] <= exact["value"] <= shown["interval"][1] + exact["error"]
    assert "modes found" in two.inner_text("#exact")


@pytest.mark.slow
def test_a_phone_shows_it_without_scrolling_sideways(visit):
    page = visit(viewport={"width": 390, "height": 844}, has_touch=True, color_scheme="dark")
    page.click("[data-lab=two]")
    until(page, "s.scene.lab === 'two'")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert page.is_visible("#laws") and page.is_visible("#modes")
    assert page.wrong == []
