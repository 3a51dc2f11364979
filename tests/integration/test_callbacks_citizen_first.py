"""Citizen first, on a whole instance: he is rung before any seat, and waits with his age."""

from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest

from hotline.rehearsal.call_log import News
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.sip_phone import LetItRing, Reject
from tests.integration.callback_center import (
    WITHIN,
    CallbackCenter,
    eventually,
    open_callback_center,
    settings,
)
from tests.integration.test_callbacks_whole import QUEUES, duty_of, hear_each_other, until_state

pytestmark = pytest.mark.rehearsal

PEOPLE = {
    "first": "citizen", "ring_for": "PT60S", "verdict_within": "PT1S", "retry_after": "PT2H",
}  # fmt: skip


@pytest.fixture(scope="module")
async def center(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CallbackCenter]:
    config = settings(Path(tmp_path_factory.mktemp("citizen-first")), PEOPLE, QUEUES)
    async with open_callback_center("test-citizen-first", config, lines=12) as opened:
        await opened.sits("1001")
        yield opened


async def missed(center: CallbackCenter, number: str) -> str:
    """He gave up while the only agent was in a break, who is at work again now; his duty."""
    await center.agents["1001"].ask("POST", "/api/seat/pause", {"reason": "rest"})
    await center.gives_up(number)
    duty = await duty_of(center, number)
    assert (duty["kind"], duty["state"]) == ("missed", "open")
    await center.agents["1001"].ask("POST", "/api/seat/available")
    return str(duty["id"])


async def rings(center: CallbackCenter, number: str) -> PhoneCall:
    async def so() -> object:
        return center.rung(number)

    call = (await eventually(so))[0]
    assert isinstance(call, PhoneCall)
    return call


async def served(center: CallbackCenter, after: int) -> PhoneCall:
    """The call at the agent's phone after so many, with somebody on the other side."""
    seat = await center.seats["1001"].next_call(within=WITHIN, after=after)
    await seat.log.until_seen(News.CONFIRMED, within=WITHIN)
    return seat


async def answers_into_the_line(center: CallbackCenter, call: PhoneCall, before: int) -> None:
    """`before`: so many whom we rang have come into the line already."""
    call.answer()
    await call.log.until_seen(News.CONFIRMED, within=WITHIN)

    async def waits() -> bool:
        sql = "select 1 from journal where kind = 'call-queued' and body ->> 'call' like 'out-%'"
        return len(await center.rows(sql)) > before

    await eventually(waits)
    call.sound.forget()
    await call.sound.until(lambda heard: heard.loudness(0.3) > 100, within=WITHIN)  # music


async def outcomes(center: CallbackCenter, duty: str) -> list[object]:
    attempts = (await center.story(duty))["attempts"]
    return [one["outcome"] for one in attempts]


async def test_he_is_rung_waits_with_music_at_his_old_place_talks_and_is_settled(
    center: CallbackCenter,
) -> None:
    """I5: who rang in after he had asked, but before he answered, comes after him."""
    number, seats = "13900005555", len(center.seats["1001"].calls)
    center.habits[number] = LetItRing()
    duty = await missed(center, number)
    citizen = await rings(center, number)
    assert len(center.seats["1001"].calls) == seats, "no agent waits for him"
    other = await center.in_line("13900006661")
    busy = await served(center, seats)
    younger = await center.in_line("13900006662")

    await answers_into_the_line(center, citizen, before=0)
    other.hang_up()
    await busy.log.until_seen(News.BYE_HEARD, within=WITHIN)
    seat = await served(center, seats + 1)

    await hear_each_other(citizen, seat)
    assert citizen.other == "12345"
    citizen.hang_up()
    await until_state(center, duty, "closed")
    assert await outcomes(center, duty) == ["reached"]
    assert len(center.rung(number)) == 1

    last = await served(center, seats + 2)
    await hear_each_other(younger, last)
    younger.hang_up()
    await last.log.until_seen(News.BYE_HEARD, within=WITHIN)


async def test_who_is_busy_is_owed_further_and_no_agent_hears_of_it(center: CallbackCenter) -> None:
    number, seats = "13900007777", len(center.seats["1001"].calls)
    center.habits[number] = Reject(486)
    duty = await missed(center, number)

    story = await until_state(center, duty, "unreached")

    assert await outcomes(center, duty) == ["busy"]
    assert story["ready_at"] is not None
    assert len(center.seats["1001"].calls) == seats
    assert len(center.rung(number)) == 1


async def test_who_hangs_up_while_he_waits_is_owed_further_and_no_seat_is_kept_for_him(
    center: CallbackCenter,
) -> None:
    number, seats = "13900008888", len(center.seats["1001"].calls)
    center.habits[number] = LetItRing()
    duty = await missed(center, number)
    citizen = await rings(center, number)
    other = await center.in_line("13900006663")
    busy = await served(center, seats)
    before = await center.rows(
        "select 1 from journal where kind = 'call-queued' and body ->> 'call' like 'out-%'"
    )
    await answers_into_the_line(center, citizen, before=len(before))

    citizen.hang_up()
    await until_state(center, duty, "unreached")
    assert await outcomes(center, duty) == ["no_answer"]
    other.hang_up()
    await busy.log.until_seen(News.BYE_HEARD, within=WITHIN)

    next_one = await center.in_line("13900006664")
    seat = await served(center, seats + 1)
    await hear_each_other(next_one, seat)
    next_one.hang_up()
    await seat.log.until_seen(News.BYE_HEARD, within=WITHIN)
    assert (await center.chief.ask("GET", "/api/floor"))["callbacks"] == []


async def test_who_hangs_up_while_he_is_greeted_frees_the_turn(center: CallbackCenter) -> None:
    number, seats = "13900009999", len(center.seats["1001"].calls)
    center.habits[number] = LetItRing()
    duty = await missed(center, number)
    citizen = await rings(center, number)
    citizen.answer()
    await citizen.log.until_seen(News.CONFIRMED, within=WITHIN)
    await citizen.sound.until(lambda heard: heard.loudness(0.2) > 100, within=WITHIN)
    citizen.hang_up()

    await until_state(center, duty, "unreached")
    assert await outcomes(center, duty) == ["no_answer"]

    async def left() -> bool:
        rows = await center.rows("select body from journal where kind = 'callback-dropped'")
        told = [orjson.loads(row["body"]) for row in rows]
        return (duty, "citizen_left") in [(one["duty"], one["why"]) for one in told]

    await eventually(left)
    assert len(center.seats["1001"].calls) == seats
