"""Torture can fail: each fault planted here into floor or desk is seen, and by which law."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from acd import departures, offers, turn
from acd import facts as f
from acd.desk import AcdDesk
from acd.floor import Floor
from acd.line import Caller, Line
from acd.memory import FloorMemory
from acd.seat import Activity, Seat
from acd.turn import Turn
from kernel.fact import Fact
from kernel.ids import CallId, Epoch, LegId, SeatId, leg_id
from kernel.legs import LegEnd
from tests.torture import shrink
from tests.torture.__main__ import main
from tests.torture.citizens import Citizens
from tests.torture.scenes import scene
from tests.torture.troubles import HARSH
from tests.torture.violation import Violation

Plant = Callable[[pytest.MonkeyPatch], None]


def two_phones_ring_for_one_caller(plant: pytest.MonkeyPatch) -> None:
    whole = Floor.take

    def take(floor: Floor, happening: Any, now: datetime) -> list[Fact]:
        facts = whole(floor, happening, now)
        rung = [fact for fact in facts if isinstance(fact, f.SeatRung)]
        return facts + [replace(one, leg=LegId(f"{one.leg}0"), seat=SeatId("S002")) for one in rung]

    plant.setattr(Floor, "take", take)


def a_hang_up_is_not_heeded(plant: pytest.MonkeyPatch) -> None:
    def caller_left(turn: Turn, call: CallId) -> None:
        turn.memory.hung_up(call, turn.now)

    plant.setattr(departures, "caller_left", caller_left)


def a_turn_is_kept_for_who_hung_up(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(departures, "_callback_left", lambda turn, caller: None)


def who_is_on_a_break_is_rung(plant: pytest.MonkeyPatch) -> None:
    def offerable(seat: Seat) -> bool:
        return seat.activity is Activity.IDLE and seat.reachable

    plant.setattr(Seat, "offerable", property(offerable))


def a_ring_has_no_end(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(offers, "ring_limit", lambda turn, seat: None)


def the_last_comes_first(plant: pytest.MonkeyPatch) -> None:
    whole = Line.best_for

    def best_for(line: Line, seat: Seat, now: datetime) -> Caller | None:
        best = whole(line, seat, now)
        if best is None:
            return None
        alike = [one for one in line if one.signature == best.signature]
        return [one for one in alike if seat.id not in one.excluded or one is best][-1]

    plant.setattr(Line, "best_for", best_for)


def leg_ids_begin_anew_after_a_restart(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(offers, "leg_id", lambda epoch, n: leg_id(Epoch(1), n))


def who_was_sent_away_stays_in_line(plant: pytest.MonkeyPatch) -> None:
    def left(memory: FloorMemory, fact: f.CallbackPromised) -> None:
        memory.settle(memory.callers[fact.call], fact.at)

    changed = {**turn.REMEMBER, f.CallbackPromised: left}
    plant.setattr(turn, "REMEMBER", changed)


def a_fate_is_met_twice(plant: pytest.MonkeyPatch) -> None:
    whole = departures._meet

    def meet(turn: Turn, caller: Caller, fate: Any) -> None:
        known = caller.settled_at
        whole(turn, caller, fate)
        caller.settled_at = known

    plant.setattr(departures, "_meet", meet)


def who_was_relaxed_is_forgotten_with_the_process(plant: pytest.MonkeyPatch) -> None:
    whole = Floor.apply

    def apply(floor: Floor, fact: Fact) -> None:
        if not isinstance(fact, f.NeedsRelaxed):
            whole(floor, fact)

    plant.setattr(Floor, "apply", apply)


def a_lost_ring_is_kept(plant: pytest.MonkeyPatch) -> None:
    whole = offers.leg_ended

    def leg_ended(turn: Turn, leg: LegId, why: LegEnd, *more: Any) -> None:
        if why is not LegEnd.FAILED:
            whole(turn, leg, why, *more)

    plant.setattr(offers, "leg_ended", leg_ended)


def it_is_done_before_it_is_written(plant: pytest.MonkeyPatch) -> None:
    def carry_out(desk: AcdDesk, facts: list[Fact], letter: Any) -> None:
        for fact in facts:
            if isinstance(fact, f.Deed):
                desk._do(fact)
        desk._write(facts)

    plant.setattr(AcdDesk, "_carry_out", carry_out)


def who_may_have_died_is_rung(plant: pytest.MonkeyPatch) -> None:
    def hold_time(desk: AcdDesk) -> None:
        desk._waking.hold()

    plant.setattr(AcdDesk, "hold_time", hold_time)


def the_floor_fails(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(offers, "ring_failed", lambda turn, seat, why: seat.no_such_thing)


PLANTED: list[tuple[Plant, str]] = [
    (two_phones_ring_for_one_caller, "I1"),
    (a_hang_up_is_not_heeded, "I2"),
    (who_may_have_died_is_rung, "I2"),
    (who_is_on_a_break_is_rung, "I3"),
    (a_ring_has_no_end, "I4"),
    (the_last_comes_first, "I5"),
    (a_turn_is_kept_for_who_hung_up, "I6"),
    (leg_ids_begin_anew_after_a_restart, "I7"),
    (who_was_sent_away_stays_in_line, "I8"),
    (a_fate_is_met_twice, "I9"),
    (who_was_relaxed_is_forgotten_with_the_process, "I10"),
    (a_lost_ring_is_kept, "I11"),
    (it_is_done_before_it_is_written, "journal"),
    (the_floor_fails, "fault"),
]


def first_broken(days: int = 12) -> str:
    """The law that the first of these days breaks; "" when none breaks any."""
    for seed in range(days):
        try:
            Citizens(seed, scene(seed, 5, look_every=5), 60, HARSH).live()
        except Violation as broken:
            return broken.law
    return ""


@pytest.mark.parametrize(("fault", "law"), PLANTED, ids=lambda one: getattr(one, "__name__", one))
def test_a_planted_fault_breaks_its_law(
    fault: Plant, law: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(monkeypatch)

    assert first_broken() == law


def test_a_run_over_a_planted_fault_ends_with_1_and_tells_the_trace(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two_phones_ring_for_one_caller(monkeypatch)
    monkeypatch.setattr(shrink, "SECONDS", 1.0)
    file = tmp_path / "torture.md"

    code = main(["--calls", "100", "--seed", "7", "--processes", "1", "--report", str(file)])

    assert code == 1
    assert "I1: c1 is offered twice" in capsys.readouterr().out
    told = file.read_text(encoding="utf-8")
    assert "**1 violations**" in told
    assert "./dev torture --calls 1 --seed 7" in told
    assert "ask(SeatWanted(call='c1'" in told
