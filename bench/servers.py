"""Servers of a bench's own, gone with it. On the disk of the project, so that a sync is a sync."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

from hotline.private.places import PROJECT
from hotline.private.ports import held_ports
from hotline.private.postgres import Postgres


@contextmanager
def open_folder(within: Path | None = PROJECT / "var") -> Iterator[Path]:
    """A new folder, removed afterwards. `within` None: where the system keeps such folders."""
    if within is not None:
        within.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=within))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        rmtree(folder)


@contextmanager
def running_postgres() -> Iterator[str]:
    """The DSN of an empty server."""
    with open_folder(within=None) as folder, held_ports(folder / "ports.json") as ports:
        server = Postgres(folder / "postgres", port=ports.database)
        try:
            server.start()
            yield server.dsn
        finally:
            server.stop()
