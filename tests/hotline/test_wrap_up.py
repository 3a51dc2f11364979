"""The agent files the form; what it lacks is known from the call (C1)."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from acd.facts import CallQueued, SeatAnswered
from cases.case import Receipt, TicketFile
from config.settings import SiteSettings
from console.calls_view import CallsView
from console.errors import NoSuchCall, NotYourCall
from hotline.stories.wrap_up import WrapUp
from intake.submission import IntakeRules, TicketIntake
from kernel.ids import AgentNo, CallId, LegId, NumberKey, QueueName, SeatId
from kernel.phone import PhoneNumber
from telephony.facts import CallArrived, CallHungUp, HungUpBy, WayIn
from telephony.passed_on import CameFromLevel
from tests.acd.centre import directory
from tests.fakes.fake_case_store import FakeCaseStore
from tests.fakes.fake_clock import MONDAY_NINE, FakeClock
from tests.fakes.fake_drafts import FakeDrafts
from tests.intake.forms import CATALOGUE, form

C1 = CallId("c1")
MINE, OTHER = AgentNo("1001"), AgentNo("1002")
KEY = NumberKey("k" * 64)
MOBILE = PhoneNumber.parse("13800000001")
SITE = SiteSettings(name_zh="市", name_en="City", region_code="220100")


@dataclass
class FakeVault:
    numbers: dict[NumberKey, PhoneNumber] = field(default_factory=lambda: {KEY: MOBILE})

    async def reveal(self, number: NumberKey) -> PhoneNumber | None:
        return self.numbers.get(number)


@dataclass
class People:
    directory: Any = field(default_factory=directory)


class Desk:
    """One answered call in the list of calls, and all that filing needs."""

    def __init__(self, *, key: NumberKey | None = KEY, waited: float = 12) -> None:
        self.cases = FakeCaseStore()
        self.vault = FakeVault()
        clock = FakeClock(MONDAY_NINE + timedelta(minutes=10))
        rules = IntakeRules(catalogue=CATALOGUE, key_of=lambda number: KEY)
        calls = CallsView()
        calls.see(answered(key, timedelta(seconds=waited)))
        self.calls = calls
        parts: dict[str, Any] = {"vault": self.vault, "directory": People()}
        self.wrap_up = WrapUp(
            intake=TicketIntake(FakeDrafts(), self.cases, rules, lambda facts: None, clock),
            calls=calls,
            site=SITE,
            **parts,
        )

    async def filed(self, **changed: object) -> TicketFile:
        receipt = await self.wrap_up.submit(C1, form(**changed), by=MINE)
        return await self.cases.ticket(receipt.ticket_no)


def answered(key: NumberKey | None, waited: timedelta) -> list[Any]:
    asked = MONDAY_NINE + timedelta(seconds=6)
    return [
        CallArrived(
            at=MONDAY_NINE,
            call=C1,
            sip_call_id="sip-1",
            dialled="12345",
            caller=MOBILE.masked(),
            caller_key=key,
            trunk="trunk-in",
        ),
        CallQueued(
            at=asked,
            call=C1,
            queue=QueueName("general"),
            needs={},
            priority=0,
            again=False,
            asked_at=asked,
            turn_at=asked,
        ),
        SeatAnswered(
            at=asked + waited,
            leg=LegId("7-000001"),
            seat=SeatId("S001"),
            agent=MINE,
            call=C1,
            queue=QueueName("general"),
            waited=waited,
            again=False,
        ),
        CallHungUp(at=MONDAY_NINE + timedelta(minutes=3), call=C1, by=HungUpBy.CITIZEN, cause=16),
    ]


async def test_the_ticket_knows_the_call_from_its_card() -> None:
    ticket = await Desk().filed()

    assert (ticket.call, ticket.agent, ticket.region_code) == (C1, MINE, "220100")
    assert ticket.personal["caller_number"] == MOBILE.value
    said = {**ticket.frame, **ticket.said}
    assert said["queue"] == "general"
    assert said["seat"] == "S001"
    assert said["agent_name"] == "话务员1"
    assert said["answer_time"].startswith("2026-11-23T01:00:18")
    assert said["hangup_time"].startswith("2026-11-23T01:03:00")


async def test_a_caller_who_did_not_wait_was_answered_too() -> None:
    ticket = await Desk(waited=0).filed()

    assert {**ticket.frame, **ticket.said}["answer_time"].startswith("2026-11-23T01:00:06")


async def test_a_withheld_number_stays_withheld() -> None:
    ticket = await Desk(key=None).filed(reply_needed=False)

    assert not ticket.personal.get("caller_number")


async def test_a_number_that_the_vault_no_longer_keeps_counts_as_withheld() -> None:
    desk = Desk()
    desk.vault.numbers.clear()

    assert not (await desk.filed(reply_needed=False)).personal.get("caller_number")


async def test_sent_twice_it_is_one_ticket() -> None:
    desk = Desk()
    first = await desk.wrap_up.submit(C1, form(), by=MINE)
    second = await desk.wrap_up.submit(C1, form(), by=MINE)

    assert second == Receipt(
        ticket_no=first.ticket_no, case_id=first.case_id, status=first.status, again=True
    )


async def test_an_agent_who_had_no_part_in_the_call_is_refused() -> None:
    desk = Desk()

    with pytest.raises(NotYourCall) as refused:
        await desk.wrap_up.submit(C1, form(), by=OTHER)

    assert "1002" in refused.value.problem
    assert refused.value.remedy


async def test_an_unknown_call_is_refused() -> None:
    with pytest.raises(NoSuchCall):
        await Desk().wrap_up.submit(CallId("c9"), form(), by=MINE)


async def test_nav_05_a_ticket_of_a_call_from_a_city_names_the_citys_ticket() -> None:
    desk = Desk()
    came = CameFromLevel(
        at=MONDAY_NINE, call=C1, level="changchun", reason="unresolved",
        ticket_no="22010020261121000007", their_call="cc1-1.7", taken=True,
    )  # fmt: skip
    desk.calls.see([came])

    frame = (await desk.filed()).frame

    assert frame["transferred_from"] == "level"
    assert frame["external_ref"] == "22010020261121000007"
    assert frame["is_province_ticket"] is False  # ours is a city


async def test_nav_05_a_ticket_of_a_citizens_own_call_names_no_other() -> None:
    frame = (await Desk().filed()).frame

    assert "transferred_from" not in frame
    assert frame["external_ref"] == ""


async def test_mrg_03_a_ticket_of_a_call_from_a_retained_line_says_so() -> None:
    desk = Desk()
    desk.calls.see(
        [
            WayIn(at=MONDAY_NINE, call=C1, caller_key=KEY, line="main", why="line:tax",
                  queue="general", language=""),
            CameFromLevel(at=MONDAY_NINE, call=C1, level="tax", reason="", ticket_no="",
                          their_call="t-1.1", taken=True),
        ]
    )  # fmt: skip

    assert (await desk.filed()).frame["transferred_from"] == "branch"
