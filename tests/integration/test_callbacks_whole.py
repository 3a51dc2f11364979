"""Callbacks on a whole running instance: promised in the line, missed, and a death in between."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hotline.rehearsal.audio import tone
from hotline.rehearsal.call_log import News
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.sip_phone import LetItRing
from tests.integration.callback_center import (
    WITHIN,
    CallbackCenter,
    eventually,
    hears,
    open_callback_center,
    settings,
)

pytestmark = pytest.mark.rehearsal

CITIZEN_HZ, SEAT_HZ = 425, 600
PEOPLE = {"ring_for": "PT20S", "verdict_within": "PT1S", "retry_after": "PT2M"}
QUEUES = {
    "callback": {"after_s": 1, "again_every_s": 600, "key": "1"},
    "announcements": {
        "on_entry": False, "at_most_every_s": 900, "places_gained": 9, "seconds_gained_s": 900,
        "round_to_s": 30,
    },
    "wrap_up": {"limit_s": 1, "extension_s": 1, "extensions": 0},
}  # fmt: skip


@pytest.fixture(scope="module")
async def center(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CallbackCenter]:
    config = settings(Path(tmp_path_factory.mktemp("callbacks")), PEOPLE, QUEUES)
    async with open_callback_center("test-callbacks", config, lines=6) as opened:
        yield opened


async def duty_of(center: CallbackCenter, number: str) -> dict[str, object]:
    """The duty owed to the number that ends so."""

    async def found() -> object:
        rows = [row for row in await center.duties() if row["caller"].endswith(number[-4:])]
        return rows and rows[-1]

    row = await eventually(found)
    assert isinstance(row, dict)
    return row


async def until_state(center: CallbackCenter, duty: str, state: str) -> dict[str, object]:
    async def so() -> object:
        story = await center.story(duty)
        return story if story["state"] == state else None

    story = await eventually(so)
    assert isinstance(story, dict)
    return story


async def have_talked(center: CallbackCenter) -> int:
    """So many citizens whom we rang have been with an agent since the start."""
    sql = "select body from journal where kind = 'stage-entered' and body ->> 'call' like 'out-%'"
    return sum('"talking"' in row["body"] for row in await center.rows(sql))


async def until_another_talks(center: CallbackCenter, before: int) -> None:
    """Who was paused because his phone was cut off goes on."""

    async def so() -> bool:
        await center.available()
        return await have_talked(center) > before

    await eventually(so)


async def hear_each_other(citizen: PhoneCall, seat: PhoneCall) -> None:
    citizen.sound.play(tone(CITIZEN_HZ))
    seat.sound.play(tone(SEAT_HZ))
    both = CITIZEN_HZ, SEAT_HZ
    await seat.sound.until(lambda heard: heard.pitch(both, 0.2) == CITIZEN_HZ, within=WITHIN)
    await citizen.sound.until(lambda heard: heard.pitch(both, 0.2) == SEAT_HZ, within=WITHIN)


async def test_promised_in_the_line_then_the_agent_then_the_citizen_then_settled(
    center: CallbackCenter,
) -> None:
    number, before = "13900001111", await have_talked(center)
    call = await center.in_line(number)
    await hears(call, "offer_callback")
    call.press("1")
    await hears(call, "callback_number")  # it is being read back
    call.press("1")
    await call.log.until_seen(News.BYE_HEARD, within=WITHIN)
    duty = await duty_of(center, number)
    assert (duty["kind"], duty["state"]) == ("promised", "open")

    await center.sits("1001")
    citizen = await center.world.next_call(within=WITHIN)
    await citizen.log.until_seen(News.CONFIRMED, within=WITHIN)
    await until_another_talks(center, before)
    assert citizen.other == "12345"
    (seat,) = center.seats["1001"].calls
    await hear_each_other(citizen, seat)
    rows = (await center.chief.ask("GET", "/api/floor"))["callbacks"]
    assert [(row["duty"], row["place"], row["agent"]) for row in rows] == [
        (duty["id"], "talking", "1001")
    ]
    citizen.hang_up()

    story = await until_state(center, str(duty["id"]), "closed")
    attempts = story["attempts"]
    assert isinstance(attempts, list)
    assert [one["outcome"] for one in attempts] == ["reached"]
    assert len(center.rung(number)) == 1


async def test_a_missed_call_is_called_back_by_an_agent_whom_nobody_waits_for(
    center: CallbackCenter,
) -> None:
    number, before = "13900002222", await have_talked(center)
    seat_calls = len(center.seats["1001"].calls)
    await center.agents["1001"].ask("POST", "/api/seat/pause", {"reason": "rest"})
    await center.gives_up(number)
    duty = await duty_of(center, number)
    assert duty["kind"] == "missed"

    await center.agents["1001"].ask("POST", "/api/seat/available")

    await until_another_talks(center, before)
    seat = center.seats["1001"].calls[seat_calls]
    await hear_each_other(center.rung(number)[0], seat)
    said = {"outcome": "voicemail"}
    await center.agents["1001"].ask("POST", f"/api/duties/{duty['id']}/outcome", said)
    seat.hang_up()
    center.rung(number)[0].hang_up()

    story = await until_state(center, str(duty["id"]), "unreached")
    attempts, calls = story["attempts"], story["calls"]
    assert isinstance(attempts, list) and isinstance(calls, list)
    assert [one["outcome"] for one in attempts] == ["voicemail"]
    assert [one["why"] for one in calls] == ["abandoned"]


async def test_a_death_between_dial_and_answer_neither_dials_twice_nor_forgets(
    center: CallbackCenter,
) -> None:
    """Who answers while nobody of us lives hears music, then an agent; his duty is settled."""
    number, before = "13900003333", await have_talked(center)
    await center.agents["1001"].ask("POST", "/api/seat/pause", {"reason": "rest"})
    await center.gives_up(number)
    duty = await duty_of(center, number)
    center.habits[number] = LetItRing()
    await center.agents["1001"].ask("POST", "/api/seat/available")

    async def rings() -> bool:
        return bool(center.rung(number))

    await eventually(rings)
    await center.kill_hotline()
    (citizen,) = center.rung(number)
    citizen.answer()

    await until_another_talks(center, before)
    citizen.hang_up()

    story = await until_state(center, str(duty["id"]), "closed")
    attempts = story["attempts"]
    assert isinstance(attempts, list)
    assert [one["outcome"] for one in attempts] == ["reached"]
    assert len(center.rung(number)) == 1


async def test_a_ring_that_nobody_took_while_we_were_dead_is_settled_and_owed_further(
    center: CallbackCenter,
) -> None:
    number = "13900004444"
    await center.agents["1001"].ask("POST", "/api/seat/pause", {"reason": "rest"})
    await center.gives_up(number)
    duty = await duty_of(center, number)
    center.habits[number] = LetItRing()
    await center.agents["1001"].ask("POST", "/api/seat/available")

    async def rings() -> bool:
        return bool(center.rung(number))

    await eventually(rings)
    await center.kill_hotline()
    center.rung(number)[0].reject(486)

    story = await until_state(center, str(duty["id"]), "unreached")
    attempts = story["attempts"]
    assert isinstance(attempts, list)
    assert [one["outcome"] for one in attempts] == ["lost"]
    assert story["ready_at"] is not None
    assert len(center.rung(number)) == 1
