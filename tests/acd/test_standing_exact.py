"""What stands beside line and seats: spells of plans, incidents, who is away (SRG-01, EMG-05)."""

from datetime import timedelta

from acd.call_facts import Limit
from acd.standing import INCIDENTS_KEPT, SPELLS_KEPT, Standing
from acd.surge_facts import (
    BreakWished,
    CallSentOver,
    IncidentClosed,
    IncidentId,
    IncidentKind,
    IncidentOpened,
    Measures,
    PlanName,
    SurgeActivated,
    SurgeReturned,
)
from kernel.ids import AgentNo, CallId, PauseReason, QueueName, SeatId
from tests.fakes.fake_clock import MONDAY_NINE

GENERAL = QueueName("general")
SECOND = timedelta(seconds=1)


def activated(second: int, plan: str = "surge") -> SurgeActivated:
    at = MONDAY_NINE + second * SECOND
    return SurgeActivated(at=at, plan=PlanName(plan), by="system", why="", measures=Measures())


def returned(second: int, plan: str = "surge") -> SurgeReturned:
    at = MONDAY_NINE + second * SECOND
    return SurgeReturned(at=at, plan=PlanName(plan), by="system", why="", stood=SECOND)


def opened(name: str) -> IncidentOpened:
    return IncidentOpened(
        at=MONDAY_NINE, incident=IncidentId(name), about=IncidentKind.WATER, title="", areas=(),
        announcement="", key="1", queue=GENERAL, by="chief", why="",
    )  # fmt: skip


def test_srg_01_a_plan_last_returned_when_its_last_spell_ended() -> None:
    standing = Standing()
    for begins, ends, plan in ((0, 5, "surge"), (6, 20, "other"), (10, 15, "surge")):
        standing.activated(activated(begins, plan))
        standing.returned(returned(ends, plan))
    standing.activated(activated(30))

    assert standing.returned_at(PlanName("surge")) == MONDAY_NINE + 15 * SECOND
    assert standing.returned_at(PlanName("other")) == MONDAY_NINE + 20 * SECOND
    assert standing.returned_at(PlanName("never")) is None
    assert list(standing.active) == ["surge"]


def test_the_last_spells_are_kept_and_no_more() -> None:
    standing = Standing()
    for n in range(SPELLS_KEPT + 3):
        standing.activated(activated(n, f"p{n}"))

    assert SPELLS_KEPT == 100
    assert [one.activated.plan for one in standing.spells] == [f"p{n}" for n in range(3, 103)]


def test_emg_05_closed_incidents_are_forgotten_beyond_twenty_and_open_ones_never() -> None:
    standing = Standing()
    for n in range(INCIDENTS_KEPT):
        standing.opened(opened(f"i{n}"))
        if n % 2 == 0:
            standing.incidents[IncidentId(f"i{n}")].closed = IncidentClosed(
                at=MONDAY_NINE, incident=IncidentId(f"i{n}"), by="chief", why="", calls=0
            )
    assert len(standing.incidents) == 20

    standing.opened(opened("i20"))
    standing.opened(opened("i21"))

    assert INCIDENTS_KEPT == 20
    assert "i0" not in standing.incidents and "i2" not in standing.incidents
    assert "i1" in standing.incidents and "i4" in standing.incidents
    assert len(standing.open_incidents()) == 12


def test_srg_02_a_target_counts_those_who_are_there() -> None:
    standing = Standing()
    for n, to in enumerate(("province", "city", "province")):
        call = CallId(f"c{n}")
        standing.away[call] = CallSentOver(
            at=MONDAY_NINE, call=call, queue=GENERAL, to=to, why=Limit.SURGE, waited=SECOND
        )

    assert [standing.at(to) for to in ("province", "city", "other")] == [2, 1, 0]


def test_what_stands_is_put_back_as_it_was() -> None:
    standing, again = Standing(), Standing()
    standing.activated(activated(0, "gone"))
    standing.returned(returned(1, "gone"))
    standing.activated(activated(2))
    standing.opened(opened("i1"))
    standing.incidents[IncidentId("i1")].calls[CallId("c1")] = MONDAY_NINE
    wish = BreakWished(
        at=MONDAY_NINE, agent=AgentNo("1001"), seat=SeatId("S001"), reason=PauseReason("rest"),
        queue=GENERAL, expected_at=None,
    )  # fmt: skip
    standing.wishes[wish.agent] = wish
    before = standing.contents()

    image = standing.image()
    standing.incidents[IncidentId("i1")].calls.clear()
    again.put_back(image)

    assert again.contents()["incidents"] == {"i1": (opened("i1"), None, {"c1": MONDAY_NINE})}
    assert again.contents() == before | {"incidents": again.contents()["incidents"]}
    assert list(again.active) == ["surge"]
    assert list(again.wishes) == ["1001"]
