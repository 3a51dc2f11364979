"""A sealed archive (MAL-02): whatever is changed in it is found."""

import hashlib
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from hotline import cli
from intake.evidence import CALLS, MANIFEST, Item, canonical, recording_name, verify, write_archive

SOUND = b"RIFF" + bytes(2_000_000)
CALL = "cc1-1767603600.41"
NAME = recording_name(CALL)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    sound, path = tmp_path / "one.wav", tmp_path / "EV1.zip"
    sound.write_bytes(SOUND)
    sha256 = hashlib.sha256(SOUND).hexdigest()
    calls = {CALL: [{"kind": "recording-kept", "sha256": sha256}]}
    items = [Item(CALLS, canonical(calls)), Item("notes.txt", b"notes"), Item(NAME, sound)]
    write_archive(path, {"package": "EV1", "by": "chief"}, items)
    return path


def rebuilt(archive: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The same archive with other contents, as somebody with a zip program makes it."""
    with zipfile.ZipFile(archive) as old:
        files = {name: old.read(name) for name in old.namelist()}
    change(files)
    copy = archive.with_name("changed.zip")
    with zipfile.ZipFile(copy, "w") as new:
        for name, content in files.items():
            new.writestr(name, content)
    return copy


def put(name: str, content: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.update({name: content})


def test_mal_02_a_package_as_it_was_sealed_verifies(archive: Path) -> None:
    found = verify(archive)

    assert found.differs == ()
    assert verify(archive, found.seal).differs == ()
    assert archive.stat().st_mode & 0o777 == 0o400
    with zipfile.ZipFile(archive) as opened:
        manifest = opened.read(MANIFEST)
    assert canonical(orjson.loads(manifest)) == manifest, "sorted, one way only"
    assert orjson.loads(manifest)["files"][NAME]["bytes"] == len(SOUND)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("notes.txt", b"others"), "notes.txt has another sha256"),
        (put("notes.txt", b"longer notes"), "notes.txt has 12 bytes, not 5"),
        (put(NAME, SOUND[:-1] + b"x"), f"{NAME} has another sha256"),
        (put("more.txt", b"x"), "more.txt is in no manifest"),
        (lambda files: files.pop(NAME), f"{NAME} is missing"),
        (lambda files: files.pop(MANIFEST), f"{MANIFEST} is missing"),
        (put(MANIFEST, b"{"), f"{MANIFEST} is no JSON"),
        (put(MANIFEST, b"{}"), f"{MANIFEST} names no files"),
        (put(CALLS, b"[]"), f"{CALLS} cannot be read"),
    ],
)
def test_mal_02_whatever_is_changed_is_found(
    archive: Path, change: Callable[[dict[str, bytes]], None], said: str
) -> None:
    assert said in verify(rebuilt(archive, change)).differs


def test_mal_02_a_manifest_made_anew_is_found_by_the_journals_seal(archive: Path) -> None:
    def forge(files: dict[str, bytes]) -> None:
        manifest = orjson.loads(files[MANIFEST])
        files[MANIFEST] = canonical({**manifest, "by": "somebody else"})

    seal, forged = verify(archive).seal, rebuilt(archive, forge)

    assert verify(forged).differs == (), "nothing within it tells"
    assert verify(forged, seal).differs == (f"the seal is {verify(forged).seal}, not {seal}",)


def test_mal_02_another_recording_than_the_journals_is_found(archive: Path) -> None:
    """Even when the manifest was made anew with it."""
    sha256 = hashlib.sha256(b"other").hexdigest()

    def forge(files: dict[str, bytes]) -> None:
        manifest = orjson.loads(files[MANIFEST])
        manifest["files"][NAME] = {"bytes": 5, "sha256": sha256}
        files.update({NAME: b"other", MANIFEST: canonical(manifest)})

    assert verify(rebuilt(archive, forge)).differs == (f"{NAME} is not what was recorded",)


def test_mal_02_a_torn_archive_is_told_of(archive: Path) -> None:
    torn = archive.with_name("torn.zip")
    torn.write_bytes(archive.read_bytes()[:-40])

    (said,) = verify(torn).differs
    assert said.startswith("the archive cannot be read")


def test_mal_02_one_flipped_byte_is_found(archive: Path) -> None:
    flipped = archive.with_name("flipped.zip")
    shutil.copyfile(archive, flipped)
    content = bytearray(flipped.read_bytes())
    content[content.index(b"RIFF") + 1_000_000] ^= 1
    flipped.write_bytes(content)

    assert any(NAME in said for said in verify(flipped).differs)


def test_mal_02_a_package_is_never_written_over(archive: Path) -> None:
    before = archive.read_bytes()

    with pytest.raises(FileExistsError):
        write_archive(archive, {"package": "EV1"}, [Item("notes.txt", b"others")])

    assert archive.read_bytes() == before
    assert sorted(path.name for path in archive.parent.iterdir()) == ["EV1.zip", "one.wav"]


def test_mal_02_the_command_ends_with_one_and_the_list_of_what_differs(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = rebuilt(archive, put("notes.txt", b"other"))

    assert cli.main(["evidence", "verify", str(archive)]) == 0
    assert cli.main(["evidence", "verify", str(changed)]) == 1
    assert "notes.txt has another sha256" in capsys.readouterr().out
    assert cli.main(["evidence", "verify", str(archive.with_name("none.zip"))]) == 1
