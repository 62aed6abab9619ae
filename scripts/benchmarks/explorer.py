"""How many pictures a second the explorer's page paints, and how soon a pause is one.

Chromium and its driver are no dependencies of the library: `pip install -e .[test]`, and a Chromium of the system.
"""

import re
import shutil
import statistics
import subprocess
import sys
import time
from typing import Any

from measuring import Findings

STEPS = 10  # training steps a picture, which is where the page's speed stands at first
SECONDS, PAUSES = 8, 6
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
PAINTED = "() => [explorer.state.painted, performance.now()]"
# Milliseconds from a press on Pause to the last picture painted after it.
LATE = """async () => {
  document.getElementById("play").click();
  const pressed = performance.now(), iteration = () => explorer.state.iteration;
  let shown = iteration(), last = pressed;
  while (performance.now() < pressed + 1000) {
    await new Promise(requestAnimationFrame);
    if (iteration() !== shown) [shown, last] = [iteration(), performance.now()];
  }
  return last - pressed;
}"""


def run(found: Findings) -> None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return found.skip("the page", "It needs `pip install -e .[test]`. Missing: playwright.")
    if not (chromium := shutil.which("chromium")):
        return found.skip("the page", "It needs a Chromium of the system.")
    command = [sys.executable, "-m", "gantheory", "explore", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server, sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=FLAGS.split())
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            assert server.stdout
            url = re.search(r"http://\S+/", server.stdout.readline())
            page.goto(url.group() if url else "")
            watch(page, found)
            browser.close()
        finally:
            server.terminate()


def watch(page: Any, found: Findings) -> None:
    page.wait_for_function("() => window.explorer && explorer.state", timeout=120_000)
    page.click("#play")
    page.wait_for_function("() => explorer.state.iteration > 100", timeout=120_000)
    found.taken |= {"picture": [], "pause": []}
    for _ in range(SECONDS):
        before = page.evaluate(PAINTED)
        time.sleep(1)
        after = page.evaluate(PAINTED)
        found.taken["picture"].append((after[1] - before[1]) / 1000 / max(1, after[0] - before[0]))
    rates = [1 / seconds for seconds in found.taken["picture"]]
    print(f"painted pictures a second, {STEPS} training steps each: median {statistics.median(rates):.1f}, least {min(rates):.1f}")
    for _ in range(PAUSES):
        found.taken["pause"].append(page.evaluate(LATE) / 1000)
        page.click("#play")
        page.wait_for_timeout(700)
    print(f"from Pause to the last picture, ms: {', '.join(f'{1000 * late:.0f}' for late in found.taken['pause'])}")
