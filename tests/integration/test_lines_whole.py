"""One number, many hotlines, on a whole instance: real callers, a branch, the report."""

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
import orjson
import pytest

from cases.webhook import SIGNATURE_HEADER, TIME_HEADER, signature
from figures.counts import day_of
from hotline import cli
from hotline.private.progress import silence
from hotline.rehearsal.audio import tone
from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.cast import address_of
from hotline.rehearsal.console_client import ConsoleClient
from hotline.rehearsal.rtp import Pacer
from hotline.rehearsal.sip_phone import Account, PhoneSet, SipPhone, open_phone
from hotline.rehearsal.stage import Stage, open_stage
from kernel.clock import SystemClock
from tests.intake.forms import GOOD
from tests.integration.console_center import WITHIN, eventually, hears, open_people
from tests.integration.hours import at_night

pytestmark = pytest.mark.rehearsal

NAME = "test-lines"
SEATS_HZ = 800
TAX = "043188886666"  # the seats of the line 12366


@dataclass
class Site:
    stage: Stage
    chief: ConsoleClient
    citizens: SipPhone
    tax: SipPhone

    async def report(self) -> dict[str, Any]:
        """By line, of the last hours."""
        now = datetime.now(UTC)
        span = {
            "from": (now - timedelta(hours=6)).isoformat(),
            "to": (now + timedelta(hours=1)).isoformat(),
        }
        said = await self.chief.ask("GET", "/api/figures/lines", query=span)
        return {row["line"]: row for row in said["lines"]} | {"hotline": said["hotline"]}

    async def tell(self, what: str, said: dict[str, Any], key: str) -> tuple[int, Any]:
        """As the branch does."""
        body, moment = orjson.dumps(said), str(int(datetime.now(UTC).timestamp()))
        headers = {
            "Content-Type": "application/json",
            TIME_HEADER: moment,
            SIGNATURE_HEADER: signature(key.encode(), moment, f"tax/{what}", body),
        }
        base = str(self.stage.endpoints["console"])
        async with (
            aiohttp.ClientSession(base) as branch,
            branch.post(f"/api/branches/tax/{what}", data=body, headers=headers) as answer,
        ):
            return answer.status, await answer.json()


def with_tax(config: Path) -> Path:
    """12366 is dialled at ours and answered at seats of its own."""
    site, lines = config / "site.toml", config / "lines.yaml"
    numbers = site.read_text(encoding="utf-8").replace('"12333",', '"12333", "12366",', 1)
    site.write_text(numbers, encoding="utf-8")
    told = lines.read_text(encoding="utf-8")
    changed = told.replace('number: "12366"', f'dialled: ["12366"], number: "{TAX}"', 1)
    assert changed != told
    lines.write_text(changed, encoding="utf-8")
    return config


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        config = with_tax(at_night(Path(stack.enter_context(TemporaryDirectory()))))
        opened = open_stage(NAME, 2, silence, fresh=True, config=config)
        stage = await stack.enter_async_context(opened)
        clock, pacer, at = SystemClock(), Pacer(), address_of(stage.endpoints["sip"])
        theirs = PhoneSet(clock, pacer, (stage.endpoints["sip_source"], 0), lines=4)
        beyond = PhoneSet(clock, pacer, address_of(stage.endpoints["trunk_out"]), lines=4)
        people = await open_people(stack, stage)
        yield Site(
            stage,
            people["supervisor"],
            await stack.enter_async_context(open_phone(Account("citizen", "", at), theirs)),
            await stack.enter_async_context(open_phone(Account("world", "", at), beyond)),
        )


def command(*words: str) -> str:
    """What `hotline` says."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert cli.main(list(words)) == 0
    return said.getvalue()


async def test_mrg_03_who_dials_a_line_with_its_own_seats_speaks_with_them_and_is_counted(
    site: Site,
) -> None:
    citizen = site.citizens.dial("12366", caller="13812340001")
    citizen.sound.play(tone(425))
    seats = await site.tax.next_call(within=WITHIN)
    await seats.log.until_seen(News.CONFIRMED, within=WITHIN)
    seats.sound.play(tone(SEATS_HZ))
    await hears(citizen, SEATS_HZ)
    citizen.hang_up()

    async def counted() -> dict[str, Any]:
        row: dict[str, Any] = (await site.report())["tax"]
        return row if row["counts"]["talked_ms"] else {}

    row = await eventually(counted)
    assert row["seats"] == "observed"
    assert (row["counts"]["offered"], row["counts"]["answered"]) == (1, 1)
    assert row["transferred_to"] == {"done": 1, "failed": 0}
    assert row["arrived"] == 1
    assert (await site.report())["hotline"]["counts"]["offered"] == 0, "not at our seats"


async def test_mrg_08_a_merged_line_has_its_own_row_in_the_report(site: Site) -> None:
    citizen = site.citizens.dial("12333", caller="13812340002")
    await citizen.log.until_seen(News.CONFIRMED, within=WITHIN)

    async def waits() -> bool:
        rows = (await site.chief.ask("GET", "/api/calls"))["calls"]
        return any(row["sip_call_id"] == citizen.call_id and row["queue"] for row in rows)

    await eventually(waits)
    citizen.hang_up()
    await citizen.log.until(lambda log: log.phase is Phase.ENDED, within=WITHIN)

    async def counted() -> dict[str, Any]:
        row: dict[str, Any] = (await site.report())["labour"]
        return row if row["counts"]["abandoned"] else {}

    row = await eventually(counted)
    assert (row["counts"]["offered"], row["seats"], row["kind"]) == (1, "ours", "merged")


async def test_mrg_05_a_branch_tells_its_calls_and_tickets_and_both_stand_in_report_and_cases(
    site: Site,
) -> None:
    key = (await asyncio.to_thread(command, "lines", "--instance", NAME, "key", "tax")).strip()
    now = datetime.now(UTC)
    began = (now - timedelta(minutes=3)).isoformat()
    call = {
        "id": "b-1", "as_of": now.isoformat(), "asked_at": began, "answered_at": began,
        "ended_at": now.isoformat(), "outcome": "answered", "agent": "2001",
    }  # fmt: skip
    ticket = {"id": "t-1", "filed_at": now.isoformat(), "agent": "2001", "form": GOOD,
              "caller_number": "13812340003"}  # fmt: skip

    refused = await site.tell("calls", {"as_of": now.isoformat(), "calls": [call]}, "no" * 20)
    first = await site.tell("calls", {"as_of": now.isoformat(), "calls": [call]}, key)
    again = await site.tell("calls", {"as_of": now.isoformat(), "calls": [call]}, key)
    filed = await site.tell("tickets", {"as_of": now.isoformat(), "tickets": [ticket]}, key)

    assert (refused[0], refused[1]["code"]) == (401, "bad-signature")
    assert (first[0], first[1]["taken"], again[1]["known"]) == (200, 1, 1)
    row = (await site.report())["tax"]
    assert (row["seats"], row["counts"]["talked_ms"], row["tickets"]) == ("told", 180_000, 1)
    number = filed[1]["tickets"][0]["ticket_no"]
    listed = await site.chief.ask("GET", "/api/cases", query={"ticket_no": number})
    assert [one["id"] for one in listed["cases"]] == [filed[1]["tickets"][0]["case_id"]]

    async def seen() -> Any:
        branches = (await site.chief.ask("GET", "/api/branches"))["branches"]
        return next((one for one in branches if one["line"] == "tax" and one["calls"]), None)

    shown = await eventually(seen)
    assert (shown["calls"], shown["tickets"]) == (1, 1)
    async with (
        aiohttp.ClientSession(str(site.stage.endpoints["console"])) as nobody,
        nobody.get("/metrics") as metrics,
    ):
        assert 'hotline_branch_lag_seconds{line="tax"}' in await metrics.text()
    today = day_of(now).isoformat()
    said = await asyncio.to_thread(command, "lines", "--instance", NAME, "report", today)
    assert "tax 税务 12366" in said
