"""Who hears of hand-offs: the floor that he left the line, the supervisors that one failed."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from acd.call_facts import Withdrawal
from acd.happenings import CallWithdrawn, Happening
from hotline.desks.emergency import EmergencyWatch
from hotline.watch.alarms import Alarms
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId
from telephony import emergency_facts as facts
from telephony.facts import ConferenceJoined, PictureMended
from tests.fakes.fake_clock import FakeClock

CALL = CallId("cc1-1767603600.41")
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


class Row(NamedTuple):
    call: CallId


class View(NamedTuple):
    waiting: tuple[Row, ...]


class Floor:
    """`waiting`: whether he stands in line."""

    def __init__(self) -> None:
        self.told: list[Happening] = []
        self.waiting = True

    def snapshot(self) -> View:
        return View((Row(CALL),) if self.waiting else ())

    def tell(self, happening: Happening) -> None:
        self.told.append(happening)


class Stage:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.floor = Floor()
        self.written: list[Fact] = []
        self.alarms = Alarms(self.written.extend)
        self.watch = EmergencyWatch(self.floor, self.alarms, self.clock)  # type: ignore[arg-type]

    def standing(self) -> list[str]:
        return [row.name for row in self.alarms.standing()]

    def asked(self, *, out_of_line: bool = False) -> None:
        self.watch.see(
            [
                facts.HandOffAsked(
                    at=self.clock.now(), call=CALL, hand_off="7-e1", code="110",
                    agent=AgentNo("1001"), by="agent", out_of_line=out_of_line,
                )
            ]
        )  # fmt: skip

    def passes(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.watch.look(self.clock.now())


def test_emg_01_one_that_fails_or_rings_late_is_an_alarm_and_calm_clears_it() -> None:
    stage = Stage()
    stage.asked()
    stage.passes(5.5)
    assert stage.standing() == ["hand-off-slow"], "it does not ring yet"

    failed = facts.HandOffFailed(
        at=stage.clock.now(), call=CALL, hand_off="7-e1", why="NOANSWER/0", with_agent=True
    )
    stage.watch.see([failed])
    assert sorted(stage.standing()) == ["hand-off-failed", "hand-off-slow"]

    stage.passes(1)
    stage.passes(121)
    assert stage.standing() == []


def test_emg_01_what_rings_in_time_is_no_alarm() -> None:
    stage = Stage()
    stage.asked()
    stage.passes(1)
    after = timedelta(seconds=1)
    stage.watch.see(
        [
            facts.HandOffRung(
                at=stage.clock.now(), call=CALL, hand_off="7-e1", trunk="t", after=after
            )
        ]
    )
    stage.passes(60)

    assert stage.standing() == [] and stage.written == []


def test_emg_03_a_hand_off_that_their_system_rejects_is_an_alarm() -> None:
    stage = Stage()

    stage.watch.see(
        [
            facts.HandOffTold(
                at=stage.clock.now(), call=CALL, hand_off="7-e1", answer="reject", reference="r"
            )
        ]
    )

    assert stage.standing() == ["hand-off-rejected"]


def test_who_is_taken_out_of_the_line_is_rung_for_at_no_seat() -> None:
    """Once he is in company, not before: until then his story would take it for its own end."""
    stage = Stage()
    stage.asked(out_of_line=True)
    assert stage.floor.told == []

    stage.watch.see([ConferenceJoined(at=NOW, call=CALL, leg=None)])

    assert stage.floor.told == [CallWithdrawn(CALL, Withdrawal.TRANSFERRED_AWAY)]


def test_who_was_adopted_in_company_is_rung_for_at_no_seat() -> None:
    stage = Stage()

    stage.watch.see([PictureMended(at=NOW, call=CALL, leg=None, how="hand_off")])

    assert stage.floor.told == [CallWithdrawn(CALL, Withdrawal.TRANSFERRED_AWAY)]


def test_who_talks_is_not_told_to_the_line() -> None:
    stage = Stage()
    stage.floor.waiting = False
    stage.asked()

    stage.watch.see([ConferenceJoined(at=NOW, call=CALL, leg=None)])

    assert stage.floor.told == []
