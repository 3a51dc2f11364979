"""Two voices beside a recording: set aside at sealing, found by part, removed after a while."""

import os
import shutil
from pathlib import Path

import pytest

from hotline.asterisk_site import PROJECT, render
from hotline.commands.asterisk_files import site_from
from kernel.ids import CallId
from telephony.facts import RecordingKept
from telephony.voices_apart import FOLDER, forget_older, forget_voices, voices_of_call
from tests.telephony.test_recordings import CALL, keeper, write_wav

OTHER = CallId("cc1-1767603600.41")  # its name begins as CALL's does


def part(folder: Path, n: int, *, size: int = 160, call: CallId = CALL) -> None:
    write_wav(folder / f"{call}~{n}.wav", bytes(size))
    for way in ("in", "out"):
        write_wav(folder / f"{call}~{n}-{way}.wav", bytes(size))


async def test_at_sealing_the_voices_are_set_aside_and_the_recording_is_as_ever(
    tmp_path: Path,
) -> None:
    part(tmp_path, 1)
    part(tmp_path, 2)
    part(tmp_path, 1, call=OTHER)

    kept = await keeper(tmp_path).sealed(CALL)

    assert isinstance(kept, RecordingKept)
    assert kept.seconds == 0.02
    others = {f"{OTHER}~1{end}.wav" for end in ("", "-in", "-out")}
    assert set(os.listdir(tmp_path)) == {kept.path, FOLDER} | others
    named = [(one.citizen.name, one.agent.name) for one in voices_of_call(tmp_path, CALL)]
    assert named == [(f"{CALL}~{n}-in.wav", f"{CALL}~{n}-out.wav") for n in (1, 2)]
    assert voices_of_call(tmp_path, OTHER) == []


async def test_on_the_seats_leg_it_is_the_agent_who_comes_in(tmp_path: Path) -> None:
    part(tmp_path, 0, size=320)
    part(tmp_path, 1)
    part(tmp_path, 2)
    await keeper(tmp_path).sealed(CALL)

    first, second = voices_of_call(tmp_path, CALL)

    assert (first.citizen.name, first.agent.name) == (f"{CALL}~0-out.wav", f"{CALL}~0-in.wav")
    assert second.citizen.name == f"{CALL}~2-in.wav"


async def test_without_them_nothing_is_made(tmp_path: Path) -> None:
    write_wav(tmp_path / f"{CALL}~1.wav", bytes(160))
    await keeper(tmp_path).sealed(CALL)

    assert not (tmp_path / FOLDER).exists()
    assert voices_of_call(tmp_path, CALL) == []
    assert forget_older(tmp_path, 0) == 0


def test_one_voice_without_the_other_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    write_wav(tmp_path / FOLDER / f"{CALL}~1-in.wav", bytes(160))

    assert voices_of_call(tmp_path, CALL) == []


def test_they_are_removed_once_heard_and_in_any_case_after_some_days(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    part(folder, 1)
    part(folder, 1, call=OTHER)
    for path in folder.glob(f"{OTHER}~*"):
        os.utime(path, (1_000, 1_000))

    forget_voices(tmp_path, CALL)
    left = sorted(path.name for path in folder.iterdir())
    gone = forget_older(tmp_path, 2_000)

    assert left == [f"{OTHER}~1-in.wav", f"{OTHER}~1-out.wav", f"{OTHER}~1.wav"]
    assert (gone, list(folder.iterdir())) == (3, [])


@pytest.mark.parametrize("apart", [False, True])
def test_only_a_site_that_wants_them_has_them_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, apart: bool
) -> None:
    """ADR 0014: one recorder a far end; the voices are two more files of that recorder."""
    monkeypatch.setenv("HOTLINE_AMI_SECRET", "a-long-enough-secret")
    config = Path(shutil.copytree(PROJECT / "config", tmp_path / "config"))
    site = site_from(config, None).model_copy(update={"voices_apart": apart})

    render(site, tmp_path / "etc")

    written = (tmp_path / "etc/extensions.conf").read_text()
    own = f"{site.recordings_dir}/${{UNIQUEID}}~$[0${{CC_PART}} + 1]"
    files = f"r({own}-in.wav)t({own}-out.wav)" if apart else ""
    assert f"n(begin),MixMonitor({own}.wav,b{files})\n" in written
    assert written.count("-in.wav") == (2 if apart else 0)
    assert written.count("MixMonitor(/") == 3
