"""A branch's tickets go through the same form, rules and door as ours; told twice they are one."""

from typing import Any

import pytest

from cases.case import CaseFilter, Receipt
from intake.branch_tickets import BranchTickets, ToldTicket, read_ticket, ticket_key
from intake.field_errors import FieldError
from intake.submission import IntakeRules
from kernel.errors import Unavailable
from kernel.ids import NumberKey
from kernel.phone import PhoneNumber
from tests.fakes.fake_case_store import FakeCaseStore
from tests.intake.forms import AT, CATALOGUE, GOOD

SENT: dict[str, Any] = {
    "id": "GD-2026-1",
    "filed_at": AT.isoformat(),
    "agent": "2001",
    "caller_number": "13812345678",
    "form": GOOD,
}


class Notes:
    """Fits `NotesTickets`."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, str, str]] = []

    async def note_ticket(self, line: str, told: ToldTicket, receipt: Receipt, _: Any) -> None:
        self.noted.append((line, told.id, receipt.ticket_no))


def key_of(number: PhoneNumber) -> NumberKey | None:
    return None if number.is_withheld else NumberKey(f"key of {number.value}")


class Desk:
    def __init__(self) -> None:
        self.cases, self.notes = FakeCaseStore(), Notes()
        rules = IntakeRules(catalogue=CATALOGUE, key_of=key_of, home_area="0431")
        self.tickets = BranchTickets(self.cases, self.notes, rules, "220100")

    async def take(self, line: str = "tax", **changed: Any) -> Receipt | tuple[FieldError, ...]:
        told = read_ticket({**SENT, **changed}, AT)
        assert isinstance(told, ToldTicket), told
        return await self.tickets.take(line, told, AT)


async def taken(desk: Desk, line: str = "tax", **changed: Any) -> Receipt:
    receipt = await desk.take(line, **changed)
    assert isinstance(receipt, Receipt), receipt
    return receipt


async def refused(desk: Desk, **changed: Any) -> list[tuple[str, str]]:
    errors = await desk.take(**changed)
    assert isinstance(errors, tuple)
    return [(error.field, error.code) for error in errors]


async def test_mrg_04_a_branchs_ticket_becomes_a_case_of_ours_marked_by_its_line() -> None:
    """C1: source_channel, accept_level, origin_hotline, and the work number there (MRG-06)."""
    desk = Desk()
    receipt = await taken(desk)

    ticket = await desk.cases.ticket(receipt.ticket_no)
    assert ticket.frame["source_channel"] == "branch_center"
    assert (ticket.frame["accept_level"], ticket.frame["origin_hotline"]) == ("branch", "tax")
    assert (ticket.frame["external_ref"], ticket.frame["transferred_from"]) == (
        "GD-2026-1",
        "branch",
    )
    assert ticket.agent == "tax/2001"
    assert ticket.submitted_at == AT
    assert desk.notes.noted == [("tax", "GD-2026-1", receipt.ticket_no)]
    found = await desk.cases.open_cases(NumberKey("key of +8613812345678"))
    assert [case.id for case in found] == [receipt.case_id], "found when the citizen rings us"


async def test_mrg_05_a_ticket_told_again_is_the_one_that_is_there() -> None:
    desk = Desk()
    first, again = await taken(desk), await taken(desk)

    assert (again.ticket_no, again.again, first.again) == (first.ticket_no, True, False)
    assert len(await desk.cases.cases(CaseFilter())) == 1


async def test_a_ticket_told_with_other_content_is_refused_by_its_id() -> None:
    desk = Desk()
    await taken(desk)

    assert await refused(desk, form={**GOOD, "content": "家中十度"}) == [
        ("id", "ticket-key-reused")
    ]


async def test_the_same_id_of_two_branches_is_two_tickets() -> None:
    desk = Desk()

    assert (await taken(desk)).ticket_no != (await taken(desk, "water")).ticket_no
    assert ticket_key("tax", "1") != ticket_key("water", "1")


async def test_a_repeated_request_may_join_an_open_case_of_ours_and_only_that() -> None:
    desk = Desk()
    first = await taken(desk)
    joined = await taken(desk, id="2", form={**GOOD, "merge_into": first.case_id})

    assert joined.case_id == first.case_id
    assert await refused(desk, id="3", form={**GOOD, "merge_into": "no such case"}) == [
        ("merge_into", "unknown-case")
    ]


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"form": {**GOOD, "title": ""}}, [("title", "title-missing")]),
        ({"form": {**GOOD, "category_code": "1"}}, [("category_code", "category-unknown")]),
        ({"form": {**GOOD, "colour": "red"}}, [("colour", "unknown-field")]),
        ({"caller_number": "1"}, [("caller_number", "number-wrong")]),
    ],
)
async def test_the_rules_of_our_own_desk_hold_and_each_broken_one_is_named(
    changed: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    desk = Desk()

    assert await refused(desk, **changed) == errors
    assert desk.notes.noted == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"id": ""}, "id"),
        ({"agent": ""}, "agent"),
        ({"filed_at": "2026-11-20T10:31:01+08:00"}, "filed_at"),
        ({"filed_at": "today"}, "filed_at"),
        ({"form": None}, "form"),
    ],
)
def test_a_frame_that_cannot_be_read_is_named_by_its_field(
    changed: dict[str, Any], field: str
) -> None:
    found = read_ticket({**SENT, **changed}, AT)

    assert isinstance(found, tuple)
    assert [error.field for error in found] == [field]


async def test_without_the_case_store_nothing_is_noted_and_the_branch_repeats() -> None:
    desk = Desk()
    desk.cases.away = True

    with pytest.raises(Unavailable):
        await desk.take()
    assert desk.notes.noted == []
