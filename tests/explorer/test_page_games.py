"""The lab of small games, in a browser."""

import pytest
from pages import STATE, state, until


@pytest.mark.slow
def test_a_start_is_dragged_in_the_lab_of_games_and_the_address_keeps_the_plane(visit):
    page = visit()
    page.click("[data-lab=games]")
    until(page, "s.portrait")
    assert "Steps of h = 0.2 diverge" in page.inner_text("#plane-verdict")
    page.fill("#plane-r1", "1")
    page.press("#plane-r1", "Enter")
    until(page, "s.portrait.spec.r1 === 1 && s.portrait.rule === 'converges'")
    box = page.locator("#plane").bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 150)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 300, steps=5)
    page.mouse.up()
    until(page, "s.portrait.runs.length === 2 && s.portrait.runs[1][0][1] < 0")
    page.fill("#plane-h", "1e9")
    page.press("#plane-h", "Enter")
    page.wait_for_function("() => document.getElementById('status').textContent.includes('`h` must be')")
    starts = state(page)["portrait"]["spec"]["starts"]
    page.reload()
    page.wait_for_function(STATE, timeout=60_000)
    spec = until(page, "s.lab === 'games' && s.portrait")["portrait"]["spec"]
    assert (spec["r1"], spec["starts"]) == (1, starts)
    page.click("[data-lab=line]")
    assert page.is_visible("#game") and not page.is_visible("#plane")
    assert page.wrong == []
