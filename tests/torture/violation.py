"""An invariant that did not hold. `law` is its id in the list I1-I15, or what else was broken."""

from collections import Counter
from typing import Final

CHECKED: Final[Counter[str]] = Counter()  # how often each was looked at, in this process


class Violation(AssertionError):
    def __init__(self, law: str, what: str) -> None:
        super().__init__(f"{law}: {what}")
        self.law = law
        self.what = what


def demand(so: bool, law: str, what: str) -> None:
    """Raises Violation unless it is so."""
    CHECKED[law] += 1
    if not so:
        raise Violation(law, what)
