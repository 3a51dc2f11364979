"""Calls about a case on a whole running instance (FRD-03, CH-04): both talk, either is not there,
and our process dies at each step."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hotline.rehearsal.audio import tone
from hotline.rehearsal.call_log import Phase
from hotline.rehearsal.errors import ConsoleRefused
from hotline.rehearsal.sip_phone import LetItRing, Reject
from tests.integration.callback_center import eventually
from tests.integration.relay_center import (
    CITIZEN,
    HANDLER,
    STRANGER,
    RelayCenter,
    hear_each_other,
    is_over,
    open_relay_center,
)

pytestmark = pytest.mark.rehearsal


@pytest.fixture(scope="module")
async def relay(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RelayCenter]:
    folder = Path(tmp_path_factory.mktemp("relay"))
    async with open_relay_center("test-relay", folder) as opened:
        yield opened


async def case_events(relay: RelayCenter) -> list[str]:
    found = await relay.center.chief.ask("GET", f"/api/cases/{relay.filed.case}")
    return [event["kind"] for event in found["events"]]


async def test_frd_03_handler_and_citizen_talk_from_12345_recorded_and_linked_to_the_case(
    relay: RelayCenter,
) -> None:
    rung = len(relay.center.rung(HANDLER)), len(relay.center.rung(CITIZEN))
    call = await relay.begin()
    handler, citizen = await relay.rings(HANDLER, rung[0]), await relay.rings(CITIZEN, rung[1])
    await relay.until_talking(call)
    await hear_each_other(citizen, handler)

    await asyncio.sleep(2)  # they talk a while

    assert (handler.other, citizen.other) == ("12345", "12345")
    for one, hidden in ((handler, CITIZEN), (citizen, HANDLER)):
        assert hidden not in str(one.invite)
    handler.hang_up()
    row = await relay.outcome_of(call)
    await is_over(citizen)
    assert (row["outcome"], row["work_no"], row["ticket_no"]) == (
        "talked",
        "H001",
        relay.filed.ticket_no,
    )

    async def recorded() -> object:
        found = await relay.center.chief.ask("GET", f"/api/calls/{call}")
        return found["call"]["recording_s"]

    assert await eventually(recorded) > 0.3
    assert "case-called" in await case_events(relay)


async def test_ch_04_an_agent_speaks_with_the_citizen_of_a_case(relay: RelayCenter) -> None:
    agent, before = relay.center.agents["1001"], len(relay.center.rung(CITIZEN))
    seat_calls = len(relay.center.seats["1001"].calls)
    await agent.ask("POST", "/api/seat/pause", {"reason": "rest"})
    call = (await agent.ask("POST", f"/api/cases/{relay.filed.case}/calls"))["call"]
    citizen = await relay.rings(CITIZEN, before)
    seat = relay.center.seats["1001"].calls[seat_calls]
    await relay.until_talking(call, agent)
    await hear_each_other(citizen, seat)

    assert (seat.other, citizen.other) == ("12345", "12345")
    await agent.ask("POST", f"/api/calls/{call}/hang-up")
    await is_over(seat)
    assert (await relay.outcome_of(call))["work_no"] == "1001"


async def test_ch_04_an_agent_dials_a_number_outside_any_case(relay: RelayCenter) -> None:
    """Journaled as outbound, presented as 12345, recorded; off the allow-list nothing is rung."""
    agent, before = relay.center.agents["1001"], len(relay.center.rung(STRANGER))
    seat_calls = len(relay.center.seats["1001"].calls)

    async def begun() -> object:
        try:
            return (await agent.ask("POST", "/api/seat/dial", {"to": STRANGER}))["call"]
        except ConsoleRefused as wraps_up:
            assert wraps_up.status == 409
            return None

    call = await eventually(begun)
    stranger = await relay.rings(STRANGER, before)
    await relay.until_talking(call, agent)
    await hear_each_other(stranger, relay.center.seats["1001"].calls[seat_calls])
    stranger.hang_up()

    async def over() -> object:
        return (await agent.ask("GET", f"/api/outbound-calls/{call}"))["outcome"]

    assert await eventually(over) == "talked"
    assert stranger.other == "12345"
    for off in ("0044123456789", "12345"):
        with pytest.raises(ConsoleRefused) as refused:
            await agent.ask("POST", "/api/seat/dial", {"to": off})
        assert refused.value.status == 403


async def test_frd_03_a_citizen_who_does_not_answer_frees_the_handler(relay: RelayCenter) -> None:
    relay.center.habits[CITIZEN] = Reject(486)
    before = len(relay.center.rung(HANDLER))
    call = await relay.begin()
    handler = await relay.rings(HANDLER, before)

    await is_over(handler)
    assert (await relay.outcome_of(call))["outcome"] == "busy"


async def test_frd_03_no_citizen_is_rung_for_a_handler_who_is_busy(relay: RelayCenter) -> None:
    relay.center.habits[HANDLER] = Reject(486)
    before = len(relay.center.rung(CITIZEN))
    call = await relay.begin()

    assert (await relay.outcome_of(call))["outcome"] == "handler_busy"
    assert len(relay.center.rung(CITIZEN)) == before
    relay.center.habits.clear()


async def test_frd_03_a_death_while_the_citizen_is_rung_ends_both_and_settles_the_record(
    relay: RelayCenter,
) -> None:
    relay.center.habits[CITIZEN] = LetItRing()
    rung = len(relay.center.rung(HANDLER)), len(relay.center.rung(CITIZEN))
    call = await relay.begin()
    handler, citizen = await relay.rings(HANDLER, rung[0]), await relay.rings(CITIZEN, rung[1])
    await relay.center.kill_hotline()

    await is_over(citizen)
    await is_over(handler)
    assert (await relay.outcome_of(call))["outcome"] == "lost"
    assert len(relay.center.rung(CITIZEN)) == rung[1] + 1
    assert len(relay.center.rung(HANDLER)) == rung[0] + 1
    relay.center.habits.clear()


async def test_frd_03_a_death_while_both_talk_cuts_nobody_off(relay: RelayCenter) -> None:
    rung = len(relay.center.rung(HANDLER)), len(relay.center.rung(CITIZEN))

    async def begun() -> object:
        return await relay.begin()

    call = await eventually(begun)
    handler, citizen = await relay.rings(HANDLER, rung[0]), await relay.rings(CITIZEN, rung[1])
    await relay.until_talking(call)
    await hear_each_other(citizen, handler)
    await relay.center.kill_hotline()
    await asyncio.sleep(6)  # another leads by now, and has looked at what lives
    handler.sound.play(tone(700))
    await hear_each_other(citizen, handler)
    assert citizen.log.phase is not Phase.ENDED
    citizen.hang_up()

    await is_over(handler)
    row = await relay.outcome_of(call)
    assert row["outcome"] == "talked"
    assert row["talked_s"] >= 5


async def test_frd_03_a_confidential_case_rings_nobody(relay: RelayCenter) -> None:
    """The last of the file: the case is closed to everybody afterwards."""
    before = len(relay.center.rung(HANDLER))
    flag = {"flag": "confidential", "on": True}
    await relay.center.chief.ask("POST", f"/api/cases/{relay.filed.case}/flags", flag)

    with pytest.raises(ConsoleRefused) as refused:
        await relay.begin()

    assert refused.value.status == 403
    assert len(relay.center.rung(HANDLER)) == before
