"""The page in Chinese: nothing stays English but names, numbers are the same, and it can be switched at any time."""

import re

import pytest
from pages import settled, state, until

# Names, formulas and notation, which are the same in both languages.
NAMES = (
    "gantheory GAN Dirac Nagarajan Kolter JSD KL log min max exp Normal Mixture StudentT Laplace Exponential Uniform Beta Histogram Enter "
    "Esc Delete CSV PNG SVG JSON HTML Python Silverman Mescheder data adam rmsprop sgd tanh relu leaky_relu elu gelu silu softplus sin cos "
    "minimax non_saturating wasserstein hinge least_squares RK4 p_data p_g p_z"
).split()
TEXTS = """() => {
    const found = [], visible = (one) => one.checkVisibility() && !one.closest("body [lang]");
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) if (visible(walk.currentNode.parentElement)) found.push(walk.currentNode.data);
    for (const one of document.body.querySelectorAll(":not([lang])"))
        for (const name of ["aria-label", "title", "placeholder", "aria-valuetext"]) found.push(one.getAttribute(name) ?? "");
    return found;
}"""


def english(page):
    """The words of three letters and more on the page that are no names."""
    words = {word for text in page.evaluate(TEXTS) for word in re.findall(r"[A-Za-z_]{3,}", text)}
    return {word for word in words if word not in NAMES and word not in page.names}


@pytest.fixture
def chinese(visit):
    page = visit("?lang=zh")
    settings = page.evaluate("() => [...document.querySelectorAll('#set-loss option, #plane-loss option')].map((one) => one.value)")
    page.names = {word for one in settings for word in re.findall(r"[A-Za-z_]{3,}", one)}
    yield page
    assert page.wrong == []
    page.context.close()


def test_the_first_tab_is_in_chinese(chinese):
    assert chinese.evaluate("document.documentElement.lang") == "zh-CN"
    assert "播放" in chinese.inner_text("#play")
    assert english(chinese) == set()


@pytest.mark.slow
def test_every_tab_every_lesson_and_every_part_is_in_chinese(chinese):
    page = chinese
    page.click("#forth")
    until(page, "s.iteration === 1 && s.answer")
    page.evaluate("() => document.querySelectorAll('details').forEach((one) => (one.open = true))")
    page.click("#line")
    until(page, "s.line")
    assert english(page) == set()
    page.click("#bench")
    page.wait_for_selector("#honesty td", timeout=60_000)
    assert english(page) == set()
    for _ in range(3):
        page.click("#tour-next")
        assert english(page) == set()
    page.click("#play")
    until(page, "s.iteration > 40")
    page.click("#play")
    settled(page)
    assert english(page) == set()
    for term in page.locator("[data-term]:visible").all():
        term.focus()
        assert english(page) == set()
    for tab in page.locator("#tabs button").all()[1:]:
        tab.click()
        page.wait_for_timeout(2500)
        assert english(page) == set()


@pytest.mark.slow
def test_the_language_is_switched_without_a_loss(visit):
    page = visit('#{"guide": 0}')
    page.click("#forth")
    until(page, "s.iteration === 1 && s.answer")
    before, numbers, shown = page.inner_text("#line-lab"), re.findall(r"\d\.\d+", page.inner_text("#theorem")), settled(page)
    page.click("#language")
    assert "生成器" in page.inner_text("#intro") and "lang=zh" in page.url
    assert "精确值" in page.inner_text("#exact")
    assert re.findall(r"\d\.\d+", page.inner_text("#theorem")) == numbers
    assert state(page)["digest"] == shown["digest"]
    page.click("#language")
    assert page.inner_text("#line-lab") == before
    assert page.wrong == []
    page.context.close()
