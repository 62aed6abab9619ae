"""The explorer in a notebook cell."""

import threading

from gantheory.explorer.server import server_on


def explore(height: int = 1000):
    """The explorer as an IPython ``IFrame`` of so many pixels, served on the loopback interface for as long as the kernel lives.

    Raises ``ImportError`` outside IPython, where ``gantheory explore`` opens it in a browser.
    """
    from IPython.display import IFrame

    server, sockets, url = server_on("127.0.0.1", 0)
    threading.Thread(target=server.run, args=(sockets,), daemon=True).start()
    return IFrame(url, "100%", height)
