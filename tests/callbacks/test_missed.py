"""Who is owed a call back, and by when (MISS-01, A16). Pure."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from acd.call_facts import (
    CallAbandoned,
    CallbackPromised,
    CallBlocked,
    CallFailed,
    CallOverflowed,
    CallQueued,
    FallbackLost,
    Limit,
)
from acd.facts import FACTS as FLOOR_FACTS
from acd.facts import FATES
from callbacks.duty import DutyKind, DutyState
from callbacks.missed import (
    ANSWERED,
    KINDS,
    LOST,
    Missed,
    due_at,
    is_urgent,
    merged,
    open_duty,
    self_resolved,
    why_owed,
)
from callbacks.settings import MissedSettings, Why, load_missed_settings
from hotline.facts import FACTS as HOUSE_FACTS
from hotline.facts import CallCutOff
from kernel.errors import BadSettings
from kernel.fact import Fact
from kernel.ids import CallId, NumberKey, QueueName
from telephony.facts import FACTS as PHONE_FACTS

CHINA = ZoneInfo("Asia/Shanghai")
SETTINGS = MissedSettings()
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
WAITED = timedelta(seconds=20)
CALL, QUEUE = CallId("cc1-1.1"), QueueName("city")


def china(day: int, hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=CHINA).astimezone(UTC)


@pytest.mark.parametrize(
    ("missed", "due"),
    [
        (china(20, 12, 0), china(20, 12, 30)),
        (china(20, 8, 0), china(20, 8, 30)),
        (china(20, 21, 30), china(20, 22, 0)),
        (china(20, 21, 30, 1), china(21, 9, 0)),
        (china(20, 23, 59), china(21, 9, 0)),
        (china(21, 0, 0), china(21, 9, 0)),
        (china(21, 7, 59, 59), china(21, 9, 0)),
        (china(30, 22, 0), datetime(2026, 12, 1, 1, 0, tzinfo=UTC)),
    ],
)
def test_by_day_it_is_due_in_half_an_hour_and_at_night_at_nine(
    missed: datetime, due: datetime
) -> None:
    assert due_at(missed, urgent=False, settings=SETTINGS) == due


@pytest.mark.parametrize("hour", range(24))
def test_an_urgent_call_is_due_at_once_at_any_hour(hour: int) -> None:
    missed = china(20, hour, 15)

    assert due_at(missed, urgent=True, settings=SETTINGS) == missed


@pytest.mark.parametrize("minute", range(0, 24 * 60, 7))
def test_no_call_is_due_before_it_was_missed_nor_later_than_next_morning(minute: int) -> None:
    missed = china(20, minute // 60, minute % 60)

    due = due_at(missed, urgent=False, settings=SETTINGS)

    assert timedelta(minutes=30) <= due - missed <= timedelta(hours=11, minutes=30)
    assert due.tzinfo is UTC


FATE_FACTS: list[tuple[Fact, Why]] = [
    (
        CallAbandoned(
            at=NOON, call=CALL, queue=QUEUE, waited=WAITED, short=True, while_ringing=False
        ),
        Why.ABANDONED,
    ),
    (CallFailed(at=NOON, call=CALL, queue=QUEUE, waited=WAITED, why=Limit.LINE_FULL), Why.FAILED),
    (CallbackPromised(at=NOON, call=CALL, queue=QUEUE, waited=WAITED), Why.PROMISED),
]


@pytest.mark.parametrize(("fact", "why"), FATE_FACTS)
def test_a_call_that_nobody_answered_is_owed(fact: Fact, why: Why) -> None:
    assert why_owed(fact, SETTINGS) is why


def test_a_caller_handed_to_110_while_waiting_is_owed_nothing() -> None:
    fact = CallOverflowed(
        at=NOON, call=CALL, queue=QUEUE, waited=WAITED, to="transferred",
        why=Limit.TRANSFERRED_AWAY,
    )  # fmt: skip

    assert why_owed(fact, SETTINGS) is None


def test_srg_02_whom_another_centre_has_answered_is_owed_nothing_unless_the_site_says_so() -> None:
    fact = CallOverflowed(
        at=NOON, call=CALL, queue=QUEUE, waited=WAITED, to="province", why=Limit.LINE_FULL
    )

    assert why_owed(fact, SETTINGS) is None
    assert why_owed(fact, MissedSettings(owed_for=frozenset(Why))) is Why.OVERFLOWED


def test_a_blocked_caller_is_owed_nothing_unless_the_site_says_so() -> None:
    fact = CallBlocked(at=NOON, call=CALL, queue=QUEUE, by="S1", reason="abuse", waited=WAITED)

    assert why_owed(fact, SETTINGS) is None
    assert why_owed(fact, MissedSettings(owed_for=frozenset(Why))) is Why.BLOCKED


def test_every_fate_of_the_floor_is_either_an_answer_or_lost() -> None:
    """The two packages know each other by kind alone: this holds them together."""
    assert {fate.kind for fate in FATES} == ANSWERED | set(LOST)
    assert FallbackLost.kind in LOST


def test_every_kind_we_listen_for_exists() -> None:
    assert {fact.kind for fact in (*FLOOR_FACTS, *PHONE_FACTS, *HOUSE_FACTS)} >= KINDS


@pytest.mark.parametrize(
    ("priority", "queue", "urgent"),
    [(3, "city", True), (2, "city", False), (0, "gas", True), (0, "city", False)],
)
def test_urgent_is_said_by_priority_or_queue(priority: int, queue: str, urgent: bool) -> None:
    settings = MissedSettings(urgent_queues=frozenset({"gas"}))
    queued = CallQueued(
        at=NOON, call=CALL, queue=QueueName(queue), needs={}, priority=priority, again=False,
        asked_at=NOON, turn_at=NOON,
    )  # fmt: skip

    assert is_urgent(queued, settings) is urgent


def missed_call(call: str = "cc1-1.1", at: datetime = NOON, **changed: object) -> Missed:
    fields: dict[str, object] = {
        "caller_key": NumberKey("k"), "caller": "138****5678", "why": Why.ABANDONED,
    }  # fmt: skip
    return Missed(call=CallId(call), at=at, **{**fields, **changed})  # type: ignore[arg-type]


def test_a_withheld_number_leaves_a_duty_that_nobody_can_dial() -> None:
    duty = open_duty(missed_call(caller_key=None, caller="withheld"), SETTINGS)

    assert duty.state is DutyState.UNCALLABLE
    assert duty.calls == ("cc1-1.1",)


def test_a_repeated_call_joins_the_duty_and_never_puts_it_off() -> None:
    duty = open_duty(missed_call(), SETTINGS)

    twice = merged(duty, missed_call("cc1-2.2", NOON + timedelta(minutes=10)), SETTINGS)

    assert twice.calls == ("cc1-1.1", "cc1-2.2")
    assert twice.due_at == duty.due_at
    assert twice.last_missed_at == NOON + timedelta(minutes=10)


def test_an_urgent_repeat_makes_the_whole_duty_urgent_and_due_at_once() -> None:
    later = NOON + timedelta(minutes=10)

    duty = merged(
        open_duty(missed_call(), SETTINGS), missed_call("cc1-2.2", later, urgent=True), SETTINGS
    )

    assert duty.urgent
    assert duty.due_at == later


def test_a_promise_stays_a_promise_when_calls_merge() -> None:
    promised = open_duty(missed_call(why=Why.PROMISED), SETTINGS)
    plain = open_duty(missed_call(), SETTINGS)

    assert merged(promised, missed_call("cc1-2.2"), SETTINGS).kind == "promised"
    assert merged(plain, missed_call("cc1-2.2", why=Why.PROMISED), SETTINGS).kind == "promised"


def test_an_answer_settles_the_duty_and_is_named() -> None:
    settled = self_resolved(open_duty(missed_call(), SETTINGS), by=CallId("cc1-3.3"), at=NOON)

    assert settled.state is DutyState.SELF_RESOLVED
    assert (settled.resolved_by, settled.closed_at) == ("cc1-3.3", NOON)


def test_the_shipped_settings_are_the_defaults() -> None:
    shipped = Path(__file__).parents[2] / "config" / "callbacks.yaml"

    assert load_missed_settings(shipped) == MissedSettings()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("missed: {day_until: 21:30}", "missed.day_until"),  # YAML reads 1290
        ('missed: {day_from: "22:00"}', "missed"),
        ('missed: {night_due_at: "07:00"}', "missed"),
        ("missed: {zone: Mars/Olympus}", "missed.zone"),
        ("missed: {owed_for: [bored]}", "missed.owed_for"),
        ("missed: {due_in: PT5M}", "missed.due_in"),
        ("missed: {due_within: -PT5M}", "missed.due_within"),
        ("mist: {}", "mist"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_key(tmp_path: Path, text: str, key: str) -> None:
    file = tmp_path / "callbacks.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(BadSettings) as caught:
        load_missed_settings(file)

    assert key in caught.value.problem
    assert caught.value.remedy


def test_a_cut_off_conversation_leaves_a_follow_up() -> None:
    why = why_owed(CallCutOff(at=NOON, call=CALL), SETTINGS)
    assert why is Why.CUT_OFF

    cut = Missed(call=CALL, caller_key=NumberKey("k"), caller="138****5678", at=NOON, why=why)
    duty = open_duty(cut, SETTINGS)

    assert (duty.kind, duty.state) == (DutyKind.FOLLOW_UP, DutyState.OPEN)
    assert duty.due_at == NOON + timedelta(minutes=30)
    without = SETTINGS.model_copy(update={"owed_for": SETTINGS.owed_for - {Why.CUT_OFF}})
    assert why_owed(CallCutOff(at=NOON, call=CALL), without) is None


@pytest.mark.parametrize(
    ("first", "then", "kind"),
    [
        (Why.CUT_OFF, Why.CUT_OFF, DutyKind.FOLLOW_UP),
        (Why.CUT_OFF, Why.ABANDONED, DutyKind.MISSED),
        (Why.ABANDONED, Why.CUT_OFF, DutyKind.MISSED),
        (Why.PROMISED, Why.CUT_OFF, DutyKind.PROMISED),
        (Why.CUT_OFF, Why.PROMISED, DutyKind.PROMISED),
    ],
)
def test_a_duty_shared_by_several_calls_is_of_the_kind_that_binds_most(
    first: Why, then: Why, kind: DutyKind
) -> None:
    one = Missed(call=CALL, caller_key=NumberKey("k"), caller="", at=NOON, why=first)
    other = Missed(call=CallId("b"), caller_key=NumberKey("k"), caller="", at=NOON, why=then)

    assert merged(open_duty(one, SETTINGS), other, SETTINGS).kind is kind
