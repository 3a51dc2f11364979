"""What every case store keeps to. Run on the fake here and on PostgreSQL in tests/integration."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from cases.case import CaseFilter, Protection
from cases.errors import CaseNotOpen, TicketKeyReused, UnknownCase, UnknownTicket
from cases.status import CaseCue, CaseStatus
from cases.store import CaseStore
from kernel.ids import AgentNo, CallId, CaseId, TicketNo, uuid7
from tests.cases.filings import AT, PERSONAL, filing, number_key


class CaseStoreContract:
    """Subclasses give the fixture `store`; several tests may share one store."""

    async def test_a_ticket_opens_a_case_and_comes_back_as_it_went_in(
        self, store: CaseStore
    ) -> None:
        sent = filing(caller_tags=("elderly",))

        receipt = await store.take(sent)

        found = await store.case(receipt.case_id)
        (ticket,) = found.tickets
        assert found.summary.status is CaseStatus.PENDING_DISPATCH is receipt.status
        assert found.summary.tickets == (receipt.ticket_no,)
        assert found.summary.caller_tags == ("elderly",)
        assert ticket.personal == PERSONAL
        assert (ticket.said, ticket.frame) == (sent.said, sent.frame)
        assert ticket.submitted_at == AT
        assert ticket.parent_ticket_no is None
        assert await store.ticket(receipt.ticket_no) == ticket

    @pytest.mark.parametrize(
        ("outcome", "status"),
        [
            (CaseCue.ANSWER, CaseStatus.ANSWERED_ON_CALL),
            (CaseCue.REFUSE, CaseStatus.NOT_ACCEPTED),
            (CaseCue.ACCEPT, CaseStatus.PENDING_DISPATCH),
        ],
    )
    async def test_the_first_status_follows_from_the_outcome(
        self, store: CaseStore, outcome: CaseCue, status: CaseStatus
    ) -> None:
        receipt = await store.take(filing(outcome=outcome))

        assert receipt.status is status

    async def test_the_number_is_region_day_in_china_and_six_digits(self, store: CaseStore) -> None:
        before_midnight = AT.replace(hour=15, minute=59)  # 23:59 in Changchun

        first = await store.take(filing(submitted_at=before_midnight))
        second = await store.take(filing(submitted_at=before_midnight))
        next_day = await store.take(filing(submitted_at=before_midnight + timedelta(minutes=1)))

        assert first.ticket_no.startswith("22010020261120")
        assert len(first.ticket_no) == 20
        assert int(second.ticket_no) == int(first.ticket_no) + 1
        assert next_day.ticket_no.startswith("22010020261121")

    async def test_submitted_twice_is_one_ticket(self, store: CaseStore) -> None:
        sent = filing()

        first = await store.take(sent)
        again = await store.take(replace(sent, submitted_at=AT + timedelta(minutes=5)))

        assert again == replace(first, again=True)
        assert (await store.case(first.case_id)).summary.tickets == (first.ticket_no,)

    async def test_sent_many_times_at_once_is_still_one_ticket(self, store: CaseStore) -> None:
        sent = filing()
        await asyncio.gather(*(store.cases(CaseFilter()) for _ in range(8)))  # lines are open

        receipts = await asyncio.gather(*(store.take(sent) for _ in range(8)))

        assert len({receipt.ticket_no for receipt in receipts}) == 1
        assert sorted(receipt.again for receipt in receipts) == [False] + [True] * 7

    async def test_the_same_key_with_other_words_is_refused(self, store: CaseStore) -> None:
        sent = filing()
        await store.take(sent)

        with pytest.raises(TicketKeyReused):
            await store.take(replace(sent, personal={**PERSONAL, "content": "别的事情"}))

    async def test_many_at_once_never_share_a_number(self, store: CaseStore) -> None:
        region = "229901"

        receipts = await asyncio.gather(
            *(store.take(filing(region_code=region)) for _ in range(30))
        )

        sequences = sorted(int(receipt.ticket_no[-6:]) for receipt in receipts)
        assert sequences == list(range(sequences[0], sequences[0] + 30))

    async def test_a_repeated_request_is_a_second_ticket_on_the_same_case(
        self, store: CaseStore
    ) -> None:
        first = await store.take(filing(call=CallId("cc1-1.1")))

        second = await store.take(filing(merge_into=first.case_id, call=CallId("cc1-2.2")))

        found = await store.case(first.case_id)
        assert second.case_id == first.case_id
        assert found.summary.tickets == (first.ticket_no, second.ticket_no)
        assert found.summary.calls == ("cc1-1.1", "cc1-2.2")
        assert found.tickets[1].nth == 2
        assert found.tickets[1].parent_ticket_no == first.ticket_no
        assert [event.kind for event in found.events] == ["ticket-filed", "request-repeated"]
        assert [event.n for event in found.events] == [1, 2]

    async def test_repeats_at_once_all_find_their_place(self, store: CaseStore) -> None:
        first = await store.take(filing())

        await asyncio.gather(*(store.take(filing(merge_into=first.case_id)) for _ in range(6)))

        found = await store.case(first.case_id)
        assert [ticket.nth for ticket in found.tickets] == [1, 2, 3, 4, 5, 6, 7]
        assert [event.n for event in found.events] == [1, 2, 3, 4, 5, 6, 7]

    async def test_a_protected_repeat_protects_the_whole_case(self, store: CaseStore) -> None:
        first = await store.take(filing())

        await store.take(filing(merge_into=first.case_id, protection=Protection(confidential=True)))

        assert (await store.case(first.case_id)).summary.protection.strict

    @pytest.mark.parametrize("outcome", [CaseCue.ANSWER, CaseCue.REFUSE])
    async def test_nothing_joins_a_case_that_is_not_open(
        self, store: CaseStore, outcome: CaseCue
    ) -> None:
        done = await store.take(filing(outcome=outcome))

        with pytest.raises(CaseNotOpen):
            await store.take(filing(merge_into=done.case_id))
        assert len((await store.case(done.case_id)).tickets) == 1

    async def test_nothing_joins_a_case_that_is_unknown(self, store: CaseStore) -> None:
        with pytest.raises(UnknownCase):
            await store.take(filing(merge_into=CaseId(uuid7())))

    async def test_open_cases_are_those_of_the_number_by_either_column(
        self, store: CaseStore
    ) -> None:
        """DUP-01: the number that called, or the other one he left."""
        key = number_key()
        called = await store.take(filing(caller_key=key))
        left = await store.take(filing(contact_key=key))
        await store.take(filing(caller_key=key, outcome=CaseCue.ANSWER))
        await store.take(filing())

        found = await store.open_cases(key)

        assert {case.id for case in found} == {left.case_id, called.case_id}

    async def test_a_list_narrows_by_every_field_of_the_filter(self, store: CaseStore) -> None:
        key, agent, call = number_key(), AgentNo(uuid7()), CallId(uuid7())
        name = f"纳兰{uuid7()}"
        receipt = await store.take(
            filing(
                region_code="229902",
                request_type="report",
                category_code="0999999999",
                caller_key=key,
                agent=agent,
                call=call,
                personal={"caller_name": name},
                submitted_at=AT + timedelta(days=30),
                outcome=CaseCue.REFUSE,
            )
        )
        await store.take(filing())

        for wanted in (
            CaseFilter(number_key=key),
            CaseFilter(agent=agent),
            CaseFilter(call=call),
            CaseFilter(caller_name=f" {name} "),
            CaseFilter(region_code="229902", status=CaseStatus.NOT_ACCEPTED),
            CaseFilter(request_type="report", category="0999", agent=agent),
            CaseFilter(ticket_no=receipt.ticket_no),
            CaseFilter(opened_from=AT + timedelta(days=29), opened_until=AT + timedelta(days=31)),
        ):
            assert receipt.case_id in [case.id for case in await store.cases(wanted)], wanted
        assert await store.cases(CaseFilter(number_key=key, request_type="help")) == ()
        assert await store.cases(CaseFilter(agent=agent, category="01")) == ()
        assert await store.cases(CaseFilter(agent=agent, opened_until=AT)) == ()

    async def test_a_page_goes_on_where_the_last_one_ended(self, store: CaseStore) -> None:
        key = number_key()
        made = [(await store.take(filing(caller_key=key))).case_id for _ in range(3)]

        first = await store.cases(CaseFilter(number_key=key, limit=2))
        rest = await store.cases(CaseFilter(number_key=key, limit=2, before=first[-1].id))

        assert [case.id for case in (*first, *rest)] == sorted(made, reverse=True)

    async def test_words_that_look_like_sql_are_only_words(self, store: CaseStore) -> None:
        assert await store.cases(CaseFilter(request_type="'; drop table ticket; --")) == ()
        assert await store.cases(CaseFilter(caller_name="' or true --")) == ()

    async def test_what_does_not_exist_is_said_to_be_unknown(self, store: CaseStore) -> None:
        with pytest.raises(UnknownCase):
            await store.case(CaseId("none"))
        with pytest.raises(UnknownTicket):
            await store.ticket(TicketNo("22010020261120999999"))
