"""Where things lie, and what Asterisk is told of a sound."""

from pathlib import Path

from hotline.places import PROJECT, Places
from telephony.sound_files import SoundFile, SoundFiles
from telephony.spoken import Sound

WELCOME = Sound("zh/phrases/welcome")
GOODBYE = Sound("zh/phrases/goodbye")


def test_without_environment_all_lies_in_the_project() -> None:
    places = Places.from_environment({})

    assert places.config == PROJECT / "config"
    assert places.journal == PROJECT / "var" / "main" / "journal"
    assert places.greetings == PROJECT / "var" / "main" / "asterisk" / "greetings"


def test_the_environment_moves_them() -> None:
    places = Places.from_environment(
        {"HOTLINE_INSTANCE_DIR": "/i", "HOTLINE_CONFIG_DIR": "/c", "HOTLINE_ASTERISK_RUN_DIR": "/a"}
    )

    assert (places.config, places.journal) == (Path("/c"), Path("/i/journal"))
    assert places.greetings == Path("/a/greetings")


def path_of(sound: Sound) -> str:
    places = Places.from_environment({})
    shipped = places.shipped_sounds / "zh/phrases/goodbye.wav"
    files = SoundFiles(
        {
            WELCOME: SoundFile(Path("/site/sounds/zh/phrases/welcome.wav"), 1.0),
            GOODBYE: SoundFile(shipped, 1.0),
        }
    )
    return places.sound_path(lambda: files)(sound)


def test_a_sites_own_sound_is_played_by_its_path_without_extension() -> None:
    """So is one that was uploaded: Asterisk's own folders know neither."""
    assert path_of(WELCOME) == "/site/sounds/zh/phrases/welcome"


def test_a_shipped_sound_is_played_by_its_name() -> None:
    assert path_of(GOODBYE) == GOODBYE


def test_a_sound_that_nobody_measured_is_played_by_its_name() -> None:
    assert path_of(Sound("beep")) == "beep"
