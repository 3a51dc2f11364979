"""What every store of duties and attempts keeps to, seen through the engine that uses it."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from callbacks.attempts import Attempt, Claim, DutyGone, LeaseLost, NotNow, NumberBusy, Rules
from callbacks.duty import AttemptId, Duty, DutyKind, DutyState, Outcome, Result
from callbacks.engine import AttemptEngine
from callbacks.ports import ClosedCase, OpensDutyRows
from callbacks.settings import CallbackSettings
from callbacks.surveys import Mark, SurveyList
from callbacks.workdays import Calendar
from kernel.ids import CaseId, NumberKey, uuid7

NOON = datetime(2026, 11, 18, 14, 30, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)  # Wednesday
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
RULES = Rules(CallbackSettings(), Calendar())
SURVEY = frozenset({DutyKind.SURVEY})


def a_case(key: NumberKey | None = None, closed_at: datetime = NOON - 2 * HOUR) -> ClosedCase:
    return ClosedCase(
        case=CaseId(uuid7()), round=1, contact_key=key or NumberKey(uuid7()),
        contact="138****5678", closed_at=closed_at,
    )  # fmt: skip


def an_id() -> AttemptId:
    return AttemptId(uuid7())


class Cases:
    """Fits `callbacks.ports.ListsClosedCases`."""

    def __init__(self, *cases: ClosedCase) -> None:
        self.cases = list(cases)
        self.flags: dict[CaseId, str] = {}

    async def closed(
        self, since: datetime, limit: int, behind: CaseId | None = None
    ) -> list[ClosedCase]:
        found = [one for one in self.cases if (one.closed_at, one.case) > (since, behind or "")]
        return sorted(found, key=lambda one: (one.closed_at, one.case))[:limit]

    async def barred(self, cases: object) -> dict[CaseId, str]:
        return dict(self.flags)


class DutyStoreContract:
    """Subclasses give the fixture `store`; several tests may share one store."""

    @pytest.fixture
    def engine(self, store: OpensDutyRows) -> AttemptEngine:
        return AttemptEngine(store, RULES, "one")

    @pytest.fixture
    def other(self, store: OpensDutyRows) -> AttemptEngine:
        return AttemptEngine(store, RULES, "other")

    @pytest.fixture
    def surveys(self, store: OpensDutyRows) -> SurveyList:
        return SurveyList(store, Cases(), RULES)

    async def duty(self, store: OpensDutyRows, claim: Claim) -> Duty:
        async with store.rows() as rows:
            return (await rows.lock(claim.ids))[0].duty

    async def claim(
        self, engine: AttemptEngine, surveys: SurveyList, one: ClosedCase | None = None
    ) -> Claim:
        one = one or a_case()
        await surveys.owe(one, NOON)
        claim = await engine.claim(surveys._duty(one, NOON).id, NOON)
        assert claim is not None
        return claim

    async def test_a_case_is_owed_one_survey_a_round(self, surveys: SurveyList) -> None:
        """CBK-01."""
        one = a_case()

        made = [await surveys.owe(one, NOON) for _ in range(3)]

        assert made == [True, False, False]

    async def test_two_workers_never_hold_one_duty(
        self, engine: AttemptEngine, other: AttemptEngine, surveys: SurveyList
    ) -> None:
        one = a_case()
        await surveys.owe(one, NOON)
        duty = surveys._duty(one, NOON).id

        claims = await asyncio.gather(*(e.claim(duty, NOON) for e in (engine, other) * 4))

        assert sum(claim is not None for claim in claims) == 1

    async def test_an_attempt_is_begun_once_and_settled_once(
        self, engine: AttemptEngine, surveys: SurveyList, store: OpensDutyRows
    ) -> None:
        claim = await self.claim(engine, surveys)
        attempt = await engine.begin(claim, an_id(), NOON)
        with pytest.raises(DutyGone):
            await engine.begin(claim, an_id(), NOON)
        await engine.answered(claim, attempt.id, NOON + SECOND)
        assert (await self.duty(store, claim)).state is DutyState.REACHED

        (after,) = await engine.settle(claim, attempt.id, Outcome.REACHED, NOON + MINUTE)
        (again,) = await engine.settle(claim, attempt.id, Outcome.BUSY, NOON + HOUR)

        assert after == again
        assert (after.state, after.result) == (DutyState.CLOSED, Result.COMPLETE)

    async def test_who_lost_the_lease_neither_dials_nor_writes(
        self, engine: AttemptEngine, other: AttemptEngine, surveys: SurveyList
    ) -> None:
        claim = await self.claim(engine, surveys)
        late = claim.until + SECOND
        await other.take_over(late, at_most=500)
        newer = await other.claim(claim.ids[0], late)

        with pytest.raises(LeaseLost):
            await engine.begin(claim, an_id(), late)
        with pytest.raises(LeaseLost):
            await engine.extend(claim, late)
        await engine.give_back(claim, late)  # no longer ours to give

        assert newer is not None
        assert newer.token > claim.token
        assert (await other.begin(newer, an_id(), late)).duties == claim.ids

    async def test_a_lease_that_ran_out_dials_nothing_though_nobody_took_over(
        self, engine: AttemptEngine, surveys: SurveyList
    ) -> None:
        claim = await self.claim(engine, surveys)

        with pytest.raises(LeaseLost):
            await engine.begin(claim, an_id(), claim.until)

    async def test_an_attempt_whose_worker_died_is_handed_over_and_never_dialled_again(
        self, engine: AttemptEngine, other: AttemptEngine, surveys: SurveyList, store: OpensDutyRows
    ) -> None:
        claim = await self.claim(engine, surveys)
        attempt = await engine.begin(claim, an_id(), NOON)
        late = NOON + 3 * MINUTE
        assert await other.claim(claim.ids[0], late) is None

        taken = await other.take_over(late, at_most=500)
        found = next(one for one in taken if one.attempt.id == attempt.id)
        with pytest.raises(LeaseLost):
            await engine.settle(claim, attempt.id, Outcome.REACHED, late)
        (after,) = await other.settle(found.claim, attempt.id, Outcome.LOST, late)

        assert after.state is DutyState.UNREACHED
        assert after.ready_at is not None
        assert after.ready_at >= NOON + 2 * HOUR  # the gap holds: it may have rung (G)

    async def test_who_leads_alone_takes_over_at_once_what_others_held(
        self, engine: AttemptEngine, other: AttemptEngine, surveys: SurveyList, store: OpensDutyRows
    ) -> None:
        """A restart waits for no lease: the process before it is dead or deposed."""
        idle = await self.claim(engine, surveys)
        dialled = await self.claim(engine, surveys)
        attempt = await engine.begin(dialled, an_id(), NOON)
        own = await self.claim(other, surveys)
        ringing = await other.begin(own, an_id(), NOON)

        taken = await other.take_over(NOON + SECOND, at_most=500, alone=True)

        ids = {found.attempt.id for found in taken}
        assert attempt.id in ids
        assert ringing.id not in ids
        assert (await self.duty(store, idle)).state is DutyState.OPEN
        with pytest.raises(LeaseLost):
            await engine.settle(dialled, attempt.id, Outcome.BUSY, NOON + SECOND)

    async def test_a_call_found_living_is_adopted_by_its_id(
        self, engine: AttemptEngine, other: AttemptEngine, surveys: SurveyList
    ) -> None:
        claim = await self.claim(engine, surveys)
        attempt = await engine.begin(claim, an_id(), NOON)

        found = await other.adopt(attempt.id, NOON + SECOND)

        assert found is not None
        assert found.claim.ids == claim.ids
        with pytest.raises(LeaseLost):
            await engine.extend(claim, NOON + SECOND)
        await other.settle(found.claim, attempt.id, Outcome.REACHED, NOON + MINUTE)
        assert await engine.adopt(attempt.id, NOON + MINUTE) is None  # it is over

    async def test_what_was_proved_not_dialled_is_dialled_again_at_once(
        self, engine: AttemptEngine, surveys: SurveyList
    ) -> None:
        claim = await self.claim(engine, surveys)
        attempt = await engine.begin(claim, an_id(), NOON)

        await engine.settle(claim, attempt.id, Outcome.NOT_DIALLED, NOON + SECOND)

        assert await engine.claim(claim.ids[0], NOON + MINUTE) is not None

    async def test_a_number_has_one_outstanding_attempt(
        self, engine: AttemptEngine, surveys: SurveyList, store: OpensDutyRows
    ) -> None:
        key = NumberKey(uuid7())
        claim = await self.claim(engine, surveys, a_case(key))
        second = a_case(key)
        await surveys.owe(second, NOON)
        assert await engine.claim(surveys._duty(second, NOON).id, NOON) is None

        await engine.begin(claim, an_id(), NOON)

        with pytest.raises(NumberBusy):
            async with store.rows() as rows:
                attempt = (await rows.attempts_at(key, NOON))[0]
                await rows.put_attempt(_other(attempt.number_key, claim), DutyKind.SURVEY)

    async def test_two_cases_of_one_number_share_a_call_and_the_third_gets_an_sms(
        self, engine: AttemptEngine, surveys: SurveyList, store: OpensDutyRows
    ) -> None:
        """G: merge several cases of one caller, at most two a call."""
        key = NumberKey(uuid7())
        cases = [a_case(key) for _ in range(3)]
        for one in cases:
            await surveys.owe(one, NOON)

        claim = await engine.claim(surveys._duty(cases[0], NOON).id, NOON)

        assert claim is not None
        assert len(claim.duties) == 2
        async with store.rows() as rows:
            held = await rows.lock([surveys._duty(one, NOON).id for one in cases])
        assert sorted(one.duty.state for one in held) == ["by_sms", "claimed", "claimed"]
        attempt = await engine.begin(claim, an_id(), NOON)
        after = await engine.settle(claim, attempt.id, Outcome.REACHED, NOON + MINUTE)
        assert [duty.state for duty in after] == [DutyState.CLOSED] * 2

    async def test_three_tries_over_two_days_end_as_unreached_exhausted(
        self, engine: AttemptEngine, surveys: SurveyList
    ) -> None:
        one = a_case()
        await surveys.owe(one, NOON)
        duty, now, tried = surveys._duty(one, NOON), NOON, []

        while duty.state is not DutyState.EXHAUSTED:
            claim = await engine.claim(duty.id, now)
            assert claim is not None, "it may be dialled when it says so"
            attempt = await engine.begin(claim, an_id(), now)
            tried.append(now)
            (duty,) = await engine.settle(claim, attempt.id, Outcome.NO_ANSWER, now + SECOND)
            now = duty.ready_at or now

        assert len(tried) == 3
        assert len({moment.date() for moment in tried}) >= 2
        assert await engine.claim(duty.id, now + 24 * HOUR) is None

    async def test_an_empty_number_is_not_tried_again(
        self, engine: AttemptEngine, surveys: SurveyList
    ) -> None:
        claim = await self.claim(engine, surveys)
        attempt = await engine.begin(claim, an_id(), NOON)

        (after,) = await engine.settle(claim, attempt.id, Outcome.EMPTY_NUMBER, NOON + SECOND)

        assert after.state is DutyState.EXHAUSTED

    async def test_a_flag_set_after_the_claim_keeps_it_from_being_dialled(
        self, engine: AttemptEngine, store: OpensDutyRows
    ) -> None:
        """CBK-01: confidential flag set after queuing."""
        cases = Cases()
        surveys = SurveyList(store, cases, RULES)
        one = a_case()
        claim = await self.claim(engine, surveys, one)
        cases.flags[one.case] = "confidential"

        assert await surveys.withdraw_barred(claim, NOON) == ()

        with pytest.raises(LeaseLost):
            await engine.begin(claim, an_id(), NOON)
        assert (await self.duty(store, claim)).state is DutyState.WITHDRAWN

    async def test_a_barred_case_never_comes_on_the_list(self, store: OpensDutyRows) -> None:
        open_, secret = a_case(), a_case()
        cases = Cases(open_, secret)
        cases.flags[secret.case] = "whistleblower"
        surveys = SurveyList(store, cases, RULES)

        upto = await surveys.refresh(Mark(NOON - 3 * HOUR), NOON)

        assert upto.since == secret.closed_at
        async with store.rows() as rows:
            found = await rows.lock([surveys._duty(one, NOON).id for one in (open_, secret)])
        assert [held.duty.case for held in found] == [open_.case]

    async def test_a_case_whose_flag_is_taken_off_is_owed_after_all(
        self, store: OpensDutyRows
    ) -> None:
        """An appeal is over; one that was withdrawn from the list stays withdrawn."""
        late, withdrawn = a_case(), a_case()
        cases = Cases(late, withdrawn)
        surveys = SurveyList(store, cases, RULES)
        await surveys.owe(withdrawn, NOON)
        await surveys.withdraw(withdrawn.case, "in_appeal", NOON)

        owed = [await surveys.owe_again(one.case, one.closed_at, NOON) for one in cases.cases]

        assert owed == [True, False]
        async with store.rows() as rows:
            found = await rows.lock([surveys._duty(one, NOON).id for one in cases.cases])
        states = {held.duty.case: held.duty.state for held in found}
        assert states == {late.case: DutyState.OPEN, withdrawn.case: DutyState.WITHDRAWN}

    async def test_never_again_ends_all_surveys_of_the_number_until_it_is_allowed(
        self, engine: AttemptEngine, surveys: SurveyList, store: OpensDutyRows
    ) -> None:
        key = NumberKey(uuid7())
        claim = await self.claim(engine, surveys, a_case(key))
        waiting = a_case(key)
        await surveys.owe(waiting, NOON)
        attempt = await engine.begin(claim, an_id(), NOON)

        (after,) = await engine.settle(
            claim, attempt.id, Outcome.REACHED, NOON + MINUTE, Result.NEVER_AGAIN
        )

        assert after.state is DutyState.REFUSED
        async with store.rows() as rows:
            (held,) = await rows.lock([surveys._duty(waiting, NOON).id])
            assert await rows.is_stopped(key)
        assert held.duty.state is DutyState.REFUSED
        await surveys.allow(key, "asked for it", NOON)
        async with store.rows() as rows:
            assert not await rows.is_stopped(key)

    async def test_a_window_that_closes_between_claim_and_dialling_holds(
        self, engine: AttemptEngine, surveys: SurveyList
    ) -> None:
        one = a_case()
        await surveys.owe(one, NOON)
        evening = NOON.replace(hour=11, minute=59, second=50)  # 19:59:50 in China
        claim = await engine.claim(surveys._duty(one, NOON).id, evening)
        assert claim is not None

        with pytest.raises(NotNow):
            await engine.begin(claim, an_id(), evening + 15 * SECOND)

        await engine.give_back(claim, evening + 15 * SECOND)
        assert await engine.claim(claim.ids[0], evening + 15 * SECOND) is None

    async def test_a_failed_transaction_leaves_nothing(
        self, store: OpensDutyRows, surveys: SurveyList
    ) -> None:
        one = a_case()
        duty = surveys._duty(one, NOON)

        with pytest.raises(RuntimeError, match="died"):
            async with store.rows() as rows:
                await rows.put_new(duty)
                raise RuntimeError("died")

        assert await surveys.owe(one, NOON)

    async def test_every_step_waits_in_order_to_be_told_until_it_is(
        self, engine: AttemptEngine, surveys: SurveyList, store: OpensDutyRows
    ) -> None:
        await store.told([n for n, _, _ in await store.untold(9999)], NOON)
        claim = await self.claim(engine, surveys)
        attempt = await engine.begin(claim, an_id(), NOON)
        await engine.settle(claim, attempt.id, Outcome.EMPTY_NUMBER, NOON + SECOND)

        facts = await store.untold(100)

        assert [kind for _, kind, _ in facts] == [
            "duty-owed", "duty-claimed", "attempt-begun", "attempt-settled", "duty-stepped",
            "sms-owed",
        ]  # fmt: skip
        await store.told([n for n, _, _ in facts], NOON)
        assert await store.untold(100) == []


def _other(key: NumberKey, claim: Claim) -> Attempt:
    return Attempt(
        id=an_id(), number_key=key, duties=claim.ids, dialled_at=NOON, worker="x", token=1
    )
