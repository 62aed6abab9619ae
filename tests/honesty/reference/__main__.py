"""The command ``python -m reference``."""

import sys

from .known_answers import check
from .table import write

if __name__ == "__main__":
    check() if sys.argv[1:] == ["check"] else write()
