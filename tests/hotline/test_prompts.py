"""The shipped sounds are those of the phrase book, and the workshop that makes them is sound."""

import hashlib
import itertools
import json
import math
from pathlib import Path

import pytest

from hotline.prompts import audio
from hotline.prompts import command as prompts
from hotline.prompts.hold_music import LOUDNESS_DBFS
from telephony.phrases import Phrases, load_phrases
from telephony.spoken import Sound

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "config" / "phrases.yaml"
SHIPPED = ROOT / "asterisk" / "sounds"


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return load_phrases(BOOK)


@pytest.fixture(scope="module")
def index() -> dict[Sound, prompts.Made]:
    return prompts.read_index(SHIPPED)


def test_every_sound_is_shipped_as_the_phrase_book_says_it_now(
    phrases: Phrases, index: dict[Sound, prompts.Made]
) -> None:
    sounds = prompts.wanted(phrases, prompts.DEFAULT_VOICE)

    assert prompts.stale(sounds, index, SHIPPED) == []
    assert index.keys() == sounds.keys()


def test_every_file_lasts_as_long_as_the_index_says(index: dict[Sound, prompts.Made]) -> None:
    """16,000 bytes a second, beside the header and as much that is not heard."""
    sizes = {s: prompts.sound_path(SHIPPED, s).stat().st_size for s in index}

    assert {s: (size - 44 - audio.WAV_UNPLAYED) // 16 for s, size in sizes.items()} == {
        s: m.ms for s, m in index.items()
    }
    assert sum(sizes.values()) < 12_000_000


def test_nothing_spoken_is_clipped_silent_or_louder_than_the_rest(
    index: dict[Sound, prompts.Made],
) -> None:
    for sound, made in index.items():
        samples = audio.from_wav(prompts.sound_path(SHIPPED, sound).read_bytes())
        lowest = LOUDNESS_DBFS if not made.voice else audio.SPEECH_DBFS
        assert max(map(abs, samples)) < 0.9, sound
        assert lowest - 2 <= audio.active_dbfs(samples), sound
        assert audio.active_dbfs(samples) <= -13, sound


def test_the_longer_the_text_the_longer_the_speech(index: dict[Sound, prompts.Made]) -> None:
    """A cut that went wrong shows as a syllable that is far too short or too long."""
    paces = {s: made.ms / len(made.text) for s, made in index.items() if made.voice}

    assert {s for s, pace in paces.items() if not 120 <= pace <= 600} == set()


def test_the_hold_music_is_thirty_quiet_seconds_without_a_seam() -> None:
    samples = audio.from_wav(prompts.sound_path(SHIPPED, prompts.HOLD_MUSIC).read_bytes())
    steps = [abs(b - a) for a, b in itertools.pairwise(samples)]

    assert len(samples) == 30 * 8000
    assert abs(samples[0] - samples[-1]) <= max(steps)
    assert max(map(abs, samples)) < 0.3


def test_only_what_changed_is_made_again(tmp_path: Path, phrases: Phrases) -> None:
    beep = Sound("zh/tones/beep")
    sounds = {beep: prompts.wanted(phrases, "zm_yunxi")[beep]}

    prompts.render(prompts.stale(sounds, {}, tmp_path), "zm_yunxi", tmp_path)

    made = prompts.read_index(tmp_path)
    assert made[beep].ms == 250
    assert prompts.stale(sounds, made, tmp_path) == []
    prompts.sound_path(tmp_path, beep).write_bytes(b"another")
    assert [w.sound for w in prompts.stale(sounds, made, tmp_path)] == [beep]


def test_another_voice_or_another_text_is_another_source() -> None:
    assert prompts.source_of("一", "zf_xiaoxiao") != prompts.source_of("一", "zm_yunxi")
    assert prompts.source_of("一", "zf_xiaoxiao") != prompts.source_of("二", "zf_xiaoxiao")


def test_the_command_tells_what_is_out_of_date_without_making_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert prompts.main(["--check", "--out", str(SHIPPED)]) == 0
    assert prompts.main(["--check", "--out", str(tmp_path), "--only", "welcome"]) == 1

    assert "out of date: zh/phrases/welcome" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_index_and_an_unknown_key_end_with_a_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / prompts.INDEX).write_text(json.dumps({"sounds": {"a": {}}}), encoding="utf-8")

    assert prompts.main(["--check", "--out", str(tmp_path)]) == 1
    assert prompts.main(["--only", "nonsense", "--out", str(SHIPPED)]) == 1

    told = capsys.readouterr().err
    assert "index.json is damaged" in told
    assert "no phrase 'nonsense'" in told


def test_alaw_is_that_of_the_standard() -> None:
    """G.711: known octets, and every octet survives the way through linear and back."""
    assert audio.to_alaw([0.0, 1.0, -1.0]) == bytes([0xD5, 0xAA, 0x2A])
    assert audio.to_alaw(s / 32767 * 32768 for s in audio.from_alaw(bytes(range(256)))) == bytes(
        range(256)
    )


def test_a_sentence_keeps_its_pause_and_a_piece_does_not() -> None:
    sound = [0.0] * 2400 + [0.5 * math.sin(n / 10) for n in range(24_000)] + [0.0] * 9600
    sentence = audio.for_telephone(sound, 24_000, "一。")
    piece = audio.for_telephone(sound, 24_000, "一")

    pause = audio.SENTENCE_TAIL_MS - audio.PIECE_TAIL_MS
    assert audio.milliseconds(sentence) - audio.milliseconds(piece) == pause
    assert 1040 <= audio.milliseconds(piece) <= 1090
    assert audio.active_dbfs(audio.from_alaw(piece)) == pytest.approx(audio.SPEECH_DBFS, abs=0.5)


def test_silence_makes_no_sound() -> None:
    assert audio.for_telephone([0.0] * 24_000, 24_000, "一") == b""


def test_what_a_telephone_cannot_carry_is_taken_out() -> None:
    """5 kHz would come back as 3 kHz if the filter let it through."""
    high = [math.sin(math.tau * 5000 * n / 24_000) for n in range(24_000)]

    assert max(map(abs, audio.to_8_khz(high, 24_000)[100:-100])) < 0.01


def test_the_licences_lie_beside_the_sounds_and_no_program_does() -> None:
    licences = (SHIPPED / "zh" / "LICENSES.md").read_text(encoding="utf-8")
    kinds = {path.suffix for path in SHIPPED.rglob("*") if path.is_file()}

    assert "Apache License" in licences
    assert "MIT License" in licences
    assert kinds == {".wav", ".json", ".md"}


def test_the_index_holds_the_checksum_of_each_file(index: dict[Sound, prompts.Made]) -> None:
    sums = {
        s: hashlib.sha256(prompts.sound_path(SHIPPED, s).read_bytes()).hexdigest() for s in index
    }

    assert sums == {s: made.audio for s, made in index.items()}
