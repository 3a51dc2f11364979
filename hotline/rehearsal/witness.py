"""Asks the system, as a supervisor, what it says of the rehearsal."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from hotline.rehearsal.console_client import ConsoleClient
from hotline.rehearsal.system_says import SystemCall, SystemDuty, SystemSays, SystemTicket

_DUTY_STATES: Final = (
    "open", "claimed", "assigned", "dialling", "reached", "unreached", "unreached_exhausted",
    "closed", "self_resolved", "uncallable",
)  # fmt: skip
_AT_ONCE: Final = 4


async def ask_system(console: ConsoleClient, run: str) -> SystemSays:
    """Everything that belongs to the calls of this `run` (the beginning of their Call-IDs)."""
    rows = await console.pages("/api/calls", "calls", {})
    calls = tuple(_call(row) for row in rows if row["sip_call_id"].startswith(run + "-"))
    ids = {call.call for call in calls}
    cases = [
        row
        for row in await console.pages("/api/cases", "cases", {})
        if ids.intersection(row["calls"])
    ]
    tickets = await _tickets(console, [no for row in cases for no in row["tickets"]])
    return SystemSays(
        calls=calls,
        tickets=tuple(ticket for ticket in tickets if ticket.call in ids),
        cases=tuple(row["id"] for row in cases),
        duties=tuple(await _duties(console, ids)),
    )


async def _tickets(console: ConsoleClient, numbers: Sequence[str]) -> list[SystemTicket]:
    """A few at a time: a supervisor's browser does not ask for hundreds at once either."""
    found: list[SystemTicket] = []
    for begin in range(0, len(numbers), _AT_ONCE):
        part = numbers[begin : begin + _AT_ONCE]
        asked = [console.ask("GET", f"/api/tickets/{number}") for number in part]
        found += [_ticket(row) for row in await asyncio.gather(*asked)]
    return found


async def _duties(console: ConsoleClient, ids: set[str]) -> Iterable[SystemDuty]:
    rows: list[Any] = []
    for state in _DUTY_STATES:
        page = await console.ask("GET", "/api/duties", query={"state": state, "limit": "500"})
        rows += page["duties"]
    duties = (SystemDuty(row["id"], tuple(row["calls"]), row["state"]) for row in rows)
    return [duty for duty in duties if ids.intersection(duty.calls)]


def _call(row: Any) -> SystemCall:
    return SystemCall(
        call=row["call"],
        sip_call_id=row["sip_call_id"],
        caller=row["caller"],
        fate=row["fate"],
        asked_at=_time(row["asked_at"]),
        waited=row["waited_s"],
        seat=row["seat"],
        ended_at=_time(row["ended_at"]),
        recording_s=row["recording_s"],
        tickets=tuple(row["tickets"]),
        agents=tuple(row["agents"]),
    )


def _ticket(row: Any) -> SystemTicket:
    caller = row["personal"].get("caller_number", "withheld")
    return SystemTicket(row["ticket_no"], row["call"], caller, row["case_id"])


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
