"""A slow server, one that is lost, and one that has ended, as the page shows them."""

import pytest
from pages import STATE, state, until


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
