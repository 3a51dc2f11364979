"""Which surge plan is activated and which returns, by the figures (SRG-01); on virtual time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from acd.call_facts import CallAbandoned, CallQueued, SeatAnswered
from acd.standing import Standing
from acd.surge import Figures, Lately, LineNow, Watch
from acd.surge_facts import PlanName, SurgeActivated, SurgeReturned
from acd.surge_happenings import ActivateSurge, ReturnSurge
from acd.surge_plans import Plan, load_surge
from kernel.errors import BadSettings
from kernel.ids import AgentNo, CallId, LegId, QueueName, SeatId
from tests.acd.centre import ROOT

START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
NAME = PlanName("surge")


def no_forecast(_start: datetime, _end: datetime) -> float | None:
    return None


def plan(**keys: Any) -> Plan:
    usual: dict[str, Any] = {
        "name_zh": "高峰",
        "name_en": "Surge",
        "triggers": [{"waiting": 10, "for_s": 5}],
        "back": {"waiting_at_most": 2, "for_s": 10, "stands_s": 20, "rests_s": 60},
        "actions": {"wrap_up_limit_s": 5},
    }
    return Plan.model_validate(usual | keys)


class Day:
    """Looks once a second; what is decided is done at once."""

    def __init__(self, rules: Plan, forecast: Any = no_forecast) -> None:
        self.watch = Watch({NAME: rules})
        self.standing = Standing()
        self.lately = Lately()
        self.now = START
        self.forecast = forecast
        self.log: list[tuple[str, int]] = []

    def passes(self, seconds: int, *, waiting: int = 0, longest: float = 0.0) -> None:
        for _ in range(seconds):
            line = LineNow(waiting, timedelta(seconds=longest))
            figures = Figures(self.now, line, self.lately, self.forecast)
            for order in self.watch.look(lambda _, seen=figures: seen, self.standing):
                self.does(order)
            self.now += timedelta(seconds=1)

    def does(self, order: ActivateSurge | ReturnSurge) -> None:
        after = int((self.now - START).total_seconds())
        if isinstance(order, ActivateSurge):
            self.log.append(("on", after))
            fact = SurgeActivated(
                at=self.now,
                plan=order.plan,
                by=order.by,
                why=order.why,
                measures=order.measures,
            )
            self.standing.activated(fact)
        else:
            self.log.append(("off", after))
            self.standing.returned(
                SurgeReturned(at=self.now, plan=order.plan, by=order.by, why="", stood=timedelta())
            )

    def asks(self, n: int, *, answered: bool | None = None) -> None:
        for i in range(n):
            call = CallId(f"c{i}-{self.now.timestamp()}")
            same: dict[str, Any] = {"at": self.now, "call": call, "queue": QueueName("general")}
            self.lately.see(
                CallQueued(
                    **same, needs={}, priority=0, again=False, asked_at=self.now, turn_at=self.now
                )
            )
            waited = timedelta(seconds=9)
            if answered is False:
                self.lately.see(
                    CallAbandoned(**same, waited=waited, short=False, while_ringing=False)
                )
            elif answered:
                seat: dict[str, Any] = {
                    "leg": LegId("7-000001"),
                    "seat": SeatId("S1"),
                    "agent": AgentNo("1"),
                }
                self.lately.see(SeatAnswered(**same, **seat, waited=waited, again=False))


def test_srg_01_a_line_that_is_long_for_a_while_activates_the_plan_once() -> None:
    day = Day(plan())
    day.passes(4, waiting=12)
    day.passes(3, waiting=3)
    assert day.log == []

    day.passes(30, waiting=12)

    assert day.log == [("on", 12)]


def test_srg_01_it_returns_once_when_calm_has_lasted_and_not_before_its_time() -> None:
    day = Day(plan(back={"waiting_at_most": 2, "for_s": 10, "stands_s": 40, "rests_s": 60}))
    day.passes(6, waiting=12)
    day.passes(9, waiting=1)
    day.passes(1, waiting=5)
    day.passes(60, waiting=0)

    assert day.log == [("on", 5), ("off", 45)]


def test_srg_01_between_the_two_marks_nothing_happens() -> None:
    day = Day(plan())
    day.passes(6, waiting=12)
    day.passes(200, waiting=6)

    assert day.log == [("on", 5)]


def test_srg_01_after_its_return_it_rests_before_it_is_activated_by_itself() -> None:
    day = Day(plan())
    day.passes(6, waiting=12)
    day.passes(20, waiting=0)
    day.passes(120, waiting=12)

    assert [what for what, _ in day.log] == ["on", "off", "on"]
    assert day.log[2][1] - day.log[1][1] == 60


def test_srg_01_the_longest_wait_activates_it() -> None:
    day = Day(plan(triggers=[{"longest_wait_s": 120}]))
    day.passes(2, waiting=1, longest=119)
    day.passes(2, waiting=1, longest=120)

    assert day.log == [("on", 2)]


def test_srg_01_the_answer_rate_activates_it_when_there_are_enough_calls() -> None:
    rules = plan(triggers=[{"answer_rate_below": 0.9, "window_s": 60, "at_least": 10}])
    day = Day(rules)
    day.asks(8, answered=False)
    day.passes(3)
    assert day.log == []

    day.asks(2, answered=True)
    day.passes(1)
    assert [what for what, _ in day.log] == ["on"]


def test_a_rate_of_calls_that_are_long_past_says_nothing() -> None:
    rules = plan(triggers=[{"answer_rate_below": 0.9, "window_s": 60, "at_least": 10}])
    day = Day(rules)
    day.asks(20, answered=False)
    day.now += timedelta(seconds=61)
    day.passes(5)

    assert day.log == []


def test_srg_01_more_calls_than_forecast_activate_it() -> None:
    rules = plan(
        triggers=[{"arrivals_over_forecast": 2.0, "window_s": 60, "at_least": 20}],
        back={"arrivals_at_most": 1.2, "window_s": 60, "for_s": 5, "stands_s": 5},
    )
    day = Day(rules, lambda start, end: (end - start).total_seconds() / 6)
    day.asks(20)
    day.passes(5)
    assert day.log == []
    day.asks(1)

    day.passes(80)

    assert [what for what, _ in day.log] == ["on", "off"]


def test_without_a_forecast_that_trigger_is_silent() -> None:
    day = Day(plan(triggers=[{"arrivals_over_forecast": 2.0, "at_least": 1}]))
    day.asks(1000)
    day.passes(5)

    assert day.log == []


def test_srg_01_what_a_supervisor_activated_stays_until_he_returns_it() -> None:
    day = Day(plan())
    day.does(ActivateSurge(plan=NAME, measures=plan().measures(), by="chief", why="降温预警"))
    day.passes(300, waiting=0)

    assert day.log == [("on", 0)]


def test_the_shipped_plans_are_sound(tmp_path: Path) -> None:
    rules = load_surge(ROOT / "config" / "surge.yaml")

    assert {"surge", "overflow", "disaster", "tourism"} <= set(rules.plans)
    assert rules.capacity()["jilin"] == 20


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("- {waiting: 100, for_s: 30}", "- {for_s: 30}", "give one of waiting"),
        ("{after_s: 60, to: [jilin, jilin_city]}", "{after_s: 60, to: [moon]}", "moon"),
        ('{number: "043187912345", at_most: 200}', "{at_most: 200}", "level or number"),
        ("    other: incident_other\n", "", "there is none for other"),
    ],
)
def test_a_broken_surge_file_stops_the_start(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    text = (ROOT / "config" / "surge.yaml").read_text(encoding="utf-8")
    assert before in text
    file = tmp_path / "surge.yaml"
    file.write_text(text.replace(before, after, 1), encoding="utf-8")

    with pytest.raises(BadSettings, match=said):
        load_surge(file)
