import socket
from datetime import UTC, datetime, timedelta

from hotline.rehearsal.ears import Hearing, Onset, listening
from tests.hotline.rehearsal.scene import T0, planned, s

ALAW = bytes([0x80, 8]) + bytes(170)
RTCP = bytes([0x80, 200]) + bytes(26)


def hear(hearing: Hearing, begins: float, ends: float) -> None:
    """A sound: a packet every 20 ms."""
    for n in range(round((ends - begins) * 50)):
        hearing.take(T0 + s(begins + n / 50))


def test_each_pause_in_the_packets_begins_another_sound() -> None:
    hearing = Hearing(planned())
    hear(hearing, 0, 3)
    hear(hearing, 3.28, 4)

    assert hearing.onsets == [Onset(T0, s(0)), Onset(T0 + s(3.28), s(0.3))]


def test_the_ear_of_a_silent_caller_is_done_when_the_music_begins() -> None:
    hearing = Hearing(planned())
    hear(hearing, 0, 13)
    assert not hearing.is_over
    hear(hearing, 16, 16.02)

    assert hearing.is_over


def test_the_ear_of_one_who_presses_is_done_some_seconds_after_the_key() -> None:
    hearing = Hearing(planned("1"))
    hear(hearing, 0, 1.9)
    assert not hearing.is_over
    hear(hearing, 1.9, 2.2)

    assert hearing.is_over


async def test_packets_are_taken_with_the_time_at_which_they_came_and_rtcp_is_none() -> None:
    begun = datetime.now(UTC)
    async with listening("127.0.0.1", {"x-1": planned(), "x-2": planned()}) as ears:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:
            far.sendto(ALAW, ("127.0.0.1", ears.ports["x-1"]))
            far.sendto(RTCP, ("127.0.0.1", ears.ports["x-2"]))
        sent = datetime.now(UTC)
    heard = ears.heard()

    # the kernel begins to stamp a moment after it was asked to
    slack = timedelta(seconds=1)
    assert begun - slack <= heard["x-1"][0].at <= sent + slack
    assert heard["x-2"] == ()
