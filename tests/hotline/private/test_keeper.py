"""When a server that died is started again."""

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

    def start(self) -> None:
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
