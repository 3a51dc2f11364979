"""The shipped phrase book with its sounds, and what a broken one says."""

import wave
from pathlib import Path

import pytest
import yaml

from telephony import spoken
from telephony.phrases import NEEDED, BadPhrases, Phrases, UnknownPhrase, load_phrases
from telephony.sound_files import CODED, BadSound, SoundFiles, SoundMissing, check_sounds
from telephony.spoken import Sound

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "config" / "phrases.yaml"
SHIPPED = ROOT / "asterisk" / "sounds"
WELCOME = Sound("zh/phrases/welcome")


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return load_phrases(BOOK)


@pytest.fixture(scope="module")
def files(phrases: Phrases) -> SoundFiles:
    return check_sounds(phrases.texts(), shipped=SHIPPED)


def heard(phrases: Phrases, sounds: list[Sound]) -> str:
    return "".join(phrases.texts()[sound] for sound in sounds)


def changed_book(tmp_path: Path, key: str, field: str, value: object) -> Path:
    book = yaml.safe_load(BOOK.read_text(encoding="utf-8"))
    book["phrases"][key][field] = value
    path = tmp_path / "phrases.yaml"
    path.write_text(yaml.safe_dump(book, allow_unicode=True), encoding="utf-8")
    return path


def test_the_greeting_and_the_menu_last_fifteen_seconds_at_most(
    phrases: Phrases, files: SoundFiles
) -> None:
    """NAV-04, A16: one level, 15 s in all."""
    opening = phrases.say("welcome", "recording_notice", "menu")

    assert 8 < files.seconds_of(opening) <= 15
    assert files.seconds_of(phrases.say("welcome", "recording_notice", "menu_level")) <= 15


def test_a_survey_leaves_room_for_its_answers_in_a_minute(
    phrases: Phrases, files: SoundFiles
) -> None:
    """G: a survey lasts 60 s at most."""
    questions = ("greeting", "identity", "contacted", "solved", "satisfaction", "thanks")

    assert files.seconds_of(phrases.say(*(f"survey_{q}" for q in questions))) <= 48


def test_the_menu_names_the_key_for_a_person_and_silence(phrases: Phrases) -> None:
    """CH-06: 0 leads to a person; silence does, too."""
    menu = heard(phrases, phrases.say("menu"))

    assert "人工服务请按零" in menu
    assert "直接等待" in menu


def test_announcements_are_put_together_in_order(phrases: Phrases) -> None:
    assert heard(phrases, phrases.agent("1003")) == "工号幺零零三为您服务。"
    assert heard(phrases, phrases.agent("A")) == "为您服务。"
    assert heard(phrases, phrases.place_in_line(3)) == "您当前排在第三位"
    assert phrases.place_in_line(1) == phrases.callers_ahead(0) == phrases.say("you_are_next")
    assert heard(phrases, phrases.callers_ahead(2)) == "您前面还有两位"
    assert heard(phrases, phrases.wait(70, 170)) == "预计等待时间大约一到三分钟"
    assert heard(phrases, phrases.number_to_confirm("1381")).startswith("您的来电号码是幺三八幺")


def test_every_phrase_has_an_english_text_and_a_sound_of_its_own(phrases: Phrases) -> None:
    entries = [*phrases.phrases.values(), *phrases.tones.values()]

    assert len({entry.file for entry in entries}) == len(entries)
    assert phrases.texts("en")[WELCOME].startswith("Hello")


def test_an_unknown_phrase_is_named_with_its_remedy(phrases: Phrases) -> None:
    with pytest.raises(UnknownPhrase, match=r"'nonsense'.*dev prompts"):
        phrases.say("nonsense")


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("zh", "请按1", "phrases.welcome.zh"),
        ("zh", "", "phrases.welcome.zh"),
        ("zh", "长" * 201, "phrases.welcome.zh"),
        ("file", "../etc/passwd", r"phrases.welcome.file.*passwd"),
        ("colour", "blue", r"phrases.welcome.colour.*blue"),
    ],
)
def test_a_bad_phrase_stops_the_start_with_file_key_value_and_remedy(
    tmp_path: Path, field: str, value: str, named: str
) -> None:
    path = changed_book(tmp_path, "welcome", field, value)

    with pytest.raises(BadPhrases, match=named) as stopped:
        load_phrases(path)

    assert str(path) in stopped.value.problem
    assert stopped.value.remedy
    assert stopped.value.code == "bad-phrases"


@pytest.mark.parametrize("key", [sorted(NEEDED - {"beep"})[0], "goodbye", "about"])
def test_a_phrase_our_code_plays_may_not_be_taken_out(tmp_path: Path, key: str) -> None:
    book = yaml.safe_load(BOOK.read_text(encoding="utf-8"))
    del book["phrases"][key]
    path = tmp_path / "phrases.yaml"
    path.write_text(yaml.safe_dump(book, allow_unicode=True), encoding="utf-8")

    with pytest.raises(BadPhrases, match=f"missing: .*{key}"):
        load_phrases(path)


@pytest.mark.parametrize("content", [b"phrases: [", b"\xff\xfe", b"", b"- a"])
def test_a_file_that_is_no_phrase_book_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "phrases.yaml"
    path.write_bytes(content)

    with pytest.raises(BadPhrases, match=r"phrases\.yaml"):
        load_phrases(path)


def test_a_sites_own_sound_comes_before_the_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / f"{WELCOME}.wav"
    own.parent.mkdir(parents=True)
    write_wav(own, rate=8000, frames=4000)

    found = check_sounds([WELCOME, Sound("zh/digits/3")], shipped=SHIPPED, site=tmp_path)

    assert found.path_of(WELCOME) == str(tmp_path / WELCOME)
    assert found.seconds_of([WELCOME]) == 0.5
    assert found.path_of(Sound("zh/digits/3")) == str(SHIPPED / "zh/digits/3")


def test_a_missing_sound_is_named_with_the_folders_searched(tmp_path: Path) -> None:
    with pytest.raises(SoundMissing, match=r"zh/phrases/welcome is in none of .*welcome\.wav"):
        check_sounds([WELCOME], shipped=tmp_path)


@pytest.mark.parametrize(("rate", "content"), [(16000, b""), (0, b"RIFF no wave"), (0, b"")])
def test_a_wav_that_asterisk_would_play_as_silence_is_refused(
    tmp_path: Path, rate: int, content: bytes
) -> None:
    own = tmp_path / "a" / "b.wav"
    own.parent.mkdir()
    own.write_bytes(content)
    if rate:
        write_wav(own, rate=rate, frames=10)

    with pytest.raises(BadSound, match=r"b\.wav.*sox"):
        check_sounds([Sound("a/b")], shipped=tmp_path)


def test_an_empty_sound_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    write_wav(tmp_path / "a" / "b.wav", rate=8000, frames=0)

    with pytest.raises(BadSound, match=r"b\.wav is empty"):
        check_sounds([Sound("a/b")], shipped=tmp_path)


@pytest.mark.parametrize("extension", sorted(CODED))
def test_a_sound_in_a_codec_is_refused_with_the_command_that_mends_it(
    tmp_path: Path, extension: str
) -> None:
    """It would go through the recorder's translator (ADR 0014)."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / f"b{extension}").write_bytes(b"x" * 800)

    with pytest.raises(BadSound, match=rf"sox -t \w+ .*b\{extension} .*b\.wav"):
        check_sounds([Sound("a/b")], shipped=SHIPPED, site=tmp_path)


def test_a_folder_whose_name_asterisk_would_cut_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "my sounds"
    folder.mkdir()

    with pytest.raises(BadSound, match="my sounds"):
        check_sounds([], shipped=folder)


def test_a_sounds_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SoundMissing, match="nowhere does not exist"):
        check_sounds([], shipped=SHIPPED, site=tmp_path / "nowhere")


def test_every_piece_of_a_spoken_number_is_in_the_phrase_book(phrases: Phrases) -> None:
    texts = phrases.texts()

    assert spoken.needed_sounds() <= texts.keys()
    assert {n: phrases.numbers[n] for n in spoken.number_texts()} == spoken.number_texts()


def write_wav(path: Path, *, rate: int, frames: int) -> None:
    with wave.open(str(path), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(rate)
        recording.writeframes(b"\0\0" * frames)
