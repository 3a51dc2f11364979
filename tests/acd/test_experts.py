"""Experts of units: the roster, who may be asked now, and the loan that says whose expert he is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from acd import facts as f
from acd import happenings as h
from acd.directory import Directory, Place, SeatPlace
from acd.experts import ExpertNow, Experts, Standing, experts_now, load_experts, main_unit, units_of
from kernel.errors import BadSettings
from kernel.ids import AgentNo, CallId, Extension, LegId, PauseReason, SeatId, Skill
from tests.acd.centre import ROOT, Centre, directory, place

ROSTER = ROOT / "config" / "experts.yaml"
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)  # 08:00 in Changchun
LABOUR, MARKET = {"general": 1, "expert:labour": 3}, {"general": 1, "expert:market": 2}
ROW = {"agent": "1002", "unit": "labour", "days": ["mon"], "start": "08:30", "end": "17:30"}


def roster(**other: object) -> Experts:
    return Experts.model_validate({"flag_below": 0.8, "duties": [ROW | other]})


def at_desks() -> Centre:
    """1001 answers; 1002 and 1003 are experts, the latter at home."""
    people = directory({"general": 1}, LABOUR, MARKET)
    home = SeatPlace(
        id=SeatId("S003"), phone=Extension("8003"), district="220100", place=Place.REMOTE
    )
    seats = {s.id: s for s in (place(1), place(2), home)}
    return Centre(Directory(people.agents, seats, {}))


def now(centre: Centre, unit: str | None = None) -> list[tuple[str, str, str | None]]:
    view = centre.floor.view(centre.clock.now())
    found = experts_now(roster(), centre.directory, view, unit)
    return [(one.agent, one.standing.value, one.place) for one in found]


def test_spc_04_the_roster_says_who_is_on_duty_when() -> None:
    duty, agent = roster(), AgentNo("1002")
    morning, evening = MONDAY + timedelta(minutes=30), MONDAY + timedelta(hours=9, minutes=30)

    assert duty.until(agent, "labour", morning) == evening
    assert duty.until(agent, "labour", morning - timedelta(seconds=1)) is None
    assert duty.until(agent, "labour", evening) is None
    assert duty.until(agent, "labour", morning + timedelta(days=1)) is None
    assert duty.until(agent, "market", morning) is None
    assert duty.until(AgentNo("1001"), "labour", morning) is None
    assert roster(not_on=["2026-11-23"]).until(agent, "labour", morning) is None


def test_spc_04_who_may_be_consulted_now_stands_first_with_his_place() -> None:
    centre = at_desks()
    nobody = now(centre)
    centre.staff(1, 2, 3)

    assert nobody == [("1002", "signed_out", None), ("1003", "signed_out", None)]
    assert now(centre) == [("1002", "free", "physical"), ("1003", "free", "remote")]
    assert now(centre, "market") == [("1003", "free", "remote")]
    assert now(centre, "water") == []


def test_spc_04_an_expert_who_is_asked_already_is_busy_and_one_in_a_break_may_be_asked() -> None:
    centre = at_desks()
    centre.staff(1)
    centre.call("c1")
    centre.answer(centre.only(f.SeatRung).leg)
    centre.staff(2, 3)
    centre.take(h.LendSeat(AgentNo("1002"), CallId("c1"), AgentNo("1001")))
    centre.take(h.Pause(AgentNo("1003"), PauseReason("rest")))

    assert now(centre) == [("1003", "break", "remote"), ("1002", "busy", "physical")]
    centre.take(h.PhoneSeen(Extension("8003"), False))
    assert now(centre)[0] == ("1002", "busy", "physical")
    assert now(centre)[1] == ("1003", "away", "remote")


def test_spc_04_an_expert_who_takes_a_call_over_on_a_leg_of_his_own_was_not_asked() -> None:
    """His unit's consultations do not count it."""
    centre = at_desks()
    centre.staff(1)
    centre.call("c1")
    centre.answer(centre.only(f.SeatRung).leg)
    centre.staff(2)

    leg = LegId("7-s000001")
    centre.take(h.LendSeat(AgentNo("1002"), CallId("c1"), AgentNo("1001"), leg))

    lent = centre.only(f.SeatLent)
    assert (lent.leg, lent.expert_of, lent.place) == (leg, None, None)


def test_whoever_is_askable_is_lent_and_nobody_else() -> None:
    """The list says what the floor would say (acd/lending.py)."""
    centre = at_desks()
    centre.staff(1)
    centre.call("c1")
    centre.answer(centre.only(f.SeatRung).leg)
    centre.staff(2, 3)
    centre.take(h.Pause(AgentNo("1003"), PauseReason("rest")))

    for agent in ("1002", "1003"):
        centre.take(h.LendSeat(AgentNo(agent), CallId("c1"), AgentNo("1001")))
    assert {one.standing for one in _all(centre)} == {Standing.BUSY}
    assert not any(one.askable for one in _all(centre))


def _all(centre: Centre) -> list[ExpertNow]:
    return experts_now(roster(), centre.directory, centre.floor.view(centre.clock.now()))


def test_spc_04_a_loan_says_whose_expert_was_asked_and_from_where() -> None:
    """So his consultations are counted apart, by unit, whatever becomes of his skills later."""
    centre = at_desks()
    centre.staff(1)
    centre.call("c1")
    centre.answer(centre.only(f.SeatRung).leg)
    centre.staff(2, 3)

    centre.take(h.LendSeat(AgentNo("1003"), CallId("c1"), AgentNo("1001")))
    lent = centre.only(f.SeatLent)
    assert (lent.expert_of, lent.place) == ("market", "remote")


def test_a_colleague_who_is_no_expert_is_none_in_the_facts() -> None:
    centre = Centre()
    centre.staff(1)
    centre.call("c1")
    centre.answer(centre.only(f.SeatRung).leg)
    centre.staff(2)

    centre.take(h.LendSeat(AgentNo("1002"), CallId("c1"), AgentNo("1001")))
    lent = centre.only(f.SeatLent)
    assert (lent.expert_of, lent.place) == (None, None)


def test_he_is_counted_for_the_unit_that_he_knows_best() -> None:
    skills = {Skill("expert:b"): 2, Skill("expert:a"): 2, Skill("expert:c"): 1, Skill("expert"): 5}

    assert units_of(skills) == {"b": 2, "a": 2, "c": 1}
    assert main_unit(skills) == "a"
    assert main_unit({Skill("general"): 3, Skill("expert"): 5}) is None


@pytest.mark.parametrize(
    ("good", "bad", "named"),
    [
        ('end: "17:30"}', 'end: "08:00"}', "ends after it starts"),
        ("[mon, tue, wed, thu, fri]", "[moon]", "duties.0.days"),
        ("[mon, tue, wed, thu, fri]", "[]", "duties.0.days"),
        ("flag_below: 0.8", "flag_below: 8", "flag_below"),
    ],
)
def test_a_broken_roster_stops_the_start_with_file_key_and_remedy(
    tmp_path: Path, good: str, bad: str, named: str
) -> None:
    text = ROSTER.read_text(encoding="utf-8")
    assert good in text
    (tmp_path / "experts.yaml").write_text(text.replace(good, bad, 1), encoding="utf-8")

    with pytest.raises(BadSettings, match=named):
        load_experts(tmp_path / "experts.yaml")
