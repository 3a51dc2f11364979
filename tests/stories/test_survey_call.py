"""A survey call from the greeting to the farewell, by key and by voice, and what it leaves."""

import asyncio

import pytest

from callbacks.duty import AttemptId, DutyState, Outcome, Result
from callbacks.questions import Ending
from callbacks.survey_facts import SurveyAsked
from callbacks.survey_records import SurveyRecord
from callbacks.surveys import SurveyList
from telephony.speech.listens import Language, Pressed, Said, Unclear
from tests.contracts.duty_store import RULES, Cases
from tests.fakes.fake_listener import EVIDENCE, heard
from tests.fakes.virtual_time import at_once
from tests.stories.survey_house import CALL, KEY, SURVEY, SurveyHouse, Told, open_survey_house

GREETING = ["survey_greeting", "survey_identity"]
ASKED = ["survey_contacted", "survey_solved", "survey_satisfaction"]


async def records(house: SurveyHouse, told: Told) -> list[SurveyRecord]:
    return [await house.keeps.record(duty) for duty in told.survey.visit.ids]


def attempt_end(house: SurveyHouse) -> Outcome | None:
    return house.store.tables.attempts[AttemptId(CALL)].outcome


def test_a_citizen_who_answers_by_key_is_asked_three_things_and_thanked() -> None:
    """C5: the level is stored, not the key: 2 is 满意, level 4 (B4)."""

    async def story() -> None:
        async with open_survey_house(deaf=True) as house:
            told = await house.answers()
            await told.presses("1122", every=3)
            await told.is_over()

            (record,) = await records(house, told)
            (duty,) = told.duties
        assert told.heard == [*GREETING, *ASKED, "survey_thanks"]
        assert (record.ending, record.contacted, record.solved) == (
            Ending.COMPLETE,
            "yes",
            "partly",
        )
        assert (record.first_level, record.final_level, record.level_by) == (4, 4, "key")
        assert (duty.state, duty.result) == (DutyState.CLOSED, Result.COMPLETE)
        assert attempt_end(house) is Outcome.REACHED
        assert house.recorded == [CALL]  # it is said that the call is recorded

    at_once(story())


def test_each_question_is_in_the_journal_before_it_is_heard() -> None:
    async def story() -> None:
        async with open_survey_house(deaf=True) as house:
            told = await house.answers()
            await asyncio.sleep(0)
            first = [fact for fact in house.facts if isinstance(fact, SurveyAsked)]
            assert told.line.heard in ([], ["zh/phrases/survey_greeting"])
            await told.presses("1122", every=3)
            await told.is_over()

        asked = [fact for fact in house.facts if isinstance(fact, SurveyAsked)]
        assert [fact.question for fact in first] == ["identity"]
        assert [fact.question for fact in asked] == [
            "identity",
            "contacted",
            "solved",
            "satisfaction",
        ]
        assert asked[-1].answers == (
            (0, "identity", "yes", "key", None),
            (0, "contacted", "yes", "key", None),
            (0, "solved", "partly", "key", None),
        )

    at_once(story())


def test_a_key_stops_the_greeting_and_is_the_answer() -> None:
    """Barge-in: who knows the survey need not hear it out."""

    async def story() -> None:
        async with open_survey_house(deaf=True) as house:
            told = await house.answers()
            await told.presses("1111", every=0.3)
            await told.is_over()
            (record,) = await records(house, told)
        assert told.heard == ["survey_greeting", *ASKED, "survey_thanks"]
        assert record.first_level == 5

    at_once(story())


def test_who_speaks_is_understood_and_a_key_wins_over_the_voice() -> None:
    async def story() -> None:
        says = [heard("yes"), heard("no"), Pressed("3"), heard("fairly_satisfied")]
        async with open_survey_house(says) as house:
            told = await house.answers()
            await told.is_over()
            (record,) = await records(house, told)
        assert (record.contacted, record.solved, record.first_level) == ("no", "no", 3)
        assert record.level_by == "voice"
        asked = house.listener.asked[3]
        assert asked.name == "satisfaction"
        options = {choice.option for choice in asked.choices}  # type: ignore[union-attr]
        assert options == set(SURVEY.questions["satisfaction"].words)

    at_once(story())


def test_who_is_twice_not_understood_is_asked_for_keys_only() -> None:
    async def story() -> None:
        says = [heard("yes"), Unclear(EVIDENCE), Unclear(EVIDENCE), heard("yes")]
        async with open_survey_house(says) as house:
            told = await house.answers()
            await asyncio.sleep(7)
            listened = len(house.listener.asked)
            await told.presses("111", every=4)
            await told.is_over()
            (record,) = await records(house, told)
        assert listened == 3  # from now on nobody listens, though he may still speak
        assert told.heard[2:6] == [
            "survey_contacted", "survey_not_understood", "survey_contacted", "survey_keys_only",
        ]  # fmt: skip
        assert (record.contacted, record.first_level, record.level_by) == ("yes", 5, "key")

    at_once(story())


def test_a_worker_that_falls_costs_the_voice_and_nothing_else() -> None:
    async def story() -> None:
        async with open_survey_house([heard("yes")]) as house:
            told = await house.answers()
            await asyncio.sleep(2.5)
            house.listener.languages.clear()
            await told.presses("111", every=4)
            await told.is_over()
            (record,) = await records(house, told)
        assert (record.ending, record.first_level) == (Ending.COMPLETE, 5)

    at_once(story())


@pytest.mark.parametrize(
    ("keys", "ending", "state", "outcome", "last"),
    [
        ("2", None, DutyState.UNREACHED, Outcome.WRONG_PERSON, "survey_sorry"),
        ("3", Ending.REFUSED, DutyState.REFUSED, Outcome.REACHED, "survey_sorry"),
        ("*", Ending.NEVER_AGAIN, DutyState.REFUSED, Outcome.REACHED, "survey_refused"),
        ("0", Ending.HANDED_OVER, DutyState.CLOSED, Outcome.REACHED, "survey_to_person"),
        ("11*", Ending.NEVER_AGAIN, DutyState.REFUSED, Outcome.REACHED, "survey_refused"),
        ("110", Ending.HANDED_OVER, DutyState.CLOSED, Outcome.REACHED, "survey_to_person"),
    ],
)
def test_each_other_way_out(
    keys: str, ending: Ending | None, state: DutyState, outcome: Outcome, last: str
) -> None:
    async def story() -> None:
        async with open_survey_house(deaf=True) as house:
            told = await house.answers()
            await told.presses(keys, every=3)
            await told.is_over()
            (duty,) = told.duties
            found = house.keeps._records.get(duty.id)
        assert told.heard[-1] == last
        assert (duty.state, attempt_end(house)) == (state, outcome)
        assert (found.ending if found else None) == ending
        assert (found.first_level if found else None) is None  # nobody is satisfied by leaving
        assert (KEY in house.store.tables.stopped) == ("*" in keys)
        assert house.to_line == ([CALL] if "0" in keys else [])

    at_once(story())


def test_nine_repeats_the_question() -> None:
    async def story() -> None:
        async with open_survey_house(deaf=True) as house:
            told = await house.answers()
            await told.presses("191", every=3)
            await asyncio.sleep(0.5)
            await told.hangs_up()
        assert told.heard == [*GREETING, "survey_contacted", "survey_contacted", "survey_solved"]

    at_once(story())


def test_silence_is_never_satisfied() -> None:
    """A6, C5: a mailbox, then a human being who says nothing more."""

    async def mailbox() -> None:
        async with open_survey_house(deaf=True) as house:
            told = await house.answers()
            await told.is_over()
            (duty,) = told.duties
        assert told.heard == [*GREETING, *["survey_again", "survey_identity"] * 2]
        assert (duty.state, attempt_end(house)) == (DutyState.UNREACHED, Outcome.VOICEMAIL)
        assert house.keeps._records == {}

    async def human() -> None:
        async with open_survey_house(deaf=True) as house:
            told = await house.answers()
            await told.presses("1", every=3)
            await told.is_over()
            (record,) = await records(house, told)
            (duty,) = told.duties
        assert (record.ending, record.first_level, record.solved) == (Ending.NO_CHOICE, None, None)
        assert (duty.state, duty.result) == (DutyState.CLOSED, Result.BROKEN_OFF)

    at_once(mailbox())
    at_once(human())


def test_who_hangs_up_has_said_what_he_said() -> None:
    async def story(keys: str) -> SurveyRecord:
        async with open_survey_house(deaf=True) as house:
            told = await house.answers()
            await told.presses(keys, every=3)
            await asyncio.sleep(0.5)
            await told.hangs_up()
            (record,) = await records(house, told)
        return record

    early, late = at_once(story("12")), at_once(story("1215"))
    assert (early.ending, early.contacted, early.first_level) == (Ending.BROKEN_OFF, "no", None)
    assert (late.ending, late.first_level) == (Ending.COMPLETE, 1)  # he had rated it


def test_the_dissatisfied_says_why_in_a_word_and_in_his_own_words() -> None:
    """CBK-05; the robot decides nothing (CBK-03): it goes on the supervisor's list."""

    async def story() -> None:
        says = [heard("yes"), heard("yes"), heard("no"), heard("dissatisfied")]
        said = Said("等了三个月", EVIDENCE)
        async with open_survey_house(says) as house:
            told = await house.answers()
            await asyncio.sleep(6.5)
            house.listener.says.append(said)
            await told.presses("3", every=0.3)
            await told.is_over()
            (record,) = await records(house, told)
            comment = await house.keeps.comment(record.duty)
        assert told.heard[-4:] == [
            "survey_reason",
            "zh/tones/beep",
            "survey_noted",
            "survey_thanks",
        ]
        assert (record.first_level, record.reason) == (2, "too_slow")
        assert comment == "等了三个月"
        assert record.wants_judging
        assert record.comment_s == 1.2

    at_once(story())


def test_without_a_worker_the_reason_is_in_the_recording_until_a_key() -> None:
    async def story() -> None:
        async with open_survey_house(deaf=True) as house:
            told = await house.answers()
            await told.presses("11352", every=3)
            await told.presses("#", every=12)
            await told.is_over()
            (record,) = await records(house, told)
        assert (record.first_level, record.reason) == (1, "not_solved")
        assert record.comment_s is not None
        assert 8 < record.comment_s < 11
        assert told.heard[-1] == "survey_thanks"

    at_once(story())


def test_two_cases_of_one_citizen_are_asked_about_in_one_call() -> None:
    """G: merged; the second one is named by its day alone."""

    async def story() -> None:
        async with open_survey_house(deaf=True) as house:
            told = await house.answers(2)
            await told.presses("1111", every=3)
            await told.presses("2", every=8)
            await told.presses("35", every=4)
            await told.presses("1", every=3)
            await told.hangs_up()
            first, second = await records(house, told)
            states = [duty.state for duty in told.duties]
        assert "survey_case_of" in told.heard
        assert (first.case, first.first_level, first.contacted) == ("case-0", 5, "yes")
        assert (second.case, second.first_level, second.contacted) == ("case-1", 1, "no")
        assert second.reason == "not_contacted"
        assert states == [DutyState.CLOSED] * 2

    at_once(story())


def test_another_process_goes_on_in_the_middle() -> None:
    async def story() -> None:
        async with open_survey_house(deaf=True) as house:
            told = await house.answers()
            await told.presses("12", every=3)
            await asyncio.sleep(1)

            after = await house.goes_on_elsewhere(told)
            await after.presses("32", every=2)
            await after.is_over()
            (record,) = await records(house, after)
        assert after.heard == ["survey_solved", "survey_satisfaction", "survey_thanks"]
        assert (record.contacted, record.solved, record.first_level) == ("no", "no", 4)
        assert attempt_end(house) is Outcome.REACHED

    at_once(story())


def test_what_was_said_while_the_database_was_away_is_stored_when_it_is_back() -> None:
    async def story() -> None:
        async with open_survey_house(deaf=True) as house:
            told = await house.answers()
            house.keeps.away = True
            await told.presses("1122", every=3)
            await asyncio.sleep(20)
            assert not told.survey.over.is_set()
            house.keeps.away = False
            await told.is_over()
            (record,) = await records(house, told)
        assert record.first_level == 4
        assert attempt_end(house) is Outcome.REACHED

    at_once(story())


def test_who_wants_a_person_gets_one_also_while_the_database_is_away() -> None:
    """I1: nobody waits in silence for what we have to store."""

    async def story() -> None:
        async with open_survey_house(deaf=True) as house:
            told = await house.answers()
            house.keeps.away = True
            await told.presses("0", every=3)
            await asyncio.sleep(10)
            assert house.to_line == [CALL]
            assert not told.survey.over.is_set()
            house.keeps.away = False
            await told.is_over()
        assert attempt_end(house) is Outcome.REACHED

    at_once(story())


def test_who_has_answered_everything_is_not_kept_while_the_database_is_away() -> None:
    async def story() -> None:
        async with open_survey_house(deaf=True) as house:
            told = await house.answers()
            house.keeps.away = True
            await told.presses("1122", every=3)
            await asyncio.sleep(20)
            assert told.line.live.where == "" or told.line.live.hung_up.is_set()
            assert not told.survey.over.is_set()
            house.keeps.away = False
            await told.is_over()

    at_once(story())


def test_a_case_that_is_flagged_while_it_is_asked_about_stays_withdrawn() -> None:
    """CBK-01: whatever was answered meanwhile."""

    async def story() -> None:
        async with open_survey_house(deaf=True) as house:
            told = await house.answers()
            await told.presses("1", every=3)
            await withdraw(house, told)
            await told.presses("122", every=3)
            await told.is_over()
            (duty,) = told.duties
        assert duty.state is DutyState.WITHDRAWN
        assert attempt_end(house) is Outcome.REACHED

    at_once(story())


async def withdraw(house: SurveyHouse, told: Told) -> None:
    work_list = SurveyList(house.store, Cases(), RULES)
    for duty in told.duties:
        assert duty.case is not None
        await work_list.withdraw(duty.case, "confidential", house.clock.now())


def test_a_citizen_who_speaks_korean_is_asked_in_korean_all_along() -> None:
    """朝鲜语: the shipped voice is a placeholder, the way is the same."""

    async def story() -> None:
        says = [heard("yes"), heard("yes"), heard("yes"), heard("satisfied")]
        async with open_survey_house(says) as house:
            told = await house.answers(language=Language.KO)
            await told.is_over()
            (record,) = await records(house, told)
        spoken = set(told.line.heard)
        assert {name.split("/")[0] for name in spoken} == {"ko"}
        assert "ko/phrases/survey_thanks" in spoken
        assert house.listener.asked[3].language is Language.KO
        assert ("만족",) in {choice.says for choice in house.listener.asked[3].choices}  # type: ignore[union-attr]
        assert record.first_level == 4

    at_once(story())
