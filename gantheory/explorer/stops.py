"""When a run stops by itself: a condition on what its pictures show, looked at on every picture."""

from typing import Any, NamedTuple

from gantheory.explorer.checks import number, one_of, shortened

MOST = 1.4  # nats; 2 JSD is at most 2 log 2 = 1.386
BELOW, ABOVE, FLAT, LOST = "2 JSD below", "2 JSD above", "D flat", "mode lost"
CONDITIONS = (BELOW, ABOVE, FLAT, LOST)
RULES = {FLAT: "flat", LOST: "mode lost"}  # of a verdict


class Stop(NamedTuple):
    """A condition: one of ``CONDITIONS``, and the number that 2 JSD is compared with, where it is."""

    what: str
    than: float


def stop_of(spec: Any) -> Stop | None:
    """The condition of a page's message, {what, than}, or None for none. Raises ``ValueError`` with one sentence for another."""
    if spec is None:
        return None
    if not isinstance(spec, dict):
        raise ValueError(f"`until` must be an object of what and than. Got {shortened(spec)}.")
    what = one_of(spec.get("what"), "until", CONDITIONS)
    return Stop(what, 0.0 if what in RULES else number(spec, "than", 0.0, MOST))


def reached(stop: Stop | None, head: dict[str, Any]) -> str:
    """Why a run stops at the picture with this head, in a sentence; empty if it goes on."""
    if stop is None:
        return ""
    at, two_jsd, verdict = head["iteration"], head["numbers"]["two_jsd"][0], head["verdict"]
    if stop.what in RULES:
        return f"Stopped at iteration {at}: {verdict['words']}" if verdict["rule"] == RULES[stop.what] else ""
    if two_jsd < stop.than if stop.what == BELOW else two_jsd > stop.than:
        return f"Stopped at iteration {at}: 2 JSD = {two_jsd:.4g} is {'below' if stop.what == BELOW else 'above'} {stop.than:g}."
    return ""
