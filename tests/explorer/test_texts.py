"""The page's texts in both languages, and its colours, as files: no browser is needed."""

import re
from importlib.resources import files

import pytest

PAGE = files("gantheory.explorer").joinpath("page")
ENTRY = re.compile(r'^  (?:"((?:[^"\\]|\\.)*)"|(\w+)):\s+"((?:[^"\\]|\\.)*)",$', re.MULTILINE)
GAP = re.compile(r"\{\d?\}")
LEAST = 4.5  # contrast of a text with what it stands on, at least (WCAG 2.2, 1.4.3)
TEXTS = ("ink", "faint", "data", "generated", "discriminator", "optimal", "slope", "ghost", *(f"run-{i}" for i in range(5)))


def texts():
    """{English: Chinese}."""
    table = PAGE.joinpath("texts.js").read_text("utf-8")
    found = [(english or name, chinese) for english, name, chinese in ENTRY.findall(table)]
    assert len(found) == table.count('",\n') > 200  # every entry was read
    assert len(dict(found)) == len(found)
    return dict(found)


def test_every_text_has_the_same_numbers_and_gaps_in_chinese():
    for english, chinese in texts().items():
        assert len(GAP.findall(english)) == len(GAP.findall(chinese)), english
        numbers = [re.findall(r"\d+(?:\.\d+)?", GAP.sub("", words)) for words in (english, chinese)]
        assert sorted(numbers[0]) == sorted(numbers[1]), english


def test_no_text_of_the_page_lacks_its_chinese():
    """Those of index.html; what the modules write is looked at in the browser."""
    html = PAGE.joinpath("index.html").read_text("utf-8").partition("<body>")[2]
    html = re.sub(r"<\w+ [^>]*\blang=.*?</\w+>", "", html, flags=re.DOTALL)
    written = [*re.findall(r">([^<>]+)<", html), *re.findall(r'(?:aria-label|title|placeholder)="([^"]+)"', html)]
    missing = {text for one in written if (text := " ".join(one.split())) and re.search("[a-z]{3}", text)} - texts().keys()
    assert missing <= {"gantheory", "data", "exp(-x**4/4 + x**2)", "V + log 4", "p_g := p_data"}


def inks(theme):
    """{name: colour} of the style sheet in light or in dark."""
    selector = ":root" if theme == "light" else ':root[data-theme="dark"]'
    block = PAGE.joinpath("style.css").read_text("utf-8").partition(f"\n{selector} {{")[2].partition("}")[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]+)", block))


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    shares = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_label_in_any_ink_can_be_read_on_paper(theme):
    found = inks(theme)
    for paper in ("paper", "raised"):
        for ink in TEXTS:
            low, high = sorted((luminance(found[ink]), luminance(found[paper])))
            assert (high + 0.05) / (low + 0.05) >= LEAST, (theme, ink, paper)
