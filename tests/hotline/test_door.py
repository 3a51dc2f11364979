"""The door for new calls: shut by overload and by a full disk, open again when it is calm."""

from datetime import timedelta

from hotline.door import Door, Load
from tests.fakes.fake_clock import FakeClock

CALM = Load(0, timedelta())


def test_a_backlog_shuts_it_and_only_a_calm_while_opens_it() -> None:
    clock, door = FakeClock(), Door(lambda: True)
    door.look(Load(2_000, timedelta()), clock.now())
    assert not door.is_open()

    opened = []
    for load in (CALM, CALM, Load(201, timedelta()), CALM, CALM, CALM, CALM, CALM, CALM):
        door.look(load, clock.advance(1))
        opened.append(door.is_open())
    assert opened == [False] * 8 + [True]


def test_a_late_desk_shuts_it() -> None:
    clock, door = FakeClock(), Door(lambda: True)
    door.look(Load(0, timedelta(milliseconds=999)), clock.now())
    assert door.is_open()
    door.look(Load(0, timedelta(seconds=1)), clock.now())
    assert not door.is_open()


def test_who_wakes_from_a_freeze_is_late_and_not_overloaded() -> None:
    """Only what is still so at the next look, a second later, is overload."""
    late = Load(5_000, timedelta(seconds=3))
    for after, is_open in ((CALM, True), (late, False)):
        clock, door = FakeClock(), Door(lambda: True)
        door.look(CALM, clock.now())
        door.look(late, clock.advance(3))
        assert door.is_open()

        door.look(after, clock.advance(1))
        assert door.is_open() is is_open


def test_whose_every_look_is_late_is_overloaded_at_the_second() -> None:
    late, clock, door = Load(5_000, timedelta(seconds=3)), FakeClock(), Door(lambda: True)
    door.look(CALM, clock.now())
    opened = []
    for _ in range(2):
        door.look(late, clock.advance(1.5))
        opened.append(door.is_open())
    assert opened == [True, False]


def test_without_room_in_the_journal_it_is_shut_and_opens_with_the_room() -> None:
    has_room = [False]
    door = Door(lambda: has_room[0])
    door.look(CALM, FakeClock().now())
    assert not door.is_open()
    has_room[0] = True
    assert door.is_open()
    assert not door.overloaded
