"""What dispatching, closing, handling again and flagging a case keep to, in memory and in SQL."""

from datetime import timedelta

import pytest

from cases.case import Protection
from cases.closing import BARRING, CaseFlag, ClosesCases
from cases.errors import UnknownCase, WrongStep
from cases.status import CaseCue, CaseStatus
from cases.store import CaseStore
from kernel.ids import CaseId, uuid7
from tests.cases.filings import AT, filing, number_key

HOUR = timedelta(hours=1)


class CaseClosingContract:
    """Subclasses give the fixtures `store` and `closing`, of the same cases."""

    async def closed_case(self, store: CaseStore, closing: ClosesCases, **more: object) -> CaseId:
        case = (await store.take(filing(**more))).case_id
        await closing.dispatch(case, "环保局", by="S1", now=AT)
        await closing.close(case, by="环保局", now=AT + HOUR)
        return case

    async def test_a_case_is_dispatched_and_closed_with_its_history(
        self, store: CaseStore, closing: ClosesCases
    ) -> None:
        case = await self.closed_case(store, closing)

        standing, file = await closing.standing(case), await store.case(case)

        assert (standing.status, standing.round) == (CaseStatus.CLOSED, 1)
        assert (standing.dispatched_at, standing.closed_at) == (AT, AT + HOUR)
        assert standing.lead_unit == "环保局"
        assert file.summary.status is CaseStatus.CLOSED
        kinds = ["ticket-filed", "case-dispatched", "case-closed"]
        assert [event.kind for event in file.events] == kinds
        assert [event.n for event in file.events] == [1, 2, 3]

    async def test_only_what_was_dispatched_can_be_closed(
        self, store: CaseStore, closing: ClosesCases
    ) -> None:
        waiting = (await store.take(filing())).case_id
        answered = (await store.take(filing(outcome=CaseCue.ANSWER))).case_id

        for case in (waiting, answered):
            with pytest.raises(WrongStep):
                await closing.close(case, by="S1", now=AT)
        with pytest.raises(WrongStep):
            await closing.dispatch(answered, "环保局", by="S1", now=AT)

    async def test_an_unknown_case_takes_no_step(self, closing: ClosesCases) -> None:
        case = CaseId(uuid7())

        with pytest.raises(UnknownCase):
            await closing.standing(case)
        with pytest.raises(UnknownCase):
            await closing.close(case, by="S1", now=AT)
        with pytest.raises(UnknownCase):
            await closing.flag(case, CaseFlag.IN_APPEAL, True, by="S1", now=AT)
        assert await closing.barred([case]) == {case: "unknown"}

    async def test_the_next_round_is_begun_once(
        self, store: CaseStore, closing: ClosesCases
    ) -> None:
        """CBK-03: a judgement that is told twice sends the case back once."""
        case = await self.closed_case(store, closing)

        first = await closing.rehandle(case, 1, by="S1", now=AT + 2 * HOUR)
        again = await closing.rehandle(case, 1, by="S1", now=AT + 3 * HOUR)

        assert first == again
        assert (first.status, first.round) == (CaseStatus.DISPATCHED, 2)
        assert first.closed_at is None
        assert (await closing.barred([case])) == {case: "open"}
        closed = await closing.close(case, by="环保局", now=AT + 4 * HOUR)
        assert (closed.status, closed.round) == (CaseStatus.CLOSED, 2)

    async def test_closed_cases_come_in_order_and_page_by_page(
        self, store: CaseStore, closing: ClosesCases
    ) -> None:
        """Many closed at the same moment: none is left out, none comes twice."""
        key = number_key()
        cases = {await self.closed_case(store, closing, contact_key=key) for _ in range(5)}

        found, page = [], await closing.closed(AT, 2)
        while page:
            found += page
            page = await closing.closed(page[-1].closed_at, 2, page[-1].case)

        mine = [one for one in found if one.number_key == key]
        assert {one.case for one in mine} == cases
        assert len(mine) == 5
        assert {(one.round, one.unit) for one in mine} == {(1, "环保局")}
        assert [one.closed_at for one in found] == sorted(one.closed_at for one in found)

    async def test_the_number_is_the_contacts_else_the_callers(
        self, store: CaseStore, closing: ClosesCases
    ) -> None:
        caller = number_key()
        case = await self.closed_case(store, closing, caller_key=caller, said={"language": "ko"})

        (mine,) = [one for one in await closing.closed(AT, 500) if one.case == case]

        assert mine.number_key == caller
        assert await closing.language(case) == "ko"

    @pytest.mark.parametrize("flag", BARRING)
    async def test_a_flag_bars_the_case_until_it_is_taken_off(
        self, store: CaseStore, closing: ClosesCases, flag: CaseFlag
    ) -> None:
        """CBK-01, G."""
        case = await self.closed_case(store, closing)

        flagged = await closing.flag(case, flag, True, by="S1", now=AT)
        again = await closing.flag(case, flag, True, by="S1", now=AT)
        barred, listed = await closing.barred([case]), await closing.closed(AT, 500)
        await closing.flag(case, flag, False, by="S1", now=AT)

        assert flagged.flags == {flag} == again.flags
        assert barred == {case: flag.value}
        assert case not in {one.case for one in listed}
        assert await closing.barred([case]) == {}
        kinds = [event.kind for event in (await store.case(case)).events]
        assert kinds.count("case-flagged") == 2  # on, off; the repeat told nothing

    async def test_an_excluded_rating_is_still_asked_for(
        self, store: CaseStore, closing: ClosesCases
    ) -> None:
        """APL-01: it is not counted, that is all."""
        case = await self.closed_case(store, closing)

        await closing.flag(case, CaseFlag.SATISFACTION_EXCLUDED, True, by="S1", now=AT)

        assert await closing.barred([case]) == {}

    @pytest.mark.parametrize("guard", ["confidential", "whistleblower"])
    async def test_a_case_that_was_filed_as_protected_is_barred_from_the_start(
        self, store: CaseStore, closing: ClosesCases, guard: str
    ) -> None:
        case = await self.closed_case(store, closing, protection=Protection(**{guard: True}))

        assert await closing.barred([case]) == {case: guard}
