"""What every keeper of survey records keeps to. Run on the fake and on PostgreSQL."""

from datetime import UTC, datetime, timedelta

import pytest

from callbacks.duty import AttemptId
from callbacks.questions import Ending
from callbacks.survey_facts import Ground, SurveyAsked, SurveyEnded
from callbacks.survey_records import (
    JudgedAlready,
    Judgement,
    KeepsSurveys,
    NothingToJudge,
    RecordPage,
    UnknownSurvey,
)
from kernel.ids import CallId, CaseId, DutyId, uuid7

AT = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WORD = Judgement(reasonable=True, ground=Ground.NOT_SOLVED, by="S1", at=AT + MINUTE)


def ended(level: int | None = 2, **changed: object) -> SurveyEnded:
    case = CaseId(uuid7())
    attempt = f"out-1-{uuid7()}"
    fields: dict[str, object] = {
        "at": AT,
        "attempt": AttemptId(attempt),
        "call": CallId(attempt),
        "duty": DutyId(f"survey:{case}:1"),
        "case": case,
        "round": 1,
        "survey": "case_result",
        "ending": Ending.COMPLETE,
        "contacted": "yes",
        "solved": "partly",
        "level": level,
        "level_by": "key" if level else None,
        "reason": None,
    }
    return SurveyEnded(**{**fields, **changed})  # type: ignore[arg-type]


class SurveyStoreContract:
    """Subclasses give the fixture `store`; several tests may share one store."""

    async def test_where_a_call_is_is_known_until_it_is_over(self, store: KeepsSurveys) -> None:
        fact = ended()
        asked = SurveyAsked(
            at=AT, attempt=fact.attempt, call=fact.call, duties=(fact.duty,), survey="case_result",
            subject=0, question="solved", asked=2, deaf=1, spoke=True,
            answers=((0, "contacted", "yes", "key", None),),
        )  # fmt: skip

        await store.asked(asked)
        await store.asked(asked)
        known = await store.asked_last(fact.attempt)
        await store.ended([fact], {})

        assert known == asked
        assert await store.asked_last(fact.attempt) is None
        assert await store.asked_last(AttemptId("out-1-000000")) is None

    async def test_a_record_comes_back_with_its_words_sealed_apart(
        self, store: KeepsSurveys
    ) -> None:
        fact = ended(reason="too_slow", comment_at=AT, comment_s=3.5)

        await store.ended([fact], {fact.duty: "等了三个月"})

        record = await store.record(fact.duty)
        assert (record.first_level, record.final_level, record.level_by) == (2, 2, "key")
        assert (record.contacted, record.solved, record.reason) == ("yes", "partly", "too_slow")
        assert (record.comment_at, record.comment_s) == (AT, 3.5)
        assert await store.comment(fact.duty) == "等了三个月"

    async def test_a_record_told_twice_is_one(self, store: KeepsSurveys) -> None:
        fact = ended()

        await store.ended([fact], {})
        await store.ended([fact], {})

        assert await store.comment(fact.duty) == ""
        assert len(await store.records(RecordPage(case=fact.case))) == 1

    async def test_the_first_rating_stays_and_the_last_one_is_final(
        self, store: KeepsSurveys
    ) -> None:
        """CBK-04; also over two calls, of which the first brought no rating."""
        broken = ended(None, ending=Ending.BROKEN_OFF, solved=None)
        again = ended(
            2, duty=broken.duty, case=broken.case, contacted=None, at=AT + MINUTE, solved="no"
        )
        await store.ended([broken], {})
        assert (await store.record(broken.duty)).first_level is None
        await store.ended([again], {})

        rated = await store.rate(broken.duty, 4, "S1", AT + 2 * MINUTE)

        assert rated == await store.record(broken.duty)
        assert (rated.first_level, rated.final_level, rated.level_by) == (2, 4, "person")
        assert (rated.contacted, rated.solved) == ("yes", "no")

    async def test_the_supervisors_list_holds_the_dissatisfied_until_they_are_judged(
        self, store: KeepsSurveys
    ) -> None:
        """CBK-03."""
        facts = [ended(level) for level in (1, 2, 3, 5, None)]
        for fact in facts:
            await store.ended([fact], {})
        mine = {fact.duty for fact in facts}

        before = {one.duty for one in await store.records(RecordPage(unjudged=True, limit=500))}
        await store.judge(facts[0].duty, WORD)
        after = {one.duty for one in await store.records(RecordPage(unjudged=True, limit=500))}

        assert before & mine == {facts[0].duty, facts[1].duty}
        assert after & mine == {facts[1].duty}

    async def test_a_demand_is_judged_once(self, store: KeepsSurveys) -> None:
        bad, good = ended(1), ended(4)
        await store.ended([bad, good], {})

        first = await store.judge(bad.duty, WORD)
        again = await store.judge(bad.duty, WORD)

        assert first == again
        assert first.judgement == WORD
        other = Judgement(reasonable=False, ground=Ground.NO_LEGAL_BASIS, by="S2", at=AT)
        with pytest.raises(JudgedAlready):
            await store.judge(bad.duty, other)
        with pytest.raises(NothingToJudge):
            await store.judge(good.duty, WORD)

    async def test_an_unknown_survey_is_refused(self, store: KeepsSurveys) -> None:
        duty = DutyId("survey:none:1")

        with pytest.raises(UnknownSurvey):
            await store.record(duty)
        with pytest.raises(UnknownSurvey):
            await store.comment(duty)
        with pytest.raises(UnknownSurvey):
            await store.judge(duty, WORD)
        with pytest.raises(UnknownSurvey):
            await store.rate(duty, 3, "S1", AT)

    async def test_records_come_newest_first_and_page_by_page(self, store: KeepsSurveys) -> None:
        call = CallId(f"out-1-{uuid7()}")
        facts = [ended(at=AT + n * MINUTE, call=call) for n in range(3)]
        await store.ended(facts, {})

        first = await store.records(RecordPage(call=call, limit=2))
        rest = await store.records(RecordPage(call=call, limit=2, before=first[-1].duty))
        late = await store.records(RecordPage(call=call, since=AT + 2 * MINUTE))

        assert [one.duty for one in (*first, *rest)] == [one.duty for one in reversed(facts)]
        assert [one.duty for one in late] == [facts[2].duty]

    async def test_a_campaign_stands_still_until_it_goes_on(self, store: KeepsSurveys) -> None:
        await store.pause(True, "S1", AT)
        await store.pause(True, "S2", AT + MINUTE)  # it stands already
        standing = await store.paused()
        await store.pause(False, "S2", AT + MINUTE)

        assert standing is not None
        assert (standing.at, standing.by) == (AT, "S1")
        assert await store.paused() is None
