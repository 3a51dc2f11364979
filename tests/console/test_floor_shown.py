"""The floor's rows: a seat that has not changed keeps its row, one that has gets a new one."""

import pytest

from acd.happenings import DirectoryLoaded, SignOut
from console.floor_shown import FloorShown, QueueRow, SeatRow, WaitingRow
from console.live_board import Rows, Shown
from console.live_clients import Audience
from kernel.ids import AgentNo, CallId
from tests.acd.centre import Centre, directory


class Masked:
    def masked_caller(self, call: CallId) -> str:
        return f"138****{call}"


def rows(shown: FloorShown, centre: Centre) -> Shown:
    return shown.of(centre.floor.view(centre.clock.now()), centre.directory, Masked())


def seats(shown: FloorShown, centre: Centre) -> Rows:
    return rows(shown, centre)["seats"]


@pytest.mark.parametrize("audience", Audience)
def test_each_row_has_the_fields_of_its_model_and_no_other(audience: Audience) -> None:
    """They are written as they are: nothing else checks them on their way to the screen."""
    centre = Centre()
    centre.staff(1)
    for number in ("5678", "8765"):
        centre.call(number)
    models = {"seats": SeatRow, "queues": QueueRow, "waiting": WaitingRow}

    found = rows(FloorShown(audience), centre)

    assert all(found.values()), "each section has a row"
    for section, shown in found.items():
        for row in shown.values():
            assert list(row) == list(models[section].model_fields)
            assert vars(models[section].model_validate(row, strict=True)) == row


def test_a_seat_that_rings_gets_a_new_row_and_its_neighbour_keeps_his() -> None:
    centre, shown = Centre(), FloorShown(Audience.SUPERVISORS)
    centre.staff(1, 2)
    before = seats(shown, centre)

    centre.call("5678")
    after = seats(shown, centre)

    assert after["S002"] is before["S002"]
    row = after["S001"]
    assert (row["activity"], row["caller"]) == ("ringing", "138****5678")


def test_agents_do_not_see_whose_number_it_is() -> None:
    centre, shown = Centre(), FloorShown(Audience.AGENTS)
    centre.staff(1)
    centre.call("5678")

    assert seats(shown, centre)["S001"]["caller"] == ""


def test_a_new_directory_is_shown_although_no_seat_has_changed() -> None:
    centre, shown = Centre(directory({"general": 1})), FloorShown(Audience.AGENTS)
    centre.staff(1)
    before = seats(shown, centre)["S001"]

    centre.directory = directory({"general": 1}, {"general": 1})
    centre.take(DirectoryLoaded(centre.directory))

    assert seats(shown, centre)["S001"] is not before


def test_a_seat_that_was_left_has_no_row_any_more() -> None:
    centre, shown = Centre(), FloorShown(Audience.AGENTS)
    centre.staff(1, 2)
    seats(shown, centre)

    centre.take(SignOut(AgentNo("1002")))

    assert list(seats(shown, centre)) == ["S001"]
