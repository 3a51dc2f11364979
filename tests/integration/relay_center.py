"""A whole instance with a filed case, its citizen, and a handler of its unit who can be rung."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotline.rehearsal.audio import tone
from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.console_client import ConsoleClient, open_console
from hotline.rehearsal.phone_call import PhoneCall
from tests.integration.callback_center import (
    WITHIN,
    CallbackCenter,
    eventually,
    hears,
    in_the_menu,
    open_callback_center,
    settings,
)

CITIZEN, STRANGER, HANDLER = "13900005511", "13900005522", "13911112222"
UNIT, PASSWORD = "春江供热公司", "开门 please 12345"
FORM = {
    "title": "室温不达标",
    "content": "供热温度不达标，请尽快处理。",
    "incident_address": "春江市解放路1号",
    "subject_name": UNIT,
    "request_type": "help",
    "category_code": "0201010101",
    "caller_kind": "person",
    "is_anonymous": True,
    "reply_needed": False,
}
PEOPLE = {"ring_for": "PT15S", "verdict_within": "PT1S"}
QUEUES = {"wrap_up": {"limit_s": 1, "extension_s": 1, "extensions": 0}}


@dataclass
class FiledCase:
    ticket_no: str
    query_code: str
    case: str


@dataclass
class RelayCenter:
    """`filed`: of CITIZEN, dispatched to UNIT. `handler`: his console."""

    center: CallbackCenter
    admin: ConsoleClient
    handler: ConsoleClient
    filed: FiledCase

    async def calls_about(self) -> list[dict[str, Any]]:
        found = await self.handler.ask("GET", f"/api/cases/{self.filed.case}/calls")
        rows: list[dict[str, Any]] = found["calls"]
        return rows

    async def outcome_of(self, call: str) -> dict[str, Any]:
        """The row of this call, once it is over."""

        async def over() -> object:
            rows = [row for row in await self.calls_about() if row["call"] == call]
            return rows and rows[0]["outcome"] and rows[0]

        row: dict[str, Any] = await eventually(over)
        return row

    async def until_talking(self, call: str, asks: ConsoleClient | None = None) -> None:
        """Both are joined: greeting and music, in which every pitch is, are over."""

        async def so() -> bool:
            now = await (asks or self.handler).ask("GET", f"/api/outbound-calls/{call}")
            assert now["outcome"] is None, now
            return bool(now["step"] == "talking")

        await eventually(so)

    async def begin(self) -> str:
        path = f"/api/cases/{self.filed.case}/calls"
        return str((await self.handler.ask("POST", path))["call"])

    async def rings(self, number: str, nth: int) -> PhoneCall:
        """The nth call (from 0) that reaches this number outside."""

        async def so() -> object:
            rung = self.center.rung(number)
            return len(rung) > nth and rung[nth]

        call: PhoneCall = await eventually(so)
        return call


async def hear_each_other(one: PhoneCall, other: PhoneCall) -> None:
    one.sound.play(tone(440))
    other.sound.play(tone(700))
    both = 440, 700
    await other.sound.until(lambda heard: heard.pitch(both, 0.2) == 440, within=WITHIN)
    await one.sound.until(lambda heard: heard.pitch(both, 0.2) == 700, within=WITHIN)


async def is_over(call: PhoneCall) -> None:
    await call.log.until(lambda log: log.phase is Phase.ENDED, within=WITHIN)


async def asks_for_progress(center: CallbackCenter, number: str) -> PhoneCall:
    """Key 3 in the menu; he has begun to hear the question for his ticket."""
    call = center.citizens.dial("12345", caller=number)
    await call.log.until_seen(News.CONFIRMED, within=WITHIN)
    await in_the_menu(call)
    call.press("3")
    await hears(call, "progress_ask")
    return call


async def _filed(center: CallbackCenter) -> FiledCase:
    """CITIZEN rings, agent 1001 answers and files his request."""
    await center.sits("1001")
    citizen = await center.in_line(CITIZEN)
    seat = await center.seats["1001"].next_call(within=WITHIN)
    await hear_each_other(citizen, seat)
    (row,) = [
        row
        for row in (await center.chief.ask("GET", "/api/calls"))["calls"]
        if row["sip_call_id"] == citizen.call_id
    ]
    receipt = await center.agents["1001"].ask(
        "POST", "/api/tickets", {"call": row["call"], "form": FORM}
    )
    citizen.hang_up()
    assert receipt["query_code"] in receipt["sms_text"]
    return FiledCase(receipt["ticket_no"], receipt["query_code"], receipt["case_id"])


@asynccontextmanager
async def open_relay_center(name: str, folder: Path) -> AsyncIterator[RelayCenter]:
    config = settings(folder, PEOPLE, QUEUES)
    async with (
        open_callback_center(name, config, lines=8) as center,
        AsyncExitStack() as stack,
    ):
        base, logins = center.stage.endpoints["console"], center.stage.endpoints["logins"]
        admin = next(one for one in logins if one["role"] == "administrator")

        async def client(user: str, password: str) -> ConsoleClient:
            return await stack.enter_async_context(
                open_console(base, user, password, patience=30.0)
            )

        chief = await client(admin["user"], admin["password"])
        filed = await _filed(center)
        await center.chief.ask("POST", f"/api/cases/{filed.case}/dispatch", {"unit": UNIT})
        form = {"unit": UNIT, "work_no": "H001", "phone": HANDLER, "password": PASSWORD}
        await chief.ask("PUT", "/api/handlers/zhang", form)
        yield RelayCenter(center, chief, await client("zhang", PASSWORD), filed)
