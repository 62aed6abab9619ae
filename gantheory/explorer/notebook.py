"""The explorer in a notebook cell."""

import threading
from typing import Any

from gantheory.explorer.server import server_on


def explore(height: int = 1000) -> Any:
    """The explorer as an IPython ``IFrame``, served on the loopback interface until the kernel ends.

    Args:
        height: Height of the frame, in pixels.

    Raises:
        ImportError: IPython is not installed. ``gantheory explore`` opens the explorer in a browser.
    """
    from IPython.display import IFrame

    server, sockets, url = server_on("127.0.0.1", 0)
    threading.Thread(target=server.run, args=(sockets,), daemon=True).start()
    return IFrame(url, "100%", height)
