"""The Chinese pages keep step with the English ones: the same cells, formulas, headings and numbers."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"^```.*?\n(.*?)^```", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"(?<![\w.])-?\.?\d+(?:\.\d+)?(?![\w.]*\.\w)")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def headings(page: str) -> list[int]:
    """The depth of every heading."""
    return [len(marks) for marks in re.findall(r"^(#+) ", CODE.sub("", page), re.MULTILINE)]


def decimals(page: str) -> set[str]:
    """The numbers with a decimal point outside of code."""
    return {number for number in NUMBER.findall(CODE.sub("", page)) if "." in number}


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "docs/zh").glob("*.md") if path.name != "index.md"))
def test_a_page_has_the_cells_the_formulas_the_headings_and_the_numbers_of_the_english_one(name):
    english, chinese = text(f"docs/learn/{name}"), text(f"docs/zh/{name}")
    assert CODE.findall(chinese) == CODE.findall(english) and len(CODE.findall(english)) > 5
    assert re.findall(r"\$\$.*?\$\$", chinese) == re.findall(r"\$\$.*?\$\$", english)
    assert headings(chinese) == headings(english)
    assert decimals(chinese) == decimals(english)


def test_the_sections_of_the_chinese_readme_are_sections_of_the_english_one_in_its_order():
    named = re.findall(r"^<!-- (.+) -->\n#", text("README.zh.md"), re.MULTILINE)
    there = re.findall(r"^#+ (.+)$", CODE.sub("", text("README.md")), re.MULTILINE)
    assert len(named) > 5 and named == [heading for heading in there if heading in named]


def test_the_code_the_figures_and_the_numbers_of_the_chinese_readme_are_those_of_the_english_one():
    english, chinese = text("README.md"), text("README.zh.md")
    lines = {line.partition("  #")[0].strip() for line in english.splitlines()}
    code = [line.partition("  #")[0].strip() for block in CODE.findall(chinese) for line in block.splitlines()]
    assert not [line for line in code if line not in lines]
    assert set(re.findall(r"\((figures/\S+)\)", chinese)) <= set(re.findall(r"\((figures/\S+)\)", english))
    assert decimals(chinese) <= decimals(english)


def test_the_terms_are_those_of_the_article():
    pages = text("README.zh.md") + text("docs/zh/index.md")
    terms = [*"生成器 判别器 价值函数 交叉熵 最优判别器 受限玻尔兹曼机 变分自编码器".split(), "JS 散度", "KL 散度"]
    assert not [term for term in terms if term not in pages]
