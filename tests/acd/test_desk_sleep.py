"""Our process stood still (SIGSTOP, a swapped machine): what was said meanwhile comes first."""

from acd.happenings import CallerLeft, GoAvailable, LegAnswered
from kernel.ids import CallId, LegId
from tests.acd.test_desk_exact import ONE, Bench

RING = LegId("7-000001")
LIMIT = 10.01  # seconds: ring and slack


async def ringing() -> Bench:
    bench = Bench()
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
    before = list(bench.rings.dropped)
    bench.fake.advance(0.001)
    bench.desk.turn()

    assert before == []
    assert bench.rings.dropped == [RING]


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


def late(bench: Bench, seconds: float) -> None:
    """Asleep for so long, then awake, with nothing to read."""
    for pause in (seconds, 0.25):
        bench.fake.advance(pause)
        bench.desk.turn()
