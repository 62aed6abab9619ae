"""What is sent to a page, as bytes and as JSON."""

import json
import math
import struct
from typing import Any

import numpy as np


def packed(head: dict[str, Any], curves: list[np.ndarray]) -> bytes:
    """A picture as bytes: the length of its JSON, the JSON padded to a multiple of four bytes, and its curves, all little-endian."""
    with np.errstate(over="ignore"):
        arrays = [np.asarray(curve, "<f4") for curve in curves]
    text = json.dumps(without_nan({**head, "lengths": [len(array) for array in arrays]}), allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    return struct.pack("<I", len(text)) + text + b"".join(array.tobytes() for array in arrays)


def without_nan(found: Any) -> Any:
    """JSON with null in place of every number that is not finite, which JSON cannot hold."""
    if isinstance(found, float):
        return found if math.isfinite(found) else None
    if isinstance(found, dict):
        return {name: without_nan(one) for name, one in found.items()}
    return [without_nan(one) for one in found] if isinstance(found, list | tuple) else found
