"""Lessons and explanations, in a browser."""

from urllib.parse import unquote

import pytest
from pages import STATE, state, until


@pytest.mark.slow
def test_the_first_steps_are_shown_once_and_give_the_game_back(visit):
    page = visit()
    assert "1 of 3" in page.inner_text("#lesson")
    page.click("#tour-next")
    page.click("#tour-next")
    until(page, "s.scene.settings.k === 1 && s.iteration > 40")
    assert '"guide":3' in unquote(page.url)
    page.click("#tour-back")
    assert "2 of 3" in page.inner_text("#lesson")
    page.click("#tour-leave")
    until(page, "!s.playing && s.scene.settings.k === 5 && s.lesson === null")
    assert not page.is_visible("#lesson")
    page.reload()
    page.wait_for_function(STATE, timeout=60_000)
    assert not page.is_visible("#lesson")
    assert page.wrong == []


def test_what_a_term_is_stands_beside_the_plot_while_it_has_the_focus(page):
    assert "untrained" in page.inner_text("#verdict")
    page.focus("#split [data-term=gap]")
    assert "what D lacks" in page.inner_text("#explained")
    page.focus(".key.generated[data-term]")
    assert "spike" in page.inner_text("#explained")
    page.focus("#play")
    assert page.inner_text("#explained") == ""


@pytest.mark.slow
def test_the_tour_ends_where_figure_1_does(page):
    page.click("#tour-start")
    until(page, "s.scene.said === 'Normal(0.6, 1)' && s.iteration === 900 && !s.playing", 120_000)
    page.click("#tour-next")
    until(page, "s.scene.said === 'Normal(0, 1)' && s.iteration === 901 && !s.playing", 60_000)
    a = state(page)["numbers"]
    page.click("#tour-next")
    until(page, "s.iteration === 1201 && !s.playing", 120_000)
    b = state(page)["numbers"]
    assert b["discriminator_gap"][0] < a["discriminator_gap"][0] / 3
    assert b["two_jsd"][0] == pytest.approx(a["two_jsd"][0], abs=1e-9)
    page.click("#tour-next")
    c = until(page, "s.iteration === 1203 && !s.playing", 60_000)["numbers"]
    assert c["two_jsd"][0] < b["two_jsd"][0]
    page.click("#tour-back")
    assert until(page, "s.iteration === 1201 && !s.playing", 60_000)["numbers"] == b
    page.click("#tour-leave")
    until(page, "s.scene.settings.k === 5 && s.scene.said.startsWith('Mixture')", 60_000)
