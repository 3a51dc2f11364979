"""Looks for citizens' numbers and names where none may stand: logs and journal of the instance.

The plan knows every number that rang (SEC-01); they are looked for in every form in which a log
might hold them. Recordings, databases and the encrypted vault are not logs; neither are Asterisk's
call records (CDR, CEL): they are the only witness of who rang while we were away.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from hotline.rehearsal.compare import Difference
from hotline.rehearsal.plan import PlannedCall

_LOGS: Final = ("*.log", "journal/**/*", "asterisk/log/**/*", "asterisk/var/log/**/*")
_RECORDS: Final = frozenset({"cdr-custom", "cel-custom", "cdr-csv"})
_LARGEST: Final = 64 * 1024 * 1024


def words_to_find(calls: Iterable[PlannedCall]) -> list[bytes]:
    """Each number without its leading zero (also within E.164), each name."""
    numbers = {call.number.lstrip("0") for call in calls if call.number}
    names = {call.name for call in calls if len(call.name) > 2}  # 王伟 may stand in any text
    return sorted(word.encode() for word in numbers | names)


def scan(root: Path, words: Sequence[bytes]) -> Iterator[Difference]:
    """One difference for each file with personal data in it; the data itself is not repeated."""
    for path in _files(root):
        try:
            text = path.read_bytes()
        except FileNotFoundError:
            continue  # renamed since we looked: a file being written, whose next name is scanned
        found = sum(word in text for word in words)
        if found:
            where = path.relative_to(root)
            yield Difference(
                str(where),
                f"{where} 含有 {found} 个来电人的号码或姓名。",
                f"{where} holds the numbers or names of {found} citizens.",
            )


def _files(root: Path) -> list[Path]:
    found = {path for pattern in _LOGS for path in root.glob(pattern)}
    logs = (path for path in found if path.is_file() and not _RECORDS.intersection(path.parts))
    return sorted(path for path in logs if not _is_large(path))


def _is_large(path: Path) -> bool:
    try:
        return path.stat().st_size > _LARGEST
    except FileNotFoundError:
        return False  # renamed just now: the scan passes over it
