"""``python -m gantheory``: the command."""

from gantheory.cli import main

if __name__ == "__main__":
    main()
