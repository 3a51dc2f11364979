"""What `nobody` must reach although the clone is closed to him."""

import os
import stat
from pathlib import Path

import pytest

from hotline.private import places


def test_a_copy_can_be_walked_by_anybody_whatever_our_umask_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "SYSTEM_CACHE", tmp_path / "cache")
    home = tmp_path / "home"
    program = home / "server/install/bin/serve"
    program.parent.mkdir(parents=True, mode=0o755)
    for folder in (program.parent, program.parents[1]):
        folder.chmod(0o755)
    program.touch(0o755)
    home.chmod(0o700)
    before = os.umask(0o077)
    try:
        copy = places.reachable_copy(home, ("server/install",), name="server-1")
    finally:
        os.umask(before)

    assert (copy / "server/install/bin/serve").exists()
    walked = [copy, *(folder for folder in copy.rglob("*") if folder.is_dir())]
    assert [folder for folder in walked if not folder.stat().st_mode & stat.S_IXOTH] == []
