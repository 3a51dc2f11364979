"""One line for each long step, for the person who waits."""

import sys
from collections.abc import Callable

Say = Callable[[str], None]


def say(line: str) -> None:
    """`==> line` on standard output, at once."""
    sys.stdout.write(f"==> {line}\n")
    sys.stdout.flush()


def silence(line: str) -> None:
    """For those who do not want to hear it: tests."""
    del line
