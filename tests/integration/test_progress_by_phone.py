"""Progress of a case by phone on a whole running instance (CH-05): keys in, words out."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from hotline.rehearsal.call_log import Phase
from hotline.rehearsal.errors import ConsoleRefused
from hotline.rehearsal.phone_call import PhoneCall
from tests.integration.callback_center import WITHIN, eventually, hears
from tests.integration.relay_center import (
    CITIZEN,
    STRANGER,
    UNIT,
    RelayCenter,
    asks_for_progress,
    open_relay_center,
)

pytestmark = pytest.mark.rehearsal
PRESS_EVERY_S = 0.15


@pytest.fixture(scope="module")
async def relay(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RelayCenter]:
    folder = Path(tmp_path_factory.mktemp("progress"))
    async with open_relay_center("test-progress", folder) as opened:
        yield opened


async def presses(call: PhoneCall, keys: str) -> None:
    for key in keys:
        call.press(key)
        await asyncio.sleep(PRESS_EVERY_S)


async def asked(relay: RelayCenter) -> list[tuple[str, str | None]]:
    """What was answered so far, and by what it was shown that it is his."""
    sql = "select body from journal where kind = 'progress-asked' order by arrived"
    found: list[Any] = [orjson.loads(row["body"]) for row in await relay.center.rows(sql)]
    return [(one["answer"], one["way"]) for one in found]


async def in_line(relay: RelayCenter, call: PhoneCall) -> bool:
    rows = (await relay.center.chief.ask("GET", "/api/calls"))["calls"]
    return any(r["sip_call_id"] == call.call_id and r["asked_at"] is not None for r in rows)


async def test_ch_05_the_owner_hears_how_his_case_stands_and_is_seen_off(
    relay: RelayCenter,
) -> None:
    call = await asks_for_progress(relay.center, CITIZEN)
    await presses(call, relay.filed.ticket_no)
    await hears(call, "progress_with_unit")
    await hears(call, "progress_then")

    await call.log.until(lambda log: log.phase is Phase.ENDED, within=WITHIN)
    assert not await in_line(relay, call)

    async def told() -> bool:
        return ("told", "number") in await asked(relay)

    await eventually(told)


async def test_ch_05_from_another_number_the_query_code_opens_it(relay: RelayCenter) -> None:
    call = await asks_for_progress(relay.center, STRANGER)
    await presses(call, relay.filed.ticket_no)
    await hears(call, "progress_code")
    await presses(call, relay.filed.query_code)
    await hears(call, "progress_with_unit")
    call.hang_up()


async def test_ch_05_nought_is_a_person(relay: RelayCenter) -> None:
    call = await asks_for_progress(relay.center, STRANGER)
    call.press("0")
    await hears(call, "progress_person")

    async def waits() -> bool:
        return await in_line(relay, call)

    await eventually(waits)
    call.hang_up()


async def test_ch_05_the_agents_api_keeps_the_same_rule(relay: RelayCenter) -> None:
    agent, ticket = relay.center.agents["1001"], relay.filed.ticket_no
    path = "/api/cases/progress"

    by_number = await agent.ask("POST", path, {"ticket": ticket, "number": CITIZEN})
    by_code = await agent.ask("POST", path, {"ticket": ticket, "code": relay.filed.query_code})
    with pytest.raises(ConsoleRefused) as refused:
        await agent.ask("POST", path, {"ticket": ticket, "number": STRANGER})

    assert by_number == by_code
    assert (by_number["status"], by_number["unit"]) == ("dispatched", UNIT)
    assert refused.value.status == 403


async def test_ch_05_of_a_confidential_case_a_person_tells(relay: RelayCenter) -> None:
    """The last of the file: the case stays confidential."""
    flag = {"flag": "confidential", "on": True}
    await relay.center.chief.ask("POST", f"/api/cases/{relay.filed.case}/flags", flag)
    call = await asks_for_progress(relay.center, CITIZEN)
    await presses(call, relay.filed.ticket_no)
    await hears(call, "progress_person")

    async def guarded() -> bool:
        return ("guarded", "number") in await asked(relay)

    await eventually(guarded)
    call.hang_up()
