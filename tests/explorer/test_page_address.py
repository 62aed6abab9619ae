"""What an address holds, and what is taken along."""

import json
from urllib.parse import unquote

import pytest
from pages import until


@pytest.mark.slow
def test_the_address_keeps_the_settings(visit):
    wanted = {"set": {"k": 3, "seed": 5}, "data": {"kind": "expression", "text": "Normal(2, 1)"}}
    page = visit(f"#{json.dumps(wanted)}")
    shown = until(page, "s.scene.settings.seed === 5 && s.scene.said === 'Normal(2, 1)'")
    assert shown["scene"]["settings"]["k"] == 3
    assert "Normal(2%2C%201)" in page.url
    assert page.wrong == []


def test_the_address_keeps_the_iteration_and_leads_to_the_same_bits(visit):
    page = visit('#{"guide": 0}')
    page.fill("#stop-at", "23")
    page.click("#play")
    shown = until(page, "s.iteration === 23 && !s.playing && s.digest")
    assert '"at":23' in unquote(page.url)
    other = visit(page.url[page.url.index("#") :])
    assert until(other, "s.iteration === 23 && !s.playing && s.digest")["digest"] == shown["digest"]
    page.click("#step-d")
    until(page, "s.iteration === 24 && s.untouched === false")
    assert '"at"' not in unquote(page.url)
    assert page.wrong == other.wrong == []


@pytest.mark.parametrize(
    ("hash_", "words"),
    [
        pytest.param("#nonsense", "The address must end", marks=pytest.mark.slow),
        pytest.param("#%E0%A4%A", "The address must end", marks=pytest.mark.slow),
        pytest.param("#[1]", "The address must end", marks=pytest.mark.slow),
        pytest.param('#{"at": 1e300}', "`at` of the address must", marks=pytest.mark.slow),
        pytest.param('#{"at": -1}', "`at` of the address must", marks=pytest.mark.slow),
        pytest.param('#{"set": "<script>alert(1)</script>"}', "`set` of the address must", marks=pytest.mark.slow),
        pytest.param('#{"lab": "<img src=x onerror=alert(1)>"}', "`lab` of the address must", marks=pytest.mark.slow),
        ('#{"__proto__": {"a": 1}, "constructor": 3}', "of the address must"),
        pytest.param('#{"set": {"rate_d": NaN}}', "The address must end", marks=pytest.mark.slow),
        pytest.param('#{"set": {"rate_d": 1e999}}', "`rate_d` must be", marks=pytest.mark.slow),
        pytest.param('#{"data": {"kind": "expression", "text": "Normal(1e300, 1)"}}', "must be", marks=pytest.mark.slow),
        ('#{"lab": "games", "plane": {"h": "x"}}', "`h` must be"),
    ],
)
def test_a_hostile_address_is_left_out_with_a_sentence(visit, hash_, words):
    page = visit(hash_)
    page.wait_for_function("(words) => document.getElementById('status').textContent.includes(words)", arg=words)
    page.evaluate("() => document.querySelector('[data-lab=line]').click()")
    page.click("#forth")
    until(page, "s.iteration === 1")
    assert page.wrong == []
    page.context.close()


def test_what_is_taken_along_holds_the_run(page, tmp_path):
    page.click("#forth")
    shown = until(page, "s.iteration === 1 && s.answer")
    page.evaluate("() => (document.getElementById('share').open = true)")
    saved = {}
    for name in ("png", "csv", "json", "script", "handout"):
        with page.expect_download() as download:
            page.click(f"#share-{name}")
        saved[name] = download.value.path().read_bytes()
    assert saved["png"].startswith(b"\x89PNG")
    header, *rows = saved["csv"].decode().split()
    assert header.startswith("iteration,value,value_error,criterion")
    assert float(rows[-1].split(",")[5]) == shown["numbers"]["two_jsd"][0]
    assert json.loads(saved["json"])["exact"] == shown["answer"]["found"]
    assert b"steps=1," in saved["script"]
    handout = tmp_path / "handout.html"
    handout.write_bytes(saved["handout"])
    replayed = page.context.new_page()
    replayed.on("pageerror", lambda error: page.wrong.append(str(error)))
    replayed.goto(handout.as_uri())
    replayed.click("#play")
    replayed.wait_for_function("() => window.handout.shown.iteration === 1")
    assert replayed.evaluate("() => handout.shown.numbers") == shown["numbers"]
    assert "p_data" in replayed.inner_text("#said")
