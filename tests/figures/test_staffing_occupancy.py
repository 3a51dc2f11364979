"""Who works without a breath: occupancy of each agent over the last hour (HR-02, D-08)."""

from datetime import UTC, datetime, timedelta

import pytest

from acd import facts as f
from acd.seat_facts import Who
from figures.agent_tally import AgentTally
from figures.occupancy import Occupancies
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, Extension, LegId, PauseReason, QueueName, SeatId

AT = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
AGENT, SEAT, CALL, LEG = AgentNo("1001"), SeatId("S001"), CallId("c1"), LegId("7-000001")


def later(minutes: float) -> datetime:
    return AT + timedelta(minutes=minutes)


def signs_in(minute: float) -> list[Fact]:
    at = later(minute)
    signed = f.AgentSignedIn(
        at=at, agent=AGENT, seat=SEAT, phone=Extension("8001"), skills={}, auto_answer=False
    )
    return [signed, f.AgentAvailable(at=at, agent=AGENT, seat=SEAT, by=Who.AGENT)]


def talks(first: float, last: float, wrap_up: float = 0) -> list[Fact]:
    facts: list[Fact] = [
        f.SeatAnswered(
            at=later(first), leg=LEG, seat=SEAT, agent=AGENT, call=CALL,
            queue=QueueName("general"), waited=timedelta(), again=False,
        ),
        f.TalkEnded(
            at=later(last), leg=LEG, seat=SEAT, agent=AGENT, call=CALL,
            talked=timedelta(minutes=last - first),
        ),
        f.WrapUpStarted(
            at=later(last), seat=SEAT, agent=AGENT, call=CALL, until=later(last + wrap_up)
        ),
        f.WrapUpEnded(at=later(last + wrap_up), seat=SEAT, agent=AGENT, by=Who.SYSTEM),
    ]  # fmt: skip
    return facts


def pauses(minute: float) -> Fact:
    return f.AgentPaused(
        at=later(minute), agent=AGENT, seat=SEAT, reason=PauseReason("rest"), until=None,
        by=Who.AGENT,
    )  # fmt: skip


def test_hr_02_talk_and_wrap_up_against_the_time_at_work() -> None:
    seen = Occupancies(HOUR)

    seen.see([*signs_in(0), *talks(6, 40, wrap_up=14)])
    (load,) = seen.at(later(60))

    assert (load.busy, load.at_work) == (timedelta(minutes=48), HOUR)
    assert load.occupancy == pytest.approx(0.8)


def test_hr_02_a_break_is_no_work_and_the_window_rolls() -> None:
    seen = Occupancies(HOUR)

    seen.see([*signs_in(0), *talks(0, 30), pauses(30)])
    seen.see([f.AgentAvailable(at=later(50), agent=AGENT, seat=SEAT, by=Who.AGENT)])
    (at_sixty,), (at_hundred,) = seen.at(later(60)), seen.at(later(100))

    assert (at_sixty.busy, at_sixty.at_work) == (timedelta(minutes=30), timedelta(minutes=40))
    assert (at_hundred.busy, at_hundred.at_work) == (timedelta(0), timedelta(minutes=50))


def test_a_conversation_that_goes_on_counts_until_now() -> None:
    seen = Occupancies(HOUR)

    seen.see([*signs_in(0), *talks(10, 80)[:1]])

    assert seen.at(later(30))[0].occupancy == pytest.approx(20 / 30)
    assert seen.at(later(90))[0].occupancy == 1.0


def test_whoever_pauses_while_talking_works_until_the_call_is_over() -> None:
    seen = Occupancies(HOUR)

    seen.see([*signs_in(0), *talks(0, 30)[:1], pauses(10), *talks(0, 30)[1:2]])

    assert seen.at(later(50))[0].at_work == timedelta(minutes=30)


def test_who_has_signed_out_is_looked_at_no_longer() -> None:
    seen = Occupancies(HOUR)

    seen.see(signs_in(0))
    seen.see([f.AgentSignedOut(at=later(5), agent=AGENT, seat=SEAT, by=Who.AGENT)])

    assert seen.at(later(6)) == []


def test_after_a_start_the_window_begins_with_who_is_there() -> None:
    known = AgentTally(agent=AGENT, since=AT, paused=False, doing_since=AT)

    seen = Occupancies(HOUR, [known])

    assert seen.at(later(10))[0].at_work == timedelta(minutes=10)
    assert seen.at(AT)[0].occupancy == 0.0
