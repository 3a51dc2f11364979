"""What follows from a survey, on PostgreSQL: judged by a person, back to the unit, asked anew."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from callbacks.attempt_store import PgAttemptStore
from callbacks.attempts import Rules
from callbacks.duty import DutyState
from callbacks.duty_lists import DutyPage, PgDutyLists
from callbacks.settings import CallbackSettings
from callbacks.store import PgDutyStore
from callbacks.survey_facts import Ground
from callbacks.survey_plan import SurveyPlan
from callbacks.survey_records import RecordPage
from callbacks.survey_store import PgSurveyStore
from callbacks.surveys import SurveyList
from callbacks.workdays import Calendar
from cases.closing import CaseFlag
from cases.closing_store import PgCaseClosing
from cases.status import CaseStatus
from cases.store import PgCaseStore
from figures.survey_store import PgSurveyFigures
from hotline.owed.survey_office import SurveyOffice
from hotline.owed.survey_phone import SurveyPhone
from hotline.survey_wiring import ClosedCases
from kernel.ids import CaseId, DutyId, NumberKey
from kernel.phone import PhoneNumber
from storage.pool import Pool
from tests.cases.filings import filing
from tests.contracts.duty_store import NOON
from tests.contracts.survey_store import ended
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_listener import FakeListener
from tests.integration.case_database import CIPHER, migrated_pool

RULES = Rules(CallbackSettings(), Calendar())
HOUR = timedelta(hours=1)


class Vault:
    """Fits `RevealsNumbers`."""

    async def reveal(self, key: NumberKey) -> PhoneNumber | None:
        return PhoneNumber.parse("13812345678")


@dataclass
class Office:
    pool: Pool
    clock: FakeClock

    def __post_init__(self) -> None:
        pool = self.pool
        store, closing = PgAttemptStore(pool), PgCaseClosing(pool)
        cases = ClosedCases(closing, Vault())
        lists = PgDutyLists(pool, "Asia/Shanghai")
        self.office = SurveyOffice(
            keeps=PgSurveyStore(pool, CIPHER),
            closing=closing,
            work_list=SurveyList(store, cases, RULES),
            plan=SurveyPlan(lists, store, cases, RULES),
            lists=lists,
            duties=PgDutyStore(pool),
            made=PgSurveyFigures(pool, ZoneInfo("Asia/Shanghai")),
            phone=cast(SurveyPhone, None),  # nobody dials here
            rules=RULES.settings.schedule,
            listener=FakeListener(),
            clock=self.clock,
        )
        self.cases = cases

    async def closed_case(self) -> CaseId:
        case = (await PgCaseStore(self.pool, CIPHER).take(filing(submitted_at=NOON))).case_id
        await self.office.dispatch(case, "环保局", by="S1")
        await self.office.close(case, by="S1")
        return case

    async def owe(self, case: CaseId) -> None:
        for one in await self.cases.closed(self.clock.now() - HOUR, 500):
            if one.case == case:
                await self.office.work_list.owe(one, self.clock.now())

    async def surveys_of(self, case: CaseId) -> list[tuple[int, DutyState]]:
        found = await self.office.page(DutyPage(limit=500))
        return [(one.duty.round, one.duty.state) for one in found if one.duty.case == case]


@pytest.fixture
async def office(each_postgres_dsn: str) -> AsyncIterator[Office]:
    async with migrated_pool(each_postgres_dsn) as pool:
        yield Office(pool, FakeClock(NOON))


async def test_a_reasonable_demand_is_handled_again_and_surveyed_again(office: Office) -> None:
    """CBK-03: dissatisfied, judged by a person, the next round, one survey more."""
    case = await office.closed_case()
    await office.owe(case)
    bad = ended(1, case=case, duty=DutyId(f"survey:{case}:1"), reason="not_solved")
    await office.office.keeps.ended([bad], {})
    assert (await office.office.closing.standing(case)).round == 1  # not by itself

    waiting = await office.office.records(RecordPage(unjudged=True))
    await office.office.judge(bad.duty, True, Ground.NOT_SOLVED, by="S1")
    await office.office.judge(bad.duty, True, Ground.NOT_SOLVED, by="S1")  # sent twice
    again = await office.office.closing.standing(case)
    office.clock.advance(3600)
    await office.office.close(case, by="环保局")
    await office.owe(case)

    assert [one.duty for one in waiting] == [bad.duty]
    assert (again.status, again.round) == (CaseStatus.DISPATCHED, 2)
    assert sorted(await office.surveys_of(case)) == [(1, DutyState.OPEN), (2, DutyState.OPEN)]


async def test_an_unreasonable_demand_changes_no_case(office: Office) -> None:
    case = await office.closed_case()
    bad = ended(2, case=case, duty=DutyId(f"survey:{case}:1"))
    await office.office.keeps.ended([bad], {})

    await office.office.judge(bad.duty, False, Ground.NO_LEGAL_BASIS, by="S1")

    standing = await office.office.closing.standing(case)
    assert (standing.status, standing.round) == (CaseStatus.CLOSED, 1)
    assert await office.office.records(RecordPage(unjudged=True)) == ()


async def test_a_judgement_that_was_cut_off_by_a_crash_is_finished_at_the_next_start(
    office: Office,
) -> None:
    case = await office.closed_case()
    bad = ended(1, case=case, duty=DutyId(f"survey:{case}:1"), at=NOON)
    await office.office.keeps.ended([bad], {})
    await office.office.judge(bad.duty, True, Ground.NOT_HANDLED, by="S1")
    await office.pool.execute(
        "update case_file set status = 'closed', round = 1, closed_at = $2 where id = $1",
        case,
        NOON,
    )  # fmt: skip  as if only the judgement had been written

    await office.office.finish_judged()
    await office.office.finish_judged()

    assert (await office.office.closing.standing(case)).round == 2


async def test_a_flag_takes_a_survey_off_the_list_and_off_again_owes_one_never_listed(
    office: Office,
) -> None:
    """CBK-01."""
    listed, unlisted = await office.closed_case(), await office.closed_case()
    await office.owe(listed)
    for case in (listed, unlisted):
        await office.office.flag(case, CaseFlag.IN_APPEAL, True, by="S1")
    assert await office.surveys_of(listed) == [(1, DutyState.WITHDRAWN)]

    for case in (listed, unlisted):
        await office.office.flag(case, CaseFlag.IN_APPEAL, False, by="S1")

    assert await office.surveys_of(listed) == [(1, DutyState.WITHDRAWN)]
    assert await office.surveys_of(unlisted) == [(1, DutyState.OPEN)]


async def test_a_citizen_taken_off_by_hand_is_refused_and_may_change_his_mind(
    office: Office,
) -> None:
    case = await office.closed_case()
    await office.owe(case)
    duty = DutyId(f"survey:{case}:1")

    await office.office.stop(duty, True, by="S1")
    stopped = await office.surveys_of(case)
    await office.office.stop(duty, False, by="S1")

    assert stopped == [(1, DutyState.REFUSED)]
    assert await office.pool.fetchval("select count(*) from survey_stop") == 0
