"""When a server that died is started again."""

import threading

from hotline.private.errors import ServerDidNotStart
from hotline.private.keeper import FIRST_PAUSE_S, LONGEST_PAUSE_S, Kept
from hotline.private.progress import silence


class FakeServer:
    """Dies when told to; may refuse to start."""

    def __init__(self) -> None:
        self.starts = 0
        self.lives = False
        self.refuses = False
        self.pid = None
        self.awaited = threading.Event()
        self.awaited.set()

    def start(self) -> None:
        self.launch()

    def wait_ready(self) -> None:
        self.awaited.wait()

    def launch(self) -> None:
        self.starts += 1
        if self.refuses:
            raise ServerDidNotStart("no", remedy="none")
        self.lives = True

    def stop(self) -> None:
        self.lives = False

    def alive(self) -> bool:
        return self.lives


def starts_within(kept: Kept, server: FakeServer, *, begin: float, seconds: float) -> int:
    before = server.starts
    for tick in range(round(seconds * 10)):
        kept.look(begin + tick / 10)
    return server.starts - before


def test_a_living_server_is_left_alone() -> None:
    server = FakeServer()
    kept = Kept("it", server, silence)
    kept.start()

    assert starts_within(kept, server, begin=1e9, seconds=60) == 0


def test_a_dead_server_is_started_again_after_a_short_pause() -> None:
    server = FakeServer()
    kept = Kept("it", server, silence)
    kept.start()
    server.lives = False

    assert starts_within(kept, server, begin=1e9, seconds=2 * FIRST_PAUSE_S + 0.2) == 1
    assert server.lives


def test_a_server_that_never_comes_up_is_tried_ever_more_rarely() -> None:
    server = FakeServer()
    kept = Kept("it", server, silence)
    kept.start()
    server.lives, server.refuses = False, True

    first = starts_within(kept, server, begin=0.0, seconds=60)
    later = starts_within(kept, server, begin=600.0, seconds=600)

    assert 3 <= first <= 10
    assert later <= 600 / LONGEST_PAUSE_S


def test_one_that_is_slow_to_come_up_keeps_no_other_from_being_started_again() -> None:
    """PostgreSQL in its recovery, and hotline dies: it leads again within seconds all the same."""
    slow, other, said = FakeServer(), FakeServer(), list[str]()
    first, second = Kept("slow", slow, said.append), Kept("other", other, said.append)
    for kept in (first, second):
        kept.start()
    slow.awaited.clear()
    slow.lives = other.lives = False

    assert starts_within(first, slow, begin=1e9, seconds=1) == 1
    assert starts_within(second, other, begin=1e9, seconds=1) == 1

    assert "slow is up again" not in said
    slow.awaited.set()
    for thread in threading.enumerate():
        if thread.name in ("slow", "other"):
            thread.join(timeout=30)
    assert {"slow is up again", "other is up again"} <= set(said)
