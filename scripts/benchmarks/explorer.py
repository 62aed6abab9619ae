"""How many pictures a second the explorer's page paints, and how soon a pause is one.

Chromium and its driver are no dependencies of the library: `pip install -e .[test]`, and a Chromium of the system.
"""

import re
import shutil
import statistics
import subprocess
import sys
import time

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


def main() -> None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        sys.exit("This benchmark needs `pip install -e .[test]`. Missing: playwright.")
    command = [sys.executable, "-m", "gantheory", "explore", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server, sync_playwright() as playwright:
        assert server.stdout
        url = re.search(r"http://\S+/", server.stdout.readline())
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), headless=True, args=FLAGS.split())
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(url.group() if url else "")
        page.wait_for_function("() => window.explorer && explorer.state", timeout=120_000)
        page.click("#play")
        page.wait_for_function("() => explorer.state.iteration > 100", timeout=120_000)
        rates = []
        for _ in range(SECONDS):
            before = page.evaluate(PAINTED)
            time.sleep(1)
            after = page.evaluate(PAINTED)
            rates.append(1000 * (after[0] - before[0]) / (after[1] - before[1]))
        print(f"painted pictures a second, {STEPS} training steps each: median {statistics.median(rates):.1f}, least {min(rates):.1f}")
        late = []
        for _ in range(PAUSES):
            late.append(page.evaluate(LATE))
            page.click("#play")
            page.wait_for_timeout(700)
        print(f"from Pause to the last picture, ms: {', '.join(f'{ms:.0f}' for ms in late)}")
        browser.close()
        server.terminate()


if __name__ == "__main__":
    main()
