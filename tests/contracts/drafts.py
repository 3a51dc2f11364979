"""What every store of drafts keeps to."""

import asyncio
from datetime import timedelta

import pytest

from cases.case import Receipt
from cases.status import CaseStatus
from intake.drafts import DraftChanged, KeepsDrafts, UnknownDraft
from intake.ticket import TicketForm
from intake.ticket_state import TicketCue, TicketState, WrongTicketStep
from kernel.ids import AgentNo, CallId, CaseId, TicketNo, uuid7
from tests.intake.forms import AT, form

ONE, TWO = AgentNo("1001"), AgentNo("1002")
RECEIPT = Receipt(
    ticket_no=TicketNo("22010020261120000001"),
    case_id=CaseId("c"),
    status=CaseStatus.PENDING_DISPATCH,
)


def new_call() -> CallId:
    return CallId(f"cc1-{uuid7()}")


class DraftsContract:
    """Subclasses give the fixture `drafts`; several tests may share one store."""

    async def test_one_call_has_one_draft(self, drafts: KeepsDrafts) -> None:
        call = new_call()

        opened = await asyncio.gather(*(drafts.open(call, by=ONE, at=AT) for _ in range(5)))

        assert sum(made for _, made in opened) == 1
        assert len({draft.ticket_key for draft, _ in opened}) == 1

    async def test_what_was_typed_comes_back(self, drafts: KeepsDrafts) -> None:
        call = new_call()
        await drafts.open(call, by=ONE, at=AT)
        typed = form(caller_tags=["elderly"], incident_time="2026-11-19T10:00:00+08:00")

        await drafts.save(call, typed, by=ONE, based_on=0, at=AT + timedelta(seconds=1))

        found = await drafts.get(call)
        assert found.form == typed
        assert (found.version, found.etag, found.agent) == (1, '"1"', ONE)

    async def test_an_agents_own_last_save_wins_whatever_it_was_based_on(
        self, drafts: KeepsDrafts
    ) -> None:
        call = new_call()
        await drafts.open(call, by=ONE, at=AT)

        for title, based_on in (("一", 0), ("二", 0), ("三", None)):
            await drafts.save(call, form(title=title), by=ONE, based_on=based_on, at=AT)

        found = await drafts.get(call)
        assert (found.version, found.form.title) == (3, "三")

    async def test_another_agents_words_are_never_overwritten_unseen(
        self, drafts: KeepsDrafts
    ) -> None:
        call = new_call()
        await drafts.open(call, by=ONE, at=AT)
        await drafts.save(call, form(title="一"), by=ONE, based_on=0, at=AT)

        for based_on in (0, None):
            with pytest.raises(DraftChanged) as caught:
                await drafts.save(call, form(title="二"), by=TWO, based_on=based_on, at=AT)
            assert caught.value.current.version == 1
        await drafts.save(call, form(title="三"), by=TWO, based_on=1, at=AT)

        found = await drafts.get(call)
        assert (found.version, found.agent, found.form.title) == (2, TWO, "三")

    async def test_a_filed_draft_forgets_its_words_and_takes_no_more(
        self, drafts: KeepsDrafts
    ) -> None:
        call = new_call()
        await drafts.open(call, by=ONE, at=AT)
        await drafts.save(call, form(), by=ONE, based_on=0, at=AT)
        await drafts.move(call, TicketCue.SUBMIT, at=AT)
        await drafts.move(call, TicketCue.STORE, at=AT, receipt=RECEIPT)

        found = await drafts.get(call)
        assert found.state is TicketState.FILED
        assert found.form == TicketForm()
        assert (found.ticket_no, found.case_id) == (RECEIPT.ticket_no, RECEIPT.case_id)
        with pytest.raises(WrongTicketStep):
            await drafts.save(call, form(), by=ONE, based_on=1, at=AT)

    async def test_a_discarded_draft_forgets_its_words(self, drafts: KeepsDrafts) -> None:
        call = new_call()
        await drafts.open(call, by=ONE, at=AT)
        await drafts.save(call, form(), by=ONE, based_on=0, at=AT)

        assert (await drafts.move(call, TicketCue.DISCARD, at=AT)).form == TicketForm()

    async def test_of_a_state_secret_no_word_is_kept(self, drafts: KeepsDrafts) -> None:
        """EXC-03."""
        call = new_call()
        await drafts.open(call, by=ONE, at=AT)
        secret = form(exclusion_code="state_secret")

        await drafts.save(call, secret, by=ONE, based_on=0, at=AT)

        kept = (await drafts.get(call)).form
        assert (kept.title, kept.content, kept.incident_address) == ("", "", "")
        assert kept.exclusion_code == "state_secret"

    async def test_unfinished_are_the_agents_own_oldest_first(self, drafts: KeepsDrafts) -> None:
        agent = AgentNo(uuid7())
        late, early, done = new_call(), new_call(), new_call()
        await drafts.open(late, by=agent, at=AT + timedelta(minutes=1))
        await drafts.open(early, by=agent, at=AT)
        await drafts.open(done, by=agent, at=AT)
        await drafts.move(done, TicketCue.DISCARD, at=AT)

        assert [draft.call for draft in await drafts.unfinished(agent)] == [early, late]

    async def test_a_call_without_a_form_is_said_to_have_none(self, drafts: KeepsDrafts) -> None:
        with pytest.raises(UnknownDraft):
            await drafts.get(new_call())
        with pytest.raises(UnknownDraft):
            await drafts.save(new_call(), form(), by=ONE, based_on=None, at=AT)
