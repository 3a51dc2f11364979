"""Rules of queues, seed, staffing, estimate, news: their borders, and what they refuse."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from acd import facts as f
from acd.directory import (
    Agent,
    Directory,
    EmployerKind,
    Grade,
    Place,
    Scope,
    SeatPlace,
    SkillName,
)
from acd.happenings import ForcedTo, SupervisorForces
from acd.policy import Overflow, QueuePolicies, QueuePolicy
from acd.seat_ratio import District, Districts, Rounding, staffing
from acd.seed import load_directory
from acd.wait_estimate import Measured, WaitEstimate, qlm
from acd.waits import (
    Announce,
    Connected,
    Gone,
    News,
    OfferCallback,
    Refused,
    SeatWait,
    YourTurn,
    news_of,
)
from acd.waits import Overflow as SentAway
from kernel.errors import BadSettings
from kernel.ids import AgentNo, CallId, DutyId, LegId, QueueName, SeatId, Skill
from tests.acd.centre import ROOT, Centre, agent, directory, place, policies
from tests.fakes.fake_clock import MONDAY_NINE

A, B = Skill("a"), Skill("b")


def general(**changed: Any) -> QueuePolicy:
    return policies(changed).queues[QueueName("general")]


# ---- rules of queues -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("overflow", {"queue": "elderly", "target": "province"}),
        ("overflow", {}),
        ("callback", None),  # a limit offers one
        ("relaxation", [{"after_s": 20}, {"after_s": 10}]),
        ("relaxation", [{"after_s": 20}, {"after_s": 20}]),
        ("overflow", {"queue": "general"}),  # into itself
        ("overflow", {"queue": "nowhere"}),
    ],
)
def test_rules_that_do_not_fit_together_are_refused(key: str, wrong: object) -> None:
    with pytest.raises(ValidationError):
        policies({key: wrong})


def test_a_must_is_not_lost_where_a_queue_overflows_into() -> None:
    """SPC-03: who is moved there would be put through to anybody."""
    into_elderly = {"must": ["lang:*"], "overflow": {"queue": "elderly"}}

    with pytest.raises(
        ValidationError, match=r"general overflows into elderly, where lang:\* is no"
    ):
        policies(into_elderly)


def test_rules_that_fit_together_are_taken() -> None:
    assert general(overflow={"queue": "elderly"}).overflow == Overflow(queue=QueueName("elderly"))
    assert general(callback=None, when_too_long="wait").callback is None


@pytest.mark.parametrize("raw", [[], "text", None, {}, {"queues": []}, {"queues": {"x": 5}}])
def test_a_file_of_another_shape_is_refused_with_its_keys(raw: object) -> None:
    """As any broken value: pydantic names what is missing."""
    with pytest.raises(ValidationError) as refused:
        QueuePolicies.model_validate(raw)

    named = {error["loc"] for error in refused.value.errors()}
    assert named == {()} if not isinstance(raw, dict) else ("default_queue",) in named


def test_a_stage_lowers_levels_to_one_and_no_further() -> None:
    rule = general(relaxation=[{"after_s": 5, "lower_levels_by": 2}])

    assert rule.needs_at({A: 4, B: 2}, 0) == {A: 4, B: 2}
    assert rule.needs_at({A: 4, B: 2}, 1) == {A: 2, B: 1}


def test_a_must_stays_at_its_level_through_every_stage() -> None:
    """SPC-03: a language is a must; it is asked for also where something else is instead."""
    rule = general(
        must=["lang:*"],
        relaxation=[
            {"after_s": 5, "lower_levels_by": 1},
            {"after_s": 9, "instead": {"a": 3}, "lower_levels_by": 1},
        ],
    )
    asked = {Skill("lang:ko"): 2, B: 3}

    assert rule.needs_at(asked, 1) == {"lang:ko": 2, "b": 2}
    assert rule.needs_at(asked, 2) == {"lang:ko": 2, "a": 2}
    assert rule.is_must(Skill("lang:ko")) is True
    assert rule.is_must(B) is False


# ---- the directory's seed ----------------------------------------------------------------------


def seeded(tmp_path: Path, phones: Mapping[str, str]) -> Directory:
    seats = ", ".join(f"{name}: {{phone: {p}, district: x}}" for name, p in phones.items())
    file = tmp_path / "directory.yaml"
    file.write_text(f"skills: {{}}\nagents: {{}}\nseats: {{{seats}}}\n", encoding="utf-8")
    return load_directory(file)


def test_a_phone_stands_at_one_seat_only(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="phone 8001 stands at two seats"):
        seeded(tmp_path, {"S1": '"8001"', "S2": '"8002"', "S3": '"8001"'})


def test_seats_without_phones_may_be_many_and_have_none(tmp_path: Path) -> None:
    people = seeded(tmp_path, {"S1": "null", "S2": "null", "S3": '"8001"'})

    assert [seat.phone for seat in people.seats.values()] == [None, None, "8001"]


def test_the_seed_is_taken_over_as_it_stands() -> None:
    people = load_directory(ROOT / "config" / "directory.yaml")

    assert all(seat.active and seat.version == 0 for seat in people.seats.values())
    assert all(agent.active and agent.version == 0 for agent in people.agents.values())
    assert not any(seat.auto_answer for seat in people.seats.values())


def test_who_is_entered_is_in_service_and_not_stored_yet_and_a_seat_rings() -> None:
    seat = SeatPlace(id=SeatId("S1"), phone=None, district="x")
    one = Agent(
        no=AgentNo("1"), name="x", employer_kind=EmployerKind.OWN, grade=Grade.FIVE, district="x"
    )
    skill = SkillName(skill=A, name_zh="x", name_en="x")

    assert (seat.auto_answer, seat.active, seat.place) == (False, True, Place.PHYSICAL)
    assert (one.active, one.skills) == (True, {})
    assert seat.version == one.version == skill.version == 0
    assert not replace(one, active=False).may(Scope.ANSWER)


# ---- staffing (SEAT-01) ------------------------------------------------------------------------


def district(population: int, rounding: Rounding = Rounding.CEIL) -> Districts:
    one = District(
        name_zh="长春",
        name_en="Changchun",
        area_code="0431",
        population=population,
        as_of=date(2020, 11, 1),
        source="census",
    )
    return Districts(
        seats_per_million=15, agents_per_seat=3, rounding=rounding, districts={"220100": one}
    )


@pytest.mark.parametrize(
    ("population", "ceil", "rounded"),
    [
        (1_000_000, 15, 15),
        (1_000_001, 16, 15),
        (1_100_000, 17, 17),  # 16.5: a half counts as one
        (1_099_999, 17, 16),
    ],
)
def test_a_fraction_of_a_seat_counts_by_the_setting(
    population: int, ceil: int, rounded: int
) -> None:
    assert district(population).required_seats("220100") == ceil
    assert district(population, Rounding.ROUND).required_seats("220100") == rounded


def test_only_what_is_in_service_is_counted() -> None:
    """Seats and agents in service; at work who is signed in at a seat that is still there."""
    people = directory(*[{"general": 1}] * 4)
    centre = Centre(people)
    centre.staff(1, 2, 3)
    centre.call("c1")
    centre.answer(LegId("7-000001"))
    centre.take(SupervisorForces("leader", AgentNo("1001"), ForcedTo.SIGNED_OUT, "went home"))
    seats = {**people.seats, SeatId("S004"): replace(place(4), active=False)}
    del seats[SeatId("S003")]
    agents = {**people.agents, AgentNo("1004"): replace(agent(4, {"general": 1}), active=False)}
    now = Directory(agents, seats, {})

    (row,) = staffing(district(200_000), now, centre.floor.view(centre.clock.now()))

    assert (row.required_seats, row.required_agents) == (3, 9)
    assert (row.configured_seats, row.configured_agents, row.signed_in) == (2, 3, 1)
    assert (row.seat_gap, row.agent_gap) == (1, 6)
    assert (row.seat_ratio, row.agent_ratio) == (pytest.approx(2 / 3), pytest.approx(1 / 3))


def test_more_than_is_needed_is_no_gap() -> None:
    people = directory(*[{"general": 1}] * 4)
    centre = Centre(people)

    (row,) = staffing(district(60_000), people, centre.floor.view(centre.clock.now()))

    assert (row.required_seats, row.seat_gap, row.agent_gap) == (1, 0, 0)
    assert (row.seat_ratio, row.agent_ratio) == (4.0, pytest.approx(4 / 3))


# ---- the estimate ------------------------------------------------------------------------------


def test_eighty_per_cent_of_such_callers_wait_between_these() -> None:
    assert WaitEstimate(10.0, 20.0).interval_s() == (0.0, pytest.approx(35.632))
    assert WaitEstimate(100.0, 20.0).interval_s() == (
        pytest.approx(74.368),
        pytest.approx(125.632),
    )


def test_where_nobody_gives_up_the_deviation_too_is_that_of_all_ahead() -> None:
    estimate = qlm(199, 0.5, 0.0)

    assert estimate.mean_s == pytest.approx(400)
    assert estimate.deviation_s == pytest.approx(sqrt(200) / 0.5)


@pytest.mark.parametrize(("capacity", "theta"), [(1.0, 5e-12), (0.001, 5e-15)])
def test_hardly_anybody_giving_up_is_still_not_nobody(capacity: float, theta: float) -> None:
    """The long sum is an integral as soon as it differs from a line."""
    steps = (1 / (capacity + k * theta) for k in range(100_000))

    assert qlm(99_999, capacity, theta).mean_s == pytest.approx(sum(steps), rel=2e-8)


def test_one_caller_beyond_the_exact_terms_counts() -> None:
    assert qlm(65, 1.0, 0.0).mean_s == pytest.approx(66)
    assert qlm(64, 1.0, 0.0).mean_s == pytest.approx(65)


def test_older_measurements_fade_by_a_thousandth_each_time() -> None:
    measured = Measured.starting_with(holding_s=200, patience_s=300, weight=10)

    measured.held(timedelta(seconds=50))
    measured.waited(timedelta(seconds=90), gave_up=False)
    measured.waited(timedelta(seconds=40), gave_up=True)

    assert measured.holdings == pytest.approx(10 * 0.999 + 1)
    assert measured.held_s == pytest.approx(2000 * 0.999 + 50)
    assert measured.abandoned == pytest.approx(10 * 0.999**2 + 1)
    assert measured.waited_s == pytest.approx((3000 * 0.999 + 90) * 0.999 + 40)


def test_a_second_is_the_least_that_a_conversation_or_all_waits_last() -> None:
    """So that nothing measured yet, or a drill of empty calls, divides by nothing."""
    measured = Measured(holdings=2, held_s=1, abandoned=3, waited_s=0.5)

    assert (measured.holding_s, measured.theta) == (1.0, 3.0)


def test_one_seat_is_enough_for_an_estimate() -> None:
    measured = Measured.starting_with(60, 1e9, 30)

    estimate = measured.estimate(ahead=0, serving=1)

    assert estimate is not None and estimate.mean_s == pytest.approx(60)
    assert measured.estimate(ahead=0, serving=0) is None


# ---- what a waiting story hears ----------------------------------------------------------------

CALL, QUEUE = CallId("c1"), QueueName("general")
WAITED = timedelta(seconds=4)
ONES: dict[str, Any] = {"at": MONDAY_NINE, "call": CALL, "queue": QUEUE}
OVERFLOWED = f.CallOverflowed(**ONES, to="province", why=f.Limit.LINE_FULL, waited=WAITED)
TOLD: list[tuple[Any, News]] = [
    (
        f.AnnouncementDue(
            at=MONDAY_NINE, call=CALL, position=2, low=None, high=WAITED,
            reason=f.AnnounceReason.MOVED, serving=1,
        ),
        Announce(2, None, WAITED, f.AnnounceReason.MOVED),
    ),
    (f.CallbackOffered(**ONES, key="1"), OfferCallback("1")),
    (f.CallbackTurn(**ONES, duty=DutyId("d")), YourTurn()),
    (
        f.SeatAnswered(
            **ONES, leg=LegId("7-000001"), seat=SeatId("S001"), agent=AgentNo("1001"),
            waited=WAITED, again=False,
        ),
        Connected(SeatId("S001"), AgentNo("1001"), LegId("7-000001")),
    ),
    (OVERFLOWED, SentAway("province")),
    (f.CallFailed(**ONES, why=f.Limit.LINE_FULL, waited=WAITED), Refused(f.Limit.LINE_FULL)),
    (f.CallbackPromised(**ONES, waited=WAITED), Gone("callback-promised")),
    (f.ReentryEnded(**ONES, how="call-abandoned"), Gone("call-abandoned")),
    (
        f.ReentryEnded(**ONES, how="call-overflowed", to="province", why=f.Limit.LINE_FULL),
        SentAway("province"),
    ),
    (
        f.ReentryEnded(**ONES, how="call-failed", why=f.Limit.WAIT_TOO_LONG),
        Refused(f.Limit.WAIT_TOO_LONG),
    ),
    (f.ReentryEnded(**ONES, how="call-blocked", why=f.Limit.FAILED), Gone("call-blocked")),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "news"), TOLD, ids=[fact.kind for fact, _ in TOLD])
def test_each_fact_is_news_to_who_waits(fact: Any, news: News) -> None:
    assert news_of(fact) == news


@pytest.mark.parametrize("news", [news for _, news in TOLD], ids=lambda one: type(one).__name__)
async def test_a_wait_ends_with_news_of_its_end_and_with_no_other(news: News) -> None:
    wait = SeatWait()
    for one in (news, YourTurn()):
        wait.hear(one)

    heard = [one async for one in wait]

    goes_on = isinstance(news, Announce | OfferCallback)
    assert heard == ([news, YourTurn()] if goes_on else [news])


async def test_the_turn_of_a_citizen_first_ends_the_wait_for_it() -> None:
    wait = SeatWait()
    for news in (YourTurn(), Gone("callback-dropped")):
        wait.hear(news)

    assert [one async for one in wait] == [YourTurn()]
