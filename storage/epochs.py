"""Epochs: one number for each life of the leading process, never given twice.

The greatest of what the file `epoch` says, what files lie in the folder and what PostgreSQL knows,
plus one; written and synced before it is used.
"""

from pathlib import Path
from typing import Final

import structlog

from kernel.errors import Unavailable
from kernel.ids import Epoch
from storage.journal import JournalUnwritable
from storage.journal_file import JournalDamaged, segments, write_whole
from storage.pool import Pool

log = structlog.get_logger()

_FILE: Final = "epoch"
_TAKE: Final = """
    insert into journal_epoch (epoch)
    select greatest($1, (select coalesce(max(epoch), 0) from journal_epoch),
                        (select coalesce(max(epoch), 0) from journal)) + 1
    returning epoch"""


async def take_epoch(folder: Path, pool: Pool | None) -> Epoch:
    """The next epoch. With PostgreSQL away the folder alone decides; the shipper checks later.

    Raises JournalUnwritable, JournalDamaged (the file `epoch` holds no number).
    """
    known = _known(folder)
    epoch = known + 1
    if pool is not None:
        try:
            epoch = await pool.fetchval(_TAKE, known)
        except Unavailable as err:
            log.warning("epoch taken from the file alone", epoch=epoch, why=str(err))
    try:
        write_whole(folder / _FILE, b"%d\n" % epoch)
    except OSError as err:
        raise JournalUnwritable(
            f"The epoch cannot be written to {folder / _FILE}: {err}.",
            remedy="Free space on the disk of var/, or mend its permissions.",
        ) from err
    return Epoch(epoch)


def _known(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return max([_from_file(folder / _FILE), *(segment.epoch for segment in segments(folder))])


def _from_file(path: Path) -> int:
    if not path.exists():
        return 0
    text = path.read_text(encoding="ascii", errors="replace").strip()
    if not text.isdigit():
        raise JournalDamaged(
            f"{path} holds {text[:20]!r} instead of a number.",
            remedy="Write the greatest epoch into it: see the file names and table journal_epoch.",
        )
    return int(text)
