"""The private Asterisk's tree: unpacked once for a user, found again, its versions written down."""

import re
from pathlib import Path

import pytest

from hotline.private import asterisk_tree as tree
from hotline.private.errors import NoAsteriskTree


def changed(folder: Path) -> tuple[int, int, int]:
    """Which folder, and when it changed last; not when somebody read it."""
    found = folder.stat()
    return found.st_ino, found.st_mtime_ns, found.st_ctime_ns


@pytest.fixture
def said() -> list[str]:
    return []


def test_a_tree_that_is_there_is_taken_as_it_is_and_its_versions_are_known(
    said: list[str],
) -> None:
    """As each start does; nothing is fetched, nothing said, nothing touched."""
    found = tree.asterisk_tree(tell=said.append)  # the machine's first start may build it here
    before, said[:] = changed(found.root.parent), []

    again = tree.asterisk_tree(tell=said.append)

    versions = (again.root.parent / "versions.txt").read_text(encoding="utf-8").splitlines()
    assert (again, said) == (found, [])
    assert changed(again.root.parent) == before
    assert all(re.fullmatch(r"[a-z0-9.+-]+=\S+", line) for line in versions)
    assert {line.partition("=")[0] for line in versions} == set(tree.PACKAGES)
    assert any(line.startswith("asterisk=1:22.") for line in versions)
    assert again.loader.exists() and again.program.exists()


def test_a_download_that_fails_leaves_nothing_and_names_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    """The real apt, asked for an archive that is not there; an empty cache stays empty."""
    tmp_path.chmod(0o755)
    monkeypatch.setattr(tree, "cache_home", lambda: tmp_path)
    monkeypatch.setenv("DEBIAN_MIRROR", f"file://{tmp_path}/no-archive")

    with pytest.raises(NoAsteriskTree) as refused:
        tree.asterisk_tree(tell=said.append)

    assert "DEBIAN_MIRROR" in refused.value.remedy
    assert [file.name for file in tmp_path.iterdir() if file.suffix != ".lock"] == []
    assert [line for line in said if "仅首次" in line]
