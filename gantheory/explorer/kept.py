"""Games of pages whose connection was lost, kept for a while so that they can be gone on with."""

import time

from gantheory.explorer.lab import Lab

KEPT_FOR = 60.0  # seconds
MOST_KEPT = 24  # games; the oldest is dropped for another


class Kept:
    """Games by the keys that their pages know."""

    def __init__(self) -> None:
        self._labs: dict[str, tuple[float, Lab]] = {}

    def put(self, key: str, lab: Lab) -> None:
        """Keep a game."""
        self._labs[key] = time.monotonic() + KEPT_FOR, lab
        self._drop_old()

    def take(self, key: str | None) -> Lab | None:
        """The game of this key, which is kept no longer; None if there is none, or no more."""
        self._drop_old()
        found = self._labs.pop(key, None) if key else None
        return found[1] if found else None

    def _drop_old(self) -> None:
        now = time.monotonic()
        newest = list(self._labs.items())[-MOST_KEPT:]
        self._labs = {key: (until, lab) for key, (until, lab) in newest if until > now}
