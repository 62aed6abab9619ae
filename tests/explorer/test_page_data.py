"""Data, p_g by hand and other settings, in a browser."""

import pytest
from pages import settled, state, until


@pytest.mark.slow
def test_data_loss_and_rate_can_be_changed_and_bad_ones_are_refused(page):
    page.click("#forth")
    until(page, "s.iteration === 1")
    page.select_option("#zoo", "one bell")
    assert until(page, "s.scene.said === 'Normal(0, 1)'")["iteration"] == 1
    page.fill("#expression [name=text]", "Laplace(0, 1)")
    page.press("#expression [name=text]", "Enter")
    until(page, "s.scene.said === 'Laplace(0, 1)'")
    page.click("#formula button")
    until(page, "s.scene.said.startsWith('∝')")
    page.select_option("#set-loss", "wasserstein")
    until(page, "!s.scene.logit")
    assert page.inner_text("#number-value") == "no meaning here"
    page.fill("#set-rate_d", "7")
    page.press("#set-rate_d", "Enter")
    page.wait_for_function("() => document.getElementById('status').textContent.includes('`rate_d` must be')")
    page.fill("#expression [name=text]", "__import__('os').system('true')")
    page.press("#expression [name=text]", "Enter")
    page.wait_for_function("() => document.getElementById('status').textContent.includes('must be')")
    assert until(page, "!s.playing")["scene"]["said"].startswith("∝")


@pytest.mark.slow
def test_rows_of_a_csv_file_become_the_data(page, tmp_path):
    rows = tmp_path / "rows.csv"
    rows.write_text("a,b\n" + "".join(f"{i % 7},{i * i % 11}\n" for i in range(200)))
    page.set_input_files("#csv [type=file]", rows)
    until(page, "s.scene.said.includes('200 rows of a')")
    large = tmp_path / "large.csv"
    large.write_bytes(b"a\n" + b"1\n" * 50_000_000)
    page.set_input_files("#csv [type=file]", large)
    page.wait_for_function("() => document.getElementById('status').textContent.includes('at most 4 MB. Got 100.0 MB')")
    page.click("#forth")
    until(page, "s.iteration > 0")


@pytest.mark.slow
def test_drawing_by_mouse_is_exact(page):
    page.check("[name=tool][value=data]")
    box = page.locator("#game").bounding_box()
    left, floor = box["x"] + 60, box["y"] + box["height"] - 90
    page.mouse.move(left, floor)
    page.mouse.down()
    for i in range(1, 41):
        page.mouse.move(left + 20 * i, floor - 5 * min(i, 41 - i))
    page.mouse.up()
    drawn = until(page, "s.scene.spec.kind === 'pen'")["scene"]
    cell = (drawn["high"] - drawn["low"]) / len(drawn["p_data"])
    assert sum(drawn["p_data"]) * cell == pytest.approx(1, abs=1e-9)
    peak = max(range(len(drawn["p_data"])), key=lambda i: drawn["p_data"][i]) / len(drawn["p_data"])
    assert peak == pytest.approx((60 + 20 * 20.5) / (box["width"] - 26), abs=0.03)
    page.check("[name=tool][value=hand]")
    page.mouse.move(left + 100, floor - 10)
    page.mouse.down()
    page.mouse.move(left + 300, floor - 100, steps=10)
    page.mouse.up()
    until(page, "s.scene.by_hand")
    page.click("#release")
    until(page, "!s.scene.by_hand")
    page.check("[name=tool][value=drag]")
    before = page.evaluate("() => explorer.curves.arrows")
    page.mouse.move(left + 300, floor - 50)
    page.mouse.down()
    page.mouse.move(left + 400, floor - 50, steps=8)
    page.mouse.up()
    expected = 100 * (drawn["high"] - drawn["low"]) / (box["width"] - 26)
    moved = "explorer.curves.arrows.map((x, i) => x - before[i])"
    page.wait_for_function(f"(before) => {moved}.every((by) => Math.abs(by / {expected} - 1) < 0.05)", arg=before)


@pytest.mark.slow
def test_data_can_be_drawn_by_touch(visit):
    page = visit(has_touch=True, viewport={"width": 390, "height": 844}, is_mobile=True)
    page.locator("[name=tool][value=data]").check()
    page.locator("#game").scroll_into_view_if_needed()
    box = page.locator("#game").bounding_box()
    session = page.context.new_cdp_session(page)

    def touch(kind, *points):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    floor = box["y"] + box["height"] - 90
    touch("touchStart", (box["x"] + 40, floor))
    for i in range(1, 21):
        touch("touchMove", (box["x"] + 40 + 12 * i, floor - 6 * min(i, 21 - i)))
    touch("touchEnd")
    scene = until(page, "s.scene.spec.kind === 'pen'")["scene"]
    assert max(scene["p_data"]) > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.wrong == []


@pytest.mark.slow
def test_p_g_set_to_p_data_has_no_divergence_from_it(page):
    page.click("#perfect")
    shown = until(page, "s.scene.by_hand")
    value, error = shown["numbers"]["two_jsd"]
    assert value <= error
    page.click("#measure")
    answer = until(page, "s.answer", 60_000)["answer"]["found"]
    assert answer["two_jsd"]["value"] <= 1e-12
    assert answer["two_jsd"]["value"] <= value + error
    middle = page.evaluate("() => explorer.curves.d_star.slice(150, 350)")
    assert max(abs(share - 0.5) for share in middle) < 1e-3


@pytest.mark.slow
def test_the_honesty_bench_shows_estimates_and_the_exact_value(page):
    page.click("#bench")
    page.wait_for_selector("#honesty td", timeout=60_000)
    rows = page.locator("#honesty tr").all_inner_texts()
    assert any("histogram" in row for row in rows)
    assert any("exact" in row for row in rows)


@pytest.mark.slow
def test_g_can_play_against_a_share_of_the_optimal_discriminator(page):
    page.locator("#oracle").fill("0.5")
    until(page, "s.scene.settings.oracle === 0.5")
    page.click("#forth")
    assert until(page, "s.iteration === 1", 60_000)["stopped"] is None


@pytest.mark.slow
def test_a_refused_drag_does_not_happen_later(page):
    page.click("#perfect")
    until(page, "s.scene.by_hand")
    page.check("[name=tool][value=drag]")
    box = page.locator("#game").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 500, box["y"] + 100, steps=12)
    page.mouse.up()
    page.wait_for_function("() => document.getElementById('status').textContent.includes('p_g must be')")
    page.click("#release")
    before = until(page, "!s.scene.by_hand")
    after = settled(page)
    assert after["digest"] == before["digest"] or after["frame"] == before["frame"]
    page.wait_for_timeout(500)
    assert state(page)["frame"] == after["frame"]
    assert state(page)["saved"][0] == "p_g by hand"


def test_a_critic_is_drawn_on_its_own_axis_and_has_no_optimum(page):
    page.select_option("#set-loss", "wasserstein")
    until(page, "!s.scene.logit")
    assert page.is_visible(".key.critics") and not page.is_visible(".key.optimal")
    page.mouse.move(*(page.locator("#game").bounding_box()[side] + 200 for side in "xy"))
    page.wait_for_function("() => document.getElementById('pointer').textContent.includes('critic = ')")
    assert "D*" not in page.inner_text("#pointer")
