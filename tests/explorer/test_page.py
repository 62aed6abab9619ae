"""The page in a browser. Each test uses it as a visitor would; the console must stay empty, and no other host may be asked for anything."""

import json
from urllib.parse import unquote

import pytest

import gantheory as gt
from gantheory.explorer.lab import Lab, exact
from gantheory.explorer.live import CELLS

STATE = "() => window.explorer && window.explorer.state"


@pytest.fixture(scope="module")
def visit(server, chromium):
    """A function that opens a new page, which collects what goes wrong under ``wrong``."""
    contexts = []

    def visit(hash_="", through=None, **settings):
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **settings})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(90_000)
        page.wrong = []
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("console", lambda message: message.type in ("error", "warning") and page.wrong.append(message.text))
        page.on("request", lambda request: request.url.startswith((server.url, "data:")) or page.wrong.append(request.url))
        if through:
            page.route_web_socket("**", through)
        page.goto(server.url + hash_)
        page.wait_for_function(STATE, timeout=60_000)
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def page(visit):
    page = visit()
    yield page
    assert page.wrong == []
    page.context.close()


def state(page):
    return page.evaluate(STATE)


def until(page, condition, timeout=90_000):
    page.wait_for_function(f"() => {{ const s = explorer.state; return {condition}; }}", timeout=timeout)
    return state(page)


def settled(page):
    """The page's state once it is at rest and has the digest of the state it shows."""
    return until(page, "!s.playing && s.digest !== null")


def test_playing_pauses_at_once_and_the_live_numbers_agree_with_the_exact_ones(page):
    page.click("#play")
    until(page, "s.iteration > 60")
    page.click("#play")
    pressed = page.evaluate("performance.now()")
    shown = settled(page)
    page.wait_for_timeout(300)
    assert state(page)["iteration"] == shown["iteration"]
    assert page.evaluate("performance.now()") > pressed
    answer = until(page, f"s.answer && s.answer.iteration === {shown['iteration']}", 60_000)["answer"]["found"]
    for name, (value, error) in shown["numbers"].items():
        assert abs(value - answer[name]["value"]) <= error + answer[name]["error"]
    assert "±" in page.inner_text("#number-two_jsd")
    assert "exact" in page.inner_text("#exact")


def test_the_pages_numbers_are_the_librarys(page):
    for _ in range(3):
        page.click("#forth")
    until(page, "s.iteration === 3")
    shown = settled(page)
    lab = Lab()
    lab.advance(3)
    head, curves = lab.frame()
    assert (shown["digest"], shown["numbers"]) == (head["digest"], head["numbers"])
    drawn = page.evaluate("() => explorer.curves")
    assert drawn["p_g"] == pytest.approx(curves[0].tolist(), rel=1e-6)
    assert len(drawn["p_g"]) == CELLS // 2
    answer = until(page, "s.answer && s.answer.iteration === 3", 60_000)["answer"]["found"]
    assert answer == json.loads(json.dumps(exact(*lab.question())))
    measured = gt.measure(lab.mode.data.density, lab.mode.p_g(lab.timeline.state), lab.timeline.state.discriminator)
    assert answer["two_jsd"]["value"] == measured.two_jsd.value


def test_stepping_back_and_scrubbing_give_the_same_bytes(page):
    page.keyboard.press("ArrowRight")
    until(page, "s.iteration === 1")
    page.click("#step-d")
    until(page, "s.iteration === 2")
    page.keyboard.press("g")
    until(page, "s.iteration === 3")
    marks = {3: settled(page)["digest"]}
    page.click("#back")
    marks[2] = until(page, "s.iteration === 2")["digest"]
    page.keyboard.press("ArrowLeft")
    until(page, "s.iteration === 1")
    page.evaluate("() => { scrub.value = 3; scrub.dispatchEvent(new Event('input')); }")
    assert until(page, "s.iteration === 3")["digest"] == marks[3]
    page.evaluate("() => { scrub.value = 0; scrub.dispatchEvent(new Event('input')); }")
    start = until(page, "s.iteration === 0")["digest"]
    page.evaluate("() => { scrub.value = 2; scrub.dispatchEvent(new Event('input')); }")
    assert until(page, "s.iteration === 2")["digest"] == marks[2]
    page.click("#again")
    assert until(page, "s.end === 0")["digest"] == start
    page.click("#seed")
    until(page, f"s.scene.settings.seed === 1 && s.end === 0 && s.digest !== '{start}'")


@pytest.mark.slow
def test_a_fork_has_a_ghost(page):
    page.click("#forth")
    until(page, "s.iteration === 1")
    page.click("#fork")
    until(page, "s.ghost")
    page.select_option("#set-loss", "minimax")
    until(page, "s.scene.settings.loss === 'minimax'")
    page.fill("#set-rate_g", "0.01")
    page.press("#set-rate_g", "Enter")
    until(page, "s.scene.settings.rate_g === 0.01")
    page.click("#play")
    forked = until(page, "s.iteration > 50")
    page.click("#play")
    settled(page)
    assert forked["ghost"]["iteration"] == forked["iteration"]
    assert forked["ghost"]["numbers"] != forked["numbers"]
    assert page.is_visible(".key.ghost")
    page.click("#fork")
    until(page, "!s.ghost")


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
def test_slow_motion_goes_through_algorithm_1(page):
    page.fill("#set-k", "1")
    page.press("#set-k", "Enter")
    until(page, "s.scene.settings.k === 1")
    lines = []
    for _ in range(5):
        page.click("#line")
        lines.append(until(page, f"s.line && s.line.line === {len(lines)}")["line"]["line"])
    assert lines == [0, 1, 2, 3, 4]
    assert page.locator("#lines li.now").count() == 1
    assert "Algorithm 1: update G" in page.inner_text("#verdict")
    page.click("#line")
    assert until(page, "s.iteration === 1")["end"] == 1


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


def test_a_refusal_stays_where_the_server_is_slow(visit):
    """The address asks for a setting that is refused while the first picture is still being made. `busy` may come before or after."""

    def slow(socket):
        def pass_on(message):
            late = isinstance(message, str) and "refused" in message
            for part in ['{"busy": true}', message, '{"busy": true}'] if late else [message]:
                socket.send(part)

        server = socket.connect_to_server()
        server.on_message(pass_on)

    page = visit('#{"set": {"k": 1e9}}', through=slow)
    page.click("#play")
    until(page, "s.iteration > 30")
    assert "`k` must be" in state(page)["status"]
    assert page.wrong == []


@pytest.mark.slow
def test_pictures_are_painted_one_after_the_other_and_a_pause_is_a_pause(page):
    """How many a second is for the bench, on an idle machine: here they are counted, however long they take."""
    page.click("#play")
    before = until(page, "s.iteration > 100")["painted"]
    until(page, f"s.painted > {before + 24}")
    late = page.evaluate("""async () => {
        const painted = explorer.state.painted, pressed = performance.now();
        document.getElementById("play").click();
        while (explorer.state.playing || performance.now() < pressed + 1500) await new Promise(requestAnimationFrame);
        return explorer.state.painted - painted;
    }""")
    assert late <= 12  # those on their way
    at_rest = settled(page)["painted"]
    page.wait_for_timeout(1000)
    assert state(page)["painted"] == at_rest


@pytest.mark.slow
def test_the_charts_go_on_after_a_resize(page):
    page.click("#play")
    until(page, "s.iteration > 60")
    page.evaluate("dispatchEvent(new Event('resize'))")
    page.wait_for_timeout(500)
    chart = "document.getElementById('values').toDataURL()"
    before = page.evaluate(chart)
    page.wait_for_function(f"(before) => {chart} !== before", arg=before)


@pytest.mark.slow
def test_the_past_can_be_scrubbed_after_a_reconnection(visit):
    sockets = []

    def pass_on(socket):
        sockets.append(socket)
        socket.connect_to_server()

    def go_on_and_back(iterations):
        for i in range(iterations):
            page.click("#forth")
            until(page, f"s.iteration === {i + 1}")
        page.evaluate("() => { scrub.value = 0; scrub.dispatchEvent(new Event('input')); }")
        until(page, "s.iteration === 0")

    page = visit(through=pass_on)
    go_on_and_back(3)
    sockets[0].close()
    page.click("#banner button")
    until(page, "s.frame === 1 && s.end === 3")  # of the new connection: the game was kept
    page.click("#again")
    until(page, "s.end === 0")
    go_on_and_back(1)
    assert page.wrong == []


def test_the_page_says_that_the_server_has_ended(start_server, chromium):
    server = start_server()
    page = chromium.new_page()
    page.goto(server.url)
    page.wait_for_function(STATE, timeout=60_000)
    server.end()
    page.wait_for_selector("#banner:not([hidden])", timeout=20_000)
    page.click("#play")
    page.wait_for_timeout(400)
    assert page.inner_text("#play") == "Play"
    assert "working" not in page.inner_text("#status")
    page.close()


def test_an_exact_number_is_gone_with_the_state_that_it_is_of(page):
    page.click("#forth")
    until(page, "s.iteration === 1 && s.answer")
    assert "exact, at iteration 1" in page.inner_text("#exact")
    page.click("#seed")
    until(page, "s.end === 0 && s.scene.settings.seed === 1")
    assert page.inner_text("#exact") == ""
    page.click("#undo")
    until(page, "s.iteration === 1 && s.answer && s.answer.iteration === 1")
    assert state(page)["rows"] >= 1


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
