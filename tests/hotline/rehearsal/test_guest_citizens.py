"""Who is told how to take a call himself, and what he is told."""

import argparse
from pathlib import Path

import pytest

from hotline.rehearsal.audio import FRAMES_A_SECOND, sound_file
from hotline.rehearsal.command import add_arguments, rehearse
from hotline.rehearsal.errors import BadWishes
from hotline.rehearsal.guest_citizens import VOICE, invitation
from hotline.rehearsal.stage import Stage

LOGINS = [
    *({"role": "agent", "user": f"100{n}", "password": f"secret{n}"} for n in (1, 2, 3)),
    {"role": "supervisor", "user": "chief", "password": "secret4"},
]
STAGE = Stage(Path("/x"), {"console": "http://127.0.0.1:81", "logins": LOGINS}, is_fresh=True)


def test_the_first_agent_who_does_not_play_is_the_guests_login() -> None:
    told = "\n".join(invitation(STAGE, playing=2))

    assert "打开 http://127.0.0.1:81" in told
    assert "open http://127.0.0.1:81 in a browser" in told
    assert "1003 / secret3" in told
    assert "chief / secret4" in told
    assert "secret1" not in told


def test_where_all_agents_play_nobody_is_invited() -> None:
    assert invitation(STAGE, playing=3) == []


def test_where_nobody_plays_no_citizen_is_silent() -> None:
    assert len(invitation(STAGE, playing=2)) > len(invitation(STAGE, playing=0))


def test_a_guest_hears_a_citizen_speak_for_some_seconds() -> None:
    assert 10 < len(sound_file(VOICE)) / FRAMES_A_SECOND < 40


@pytest.mark.parametrize("words", [["--faults", "kill:1"], ["--seats", "1"]])
async def test_what_a_browser_cannot_do_is_refused_before_anything_starts(words: list[str]) -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)

    with pytest.raises(BadWishes, match="--browser needs 2 seats or more, and no --faults"):
        await rehearse(parser.parse_args(["--browser", *words]))
