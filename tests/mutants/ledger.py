"""What is known of faults: those listed as equivalent, and verdicts of earlier runs.

An earlier verdict "noticed" holds while its stamps do (stamps.py); a survivor is tried again.
`tests/mutants/equivalent.txt`: an id at the margin, its reason on the indented lines below it.
"""

import json
from pathlib import Path
from typing import Any, Final

from tests.mutants.faults import Fault
from tests.mutants.ground import Verdict
from tests.mutants.stamps import Stamps

MOST_EQUIVALENT: Final = 0.02
KEEP_EVERY: Final = 50  # verdicts


def reasons_of(path: Path) -> dict[str, str]:
    """Id -> why nothing can be seen of it. Raises ValueError for one without a reason."""
    reasons: dict[str, str] = {}
    last = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith(" "):
            reasons[last] = f"{reasons[last]} {line.strip()}".strip()
        else:
            last = line.strip()
            reasons[last] = ""
    without = [one for one, reason in reasons.items() if not reason]
    if without:
        raise ValueError(f"equivalent without a reason: {without}")
    return reasons


class Ledger:
    def __init__(self, path: Path, root: Path, fresh: bool) -> None:
        self._path, self._stamps = path, Stamps(root)
        known = not fresh and path.exists()
        self._known: dict[str, dict[str, Any]] = json.loads(path.read_text()) if known else {}
        self._noted = 0

    def noticed_before(self, fault: Fault) -> Verdict | None:
        known = self._known.get(fault.id)
        if known is None or known["stamp"] != self._stamps.of(fault, known["by"]):
            return None
        return Verdict(known["by"], known["seconds"])

    def note(self, fault: Fault, verdict: Verdict) -> None:
        if verdict.survived:
            self._known.pop(fault.id, None)
        else:
            stamp = self._stamps.of(fault, verdict.by)
            seconds = round(verdict.seconds, 2)
            self._known[fault.id] = {"by": verdict.by, "stamp": stamp, "seconds": seconds}
        self._noted += 1
        if self._noted % KEEP_EVERY == 0:
            self.keep()

    def keep(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps(self._known, indent=0), encoding="utf-8")
