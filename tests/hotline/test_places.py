"""Where things lie, and what Asterisk is told of a sound."""

from pathlib import Path

from config.settings import Settings, SiteSettings
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


def path_of(sound: Sound, site_sounds: str) -> str:
    files = SoundFiles(
        {
            WELCOME: SoundFile(Path("/site/sounds/zh/phrases/welcome.wav"), 1.0),
            GOODBYE: SoundFile(Path("/shipped/zh/phrases/goodbye.wav"), 1.0),
        }
    )
    site = SiteSettings(name_zh="市", name_en="City", region_code="220100", site_sounds=site_sounds)
    return Places.from_environment({}).sound_path(Settings(site=site), files)(sound)


def test_a_sites_own_sound_is_played_by_its_path_without_extension() -> None:
    assert path_of(WELCOME, "/site/sounds") == "/site/sounds/zh/phrases/welcome"


def test_a_shipped_sound_is_played_by_its_name() -> None:
    assert path_of(GOODBYE, "/site/sounds") == GOODBYE


def test_without_sounds_of_the_site_all_are_played_by_name() -> None:
    assert path_of(WELCOME, "") == WELCOME


def test_a_sound_that_nobody_measured_is_played_by_its_name() -> None:
    assert path_of(Sound("beep"), "/site/sounds") == "beep"
