"""A real Asterisk killed in the midst of a conversation: what it had recorded is not lost."""

import os
import signal

from telephony import facts
from tests.integration.recorded_tones import heard_with_the_citizen
from tests.integration.servers import running_asterisk
from tests.integration.telephony_stage import PATIENCE, hear_each_other, new_stage, wait_with_music

BUFFER = 32_768  # bytes that Asterisk writes at a time: two seconds


async def test_what_asterisk_had_on_the_disk_when_it_was_killed_is_kept_and_sealed() -> None:
    """Nobody writes its header any more; it is told once, with its length and seal."""
    with running_asterisk("torn") as torn:
        stage = new_stage(torn)
        async with stage.open(wait_with_music):
            seat = await stage.seat("8001")
            phone, call = await stage.caller()
            await stage.talking("8001", call)
            await hear_each_other(phone, seat.calls[0])
            part = torn.recordings / f"{call.id}~1.wav"
            await stage.until(
                lambda: part.exists() and part.stat().st_size >= 2 * BUFFER, within=3 * PATIENCE
            )

            pid = torn.server.pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            await stage.until(lambda: not torn.server.alive() and stage.said(facts.AmiLinkDown))
            assert part.read_bytes()[4:8] == bytes(4), "as it died, the header says no length"
            torn.server.start()  # from the main thread: its life hangs on it
            await stage.until(lambda: stage.said(facts.RecordingKept), within=5 * PATIENCE)

        (kept,) = stage.said(facts.RecordingKept)
        assert kept.call == call.id
        assert kept.seconds >= (2 * BUFFER - 44) / 16_000 - 0.01
        assert {440, 700} in heard_with_the_citizen(torn.recordings / kept.path)
        assert not stage.said(facts.RecordingLost)
