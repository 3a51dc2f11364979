"""What a citizen hears is the file, byte for byte; a site's own recording goes first."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from hotline.prompts.audio import as_wav
from hotline.rehearsal.audio import RATE, octets_of, tone
from hotline.rehearsal.phone_call import PhoneCall
from telephony.live_call import LiveCall
from telephony.phrases import load_phrases
from telephony.sound_files import SoundFiles, check_sounds
from telephony.spoken import Sound
from tests.integration.servers import RunningAsterisk, open_folder
from tests.integration.telephony_stage import PATIENCE, SOUNDS, Stage, new_stage

PHRASES = load_phrases(Path(__file__).parents[2] / "config/phrases.yaml")
EDGE = RATE * 40 // 1000  # the first and the last frames of a file may be cut or filled up
WELCOME, NOTICE = PHRASES.say("welcome", "recording_notice")


async def heard_by_a_caller(stage: Stage, files: SoundFiles, sounds: Sequence[Sound]) -> bytes:
    """What a citizen's phone receives while a story plays the sounds to its end, as A-law."""

    def path(sound: Sound) -> str:
        """As `Places.sound_path`: a shipped one by name, for Asterisk may not read our folder."""
        shipped = files.files[sound].path.is_relative_to(SOUNDS)
        return sound if shipped else files.path_of(sound)

    stage.board.ears = replace(stage.board.ears, sound_path=path)
    played = asyncio.Event()

    async def story(call: LiveCall) -> None:
        await call.in_hand()
        await call.play(sounds)
        played.set()
        await call.hung_up.wait()

    async with stage.open(story):
        phone, _ = await stage.caller()
        async with asyncio.timeout(files.seconds_of(sounds) + PATIENCE):
            await played.wait()
        await settled(phone)
        return bytes(phone.sound.heard.sound)


async def settled(phone: PhoneCall) -> None:
    """The last frames may still be on the wire when Asterisk says that it has played."""
    before = -1
    while before != phone.sound.heard.packets:
        before = phone.sound.heard.packets
        await asyncio.sleep(0.1)


def where(heard: bytes, sound: Path, after: int = 0) -> int:
    """Where the middle of this file begins in what was heard; -1: it was not heard so."""
    middle = octets_of(sound)[EDGE:-EDGE]
    assert len(middle) > EDGE, f"{sound} is too short to be told apart"
    return heard.find(middle, after)


@pytest.mark.parametrize(
    "sounds",
    [[WELCOME, NOTICE], [*PHRASES.place_in_line(3), *PHRASES.wait(60, 180)]],
    ids=["greeting", "place-and-wait"],
)
async def test_every_announcement_arrives_as_its_file_stands_and_in_order(
    asterisk: RunningAsterisk, sounds: list[Sound]
) -> None:
    """The files hold what A-law can carry, so every octet arrives as it stands."""
    files = check_sounds(sounds, shipped=SOUNDS)
    assert files.seconds_of(sounds) < 19, "a phone keeps the last 20 s only"

    heard = await heard_by_a_caller(new_stage(asterisk), files, sounds)

    at = 0
    for sound in sounds:  # one may come twice, so each is looked for after the one before it
        at = where(heard, files.files[sound].path, at)
        assert at >= 0, f"{sound} was not heard in its turn"


async def test_a_sites_own_recording_is_played_in_place_of_the_shipped_one(
    asterisk: RunningAsterisk,
) -> None:
    """The site's folder is anywhere on the machine; what it lacks comes from the shipped ones."""
    own = b"".join(tone(1000)) + b"".join(tone(620))
    with open_folder() as site:
        folder = site / "zh/phrases"
        folder.mkdir(parents=True)
        for made in (folder.parent, folder):
            made.chmod(0o755)
        (site / f"{WELCOME}.wav").write_bytes(as_wav(own))
        (site / f"{WELCOME}.wav").chmod(0o644)
        files = check_sounds([WELCOME, NOTICE], shipped=SOUNDS, site=site)
        heard = await heard_by_a_caller(new_stage(asterisk), files, [WELCOME, NOTICE])

    assert files.files[WELCOME].path.is_relative_to(site)
    assert own[EDGE:-EDGE] in heard
    assert where(heard, SOUNDS / f"{WELCOME}.wav") == -1
    assert where(heard, SOUNDS / f"{NOTICE}.wav") > heard.find(own[EDGE:-EDGE])
