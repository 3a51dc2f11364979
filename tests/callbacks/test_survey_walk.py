"""Any citizen, saying anything in any order: every walk ends, and nothing is made up."""

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from callbacks.duty import AttemptId, Duty, DutyKind, DutyState, Outcome, Result
from callbacks.questions import SATISFACTION, Ending, load_survey
from callbacks.survey_facts import SurveyAsked
from callbacks.survey_told import Visit, asked, ended, in_order, walk_again
from callbacks.survey_walk import (
    By,
    Commented,
    Heard,
    HungUp,
    NotUnderstood,
    Pressed,
    Silence,
    Understood,
    Walk,
    advance,
    begin,
    ending_of,
    is_keys_only,
    level_of,
    outcome_of,
    says,
)
from kernel.fact import FactKinds, encode
from kernel.ids import CaseId, DutyId, NumberKey
from telephony.phrases import load_phrases

CONFIG = Path(__file__).parents[2] / "config"
BOOK = load_phrases(CONFIG / "phrases.yaml")
SURVEY = load_survey(CONFIG / "surveys" / "case_result.yaml", {*BOOK.phrases, *BOOK.tones})
AT = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
VALUES = sorted({v for q in SURVEY.questions.values() for v in q.words} | {"nonsense"})
HEARD: st.SearchStrategy[Heard] = st.one_of(
    st.sampled_from("0123456789*#").map(Pressed),
    st.sampled_from("1234512345129").map(Pressed),  # most press what they are asked for
    st.sampled_from(VALUES).map(Understood),
    st.just(NotUnderstood()),
    st.just(Silence()),
)
MOST = 2 * len(SURVEY.questions) * (SURVEY.ask_at_most + 1)


def visit(subjects: int) -> Visit:
    duties = tuple(
        Duty(
            id=DutyId(f"survey:c{n}:1"), kind=DutyKind.SURVEY, state=DutyState.REACHED,
            caller_key=NumberKey("k"), caller="138****0001", opened_at=AT, last_missed_at=AT,
            due_at=AT, urgent=False, case=CaseId(f"c{n}"),
        )
        for n in range(subjects)
    )  # fmt: skip
    return Visit(attempt=AttemptId("out-1-000001"), duties=duties)


def at(walk: Walk, heard: Heard) -> Heard:
    """Where a citizen speaks freely, what he says is a comment."""
    records = SURVEY.questions[walk.at].record is not None
    return Commented() if records and isinstance(heard, Understood) else heard


def walked(heard: list[Heard], subjects: int) -> Walk:
    walk = begin(SURVEY, subjects)
    for one in heard:
        if walk.is_over:
            break
        walk = advance(SURVEY, walk, one)
    return walk if walk.is_over else advance(SURVEY, walk, HungUp())


@settings(max_examples=400, deadline=None)
@given(st.lists(HEARD, min_size=MOST, max_size=MOST), st.integers(1, 2))
def test_every_walk_ends_and_rates_only_what_was_said(heard: list[Heard], subjects: int) -> None:
    walk = begin(SURVEY, subjects)
    ratings = 0
    for one in heard:
        if walk.is_over:
            break
        rates = walk.at == SATISFACTION and isinstance(one, Pressed | Understood)
        before = walk
        walk = advance(SURVEY, walk, at(walk, one))
        ratings += rates and SATISFACTION in walk.answers[before.subject]
        assert walk.asked <= SURVEY.ask_at_most
        assert is_keys_only(SURVEY, walk) or walk.deaf < SURVEY.deaf_at_most
        BOOK.say(*says(SURVEY, walk))

    assert walk.is_over, "no survey goes on for ever"
    given_ = [level_of(answers) for answers in walk.answers]
    assert sum(level is not None for level in given_) <= ratings
    assert outcome_of(walk)[0] in (Outcome.REACHED, Outcome.VOICEMAIL, Outcome.WRONG_PERSON)
    for n, level in enumerate(given_):
        if level is None:
            assert ending_of(walk, n) is not Ending.COMPLETE  # never counted as satisfied


@settings(max_examples=200, deadline=None)
@given(st.lists(HEARD, max_size=12), st.lists(HEARD, max_size=12), st.integers(1, 2))
def test_a_walk_goes_on_from_its_last_fact_as_if_nothing_had_happened(
    first: list[Heard], then: list[Heard], subjects: int
) -> None:
    """The crash is anywhere between a question and its answer."""
    walk = begin(SURVEY, subjects)
    for one in first:
        after = advance(SURVEY, walk, at(walk, one))
        if after.is_over:
            break
        walk = after
    fact = asked(SURVEY, walk, visit(subjects), AT)
    read = FactKinds([SurveyAsked]).decode(fact.kind, encode(fact))
    assert isinstance(read, SurveyAsked)

    again = walk_again(SURVEY, read)

    assert in_order(read, tuple(reversed(visit(subjects).duties))) == visit(subjects).duties
    for one in [*then, HungUp()]:
        if walk.is_over:
            break
        heard = at(walk, one)
        walk, again = advance(SURVEY, walk, heard), advance(SURVEY, again, heard)
    assert again.answers == walk.answers
    assert again.ending == walk.ending
    assert ended(SURVEY, again, visit(subjects), AT, {}) == ended(
        SURVEY, walk, visit(subjects), AT, {}
    )


def test_a_question_that_the_file_no_longer_has_is_begun_anew() -> None:
    walk = begin(SURVEY)
    fact = asked(SURVEY, walk, visit(1), AT)

    known = walk_again(SURVEY, fact)
    assert known.at == SURVEY.first
    changed = SURVEY.model_copy(
        update={"questions": {k: v for k, v in SURVEY.questions.items() if k != "identity"}}
    )
    assert walk_again(changed, fact).at == "contacted"


def test_a_mailbox_and_the_wrong_person_leave_no_record() -> None:
    """They are rung again; the citizen has said nothing."""
    for heard in ([Silence()] * 3, [Pressed("2")]):
        walk = walked(list(heard), 1)
        assert ended(SURVEY, walk, visit(1), AT, {}) == []


def test_who_is_handed_over_after_rating_has_completed_the_survey() -> None:
    keys = [Pressed(key) for key in "1114"]
    walk = walked([*keys, Pressed("0")], 1)

    (fact,) = ended(SURVEY, walk, visit(1), AT, {})

    assert walk.ending is Ending.HANDED_OVER
    assert (fact.ending, fact.level, fact.level_by) == (Ending.COMPLETE, 2, By.KEY)
    assert outcome_of(walk) == (Outcome.REACHED, Result.HANDED_OVER)
