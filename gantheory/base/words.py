"""The ends of sentences that refuse a name."""

import difflib
from collections.abc import Iterable
from typing import Any


def got(name: Any, known: Iterable[str]) -> str:
    """``Got 'jsdd': did you mean 'jsd'?``"""
    return f"Got {name!r}{meant(name, known)}"


def meant(name: Any, known: Iterable[str]) -> str:
    """The known name that is nearest to one that is not known, as the end of a sentence: a full stop if none is near."""
    near = {one.casefold(): one for one in known}
    found = difflib.get_close_matches(str(name).casefold(), near, 1)
    return f": did you mean {near[found[0]]!r}?" if found else "."
