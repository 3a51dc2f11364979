"""Our process stood still (SIGSTOP, a swapped machine): what was said meanwhile comes first."""

from collections.abc import Callable
from datetime import datetime, timedelta

from acd.facts import CallbackOffered
from acd.floor import Floor
from acd.happenings import CallerLeft, CaughtUp, GoAvailable, Happening, LegAnswered, LegEnded
from acd.waking import OVERSLEPT, PUT_OFF_AT_MOST, READ_FIRST, Waking
from kernel.fact import Fact
from kernel.ids import CallId, LegId
from kernel.legs import LegEnd
from tests.acd.centre import EPOCH, directory, policies
from tests.acd.test_desk_exact import ONE, Bench, Watched
from tests.fakes.fake_clock import MONDAY_NINE

RING = LegId("7-000001")
LIMIT = 10.01  # seconds: ring and slack


async def ringing(bench: Bench | None = None) -> Bench:
    bench = bench or Bench()
    await bench.staff()
    bench.desk.wait_for_seat(bench.wanted())
    bench.desk.turn()
    assert [one.leg for one in bench.rings.rung] == [RING]
    return bench


async def test_a_ring_that_was_answered_in_our_sleep_is_not_cut() -> None:
    bench = await ringing()
    bench.fake.advance(LIMIT + 5)

    bench.desk.turn()
    bench.desk.tell(LegAnswered(RING))
    bench.desk.turn()
    bench.fake.advance(1)
    bench.desk.turn()

    assert bench.rings.dropped == []
    (seat,) = [one for one in bench.desk.snapshot().seats if one.leg is not None]
    assert (seat.leg, seat.activity) == (RING, "talking")


async def test_a_ring_of_which_nothing_is_said_ends_a_quarter_of_a_second_after_we_woke() -> None:
    """I4."""
    bench = await ringing()
    bench.fake.advance(LIMIT + 0.1)

    bench.desk.turn()
    bench.fake.advance(0.249)
    bench.desk.tell(CallerLeft(CallId("c9")))
    bench.desk.turn()

    is_cut_only_after(bench, 0.001)


async def test_a_deadline_less_than_a_tenth_of_a_second_late_falls_due_at_once() -> None:
    bench = await ringing()
    bench.fake.advance(LIMIT + 0.099)

    bench.desk.turn()

    assert bench.rings.dropped == [RING]


async def test_each_sleep_gives_its_own_moment_to_read() -> None:
    bench = await ringing()
    late(bench, LIMIT + 5)
    await bench.order(GoAvailable(ONE))
    late(bench, 40)  # the seat that failed him may be tried again
    assert [one.leg for one in bench.rings.rung] == [RING, LegId("7-000002")]

    bench.fake.advance(LIMIT + 5)
    bench.desk.turn()
    before = list(bench.rings.dropped)
    bench.fake.advance(0.25)
    bench.desk.turn()

    assert before == [RING]
    assert bench.rings.dropped == [RING, LegId("7-000002")]


async def test_who_is_answered_in_a_second_sleep_right_after_the_first_is_not_cut() -> None:
    """I11: awake for less time than reading takes, then asleep again."""
    bench = await ringing()
    bench.fake.advance(LIMIT + 5)
    bench.desk.turn()
    bench.fake.advance(8)

    bench.desk.turn()
    bench.desk.tell(LegAnswered(RING))
    bench.desk.turn()

    assert bench.rings.dropped == []


async def test_a_loop_that_is_slow_for_long_puts_a_ring_off_only_so_often() -> None:
    """I4: each turn is late; the ring ends all the same."""
    bench = await ringing()
    dropped = []
    for _ in range(6):
        bench.fake.advance(LIMIT + 5)
        bench.desk.turn()
        dropped.append(len(bench.rings.dropped))

    assert dropped == [0, 0, 0, 1, 1, 1]


async def test_a_deadline_that_was_past_when_it_was_set_tells_of_no_sleep() -> None:
    """Too long in line when his ring fails: he is offered to be called back in that turn."""
    rules = policies({"max_wait_s": 5}, ring_slack_s=0.01)
    bench = await ringing(Bench(Floor(rules, directory(), EPOCH)))
    bench.fake.advance(9)
    bench.desk.tell(LegEnded(RING, LegEnd.FAILED))
    bench.desk.turn()

    assert [type(one) for one in bench.written[-1]] == [CallbackOffered]


class Stopped(Watched):
    """The process stands still while it hears of somebody who left."""

    def __init__(self) -> None:
        super().__init__()
        self.stand_still: Callable[[], None] = lambda: None

    def take(self, happening: Happening, now: datetime) -> list[Fact]:
        if isinstance(happening, CallerLeft):
            self.stand_still()
        return super().take(happening, now)


async def test_a_sleep_amid_a_turn_is_noticed_in_that_turn() -> None:
    floor = Stopped()
    bench = await ringing(Bench(floor))
    floor.stand_still = lambda: bench.fake.advance(LIMIT + 5)
    bench.desk.tell(CallerLeft(CallId("c9")))

    bench.desk.turn()

    is_cut_only_after(bench, 0.25)


async def test_a_desk_that_has_its_turn_too_late_says_so_until_then() -> None:
    bench = await ringing()
    bench.fake.advance(LIMIT + 5)

    before = bench.desk.late
    bench.desk.turn()

    assert before == timedelta(seconds=5)
    assert bench.desk.late == timedelta()


NOW = MONDAY_NINE
LONG_AGO = NOW - timedelta(seconds=5)
A_LITTLE = 0.6 * OVERSLEPT


def test_what_the_last_look_left_comes_at_once_unless_we_slept_again() -> None:
    waking = Waking()
    waking.look(LONG_AGO, NOW)
    awake = NOW + READ_FIRST
    assert waking.due(LONG_AGO) == awake

    waking.look(LONG_AGO, awake)
    assert waking.due(LONG_AGO) == awake
    for portion in range(1, 4):
        later = awake + portion * A_LITTLE
        waking.look(LONG_AGO, later)
        assert waking.due(LONG_AGO) == later, "each a little late: no sleep"

    asleep = later + OVERSLEPT
    waking.look(LONG_AGO, asleep)
    assert waking.due(LONG_AGO) == asleep + READ_FIRST


def test_only_once_nothing_is_late_it_may_be_put_off_as_often_again() -> None:
    waking, now = Waking(), NOW
    put_off = []
    for round_ in range(2):
        for _ in range(PUT_OFF_AT_MOST + 1):
            now += timedelta(seconds=1)
            waking.look(LONG_AGO, now)
            put_off.append(waking.due(LONG_AGO) == now + READ_FIRST)
            now += A_LITTLE
            waking.look(now, now)  # news came: it is read, nothing else; one falls due just then
        assert put_off == (round_ + 1) * ([True] * PUT_OFF_AT_MOST + [False])
        waking.look((now + timedelta(seconds=1), None)[round_], now)


def test_what_is_still_to_come_is_due_when_it_comes_and_tells_of_no_sleep() -> None:
    waking, soon = Waking(), NOW + OVERSLEPT
    waking.look(soon, NOW)
    assert waking.due(soon) == soon

    waking.look(soon, soon)

    assert waking.due(soon) == soon
    assert waking.due(None) is None


def test_what_comes_while_we_still_read_waits_until_we_have_read() -> None:
    waking = Waking()
    waking.look(LONG_AGO, NOW)
    in_it = NOW + READ_FIRST / 2

    assert waking.due(in_it) == NOW + READ_FIRST


def test_while_time_is_held_nothing_is_due_and_after_it_we_read_first() -> None:
    waking = Waking()
    waking.hold()
    assert waking.due(NOW) is None

    for _ in range(PUT_OFF_AT_MOST):
        waking.look(LONG_AGO, NOW)
    waking.go_on(NOW)

    assert waking.due(NOW) == NOW + READ_FIRST
    waking.look(LONG_AGO, NOW + timedelta(seconds=1))
    assert waking.due(LONG_AGO) == NOW + timedelta(seconds=1) + READ_FIRST, "none was used up"


async def test_the_desk_takes_portion_after_portion_once_it_is_awake() -> None:
    done: list[int] = []
    bench = Bench(Floor(policies({"max_wait_s": 60}, time_budget=1), directory(), EPOCH))
    bench.desk.tidy = lambda: done.append(1)
    for n in range(9):
        bench.desk.wait_for_seat(bench.wanted(f"c{n}"))
    bench.desk.turn()
    bench.fake.advance(300)
    bench.desk.turn()
    assert done == []

    tidied = []
    for pause in (0.25, 0.06, 0.06, 0.06):
        bench.fake.advance(pause)
        bench.desk.turn()
        tidied.append(len(done))

    assert tidied == [1, 2, 3, 4]


async def test_while_time_stands_a_ring_that_is_due_is_left_alone() -> None:
    """What the exchange holds is not known yet: the phone may have been answered."""
    bench = await ringing()
    bench.desk.hold_time()
    bench.fake.advance(LIMIT)

    bench.desk.turn()
    bench.desk.tell(CaughtUp())
    bench.desk.turn()

    is_cut_only_after(bench, 0.25)


def is_cut_only_after(bench: Bench, seconds: float) -> None:
    before = list(bench.rings.dropped)
    bench.fake.advance(seconds)
    bench.desk.turn()

    assert before == []
    assert bench.rings.dropped == [RING]


def late(bench: Bench, seconds: float) -> None:
    """Asleep for so long, then awake, with nothing to read."""
    for pause in (seconds, 0.25):
        bench.fake.advance(pause)
        bench.desk.turn()
