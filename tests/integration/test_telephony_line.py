"""The citizen's side of the line on a real Asterisk: arrive, hear, press, be rung for."""

import asyncio
from datetime import timedelta

import pytest

from hotline.rehearsal.audio import octets_of
from hotline.rehearsal.call_log import News
from hotline.rehearsal.sip_phone import Answer, LetItRing, Reject
from kernel.ids import Extension
from kernel.legs import LegEnd
from telephony import facts
from telephony.legs import LegAnswered, LegRinging
from telephony.live_call import LiveCall
from telephony.spoken import Sound
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import (
    PATIENCE,
    RECORDED,
    SOUNDS,
    hear_each_other,
    new_stage,
    wait_with_music,
)

WELCOME = Sound("zh/phrases/welcome")


async def test_a_callers_name_arrives_whole_and_whatever_it_says_does_no_harm(
    asterisk: RunningAsterisk,
) -> None:
    """汉字, an injected action, two kilobytes: all are answered, Asterisk does nothing else."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        _, plain = await stage.caller(name="市民张三")
        _, nasty = await stage.caller(
            name=r"\r\nAction: Originate\r\nChannel: PJSIP/8001,^|${EPOCH}"
        )
        _, long = await stage.caller(name="长" * 700)
        await stage.seat("8001")
        leg = await stage.talking("8001", nasty)

    assert plain.caller_name == "市民张三"
    assert plain.caller.masked() == "138****1111"
    assert "\n" not in nasty.caller_name
    assert long.caller_name.startswith("长长")
    assert [news.leg for news in stage.news if isinstance(news, LegRinging)] == [leg]


async def test_a_withheld_number_is_a_value_and_has_no_key(asterisk: RunningAsterisk) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        _, call = await stage.caller("anonymous")

    assert call.caller.is_withheld
    (arrived,) = stage.said(facts.CallArrived)
    assert (arrived.caller, arrived.caller_key) == ("withheld", None)


async def test_a_key_stops_the_question_and_the_entry_ends_with_a_hash(
    asterisk: RunningAsterisk,
) -> None:
    """Barge-in: the digits come although the long question has only begun."""
    entered: list[str] = []

    async def story(call: LiveCall) -> None:
        await call.in_hand()
        entered.append(
            await call.collect(
                [WELCOME] * 4,
                digits=6,
                first_within=timedelta(seconds=1),
                between=timedelta(seconds=PATIENCE),
            )
        )
        await call.hung_up.wait()

    async with new_stage(asterisk).open(story) as stage:
        phone, _ = await stage.caller()
        phone.sound.play([bytes([0xD5]) * 160])
        phone.press("4711#")
        await stage.until(lambda: entered)

    assert entered == ["4711"]


async def test_a_key_that_begins_in_one_question_and_ends_after_it_answers_one(
    asterisk: RunningAsterisk,
) -> None:
    """Asterisk tells its end at once, and 0.1 s later to the sound that plays then (22.10.1: a key
    whose beginning an announcement has swallowed is made up anew)."""
    question, answers = Sound("zh/digits/1"), list[str]()

    async def story(call: LiveCall) -> None:
        await call.in_hand()
        await call.music()
        await asked.wait()
        for _ in range(2):
            key = await call.play([question], until="1") or await call.next_key(
                timedelta(seconds=1)
            )
            answers.append(key)
        await call.hung_up.wait()

    asked, whole = asyncio.Event(), octets_of(SOUNDS / f"{question}.wav")
    async with new_stage(asterisk).open(story) as stage:
        phone, _ = await stage.caller()
        phone.sound.play([bytes([0xD5]) * 160])
        asked.set()
        await phone.sound.until(lambda heard: whole in bytes(heard.sound), within=PATIENCE)
        phone.sound.forget()
        phone.press("1")
        await stage.until(lambda: len(answers) == 2)

        assert whole in bytes(phone.sound.heard.sound), "he hears the second question to its end"

    assert answers == ["1", ""]


async def test_music_comes_back_after_an_announcement(asterisk: RunningAsterisk) -> None:
    """STREAM FILE stops hold music for good unless it is asked for again."""

    async def story(call: LiveCall) -> None:
        await call.in_hand()
        await call.music()
        await call.play([Sound("zh/digits/1")])
        played.set()
        await call.hung_up.wait()

    played = asyncio.Event()
    async with new_stage(asterisk).open(story) as stage:
        phone, _ = await stage.caller()
        await played.wait()
        before = phone.sound.heard.packets

        await phone.sound.until(lambda heard: heard.packets > before + 20, within=PATIENCE)

        assert phone.sound.heard.loudness(0.3) > 0


async def test_the_seat_answers_and_both_hear_each_other_with_one_recording(
    asterisk: RunningAsterisk,
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat = await stage.seat("8001")
        phone, call = await stage.caller()
        leg = await stage.talking("8001", call)
        await hear_each_other(phone, seat.calls[0], packets=RECORDED)
        await asyncio.sleep(0.5)
        seat.calls[0].hang_up()
        assert await call.conversation_over() == "aftercall"
        assert await stage.ended(leg) is LegEnd.HUNG_UP
        phone.hang_up()
        (kept,) = await stage.until_said(facts.RecordingKept)

    assert kept.seconds > 0.3
    assert len(kept.sha256) == 64
    assert seat.calls[0].other == "13800001111"


@pytest.mark.parametrize(
    ("habit", "ring_for", "why"),
    [
        (LetItRing(), 2.0, LegEnd.NO_ANSWER),
        (Reject(486), PATIENCE, LegEnd.BUSY),
        (Reject(603), PATIENCE, LegEnd.REJECTED),
        (Reject(480), PATIENCE, LegEnd.UNREACHABLE),
    ],
    ids=str,
)
async def test_why_a_seat_did_not_answer_is_told_apart(
    asterisk: RunningAsterisk, habit: LetItRing | Reject, ring_for: float, why: LegEnd
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        await stage.seat("8001", habit)
        _, call = await stage.caller()

        leg = stage.ring("8001", call, ring_for=ring_for)

        assert await stage.ended(leg) is why
        assert not call.hung_up.is_set()


async def test_a_phone_that_is_not_there_ends_its_leg_without_a_channel(
    asterisk: RunningAsterisk,
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        _, call = await stage.caller()

        leg = stage.ring("8006", call)

        assert await stage.ended(leg) is LegEnd.UNREACHABLE


async def test_a_dropped_ring_is_cancelled_at_the_phone(asterisk: RunningAsterisk) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat = await stage.seat("8001", LetItRing())
        _, call = await stage.caller()
        leg = stage.ring("8001", call)
        await stage.until(lambda: LegRinging(leg) in stage.news)

        stage.control.drop(leg)

        assert await stage.ended(leg) is LegEnd.DROPPED
        await seat.calls[0].log.until_seen(News.CANCELLED, within=PATIENCE)


async def test_a_seat_that_answers_for_a_caller_who_has_gone_is_let_go(
    asterisk: RunningAsterisk,
) -> None:
    """I2, and nobody dropped the ring: [deliver] finds no caller."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat = await stage.seat("8001", LetItRing())
        phone, call = await stage.caller()
        leg = stage.ring("8001", call)
        await stage.until(lambda: LegRinging(leg) in stage.news)
        phone.hang_up()
        await call.hung_up.wait()

        seat.calls[0].answer()

        assert await stage.ended(leg) is LegEnd.NOT_JOINED


async def test_of_two_seats_that_answer_at_once_one_has_the_caller(
    asterisk: RunningAsterisk,
) -> None:
    """I1: never two with one caller, never a caller with none."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        await stage.seat("8001", Answer())
        await stage.seat("8002", Answer())
        _, call = await stage.caller()

        legs = stage.ring("8001", call), stage.ring("8002", call)
        await stage.until(lambda: any(stage.end_of(leg) for leg in legs))
        await stage.until(lambda: [n for n in stage.news if isinstance(n, LegAnswered)])

        ends = {stage.end_of(leg) for leg in legs}
        assert ends == {None, LegEnd.NOT_JOINED}
        assert len([n for n in stage.news if isinstance(n, LegAnswered)]) == 1


async def test_the_phone_answers_by_itself_and_the_greeting_costs_the_agent_nothing(
    asterisk: RunningAsterisk,
) -> None:
    """Auto-answer by header; the whisper to the agent first; the citizen hears who he talks to."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat = await stage.seat("8001", LetItRing())
        phone, call = await stage.caller()
        stage.control.greet_with(Extension("8001"), "zh/digits/8")

        leg = stage.ring("8001", call, auto_answer=True, whisper=("zh/phrases/whisper_call",))
        await seat.next_call(within=PATIENCE)
        await stage.until(lambda: LegAnswered(leg, call.id) in stage.news)

        assert seat.calls[0].asks_auto_answer
        assert seat.calls[0].sound.heard.loudness(1.0) > 0
        await phone.sound.until(lambda heard: heard.loudness(0.3) > 0, within=PATIENCE)
        phone.hang_up()

        (ended,) = await stage.until_said(facts.CallHungUp)
        assert ended.by is facts.HungUpBy.CITIZEN


async def test_a_stale_heartbeat_sends_a_new_caller_to_the_plain_queue_at_once(
    asterisk: RunningAsterisk,
) -> None:
    """Alive but unwell: no beat. A phone of last resort rings all the same."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat = await stage.seat("8001", Answer())
        stage.well = False  # first: a beat after the variable would undo it
        await stage.link.ask(
            {"Action": "Setvar", "Variable": "BACKEND_BEAT", "Value": "1000000000"}
        )
        citizen = await stage.citizen()
        call = citizen.dial("12345", caller="13900002222")

        await seat.next_call(within=PATIENCE)
        (fell,) = await stage.until_said(facts.CallFellBack)

        assert fell.reason == "no-heartbeat"
        await call.log.until_seen(News.ANSWERED, within=PATIENCE)
        (_,) = await stage.until_said(facts.FallbackTalk)
        call.hang_up()


async def test_a_story_that_fails_sends_its_caller_to_the_plain_queue(
    asterisk: RunningAsterisk,
) -> None:
    async def story(call: LiveCall) -> None:
        await call.in_hand()
        raise RuntimeError("a fault of ours")

    async with new_stage(asterisk).open(story) as stage:
        citizen = await stage.citizen()
        call = citizen.dial("12345", caller="13900002222")
        (fell,) = await stage.until_said(facts.CallFellBack)
        await call.log.until_seen(News.CONFIRMED, within=PATIENCE)
        call.hang_up()

    assert fell.reason == "story"
    assert stage.board.stories.counters["stories failed"] == 1
