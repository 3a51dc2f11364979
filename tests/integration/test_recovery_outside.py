"""Calls that lived wholly without us, on a real Asterisk: one fate each, from its own records."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from acd.desk import AcdDesk
from acd.facts import CallQueued, FallbackAnswered, FallbackLost
from acd.floor import Floor
from hotline.recovery.outside_records import OutsideRecords
from hotline.recovery.restart import LooseEnds, Stages
from hotline.rehearsal.call_log import News
from hotline.tidings import LateDesk, Tidings
from kernel.fact import Fact
from kernel.ids import CallId
from storage.feed import FactFeed, Recorder
from telephony import facts
from tests.acd.centre import directory, policies
from tests.integration.servers import QueueLog, RunningAsterisk
from tests.integration.telephony_stage import (
    PATIENCE,
    RECORDED,
    Stage,
    hear_each_other,
    new_stage,
    wait_with_music,
)


class Life:
    """One life of the backend: floor and desk behind the stage's switchboard."""

    def __init__(self, stage: Stage, folder: Path, loose_ends: LooseEnds) -> None:
        self.stage = stage
        feed, late = FactFeed(), LateDesk()
        tidings = Tidings(late)
        feed.add("tidings", tidings.see)
        feed.add("loose ends", loose_ends.see)
        recorder = Recorder(stage._write, feed)
        object.__setattr__(stage.board.ears, "write", recorder.write)
        object.__setattr__(stage.board.ears, "on_leg", tidings.on_leg)
        floor = Floor(policies(), directory(), stage.epoch)
        late.desk = self.desk = AcdDesk(floor, recorder.write, stage.control, stage.clock)
        self.outside = OutsideRecords(
            log=stage.asterisk.log,
            file=folder / "outside-records",
            desk=self.desk,
            switchboard=stage.board,
            loose_ends=loose_ends,
            stages=Stages(),
            clock=stage.clock,
            since=loose_ends.last_at or stage.clock.now(),
        )
        stage.board.before_settling = self.outside.before_settling

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Stage]:
        async with asyncio.TaskGroup() as group:
            desk = group.create_task(self.desk.run())
            outside = group.create_task(self.outside.run())
            try:
                async with self.stage.open(wait_with_music) as stage:
                    yield stage
            finally:
                desk.cancel()
                outside.cancel()


def of(told: Sequence[Fact], call: CallId) -> list[str]:
    return [fact.kind for fact in told if getattr(fact, "call", None) == call]


async def test_who_rang_while_nobody_led_has_one_fate_and_lives_on_in_no_plain_number(
    asterisk: RunningAsterisk, tmp_path: Path
) -> None:
    """Hotline dead; one is answered in the plain queue, one gives up there. I1, I9, I15."""
    loose_ends = LooseEnds()
    async with Life(new_stage(asterisk), tmp_path, loose_ends).open() as stage:
        before = stage.clock.now()
        stage.well = False  # first: a beat after the variable would undo it
        await stage.link.ask(
            {"Action": "Setvar", "Variable": "BACKEND_BEAT", "Value": "1000000000"}
        )
    loose_ends.last_at = before
    phones = new_stage(asterisk)  # phones only: its switchboard never runs
    queue_log = QueueLog(asterisk)
    async with phones._phones:
        seat = await phones.seat("8001")
        citizen = await phones.citizen()
        served = citizen.dial("12345", caller="13900001111")
        answers = await seat.next_call(within=PATIENCE)
        await served.log.until_seen(News.ANSWERED, within=PATIENCE)
        await hear_each_other(served, answers, packets=RECORDED)
        heard_at = phones.clock.now()
        served.hang_up()
        await seat.unregister()
        rang_at = phones.clock.now()
        lost = citizen.dial("12345", caller="13900002222")
        assert await asyncio.to_thread(queue_log.tells, "ENTERQUEUE", 2)
        await asyncio.sleep(1)
        lost.hang_up()
        assert await asyncio.to_thread(queue_log.tells, "ABANDON")
        lost_for = phones.clock.now() - rang_at
        assert answers.other == "13900001111", "a phone of the plain queue shows who it is"
        assert "1390000" not in queue_log.file.read_text(), "SEC-01"

    async with Life(new_stage(asterisk), tmp_path, loose_ends).open() as stage:
        await stage.until_said(facts.CallHungUp, 2)
        (answered,), (gave_up,) = stage.said(FallbackAnswered), stage.said(FallbackLost)
        assert answered.call != gave_up.call
        for fate in (answered, gave_up):
            told = of(stage.facts, fate.call)
            assert told == [
                "call-arrived",
                "picture-mended",
                "call-queued",
                "call-sent-to-fallback",
                fate.kind,
                *(["recording-started"] if fate is answered else []),
                "call-hung-up",
            ]
        assert timedelta(seconds=0.5) <= gave_up.waited <= lost_for
        arrived = {fact.call: fact for fact in stage.said(facts.CallArrived)}
        for fate, phone in ((answered, served), (gave_up, lost)):
            told_of = arrived[fate.call]
            assert (told_of.sip_call_id, told_of.dialled) == (phone.call_id, "12345")
        assert arrived[gave_up.call].caller == "139****2222"
        (asked,) = [fact for fact in stage.said(CallQueued) if fact.call == answered.call]
        taken_at = answers.log.when(News.ANSWERED)
        assert taken_at is not None and answered.waited is not None
        assert taken_at <= asked.asked_at + answered.waited <= heard_at
        assert not [fact for fact in stage.facts if "1390000" in repr(fact)]
        await stage.until(lambda: (tmp_path / "outside-records").exists())
        await stage.until_said(facts.RecordingKept)

    async with Life(new_stage(asterisk), tmp_path, loose_ends).open() as stage:
        await asyncio.sleep(1)
        assert not stage.said(facts.CallArrived)
        assert not stage.said(FallbackLost)
