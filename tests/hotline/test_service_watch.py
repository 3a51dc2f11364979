"""When the service itself is an alarm: nobody there (CH-01), phones and trunks down (SEAT-04), the
answer rate, waits, long calls, empty skills, bursts (E2.8, RPT-06)."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from acd.happenings import CallerLeft, Pause, PhoneSeen, SeatWanted
from figures.counts import Counts
from figures.live import LiveFigures
from hotline.watch.alarm_settings import AlarmSettings, SupervisionSettings, load_supervision
from hotline.watch.alarm_words import ALARMS
from hotline.watch.alarms import Alarms
from hotline.watch.service_rules import Cluster, ServiceRules, Verdict
from hotline.watch.service_watch import Seen, ServiceWatch
from kernel.errors import BadSettings, Unavailable
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, Extension, PauseReason, QueueName, Skill, leg_id
from tests.acd.centre import EPOCH, Centre, directory

FILE = Path(__file__).parents[2] / "config" / "supervision.yaml"


class Floor:
    """The floor of a small centre, and what the rules say of it."""

    def __init__(self, people: Sequence[dict[str, int]] = ({"general": 1},), **rules: Any) -> None:
        self.centre = Centre(directory(*people))
        self.rules = ServiceRules(AlarmSettings(**rules))

    def wrong(self) -> dict[str, str]:
        """The alarms that would stand now, with their reasons."""
        now = self.centre.clock.now()
        verdicts = self.rules.of_floor(self.centre.floor.view(now), now)
        return {name: why for name, wrong, why in verdicts if wrong}

    def look_for(self, seconds: int) -> dict[str, str]:
        for _ in range(seconds):
            self.wrong()
            self.centre.wait(1)
        return self.wrong()


def test_ch_01_nobody_signed_in_for_thirty_seconds_at_any_hour_is_a_critical_alarm() -> None:
    floor = Floor()

    assert "no-agents" not in floor.look_for(30)
    assert "no-agents" in floor.look_for(1)
    assert ALARMS["no-agents"].severity == "critical"
    floor.centre.staff(1)
    assert floor.wrong() == {}


def test_ch_01_agents_who_are_all_on_a_break_are_nobody() -> None:
    floor = Floor()
    floor.centre.staff(1)
    floor.centre.take(Pause(AgentNo("1001"), PauseReason("rest")))

    assert "no-agents" in floor.look_for(31)


def test_ch_01_an_agent_who_talks_is_somebody() -> None:
    floor = Floor()
    floor.centre.staff(1)
    floor.centre.call("c1")
    floor.centre.answer(leg_id(EPOCH, 1))

    assert "no-agents" not in floor.look_for(40)


def test_ch_01_somebody_in_between_begins_the_thirty_seconds_anew() -> None:
    floor = Floor()
    floor.look_for(29)
    floor.centre.staff(1)
    floor.wrong()
    floor.centre.take(Pause(AgentNo("1001"), PauseReason("rest")))

    assert "no-agents" not in floor.look_for(29)


def test_seat_04_the_phone_of_a_seat_in_use_that_is_away_is_named() -> None:
    floor = Floor([{"general": 1}, {"general": 1}])
    floor.centre.staff(1, 2)
    floor.centre.take(PhoneSeen(Extension("8002"), False))

    assert "phone-away" not in floor.look_for(5)
    assert floor.look_for(6)["phone-away"] == "8002"
    floor.centre.take(PhoneSeen(Extension("8002"), True))
    assert "phone-away" not in floor.wrong()


def test_seat_04_trunks_that_do_not_answer_are_named() -> None:
    rules = ServiceRules(AlarmSettings())

    assert rules.of_trunks(["carrier", "police"]) == ("trunk-away", True, "carrier, police")
    assert rules.of_trunks([])[1] is False


def test_e2_8_a_wait_beyond_the_limit_is_an_alarm_while_he_waits() -> None:
    floor = Floor(longest_wait_s=20)
    floor.centre.call("c1")

    assert "wait-long" not in floor.look_for(20)
    assert floor.look_for(1)["wait-long"] == "21 s, 1 waiting"
    floor.centre.take(CallerLeft(CallId("c1")))
    assert "wait-long" not in floor.wrong()


def test_e2_8_a_call_that_lasts_too_long_names_its_agent() -> None:
    floor = Floor(long_call_min=1)
    floor.centre.staff(1)
    floor.centre.call("c1")
    floor.centre.answer(leg_id(EPOCH, 1))

    assert "call-long" not in floor.look_for(60)
    assert floor.look_for(1)["call-long"] == "1001"


def test_e2_8_a_rare_skill_is_missed_only_while_others_are_there() -> None:
    people = [{"general": 1}, {"general": 1, "enterprise": 2}]
    floor = Floor(people, rare_skills=(Skill("enterprise"),))
    assert "skill-empty" not in floor.wrong()

    floor.centre.staff(1)
    assert floor.wrong()["skill-empty"] == "enterprise"
    floor.centre.staff(2)
    assert "skill-empty" not in floor.wrong()


@pytest.mark.parametrize(
    ("answered", "abandoned", "wrong"),
    [(18, 1, False), (19, 1, False), (18, 2, True), (100, 5, False), (100, 6, True)],
)
def test_e2_8_the_answer_rate_counts_from_enough_calls(
    answered: int, abandoned: int, wrong: bool
) -> None:
    counts = Counts(answered=answered, abandoned=abandoned)

    assert ServiceRules(AlarmSettings()).of_figures(counts)[1] is wrong


def test_rpt_06_a_burst_names_the_largest_first() -> None:
    rules = ServiceRules(AlarmSettings())
    found = [
        Cluster("0101", "220102", 10), Cluster("0202", "220103", 25), Cluster("0303", "220104", 9),
    ]  # fmt: skip

    assert rules.of_tickets(found) == ("burst", True, "0202@220103: 25, 0101@220102: 10")
    assert rules.of_tickets(found[2:])[1] is False


# ---- the watch around it


class Room:
    def __init__(self) -> None:
        self.centre = Centre()
        self.facts: list[Fact] = []
        self.alarms = Alarms(self.facts.extend)
        self.figures = LiveFigures(self.centre.clock)
        self.found: list[Cluster] = []
        self.database_is_away = False
        self.trunk_lives = True
        seen = Seen(
            floor=self, figures=self.figures, clusters=self.clusters,
            trunks={"carrier": self.trunk}, clock=self.centre.clock,
        )  # fmt: skip
        self.watch = ServiceWatch(ServiceRules(AlarmSettings()), seen, self.alarms)

    def snapshot(self) -> Any:
        return self.centre.floor.view(self.centre.clock.now())

    async def clusters(self) -> Sequence[Cluster]:
        if self.database_is_away:
            raise Unavailable("It is away.", remedy="Wait.")
        return self.found

    async def trunk(self) -> bool:
        return self.trunk_lives

    def standing(self) -> list[str]:
        return [row.name for row in self.alarms.standing()]


async def test_seat_04_a_silent_trunk_stands_within_a_minute_and_clears() -> None:
    room = Room()
    room.trunk_lives = False
    for _ in range(3):
        await room.watch.look_at_trunks()
        room.centre.clock.advance(10)
    assert room.standing() == ["trunk-away"]

    room.trunk_lives = True
    await room.watch.look_at_trunks()
    assert room.standing() == []


async def test_a_database_that_is_away_neither_raises_nor_clears_a_burst() -> None:
    room = Room()
    room.found = [Cluster("0101", "220102", 12)]
    await room.watch.look_at_tickets()
    room.database_is_away = True
    room.centre.clock.advance(timedelta(minutes=5).total_seconds())

    await room.watch.look_at_tickets()

    assert room.standing() == ["burst"]


async def test_the_answer_rate_is_that_of_the_last_hour() -> None:
    room = Room()
    floor = room.centre
    for n in range(25):
        wanted = SeatWanted(
            call=CallId(f"c{n}"), queue=QueueName("general"), needs={}, priority=0,
            asked_at=floor.clock.now(),
        )  # fmt: skip
        room.figures.take(floor.take(wanted))
        floor.clock.advance(12)
        room.figures.take(floor.take(CallerLeft(CallId(f"c{n}"))))
    await room.watch.look_at_figures()
    assert room.standing() == ["answer-rate"]

    floor.clock.advance(timedelta(hours=2).total_seconds())
    await room.watch.look_at_figures()
    floor.clock.advance(31)
    await room.watch.look_at_figures()
    assert room.standing() == []


async def test_the_floor_is_looked_at_as_it_is() -> None:
    room = Room()
    await room.watch.look_at_floor()
    room.centre.clock.advance(31)

    await room.watch.look_at_floor()

    assert room.standing() == ["no-agents"]


# ---- the file


def test_the_file_of_the_model_city_says_what_the_code_would_without_it() -> None:
    assert load_supervision(FILE) == SupervisionSettings()


@pytest.mark.parametrize(
    "text",
    [
        "alarms: {escalation: {url: 'http://example.com/x'}}",
        "alarms: {escalation: {url: 'ftp://127.0.0.1/x'}}",
        "alarms: {longest_wait_s: 0}",
        "listening: {beep: loudly}",
        "alarm: {}",
    ],
)
def test_a_wrong_file_stops_the_start(tmp_path: Path, text: str) -> None:
    file = tmp_path / "supervision.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(BadSettings, match=r"supervision\.yaml"):
        load_supervision(file)


def test_every_verdict_has_its_words() -> None:
    floor = Floor()
    rules, now = floor.rules, floor.centre.clock.now()
    said: list[Verdict] = rules.of_floor(floor.centre.floor.view(now), now)
    said += [rules.of_figures(Counts()), rules.of_tickets([]), rules.of_trunks([])]

    assert {name for name, _, _ in said} <= set(ALARMS)
