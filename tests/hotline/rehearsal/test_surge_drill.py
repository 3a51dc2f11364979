"""The surge drill's own reckoning: arrivals that triple, and what the journal must say of them."""

from collections.abc import Mapping
from typing import Any

from hotline.private.places import PROJECT
from hotline.rehearsal.plan import Behaviour
from hotline.rehearsal.surge_drill import differences, draw_surge, load_drill, wishes_of
from hotline.rehearsal.surge_run import is_surge

FILE = PROJECT / "config" / "scenarios" / "surge.yaml"
DRILL = load_drill(FILE)
Told = list[tuple[str, Mapping[str, Any]]]


def good() -> Told:
    return [
        ("call-queued", {"call": "c1"}),
        ("call-queued", {"call": "c2"}),
        ("surge-activated", {"plan": "surge", "by": "system"}),
        ("call-sent-over", {"call": "c1", "to": "jilin"}),
        ("call-overflowed", {"call": "c1"}),
        ("overflow-ended", {"call": "c1"}),
        ("seat-answered", {"call": "c2", "again": False}),
        ("surge-returned", {"plan": "surge", "by": "system"}),
    ]


def said(told: Told, room: int = 3, served: int = 1) -> list[str]:
    return [one.en for one in differences(DRILL, told, room, served)]


def test_it_is_told_apart_from_a_scenario_of_scenes() -> None:
    assert is_surge(FILE)
    assert not is_surge(FILE.with_name("special.yaml"))
    assert not is_surge(FILE.with_name("nothing.yaml"))


def test_arrivals_triple_for_a_minute_and_everybody_stays_until_he_is_served() -> None:
    calls = draw_surge(DRILL, 7)
    of_minute = [sum(a <= call.starts / 1000 < b for call in calls) for a, b in ((0, 30), (30, 90))]

    assert len(calls) == DRILL.calls == wishes_of(DRILL, 7).calls
    assert of_minute[1] / 60 > 2 * of_minute[0] / 30
    assert {call.behaviour for call in calls} == {Behaviour.WAITS, Behaviour.PRESSES}
    assert [call.starts for call in calls] == sorted(call.starts for call in calls)
    assert draw_surge(DRILL, 7) == calls


def test_once_activated_once_returned_nobody_lost_is_no_difference() -> None:
    assert said(good()) == []


def test_a_plan_that_flaps_or_never_returns_is_one() -> None:
    assert said([*good(), ("surge-activated", {"plan": "surge", "by": "system"})])
    assert said(good()[:-1])


def test_a_caller_who_is_lost_is_one() -> None:
    lost = [*good(), ("call-queued", {"call": "c3"}), ("call-abandoned", {"call": "c3"})]
    without_fate = [*good(), ("call-queued", {"call": "c3"})]

    assert "lost" in said(lost)[0]
    assert said(without_fate) == ["surge drill: c3 has 0 fates"]


def test_too_many_at_the_other_centre_or_one_sent_twice_is_one() -> None:
    twice = [*good(), ("call-sent-over", {"call": "c1", "to": "jilin"})]

    assert said(good(), room=0) == ["surge drill: 1 calls at the other centre at once, it takes 0"]
    assert "c1 was sent to jilin 2 times" in said(twice)[0]


def test_a_surge_without_overflow_is_one() -> None:
    told = [one for one in good() if one[0] not in ("call-sent-over", "overflow-ended")]
    told = [
        ("seat-answered", body) if kind == "call-overflowed" else (kind, body)
        for kind, body in told
    ]

    assert said(told, served=0) == ["surge drill: 0 calls overflowed, 1 were expected"]


def test_what_the_other_centre_did_not_see_is_one() -> None:
    assert said(good(), served=0) == [
        "surge drill: 1 calls overflowed, the other centre talked with 0"
    ]
