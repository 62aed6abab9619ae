"""The page for everybody: axe-core's rules, a walk by keys alone, calm, the system's colours, and a lecture hall."""

import itertools
import json
from importlib.resources import files
from urllib.parse import unquote

import pytest
from pages import STATE, settled, state, until

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
SERIOUS = ("serious", "critical")
FOCUSED = "() => document.activeElement"


def violations(page):
    """What axe-core finds that is serious, as (rule, places)."""
    page.evaluate(AXE)
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found if one["impact"] in SERIOUS]


def opened(page):
    """Every part that can be opened is."""
    page.evaluate("() => document.querySelectorAll('details').forEach((one) => (one.open = true))")


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_axe_finds_nothing_serious_in_the_first_tab(visit, scheme):
    page = visit(color_scheme=scheme)
    opened(page)
    page.click("#forth")
    until(page, "s.iteration === 1")
    assert violations(page) == []
    assert page.wrong == []
    page.context.close()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_any_tab_nor_in_an_exercise_nor_on_a_screen_for_a_hall(visit, scheme):
    page = visit(f"#{json.dumps({'ask': 'Where will p_g go?', 'hide': ['D*']})}", color_scheme=scheme)
    for tab in page.locator("#tabs button").all():
        tab.click()
        settled(page)
        page.wait_for_timeout(1500)
        opened(page)
        assert violations(page) == [], tab.inner_text()
    page.click("#presenter")
    assert violations(page) == []
    page.click("#presenter")
    page.click("#language")
    assert violations(page) == []
    assert page.wrong == []
    page.context.close()


def tab_to(page, selector, most=90):
    """Presses Tab until the focus is on what the selector names."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def test_the_game_is_looked_at_by_keys(page):
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.id") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "line-lab"
    tab_to(page, "#game")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.getElementById('game').ariaValueText.includes('p_data = ')")
    assert state(page)["iteration"] == 0  # → on the plot is no step
    assert page.is_visible("#plot-keys")


@pytest.mark.slow
def test_p_data_and_p_g_are_drawn_and_p_g_dragged_by_keys(page):
    tab_to(page, "[name=tool]")
    page.keyboard.press("ArrowRight")
    tab_to(page, "#game")
    for key in ("ArrowRight", "ArrowUp", "ArrowUp", "PageUp", "ArrowRight", "PageUp", "ArrowDown"):
        page.keyboard.press(key)
    assert "height" in page.evaluate("() => document.getElementById('game').ariaValueText")
    page.keyboard.press("Escape")
    page.keyboard.press("PageUp")
    page.keyboard.press("Enter")
    scene = until(page, "s.scene.spec.kind === 'pen'")["scene"]
    assert len(scene["spec"]["levels"]) == 344  # 256 bytes in base 64
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowRight")
    tab_to(page, "#game")
    page.keyboard.press("PageUp")
    page.keyboard.press("Enter")
    until(page, "s.scene.by_hand")
    tab_to(page, "#release")
    page.keyboard.press("Enter")
    until(page, "!s.scene.by_hand")
    tab_to(page, "[name=tool]:checked")
    page.keyboard.press("ArrowRight")
    assert page.is_checked("[name=tool][value=drag]")
    tab_to(page, "#game")
    before = page.evaluate("() => explorer.curves.arrows")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("(before) => explorer.curves.arrows.every((x, i) => x > before[i])", arg=before)
    stretched = page.evaluate("() => Math.max(...explorer.curves.arrows) - Math.min(...explorer.curves.arrows)")
    page.keyboard.press("ArrowUp")
    page.wait_for_function("(wide) => Math.max(...explorer.curves.arrows) - Math.min(...explorer.curves.arrows) > wide", arg=stretched)


@pytest.mark.slow
def test_a_lesson_keeps_the_focus_and_gives_it_back(page):
    tab_to(page, "#tour-next")
    for step in ("2 of 3", "3 of 3"):
        page.keyboard.press("Enter")
        assert step in page.inner_text("#lesson")
        assert page.evaluate("() => document.activeElement.id") == "tour-next"
    page.focus("#tour-back")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "tour-back"
    page.keyboard.press("Enter")  # to the first stop, which has no way back
    assert page.evaluate("() => document.activeElement.id") == "tour-next"
    page.focus("#tour-leave")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "guide-start"


@pytest.mark.slow
def test_the_starts_of_a_game_are_moved_by_keys(page):
    tab_to(page, "[data-lab=games]")
    page.keyboard.press("Enter")
    start = until(page, "s.portrait")["portrait"]["spec"]["starts"][0]
    tab_to(page, "#plane")
    page.keyboard.press("ArrowUp")
    until(page, f"s.portrait.spec.starts[0][1] > {start[1]}")
    page.keyboard.press("Enter")
    until(page, "s.portrait.spec.starts.length === 2")
    assert "start 2 of 2" in page.evaluate("() => document.getElementById('plane').ariaValueText")
    page.keyboard.press("n")
    page.keyboard.press("Delete")
    until(page, "s.portrait.spec.starts.length === 1")


@pytest.mark.slow
def test_keys_of_one_letter_can_be_switched_off(page):
    page.evaluate("() => (document.getElementById('keys').closest('details').open = true)")
    tab_to(page, "#keys")
    page.keyboard.press("Space")
    page.focus("#line-lab")
    for key in ("d", "g", "p", "ArrowRight"):
        page.keyboard.press(key)
    page.wait_for_timeout(600)
    assert state(page)["iteration"] == 0
    assert '"keys":false' in unquote(page.url)
    page.reload()
    page.wait_for_function(STATE)
    assert not page.is_checked("#keys")


@pytest.mark.slow
def test_little_is_read_out_while_the_game_plays(page):
    live = "[aria-live]:not([aria-live=off]), [role=status], [role=alert], output:not([aria-live=off])"
    assert {one.get_attribute("id") for one in page.locator(live).all()} <= {"spoken", "status", "banner"}
    page.evaluate("""() => {
        window.told = [];
        new MutationObserver(() => told.push(performance.now())).observe(document.getElementById("spoken"), { childList: true });
    }""")
    page.click("#play")
    until(page, "s.iteration > 100")
    page.wait_for_timeout(4000)
    page.click("#play")
    settled(page)
    page.wait_for_timeout(2500)
    told = page.evaluate("() => told")
    assert all(later - sooner > 1900 for sooner, later in itertools.pairwise(told))
    assert "Exact" in page.inner_text("#spoken") or "2 JSD" in page.inner_text("#spoken")


@pytest.mark.slow
def test_calm_slows_the_painting_and_not_the_training(visit):
    page = visit(reduced_motion="reduce")
    page.click("#play")
    before = until(page, "s.iteration > 100")
    page.wait_for_timeout(3000)
    after = state(page)
    painted = after["painted"] - before["painted"]
    assert 0 < painted <= 13  # four a second
    assert after["iteration"] - before["iteration"] > 15 * painted  # more than the ten of each picture that was sent
    assert page.wrong == []
    page.context.close()


@pytest.mark.slow
def test_where_the_system_gives_the_colours_keys_and_plots_keep_theirs(visit):
    page = visit(forced_colors="active")
    key = "getComputedStyle(document.querySelector('.key.generated'), '::before')"
    assert page.evaluate(f"() => {key}.forcedColorAdjust") == "none"
    assert page.evaluate(f"() => {key}.borderTopColor") == "rgb(8, 122, 41)"
    page.context.close()


@pytest.mark.slow
def test_on_a_small_screen_the_theorem_stands_above_the_fold_beside_the_first_steps(visit):
    page = visit(viewport={"width": 1024, "height": 768})
    assert page.is_visible("#lesson")
    box = page.locator("#theorem").bounding_box()
    assert box["y"] + box["height"] <= 768
    page.context.close()


@pytest.mark.slow
def test_a_lecture_hall_sees_the_plot_and_the_theorem(visit):
    page = visit('#{"guide": 0}', viewport={"width": 1920, "height": 1080})
    small = page.evaluate("() => parseFloat(getComputedStyle(document.documentElement).fontSize)")
    page.keyboard.press("p")
    assert page.get_attribute("#presenter", "aria-pressed") == "true"
    assert not page.is_visible("#controls") and page.is_visible("#verdict")
    assert page.evaluate("() => parseFloat(getComputedStyle(document.documentElement).fontSize)") > 1.4 * small
    box = page.locator("#theorem").bounding_box()
    assert box["y"] + box["height"] <= 1080
    page.keyboard.press("Escape")
    assert page.is_visible("#controls")
    assert page.wrong == []
    page.context.close()


@pytest.mark.slow
def test_the_picture_is_a_table_too(page):
    page.click("#table-details summary")
    page.click("#forth")
    until(page, "s.iteration === 1")
    page.wait_for_function("() => document.querySelectorAll('#places tr').length === 18")
    assert page.locator("#places th").all_inner_texts() == ["x", "p_data", "p_g", "D", "D*"]
    assert "Iteration 1: 2 JSD is" in page.evaluate("() => document.getElementById('summary').textContent")
