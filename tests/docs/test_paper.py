"""The draft of the paper: what it cites is in its bibliography, and the numbers that it quotes stand in the pages that it names."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAPER = (ROOT / "paper/paper.md").read_text(encoding="utf-8").partition("\n---\n")[2]
BIBLIOGRAPHY = (ROOT / "paper/paper.bib").read_text(encoding="utf-8")
CITED = re.compile(r"@(\w+)")
NUMBER = re.compile(r"(?<![\w.,])-?(?:\d[\d,]*)?\.?\d+(?![\w%])")
SMALL = {"0", "1", "2", "3", "4"}  # numbers of formulas and of standard deviations, which are no measurements

QUOTES = [(paragraph, page) for paragraph, page in re.findall(r"([^\n](?:[^\n]|\n(?!\n))*)<!-- (\S+) -->", PAPER)]


def test_what_is_cited_is_in_the_bibliography_and_the_other_way_round():
    cited = set(CITED.findall(PAPER))
    assert len(cited) > 15 and cited == set(re.findall(r"^@\w+\{(\w+),$", BIBLIOGRAPHY, re.MULTILINE))


def test_every_entry_says_who_what_and_how_it_can_be_found():
    for entry in BIBLIOGRAPHY.split("\n\n"):
        fields = set(re.findall(r"^  (\w+) +=", entry, re.MULTILINE))
        assert {"author", "title"} <= fields and fields & {"journal", "booktitle", "note"}, entry


@pytest.mark.parametrize("paragraph, page", QUOTES, ids=[page for _, page in QUOTES])
def test_numbers_stand_in_the_page_they_are_from(paragraph, page):
    numbers = set(NUMBER.findall(CITED.sub("", paragraph))) - SMALL
    there = set(NUMBER.findall((ROOT / page).read_text(encoding="utf-8")))
    assert numbers and numbers <= there


def test_no_measured_number_is_quoted_without_its_page():
    """Every number with a decimal point is in a paragraph that names a page."""
    rest = PAPER
    for paragraph, _ in QUOTES:
        rest = rest.replace(paragraph, "")
    assert not [number for number in NUMBER.findall(rest) if "." in number]
