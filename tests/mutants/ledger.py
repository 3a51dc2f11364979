"""What is known of faults: those listed as equivalent, and verdicts of earlier runs.

An earlier verdict "noticed" holds while its stamps do (stamps.py); a survivor is tried again.
`tests/mutants/equivalent.txt`: an id at the margin, its reason on the indented lines below it.
"""

import json
import os
from pathlib import Path
from typing import Any, Final, TypeAlias

from tests.mutants.faults import Fault
from tests.mutants.ground import Verdict
from tests.mutants.stamps import Stamps

MOST_EQUIVALENT: Final = 0.02
KEEP_EVERY: Final = 50  # verdicts
Known: TypeAlias = dict[str, dict[str, Any]]


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
        self._known: Known = {} if fresh else _read(path)
        self._noted: dict[str, dict[str, Any] | None] = {}  # None: survived

    def noticed_before(self, fault: Fault) -> Verdict | None:
        known = self._known.get(fault.id)
        if known is None or known["stamp"] != self._stamps.of(fault, known["by"]):
            return None
        return Verdict(known["by"], known["seconds"])

    def note(self, fault: Fault, verdict: Verdict) -> None:
        if verdict.survived:
            self._noted[fault.id] = None
        else:
            stamp = self._stamps.of(fault, verdict.by)
            seconds = round(verdict.seconds, 2)
            self._noted[fault.id] = {"by": verdict.by, "stamp": stamp, "seconds": seconds}
        if len(self._noted) % KEEP_EVERY == 0:
            self.keep()

    def keep(self) -> None:
        """Beside what another hunt has kept meanwhile."""
        kept = _read(self._path) | {
            name: one for name, one in self._noted.items() if one is not None
        }
        for survived in (name for name, one in self._noted.items() if one is None):
            kept.pop(survived, None)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        written = self._path.with_suffix(f".{os.getpid()}")
        written.write_text(json.dumps(kept, indent=0), encoding="utf-8")
        written.replace(self._path)


def _read(path: Path) -> Known:
    found: Known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found
