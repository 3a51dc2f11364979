"""Filing a form: once, whatever happens in between; with what the caller has asked before."""

from dataclasses import replace
from typing import Any

import pytest

from cases.case import Filing, Receipt
from cases.errors import CaseNotOpen, TicketKeyReused
from intake.caller_lookup import CallerLookup
from intake.drafts import DraftChanged
from intake.facts import TicketDrafted, TicketFiled
from intake.field_errors import BadTicket
from intake.submission import IntakeRules, TicketIntake
from intake.ticket_state import TicketState, WrongTicketStep
from kernel.errors import Unavailable
from kernel.fact import Fact, FactKinds, encode
from kernel.ids import AgentNo, CallId, NumberKey
from kernel.phone import PhoneNumber
from tests.fakes.fake_case_store import FakeCaseStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_drafts import FakeDrafts
from tests.intake.forms import AGENT, AT, CALL, CATALOGUE, form, identity

SECOND = CallId("cc1-2.2")


class Desk:
    """Intake over fakes, with everything it wrote."""

    def __init__(self, cases: FakeCaseStore | None = None) -> None:
        self.facts: list[Fact] = []
        self.drafts = FakeDrafts()
        self.cases = cases or FakeCaseStore()
        self.intake = TicketIntake(
            self.drafts,
            self.cases,
            IntakeRules(catalogue=CATALOGUE, key_of=_key, home_area="0431"),
            self.facts.extend,
            FakeClock(AT),
        )

    async def submit(self, call: CallId = CALL, **changed: Any) -> Receipt:
        return await self.intake.submit(call, form(**changed), identity(call=call), by=AGENT)


def _key(number: PhoneNumber) -> NumberKey:
    return NumberKey(f"key of {number.value}")


async def test_a_filed_form_is_a_ticket_a_fact_and_an_empty_draft() -> None:
    desk = Desk()

    receipt = await desk.submit()

    draft = await desk.drafts.get(CALL)
    assert draft.state is TicketState.FILED
    assert draft.ticket_no == receipt.ticket_no
    assert desk.facts == [
        TicketDrafted(at=AT, call=CALL, ticket_key=draft.ticket_key),
        TicketFiled(
            at=AT,
            call=CALL,
            ticket_no=receipt.ticket_no,
            ticket_key=draft.ticket_key,
            case=receipt.case_id,
            agent=AGENT,
        ),
    ]


async def test_the_facts_can_be_read_back_and_hold_nothing_personal() -> None:
    desk = Desk()
    await desk.submit()

    kinds = FactKinds([TicketDrafted, TicketFiled])
    for fact in desk.facts:
        assert kinds.decode(fact.kind, encode(fact)) == fact
        assert "欧阳" not in encode(fact).decode()
        assert "13812345678" not in encode(fact).decode()


async def test_sent_twice_it_is_filed_once_and_told_once() -> None:
    desk = Desk()

    first = await desk.submit()
    again = await desk.submit()

    assert again == replace(first, again=True)
    assert [fact.kind for fact in desk.facts] == ["ticket-drafted", "ticket-filed"]


async def test_sent_again_with_other_words_it_is_refused() -> None:
    desk = Desk()
    await desk.submit()

    with pytest.raises(TicketKeyReused):
        await desk.submit(content="别的事情")


async def test_a_form_with_broken_rules_stays_a_draft_with_its_words() -> None:
    desk = Desk()

    with pytest.raises(BadTicket):
        await desk.submit(title="")

    draft = await desk.drafts.get(CALL)
    assert draft.state is TicketState.DRAFT
    assert draft.form.content == "家中十六度"
    await desk.submit()


async def test_with_the_case_store_away_it_can_be_sent_again_later() -> None:
    desk = Desk()
    desk.cases.away = True
    with pytest.raises(Unavailable):
        await desk.submit()
    assert (await desk.drafts.get(CALL)).state is TicketState.SUBMITTED

    desk.cases.away = False
    receipt = await desk.submit()

    assert not receipt.again
    assert (await desk.drafts.get(CALL)).state is TicketState.FILED


class _BreaksAfterTaking(FakeCaseStore):
    """Takes the first ticket, and is gone before it can say so."""

    broken = False

    async def take(self, ticket: Filing) -> Receipt:
        receipt = await super().take(ticket)
        if not self.broken:
            self.broken = True
            raise Unavailable("The answer was lost.", remedy="Ask again.")
        return receipt


async def test_a_receipt_lost_on_the_way_makes_no_second_ticket() -> None:
    desk = Desk(_BreaksAfterTaking())
    with pytest.raises(Unavailable):
        await desk.submit()

    receipt = await desk.submit()

    assert receipt.again
    assert len((await desk.cases.case(receipt.case_id)).tickets) == 1
    assert [fact.kind for fact in desk.facts] == ["ticket-drafted", "ticket-filed"]


async def test_a_merge_into_a_closed_case_gives_the_form_back() -> None:
    desk = Desk()
    done = await desk.submit(answered_on_call=True, answer_text="十八度")

    with pytest.raises(CaseNotOpen):
        await desk.submit(SECOND, merge_into=done.case_id)

    assert (await desk.drafts.get(SECOND)).state is TicketState.DRAFT
    await desk.submit(SECOND)


async def test_a_second_agent_cannot_overwrite_a_draft_unseen() -> None:
    desk = Desk()
    await desk.intake.save_draft(CALL, form(), by=AGENT, based_on=None)

    with pytest.raises(DraftChanged):
        await desk.intake.save_draft(CALL, form(title="x"), by=AgentNo("1002"), based_on=None)


async def test_a_discarded_form_can_be_taken_up_again_but_a_filed_one_not_discarded() -> None:
    desk = Desk()
    await desk.intake.open_draft(CALL, by=AGENT)
    await desk.intake.discard(CALL)

    await desk.submit()

    with pytest.raises(WrongTicketStep):
        await desk.intake.discard(CALL)


async def test_the_other_number_he_left_finds_the_case_too() -> None:
    desk = Desk()
    receipt = await desk.submit(contact_number="87654321")

    found = await desk.cases.open_cases(_key(PhoneNumber.parse("0431-87654321")))

    assert [case.id for case in found] == [receipt.case_id]


async def test_a_caller_is_known_by_history_tags_and_open_cases() -> None:
    """DUP-01: the repeat hint."""
    desk = Desk()
    open_one = await desk.submit(caller_tags=["elderly"])
    answered = await desk.submit(
        SECOND, answered_on_call=True, answer_text="十八度", caller_tags=["dialect"]
    )
    key = identity().caller_key

    caller = await CallerLookup(desk.cases).look_up(key)

    assert {case.id for case in caller.history} == {answered.case_id, open_one.case_id}
    assert [case.id for case in caller.open_cases] == [open_one.case_id]
    assert caller.tags == ("dialect", "elderly")
    assert caller.may_repeat


async def test_of_a_withheld_number_nothing_is_known() -> None:
    desk = Desk()
    await desk.submit()

    caller = await CallerLookup(desk.cases).look_up(None)

    assert (caller.history, caller.open_cases, caller.may_repeat) == ((), (), False)
