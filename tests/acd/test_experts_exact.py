"""Experts of units, to the field and to the border (rules: test_experts.py, SPC-04)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from acd.directory import Directory
from acd.experts import ExpertNow, Experts, Standing, experts_now
from acd.happenings import Pause
from kernel.ids import AgentNo, PauseReason
from tests.acd.centre import Centre, directory
from tests.acd.test_experts import MONDAY, ROW, roster

TWO = AgentNo("1002")


def duties(*rows: dict[str, object], flag_below: float = 0.8) -> Experts:
    return Experts.model_validate({"flag_below": flag_below, "duties": [ROW | row for row in rows]})


def labour(*levels: int) -> Centre:
    """1001 and so on are experts for labour, with these levels, all signed in and free."""
    centre = Centre(directory(*({"expert:labour": level} for level in levels)))
    centre.staff(*range(1, len(levels) + 1))
    return centre


def listed(centre: Centre, roster: Experts) -> list[ExpertNow]:
    """On Monday at noon."""
    view = replace(centre.floor.view(centre.clock.now()), at=MONDAY + timedelta(hours=4))
    return experts_now(roster, centre.directory, view)


# ---- the roster --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "taken", "refused"),
    [
        ("unit", ["x", "x" * 40], ["", "x" * 41]),
        ("days", [["mon"]], [[]]),
        ("end", ["08:31"], ["08:30", "08:29"]),
    ],
)
def test_a_duty_has_these_borders(key: str, taken: list[Any], refused: list[Any]) -> None:
    for value in taken:
        duties({key: value})
    for value in refused:
        with pytest.raises(ValidationError):
            duties({key: value})


@pytest.mark.parametrize(("share", "taken"), [(0, True), (1, True), (-0.5, False), (1.5, False)])
def test_a_share_is_between_nothing_and_all(share: float, taken: bool) -> None:
    if taken:
        assert duties({}, flag_below=share).flag_below == share
    else:
        with pytest.raises(ValidationError):
            duties({}, flag_below=share)


def test_of_duties_that_overlap_the_one_that_ends_last_counts() -> None:
    both = duties({"end": "12:00"}, {"start": "10:00", "end": "15:00"}, {"unit": "market"})

    assert both.until(TWO, "labour", MONDAY + timedelta(hours=3)) == MONDAY + timedelta(hours=7)
    assert both.until(TWO, "labour", MONDAY + timedelta(hours=1)) == MONDAY + timedelta(hours=4)
    assert both.units == {"labour", "market"}


# ---- who may be asked now ----------------------------------------------------------------------


def test_of_those_who_are_free_who_is_on_duty_comes_first_then_who_knows_more() -> None:
    centre = labour(2, 1, 3)

    found = listed(centre, roster())

    assert [(one.agent, one.level) for one in found] == [("1002", 1), ("1003", 3), ("1001", 2)]
    assert [one.duty_until is not None for one in found] == [True, False, False]
    assert [one.seat for one in found] == ["S002", "S003", "S001"]
    assert all(one.askable for one in found)


def test_who_is_signed_out_has_no_seat_and_may_not_be_asked() -> None:
    centre = Centre(directory({"expert:labour": 1}))

    (one,) = listed(centre, roster())

    assert (one.seat, one.place, one.askable) == (None, None, False)


def test_who_is_no_longer_in_service_is_no_expert() -> None:
    centre = labour(1, 1)
    agents = dict(centre.directory.agents)
    agents[TWO] = replace(agents[TWO], active=False)
    centre.directory = Directory(agents, centre.directory.seats, {})

    assert [one.agent for one in listed(centre, roster())] == ["1001"]


def test_who_is_on_a_break_may_be_asked() -> None:
    centre = labour(1)
    centre.take(Pause(AgentNo("1001"), PauseReason("rest")))

    (one,) = listed(centre, roster())

    assert (one.standing, one.askable) == (Standing.BREAK, True)
