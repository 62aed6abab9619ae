"""The explorer's page in a browser, as tests look at it: ``page`` is Playwright's, ``window.explorer`` what inspection.js offers."""

STATE = "() => window.explorer && window.explorer.state"


def state(page):
    """What the page knows and shows."""
    return page.evaluate(STATE)


def until(page, condition, timeout=90_000):
    """The page's state ``s`` once this condition on it holds."""
    page.wait_for_function(f"() => {{ const s = explorer.state; return {condition}; }}", timeout=timeout)
    return state(page)


def settled(page):
    """The page's state once it is at rest and has the digest of the state it shows."""
    return until(page, "!s.playing && s.digest !== null")
