"""What happened while nobody listened: told from Asterisk's records, as if we had been there."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from acd.facts import CallQueued, FallbackAnswered, FallbackLost, SeatAnswered, SeatRung, TalkEnded
from acd.happenings import SeatWanted
from hotline.recovery.restart import LooseEnds
from kernel.ids import CallId, QueueName
from telephony.ami_events import Hangup, Newchannel
from telephony.facts import CallArrived, CallHungUp, PictureMended, RecordingStarted
from tests.fakes.virtual_time import at_once
from tests.hotline.outside_of import (
    ANSWERED,
    LOST,
    STARTED,
    at,
    began,
    cdr,
    cel,
    joined,
    lay_down,
    queue,
    reader,
    starts,
    talk,
    told,
)
from tests.stories.stage import SILENT, open_house


def test_asterisk_died_with_one_in_its_queue_who_is_lost_though_no_record_was_written(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with open_house() as house:
            in_queue = queue(-50, "b", "ENTERQUEUE", "", "139****", "1")
            lay_down(tmp_path, "", in_queue + STARTED, began("b", -51))
            await told(reader(house, tmp_path))

            assert house.fates("b") == ["fallback-lost"]

    at_once(story())


def test_asterisk_died_with_one_in_our_menu_while_nobody_led(tmp_path: Path) -> None:
    """No CDR, no line of the queue: the event log alone knows him, his number and SIP Call-ID."""

    async def story() -> None:
        async with open_house() as house:
            gone = began("gone", -60) + cel("gone", -30, "HANGUP")
            lay_down(tmp_path, cdr("gone", -60, -30), STARTED, gone + began("b", -20))
            await told(reader(house, tmp_path))

            assert house.fates("b") == ["fallback-lost"]
            arrived = next(f for f in house.of(CallArrived) if f.call == "b")
            assert (arrived.sip_call_id, arrived.dialled) == ("x@y", "12345")
            assert arrived.caller == "139****1111"
            assert [f.at for f in house.of(CallHungUp) if f.call == "b"] == [at(-4)]
            assert len(house.of(CallHungUp)) == 2

    at_once(story())


@pytest.mark.parametrize(("began_at", "died"), [(-4.5, True), (-4.0, False), (-4.001, True)])
def test_asterisk_died_in_the_second_in_which_it_began_anew(
    began_at: float, died: bool, tmp_path: Path
) -> None:
    """Its queue's log cuts that second down: who began before the end of it may be of the old life.

    He is, where the first channel of his life began before that second, or before what we read.
    """

    async def story() -> None:
        async with open_house() as house:
            lay_down(tmp_path, "", STARTED, began("b", began_at))
            await told(reader(house, tmp_path))

            assert house.fates("b") == (["fallback-lost"] if died else [])

    at_once(story())


@pytest.mark.parametrize(("first_at", "died"), [(-60, True), (-5.001, True), (-5, False)])
def test_who_rang_in_the_second_in_which_asterisk_began_anew_is_no_dead_one(
    first_at: float, died: bool, tmp_path: Path
) -> None:
    """The names of a life's channels begin with 0, also when that is one of a seat."""

    async def story() -> None:
        async with open_house() as house:
            first = cel("3-000001", first_at, "CHAN_START").replace(
                "trunk-in-00000007", "8001-00000000"
            )
            lay_down(tmp_path, "", STARTED, "nonsense-00000000\n" + first + began("b", -4.6))
            await told(reader(house, tmp_path))

            assert house.fates("b") == (["fallback-lost"] if died else [])

    at_once(story())


def test_nobody_died_later_than_now(tmp_path: Path) -> None:
    """We read in the second in which Asterisk began anew."""

    async def story() -> None:
        async with open_house() as house:
            started = f"{at(0).timestamp():.0f}|NONE|NONE|NONE|QUEUESTART|\n"
            lay_down(tmp_path, "", started, began("b", -20))
            now = house.clock.now()
            await told(reader(house, tmp_path))

            assert [f.at for f in house.of(CallHungUp) if f.call == "b"] == [now]

    at_once(story())


def test_the_event_log_is_read_again_until_all_who_live_in_it_are_known(tmp_path: Path) -> None:
    """Else one who arrived unheard, and then died with Asterisk, would never have been."""

    async def story() -> None:
        async with open_house() as house:
            lay_down(tmp_path, "", "", began("b", -20))
            await told(reader(house, tmp_path))
            assert house.facts == []
            lay_down(tmp_path, "", STARTED, began("b", -20))
            await told(reader(house, tmp_path))
            assert house.fates("b") == ["fallback-lost"]

    at_once(story())


def test_the_waits_of_the_plain_queue_are_told_to_the_microsecond(tmp_path: Path) -> None:
    """Its own log counts whole seconds."""

    async def story() -> None:
        async with open_house() as house:
            events = began("a", -51) + cel("a", -50.75, "APP_START", "fallback")
            events += cel("a", -44.5, "BRIDGE_ENTER", "fallback") + cel("a", -10, "HANGUP")
            lay_down(tmp_path, cdr("a", -51, -10), ANSWERED, events)
            await told(reader(house, tmp_path))

            assert house.only(CallQueued).asked_at == at(-50.75)
            assert house.only(FallbackAnswered).waited == timedelta(seconds=6.25)

    at_once(story())


def test_a_ring_that_was_answered_and_over_unheard_was_a_conversation_with_its_recording(
    tmp_path: Path,
) -> None:
    """Both have hung up while nobody listened: only the leg's own record knows (I1, I4)."""

    async def story() -> None:
        async with open_house() as house:
            await house.staff(1)
            house.rings_up("c1")
            await house.passes(SILENT)
            leg = house.only(SeatRung).leg
            house.desk.hold_time()
            await house.passes(20)
            (tmp_path / "c1~1.wav").touch()
            known = LooseEnds()
            known.living[CallId("c1")] = None
            lay_down(tmp_path, talk(leg, "c1", 8, 20) + cdr("c1", 0, 20))
            outside = reader(house, tmp_path, known)
            await outside.before_settling()
            await house.passes(1)

            assert house.fates("c1") == ["seat-answered"]
            assert [seat.activity for seat in house.desk.snapshot().seats] == ["wrap_up"]
            asked_at = house.of(CallQueued)[0].asked_at
            assert asked_at + house.only(SeatAnswered).waited == at(8), "as it was, not as we heard"
            assert house.only(TalkEnded).talked == timedelta(seconds=12)
            assert [fact.call for fact in house.of(RecordingStarted)] == ["c1"]
            assert outside.switchboard.sealed == ["c1"]  # type: ignore[attr-defined]
            known.see(house.facts)
            await outside.before_settling()
            await house.passes(1)
            assert len(house.of(RecordingStarted)) == len(house.of(SeatAnswered)) == 1

    at_once(story())


@pytest.mark.parametrize(
    ("began_anew", "record", "cut"),
    [(30, "", True), (9, "", True), (7, "", False), (30, "x", False)],
)
def test_a_conversation_that_began_unheard_and_died_with_asterisk_was_one_and_cut_off(
    began_anew: float, record: str, cut: bool, tmp_path: Path
) -> None:
    """No CDR was written of it: the event log alone knows that the two came together. Not so of one
    that began after Asterisk, or whose end stands in the CDR."""

    async def story() -> None:
        async with open_house() as house:
            await house.staff(1)
            house.rings_up("c1")
            await house.passes(SILENT)
            leg = house.only(SeatRung).leg
            asked_at = house.only(CallQueued).asked_at
            house.desk.hold_time()
            await house.passes(40)
            (tmp_path / "c1~1.wav").touch()
            known = LooseEnds()
            known.living[CallId("c1")] = None
            events = joined(leg, "c1", 8.5) + joined("c2", "c3", 9) + cel(leg, 9, "ANSWER")
            cdr_lines = talk(leg, "c1", 8.5, 20) if record else ""
            lay_down(tmp_path, cdr_lines, starts(began_anew), events)
            await reader(house, tmp_path, known).before_settling()
            await house.passes(1)

            told = [(mended.call, mended.leg, mended.how) for mended in house.of(PictureMended)]
            assert told == ([("c1", leg, "cut_off_unheard")] if cut else [])
            assert len(house.of(SeatAnswered)) == (cut or bool(record))
            if cut:
                assert house.only(SeatAnswered).waited == at(8.5) - asked_at
                assert house.only(TalkEnded).talked == timedelta(seconds=began_anew + 1 - 8.5)
                assert [f.at for f in house.of(RecordingStarted)] == [at(8.5)]

    at_once(story())


@pytest.mark.parametrize(("same_leg", "answered"), [(False, 8), (True, -20)])
def test_the_record_of_a_leg_that_does_not_ring_changes_nothing(
    same_leg: bool, answered: float, tmp_path: Path
) -> None:
    """Nor that of one by the same name that had gone before: the database began anew."""

    async def story() -> None:
        async with open_house() as house:
            await house.staff(1)
            house.rings_up("c1")
            await house.passes(SILENT)
            leg = house.only(SeatRung).leg if same_leg else "7-000099"
            lay_down(tmp_path, talk(leg, "c1", answered, answered + 12))
            await reader(house, tmp_path).before_settling()
            await house.passes(1)

            assert house.fates("c1") == []
            assert [seat.activity for seat in house.desk.snapshot().seats] == ["ringing"]

    at_once(story())


def test_who_asked_us_before_he_fell_into_the_plain_queue_waited_since_then(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with open_house() as house:
            asked_at = house.clock.now() - timedelta(seconds=90)
            known = LooseEnds()
            known.living[CallId("b")] = None
            general = QueueName("general")
            wanted = SeatWanted(
                call=CallId("b"), queue=general, needs={}, priority=0, asked_at=asked_at
            )
            house.desk.tell(wanted)
            await asyncio.sleep(0.1)
            lay_down(tmp_path, cdr("b", -91, -20), LOST)
            await reader(house, tmp_path, known).before_settling()

            assert house.only(FallbackLost).waited == timedelta(seconds=70)

    at_once(story())


def test_one_with_whom_asterisk_died_as_he_arrived_is_told_by_his_sip_call_id(
    tmp_path: Path,
) -> None:
    """We had his channel and nothing else: the look that misses it tells his arrival."""

    async def story() -> None:
        async with open_house() as house:
            outside = reader(house, tmp_path)
            mirror, name = outside.switchboard.mirror, "PJSIP/trunk-in-00000007"
            arrived = Newchannel("b", name, "from-trunk", "12345", "13900001111", "")
            mirror.take(arrived, house.clock.now())
            lay_down(tmp_path, "", STARTED, began("b", -20))
            await outside.before_settling()
            effects = mirror.take(Hangup("b", 0, "lost", ""), house.clock.now())

            (fact,) = [effect for effect in effects if isinstance(effect, CallArrived)]
            assert (fact.sip_call_id, fact.dialled) == ("x@y", "12345")

    at_once(story())
