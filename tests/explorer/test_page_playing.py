"""Playing, stepping and the past, in a browser."""

import json

import pytest
from pages import settled, state, until

import gantheory as gt
from gantheory.explorer.lab import Lab, exact
from gantheory.explorer.live import CELLS


def test_playing_pauses_at_once_and_the_live_numbers_agree_with_the_exact_ones(page):
    page.click("#play")
    until(page, "s.iteration > 60")
    page.click("#play")
    pressed = page.evaluate("performance.now()")
    shown = settled(page)
    page.wait_for_timeout(300)
    assert state(page)["iteration"] == shown["iteration"]
    assert page.evaluate("performance.now()") > pressed
    answer = until(page, f"s.answer && s.answer.iteration === {shown['iteration']}", 60_000)["answer"]["found"]
    for name, (value, error) in shown["numbers"].items():
        assert abs(value - answer[name]["value"]) <= error + answer[name]["error"]
    assert "±" in page.inner_text("#number-two_jsd")
    assert "exact" in page.inner_text("#exact")


def test_the_pages_numbers_are_the_librarys(page):
    for _ in range(3):
        page.click("#forth")
    until(page, "s.iteration === 3")
    shown = settled(page)
    lab = Lab()
    lab.advance(3)
    head, curves = lab.frame()
    assert (shown["digest"], shown["numbers"]) == (head["digest"], head["numbers"])
    drawn = page.evaluate("() => explorer.curves")
    assert drawn["p_g"] == pytest.approx(curves[0].tolist(), rel=1e-6)
    assert len(drawn["p_g"]) == CELLS // 2
    answer = until(page, "s.answer && s.answer.iteration === 3", 60_000)["answer"]["found"]
    assert answer == json.loads(json.dumps(exact(*lab.question())))
    measured = gt.measure(lab.mode.data.density, lab.mode.p_g(lab.timeline.state), lab.timeline.state.discriminator)
    assert answer["two_jsd"]["value"] == measured.two_jsd.value


def test_stepping_back_and_scrubbing_give_the_same_bytes(page):
    page.keyboard.press("ArrowRight")
    until(page, "s.iteration === 1")
    page.click("#step-d")
    until(page, "s.iteration === 2")
    page.keyboard.press("g")
    until(page, "s.iteration === 3")
    marks = {3: settled(page)["digest"]}
    page.click("#back")
    marks[2] = until(page, "s.iteration === 2")["digest"]
    page.keyboard.press("ArrowLeft")
    until(page, "s.iteration === 1")
    page.evaluate("() => { scrub.value = 3; scrub.dispatchEvent(new Event('input')); }")
    assert until(page, "s.iteration === 3")["digest"] == marks[3]
    page.evaluate("() => { scrub.value = 0; scrub.dispatchEvent(new Event('input')); }")
    start = until(page, "s.iteration === 0")["digest"]
    page.evaluate("() => { scrub.value = 2; scrub.dispatchEvent(new Event('input')); }")
    assert until(page, "s.iteration === 2")["digest"] == marks[2]
    page.click("#again")
    assert until(page, "s.end === 0")["digest"] == start
    page.click("#seed")
    until(page, f"s.scene.settings.seed === 1 && s.end === 0 && s.digest !== '{start}'")


@pytest.mark.slow
def test_a_fork_has_a_ghost(page):
    page.click("#forth")
    until(page, "s.iteration === 1")
    page.click("#fork")
    until(page, "s.ghost")
    page.select_option("#set-loss", "minimax")
    until(page, "s.scene.settings.loss === 'minimax'")
    page.fill("#set-rate_g", "0.01")
    page.press("#set-rate_g", "Enter")
    until(page, "s.scene.settings.rate_g === 0.01")
    page.click("#play")
    forked = until(page, "s.iteration > 50")
    page.click("#play")
    settled(page)
    assert forked["ghost"]["iteration"] == forked["iteration"]
    assert forked["ghost"]["numbers"] != forked["numbers"]
    assert page.is_visible(".key.ghost")
    page.click("#fork")
    until(page, "!s.ghost")


@pytest.mark.slow
def test_slow_motion_goes_through_algorithm_1(page):
    page.fill("#set-k", "1")
    page.press("#set-k", "Enter")
    until(page, "s.scene.settings.k === 1")
    lines = []
    for _ in range(5):
        page.click("#line")
        lines.append(until(page, f"s.line && s.line.line === {len(lines)}")["line"]["line"])
    assert lines == [0, 1, 2, 3, 4]
    assert page.locator("#lines li.now").count() == 1
    assert "Algorithm 1: update G" in page.inner_text("#verdict")
    page.click("#line")
    assert until(page, "s.iteration === 1")["end"] == 1


@pytest.mark.slow
def test_pictures_are_painted_one_after_the_other_and_a_pause_is_a_pause(page):
    """How many a second is for the bench, on an idle machine: here they are counted, however long they take."""
    page.click("#play")
    before = until(page, "s.iteration > 100")["painted"]
    until(page, f"s.painted > {before + 24}")
    late = page.evaluate("""async () => {
        const painted = explorer.state.painted, pressed = performance.now();
        document.getElementById("play").click();
        while (explorer.state.playing || performance.now() < pressed + 1500) await new Promise(requestAnimationFrame);
        return explorer.state.painted - painted;
    }""")
    assert late <= 12  # those on their way
    at_rest = settled(page)["painted"]
    page.wait_for_timeout(1000)
    assert state(page)["painted"] == at_rest


@pytest.mark.slow
def test_the_charts_go_on_after_a_resize(page):
    page.click("#play")
    until(page, "s.iteration > 60")
    page.evaluate("dispatchEvent(new Event('resize'))")
    page.wait_for_timeout(500)
    chart = "document.getElementById('values').toDataURL()"
    before = page.evaluate(chart)
    page.wait_for_function(f"(before) => {chart} !== before", arg=before)


def test_an_exact_number_is_gone_with_the_state_that_it_is_of(page):
    page.click("#forth")
    until(page, "s.iteration === 1 && s.answer")
    assert "exact, at iteration 1" in page.inner_text("#exact")
    page.click("#seed")
    until(page, "s.end === 0 && s.scene.settings.seed === 1")
    assert page.inner_text("#exact") == ""
    page.click("#undo")
    until(page, "s.iteration === 1 && s.answer && s.answer.iteration === 1")
    assert state(page)["rows"] >= 1
