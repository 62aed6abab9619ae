"""The page of the verdicts: complete in itself, safe whatever a claim says, and right about what was found."""

import json
import os
import re
import xml.etree.ElementTree as ET
from fractions import Fraction
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

import gantheory as gt
from gantheory.base import files
from gantheory.base.estimate import Enclosure, Estimate
from gantheory.evidence.claim import LAYERS, Absent, Claim, Judged, Judgement, Margin, Verdict
from gantheory.evidence.comparison import Comparison
from gantheory.evidence.enclosure import Enclosed
from gantheory.evidence.quadrature import Quadrature
from gantheory.theorems import CLAIMS
from gantheory.theorems.page import margins, provenance, writing
from gantheory.theorems.page.cards import anchor
from gantheory.theorems.page.formulas import statement
from gantheory.theorems.page.papers import PAPERS, address, linked

NOT_ONLINE = {"Csiszár 1967", "Buja, Stuetzle & Shen 2005", "Miller 1955"}
FORMS = r"arXiv:(\d{4}\.\d{4,5}|math/\d{7})|doi:10\.\d{4,5}/[\w.()/-]+|PMLR:v\d+/\w+\.html|OpenReview:[\w-]{9}"
HOSTILE = "<script>alert(1)</script>"
VERDICTS = {
    "symbolic": Verdict.PROVED,
    "formal": Verdict.PROVED,
    "enclosure": Verdict.ENCLOSED,
    "quadrature": Verdict.CONSISTENT,
    "trained": Verdict.CONSISTENT,
}


def made_up(claim):
    """A claim with judgements that nobody has made."""
    found = []
    for one in claim.evidence:
        details = (Margin("equal", 1e-15, 3e-13), Margin("in order", -0.5, 1e-14)) if one.layer in LAYERS[2:] else ()
        skipped = isinstance(one, Absent)
        found.append(one.judge() if skipped else Judgement(one.layer, VERDICTS[one.layer], 3.0, f"found by {one.layer}", details))
    return Judged(claim, tuple(found))


@pytest.fixture(scope="module")
def judged():
    hostile = Claim(HOSTILE, r"\text{" + HOSTILE + "} < 1", f'"><img src=x>{HOSTILE}', (), hypotheses="a & b < c, \ud800")
    unread = Claim("a b/c#d%20é", rf"\unknown {HOSTILE}", "Lin 1991", ())
    details = (Margin(f'"{HOSTILE}', 2e-3, 1e-6),)
    return [
        *map(made_up, CLAIMS.values()),
        Judged(hostile, (Judgement("quadrature", Verdict.REFUTED, 2e-3, f"{HOSTILE} fails", details),)),
        Judged(unread, ()),
    ]


class Seen(HTMLParser):
    """What stands in a page: ids, links, names of elements, words, and whether its elements are closed in their order."""

    def __init__(self, page):
        super().__init__()
        self.ids, self.links, self.names, self.words, self.attributes, self.open = [], [], [], [], [], []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        self.attributes += attrs
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if tag == "a" and name == "href"]
        if tag not in ("meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


# Statements


def test_every_shipped_statement_is_typeset_with_nothing_left_of_its_latex():
    for claim in CLAIMS.values():
        made = statement(claim.statement)
        ET.fromstring(f"<p>{made}</p>")
        assert not re.search(r"[\\{}$]", re.sub(r"<mo[^>]*>[{}]</mo>", "", made)), (claim.name, made)


@pytest.mark.parametrize(
    "latex, made",
    [
        ("x", "<mi>x</mi>"),
        ("-1", '<mrow><mo form="prefix">−</mo><mn>1</mn></mrow>'),
        ("a - 1", "<mrow><mi>a</mi><mo>−</mo><mn>1</mn></mrow>"),
        (r"\frac12", "<mfrac><mn>1</mn><mn>2</mn></mfrac>"),
        (r"p_\mathrm{data}", '<msub><mi>p</mi><mi mathvariant="normal">data</mi></msub>'),
        (r"x_1^2", "<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>"),
        ("f'^2", '<msup><mrow><mi>f</mi><mo form="postfix" lspace="0" rspace="0">′</mo></mrow><mn>2</mn></msup>'),
        (r"\int_0^1 x", '<mrow><msubsup><mo rspace="0.25em">∫</mo><mn>0</mn><mn>1</mn></msubsup>SPACE<mi>x</mi></mrow>'),
        (r"\max_D V", "<mrow><munder><mi>max</mi><mi>D</mi></munder>SPACE<mi>V</mi></mrow>"),
        (r"\log(x)", '<mrow><mi>log</mi><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo></mrow>'),
        (r"\mathbb{E}", "<mi>𝔼</mi>"),
        (r"\mathcal N", "<mi>𝒩</mi>"),
        (r"\mathcal L", "<mi>ℒ</mi>"),
        (r"\sqrt 2", "<msqrt><mn>2</mn></msqrt>"),
        ("a<b", "<mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow>"),
    ],
)
def test_formulas_are_what_mathml_calls_them(latex, made):
    made = made.replace("SPACE", '<mspace width="0.167em"></mspace>')
    assert statement(latex) == f'<math displaystyle="true">{made}</math>'


def test_words_and_lists_of_formulas_wrap_but_arguments_do_not():
    made = re.sub(r"<math.*?</math>", "@", statement(r"\text{if } x = 0,\ y = 1: \text{then ``} f(a, b) \text{''}"))
    assert made == "if @, @: then “@”"
    assert statement(r"\text{at } \texttt{a[0, 1]}") == "at <code>a[0, 1]</code>"


@pytest.mark.parametrize(
    "latex",
    [
        r"\unknown",
        r"\frac",
        "{",
        "}",
        "x^",
        "a^b^c",
        r"\left(x",
        r"\text{a",
        r"\text{$x$}",
        "\\",
        r"\mathbb{e}",
        "{" * 2000,
        r"\href{javascript:x}{y}",
    ],
)
def test_what_is_no_latex_known_here_is_shown_as_it_is_written(latex):
    assert statement(latex) == f"<code>{latex}</code>"


# Citations


def test_every_paper_has_an_identifier_of_its_form():
    for name, identifier in PAPERS.items():
        assert re.fullmatch(FORMS, identifier), name
    assert address("arXiv:1406.2661") == "https://arxiv.org/abs/1406.2661" and address("doi:10.1/x") == "https://doi.org/10.1/x"
    assert len(set(PAPERS.values())) == len(PAPERS)


def test_every_paper_that_a_claim_cites_is_linked():
    """What has a year and no link is not online, or wants a place in ``papers.py``."""
    for claim in CLAIMS.values():
        left = re.sub("|".join(map(re.escape, NOT_ONLINE)), "", claim.citation)
        left = re.sub(r"<a .*?</a>", "", linked(left))
        assert not re.search(r"\b(18|19|20)\d\d\b", left), claim.citation


def test_a_citation_keeps_its_words():
    citation = "follows from Arjovsky, Chintala & Bottou 2017, Eq. 2; <b> Lin 1991"
    made = linked(citation)
    assert Seen(made).links == ["https://arxiv.org/abs/1701.07875", "https://doi.org/10.1109/18.61115"]
    assert "".join(Seen(made).words) == citation


# Figures


def places(svg):
    """The heights of columns and dots above the bottom of a figure, from left to right."""
    root = ET.fromstring(svg)
    (path,) = (one for one in root if one.tag == "path")
    tops = [float(y) for y in re.findall(r"V([\d.]+)h", path.get("d", ""))]
    dots = [(float(one.get("cy", "")), one.get("class")) for one in root if one.tag == "circle"]
    return tops, dots


def test_a_dot_is_above_its_column_where_the_comparison_fails_and_only_there():
    details = (
        Margin("c", 1e-9, 1e-6),
        Margin("a", 1e-9, 1e-12),
        Margin("b", 1e-12, 1e-9),
        Margin("d", -1.0, 0.0),
        Margin("e", float("inf"), 0.0),
    )
    tops, dots = places(margins.figure(Judgement("quadrature", Verdict.REFUTED, 0.0, "", details)))
    assert [fate for _, fate in dots] == ["holds", "fails", "fails", "holds", "holds"]  # d, e, a, b, c: by what is allowed
    floor = max(y for y, _ in dots)  # of what holds with room
    assert [y < min(top, floor) for (y, _), top in zip(dots, tops, strict=True)] == [fate == "fails" for _, fate in dots]


def test_the_scale_is_logarithmic():
    details = tuple(Margin("", 10.0**-power, 1.0) for power in (1, 2, 3, 4))
    _, dots = places(margins.figure(Judgement("quadrature", Verdict.CONSISTENT, 0.0, "", details)))
    steps = [later[0] - earlier[0] for earlier, later in pairwise(dots)]
    assert steps == pytest.approx([steps[0]] * 3, abs=0.11) and abs(steps[0]) > 10


def test_a_figure_says_in_words_what_it_shows():
    near = Judgement("quadrature", Verdict.CONSISTENT, 0.0, "", (Margin("far", 1e-9, 1e-6), Margin("near", 5e-7, 1e-6)))
    assert margins.summary(near) == (
        "2 comparisons by quadrature, each within its errors; nearest to failing is near, whose difference is 0.5 of what is allowed"
    )
    assert margins.summary(Judgement("trained", Verdict.CONSISTENT, 0.0, "", (Margin("x", -1.0, 0.1),))) == (
        "1 comparison by trained, none with a difference above 0"
    )


def test_the_layers_keep_their_comparisons():
    def numbers():
        yield Comparison("equal", Estimate(1.0, 1e-3), "=", Estimate(1.001, 2e-3))
        yield Comparison("in order", Estimate(1.0, 1e-3), "<=", Estimate(3.0, 0.0))
        yield Comparison("wrong", Estimate(1.0, 0.0), "=", Estimate(2.0, 0.0))
        yield Comparison("not reached", Estimate(1.0, 0.0), "=", Estimate(1.0, 0.0))

    found = Quadrature(numbers).judge()
    assert [one.what for one in found.details] == ["equal", "in order", "wrong"] and found.verdict == Verdict.REFUTED
    assert [x for one in found.details for x in one[1:]] == pytest.approx([1e-3, 3e-3, -2.0, 1e-3, 1.0, 0.0])

    def intervals():
        yield Comparison("equal", Enclosure(0, 2), "=", Enclosure(1, Fraction(7, 2)))
        yield Comparison("in order", Enclosure(0, 2), "<=", Enclosure(3, 4))
        yield Comparison("infinite", Enclosure(0, 2), "<=", float("inf"))

    found = Enclosed(intervals).judge()
    assert found.details == (Margin("equal", 1.25, 2.25), Margin("in order", -1.0, 0.0), Margin("infinite", 0.0, 0.0))


# The page


def test_the_page_is_complete_in_itself_and_its_links_lead_somewhere(judged):
    page = writing.page(judged)
    seen = Seen(page)
    assert page.startswith('<!doctype html>\n<html lang="en">')
    assert len(set(seen.ids)) == len(seen.ids)
    inside = [link[1:] for link in seen.links if link.startswith("#")]
    assert set(inside) <= set(seen.ids) and {anchor(one.claim.name) for one in judged} <= set(inside)
    assert all(link.startswith(("#", "https://")) for link in seen.links)
    assert not {"script", "iframe", "object", "embed", "img", "form", "base"} & set(seen.names)
    assert "src" not in dict(seen.attributes) and not [name for name, _ in seen.attributes if name.startswith("on")]
    assert re.findall(r"url\((?!data:)", page) == [] and "@import" not in page and "default-src 'none'" in page
    levels = [int(name[1]) for name in seen.names if re.fullmatch("h[1-6]", name)]
    assert levels[0] == levels.count(1) == 1 and all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_the_page_has_each_claim_with_all_that_was_found(judged):
    page = writing.page(judged)
    words = " ".join("".join(Seen(page).words).split())
    for one in judged:
        assert one.claim.name in words
        for found in one.judgements:
            assert " ".join(found.why.split()) in words
    assert f"{len(judged)} claims" in words
    assert "Theorem Optimum.V_at_most_C : forall d (T : measurableType d)" in words
    counts = dict(re.findall(r'<a href="#only-\w+" class="(\w+)"><b>(\d+)</b>', page))
    assert counts["refuted"] == "1" and counts["undecided"] == "1" and sum(map(int, counts.values())) == len(judged)
    assert set(counts) == set(re.findall(r"#only-(\w+):target", page))


def test_what_claims_say_is_never_markup(judged):
    seen = Seen(writing.page(judged, [Path(f"{HOSTILE}.py")], [f"{HOSTILE} cannot be read."]))
    words = "".join(seen.words)
    assert "script" not in seen.names and "img" not in seen.names
    for said in (
        HOSTILE,
        f'"><img src=x>{HOSTILE}',
        "a & b < c, ?",
        rf"\unknown {HOSTILE}",
        f"{HOSTILE} fails",
        f"{HOSTILE} cannot be read.",
    ):
        assert said in words


def test_a_claims_place_is_the_line_that_has_its_name(tmp_path, monkeypatch):
    for name in CLAIMS:
        path, line = provenance.line_of(name, ())
        assert f'"{name}"' in path.read_text().splitlines()[line - 1]
    mine = tmp_path / "mine.py"
    mine.write_text("x = 1\nclaim = Claim(\n    'my claim',\n)\n")
    assert provenance.source("my claim", [mine]) == f"<code>{mine}:3</code>"
    assert provenance.source("another", [mine]) == ""
    assert provenance.source("criterion", ()).startswith("<code>gantheory/theorems/goodfellow2014_criterion.py:")
    monkeypatch.setattr(provenance, "repository", lambda: "https://example.org/it")
    (link,) = Seen(provenance.source("criterion", ())).links
    assert re.fullmatch(r"https://example.org/it/blob/HEAD/gantheory/theorems/goodfellow2014_criterion.py#L\d+", link)


def test_the_mutation_score_is_shown_where_a_checkout_has_one(judged, tmp_path, monkeypatch):
    kept = tmp_path / "score.json"
    monkeypatch.setattr(provenance, "SCORE", kept)
    assert "scripts/mutate" not in writing.page(judged[:1])
    kept.write_text("{")
    assert "scripts/mutate" not in writing.page(judged[:1])
    kept.write_text(json.dumps({"date": "2026-01-02", "seed": 7, "made": 400, "killed": 396, "hung": 1}))
    assert "397 of 400 small mistakes made in the code at random, 99.2% (scripts/mutate, 2026-01-02, seed 7)" in writing.page(judged[:1])


def luminance(colour):
    whole = colour[1:] if len(colour) == 7 else "".join(2 * one for one in colour[1:])
    parts = [int(whole[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_all_words_stand_out_from_their_ground_in_light_and_dark():
    """By 4.5 to 1 at least, WCAG's AA."""
    style = (writing.HERE / "style.css").read_text()
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w+)", block)) for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:2])
    for colours in (light, light | dark):
        verdicts = [one.lower() for one in Verdict]
        pairs = [(name, f"{name}-back") for name in verdicts] + [
            (name, ground) for name in ("ink", "faint", "link") for ground in ("paper", "raised")
        ]
        for name, ground in pairs:
            one, other = sorted((luminance(colours[name]), luminance(colours[ground])))
            assert (other + 0.05) / (one + 0.05) >= 4.5, (name, ground)


# The command


def test_the_command_writes_the_page_beside_what_it_prints(command, tmp_path):
    page = tmp_path / "verdicts.html"
    said = command("verify", "--claim", "erratum-pearson", "--json", "--html", page)
    assert said.code == 0 and [one["verdict"] for one in json.loads(said.out)["claims"]] == ["PROVED"]
    assert os.listdir(tmp_path) == ["verdicts.html"]
    words = "".join(Seen(page.read_text(encoding="utf-8")).words)
    assert "1 claim, judged by gantheory" in words and f"gantheory verify --claim erratum-pearson --json --html {page}" in words


@pytest.mark.parametrize(
    "name, why", [("claims.py", "ends in .html"), ("no/page.html", "No such file or directory"), ("folder.html", "it is a folder")]
)
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_judged(command, tmp_path, monkeypatch, name, why):
    monkeypatch.setattr("gantheory.theorems.verdicts.verify", None)
    (tmp_path / "folder.html").mkdir()
    (tmp_path / "claims.py").write_text("mine")
    said = command("verify", "--html", tmp_path / name)
    assert said.code == 2 and said.out == ""
    assert re.fullmatch(rf"gantheory: `--html` of verify must name a file .*{re.escape(why)}.*\.\n", said.err)
    assert sorted(os.listdir(tmp_path)) == ["claims.py", "folder.html"] and (tmp_path / "claims.py").read_text() == "mine"


def test_a_page_is_whole_or_not_there(judged, tmp_path, monkeypatch):
    page = tmp_path / "page.html"
    page.write_text("old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "replace", fail)
    with pytest.raises(ValueError, match="No space left on device"):
        writing.write_page(page, judged)
    assert page.read_text() == "old" and os.listdir(tmp_path) == ["page.html"]


@pytest.mark.slow
def test_the_page_of_a_file_of_ones_own(command, tmp_path):
    page = tmp_path / "mine.html"
    example = Path(gt.__file__).parents[1] / "examples/my_claims.py"
    said = command("verify", example, "--html", page)
    assert said.code == 1
    seen = Seen(page.read_text(encoding="utf-8"))
    words = "".join(seen.words)
    assert f"Claims of {example}" in words and "my-bound" in words and "Refuted or undecided: my-sharper-bound" in words
    (line,) = (number for number, text in enumerate(example.read_text().splitlines(), 1) if '"my-bound"' in text)
    assert f"Claimed in {example}:{line}" in words


@pytest.mark.slow
@pytest.mark.parametrize("width, scheme", [(375, "light"), (375, "dark"), (1280, "light")])
def test_in_a_browser_it_asks_for_nothing_and_fits(chromium, judged, tmp_path, width, scheme):
    file = tmp_path / "page.html"
    writing.write_page(file, judged)
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    tab, wrong = context.new_page(), []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("console", lambda message: wrong.append(message.text))
    tab.on("request", lambda request: request.url.startswith(("data:", file.as_uri())) or wrong.append(request.url))
    tab.goto(file.as_uri())
    for state in ("closed", "open"):
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, state
        tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert tab.evaluate("document.fonts.check('16px \"Gantheory Math\"')")
    assert tab.evaluate("[...document.querySelectorAll('math')].every(one => one.getBoundingClientRect().height > 5)")
    ground = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") == (scheme == "light")

    shown = "[...document.querySelectorAll('.claim')].filter(one => one.checkVisibility()).length"
    assert tab.evaluate(shown) == len(judged)
    tab.click(".counts .refuted")
    assert tab.evaluate(shown) == 1
    tab.click(".counts .all")
    assert tab.evaluate(shown) == len(judged)
    assert wrong == []
    context.close()


@pytest.mark.slow
def test_on_paper_it_is_light_and_nothing_is_closed(chromium, judged, tmp_path):
    file = tmp_path / "page.html"
    writing.write_page(file, judged[:3])
    context = chromium.new_context(color_scheme="dark")
    tab = context.new_page()
    tab.goto(file.as_uri())
    closed = "[...document.querySelectorAll('details > pre, details td')].filter(one => !one.checkVisibility()).length"
    assert tab.evaluate(closed) > 0
    tab.emulate_media(media="print")
    assert tab.evaluate(closed) == 0
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert tab.pdf(format="A4").startswith(b"%PDF")
    context.close()
